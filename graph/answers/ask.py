"""Ask: who can introduce me to X? Who is meant, which ties count, which ways there are, and what to say of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from math import prod

from graph.answers.advice import advise
from graph.answers.answer import Advice, Answer, Caution, CautionKind, Hint, HintKind, Hop, Note, NoteKind, Path, Way
from graph.answers.asks import find_asks, find_introduced
from graph.answers.evidence import Case, open_case, prove_hop
from graph.answers.notes import note_ahead, note_guess, note_namesakes, note_together
from graph.answers.openings import find_openings
from graph.answers.targets import Parties, find_parties, rank_targets
from graph.errors import UsageError
from graph.paths.ranking import DIGITS
from graph.paths.search import MOST_STEPS, FoundPath, find_paths
from graph.people.person import Person, open_directory
from graph.people.resolve import find_people
from graph.store.features import Filters
from graph.store.store import Store
from graph.ties.nodes import locate_people, people_of_keys
from graph.ties.ties import Ties, load_ties, load_ties_near

_LONG = 3
_FEW = 10
"""Around more people than that, all ties are loaded as fast."""
_WORST_FIRST = tuple(CautionKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who can introduce me to whom, and which ways count.

    Attributes:
        asked: A name, account id, address or profile URL; with `org` or `list` only the words of the question. A name
            may mean several people, who are asked for together: `resolve_targets`.
        k: How many ways at most.
        max_hops: How many steps at most, 1 to 4.
        avoid: People that no way may lead over; given like `asked`.
        via: People that every way must lead over.
        min_strength: The least strength of every step, 0 to 1.
        org: Ask for anybody at this organisation instead.
        list: Ask for anybody on this list instead.
    """

    asked: str
    k: int = 10
    max_hops: int = 4
    avoid: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    min_strength: float = 0.0
    org: str | None = None
    list: str | None = None

    @property
    def anybody(self) -> bool:
        """Whether anybody of several people will do, none of whom is named."""
        return bool(self.org or self.list)


def ask(store: Store, question: Question, *, profile: str, today: date, ties: Ties | None = None) -> Answer:
    """Answer a question, over its filters' ties where the caller holds them already.

    Raises:
        UnknownMeError: If the profile has no accounts.
        NameUnknownError: If a name means nobody; `NameAmbiguousError` if it means several people.
        UsageError: If an option is out of its range.
    """
    _check(question)
    directory = open_directory(store)
    parties = find_parties(
        directory,
        profile,
        question.asked,
        org=question.org,
        on_list=question.list,
        avoid=question.avoid,
        via=question.via,
    )
    case = open_case(store, directory, question.filters, today)
    parties = replace(parties, asks=find_asks(case, parties.me))
    ties, found = _find_ways(case, ties, parties, question)
    paths = tuple(_prove(case, ties, found[: question.k], parties))
    answer = _describe(case, ties, parties, question, paths)
    return replace(answer, more=len(found) > question.k)


def _check(question: Question) -> None:
    if question.k < 1:
        raise UsageError(f"-k {question.k} asks for no path; give 1 or more")
    if not 1 <= question.max_hops <= MOST_STEPS:
        raise UsageError(f"--max-hops {question.max_hops} is not from 1 to {MOST_STEPS}")
    if not 0 <= question.min_strength <= 1:
        raise UsageError(f"--min-strength {question.min_strength} is not from 0 to 1")


def _find_ways(case: Case, ties: Ties | None, parties: Parties, question: Question) -> tuple[Ties, list[FoundPath]]:
    """Find the best ways: among who is near, where the store can tell them; where there are none, all ties count."""
    others = [one.id for one in (*parties.targets, *parties.via)]
    if ties is None and question.filters == Filters() and len(others) <= _FEW:
        ties = load_ties_near(case.store, parties.me.id, others, case.today)
    ties = ties or load_ties(case.store, question.filters, case.today)
    found = _search(case, ties, parties, question)
    if not found and not ties.whole:
        ties = load_ties(case.store, question.filters, case.today)
        found = _search(case, ties, parties, question)
    return ties, found


def _search(case: Case, ties: Ties, parties: Parties, question: Question) -> list[FoundPath]:
    """Search the best paths as nodes: one more than asked for, to know whether there are more."""
    spared, lately = [*parties.avoid, *parties.protected], parties.asks.lately(parties.targets)
    people = [parties.me, *parties.targets, *spared, *parties.via]
    nodes = locate_people(case.store, ties.nodes, [*(person.id for person in people), *lately])
    targets = [nodes[one.id] for one in parties.targets if one.id in nodes]
    if parties.me.id not in nodes or not targets or any(one.id not in nodes for one in parties.via):
        return []
    return find_paths(
        ties.arrays,
        nodes[parties.me.id],
        targets,
        k=question.k + 1,
        max_steps=question.max_hops,
        avoid=[nodes[one.id] for one in spared if one.id in nodes],
        via=[nodes[one.id] for one in parties.via],
        min_strength=question.min_strength,
        first={nodes[id_]: one.share for id_, one in lately.items() if id_ in nodes},
    )


def _people_on(case: Case, ties: Ties, paths: Sequence[FoundPath]) -> dict[int, Person]:
    """Give the people of paths by node."""
    keys = {node: int(ties.nodes.key_of[node]) for path in paths for node in path.nodes}
    people = people_of_keys(case.store, case.directory, keys.values())
    return {node: people[key] for node, key in keys.items()}


