"""The answer as a view: left who (ranked ways), centre how (one sentence, the picture), right proof."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.web.filters import show_filters
from dashboard.web.icons import icon
from dashboard.web.parts import away, button, div, element, face, listed, mark, named, said, section, span, text, work
from dashboard.web.picture import draw_ways
from dashboard.web.proof import show_proof
from dashboard.web.same import show_same
from dashboard.words import ways as words
from dashboard.words.proof import counts_words, opening_parts, step_label
from dashboard.words.text import day
from graph.answer import Answer, Engagement, Hook, Path
from graph.ask import Question

PHONE = 768
_OPENINGS = 3
_WIDEST = 960


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of an answer is looked at, and how wide the picture may be.

    Attributes:
        way: From 1.
        step: From 1; None for the last one.
        contacts: How many of the step's newest interactions are listed.
        whole: Whether the weaker ways are shown too.
        width: Pixels that the picture has; `window` is the whole page's.
    """

    way: int = 1
    step: int | None = None
    contacts: int = 3
    whole: bool = False
    width: int = 660
    window: int = 1440

    @property
    def phone(self) -> bool:
        """Tell whether ways are drawn within their cards."""
        return self.window < PHONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A choice held against an answer: the way and the step that are there, and which ways are drawn."""

    path: Path
    rank: int
    step: int
    shown: int


def settle(answer: Answer, choice: Choice) -> Chosen:
    """Hold a choice against an answer; what the answer does not have becomes the first way, and a way's last step."""
    rank = choice.way if 1 <= choice.way <= len(answer.paths) else 1
    path = answer.paths[rank - 1]
    step = choice.step if choice.step and choice.step <= len(path.hops) else len(path.hops)
    shown = words.count_shown(answer.paths)
    whole = choice.whole or rank > shown
    return Chosen(path=path, rank=rank, step=step, shown=len(answer.paths) if whole else shown)


def show_answer(desk: Desk, answer: Answer, question: Question, choice: Choice) -> Component:
    """Show an answer that has ways."""
    chosen = settle(answer, choice)
    return div(
        div(
            div(
                element(html.H1, words.heading(answer, question), dir="auto", tabIndex=-1, id="heading"),
                element(html.P, work(answer.target), cls="second", dir="auto") if answer.target else None,
            ),
            show_filters(desk, question),
            cls="heading",
        ),
        *_above(desk, answer),
        div(
            div(
                show_ways(answer, choice, chosen),
                *_worth(answer.engage),
                cls="column list",
            ),
            div(
                div(div(*show_way(chosen), id="way"), None if choice.phone else _take_out(), cls="way-head"),
                div(id="paths", **_drawing(answer, choice, chosen)),
                div(id="strip") if not choice.phone else None,
                dcc.Store(id="strip-for", data={"way": chosen.rank, "whole": choice.whole}),
                cls="column centre",
            ),
            element(
                html.Aside,
                element(html.H2, "What proves it", cls="h2"),
                element(html.Button, icon("x"), cls="sheet-close", id="proof-close", type="button", aria_label="Close"),
                div(*show_proof(desk, question, chosen.path, chosen.step, choice.contacts), id="evidence"),
                cls="column proof",
                id="proof",
                aria_label="What proves it",
            ),
            cls="columns",
        ),
        _take_out() if choice.phone else None,
        cls="answer",
        data_asked=words.whom(answer),
    )


def _take_out() -> Component:
    """Let the answer be taken away."""
    return div(
        button("Export", sign="download", id="export"),
        button("Copy link", sign="link", id="copy-link"),
        cls="take-out",
    )


def show_ways(answer: Answer, choice: Choice, chosen: Chosen) -> Component:
    """List the ways, best first; the weaker ones fold."""
    cards = [_card(answer, rank, path, choice, chosen) for rank, path in enumerate(answer.paths[: chosen.shown], 1)]
    hidden = len(answer.paths) - chosen.shown
    more = "and there are more" if answer.more else ""
    folded = (
        element(
            html.Button,
            icon("chevron-right"),
            span(words.weaker_words(hidden)),
            span(more, cls="small"),
            cls="weaker",
            id="weaker",
            type="button",
        )
        if hidden
        else div(span(more, cls="small"), cls="weaker")
        if more
        else None
    )
    return div(div(*cards, id="ways", role="grid", aria_label="Ways"), folded)


def show_way(chosen: Chosen) -> Iterator[Component]:
    """Say what to do on the chosen way."""
    yield element(html.P, words.way_title(chosen.rank, chosen.path), cls="small")
    yield said(words.way_line(chosen.path), "sentence h2", kind=html.P)


def draw(answer: Answer, choice: Choice, chosen: Chosen) -> str:
    """Draw the shown ways with the chosen one on top; nothing on a phone, where cards do it."""
    if choice.phone:
        return ""
    return draw_ways(
        answer.paths[: chosen.shown],
        me=answer.me.id,
        chosen=chosen.rank,
        step=chosen.step,
        width=min(choice.width, _WIDEST),
    )


