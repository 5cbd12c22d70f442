"""Acts in words: who did what to whom, when, on what, with the link where there is a safe one."""

from collections.abc import Iterator
from datetime import date

from dashboard.words.lines import Line, Span, Style, clean, count, day, dim, link, name, plural, shorten, warning
from graph.answers.answer import Evidence, Hop, KindCount
from graph.model import INTRODUCTION, MUTUAL_KINDS, Closeness
from graph.people.person import Person
from graph.ties.formula import closeness_of

_TITLE, _EXCERPT, _NAME = 120, 160, 60
MUTUAL = frozenset({*(kind.value for kind in MUTUAL_KINDS), INTRODUCTION})
"""Kinds of which one act is of both."""
# For me and for others: what one did to the other.
_DID = {
    "mention": ("mentioned", "mentioned"),
    "reply": ("replied to", "replied to"),
    "quote": ("quoted", "quoted"),
    "repost": ("reposted", "reposted"),
    "like": ("liked something of", "liked something of"),
    "comment": ("commented on something of", "commented on something of"),
    "message": ("wrote to", "wrote to"),
    "copied": ("sent a copy to", "sent a copy to"),
    "meeting": ("met", "met"),
    "call": ("had a call with", "had a call with"),
    "follow": ("follow", "follows"),
    "connection": ("are connected with", "is connected with"),
    "recommendation": ("recommended", "recommended"),
    "introduction": ("were introduced to", "was introduced to"),
    "declared": ("know", "knows"),
}


def verb(kind: str, *, mine: bool) -> str:
    """Say what one did to the other: `replied to`."""
    return _DID.get(kind, (kind, kind))[0 if mine else 1]


def called(person: Person, me: str) -> str:
    """Call somebody by name in a sentence; me "You"."""
    return "You" if person.id == me else shorten(person.name, _NAME) or person.id


def evidence_lines(piece: Evidence, people: dict[str, Person], me: str, indent: str) -> Iterator[Line]:
    """Tell one act: a line, and below it what was said and the link."""
    actor, target = (people.get(one, Person(id=one, name=one)) for one in (piece.source, piece.target))
    did = verb(piece.kind, mine=actor.id == me)
    whom = "you" if target.id == me else called(target, me)
    sentence = f"{called(actor, me)} {did} {whom}"
    title = evidence_title(piece)
    if piece.kind == "declared":
        said_by = f"{piece.said_by} says so" if piece.said_by else "you said so"
        sentence += f": {shorten(title, _TITLE)} ({said_by})" if title else f" ({said_by})"
    elif title:
        sentence += f": {_quoted(title)}" if piece.kind != "introduction" else f", {shorten(title, _TITLE)}"
    private = [dim(" (private)")] if piece.private and piece.kind != "declared" else []
    yield [f"{indent}· {sentence}", dim(f", {day(piece.at)}"), *private]
    if piece.excerpt:
        yield [f"{indent}  ", dim(f"“{shorten(piece.excerpt, _EXCERPT)}”")]
    if (safe := link(piece.url)) is not None:
        yield [f"{indent}  ", Span(safe, Style.LINK)]


def evidence_title(piece: Evidence) -> str | None:
    """Say what an act was on, or what was told; None where that is nothing."""
    if piece.closeness is not None:
        return said_words(piece.closeness, piece.how, piece.since)
    return piece.title or (f"introduced by {piece.introducer}" if piece.introducer else None)


def said_words(closeness: Closeness, how: str | None, since: date | None) -> str:
    """Say what was told of a relationship: `close, we worked together, since 2009-04-15`."""
    return ", ".join(filter(None, (closeness.value, how, f"since {since}" if since else None)))


def _quoted(title: str) -> str:
    return f"“{shorten(title, _TITLE)}”"


def tie_line(hop: Hop, me: str, *, details: bool) -> list[Span | str]:
    """Tell one step: who, how close, the newest contact; the number with the details."""
    source, target = called(hop.source, me), called(hop.target, me)
    line: list[Span | str] = [name(source), " → ", name(target), f": {hop.closeness.value}"]
    if details:
        line.append(f" ({hop.strength!r})")
    if hop.dormant:
        line += [", ", warning("dormant")]
    if hop.last is not None:
        line.append(dim(f", last {day(hop.last)}"))
    if counts := counts_words(hop.counts):
        line.append(dim(f", {counts}"))
    return line


def counts_words(counts: tuple[KindCount, ...]) -> str:
    """Count acts in words, out and back: `12 messages out, 9 back`."""
    told = []
    for one in counts:
        if one.kind in MUTUAL:
            told.append(count_both(one))
        else:
            told.append(f"{kind_count(one.kind, one.out + one.in_)} ({one.out:,} out, {one.in_:,} back)")
    return "; ".join(told)


def count_both(one: KindCount) -> str:
    """Count the acts of one kind, of either side; an introduction is of both, and counted in each direction."""
    return kind_count(one.kind, one.out if one.kind == INTRODUCTION else one.out + one.in_)


def kind_count(kind: str, many: int) -> str:
    """Count acts of one kind: `1 reply`, `12 messages`."""
    return count(many, "copy" if kind == "copied" else kind)


def kind_plural(kind: str) -> str:
    """Name many acts of a kind: replies, messages."""
    return plural("copy" if kind == "copied" else kind)


def strength_words(strength: float) -> str:
    """Say a strength in a word."""
    return closeness_of(strength).value if strength > 0 else "not proven"


def titled(title: str | None, fallback: str) -> str:
    """Quote a title, or give what stands for it."""
    return _quoted(title) if title and clean(title).strip() else shorten(fallback, _TITLE)
