"""What the export formats write: people, ties and answers, as one record a row, and their flat attributes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from graph.answers.answer import Answer, Engagement, Evidence, Hint, Hop, KindCount, Near, Note, Path
from graph.export.escapes import iso
from graph.model import DECLARED, INTRODUCTION, KINDS, Account, Closeness
from graph.people.person import Candidate, Person, newest
from graph.records.clean import clean, line
from graph.ties.formula import closeness_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """One person with all accounts.

    Attributes:
        lists: Names of the lists that any of the accounts is on.
    """

    id: str
    name: str
    accounts: tuple[Account, ...] = ()
    lists: tuple[str, ...] = ()

    @property
    def org(self) -> str | None:
        """Tell the organisation that the newest account with one names."""
        return newest((account.at, account.org) for account in self.accounts)

    @property
    def title(self) -> str | None:
        """Tell the title that the newest account with one names."""
        return newest((account.at, account.title) for account in self.accounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TieRecord:
    """One ordered pair of people that ever interacted.

    Attributes:
        source: Person id of who would write.
        target: Person id of who would answer.
        strength: `answers` where the tie is proven, else exactly 0.
        answers: The chance that target answers source, float32 as float.
        last: The newest act in either direction, or None.
        out: Acts of source towards target.
        in_: Acts of target towards source.
        counts: The same by kind.
        for_others: Whether only that the two are joined may be told, and nothing of the above.
    """

    source: str
    target: str
    source_name: str
    target_name: str
    strength: float
    answers: float
    last: datetime | None
    out: int
    in_: int
    counts: tuple[KindCount, ...]
    for_others: bool = False

    @property
    def closeness(self) -> Closeness | None:
        """Say the strength in a word; None where the tie is not proven."""
        return closeness_of(self.strength) if self.strength > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How the facts of an answer are said: sentences are made above, and handed in.

    Attributes:
        path_warnings: The warnings of a way, those of its steps with their names.
        near: How somebody comes near a target.
        hint: What would show more; and the command that does it, or None.
        engagement: Why an item is worth a comment.
        note: What to know of the whole answer; and the command that settles it, or None.
        candidate: What matched of somebody who may be meant, and what tells them apart.
        title: What an act was on, or what was told.
        encode: What stands for a record of an answer in JSON, given whether what is `measured` is told.
    """

    path_warnings: Callable[[Path], Iterable[str]]
    near: Callable[[Near], str]
    hint: Callable[[Hint], tuple[str, str | None]]
    engagement: Callable[[Engagement], str]
    note: Callable[[Note], tuple[str, str | None]]
    candidate: Callable[[Candidate], str]
    title: Callable[[Evidence], str | None]
    encode: Callable[..., object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Where an export takes what it writes from; only what a format needs is called, and more than once where it must.

    Attributes:
        answer: For `paths`.
        people: For `people` and `graph`, in the order of their ids.
        ties: For `ties`, `graph` and the relations of `people`, in the order of source and target ids.
        words: How the facts of the answer are said.
    """

    answer: Callable[[], Answer]
    people: Callable[[], Iterable[PersonRecord]]
    ties: Callable[[], Iterable[TieRecord]]
    words: Words


def people_of(answer: Answer) -> list[PersonRecord]:
    """Give everybody on the paths of an answer, me first, each once."""
    named = {answer.me.id: answer.me}
    for path in answer.paths:
        for person in path.people:
            named.setdefault(person.id, person)
    return [_person_record(person) for person in named.values()]


def ties_of(answer: Answer) -> list[TieRecord]:
    """Give every step of the paths of an answer, each once."""
    hops = {(hop.source.id, hop.target.id): hop for path in answer.paths for hop in path.hops}
    return [_tie_record(hop, for_others=answer.for_others) for hop in hops.values()]


def _person_record(person: Person) -> PersonRecord:
    accounts = tuple(Account(id=account) for account in person.accounts)
    return PersonRecord(id=person.id, name=person.name, accounts=accounts)


def _tie_record(hop: Hop, *, for_others: bool) -> TieRecord:
    return TieRecord(
        source=hop.source.id,
        target=hop.target.id,
        source_name=hop.source.name,
        target_name=hop.target.name,
        strength=hop.strength,
        answers=hop.strength,
        last=hop.last,
        out=sum(count.out for count in hop.counts),
        in_=sum(count.in_ for count in hop.counts),
        counts=hop.counts,
        for_others=for_others,
    )


# --- attributes: flat strings and numbers, nothing where nothing is known ---------------------------------------------

Value = str | int | float

SEPARATOR = " ::: "
"""Between several values in one attribute or cell, as contact exports write it."""

NODE_ATTRIBUTES: dict[str, type[Value]] = {"name": str, "accounts": str, "org": str, "title": str, "lists": str}
"""Name and type of every attribute that a person may have."""

_COUNTED = (*(kind.value for kind in KINDS), INTRODUCTION, DECLARED)
EDGE_ATTRIBUTES: dict[str, type[Value]] = {
    "strength": float,
    "answers": float,
    "closeness": str,
    "last": str,
    "out": int,
    "in": int,
    **{f"{way}_{kind}": int for kind in _COUNTED for way in ("out", "in")},
}
"""Name and type of every attribute that a tie may have; `out_reply` counts the replies of source to target."""


def nodes_of(people: Iterable[PersonRecord]) -> Iterator[tuple[str, dict[str, Value]]]:
    """Give the id and the attributes of each person; empty ones are left out."""
    for person in people:
        texts = person_texts(person)
        yield texts["id"], {name: texts[name] for name in NODE_ATTRIBUTES if texts[name]}


def person_texts(person: PersonRecord) -> dict[str, str]:
    """Give what is known of a person as texts of one line each, several values joined by `SEPARATOR`."""
    return {
        "id": clean(person.id),
        "name": line(person.name),
        "accounts": SEPARATOR.join(clean(account.id) for account in person.accounts),
        "org": line(person.org or ""),
        "title": line(person.title or ""),
        "lists": SEPARATOR.join(line(name) for name in person.lists),
    }


def edges_of(ties: Iterable[TieRecord]) -> Iterator[tuple[str, str, dict[str, Value]]]:
    """Give the ends and the attributes of each tie; what is unknown or never happened is left out.

    A tie that is for other eyes has no attributes.
    """
    for tie in ties:
        yield clean(tie.source), clean(tie.target), _edge_attributes(tie)


def _edge_attributes(tie: TieRecord) -> dict[str, Value]:
    if tie.for_others:
        return {}
    found: dict[str, Value] = {"strength": tie.strength, "answers": tie.answers}
    if tie.closeness is not None:
        found["closeness"] = tie.closeness.value
    if tie.last is not None:
        found["last"] = iso(tie.last)
    found |= {"out": tie.out, "in": tie.in_}
    for count in tie.counts:
        found |= {f"out_{count.kind}": count.out} if count.out else {}
        found |= {f"in_{count.kind}": count.in_} if count.in_ else {}
    return found
