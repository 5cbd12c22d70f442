"""What is told by hand: who knows whom, an act that no export holds; and how it is taken back."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from dashboard.service.naming import Named, Names
from dashboard.service.writing import MANUAL, next_instant, towards_whom, unmake, write_with_new
from graph.answers.evidence import pairs_between
from graph.errors import UsageError
from graph.model import Account, Addressee, Closeness, Declared, Interaction, Item, Kind, interaction_id
from graph.store.features import Filters
from graph.store.store import Store

SOURCE = "log"
_MOMENT = timedelta(microseconds=1)
LOGGED = (Kind.COMMENT, Kind.CALL, Kind.MEETING, Kind.MESSAGE)


# --- declared ties ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a relationship."""

    closeness: Closeness
    how: str | None
    since: date | None


def know(names: Names, who: str, other: str | None, said: Said, at: datetime) -> tuple[Named, Named, Declared | None]:
    """Say that I know somebody, or that two people know each other; what was said of the pair before is replaced.

    Returns:
        The two, and what was replaced, `b` being the first of them: the store keeps nothing of it, so whoever wants it
        back must say it again.
    """
    one, two = _pair(names, who, other)
    told = _told_between(names, one, two)
    latest = max(told, key=lambda tie: tie.at, default=None)
    before = {tie.id for tie in told}
    tie = Declared(
        a=two.account,
        b=one.account,
        closeness=said.closeness,
        how=said.how,
        since=said.since,
        # Of two that are said at one instant the larger would stay, rather than the later.
        at=max([next_instant(at, names.store.declared()), *(tie.at + _MOMENT for tie in told)]),
    )
    write_with_new(names, [tie], (one, two), at)
    after = _told_between(names, one, two)
    fresh = {tie.id for tie in after if said_in(tie) == said}
    for stale in before - fresh:
        names.store.retract(str(stale), at)
    if latest is not None and names.directory.persons.person_of(latest.b.id) != one.person.id:
        latest = replace(latest, a=latest.b, b=latest.a)
    return one, two, latest


def unknow(names: Names, who: str, other: str | None, at: datetime) -> tuple[Named, Named]:
    """Take back what was said of a pair, with whoever was made for it and nothing else knows.

    Raises:
        UsageError: If nothing was.
    """
    one, two = _pair(names, who, other)
    told = _told_between(names, one, two)
    if not told:
        raise UsageError(f"nothing was said of {two.person.name} and {one.person.name}: there is nothing to undo")
    for tie in told:
        names.store.retract(str(tie.id), at)
    unmake(names.store, {account.id for tie in told for account in (tie.a, tie.b)})
    return one, two


def told_of(names: Names, who: str, other: str | None) -> Declared | None:
    """Give what was said last of me and somebody, or of two people; None where nothing was."""
    return max(_told_between(names, *_pair(names, who, other)), key=lambda tie: tie.at, default=None)


def said_in(tie: Declared) -> Said:
    """Give what a declared tie says."""
    return Said(closeness=tie.closeness, how=tie.how, since=tie.since)


def _pair(names: Names, who: str, other: str | None) -> tuple[Named, Named]:
    one = names.find(who)
    two = names.find(other, one.account.id) if other else names.me(one.account.id)
    if one.person.id == two.person.id:
        raise UsageError(f"{who!r} and {other or 'you'} are one person; a relationship takes two")
    return one, two


def _told_between(names: Names, one: Named, two: Named) -> list[Declared]:
    both = {one.person.id, two.person.id}
    person_of = names.directory.persons.person_of
    return [
        tie
        for tie in names.store.declared()
        if tie.retracted_at is None
        and tie.by is None
        and tie.source == MANUAL
        and {person_of(tie.a.id), person_of(tie.b.id)} == both
    ]


# --- acts ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act to be logged.

    Attributes:
        title: What the item is called.
        note: What was said; kept as the excerpt.
    """

    kind: Kind
    at: datetime
    url: str | None
    title: str | None
    note: str | None


def log_act(names: Names, who: str, act: Act, at: datetime) -> tuple[Named, str, bool]:
    """Note an act of mine towards somebody; the same told twice is one act.

    Returns:
        Towards whom, the interaction's id, and whether it was not noted before.
    """
    other = names.find(who)
    me = names.me(other.account.id)
    if other.person.id == me.person.id:
        raise UsageError(f"{who!r} is you; an act takes somebody else")
    comment = act.kind is Kind.COMMENT
    kind = "article" if comment else None
    author = Account(id=other.account.id) if comment else None
    item = Item(url=act.url, title=act.title, kind=kind, author=author) if comment or act.url or act.title else None
    content = repr((act.kind.value, act.at, me.person.id, other.account.id, act.url, act.title, act.note))
    native = hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=8).hexdigest()
    made = Interaction(
        id=interaction_id(SOURCE, native, act.kind),
        kind=act.kind,
        at=act.at,
        actor=me.account,
        to=(Addressee(account=other.account),),
        item=item,
        excerpt=act.note,
        private=not comment,
        source=SOURCE,
    )
    written = write_with_new(names, [made], (other,), at)
    return other, str(made.id), written.new > 0


def is_logged(act: str) -> bool:
    """Tell by an act's id whether it was logged."""
    return act.startswith(f"{SOURCE}:")


def find_logged(names: Names, who: str, act: str) -> Interaction | None:
    """Find an act of mine towards somebody that was logged, by its id."""
    pairs = pairs_between(names.me().person, names.find(who).person)
    return next((one for one in names.store.interactions(pairs, Filters()) if one.id == act), None)


def unlog(store: Store, act: str, at: datetime) -> None:
    """Take back an act that was logged, with whoever was made for it and nothing else knows.

    Raises:
        UsageError: If there is none of that id.
    """
    whom = towards_whom(store, act) if is_logged(act) else []
    if not is_logged(act) or not store.retract(act, at):
        raise UsageError(f"no act was logged under the id {act!r}; it was told when the act was logged")
    store.refresh()
    unmake(store, whom)
