"""No way yet, as a page that helps: what to do instead, in order, and where it breaks off."""

from collections.abc import Collection, Iterator

from dash import html
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.service.offers import estimate_look, read_look
from dashboard.web.address import Address, look_address, write_address
from dashboard.web.answer import commented, notes, openings
from dashboard.web.filters import show_filters
from dashboard.web.gap import draw_gap
from dashboard.web.icons import icon
from dashboard.web.input import ME
from dashboard.web.parts import away, button, div, element, face, mark, named, opens, said, span, work
from dashboard.web.same import decide, show_same
from dashboard.words import notes as notes_words
from dashboard.words import offers, ways
from dashboard.words import plan as words
from dashboard.words.acts import strength_words, titled
from graph.answers.answer import Advice, Answer, Hint, HintKind, Near, NoteKind
from graph.answers.ask import Question
from graph.people.person import Person
from graph.store.features import Filters
from graph.ties.formula import closeness_of
from ingest.source import Estimate

_CONTACTS = 5
Told = Collection[tuple[str, str]]
"""Steps that were told and not seen, by person ids."""


def show_plan(desk: Desk, answer: Answer, address: Address) -> Component:
    """Show what to do where there is no way."""
    advice = answer.advice or Advice()
    target = answer.target
    steps = [
        *((one.person, one.target) for one in advice.answered),
        *((answer.me, one.person) for one in advice.nearest),
    ]
    told = desk.told_only(address.question, steps)
    sections = _sections(desk, answer, advice, address, told)
    numbered = [_numbered(place, part) for place, part in enumerate(sections, 1)]
    return div(
        div(
            div(
                element(html.H1, ways.heading(answer, address.question), dir="auto", tabIndex=-1, id="heading"),
                element(html.P, words.NOTHING_SHOWN, cls="second"),
            ),
            show_filters(desk, address.question),
            cls="heading",
        ),
        *notes(answer),
        show_same(desk, answer),
        *openings(answer),
        div(
            div(_protected(answer), *numbered, cls="column plan", id="no-way"),
            _where(desk, address.question, advice, answer, target, told) if target else None,
            cls="columns no-way",
        ),
        cls="answer",
        data_asked=address.question.org or address.question.list or ways.whom(answer),
    )


def _protected(answer: Answer) -> Component | None:
    """Say that the only ways lead over people who are never suggested; who they are is not said."""
    if not any(note.kind is NoteKind.PROTECTED for note in answer.notes):
        return None
    return div(
        icon("shield", size=20),
        div(element(html.P, notes_words.PROTECTED, cls="strong"), element(html.P, words.PROTECTED, cls="below")),
        cls="opening protected",
    )


def _numbered(place: int, part: tuple[str, list[Component]]) -> Component:
    title, rows = part
    return element(
        html.Section,
        span(str(place), cls="number", aria_hidden="true"),
        div(element(html.H2, title), *rows),
        cls="todo",
    )


def _sections(
    desk: Desk, answer: Answer, advice: Advice, address: Address, told: Told
) -> Iterator[tuple[str, list[Component]]]:
    wider = next((hint for hint in advice.more if hint.kind is HintKind.WIDER), None)
    if wider:
        bare = Question(
            asked=address.question.asked,
            org=address.question.org,
            list=address.question.list,
            filters=Filters(as_of=address.question.filters.as_of),
        )
        show = _go(words.wider_button(wider), write_address(bare), main=True)
        yield "Look further", [_row(said(words.wider_line(wider)), show)]
    if advice.answered and answer.target:
        rows = [_answered(desk, one, address, told) for one in advice.answered]
        yield words.answers_title(answer.target, told=_all_told(advice, told)), rows
    if advice.nearest:
        yield words.nearest_title(advice), [_near(one, (answer.me.id, one.person.id) in told) for one in advice.nearest]
    if answer.engage:
        yield (
            "Worth a thoughtful comment",
            [
                _row(
                    div(
                        away(one.url, titled(one.title, one.item)),
                        span(words.engage_words(one), cls="small below"),
                    ),
                    button("Record a comment", **commented(one)),
                )
                for one in answer.engage
            ],
        )
    hinted = next((hint.person for hint in advice.more if hint.kind is HintKind.LOOK), None)
    if hinted is not None and (look := read_look(desk, hinted)) and (price := estimate_look(desk, look)):
        yield offers.look_section(hinted), [_look(hinted, price)]
    hints = (one for one in advice.more if one.kind is not HintKind.COMMENT or not answer.engage)
    more = [_more(hint, *line) for hint in hints if (line := words.more_words(hint))]
    if more:
        yield "What would show more", more


