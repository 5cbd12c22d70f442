"""Markdown: a brief for a person to read: the ways to somebody, the sources that prove each step, the openings."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from graph.answers.answer import Answer, Engagement, Evidence, Hop, Introduced, Path
from graph.answers.targets import name_apart
from graph.export.escapes import safe_link
from graph.export.tables import Words
from graph.people.person import Person
from graph.records.clean import line, shorten

_NAME_LIMIT = 120
_TEXT_LIMIT = 400
# CommonMark lets any ASCII punctuation be escaped; these can begin markup. `://`, `www.` and `@` would become links
# by themselves in GitHub's dialect; a number with a dot or bracket, a dash or plus begins a list, `=` underlines.
_MARKUP = re.compile(r"[\\`*_\[\]<>#|~&$!^{}]|:(?=//)|(?<=www)\.|(?<=\w)@(?=\w)|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
_ACTS = {
    "mention": "{a} mentioned {b}",
    "reply": "{a} replied to {b}",
    "quote": "{a} quoted {b}",
    "repost": "{a} passed on what {b} wrote",
    "like": "{a} liked what {b} wrote",
    "comment": "{a} commented, addressing {b}",
    "message": "{a} wrote to {b}",
    "copied": "{a} copied {b} in",
    "meeting": "{a} and {b} met",
    "call": "{a} and {b} talked",
    "follow": "{a} followed {b}",
    "connection": "{a} and {b} are connected",
    "recommendation": "{a} recommended {b}",
    "introduction": "{a} and {b} were introduced",
    "declared": "{a} and {b} know each other",
}


class _BriefNames:
    """How people are named in one brief: me as You, everybody else by name, escaped once."""

    def __init__(self, answer: Answer) -> None:
        self._me = answer.me.id
        self._known = {person.id: person for person in _everybody(answer)}

    def of(self, person: Person | str) -> str:
        found = self._known.get(person, person) if isinstance(person, str) else person
        if isinstance(found, str):
            return escape(found, _NAME_LIMIT)
        return "You" if found.id == self._me else escape(line(found.name) or found.id, _NAME_LIMIT)

    def within(self, person: Person | str) -> str:
        """Name a person in the middle of a sentence."""
        person_id = person if isinstance(person, str) else person.id
        return "you" if person_id == self._me else self.of(person)


def escape(text: str, limit: int = _TEXT_LIMIT) -> str:
    """Write a text as one line of Markdown that shows as it is: no markup, no link, no HTML, cut at the limit."""
    return _MARKUP.sub(r"\\\g<0>", shorten(line(text), limit))


def code(text: str) -> str:
    """Write a text as code that shows as it is: nothing is escaped in it, so the fence outgrows what is inside."""
    text = line(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}"


def paths_md(answer: Answer, words: Words) -> Iterator[str]:
    """Write the brief: ranked ways as sentences, evidence with links and dates, warnings, openings, or advice.

    Closeness is said in words, and not at all for other eyes; no strength is shown.
    """
    aim = escape(answer.asked, _NAME_LIMIT) if answer.target is None else _BriefNames(answer).of(answer.target)
    answer = name_apart(answer)
    names = _BriefNames(answer)
    yield f"# How to reach {aim}\n\n"
    yield f"As of {answer.as_of.isoformat()}. {_summary(answer)}\n"
    yield from _bullets("", [_introduced(one, names) for one in answer.introduced])
    yield from _bullets("", [_hint(*words.note(note)) for note in answer.notes])
    for rank, path in enumerate(answer.paths, start=1):
        yield from _way(rank, path, names, words, for_others=answer.for_others)
    yield from _candidates(answer, words)
    openings = [
        f"{_evidence(opening.evidence, names, words)} (about {names.within(opening.about)})"
        for opening in answer.openings
    ]
    yield from _bullets("## Your openings", openings)
    yield from _bullets("## Worth a thoughtful comment", [_engagement(one, names, words) for one in answer.engage])
    yield from _advice(answer, aim, names, words)


def _everybody(answer: Answer) -> Iterator[Person]:
    for opening in answer.openings:
        yield opening.about
    for path in answer.paths:
        yield from path.people
    if answer.target is not None:
        yield from (answer.target, *answer.targets)
    yield answer.me


def _summary(answer: Answer) -> str:
    if answer.paths:
        many = len(answer.paths)
        if answer.more:
            return "The best of more ways." if many == 1 else f"The best {many} of more ways, the most promising first."
        return "One way." if many == 1 else f"{many} ways, the most promising first."
    unclear = answer.target is None and answer.candidates
    return "Several people go by that name." if unclear else "No way is known."


def _introduced(one: Introduced, names: _BriefNames) -> str:
    return (
        f"You were introduced to {names.of(one.to)} by {names.of(one.by)} on {one.at.date().isoformat()}: "
        "write to them directly."
    )


def _bullets(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """Write a list under a heading; nothing where there are no lines."""
    for index, text in enumerate(lines):
        if index == 0:
            yield f"\n{heading}\n\n" if heading else "\n"
        yield f"- {text}\n"


def _way(rank: int, path: Path, names: _BriefNames, words: Words, *, for_others: bool) -> Iterator[str]:
    called = [names.of(person) for person in path.people]
    yield f"\n## {rank}. {' → '.join(called)}\n\n{_request(called)}\n"
    yield from _bullets("", [f"Note: {escape(warning)}" for warning in words.path_warnings(path)])
    for hop in path.hops:
        yield from _step(hop, names, words, for_others=for_others)


def _request(called: list[str]) -> str:
    *introducers, target = called[1:]
    if not introducers:
        return f"Write to **{target}** yourself."
    asked = "".join(f" to ask **{name}**" for name in introducers[1:])
    return f"Ask **{introducers[0]}**{asked} to introduce you to **{target}**."


def _step(hop: Hop, names: _BriefNames, words: Words, *, for_others: bool) -> Iterator[str]:
    source, target = names.of(hop.source), names.of(hop.target)
    said = "" if for_others else f": {hop.closeness.value}{', dormant' if hop.dormant else ''}."
    yield f"\n**{source} → {target}**{said}\n"
    yield from _bullets("", [_evidence(piece, names, words) for piece in hop.evidence] or ["No public evidence."])


def _evidence(piece: Evidence, names: _BriefNames, words: Words) -> str:
    act = _ACTS.get(piece.kind, "{a} acted towards {b}")
    told = act.format(a=names.of(piece.source), b=names.within(piece.target))
    said = f", as told by {names.within(piece.said_by)}" if piece.said_by else ""
    title = words.title(piece)
    item = f": {_linked(title, piece.url)}" if title or safe_link(piece.url) else ""
    quoted = f" “{escape(piece.excerpt)}”" if piece.excerpt else ""
    return f"{_day(piece.at)}{told}{said}{item}{quoted}"


def _engagement(one: Engagement, names: _BriefNames, words: Words) -> str:
    item = _linked(one.title or one.item, one.url)
    return f"{_day(one.at)}{names.of(one.person)}: {item} ({escape(words.engagement(one))})"


def _candidates(answer: Answer, words: Words) -> Iterator[str]:
    told = [
        f"{escape(one.name, _NAME_LIMIT)} ({escape(one.id, _NAME_LIMIT)}): {escape(words.candidate(one))}"
        for one in answer.candidates
    ]
    yield from _bullets("## Who may be meant" if answer.target is None else "## Who else may be meant", told)


def _advice(answer: Answer, aim: str, names: _BriefNames, words: Words) -> Iterator[str]:
    advice = answer.advice
    if advice is None:
        return
    answered = [f"{names.of(near.person)}: {escape(words.near(near))}" for near in advice.answered]
    nearest = [f"{names.of(near.person)}: {escape(words.near(near))}" for near in advice.nearest]
    yield from _bullets(f"## Whom {aim} answers", answered)
    yield from _bullets("## Who of your contacts comes nearest", nearest)
    yield from _bullets("## What would show more", [_hint(*words.hint(hint)) for hint in advice.more])


def _hint(text: str, command: str | None) -> str:
    return f"{escape(text)}: {code(command)}" if command else escape(text)


def _linked(title: str | None, url: str | None) -> str:
    """Link a title, or the address itself where there is none; a link that is not safe to click stays text."""
    link = safe_link(url)
    shown = escape(title or "", _TEXT_LIMIT) or (escape(link, _NAME_LIMIT) if link else "")
    return f"[{shown}](<{link}>)" if link else shown


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at.date().isoformat()}: "
