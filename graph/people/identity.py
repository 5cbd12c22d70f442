"""Identity: which accounts are one person, derived from assertions and never stored over them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graph.model import SameAs


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A join that was skipped because it would put two accounts together that are asserted to be two people."""

    join: SameAs
    blocked_by: SameAs


@dataclass(frozen=True, slots=True, kw_only=True)
class Persons:
    """The people that assertions make; an account that none names is a person by itself.

    Attributes:
        groups: By person id (the smallest of its account ids): all its account ids, sorted; two or more.
        refused: The joins that were skipped.
    """

    groups: Mapping[str, tuple[str, ...]]
    refused: tuple[Refusal, ...]
    person_by_account: Mapping[str, str]

    def person_of(self, account: str) -> str:
        """Tell the person id of an account id; a person id gives itself."""
        return self.person_by_account.get(account, account)

    def members(self, account: str) -> tuple[str, ...]:
        """Give all account ids of the person that an account id belongs to."""
        return self.groups.get(self.person_of(account), (account,))

    def joined(self) -> Iterator[tuple[str, str]]:
        """Give each account id that is not its person's id, with the person's id."""
        for account, person in self.person_by_account.items():
            if account != person:
                yield account, person


class _Partition:
    """Disjoint sets of account ids, and which sets must stay apart."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}
        self.apart: dict[str, dict[str, SameAs]] = {}

    def find(self, account: str) -> str:
        root = account
        while (above := self.parent.get(root, root)) != root:
            root = above
        while (above := self.parent.get(account, account)) != root:
            self.parent[account], account = root, above
        return root

    def keep_apart(self, assertion: SameAs) -> None:
        self.apart.setdefault(assertion.a, {})[assertion.b] = assertion
        self.apart.setdefault(assertion.b, {})[assertion.a] = assertion

    def join(self, assertion: SameAs) -> SameAs | None:
        """Join two sets; give the assertion that forbids it instead, if one does."""
        a, b = self.find(assertion.a), self.find(assertion.b)
        if a == b:
            return None
        if (blocked_by := self.apart.get(a, {}).get(b)) is not None:
            return blocked_by
        root, other = (a, b) if a < b else (b, a)
        self.parent[other] = root
        self.parent.setdefault(root, root)
        for enemy, why in self.apart.pop(other, {}).items():
            self.apart.setdefault(root, {}).setdefault(enemy, why)
            foes = self.apart.setdefault(enemy, {})
            foes.pop(other, None)
            foes.setdefault(root, why)
        return None


def derive_persons(assertions: Iterable[SameAs]) -> Persons:
    """Derive the people from the assertions that stand.

    Connected components of the joins, taken in the order manual, confidence (high first), id, so that the outcome does
    not depend on the order of writing; a join that would put two accounts together that a standing `not_same_as`
    keeps apart is skipped and reported. Taking an assertion back and deriving again is an exact undo.
    """
    standing = [one for one in assertions if one.retracted_at is None]
    partition = _Partition()
    for assertion in sorted((one for one in standing if not one.same), key=_precedence):
        partition.keep_apart(assertion)
    refused = [
        Refusal(join=assertion, blocked_by=blocked_by)
        for assertion in sorted((one for one in standing if one.same), key=_precedence)
        if (blocked_by := partition.join(assertion)) is not None
    ]
    groups: dict[str, list[str]] = {}
    for account in partition.parent:
        groups.setdefault(partition.find(account), []).append(account)
    return Persons(
        groups={person: tuple(sorted(members)) for person, members in groups.items()},
        refused=tuple(refused),
        person_by_account={account: person for person, members in groups.items() for account in members},
    )


def _precedence(assertion: SameAs) -> tuple[bool, float, str]:
    return (assertion.source != "manual", -assertion.confidence, assertion.id)
