"""A story in the page's words: what began it, who met, wrote or introduced whom, and when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from dashboard.words.acts import MUTUAL, kind_count, verb
from dashboard.words.changes import state_word
from dashboard.words.lines import Line, Span, count, day, enumerate_words, name, number, plain, shorten, spans
from dashboard.words.proof import act_line, short_names, title_words
from graph.answers.answer import Evidence
from graph.answers.story import Chapter, Story, Trio, Turn
from graph.model import IntroductionState, IntroductionStep
from graph.people.person import Person

_NAME = 60
_TITLES, _TITLE = 2, 60  # of a run, that are quoted
_SOON = 30  # days that are counted, at most
_ANSWERS = frozenset({"message", "reply", "copied", "comment"})
"""Kinds of which one that comes back is an answer."""
_TOGETHER = {"meeting": "You met", "call": "You talked", "connection": "You connected"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A chapter in words.

    Attributes:
        when: A day, or months.
        lead: What stands out.
        rest: What goes on after it.
        title: What it was on, quoted; it is linked where `url` is one to follow.
        note: A second line.
        excerpt: What was said.
    """

    when: str
    lead: Line = ""
    rest: Line = ""
    title: str = ""
    url: str | None = None
    note: str = ""
    excerpt: str = ""
    private: bool = False


def tell(chapter: Chapter, story: Story, names: Mapping[str, str], me: str) -> Paragraph:
    """Tell a chapter; `names` has the short names of the two, by person id."""
    if chapter.trio is not None:
        trio = chapter.trio
        return Paragraph(when=_day(trio.at), lead=trio_line(trio, names, me), note=_trio_note(trio, me))
    if chapter.act is None:
        run = f"{kind_count(chapter.kind, chapter.out + chapter.in_)}{': ' if chapter.titles else ''}"
        note = "" if chapter.kind in MUTUAL else _sides(chapter, names, me)
        return Paragraph(
            when=_span(chapter), rest=run, title=_titles(chapter.titles), note=note, private=chapter.private
        )
    title = title_words(chapter.act) or ""
    lead, rest = _deed(chapter, chapter.act, names, me, titled=bool(title))
    return Paragraph(
        when=_day(chapter.since),
        lead=lead,
        rest=rest,
        title=title,
        url=None if chapter.private else chapter.act.url,
        note=_answer(chapter, story, names, me) if chapter.turn in {Turn.OPENING, Turn.CONTACT} else "",
        excerpt=chapter.act.excerpt or "",
        private=chapter.private and chapter.turn is not Turn.DECLARED,
    )


def _deed(chapter: Chapter, act: Evidence, names: Mapping[str, str], me: str, *, titled: bool) -> tuple[Line, Line]:
    """Say what was done: what stands out of it, and the rest."""
    if chapter.turn in {Turn.OPENING, Turn.CONTACT}:
        first, *others = spans(act_line(act, names, me))
        start = Span("you") if act.source == me else first
        return "Your opening: " if chapter.turn is Turn.OPENING else "First contact: ", [
            start,
            *others,
            ", " if titled else "",
        ]
    if chapter.turn is Turn.DECLARED:
        who, colon, what = plain(act_line(act, names, me)).partition(": ")
        return f"{who}{colon}", what
    lead: Line = _TOGETHER.get(act.kind) or act_line(act, names, me)
    if chapter.turn is Turn.FIRST and act.kind != "connection":
        return lead, f" for the first time here{': ' if titled else ''}"
    return [*spans(lead), ": " if titled else ""], ""


def _titles(titles: tuple[str, ...]) -> str:
    more = len(titles) - _TITLES
    quoted = [f"“{shorten(one, _TITLE)}”" for one in titles[:_TITLES]]
    return enumerate_words([*quoted, f"{number(more)} more"] if more > 0 else quoted)


def _sides(chapter: Chapter, names: Mapping[str, str], me: str) -> str:
    other = _other(names, me)
    if not (chapter.out and chapter.in_):
        return f"all from {'you' if chapter.out else other}"
    return f"{number(chapter.out)} from you, {number(chapter.in_)} from {other}"


def _other(names: Mapping[str, str], me: str) -> str:
    return next(named for person, named in names.items() if person != me)


