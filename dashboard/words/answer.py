"""An answer as text: your openings, then the ways, best first, each step with what proves it; or what to do instead."""

from collections.abc import Iterator, Sequence

from dashboard.words.acts import called, evidence_lines, strength_words, tie_line, titled
from dashboard.words.lines import (
    Line,
    Span,
    Style,
    command,
    count,
    day,
    dim,
    good,
    heading,
    link,
    name,
    shorten,
    warning,
)
from dashboard.words.notes import caution_sentence, hint_words, near_words, note_words
from dashboard.words.people import candidate_words
from dashboard.words.program import Program, led
from dashboard.words.ways import asked_lately_words
from graph.answers.answer import (
    Advice,
    Answer,
    CautionKind,
    Engagement,
    Evidence,
    Hop,
    Introduced,
    Near,
    Note,
    Opening,
    Path,
)
from graph.answers.targets import name_apart
from graph.errors import IntrographError, NameAmbiguousError, NameUnknownError
from graph.model import DECLARED, INTRODUCTION
from graph.people.person import Candidate, Person

_PROOFS = 3
_ENGAGE = 3
_CANDIDATES = 3
_ALWAYS = frozenset({INTRODUCTION, DECLARED})


def answer_lines(answer: Answer, program: Program, *, details: bool = False, ways: int | None = None) -> Iterator[Line]:
    """Tell an answer; of its ways at most so many."""
    apart = name_apart(answer)
    paths = apart.paths[:ways]
    yield from _title(answer, len(paths))
    for one in apart.introduced:
        yield from _introduced(one)
    if apart.openings:
        yield ""
        yield from _openings(apart.openings, answer.me.id)
    yield from _ways(apart, paths, details=details)
    if len(answer.paths) > len(paths):
        yield ""
        least = "at least " if answer.more else ""
        yield dim(f"and {least}{count(len(answer.paths) - len(paths), 'more way')}")
    if answer.advice is not None:
        yield ""
        yield from _advice(answer.advice, answer, program)
    if answer.engage:
        yield ""
        yield from _engage(apart.engage)
    if answer.candidates and answer.target is not None:
        yield ""
        yield from _others(answer.candidates, program)
    if answer.notes:
        yield ""
        for note in answer.notes:
            yield from _note(note, program)


def _note(note: Note, program: Program) -> Iterator[Line]:
    text, typed = note_words(note, program)
    yield [warning("Note: "), f"{text}:" if typed else text]
    if typed:
        yield ["   ", command(typed)]


def short_line(answer: Answer) -> Line:
    """Tell an answer on one line: the best way, or that there is none."""
    together = f", {len(answer.targets)} entries asked together" if len(answer.targets) > 1 else ""
    asked = shorten(answer.asked, 60)
    if not answer.paths:
        return [name(asked), ": ", warning("no way yet"), dim(together)]
    best = name_apart(answer).paths[0]
    return [name(asked), ": ", arrows(best, answer.me.id), dim(f", {_likely(best)}{_others_beside(answer)}{together}")]


def _others_beside(answer: Answer) -> str:
    others = len(answer.paths) - 1
    if answer.more:
        return f", and more than {count(others, 'other way')}" if others else ", and other ways"
    return f", and {count(others, 'other way')}" if others else ""


def refused_line(answer: Answer, error: IntrographError) -> Line:
    """Tell on one line why somebody can't be asked for; whom the name may mean."""
    why = str(error)
    if isinstance(error, NameUnknownError):
        several = isinstance(error, NameAmbiguousError)
        why = "not clear who is meant" if several else "nobody here goes by that name"
    return [name(shorten(answer.asked, 60)), ": ", warning(why), *_near(answer.candidates)]


def _near(candidates: Sequence[Candidate]) -> list[Span | str]:
    if not candidates:
        return []
    return [dim(f" (near: {', '.join(f'{shorten(one.name, 40)} {one.id}' for one in candidates[:_CANDIDATES])})")]


def arrows(path: Path, me: str) -> str:
    """Write a path as its people: You → Rieva Lesonski → Steve Strauss."""
    return " → ".join(called(person, me) for person in path.people)


def _title(answer: Answer, shown: int) -> Iterator[Line]:
    whom = answer.target.name if answer.target else answer.asked
    day_of = dim(f"  as of {day(answer.as_of)}")
    if not answer.paths:
        yield [heading(f"No way to {shorten(whom, 80)} yet"), day_of]
        return
    more = answer.more or len(answer.paths) > shown
    ways = f"The best {f'{shown} ' if shown > 1 else ''}of more ways" if more else count(shown, "way")
    yield [heading(f"{ways} to {shorten(whom, 80)}"), day_of]


def _introduced(one: Introduced) -> Iterator[Line]:
    to, by = (shorten(person.name, 60) for person in (one.to, one.by))
    yield good(f"You were introduced to {to} by {by} on {day(one.at)}: write to them directly.")


