"""The request in words: a note to who is asked, lines for them to pass on, and what these tell and leave out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from dashboard.service.drafting import Draft
from dashboard.words.acts import count_both, kind_plural, verb
from dashboard.words.lines import Line, capital, day, enumerate_words, link, name, number, plain, shorten
from dashboard.words.proof import act_line, short_names, site
from graph.answers.answer import Evidence
from graph.model import Kind
from graph.people.person import Person

_NAME, _TITLE, OWN_WORDS = 60, 60, 160
_MOST = 120  # words: what is longer is not read to its end
_TALK = frozenset({Kind.REPLY, Kind.COMMENT, Kind.MENTION, Kind.QUOTE})
REASON = "[Why you want to meet, in one sentence]"
PUBLIC = "public"
OWN = "from your data alone; read it before you send it"
YOURS = "Edit freely. Your own reason is the one thing that only you can write."
MISSING = "Your reason is not in it yet. Write it, or copy once more to take the note as it is."


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is written.

    Attributes:
        forward: Lines for the target, to be forwarded as they are; empty where the note goes to the target itself.
    """

    subject: str
    note: str
    forward: str


def write_letter(draft: Draft) -> Letter:
    """Write the request; my own words are quoted where the whole stays short with them."""
    for quoted in (True, False):
        letter = _write(draft, quoted=quoted)
        if len(f"{letter.note} {letter.forward}".split()) <= _MOST:
            break
    return letter


def _write(draft: Draft, *, quoted: bool) -> Letter:
    short = names_in(draft)
    hello, to = short[draft.reader.id], short[draft.target.id]
    opening = _opening_words(draft, quoted=quoted)
    if draft.direct:
        told = f"{_introduced_words(draft)} {opening}".strip()
        note = _paragraphs(f"Hi {hello},", told, REASON, "If it does not suit you, a plain no is fine.")
        return Letter(subject=_subject(draft), note=note, forward="")
    first = f"let {short[draft.people[-2].id]} ask {to}" if len(draft.people) > 2 else f"ask {to}"
    note = _paragraphs(
        f"Hi {hello},",
        capital(f"{_request(draft, short)} {_seen_words(draft)}".strip()),
        REASON,
        f"If it suits you, please {first} first. The lines below are for forwarding as they are. "
        "If it does not suit you, a plain no is fine.",
    )
    forward = _paragraphs(f"Hello {to},", f"{opening} {REASON} I would be glad to talk with you. A no is fine.".strip())
    return Letter(subject=_subject(draft), note=note, forward=forward)


def _subject(draft: Draft) -> str:
    if not draft.direct:
        return f"An introduction to {_full(draft.target)}?"
    by = draft.introduced and draft.introduced.by
    return f"Following up on {_first(by)}’s introduction" if by else "Getting in touch"


def _introduced_words(draft: Draft) -> str:
    """Say who introduced us, and when."""
    one = draft.introduced
    return f"{_full(one.by)} introduced us on {_day(one.at, draft.as_of)}." if one else ""


def _first(person: Person) -> str:
    return short_names([person], "")[person.id] or person.id


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))


def _full(person: Person) -> str:
    return shorten(person.name, _NAME) or person.id


def names_in(draft: Draft) -> Mapping[str, str]:
    """Call the people of a draft by their first names, by id."""
    return {one: short or one for one, short in short_names(draft.people, "").items()}


def _request(draft: Draft, short: Mapping[str, str]) -> str:
    """Ask for it, along the chain; that the first two know each other is claimed only where it is seen in public."""
    _, *between, target = draft.people
    after = between[0] if between else target
    wish = f"introduce me to {_full(target)}"
    if not between and not draft.seen:
        return f"if you know {_full(target)}, would you introduce me?"
    if between:
        chain = [_full(one) if draft.seen or one is not after else short[one.id] for one in between]
        wish = f"ask {' to ask '.join(chain)} whether {short[between[-1].id]} would {wish}"
    return f"would you {wish}?" if draft.seen else f"if you know {_full(after)}, would you {wish}?"


