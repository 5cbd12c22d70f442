"""Who is meant by a name, id, address, handle or link."""

from collections.abc import Sequence

from graph.errors import NameAmbiguousError, NameUnknownError, Remedy, UnknownMeError
from graph.model import network_of
from graph.people.matches import Match
from graph.people.names import fold, words_of
from graph.people.person import Candidate, Directory, Person, name_of_id

MOST_FOUND = 10
"""How many people a text is thought to mean at most."""

_BEARERS = 100
_LIKELY = 0.6
_CLEAR_LEAD = 0.1
_BEGINNING = 3
_EXACT = 0.999


def find_people(directory: Directory, text: str, limit: int = MOST_FOUND) -> list[Candidate]:
    """Find the people that a text may mean, best first, each with what matched."""
    return [candidate for _, candidate in _rank(directory, text, limit)]


def find_bearers(directory: Directory, name: str) -> list[Person]:
    """Find the people who bear exactly a name, indifferent to accents and case."""
    found = (match.account for match in directory.store.search(name, _BEARERS))
    return list(directory.people(one.id for one in found if fold(one.name or "") == fold(name)).values())


def find_meant(directory: Directory, text: str) -> set[str]:
    """Find whom a text means exactly, by person id: all who bear the name, or who has the address, handle or URL."""
    if not is_reference(text):
        return {one.id for one in find_bearers(directory, text)}
    try:
        return {resolve_person(directory, text).id}
    except NameUnknownError as error:
        return {id_ for id_, _ in error.candidates} if isinstance(error, NameAmbiguousError) else set()


def resolve_person(directory: Directory, text: str, *, guess: bool = False) -> Person:
    """Tell who is meant by a name, account id, e-mail address, handle or profile URL.

    An id, an address, an @handle and a URL must match exactly. Of a name, an exact match by one person is taken, unless
    it is a handle whose words stand in other people's names; else the only person whose known words hold or begin with
    every word of it; else, only where a guess is allowed, the most likely one if it leads clearly.

    Args:
        directory: The people.
        text: Who is meant.
        guess: Whether to take a misspelt name for the one that it most resembles.

    Raises:
        NameAmbiguousError: If several people fit; its candidates list them.
        NameUnknownError: If nobody does; its candidates list the nearest.
    """
    text = text.strip()
    if next(iter(directory.store.accounts([text])), None) is not None:
        return directory.person(text)
    ranked = _rank(directory, text, MOST_FOUND)
    exact = [one for match, one in ranked if match.score >= _EXACT]
    likely = [] if is_reference(text) else [(match, one) for match, one in ranked if match.score >= _LIKELY]
    if exact and all(one.match == "handle" for one in exact):
        words = set(words_of(text))
        exact += [one for _, one in likely if one not in exact and words <= set(words_of(one.name))]
    said = [] if exact else [one for _, one in likely if _says(directory, text, one)]
    if len(exact) == 1 or len(said) == 1:
        return directory.person((exact or said)[0].id)
    if guess and likely and not exact and not said and _leads(likely):
        return directory.person(likely[0][1].id)
    several = exact or said or ([one for _, one in likely] if guess else [])
    if several:
        raise name_several(text, [(one.id, one.name) for one in several])
    hint = "; try another spelling, an address or a profile URL, or bring in data that shows them"
    near = [(one.id, one.name) for _, one in ranked]
    raise NameUnknownError(f"nobody here goes by {text!r}{hint}", near, text=text)


def resolve_me(directory: Directory, profile: str) -> Person:
    """Tell who "me" is under a profile.

    Raises:
        UnknownMeError: If that profile has no accounts yet.
    """
    accounts = directory.store.profiles().get(profile, [])
    if not accounts:
        raise UnknownMeError(
            f"who you are under the profile {profile!r} is not known yet; name an account of yours, for example an "
            "e-mail address",
            remedies=[Remedy(("me", "ACCOUNT"))],
        )
    return directory.person(min(accounts))


def name_several(text: str, people: Sequence[tuple[str, str]]) -> NameAmbiguousError:
    """Word the question which of several people a text means; they are given by id and name."""
    return NameAmbiguousError(
        f"{text!r} may mean {len(people)} people; say which by an id, or, where they are one person, join them",
        people,
        text=text,
        remedies=[Remedy(("people", "merge", "ID", "ID"))],
    )


def find_members(directory: Directory, name: str) -> list[str]:
    """Find the accounts on a list.

    Raises:
        NameUnknownError: If there is no such list.
    """
    lists = directory.store.lists()
    if name not in lists:
        hint = f"the lists are {', '.join(sorted(lists))}" if lists else "there is none yet"
        first = [] if lists else [Remedy(("list", "add", "NAME", "P"), "to make one")]
        raise NameUnknownError(f"there is no list {name!r}; {hint}", remedies=first)
    return lists[name]


def distinct_pairs(directory: Directory) -> set[tuple[str, str]]:
    """Give the pairs of person ids, each in order, that are said to be two people."""
    person_of = directory.persons.person_of
    said = [one for one in directory.store.assertions() if one.retracted_at is None and not one.same]
    return {(a, b) for one in said for a, b in [sorted((person_of(one.a), person_of(one.b)))]}


def is_certain(directory: Directory, text: str, person: Person) -> bool:
    """Tell whether a text names a person without a guess: by an id, exactly, or by words of theirs."""
    try:
        return resolve_person(directory, text).id == person.id
    except NameUnknownError:
        return False


def is_reference(text: str) -> bool:
    """Tell an id, an address, an @handle or a URL from a name."""
    return " " not in text and ("@" in text or ":" in text or "/" in text)


def _leads(likely: list[tuple[Match, Candidate]]) -> bool:
    return len(likely) == 1 or likely[0][0].score - likely[1][0].score >= _CLEAR_LEAD


def _says(directory: Directory, text: str, candidate: Candidate) -> bool:
    """Tell whether every word of a text is a word of the person's, or begins one."""
    held = directory.store.accounts(candidate.accounts)
    known = {
        word
        for account in held
        for field in (account.name, account.handle, account.org, account.title, name_of_id(account.id))
        for word in words_of(field or "")
    }
    return all(
        word in known or (len(word) >= _BEGINNING and any(one.startswith(word) for one in known))
        for word in words_of(text)
    )


def _rank(directory: Directory, text: str, limit: int) -> list[tuple[Match, Candidate]]:
    best: dict[str, Match] = {}
    for match in directory.store.search(text, limit * 5):
        person = directory.persons.person_of(match.account.id)
        if person not in best or match.score > best[person].score:
            best[person] = match
    ranked = sorted(best.items(), key=lambda pair: (-pair[1].score, pair[0]))[:limit]
    people = directory.people(person for person, _ in ranked)
    return [
        (
            match,
            Candidate(
                id=person,
                name=people[person].name,
                accounts=people[person].accounts,
                match=match.why,
                network=network_of(match.account.id),
                org=match.account.org,
                title=match.account.title,
            ),
        )
        for person, match in ranked
    ]
