"""`intrograph demo`: the Strauss connection, in a store of its own."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from dashboard.cli.commands.home import place_lines
from dashboard.cli.options import make_command, serve_options, yes_option
from dashboard.cli.session import Reply, Session
from dashboard.demo.strauss import COLUMN_DAY, INVENTED, LATER_DAY, STORE, STRAUSS, Demo, direct_tie, run_demo
from dashboard.service.exporting import encode, save
from dashboard.service.overview import Place, find_place
from dashboard.words.acts import strength_words
from dashboard.words.answer import answer_lines
from dashboard.words.json import words_for
from dashboard.words.lines import Line, command, count, day, dim, enumerate_words, heading, number, pad, plain, spans
from dashboard.words.program import Program
from graph.answers.answer import Answer
from graph.errors import UsageError
from graph.export.formats import export
from graph.export.json import pick
from graph.export.tables import Material
from ingest.pull.tally import Tally

if TYPE_CHECKING:
    from socket import socket

_WAYS = 3
_NEXT = (
    (("sources",), "how to get your exports; ask for them today"),
    (("me", "you@example.org"), "say who you are"),
    (("ingest", "PATH"), "bring in what you have"),
    (("ask", "NAME"), "ask for somebody you want to meet"),
)


@make_command("demo")
@click.option("--no-serve", is_flag=True, help="Only print.")
@serve_options
@yes_option
def run(session: Session, /, host: str, port: int, *, no_open: bool, no_serve: bool, yes: bool) -> Reply | None:
    """Tell the Strauss connection, in a store of its own.

    A comment on a column, and one friend, became an introduction. The demo brings the story in, asks who can introduce
    You on the day of the comment, lets the rest of the story come in, and asks again; then it serves its store as a
    page. That is made anew at each run, which asks first if you added anybody: demo.db beside your own one, which is
    never touched, or the one that --store names; INTROGRAPH_STORE is where your own data are, and does not count here.
    """
    context = click.get_current_context()
    session.file = STORE
    if context.find_root().get_parameter_source("store") is not ParameterSource.COMMANDLINE:
        session.location = None
    if no_serve or session.as_json:
        return _told(session, yes=yes)
    from dashboard.cli.commands.serve import serve_store
    from dashboard.web.entrance import open_entrance

    with _listen(host, port, chosen=context.get_parameter_source("port") is ParameterSource.COMMANDLINE) as taken:
        session.terminal.say([*_told(session, yes=yes).text, ""])
        serve_store(session, taken, open_entrance(host, taken), opens=not no_open)
    return None


def _listen(host: str, port: int, *, chosen: bool) -> "socket":
    """Take the page's address; where the port was not chosen and is in use, one that is free."""
    from dashboard.web.server import listen

    try:
        return listen(host, port)
    except UsageError:
        if chosen:
            raise
        return listen(host, 0)


def _told(session: Session, *, yes: bool) -> Reply:
    story = run_demo(
        session.store,
        session.profile,
        session.now,
        named=session.location is not None,
        allow=partial(session.allow, yes=yes),
    )
    place = find_place(session.place)
    brief = write_brief(story.invented, place)
    told = {"store": place.location, **pick(story, "people before after invented"), "brief": brief and str(brief)}
    return Reply(text=render(story, place, brief, session.profile), data=told)


def write_brief(answer: Answer, place: Place) -> Path | None:
    """Export the ways as a brief beside the store's file; nothing where the store is a server."""
    if place.file is None:
        return None
    path = place.file.with_name(f"{place.file.stem}-paths.md")
    material = Material(answer=lambda: answer, people=tuple, ties=tuple, words=words_for(Program()))
    save(encode(export("paths", "md", material)), path, place.location)
    return path


def render(story: Demo, place: Place, brief: Path | None, profile: str) -> Iterator[Line]:
    """Tell the story in four steps; `place` is where its store lies, `brief` where its ways were written."""
    program = Program(store=place.location, profile=profile)
    yield [heading("This is a demo: the Strauss connection, April 2009.")]
    yield "Three people in it are real: You, Rieva Lesonski and Steve Strauss. Of them only what their story tells is"
    yield "told; its days are approximate. Everybody else is invented, and so are Your ties to them."
    yield from (f"  {line}" for line in place_lines(place))
    yield dim("  a store of its own, made anew at each run; yours is not touched")
    yield ""
    yield [heading("1. Before the call: what is known")]
    yield f"   {number(story.people)} people; {_came(story.known)}"
    yield ""
    yield [heading(f"2. {day(COLUMN_DAY)}: You have commented on a column. Who can introduce You to its author?")]
    yield from _asked(program, STRAUSS, COLUMN_DAY, story.before)
    yield ""
    yield [heading("3. Then Rieva calls, You talk to Steve, and his later articles mention You")]
    yield f"   {_came(story.came)}"
    yield f"   You → {STRAUSS}: {_tie(story.before)} on {day(COLUMN_DAY)}, {_tie(story.after)} on {day(LATER_DAY)}"
    yield from _asked(program, STRAUSS, LATER_DAY, story.after)
    yield ""
    yield [heading(f"4. Where several ways compete: {INVENTED}, an invented columnist")]
    yield from _asked(program, INVENTED, LATER_DAY, story.invented, ways=_WAYS)
    if brief is not None:
        yield ""
        yield f"   These ways as a brief, without private evidence: {brief}"
    yield ""
    yield [heading("Now with your own data")]
    own = [(Program().line(*words), why) for words, why in _NEXT]  # in the store of one's own, whatever this one is
    width = max(len(line) for line, _ in own)
    for line, why in own:
        yield ["   ", command(pad(line, width)), dim(f"   {why}")]


def _asked(program: Program, name: str, on: date, answer: Answer, *, ways: int | None = None) -> Iterator[Line]:
    yield ["   $ ", command(program.line("ask", name, "--as-of", str(on)))]
    yield ""
    for shown in answer_lines(answer, program, ways=ways):
        yield ["   ", *spans(shown)] if plain(shown) else ""


def _came(summary: Tally) -> str:
    """Say what one of the story's parts brought in."""
    told = [
        count(many, kind, "copied" if kind == "copied" else "")
        for kind, many in sorted(summary.by_kind.items(), key=lambda one: (-one[1], one[0]))
    ]
    told += [count(many, _NOUNS[kind]) for kind, many in summary.others.items() if kind in _NOUNS]
    return enumerate_words(told)


_NOUNS = {"declared": "declared relationship", "introduction": "introduction"}


def _tie(answer: Answer) -> str:
    hop = direct_tie(answer)
    return strength_words(0.0 if hop is None else hop.strength)