def _seen_words(draft: Draft) -> str:
    """Say where the first two were seen with each other: "I saw the two of you on forum.example in January, …"."""
    if not draft.seen:
        return ""
    piece = draft.seen[0]
    where, when = site(piece.url), _month(piece.at, draft.as_of)
    if not where and not when:
        return "I think the two of you know each other."
    title = _quoted(piece) if piece.kind in _TALK else ""
    return f"I saw the two of you{f' on {where}' if where else ''}{when}{f', talking about {title}' if title else ''}."


def _opening_words(draft: Draft, *, quoted: bool) -> str:
    """Say what I did in public: "I commented on your “What the regulars know” on 17 March: “…”"."""
    piece = draft.opening
    if piece is None:
        return ""
    did, title, where = verb(piece.kind, mine=True), _quoted(piece), site(piece.url)
    if piece.on_item:
        told = f"I {did.removesuffix(' something of')} your {title or shorten(piece.item_kind or 'post', 20)}"
    else:
        told = f"I {did} {'yours' if did.endswith(' of') else 'you'}"
        told += f" on {where}" if where else ""
    told += "" if piece.at is None else f" on {_day(piece.at, draft.as_of)}"
    own = shorten(piece.excerpt or "", OWN_WORDS + 1) if quoted and link(piece.url) else ""
    if not own or len(own) > OWN_WORDS or own.endswith("…"):
        return f"{told}."
    return f"{told}: “{own}”{'' if own.endswith(('.', '!', '?')) else '.'}"


def _quoted(piece: Evidence) -> str:
    title = shorten(piece.title or "", _TITLE)
    return f"“{title}”" if title else ""


def _day(at: datetime, today: date) -> str:
    return day(at).removesuffix(f" {today.year}")


def _month(at: datetime | None, today: date) -> str:
    return "" if at is None else f" in {_day(at, today).partition(' ')[2]}"


# --- beside it -------------------------------------------------------------------------------------------------------


def title(*, direct: bool) -> str:
    """Say what is drafted: a request to somebody between, or a note to the target itself."""
    return "Draft a note" if direct else "Draft the request"


def whom_line(draft: Draft) -> Line:
    """Say to whom it goes, and what for."""
    to = name(_full(draft.reader))
    if draft.direct:
        return ["To ", to, ". Nothing is sent from here."]
    return ["To ", to, ", for an introduction to ", name(_full(draft.target)), ". Nothing is sent from here."]


def told(draft: Draft) -> Iterator[tuple[str, str]]:
    """Name what it cites, and where that is seen; of a step that nothing public shows, that it names the two."""
    names = names_in(draft)
    for pair, seen in zip(pairwise(draft.people), (draft.seen, *draft.later), strict=False):
        both = enumerate_words(names[one.id] for one in pair)
        if not seen:
            yield f"That you know of {both}", OWN
            continue
        piece = seen[0]
        what = f"{both}’s {kind_plural(piece.kind)}" if len(seen) > 1 else plain(act_line(piece, names, ""))
        when = "" if piece.at is None else f", {day(piece.at).partition(' ')[2]}"
        yield f"{what}{when}", _public(piece)
    if draft.introduced is not None:
        took = f"{names[draft.target.id]} took part in it"
        yield f"That {_first(draft.introduced.by)} introduced you, {day(draft.introduced.at)}", took
    if draft.opening is not None:
        on = "" if draft.opening.at is None else f" of {day(draft.opening.at)}"
        yield f"Your {draft.opening.kind}{on}", _public(draft.opening)


def _public(piece: Evidence) -> str:
    where = site(piece.url)
    return f"{PUBLIC}, on {where}" if where else PUBLIC


def left_out(draft: Draft) -> Iterator[tuple[str, str]]:
    """Name what it does not say, and why."""
    names = names_in(draft)
    if draft.withheld:
        acts = enumerate_words(map(count_both, draft.withheld))
        apart = f"; {names[draft.target.id]} took no part in them" if draft.apart else ""
        yield f"{acts} with {names[draft.reader.id]}", f"private{apart}"
    yield "How close anybody is to anybody", "for you alone"
    if draft.others:
        ways = "The other way" if draft.others == 1 else f"The {number(draft.others)} other ways"
        yield ways, f"nobody reads here that {'it is' if draft.others == 1 else 'they are'} second choice"


def record_words(rank: int, draft: Draft) -> str:
    """Say what recording does."""
    whose = names_in(draft)[draft.reader.id]
    return f"Way {rank} then reads “asked”. Record what came of it on {whose}’s page."
