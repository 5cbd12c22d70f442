"""Whom a question is about: who asks, for whom, over whom and not over whom; and how targets are told apart."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from graph.answers.answer import Answer, Path
from graph.answers.asks import Asks
from graph.errors import NameAmbiguousError, NameUnknownError, UsageError
from graph.model import Account, network_of
from graph.people.handles import means_me
from graph.people.names import fold, words_of
from graph.people.person import Directory, Person
from graph.people.resolve import MOST_FOUND, find_members, is_reference, name_several, resolve_me, resolve_person

_COLLEAGUES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """The people of a question.

    Attributes:
        avoid: Beside those whom the question avoids, all who are asked for together: no way to one leads over another.
        protected: Those who are never suggested as a step.
        guessed: Whether the target is a guess.
        asks: What I asked others for, which weighs on the ways over them.
    """

    me: Person
    targets: list[Person]
    avoid: list[Person]
    protected: list[Person]
    via: list[Person]
    guessed: bool = False
    asks: Asks = field(default_factory=Asks)


def find_parties(
    directory: Directory,
    profile: str,
    asked: str,
    *,
    org: str | None = None,
    on_list: str | None = None,
    avoid: Sequence[str] = (),
    via: Sequence[str] = (),
) -> Parties:
    """Find who is meant by the texts of a question: `asked`, or everybody at an organisation or on a list.

    Raises:
        UnknownMeError: If the profile has no accounts.
        NameUnknownError: If a text means nobody; `NameAmbiguousError` if it means several people.
        UsageError: If I am asked for myself, or nobody else is on the list.
    """
    me = resolve_me(directory, profile)
    guessed = False
    if org:
        targets = _find_colleagues(directory, org, me)
    elif on_list:
        targets = _find_listed(directory, on_list, me)
    else:
        targets, guessed = resolve_targets(directory, asked, me)
    if targets[0].id == me.id:
        raise UsageError(f"{asked!r} is you; ask for somebody else")
    avoided, over = (
        [me if means_me(one) else resolve_person(directory, one) for one in texts] for texts in (avoid, via)
    )
    if len(targets) > 1 and not (org or on_list):  # a way over somebody who bears the name has led to them already
        avoided += [one for one in targets if one not in over]
    protected = [directory.person(one) for one in directory.protected()]
    return Parties(me=me, targets=targets, avoid=avoided, protected=protected, via=over, guessed=guessed)


def resolve_targets(directory: Directory, text: str, me: Person) -> tuple[list[Person], bool]:
    """Tell who is asked for by a name, id, address, handle, profile URL or `me`, and whether that is a guess.

    One person, as `resolve_person` tells, guesses included; but several, in the order of their ids, where all whom the
    text fits bear it as their name and no two of them have a network in common. Somebody is on every network that any
    of their accounts is on, by whatever name; for those known by name alone (`web:SITE#NAME`) each site is a network,
    as a name stands for one person there and no further. That two of them are said to be two people changes nothing:
    the name is borne by both. I am left out; ten or more bearers are a question, as there may be more of them.

    Raises:
        NameAmbiguousError: If several people fit otherwise, two on one network among them.
        NameUnknownError: If nobody fits.
    """
    if means_me(text):
        return [me], False
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


def _find_colleagues(directory: Directory, org: str, me: Person) -> list[Person]:
    """Find the people at an organisation but me, indifferent to accents and case; one at least."""
    wanted, found = fold(org), _search_orgs(directory, org)
    people = directory.people(account.id for name, account in found if wanted in fold(name))
    if colleagues := [one for one in people.values() if one.id != me.id]:
        return colleagues
    known = {fold(name): name for name, _ in found}  # the store's search forgives errors
    near = [repr(known[one]) for one in get_close_matches(wanted, known)]
    hint = f"did you mean {' or '.join(near)}?" if near else "try another spelling of it"
    raise NameUnknownError(f"nobody here is known to be at {org!r}; {hint}")


def _find_listed(directory: Directory, name: str, me: Person) -> list[Person]:
    """Find the people on a list but me; one at least."""
    if listed := [one for one in directory.people(find_members(directory, name)).values() if one.id != me.id]:
        return listed
    raise UsageError(f"nobody but you is on the list {name!r}; add somebody whom you want to meet")


def find_orgs(directory: Directory, text: str, limit: int) -> list[tuple[str, int]]:
    """Find the organisations whose names hold every word of a text, or begin with it, with how many people are there.

    Most people first; of those that are spelt differently only in accents and case, one.
    """
    words = words_of(text)
    people: dict[str, set[str]] = {}
    named: dict[str, str] = {}
    for name, account in _search_orgs(directory, text) if words else ():
        held = words_of(name)
        if all(any(one.startswith(word) for one in held) for word in words):
            org = named.setdefault(fold(name), name)
            people.setdefault(org, set()).add(directory.persons.person_of(account.id))
    ranked = sorted(people.items(), key=lambda one: (-len(one[1]), one[0]))[:limit]
    return [(org, len(held)) for org, held in ranked]


def _search_orgs(directory: Directory, text: str) -> list[tuple[str, Account]]:
    """Give the accounts that a text may mean and that name an organisation, with its name."""
    found = (match.account for match in directory.store.search(text, _COLLEAGUES))
    return [(account.org, account) for account in found if account.org]


def rank_targets(targets: Sequence[Person], paths: Sequence[Path]) -> list[Person]:
    """Order those asked for by the best way to each; those without one come last, in the order given."""
    ends = [path.people[-1].id for path in paths]
    return sorted(targets, key=lambda one: ends.index(one.id) if one.id in ends else len(ends))


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
        openings=tuple(replace(one, about=apart(one.about)) for one in answer.openings),
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