def _openings(openings: Sequence[Opening], me: str) -> Iterator[Line]:
    yield heading("Your opening" if len(openings) == 1 else "Your openings")
    for opening in openings:
        people = {opening.about.id: opening.about, me: Person(id=me, name="You")}
        yield from evidence_lines(opening.evidence, people, me, "   ")


def _ways(answer: Answer, paths: Sequence[Path], *, details: bool) -> Iterator[Line]:
    proven: dict[tuple[str, str], int] = {}  # the way with which a step was
    warned: set[str] = set()
    for rank, path in enumerate(paths, 1):
        yield ""
        yield from _way(rank, path, answer.me.id, proven, warned, details=details)


def _way(
    rank: int, path: Path, me: str, proven: dict[tuple[str, str], int], warned: set[str], *, details: bool
) -> Iterator[Line]:
    """Tell a way; what proves a step is told with the first way that has it."""
    number = f" ({path.strength!r}, weakest {path.weakest!r})" if details else ""
    asked = f", asked {day(path.asked)}" if path.asked else ""
    if lately := asked_lately_words(path):
        asked += ", asked lately"
    yield [heading(f"{rank}. {arrows(path, me)}"), dim(f"  {_likely(path)}{asked}{number}")]
    if lately and lately not in warned:
        warned.add(lately)
        yield ["   ", lately]
    people = {person.id: person for person in path.people}
    for hop in path.hops:
        before = proven.setdefault((hop.source.id, hop.target.id), rank)
        seen = dim(f"  (see way {before})") if before != rank and not details else ""
        yield ["   ", *tie_line(hop, me, details=details), seen]
        if not seen:
            yield from _proof(hop, people, me, warned, details=details)
    for caution in path.warnings:
        if caution.step is None:
            yield ["   ", warning(f"! {caution_sentence(caution)}")]


def _proof(hop: Hop, people: dict[str, Person], me: str, warned: set[str], *, details: bool) -> Iterator[Line]:
    proofs = hop.evidence if details else _chosen(hop.evidence)
    for piece in proofs:
        yield from evidence_lines(piece, people, me, "     ")
    if len(hop.evidence) > len(proofs):
        yield dim(f"     and {len(hop.evidence) - len(proofs)} more with --details")
    for caution in hop.warnings:
        words = caution_sentence(caution)
        if words not in warned:
            yield ["     ", warning(f"! {words}")]
        if caution.kind is CautionKind.NAME_ONLY:  # of a person, so that it is said once; of a step it is always
            warned.add(words)


def _chosen(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Choose what is shown by itself: all introductions and what was declared, ahead of the newest acts."""
    first = [piece for piece in evidence if piece.kind in _ALWAYS]
    acts = [piece for piece in evidence if piece.kind not in _ALWAYS]
    return first + acts[: max(_PROOFS - len(first), 1)]


def _likely(path: Path) -> str:
    """Say how likely a way is to work, in words: its weakest step decides."""
    if len(path.hops) == 1:
        return f"you can ask yourself: {path.hops[0].closeness.value}"
    weakest = min(path.hops, key=lambda hop: hop.strength)
    return f"{count(len(path.hops), 'step')}, weakest {weakest.closeness.value}"


def _advice(advice: Advice, answer: Answer, program: Program) -> Iterator[Line]:
    whom = shorten(answer.target.name, 80) if answer.target else "them"
    if advice.answered:
        yield heading(f"{whom} answers")
        yield from (_near_line(near) for near in advice.answered)
    if advice.nearest:
        yield heading("Of those you can ask, these come nearest")
        yield from (_near_line(near) for near in advice.nearest)
    if advice.more:
        yield heading("What to do")
        for hint in advice.more:
            yield from led(*hint_words(hint, program))


def _near_line(near: Near) -> Line:
    return [
        "   · ",
        name(shorten(near.person.name, 60)),
        dim(f" ({near_words(near)}; {strength_words(near.strength)})"),
    ]


def _engage(items: Sequence[Engagement]) -> Iterator[Line]:
    yield heading("Worth a thoughtful comment")
    for one in items[:_ENGAGE]:
        title = titled(one.title, one.item)
        yield ["   · ", name(shorten(one.person.name, 60)), f": {title}", dim(f", {day(one.at)}")]
        if (safe := link(one.url)) is not None:
            yield ["     ", Span(safe, Style.LINK)]


def _others(candidates: Sequence[Candidate], program: Program) -> Iterator[Line]:
    yield dim("Somebody else was meant? Ask by id:")
    for one in candidates[:_CANDIDATES]:
        yield ["   ", command(one.id), dim(f"  {shorten(one.name, 60)} ({candidate_words(one)})")]
    if len(candidates) > _CANDIDATES:
        more = dim(f"   and {len(candidates) - _CANDIDATES} more: ")
        yield [more, command(program.line("people", "search", "NAME"))]
