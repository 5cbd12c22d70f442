"""Ask: who can introduce me to X? Paths, their evidence, openings and warnings, or what to do where there is none."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

from graph.answers.advice import advise
from graph.answers.answer import Advice, Answer, Caution, CautionKind, Hint, HintKind, Hop, Note, NoteKind, Path, Way
from graph.answers.evidence import Case, prove_hop
from graph.answers.notes import tell_ahead, tell_guess, tell_namesakes
from graph.answers.openings import find_asked, find_introduced, find_openings, find_replied
from graph.answers.targets import rank_targets, resolve_targets, tell_together
from graph.errors import NameUnknownError, UsageError
from graph.model import DECLARED, INTRODUCTION
from graph.paths.search import MOST_STEPS, FoundPath, find_paths
from graph.people.names import fold, words_of
from graph.people.person import Candidate, Directory, Person, open_directory
from graph.people.resolve import find_people, resolve_me, resolve_person
from graph.store.features import Filters
from graph.store.store import Store
from graph.ties.nodes import Nodes, locate_people
from graph.ties.ties import Ties, load_ties, standing_declared

_COLLEAGUES = 1_000
_LONG = 3
_KINDS = tuple(CautionKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who can introduce me to whom, and which ways count.

    Attributes:
        asked: A name, account id, address or profile URL; with `org` only the words of the question. A name may mean
            several people, who are asked for together: `resolve_targets`.
        k: How many ways at most.
        max_hops: How many steps at most, 1 to 4.
        avoid: People that no way may lead over; given like `asked`.
        via: People that every way must lead over.
        min_strength: The least strength of every step, 0 to 1.
        org: Ask for anybody at this organisation instead.
    """

    asked: str
    k: int = 10
    max_hops: int = 4
    avoid: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    min_strength: float = 0.0
    org: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cast:
    """The people of a question once they are known.

    Attributes:
        avoid: Beside those whom the question avoids, all who are asked for together: no way to one leads over another.
        guessed: Whether the target is a guess.
    """

    me: Person
    targets: list[Person]
    avoid: list[Person]
    protected: list[Person]
    via: list[Person]
    guessed: bool


def ask(store: Store, question: Question, *, profile: str, today: date, ties: Ties | None = None) -> Answer:
    """Answer a question.

    Args:
        store: Where the graph is kept.
        question: What is asked.
        profile: Who is "me".
        today: The clock.
        ties: The ties for the question's filters, where the caller holds them already.

    Raises:
        UnknownMeError: If the profile has no accounts.
        NameUnknownError: If a name means nobody; `NameAmbiguousError` if it means several people.
        UsageError: If an option is out of its range.
    """
    _check(question)
    directory = open_directory(store)
    cast = _resolve(directory, question, profile)
    ties = ties or load_ties(store, question.filters, today)
    case = open_case(store, directory, question.filters, today)
    found = _search(case, ties, cast, question)  # one more than asked for, to know whether there are more
    paths = tuple(_prove(case, ties.nodes, found[: question.k], cast.me))
    targets = rank_targets(cast.targets, paths)
    reached = len({path.people[-1].id for path in paths})
    wanted = {one.id: one for one in (targets[: max(reached, 1)] if question.org else targets)}
    between = {person.id: person for path in paths for person in path.people[1:-1]}
    whom = list((wanted | between).values())
    asked = 1 if question.org else len(wanted)
    hooks, engage = find_openings(case, cast.me, whom, asked=asked)
    named = () if question.org else tuple(targets)
    others = _others(directory, question.asked, targets[0]) if cast.guessed else []
    return Answer(
        asked=question.asked,
        as_of=case.day,
        me=cast.me,
        target=named[0] if named else None,
        targets=named,
        candidates=tuple(others),
        paths=paths,
        hooks=tuple(hooks),
        engage=tuple(engage or find_replied(case, ties, cast.me, whom[:asked])),
        advice=None if paths else _advise(case, ties, cast, question),
        notes=(
            *tell_ahead(question.filters.as_of, today),
            *tell_guess(directory, question.asked, targets[0] if cast.guessed else None),
            *tell_together(directory, question.asked, named),
            *tell_namesakes(directory, [*between.values(), *(targets if len(named) < 2 else ())]),
            *(() if paths else _tell_closed(case, ties, cast, question)),
        ),
        introduced=tuple(find_introduced(case, cast.me, targets)),
        more=len(found) > question.k,
    )


