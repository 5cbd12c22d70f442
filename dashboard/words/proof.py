"""What proves a step, in the page's words: who did what to whom, how often, and how an opening reads."""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from dashboard.words.acts import MUTUAL, count_both, evidence_title, kind_count, verb
from dashboard.words.lines import Line, Span, clean, day, link, name, number, shorten
from dashboard.words.ways import closeness_words
from graph.answers.answer import Evidence, Hop, KindCount, Opening
from graph.model import DECLARED, INTRODUCTION
from graph.people.person import Person

_NAME, _TITLE = 60, 120
_LATIN_END = "\u024f"
_NO_NAMES = frozenset({"the", "dr", "mr", "mrs", "ms", "prof"})


def short_names(people: Collection[Person], me: str) -> dict[str, str]:
    """Call people by their first names, by id; by whole names where first names are shared or none is known; me You."""
    first = {person.id: _first(person) for person in people}
    taken = list(first.values())
    shared = {one for one in taken if taken.count(one) > 1}
    return {
        person.id: "You"
        if person.id == me
        else shorten(person.name, _NAME)
        if first[person.id] in shared
        else first[person.id]
        for person in people
    }


def _first(person: Person) -> str:
    words = clean(person.name[:500]).split()
    plain = len(words) > 1 and words[0][0].isalpha() and words[0][0] <= _LATIN_END and len(words[0]) > 1
    usable = plain and not words[0].endswith((".", ",")) and words[0].casefold() not in _NO_NAMES
    return shorten(words[0] if usable else person.name, _NAME)


def act_line(piece: Evidence, names: Mapping[str, str], me: str) -> Line:
    """Tell one act: "Ines replied to Marta", "Ines commented on Marta’s article", "You said so: close"."""
    actor, target = (_piece(names, one) for one in (piece.source, piece.target))
    if piece.kind == DECLARED:
        told = f"{shorten(piece.said_by, _NAME)} said so" if piece.said_by else "You said so"
        return f"{told}: {shorten(title, _TITLE)}" if (title := evidence_title(piece)) else told
    did = verb(piece.kind, mine=piece.source == me)
    if piece.kind == INTRODUCTION:
        return [
            actor,
            f" {did} ",
            *_object(target, piece.target == me),
            f", {shorten(evidence_title(piece) or '', _TITLE)}",
        ]
    if piece.on_item:
        return [actor, f" {did.removesuffix(' something of')} ", *_item_of(piece, target, me)]
    return [actor, f" {did} ", *_object(target, piece.target == me)]


def _piece(names: Mapping[str, str], person: str) -> Span:
    return name(names.get(person, person))


def _object(target: Span, mine: bool) -> list[Span | str]:
    return ["you"] if mine else [target]


def _item_of(piece: Evidence, target: Span, me: str) -> list[Span | str]:
    what = shorten(piece.item_kind or "post", 20)
    return [f"your {what}"] if piece.target == me else [target, f"’s {what}"]


def site(url: str | None) -> str:
    """Name the site of a link; nothing where it is not one to follow."""
    safe = link(url)
    if safe is None:
        return ""
    try:
        return shorten((urlsplit(safe).hostname or "").removeprefix("www."), 40)
    except ValueError:
        return ""


def title_words(piece: Evidence) -> str | None:
    """Quote what an act was on; nothing where that has no title, or where the sentence has it already."""
    if piece.kind in {DECLARED, INTRODUCTION} or not piece.title or not clean(piece.title).strip():
        return None
    return f"“{shorten(piece.title, _TITLE)}”"


def legend_words(one: KindCount, first: str, second: str) -> str:
    """Count the acts of one kind: "32 replies, 16 each way", "1 comment, by Ines"."""
    if one.kind in MUTUAL:
        return count_both(one)
    total = kind_count(one.kind, one.out + one.in_)
    if one.out == one.in_:
        return f"{total}, {one.out:,} each way"
    if not one.out or not one.in_:
        return f"{total}, by {_by(first if one.out else second)}"
    return f"{total}, {one.out:,} by {_by(first)}, {one.in_:,} by {_by(second)}"


def _by(who: str) -> str:
    return "you" if who == "You" else who


def counts_words(hop: Hop) -> str:
    """Count the acts of a step shortly: "18 messages, 2 meetings"; "told, not seen" where there are none."""
    return ", ".join(map(count_both, hop.counts)) or "told, not seen"


def step_label(place: int, hop: Hop, me: str) -> str:
    """Name a step to a screen reader: "Step 2: Tomás Birch to Ines Okoye, close, last 15 April 2009"."""
    source, target = ("You" if one.id == me else shorten(one.name, _NAME) for one in (hop.source, hop.target))
    last = f"last {day(hop.last)}" if hop.last else "undated" if hop.counts else "told, not seen"
    return f"Step {place}: {source} to {target}, {closeness_words(hop)}, {last}"


def last_words(hop: Hop) -> str:
    """Say when the two were last in touch."""
    return f"last in touch {day(hop.last)}" if hop.last else "no dated contact"


def opening_parts(opening: Opening, me: str) -> tuple[Line, str | None, str]:
    """Tell an opening in three parts: what was done to whom, the quoted title that is to be a link, and when."""
    piece, about = opening.evidence, name(shorten(opening.about.name, _NAME))
    mine = piece.source == me
    did = verb(piece.kind, mine=mine)
    title = title_words(piece)
    when = f", {day(piece.at)}. {'No answer seen.' if mine else 'You have not answered.'}"
    if title and piece.on_item:
        did = did.removesuffix(" something of")
        return (["You ", did, " ", about, "’s "] if mine else [about, f" {did} your "]), title, when
    line: list[Span | str] = ["You ", did, " ", about] if mine else [about, f" {did} you"]
    return ([*line, ": "] if title else line), title, when


def show_more(shown: int, total: int, page: int = 50) -> str:
    """Name the button that lists more, a page at a time."""
    return f"Show all {number(total)}" if total - shown <= page else f"Show {page} more of {number(total)}"