def _drawing(answer: Answer, choice: Choice, chosen: Chosen) -> dict[str, str]:
    return {"data_svg": draw(answer, choice, chosen)}


def _above(desk: Desk, answer: Answer) -> Iterator[Component]:
    """Show what stands above the ways: newer data, one name asked for together, introductions, openings."""
    if desk.late:
        again = element(html.Button, "Ask again", cls="button small", id="ask-again", type="button")
        yield div(element(html.P, words.LATE), again, cls="opening")
    if (same := show_same(desk, answer)) is not None:
        yield same
    for one in answer.introduced:
        yield div(icon("check", size=20), element(html.P, words.introduced_words(one), dir="auto"), cls="opening")
    hooks = answer.hooks[:_OPENINGS]
    if hooks:
        yield div(
            icon("door-open", size=20),
            div(*(_opening(hook, answer.me.id, first=place == 0) for place, hook in enumerate(hooks))),
            cls="opening",
            id="opening",
        )


def _opening(hook: Hook, me: str, *, first: bool) -> Component:
    before, title, after = opening_parts(hook, me)
    piece = hook.evidence
    return div(
        element(
            html.P,
            element(html.B, "Your opening", cls="label") if first else None,
            said(before),
            away(piece.url, title) if title else None,
            after,
        ),
        element(html.P, f"“{text(piece.excerpt, 200)}”", cls="quote", dir="auto") if piece.excerpt else None,
    )


def _card(answer: Answer, rank: int, path: Path, choice: Choice, chosen: Chosen) -> Component:
    is_chosen = rank == chosen.rank
    several = len(answer.targets) > 1
    tag = words.networks_words(path.people[-1]) if several else words.badge(rank, path)
    asked = f"asked {day(path.asked)}" if path.asked else None
    between = words.way_names(path)
    return div(
        div(
            span(str(rank), cls="rank"),
            div(
                div(
                    element(html.Strong, *(listed(between) if between else ["You can ask directly"]), cls="names"),
                    span(asked, cls="tag") if asked else None,
                    span(tag, cls="tag first" if tag == "Try this first" else "tag") if tag else None,
                    cls="top",
                ),
                *(_unfolded(answer, path, rank, chosen) if choice.phone and is_chosen else [_marks(path)]),
                _warned(path),
                cls="body",
            ),
            role="gridcell",
            cls="cell",
        ),
        cls="path-card",
        role="row",
        data_rank=str(rank),
        data_first=between[0].id if between else None,
        data_first_name=text(between[0].name, 80) if between else None,
        aria_selected="true" if is_chosen else "false",
        tabIndex=0 if is_chosen else -1,
    )


def _marks(path: Path) -> Component:
    steps = (
        span(
            mark(hop.closeness.value, dormant=hop.dormant, told=not hop.counts),
            words.closeness_words(hop),
            cls="closeness",
            title=words.strength_note(hop),
        )
        for hop in path.hops
    )
    return div(*steps, cls="marks")


def _warned(path: Path) -> Component | None:
    if not path.warnings:
        return None
    more = len(path.warnings) - 1
    return div(
        icon("triangle-alert"),
        span(words.caution_words(path.warnings[0])),
        span(f"+{more}", cls="plus", title="\n".join(map(words.caution_words, path.warnings[1:]))) if more else None,
        cls="warned",
    )


def _unfolded(answer: Answer, path: Path, rank: int, chosen: Chosen) -> Iterator[Component]:
    """Draw a way top down within its card: people as faces, steps as buttons."""
    me = answer.me.id
    yield div(span("You", cls="face me"), span("You", cls="who"), cls="node")
    for place, hop in enumerate(path.hops, 1):
        yield element(
            html.Button,
            mark(hop.closeness.value, dormant=hop.dormant, told=not hop.counts),
            span(words.closeness_words(hop), cls="closeness"),
            span(counts_words(hop), cls="counts"),
            icon("chevron-right"),
            cls="step",
            type="button",
            data_from=text(hop.source.name, 80),
            data_to=text(hop.target.name, 80),
            data_way=str(rank),
            data_step=str(place),
            aria_label=step_label(place, hop, me),
            aria_pressed="true" if place == chosen.step else "false",
        )
        last = place == len(path.hops)
        org = text(hop.target.org or "", 60)
        yield div(
            span(face(hop.target), cls="target" if last else ""),
            span(named(hop.target, "who"), span(f" {org}", cls="small") if org else None),
            cls="node",
        )


def _worth(engage: Sequence[Engagement]) -> Iterator[Component]:
    if engage:
        rows = (
            element(
                html.Li,
                away(one.url, f"“{text(one.title, 100)}”" if one.title else one.item),
                span(f"last comment {day(one.at)}" if one.at else "", cls="small"),
            )
            for one in engage
        )
        yield section("Worth a thoughtful comment", element(html.Ul, *rows, cls="worth"), cls="engage")