def open_case(store: Store, directory: Directory, filters: Filters, today: date) -> Case:
    """Gather what the evidence of answers under these filters is drawn from; a page reads contacts with it, too."""
    kinds = filters.kinds
    return Case(
        store=store,
        directory=directory,
        filters=filters,
        day=filters.as_of or today,
        today=today,
        declared=tuple(
            standing_declared(store.declared(), filters.as_of) if kinds is None or DECLARED in kinds else ()
        ),
        introductions=tuple(store.introductions() if kinds is None or INTRODUCTION in kinds else ()),
    )


def _advise(case: Case, ties: Ties, cast: _Cast, question: Question) -> Advice:
    def way_to(person: Person) -> Way | None:
        """Find my best way to somebody under the options but for the number of steps, not over whom I ask for."""
        via = [one for one in cast.via if one.id != person.id]
        end = replace(cast, targets=[person], avoid=[*cast.avoid, *cast.targets], via=via)
        found = _search(case, ties, end, replace(question, k=1, max_hops=MOST_STEPS))
        return _shorten(case, ties.nodes, found[0], cast.me) if found else None

    spared, wider = [*cast.avoid, *cast.protected], _look_wider(case, ties, cast, question)
    return advise(case, ties, cast.me, cast.targets, spared=spared, way_to=way_to, wider=wider)


def _look_wider(case: Case, ties: Ties, cast: _Cast, question: Question) -> Iterator[Hint]:
    """Tell which ways the same question would find without its options, where it had some."""
    bare = Question(asked=question.asked, k=question.k, org=question.org, filters=Filters(as_of=question.filters.as_of))
    if question == bare:
        return
    wider = ties if question.filters == bare.filters else load_ties(case.store, bare.filters, case.today)
    if found := _search(case, wider, replace(cast, avoid=[], via=[]), bare):
        best = _shorten(case, wider.nodes, found[0], cast.me)
        yield Hint(kind=HintKind.WIDER, count=min(len(found), bare.k), more=len(found) > bare.k, best=best)


def _check(question: Question) -> None:
    if question.k < 1:
        raise UsageError(f"-k {question.k} asks for no path; give 1 or more")
    if not 1 <= question.max_hops <= 4:
        raise UsageError(f"--max-hops {question.max_hops} is not from 1 to 4")
    if not 0 <= question.min_strength <= 1:
        raise UsageError(f"--min-strength {question.min_strength} is not from 0 to 1")


def _resolve(directory: Directory, question: Question, profile: str) -> _Cast:
    me = resolve_me(directory, profile)
    guessed = False
    if question.org:
        targets = [one for one in find_colleagues(directory, question.org) if one.id != me.id]
        if not targets:
            near = _near_orgs(directory, question.org)
            hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "try another spelling of it"
            raise NameUnknownError(f"nobody here is known to be at {question.org!r}; {hint}")
    else:
        targets, guessed = resolve_targets(directory, question.asked, me)
        if targets[0].id == me.id:
            raise UsageError(f"{question.asked!r} is you; ask for somebody else")
    avoid = [resolve_person(directory, one) for one in question.avoid]
    via = [resolve_person(directory, one) for one in question.via]
    if len(targets) > 1 and not question.org:  # a way over somebody who bears the name has led to them already
        avoid += [one for one in targets if one not in via]
    protected = [directory.person(one) for one in directory.protected()]
    return _Cast(
        me=me,
        targets=targets,
        avoid=avoid,
        protected=protected,
        via=via,
        guessed=guessed,
    )


def find_colleagues(directory: Directory, org: str) -> list[Person]:
    """Find the people at an organisation, indifferent to accents and case."""
    wanted = fold(org)
    accounts = [
        match.account.id
        for match in directory.store.search(org, _COLLEAGUES)
        if match.account.org and wanted in fold(match.account.org)
    ]
    return list(directory.people(accounts).values())


def find_orgs(directory: Directory, text: str, limit: int) -> list[tuple[str, int]]:
    """Find the organisations whose names hold every word of a text, or begin with it, with how many people are there.

    Most people first; of those that are spelt differently only in accents and case, one.
    """
    words = words_of(text)
    people: dict[str, set[str]] = {}
    named: dict[str, str] = {}
    for match in directory.store.search(text, _COLLEAGUES) if words else ():
        account = match.account
        held = words_of(account.org or "")
        if all(any(one.startswith(word) for one in held) for word in words):
            folded = named.setdefault(fold(account.org or ""), account.org or "")
            people.setdefault(folded, set()).add(directory.persons.person_of(account.id))
    ranked = sorted(people.items(), key=lambda one: (-len(one[1]), one[0]))[:limit]
    return [(org, len(held)) for org, held in ranked]


