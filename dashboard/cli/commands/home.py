"""`intrograph` alone: what is in the store, where it lies, and the next step."""

from collections.abc import Iterator

from dashboard.cli.session import Reply, Session
from dashboard.service.overview import Contents, Place, find_place, read_contents
from dashboard.words.health import shutting
from dashboard.words.lines import (
    Line,
    Span,
    cells,
    command,
    count,
    day,
    dim,
    enumerate_words,
    heading,
    name,
    number,
    pad,
    size,
    wrapped,
)
from dashboard.words.program import Program
from graph.export.json import pick
from graph.model import network_of
from graph.store.documents import Overview
from graph.ties.introductions import Statements

_NO_WAIT = "at once"
_TELLERS = {"you": "told by you", "others": "by others", "files": "in files"}
_NOTHING = Overview(
    accounts=0, interactions=0, by_kind={}, by_source={}, first=None, last=None, declared=0, introductions=0
)
NO_NETWORK = "no network used but to read X where you say so: everything is kept on this machine"


def home(session: Session) -> Reply:
    """Tell what is in the store and what to do next; a store that is not there yet is not made."""
    place = find_place(session.place)
    contents = read_contents(session.store, session.profile) if place.exists else None
    place = find_place(session.place)
    if contents is None or contents.empty:
        return Reply(text=_first_run(place, session.program), data=_data(place, contents))
    return Reply(text=_filled(place, contents, session.program), data=_data(place, contents))


def place_lines(place: Place) -> list[str]:
    """Say where the store lies, who may read it, and that no network was used."""
    if place.file is None:
        return [f"store        {place.location}", f"network      used for {place.location} only"]
    if place.mode is None:
        return [
            f"store        {place.location} (made at the first ingest; only you may read it)",
            f"network      {NO_NETWORK}",
        ]
    who = "only you may read it" if place.private else f"others may read it: {shutting(place.location)}"
    return [
        f"store        {place.location} ({size(place.size)}, {who})",
        f"network      {NO_NETWORK}",
    ]


def _first_run(place: Place, program: Program) -> Iterator[Line]:
    from ingest.registry import sources

    yield [
        heading("intrograph"),
        ": who can introduce you to somebody, and what proves it?",
    ]
    yield "It answers from data that you own: your mail, your archives, comments, and what you tell it."
    yield ""
    yield from (f"  {line}" for line in place_lines(place))
    yield ""
    yield "There is nothing in the store yet."
    yield [heading("1. See it work")]
    yield ["   ", command(program.line("demo"))]
    yield [heading("2. Ask for your exports today"), ", as the networks take their time:"]
    for source in sources():
        if source.wait != _NO_WAIT:
            yield from wrapped(source.wait, f"   {source.name:<10}")
    yield ["   ", command(program.line("sources", "NAME")), " says how to get each, step by step"]
    yield [heading("3. Say who you are, bring in what you have, and ask")]
    yield ["   ", command(program.line("me", "you@example.org"))]
    yield ["   ", command(program.line("ingest", "PATH"))]
    yield ["   ", command(program.line("ask", "NAME"))]


def _filled(place: Place, contents: Contents, program: Program) -> Iterator[Line]:
    held = contents.overview
    yield [heading("In the store")]
    yield f"  people       {number(contents.people)} ({count(held.accounts, 'account')})"
    span = f", from {day(held.first)} to {day(held.last)}" if held.first else ""
    yield f"  acts         {number(held.interactions)}{span}"
    yield from _ranked("by kind", held.by_kind)
    yield from _ranked("by source", held.by_source)
    yield from (f"  {_TELLERS[one.teller]:<11}  {_told(one)}" for one in contents.told)
    yield ["  you          ", *_me(contents)]
    yield ""
    yield from (f"  {line}" for line in place_lines(place))
    yield ""
    yield [heading("Next")]
    steps = [(program.line(*words), why) for words, why in _next(contents)]
    width = max(cells(line) for line, _ in steps)
    for line, why in steps:
        yield ["  ", command(pad(line, width)), dim(f"   {why}")]


def _told(one: Statements) -> str:
    said = [(one.declared, "declared relationship"), (one.introductions, "introduction")]
    return enumerate_words(count(many, what) for many, what in said if many)


def _ranked(title: str, counts: dict[str, int]) -> Iterator[str]:
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if ranked:
        yield f"  {title:<11}  {', '.join(f'{what} {number(many)}' for what, many in ranked)}"


def _me(contents: Contents) -> list[Span | str]:
    if contents.me is None:
        return [f"not known yet under the profile {contents.profile!r}"]
    return [name(contents.me.name), f" ({', '.join(contents.me.accounts)})"]


def _next(contents: Contents) -> Iterator[tuple[tuple[str, ...], str]]:
    if contents.me is None:
        yield ("me",), "say who you are: it guesses from what is in the store"
        return
    yield ("ask", "NAME"), "who can introduce you to somebody"
    yield ("reach",), "how many people stand behind those you can ask"
    if {network_of(account) for account in contents.me.accounts} == {"email"}:
        yield ("sources",), "archives of X and LinkedIn show more than mail does"


def _data(place: Place, contents: Contents | None) -> dict[str, object]:
    held = contents.overview if contents else _NOTHING
    return {
        "store": place.location,
        "exists": place.exists,
        "bytes": place.size,
        "mode": None if place.mode is None else f"{place.mode:04o}",
        "people": contents.people if contents else 0,
        **pick(held, "accounts interactions by_kind by_source first last declared introductions"),
        "me": contents.me if contents else None,
    }
