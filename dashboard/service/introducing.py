"""Introductions as they are told by hand: noted state by state, and taken back state by state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.service.names import Named, Names
from dashboard.service.unmaking import unmake
from dashboard.service.writing import write_with_new
from graph.answer import Person
from graph.errors import UsageError
from graph.introductions import state_at
from graph.model import Account, Introduction, IntroductionState, IntroductionStep
from graph.people import open_directory
from graph.store import Store


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
    one = next((one for one in store.introductions() if one.id == introduction and one.retracted_at is None), None)
    if one is None or not store.retract(introduction, at):
        raise UsageError(f"no introduction stands under the id {introduction!r}: see intrograph introductions")
    unmake(store, {account.id for account in (one.by, one.person, one.to, one.initiator) if account})