def _prove(case: Case, ties: Ties, found: Sequence[FoundPath], parties: Parties) -> Iterator[Path]:
    """Turn paths of nodes into paths of people, each step with its evidence."""
    people = _people_on(case, ties, found)
    steps = {step for path in found for step in pairwise(path.nodes)}
    proven = {(a, b): prove_hop(case, people[a], people[b], ties.strength(a, b)) for a, b in steps}
    lately = parties.asks.lately(parties.targets)
    best = set(found[0].nodes[1:-1]) if found else set()
    for place, path in enumerate(found):
        between = set(path.nodes[1:-1])
        hops = tuple(proven[step] for step in pairwise(path.nodes))
        yield Path(
            people=tuple(people[node] for node in path.nodes),
            strength=round(prod(hop.strength for hop in hops), DIGITS),
            weakest=min(hop.strength for hop in hops),
            hops=hops,
            warnings=tuple(sorted(_warn(hops), key=lambda one: (_WORST_FIRST.index(one.kind), one.step or 0))),
            backup=place > 0 and bool(between) and not between & best,
            asked=parties.asks.waiting.get((hops[0].target.id, hops[-1].target.id)),
            asked_lately=lately.get(hops[0].target.id) if between else None,
        )


def _warn(hops: Sequence[Hop]) -> Iterator[Caution]:
    if len(hops) > _LONG:
        yield Caution(kind=CautionKind.LONG, count=len(hops) - 1)
    if all(not hop.counts for hop in hops):
        yield Caution(kind=CautionKind.ALL_DECLARED)
    for step, hop in enumerate(hops, 1):
        yield from (replace(caution, step=step) for caution in hop.warnings)


def _describe(case: Case, ties: Ties, parties: Parties, question: Question, paths: Sequence[Path]) -> Answer:
    """Say what is to be said of the ways: openings, notes, or what to do where there is none."""
    directory, me = case.directory, parties.me
    targets = rank_targets(parties.targets, paths)
    named, guess = () if question.anybody else tuple(targets), targets[0] if parties.guessed else None
    reached = {path.people[-1].id for path in paths}
    wanted = targets[: max(len(reached), 1)] if question.anybody else targets
    between = {person.id: person for path in paths for person in path.people[1:-1]}
    whom = list(({one.id: one for one in wanted} | between).values())
    openings, engage = find_openings(case, ties, me, whom, asked=1 if question.anybody else len(wanted))
    return Answer(
        asked=question.asked,
        as_of=case.day,
        me=me,
        target=named[0] if named else None,
        targets=named,
        candidates=tuple(one for one in find_people(directory, question.asked) if one.id != guess.id) if guess else (),
        paths=tuple(paths),
        openings=tuple(openings),
        engage=tuple(engage),
        advice=None if paths else _advise(case, ties, parties, question),
        notes=(
            *note_ahead(question.filters.as_of, case.today),
            *note_guess(directory, question.asked, guess),
            *note_together(directory, question.asked, named),
            *note_namesakes(directory, [*between.values(), *(targets if len(named) < 2 else ())]),
            *(() if paths else _note_protected(case, ties, parties, question)),
        ),
        introduced=tuple(find_introduced(case, me, targets)),
    )


def _note_protected(case: Case, ties: Ties, parties: Parties, question: Question) -> Iterator[Note]:
    """Note that protection alone leaves no way; whom it is about is not said."""
    if parties.protected and _search(case, ties, replace(parties, protected=[]), replace(question, k=1)):
        yield Note(kind=NoteKind.PROTECTED)


def _advise(case: Case, ties: Ties, parties: Parties, question: Question) -> Advice:
    def way_to(person: Person) -> Way | None:
        """Find my best way to somebody under the options but for the number of steps, not over whom I ask for."""
        via = [one for one in parties.via if one.id != person.id]
        end = replace(parties, targets=[person], avoid=[*parties.avoid, *parties.targets], via=via)
        found = _search(case, ties, end, replace(question, k=1, max_hops=MOST_STEPS))
        return _shorten(case, ties, found[0]) if found else None

    spared, wider = [*parties.avoid, *parties.protected], _look_wider(case, ties, parties, question)
    return advise(case, ties, parties.me, parties.targets, spared=spared, way_to=way_to, wider=wider)


def _look_wider(case: Case, ties: Ties, parties: Parties, question: Question) -> Iterator[Hint]:
    """Give which ways the same question would find without its options, where it had some."""
    bare = Question(
        asked=question.asked,
        k=question.k,
        org=question.org,
        list=question.list,
        filters=Filters(as_of=question.filters.as_of),
    )
    if question == bare:
        return
    wider = ties if question.filters == bare.filters else load_ties(case.store, bare.filters, case.today)
    if found := _search(case, wider, replace(parties, avoid=[], via=[]), bare):
        best = _shorten(case, wider, found[0])
        yield Hint(kind=HintKind.WIDER, count=min(len(found), bare.k), more=len(found) > bare.k, best=best)


def _shorten(case: Case, ties: Ties, path: FoundPath) -> Way:
    people = _people_on(case, ties, [path])
    weakest = min(ties.strength(a, b) for a, b in pairwise(path.nodes))
    return Way(steps=len(path.nodes) - 1, weakest=weakest, people=tuple(people[node] for node in path.nodes))
