"""The ways as cards, best first; on a phone the chosen one unfolds into its steps."""

from collections.abc import Iterator

from dash import html
from dash.development.base_component import Component

from dashboard.web.choice import Choice, Chosen
from dashboard.web.icons import icon
from dashboard.web.parts import div, element, face, listed, mark, named, span, text
from dashboard.words import ways as words
from dashboard.words.lines import day
from dashboard.words.proof import counts_words, step_label
from graph.answers.answer import Answer, Path


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
    return div(div(*cards, id="ways", role="grid", aria_label="Ways", data_all=str(len(answer.paths))), folded)


def _card(answer: Answer, rank: int, path: Path, choice: Choice, chosen: Chosen) -> Component:
    is_chosen = rank == chosen.rank
    several = len(answer.targets) > 1
    tag = words.networks_words(path.people[-1]) if several else words.badge(rank, path)
    asked = f"asked {day(path.asked)}" if path.asked else None
    between = path.people[1:-1]
    shown = path.people[1:] if answer.target is None else between  # whom it leads to differs, at a place
    return div(
        div(
            span(str(rank), cls="rank"),
            div(
                div(
                    element(html.Strong, *(listed(shown) if shown else ["You can ask directly"]), cls="names"),
                    span(asked, cls="tag") if asked else None,
                    span("asked lately", cls="tag") if path.asked_lately else None,
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
    if lately := words.asked_lately_words(path):
        yield element(html.P, lately, cls="small", dir="auto")