def _near_orgs(directory: Directory, org: str) -> list[str]:
    """Name the organisations here that are spelt most alike; the store's search forgives errors, and finds them."""
    held = (match.account.org for match in directory.store.search(org, _COLLEAGUES))
    known = {fold(one): one for one in held if one}
    return [known[one] for one in get_close_matches(fold(org), known)]


def _search(case: Case, ties: Ties, cast: _Cast, question: Question) -> list[tuple[FoundPath, list[float]]]:
    """Find the paths as nodes, one more than asked for, each with the strengths of its steps."""
    spared = [*cast.avoid, *cast.protected]
    people = [cast.me, *cast.targets, *spared, *cast.via]
    nodes = locate_people(case.store, ties.nodes, [person.id for person in people])
    targets = [nodes[one.id] for one in cast.targets if one.id in nodes]
    if cast.me.id not in nodes or not targets or any(one.id not in nodes for one in cast.via):
        return []
    found = find_paths(
        ties.arrays,
        nodes[cast.me.id],
        targets,
        k=question.k + 1,
        max_steps=question.max_hops,
        avoid=[nodes[one.id] for one in spared if one.id in nodes],
        via=[nodes[one.id] for one in cast.via],
        min_strength=question.min_strength,
    )
    return [(path, [ties.strength(a, b) for a, b in zip(path.nodes, path.nodes[1:], strict=False)]) for path in found]


def _prove(case: Case, nodes: Nodes, found: list[tuple[FoundPath, list[float]]], me: Person) -> Iterator[Path]:
    """Turn paths of nodes into paths of people, each step with its evidence."""
    people = _people_on(case, nodes, [path for path, _ in found], me)
    hops: dict[tuple[int, int], Hop] = {}
    asked = find_asked(case, me)
    best: set[str] | None = None
    for path, strengths in found:
        walk = [people[node] for node in path.nodes]
        steps = list(zip(path.nodes, path.nodes[1:], strict=False))
        for place, (step, strength) in enumerate(zip(steps, strengths, strict=True)):
            if step not in hops:
                hops[step] = prove_hop(case, walk[place], walk[place + 1], strength)
        between = {person.id for person in walk[1:-1]}
        yield Path(
            people=tuple(walk),
            strength=path.value,
            weakest=min(strengths),
            hops=tuple(hops[step] for step in steps),
            warnings=tuple(sorted(_warn([hops[step] for step in steps]), key=_badness)),
            backup=best is not None and bool(between) and not between & best,
            asked=asked.get((walk[1].id, walk[-1].id)),
        )
        best = between if best is None else best


def _shorten(case: Case, nodes: Nodes, found: tuple[FoundPath, list[float]], me: Person) -> Way:
    path, strengths = found
    people = _people_on(case, nodes, [path], me)
    return Way(steps=len(strengths), weakest=min(strengths), people=tuple(people[node] for node in path.nodes))


def _people_on(case: Case, nodes: Nodes, paths: list[FoundPath], me: Person) -> dict[int, Person]:
    """Give the people of paths by node."""
    keys = {node: int(nodes.key_of[node]) for path in paths for node in path.nodes}
    ids = case.store.account_ids(list(keys.values()))
    people = case.directory.people(ids.values()) | {me.id: me}
    return {node: people[ids[key]] for node, key in keys.items()}


def _warn(hops: list[Hop]) -> Iterator[Caution]:
    if len(hops) > _LONG:
        yield Caution(kind=CautionKind.LONG, count=len(hops) - 1)
    if all(not hop.counts for hop in hops):
        yield Caution(kind=CautionKind.TOLD_ONLY)
    for step, hop in enumerate(hops, 1):
        yield from (replace(caution, step=step) for caution in hop.warnings)


def _badness(caution: Caution) -> tuple[int, int]:
    return _KINDS.index(caution.kind), caution.step or 0


def _others(directory: Directory, asked: str, target: Person) -> list[Candidate]:
    """Give the others that the question may have meant."""
    return [one for one in find_people(directory, asked) if one.id != target.id]


def _tell_closed(case: Case, ties: Ties, cast: _Cast, question: Question) -> Iterator[Note]:
    """Say so where protection alone leaves no way; whom it is about is not said."""
    if cast.protected and _search(case, ties, replace(cast, protected=[]), replace(question, k=1)):
        yield Note(kind=NoteKind.PROTECTED)