def _more(hint: Hint, title: str, why: str) -> Component:
    """Show what would show more, and let it be said at once where it is for me to say."""
    whom = hint.person.id if hint.person else None
    said_here = {
        HintKind.NO_TIES: ("Say whom you know", opens("know", other=ME)),
        HintKind.ASK_AROUND: ("Say who knows whom", opens("know", person=whom)),
        HintKind.COMMENT: ("Record a comment", opens("log", kind="comment", person=whom)),
    }
    label, form = said_here.get(hint.kind, ("", {}))
    return _row(div(element(html.B, title), span(why, cls="small below")), button(label, **form) if label else None)


def _look(person: Person, price: Estimate) -> Component:
    return _row(
        div(
            span(offers.look_why(person), dir="auto"),
            span(offers.bounded(price), cls="small below"),
        ),
        element(html.A, "Plan the look", href=look_address(person.id), cls="button go"),
    )


def _row(what: Component, *rest: Component | None) -> Component:
    return div(div(what, cls="what"), *rest, cls="row")


def _go(label: str, where: str, *, main: bool = False) -> Component:
    return element(html.A, label, href=f"/{where}", cls="button main go" if main else "button go")


def _all_told(advice: Advice, told: Told) -> bool:
    """Tell whether nothing was seen of whom the target answers."""
    return all((one.person.id, one.target.id) in told for one in advice.answered)


def _answered(desk: Desk, near: Near, address: Address, told: Told) -> Component:
    question = Question(asked=near.person.id, filters=Filters(as_of=address.question.filters.as_of))
    return div(
        face(near.person),
        _who(near.person, words.way_to(near), *_twins(desk, near)),
        _closeness(near.strength, "", told=(near.person.id, near.target.id) in told),
        _go(f"Ask for {words.first_name(near.person)}", write_address(question)),
        cls="row",
    )


def _twins(desk: Desk, near: Near) -> Iterator[Component]:
    """Ask whether another entry of the same name is the same person, where no way is seen: then there may be one."""
    twins = [] if near.way else desk.twins(near.person)
    if twins:
        yield span(words.twin_words(twins), cls="below twin", dir="auto")
        yield decide("Same person", "same", [near.person, *twins])


def _near(near: Near, told: bool) -> Component:
    return div(
        face(near.person),
        _who(near.person, words.near_words(near)),
        _closeness(near.strength, " to you", told=told),
        cls="row",
    )


def _who(person: Person, below: str, *more: Component) -> Component:
    does = work(person)
    return div(
        named(person, "strong"),
        span(f" {does}", cls="small", dir="auto") if does else None,
        span(below, cls="below"),
        *more,
        cls="what",
    )


def _closeness(strength: float, to: str, *, told: bool) -> Component:
    word = strength_words(strength)
    return span(mark(word, told=told) if strength > 0 else None, f"{word}{to}", cls="closeness")


def _where(desk: Desk, question: Question, advice: Advice, answer: Answer, target: Person, told: Told) -> Component:
    hops, contacts = desk.nearest(question, _CONTACTS)
    drawn = draw_gap(
        answer.me,
        [(hop.target, hop.closeness, hop.dormant) for hop in hops],
        contacts - len(hops),
        [(one.person, closeness_of(one.strength)) for one in advice.answered],
        target,
        next(((one.person, words.gap_words(one)) for one in advice.nearest if one.acts), None),
        told={*told, *((hop.source.id, hop.target.id) for hop in hops if not hop.counts)},
    )
    return element(
        html.Aside,
        element(html.H2, "Where it breaks off"),
        element(html.P, words.breaks_off(advice, target, contacts, told=_all_told(advice, told)), cls="small"),
        div(data_svg=drawn, cls="gap"),
        cls="column where",
        aria_label="Where it breaks off",
    )
