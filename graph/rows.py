"""Canonical rows: what records become before any store writes them, the same for every store.

Plain tuples, because a bulk source makes millions of them; only `ingest.pull`, bulk sources and stores handle them.
"""

from dataclasses import dataclass, field

from graph.model import Declared, Introduction, Member, Problem, SameAs

# id, digest, kind code, micros or None, actor id, item id or None, thread, parent, excerpt, private 0/1, source,
# addressees as (account id, role code) sorted and unique
InteractionRow = tuple[
    str,
    bytes,
    int,
    int | None,
    str,
    str | None,
    str | None,
    str | None,
    str | None,
    int,
    str,
    tuple[tuple[str, int], ...],
]
# handle, name, url, org, title: each a value and the micros at which it was true; the larger (micros, value) wins
Dated = tuple[int, str] | None
AccountRow = tuple[Dated, Dated, Dated, Dated, Dated]
# url, title, kind, author id: each as above
ItemRow = tuple[Dated, Dated, Dated, Dated]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows that are written in one transaction.

    Attributes:
        interactions: One row an interaction.
        accounts: By account id, already merged within the batch; holds every account that any row names.
        items: By item id, likewise.
        records: The rare records, which need no bulk form.
        problems: What could not be packed.
        read: How many interactions were read per kind code, repeats within the batch included.
    """

    interactions: list[InteractionRow] = field(default_factory=list)
    accounts: dict[str, AccountRow] = field(default_factory=dict)
    items: dict[str, ItemRow] = field(default_factory=dict)
    records: list[SameAs | Declared | Introduction | Member] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    read: dict[int, int] = field(default_factory=dict)
