"""Taking back exactly: what a change did to what is said by hand, told by what stood before it and what stands after.

Nothing of a change itself is asked, so that every change is taken back alike, and what takes it back is a change too.
"""

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from dashboard.service.introducing import next_id, standing_under
from dashboard.service.me import list_mine
from dashboard.service.privacy import PROTECT, rules_of
from dashboard.service.writing import MANUAL, unmake, write_records
from graph.errors import InvalidRecordError, UsageError
from graph.model import EPOCH, Account, Declared, Introduction, Member, Rule, SameAs
from graph.store.store import Store
from ingest.kit.json_reader import ObjectReader
from ingest.kit.json_writer import dumps

_MOMENT = timedelta(microseconds=1)
_LISTS = ("retract", "protect", "unprotect", "claim", "disclaim", "unmake")
_RECORDS = ("say", "enlist", "unlist")
GONE = "this was taken back meanwhile: reload the page to see how it stands"
Statement = SameAs | Declared | Introduction


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is said by hand at one moment.

    Attributes:
        said: What stands, by its id.
        protected: The values of the rules that protect somebody.
        members: Who is on which list.
        profile: Who says so.
        mine: The account ids that are me under that profile.
        people: The accounts that it is said of.
    """

    said: Mapping[str, Statement]
    protected: frozenset[str]
    members: frozenset[Member]
    profile: str
    mine: frozenset[str]
    people: Mapping[str, Account]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """What takes a change back.

    Attributes:
        say: What is said again, with whoever went with it.
        retract: What is taken back: ids.
        protect: Values of rules to be set again; `unprotect`, to be taken away.
        enlist: Who is put on a list again; `unlist`, who is taken off.
        claim: Account ids that are me again; `disclaim`, that are me no more.
        unmake: The accounts that were made for the change.
    """

    say: Sequence[Statement | Account] = ()
    retract: Sequence[str] = ()
    protect: Sequence[str] = ()
    unprotect: Sequence[str] = ()
    enlist: Sequence[Member] = ()
    unlist: Sequence[Member] = ()
    claim: Sequence[str] = ()
    disclaim: Sequence[str] = ()
    unmake: Sequence[str] = ()

    @property
    def empty(self) -> bool:
        """Whether the change changed nothing."""
        lists = (getattr(self, name) for name in (*_LISTS, *_RECORDS) if name != "unmake")
        return not any(lists)


def read_standing(store: Store, profile: str) -> Standing:
    """Read what stands."""
    said, mine, members = _standing(store), list_mine(store, profile), _members(store)
    ids = {id_ for one in said.values() for id_ in _ends(one)} | {one.account.id for one in members}
    return Standing(
        said=said,
        protected=frozenset(rules_of(store, PROTECT)),
        members=members,
        profile=profile,
        mine=mine,
        people={one.id: one for one in store.accounts(ids | mine)},
    )


def _standing(store: Store) -> dict[str, Statement]:
    return {str(one.id): one for one in _statements(store) if one.retracted_at is None}


def _statements(store: Store) -> Iterator[Statement]:
    """Give what may be said by hand; of joins only those by hand, as others are never changed here, and many."""
    yield from (one for one in store.assertions() if one.source == MANUAL)
    yield from store.declared()
    yield from store.introductions()


def _members(store: Store) -> frozenset[Member]:
    lists = store.lists()
    return frozenset(Member(list=name, account=Account(id=one)) for name, ids in lists.items() for one in ids)


def _ends(one: Statement) -> Iterator[str]:
    match one:
        case SameAs():
            yield from (one.a, one.b)
        case Declared():
            yield from (one.a.id, one.b.id)
        case Introduction():
            yield from (account.id for account in (one.by, one.person, one.to, one.initiator) if account)


def reverse(store: Store, before: Standing, *, made: Collection[str]) -> Reversal:
    """Tell what takes a change back.

    Args:
        store: As it is after the change.
        before: What stood before it.
        made: The accounts that were made for it.
    """
    said, protected = _standing(store), frozenset(rules_of(store, PROTECT))
    mine = list_mine(store, before.profile)
    gone = [one for id_, one in before.said.items() if _content(said.get(id_)) != _content(one)]
    grown = [str(one.id) for one in gone if isinstance(one, Introduction) and one.id in said]
    members = _members(store)
    off = sorted(before.members - members, key=dumps)
    said_of = (id_ for one in gone for id_ in _ends(one))
    people = {*said_of, *(one.account.id for one in off), *(before.mine - mine)}
    lost = people - {one.id for one in store.accounts(people)}
    return Reversal(
        say=[*(before.people[id_] for id_ in sorted(lost & before.people.keys())), *gone],
        retract=[*(id_ for id_ in said if id_ not in before.said), *grown],
        protect=sorted(before.protected - protected),
        unprotect=sorted(protected - before.protected),
        enlist=off,
        unlist=sorted(members - before.members, key=dumps),
        claim=sorted(before.mine - mine),
        disclaim=sorted(mine - before.mine),
        unmake=sorted(made),
    )


def limit(one: Reversal, *, members: bool, me: bool) -> Reversal:
    """Leave of a reversal what its change can have changed; an ingest may have changed the rest meanwhile."""
    if not members:
        one = dataclasses.replace(one, enlist=(), unlist=())
    return one if me else dataclasses.replace(one, claim=(), disclaim=())


def _content(one: Statement | None) -> Statement | None:
    """Give what is said, without when."""
    return one if one is None or isinstance(one, Introduction) else replace(one, at=EPOCH)


def take_back(store: Store, profile: str, one: Reversal, now: datetime) -> None:
    """Take a change back that was made under a profile.

    Raises:
        UsageError: If what it said does not stand any more; nothing is changed then.
    """
    statements = list(_statements(store))
    gone = [_standing_id(store, statements, id_) for id_ in one.retract]
    people = [each for each in one.say if isinstance(each, Account)]
    held = {account.id for account in store.accounts([each.id for each in people])}
    said = (_anew(store, statements, each, now) for each in one.say if not isinstance(each, Account))
    again = [*(each for each in people if each.id not in held), *said, *one.enlist]
    if again:
        write_records(store, again, now)  # before anything goes, so that nothing is lost where this is interrupted
    for id_ in gone:
        store.retract(id_, now)
    for value in one.protect:
        store.set_rule(Rule(kind=PROTECT, value=value), on=True)
    for value in one.unprotect:
        store.set_rule(Rule(kind=PROTECT, value=value), on=False)
    store.remove_members(one.unlist)
    mine, held = list_mine(store, profile), {account.id for account in store.accounts(list(one.claim))}
    if held != {*one.claim}:
        raise UsageError(GONE)  # forgotten since
    if (other := (mine | held) - {*one.disclaim}) != mine:
        store.set_profile(profile, other)
    store.refresh()
    unmake(store, one.unmake)


def _standing_id(store: Store, statements: Sequence[Statement], id_: str) -> str:
    """Give the id under which something stands: an introduction may go on under another one by now."""
    held = [one for one in statements if one.id == id_]
    if any(one.retracted_at is None for one in held):
        return id_
    if any(isinstance(one, Introduction) for one in held):
        return str(standing_under(store, id_).id)
    raise UsageError(GONE)


def _anew(store: Store, statements: Sequence[Statement], one: Statement, now: datetime) -> Statement:
    """Say something so that it stands, whatever was said since."""
    held = [each for each in statements if each.id == one.id]
    if isinstance(one, Introduction):  # it has no date of its own: taken back once, it goes on under another id
        return replace(one, id=next_id(store, one), retracted_at=None) if held else one
    times = (at for each in held if not isinstance(each, Introduction) for at in (each.at, each.retracted_at))
    return replace(one, at=max([now, *(at + _MOMENT for at in times if at)]), retracted_at=None)


# --- as it goes through a browser ------------------------------------------------------------------------------------


def to_wire(one: Reversal) -> dict[str, object] | None:
    """Write a reversal as a change that a browser can ask for; None where there is nothing to take back."""
    if one.empty:
        return None
    records = {name: [dumps(each) for each in getattr(one, name)] for name in _RECORDS}
    return {"do": "undo", **{name: list(getattr(one, name)) for name in _LISTS}, **records}


def from_wire(given: Mapping[str, Sequence[str]], now: datetime) -> Reversal:
    """Read a reversal as it came back from a browser; an empty one where it is none."""
    reader = ObjectReader(now)
    try:
        said, enlist, unlist = ([reader.read(line.encode()) for line in given.get(name, ())] for name in _RECORDS)
    except InvalidRecordError:
        return Reversal()
    return Reversal(
        say=[one for one in said if isinstance(one, Statement | Account)],
        enlist=[one for one in enlist if isinstance(one, Member)],
        unlist=[one for one in unlist if isinstance(one, Member)],
        **{name: given.get(name, ()) for name in _LISTS},
    )
