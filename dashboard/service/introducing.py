"""Introductions as they are told by hand: noted state by state, and taken back state by state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from msgspec.structs import replace

from dashboard.service.naming import Named, Names
from dashboard.service.writing import unmake, write_records, write_with_new
from graph.errors import Remedy, UsageError
from graph.export.escapes import iso
from graph.model import Account, Introduction, IntroductionState, IntroductionStep
from graph.people.person import Person, open_directory
from graph.store.store import Store
from graph.ties.introductions import state_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """An introduction, its people by name, and where it stands.

    Attributes:
        mine: Whether I asked to be introduced: these are the ask ledger.
        offered: Whether it is I who introduces.
    """

    introduction: Introduction
    by: Person
    person: Person
    to: Person
    step: IntroductionStep
    mine: bool
    offered: bool


def introduce(
    names: Names, trio: tuple[str, str, str], step: IntroductionStep, initiator: str | None, at: datetime
) -> Status:
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
    write_with_new(names, [made], (by, person, to), at)
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
    return standing_ones[0] if standing_ones else next_id(names.store, held[0])


def _guess_initiator(names: Names, trio: Sequence[Named], step: IntroductionStep) -> Account | None:
    by, *others = trio
    mine = set(names.store.profiles().get(names.profile, []))
    asked = [one.account for one in others if mine & set(one.person.accounts)]
    if step.state is IntroductionState.ASKED and asked:
        return asked[0]
    return by.account if step.state is IntroductionState.PROPOSED else None


def standing(names: Names) -> list[Status]:
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
        offered = bool(mine & set(by.accounts))
        asked = asker is not None and bool(mine & set(asker.accounts)) and not offered
        found.append(Status(introduction=one, by=by, person=person, to=to, step=step, mine=asked, offered=offered))
    return sorted(found, key=lambda one: (one.step.at, one.introduction.id or ""), reverse=True)


def unintroduce(
    names: Names, introduction: str, state: IntroductionState | None, on: datetime | None, at: datetime
) -> tuple[IntroductionStep, Status | None]:
    """Take back one state of an introduction, given by any id that it had; with its only one the whole.

    States are only ever added: the introduction is retracted, and goes on without that state under another id.

    Args:
        names: Tells who is meant.
        introduction: Its id.
        state: Which state; None for any. Of several that fit the last one is meant.
        on: When it came to it; None for any time.
        at: The instant of asking.

    Returns:
        What was taken back, and the introduction as it stands without it; None where that was its only state.

    Raises:
        UsageError: If there is none of that id, or no such state in it.
    """
    store = names.store
    one = standing_under(store, introduction)
    fitting = [step for step in one.steps if state in (None, step.state) and on in (None, step.at)]
    if not fitting:
        states = ", ".join(f"{step.state.value} at {iso(step.at)}" for step in one.steps)
        raise UsageError(f"the introduction has no such state; it has {states}")
    step = fitting[-1]
    left = tuple(other for other in one.steps if other != step)
    initiator = one.initiator if _still_begun(names, one, step, left) else None
    again = replace(one, id=next_id(store, one), steps=left, initiator=initiator) if left else None
    if again is not None:
        # Written before the other one goes, so that nothing is lost where this is interrupted.
        write_records(store, [again], at)
    store.retract(str(one.id), at)
    unmake(store, {account.id for account in (one.by, one.person, one.to, one.initiator) if account})
    found = (other for other in standing(names) if again is not None and other.introduction.id == again.id)
    return step, next(found, None)


def _still_begun(names: Names, one: Introduction, gone: IntroductionStep, left: Sequence[IntroductionStep]) -> bool:
    """Tell whether an introduction keeps its initiator: unless that is who asked or proposed in the state that goes."""
    trio = [
        Named(person=names.directory.person(account.id), account=account) for account in (one.by, one.person, one.to)
    ]
    guessed = [_guess_initiator(names, trio, step) for step in (gone, *left)]
    return guessed[0] is None or one.initiator is None or guessed[0].id != one.initiator.id or any(guessed[1:])


def standing_under(store: Store, introduction: str) -> Introduction:
    """Find the introduction that stands under an id, or that goes on after what stood under it."""
    held = store.introductions()
    named = next((one for one in held if one.id == introduction), None)
    alike = [one for one in held if named is not None and _trio(one) == _trio(named) and one.retracted_at is None]
    if not alike:
        raise UsageError(
            f"no introduction stands under the id {introduction!r}",
            remedies=[Remedy(("introductions",), "to see which do")],
        )
    return named if named in alike else alike[-1]


def _trio(one: Introduction) -> tuple[str, str, str]:
    return one.by.id, one.person.id, one.to.id


def next_id(store: Store, like: Introduction) -> str:
    """Make the id under which an introduction goes on once it was taken back."""
    ids = {str(one.id) for one in store.introductions()}
    first = min(str(one.id) for one in store.introductions() if _trio(one) == _trio(like))
    return next(made for number in count(2) if (made := f"{first}~{number}") not in ids)
