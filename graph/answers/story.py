"""The story of me and somebody: how it began, and what passed since, told in chapters.

What passed is divided as one would tell it. Meetings, calls, introductions and what was told are events, each a chapter
of its own. Of what lies between two events, the acts of one kind are one chapter, a year long at most; fewer than three
are told one by one. What began it is the first act, with what of its kind passed within the month after it. Where two
people met more than a dozen times, only the first time is an event.
"""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from graph.answers.answer import Evidence
from graph.answers.contacts import Month, contacts_between, count_by_kind
from graph.answers.evidence import LONG_AGO, Case, when
from graph.model import DECLARED, INTRODUCTION, MUTUAL_KINDS, IntroductionStep
from graph.people.person import Person
from graph.ties.introductions import mutual_acts, steps_between, until_of

_SUMMED = 3
_EVENTS = 12
_LONGEST, _BEGINNING = timedelta(days=365), timedelta(days=30)
_REPLY = re.compile(r"^(?:\s*(?:re|aw|sv|fwd?|wg)\s*:)+\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trio:
    """An introduction and its people, as it stood on a day.

    Attributes:
        id: The introduction's.
        by: Who introduces, or was asked to: `person` to `to`.
        initiator: Who started it, where that is known.
        steps: Its states up to that day, oldest first, one at least.
        done: When it last proved that the two met, or are to; None where nothing came of it yet.
    """

    id: str
    by: Person
    person: Person
    to: Person
    initiator: Person | None
    steps: tuple[IntroductionStep, ...]
    done: datetime | None

    @property
    def at(self) -> datetime:
        """When it came about, else its newest state."""
        return self.done or self.steps[-1].at

    @property
    def ids(self) -> tuple[str, str, str]:
        """The ids of its people."""
        return self.by.id, self.person.id, self.to.id


class Turn(StrEnum):
    """What a chapter is in the story."""

    OPENING = "opening"
    CONTACT = "contact"
    FIRST = "first"
    ACT = "act"
    RUN = "run"
    DECLARED = "declared"
    INTRODUCTION = "introduction"


_BEGAN = frozenset({Turn.OPENING, Turn.CONTACT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One entry of a story.

    Attributes:
        turn: OPENING and CONTACT are what began it: my public act, or any other; FIRST is the first of all meetings (or
            calls, and so on), ACT one act, RUN several of one kind, DECLARED what was said of the two.
        kind: Of its acts.
        since: The first act; None where they are undated.
        until: The last one.
        out: Acts of mine; `in_` of theirs.
        act: The only act, or of what began it the first; None for a RUN and an INTRODUCTION.
        answer: Of what began it: the first act back.
        titles: What its acts were on, without marks of replies, most frequent first, then as they came.
        private: Whether any of its acts is.
    """

    turn: Turn
    kind: str
    since: datetime | None
    until: datetime | None
    out: int = 0
    in_: int = 0
    act: Evidence | None = None
    answer: datetime | None = None
    titles: tuple[str, ...] = ()
    private: bool = False
    trio: Trio | None = None

    @property
    def at(self) -> datetime | None:
        """Where it stands in the story."""
        return self.since if self.turn in _BEGAN else self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What passed between me and somebody.

    Attributes:
        chapters: Newest first; undated ones last.
        months: Dated acts and introductions, by month, then kind; `out` are mine.
        one_way: Whether all acts go one way, none is of both, and no introduction came about.
    """

    chapters: tuple[Chapter, ...]
    months: tuple[Month, ...]
    one_way: bool


def read_story(case: Case, me: Person, person: Person) -> Story:
    """Tell what passed between me and somebody else under the case's filters, and who was to introduce whom."""
    until = until_of(case.filters)  # a declared tie of after that day holds, but undated
    pieces = [
        replace(piece, at=None) if until and piece.kind == DECLARED and when(piece) >= until else piece
        for piece in contacts_between(case, me, person)
    ]
    trios = [one for one in find_trios(case, me) if person.id in one.ids]
    chapters = [*divide(pieces, me.id, [one.at for one in trios]), *map(_introduce, trios)]
    sides = {piece.source for piece in pieces if piece.kind != DECLARED}
    return Story(
        chapters=tuple(sorted(chapters, key=_place, reverse=True)),
        months=count_by_kind(pieces, me),
        one_way=len(sides) == 1 and not any(piece.kind in {*MUTUAL_KINDS, INTRODUCTION} for piece in pieces),
    )


def find_trios(case: Case, person: Person) -> list[Trio]:
    """Find the introductions that somebody makes or is part of, as they stood on the case's day, newest first."""
    until, person_of = until_of(case.filters), case.directory.persons.person_of
    found = []
    for one in case.introductions:
        steps, people = tuple(steps_between(one, None, until)), (one.by, one.person, one.to)
        if one.retracted_at is None and steps and person.id in {person_of(who.id) for who in people}:
            by, whom, to = (case.directory.person(who.id) for who in people)
            initiator = case.directory.person(one.initiator.id) if one.initiator else None
            done = max(mutual_acts(one, None, until), default=None)
            found.append(Trio(id=str(one.id), by=by, person=whom, to=to, initiator=initiator, steps=steps, done=done))
    return sorted(found, key=lambda one: (one.at, one.ids), reverse=True)


def divide(pieces: Iterable[Evidence], me: str, events: Iterable[datetime] = ()) -> list[Chapter]:
    """Divide what passed into chapters, each act into one, whatever the order in which they are given.

    Args:
        pieces: Acts and what was told; introductions are left out, as they are no acts.
        me: My person id.
        events: When something else happened that a run does not go on over.
    """
    ordered = sorted(pieces, key=_order)
    told = [piece for piece in ordered if piece.kind == DECLARED]
    acts = [piece for piece in ordered if piece.kind not in {DECLARED, INTRODUCTION}]
    chapters = [_chapter([piece], me, Turn.DECLARED) for piece in told]
    undated: dict[str, list[Evidence]] = {}
    for act in acts:
        if act.at is None:
            undated.setdefault(act.kind, []).append(act)
    met: set[str] = set()
    dated = [act for act in acts if act.at is not None]
    for place, run in enumerate(_runs(dated, sorted([*events, *(piece.at for piece in told if piece.at)]))):
        first = run[0]
        if first.kind in MUTUAL_KINDS and first.kind not in met:
            chapters.append(_chapter(run, me, Turn.FIRST))
        elif place == 0:
            chapters.append(
                _chapter(run, me, Turn.OPENING if first.source == me and not first.private else Turn.CONTACT)
            )
        else:
            chapters += _tell(run, me)
        met.add(first.kind)
    return chapters + [chapter for run in undated.values() for chapter in _tell(run, me)]


def _runs(acts: Sequence[Evidence], events: Sequence[datetime]) -> list[list[Evidence]]:
    """Gather dated acts, by the first of each run: events by themselves, and of each kind what lies between two."""
    often = Counter(act.kind for act in acts)
    ahead = deque(events)
    runs: list[list[Evidence]] = []
    going: dict[str, list[Evidence]] = {}
    met: set[str] = set()
    for act in acts:
        while ahead and ahead[0] <= when(act):
            ahead.popleft()
            going.clear()
        run = going.get(act.kind)
        if act.kind in MUTUAL_KINDS and (often[act.kind] <= _EVENTS or act.kind not in met):
            going.clear()
            runs.append([act])
        elif run is not None and when(act) - when(run[0]) <= (_BEGINNING if run is runs[0] else _LONGEST):
            run.append(act)
        else:
            going[act.kind] = [act]
            runs.append(going[act.kind])
        met.add(act.kind)
    return runs


def _tell(run: Sequence[Evidence], me: str) -> Iterator[Chapter]:
    """Sum up a run, or tell its acts one by one where they are few."""
    if len(run) >= _SUMMED:
        yield _chapter(run, me, Turn.RUN)
    else:
        yield from (_chapter([act], me, Turn.ACT) for act in run)


def _chapter(run: Sequence[Evidence], me: str, turn: Turn) -> Chapter:
    out = sum(act.source == me for act in run)
    titles = Counter(title for act in run if (title := _REPLY.sub("", act.title or "").strip()))
    return Chapter(
        turn=turn,
        kind=run[0].kind,
        since=run[0].at,
        until=run[-1].at,
        out=out,
        in_=len(run) - out,
        act=None if turn is Turn.RUN else run[0],
        answer=next((act.at for act in run if act.source != run[0].source), None),
        titles=tuple(title for title, _ in titles.most_common()),
        private=any(act.private for act in run),
    )


def _introduce(trio: Trio) -> Chapter:
    return Chapter(turn=Turn.INTRODUCTION, kind=INTRODUCTION, since=trio.at, until=trio.at, trio=trio)


def _order(act: Evidence) -> tuple[datetime, str]:
    """Tell acts apart by all that is known of them: the store's order is not that of the story."""
    told = (act.kind, act.source, act.title, act.url, act.excerpt, act.item_kind, act.private, act.how)
    return when(act), " ".join(map(str, told))


def _place(chapter: Chapter) -> tuple[datetime, bool, str]:
    return chapter.at or LONG_AGO, chapter.turn not in _BEGAN, chapter.kind
