"""Targets: who is asked for by a text, and how those asked for together are told apart."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from graph.answers.answer import Answer, Note, NoteKind, Path
from graph.errors import NameAmbiguousError, NameUnknownError
from graph.model import network_of
from graph.people.names import fold
from graph.people.person import Directory, Person
from graph.people.resolve import MOST_FOUND, is_reference, name_several, resolve_person, said_apart


def resolve_targets(directory: Directory, text: str, me: Person) -> tuple[list[Person], bool]:
    """Tell who is asked for by a name, id, address, handle or profile URL, and whether that is a guess.

    One person, as `resolve_person` tells, guesses included; but several, in the order of their ids, where all whom the
    text fits bear it as their name and no two of them have a network in common. Somebody is on every network that any
    of their accounts is on, by whatever name; for those known by name alone (`web:SITE#NAME`) each site is a network,
    as a name stands for one person there and no further. That two of them are said to be two people changes nothing:
    the name is borne by both. I am left out; ten or more bearers are a question, as there may be more of them.

    Raises:
        NameAmbiguousError: If several people fit otherwise, two on one network among them.
        NameUnknownError: If nobody fits.
    """
    try:
        return [resolve_person(directory, text)], False
    except NameAmbiguousError as error:
        fitting = [directory.person(id_) for id_, _ in error.candidates]
        if is_reference(text) or len(fitting) >= MOST_FOUND or not all(_bears(directory, one, text) for one in fitting):
            raise
        others = sorted((one for one in fitting if one.id != me.id), key=lambda one: one.id)
        networks = [network for one in others for network in _networks(one)]
        if len(networks) > len(set(networks)):
            raise name_several(text, [(one.id, one.name) for one in others]) from error
        return others, False
    except NameUnknownError:
        return [resolve_person(directory, text, guess=True)], True


def rank_targets(targets: Sequence[Person], paths: Sequence[Path]) -> list[Person]:
    """Order those asked for by the best way to each; those without one come last, in the order given."""
    ends = [path.people[-1].id for path in paths]
    return sorted(targets, key=lambda one: ends.index(one.id) if one.id in ends else len(ends))


def tell_together(directory: Directory, asked: str, targets: Sequence[Person]) -> Iterator[Note]:
    """Say so where several people are asked for together, and which of them may be one."""
    if len(targets) < 2:
        return
    people = tuple(sorted(targets, key=lambda one: one.id))
    apart = said_apart(directory)
    maybe_one = tuple(pair for pair in combinations([one.id for one in people], 2) if pair not in apart)
    yield Note(kind=NoteKind.TOGETHER, name=asked.strip(), people=people, maybe_one=maybe_one)


def name_apart(answer: Answer) -> Answer:
    """Give an answer that calls those asked for together by their networks, too: `Ann Lee (linkedin)`."""
    if len(answer.targets) < 2:
        return answer
    names = {one.id: f"{one.name} ({name_places(one)})" for one in answer.targets}

    def apart(person: Person) -> Person:
        return replace(person, name=names.get(person.id, person.name))

    return replace(
        answer,
        target=apart(answer.targets[0]),
        targets=tuple(map(apart, answer.targets)),
        paths=tuple(
            replace(
                path,
                people=tuple(map(apart, path.people)),
                hops=tuple(replace(hop, source=apart(hop.source), target=apart(hop.target)) for hop in path.hops),
            )
            for path in answer.paths
        ),
        hooks=tuple(replace(hook, about=apart(hook.about)) for hook in answer.hooks),
        engage=tuple(replace(one, person=apart(one.person)) for one in answer.engage),
        introduced=tuple(replace(one, to=apart(one.to), by=apart(one.by)) for one in answer.introduced),
    )


def _bears(directory: Directory, person: Person, name: str) -> bool:
    return any(fold(account.name or "") == fold(name) for account in directory.store.accounts(person.accounts))


def _networks(person: Person) -> list[str]:
    """Give the networks that somebody is on, each once, in the order of their accounts."""
    return list(
        dict.fromkeys(
            account.partition("#")[0] if network_of(account) == "web" else network_of(account)
            for account in person.accounts
        )
    )


def name_places(person: Person) -> str:
    """Name the networks and sites that somebody is on."""
    return ", ".join(network.removeprefix("web:") for network in _networks(person))
