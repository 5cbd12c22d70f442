"""What is told by hand: who knows whom, an act that no export holds, an introduction; and how it is taken back."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.service.names import Named, Names
from dashboard.service.writing import Storable, next_instant, write_records
from graph.answer import Person
from graph.errors import UsageError
from graph.introductions import state_at
from graph.model import (
    Account,
    Addressee,
    Closeness,
    Declared,
    Interaction,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Item,
    Kind,
    interaction_id,
)
from graph.people import open_directory
from graph.store import Store

SOURCE = "log"
LOGGED = (Kind.COMMENT, Kind.CALL, Kind.MEETING, Kind.MESSAGE)
_MANUAL = "manual"


# --- declared ties ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a relationship."""

    closeness: Closeness
    how: str | None = None
    since: date | None = None


def know(names: Names, who: str, other: str | None, said: Said, at: datetime) -> tuple[Named, Named]:
    """Say that I know somebody, or that two people know each other; what was said of the pair before is replaced."""
    one, two = _pair(names, who, other)
    before = {tie.id for tie in _told_between(names, one, two)}
    tie = Declared(
        a=two.account,
        b=one.account,
        closeness=said.closeness,
        how=said.how,
        since=said.since,
        at=next_instant(at, names.store.declared()),
    )
    _write(names, [tie], (one, two), at)
    after = _told_between(names, one, two)
    fresh = {tie.id for tie in after if Said(closeness=tie.closeness, how=tie.how, since=tie.since) == said}
    for stale in before - fresh:
        names.store.retract(str(stale), at)
    return one, two


def unknow(names: Names, who: str, other: str | None, at: datetime) -> tuple[Named, Named]:
    """Take back what was said of a pair.

    Raises:
        UsageError: If nothing was.
    """
    one, two = _pair(names, who, other)
    told = _told_between(names, one, two)
    if not told:
        raise UsageError(f"nothing was said of {two.person.name} and {one.person.name}: there is nothing to undo")
    for tie in told:
        names.store.retract(str(tie.id), at)
    return one, two


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
        and tie.source == _MANUAL
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
    url: str | None = None
    title: str | None = None
    note: str | None = None


def log_act(names: Names, who: str, act: Act, at: datetime) -> tuple[Named, str]:
    """Note an act of mine towards somebody; the same told twice is one act.

    Returns:
        Towards whom, and the interaction's id.
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
    _write(names, [made], (other,), at)
    return other, str(made.id)


def unlog(store: Store, act: str, at: datetime) -> None:
    """Take back an act that was logged.

    Raises:
        UsageError: If there is none of that id.
    """
    if not act.startswith(f"{SOURCE}:") or not store.retract(act, at):
        raise UsageError(f"no act was logged under the id {act!r}; `log` prints the id of what it notes")
    store.settle()


# --- introductions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An introduction, its people by name, and where it stands.

    Attributes:
        mine: Whether I asked for it: these are the ask ledger.
    """

    introduction: Introduction
    by: Person
    person: Person
    to: Person
    step: IntroductionStep
    mine: bool


def introduce(
    names: Names, trio: tuple[str, str, str], step: IntroductionStep, initiator: str | None, at: datetime
) -> Standing:
    """Note a state of an introduction: who introduces (or is asked to), whom, to whom.

    Where the initiator is not given: I am it where I am introduced and asked for it, else whoever introduces where
    the introduction was proposed; else it stays as it is held.

    Raises:
        UsageError: If it does not take three people.
    """
    by, person, to = (names.find(text) for text in trio)
    if len({by.person.id, person.person.id, to.person.id}) < 3:
        raise UsageError("an introduction takes three people: who introduces, whom, and to whom")
    people = (by.person.id, person.person.id, to.person.id)
    made = Introduction(
        by=by.account,
        person=person.account,
        to=to.account,
        steps=(step,),
        initiator=names.find(initiator).account if initiator else _guess_initiator(names, (by, person, to), step),
        id=_id_for(names, people),
    )
    _write(names, [made], (by, person, to), at)
    return next(one for one in standing(names) if (one.by.id, one.person.id, one.to.id) == people)


def _id_for(names: Names, people: tuple[str, str, str]) -> str | None:
    """Find the id that an introduction of these people goes on under; one that was taken back stays so.

    An introduction has no date of its own that could be later than its retraction, so the next one is another one.
    """
    person_of = names.directory.persons.person_of
    held = [
        one
        for one in names.store.introductions()
        if (person_of(one.by.id), person_of(one.person.id), person_of(one.to.id)) == people
    ]
    if not held:
        return None
    standing_ones = [one.id for one in held if one.retracted_at is None]
    return standing_ones[0] if standing_ones else f"{min(str(one.id) for one in held)}~{len(held) + 1}"


def _guess_initiator(names: Names, trio: Sequence[Named], step: IntroductionStep) -> Account | None:
    by, *others = trio
    mine = set(names.store.profiles().get(names.profile, []))
    asked = [one.account for one in others if mine & set(one.person.accounts)]
    if step.state is IntroductionState.ASKED and asked:
        return asked[0]
    return by.account if step.state is IntroductionState.PROPOSED else None


def standing(names: Names) -> list[Standing]:
    """List the introductions that stand, newest state first."""
    directory = open_directory(names.store)
    mine = set(names.store.profiles().get(names.profile, []))
    found = []
    for one in names.store.introductions():
        step = state_at(one, None)
        if one.retracted_at is not None or step is None:
            continue
        by, person, to = (directory.person(account.id) for account in (one.by, one.person, one.to))
        asker = directory.person(one.initiator.id) if one.initiator else None
        asked = asker is not None and bool(mine & set(asker.accounts))
        found.append(Standing(introduction=one, by=by, person=person, to=to, step=step, mine=asked))
    return sorted(found, key=lambda one: (one.step.at, one.introduction.id or ""), reverse=True)


def unintroduce(store: Store, introduction: str, at: datetime) -> None:
    """Take back an introduction.

    Raises:
        UsageError: If there is none of that id.
    """
    held = {one.id for one in store.introductions() if one.retracted_at is None}
    if introduction not in held or not store.retract(introduction, at):
        raise UsageError(f"no introduction stands under the id {introduction!r}: see intrograph introductions")


def _write(names: Names, records: Sequence[Storable], people: Collection[Named], at: datetime) -> None:
    """Write records together with the people who were made for them."""
    made = [one.account for one in people if one.account in names.new.values()]
    write_records(names.store, [*made, *records], at)