def _answer(chapter: Chapter, story: Story, names: Mapping[str, str], me: str) -> str:
    """Say what came of the first act: "you answered the next day; 3 more by 9 October 2008", "Ann followed you …"."""
    mine = chapter.act is not None and chapter.act.source == me
    told = []
    if chapter.answer is not None and chapter.since is not None:
        who, whom = (_other(names, me), "you") if mine else ("you", _other(names, me))
        did = "followed" if chapter.kind == "follow" else verb(chapter.kind, mine=False)
        did = "answered" if chapter.kind in _ANSWERS else f"{did} {whom}"
        told.append(f"{who} {did} {_after(chapter.since, chapter.answer)}")
    elif story.one_way:
        told.append("no answer seen" if mine else "you have not answered")
    if more := chapter.out + chapter.in_ - (1 if chapter.answer is None else 2):
        told.append(f"{number(more)} more by {day(chapter.until)}")
    return "; ".join(told)


def _after(start: datetime, then: datetime) -> str:
    days = (then.date() - start.date()).days
    if days > _SOON:
        return f"on {day(then)}"
    return {0: "the same day", 1: "the next day"}.get(days) or f"{count(days, 'day')} later"


def trio_line(trio: Trio, names: Mapping[str, str], me: str) -> Line:
    """Tell an introduction: "Rieva Lesonski introduced you", "You asked Noor for an introduction to Marta Quill"."""
    by = _called(trio.by, names, me, start=True)
    whom, to = (trio.to, trio.person) if trio.to.id == me else (trio.person, trio.to)
    if trio.done is not None and whom.id == me and to.id in names:
        return [by, " introduced you"]
    if trio.done is not None:
        return [by, " introduced ", _called(whom, names, me), " to ", _called(to, names, me)]
    asker = trio.initiator
    if asker is not None and asker.id in {whom.id, to.id}:
        other = to if asker.id == whom.id else whom
        start, end = _called(asker, names, me, start=True), _called(other, names, me)
        return [start, " asked ", _called(trio.by, names, me), " for an introduction to ", end]
    return [by, " offered to introduce ", _called(whom, names, me), " to ", _called(to, names, me)]


def _called(person: Person, names: Mapping[str, str], me: str, *, start: bool = False) -> Span:
    if person.id == me:
        return Span("You" if start else "you")
    return name(names.get(person.id) or shorten(person.name, _NAME))


def _trio_note(trio: Trio, me: str) -> str:
    last = trio.steps[-1]
    if trio.done is None and last.state is not IntroductionState.DECLINED:
        return f"{last.state.value}, not answered yet"
    if trio.done is None:
        return f"declined {day(last.at)}"
    return "; ".join(said for said, step in trio_steps(trio, me) if step.state is not IntroductionState.ACCEPTED)


def trio_steps(trio: Trio, me: str) -> Iterator[tuple[str, IntroductionStep]]:
    """Say each state of an introduction: "Steve asked Rieva", "Rieva proposed it to you", "introduced"."""
    people = (trio.by, trio.person, trio.to)
    short = short_names(people, me) | {me: "you"}
    by, person, to = (short[one.id] for one in people)
    ends = {trio.person.id: (person, to), trio.to.id: (to, person)}
    asker, other = ends.get(trio.initiator.id if trio.initiator else "", ("", ""))
    for step in trio.steps:
        said = {
            IntroductionState.ASKED: f"{asker} asked {by}" if asker else "asked",
            IntroductionState.PROPOSED: f"{by} proposed it to {other}" if other else f"{by} proposed it",
            IntroductionState.MET: f"{person} and {to} met",
        }
        yield said.get(step.state) or state_word(step.state), step


def trio_state(trio: Trio) -> str:
    """Say where an introduction stands: "asked 30 April 2009"."""
    return f"{state_word(trio.steps[-1].state)} {day(trio.steps[-1].at)}"


def trio_title(trio: Trio, person: Person, me: str) -> Line:
    """Name an introduction on somebody's page by its other people: "You, by Rieva Lesonski", "to Marta Quill"."""
    pair = [one for one in (trio.person, trio.to) if one.id != person.id]
    if len(pair) == 1:
        by = _called(trio.by, {}, me)
        return [_called(pair[0], {}, me, start=True), ", by ", by]
    known = [one for one in pair if one.id != me]
    if len(known) == 1:
        return ["to ", _called(known[0], {}, me)]
    return [_called(pair[0], {}, me), " to ", _called(pair[1], {}, me)]


def _day(at: datetime | None) -> str:
    if at is None:
        return "undated"
    days, month, year = day(at).split()
    return f"{days} {month[:3]} {year}"


def _span(chapter: Chapter) -> str:
    """Say in which months it was: "Jan to Mar 2009", "Nov 2008 to Jan 2009"."""
    if chapter.since is None or chapter.until is None:
        return "undated"
    (_, first, year), (_, last, end) = (_day(at).split() for at in (chapter.since, chapter.until))
    if year != end:
        return f"{first} {year} to {last} {end}"
    return f"{first} to {last} {end}" if first != last else f"{last} {end}"
