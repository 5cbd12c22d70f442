"""How we met and the story since, newest first, under a drawing of when it was."""

from collections.abc import Iterator
from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboard.service.byhand import is_logged
from dashboard.service.portrait import Portrait
from dashboard.web.icons import icon
from dashboard.web.input import ME
from dashboard.web.parts import away, button, div, does, element, said, section, span, text
from dashboard.web.timeline import draw_timeline
from dashboard.words import portrait as words
from dashboard.words import story as telling
from dashboard.words.proof import legend_words, short_names, show_more
from graph.answers.answer import Hop
from graph.answers.story import Chapter, Story, Turn

PAGE = 30
_HIGH = 132
_EXCERPT = 200
_SIGNS = {
    "message": "mail",
    "copied": "mail",
    "meeting": "calendar",
    "call": "phone",
    "mention": "quote",
    "quote": "quote",
    "reply": "message-square",
    "comment": "message-square",
    "like": "heart",
    "repost": "repeat",
    "recommendation": "star",
    "declared": "pencil",
}
_OTHERS = "users"  # follow, connection, introduction
_STANDING_OUT = frozenset({Turn.OPENING, Turn.CONTACT, Turn.INTRODUCTION})


def show_story(story: Story, mine: Hop, portrait: Portrait, until: date, *, chapters: int, width: int) -> Component:
    """Show so many of a story's chapters; the drawing where it is that wide, none with 0."""
    names = short_names([portrait.me, portrait.person], portrait.me.id)
    other = names[portrait.person.id]
    shown = story.chapters[:chapters]
    if not shown:
        return section("How you met, and the story since", element(html.P, words.nothing(other), cls="second"))
    rows = [
        _chapter(one, telling.tell(one, story, names, portrait.me.id), _back(one, portrait.person.id)) for one in shown
    ]
    total = len(story.chapters)
    return section(
        "How you met, and the story since",
        *(_drawing(story, mine, other, until, width) if width and len({one.month for one in story.months}) > 1 else ()),
        element(html.Ol, *rows, cls="chapters", id="story"),
        button(show_more(len(shown), total, PAGE), cls="small", id="story-more", data_chapters=str(chapters + PAGE))
        if total > len(shown)
        else None,
    )


def _drawing(story: Story, mine: Hop, other: str, until: date, width: int) -> Iterator[Component]:
    drawn = draw_timeline(
        story.months, first="You", second=other, since=story.months[0].month, until=until, width=width, height=_HIGH
    )
    yield div(data_svg=drawn.svg, cls="timeline")
    if drawn.shades:  # bars: which shade is which kind
        kinds = (
            element(html.Li, legend_words(one, "You", other), cls=f"kind {one.kind} {drawn.shades.get(one.kind, '')}")
            for one in mine.counts
        )
        yield element(html.Ul, *kinds, cls="legend")


def _back(chapter: Chapter, person: str) -> Component | None:
    """Offer to take back what I noted by hand, where a chapter tells of nothing else."""
    act = chapter.act
    if act is None or not act.id or chapter.out + chapter.in_ > 1:
        return None
    if chapter.turn is Turn.DECLARED:
        return button("Take back", cls="small quiet", **does("unknow", person=person, other=ME))
    return (
        button("Take back", cls="small quiet", **does("unlog", id=act.id, person=person)) if is_logged(act.id) else None
    )


def _chapter(chapter: Chapter, entry: telling.Paragraph, back: Component | None) -> Component:
    sign = "send" if chapter.trio and not chapter.trio.done else _SIGNS.get(chapter.kind, _OTHERS)
    return element(
        html.Li,
        span(entry.when, cls="when"),
        span(icon(sign), cls="bullet standing-out" if chapter.turn in _STANDING_OUT else "bullet"),
        div(
            element(
                html.P,
                said(entry.lead, "deed"),
                said(entry.rest),
                away(entry.url, entry.title) if entry.title else None,
                span("private", cls="tag") if entry.private else None,
            ),
            element(html.P, entry.note, cls="below", dir="auto") if entry.note else None,
            element(html.Blockquote, f"“{text(entry.excerpt, _EXCERPT)}”", cls="below", dir="auto")
            if entry.excerpt
            else None,
            back,
            cls="told",
        ),
        cls="chapter",
    )
