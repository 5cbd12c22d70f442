"""Who I am: guessed from what was sent, and confirmed on the page."""

from collections.abc import Iterator, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.service.desk import Desk
from dashboard.service.me import Guess, guess_me, list_mine
from dashboard.web.icons import icon
from dashboard.web.parts import button, div, does, element, opens, span, state
from dashboard.words.changes import sent_by, sent_words

_WITHOUT = "Without it, nobody is “you”, and no way starts."


def show_who(desk: Desk) -> Component | None:
    """Ask whether I am who sent the most, one guess after the other, and last of all who I am.

    Nothing where that is known, or where nothing was brought in yet.
    """
    if list_mine(desk.store, desk.profile) or desk.contents().empty:
        return None
    asked = [*map(_guess, _guesses(desk)), ("Which of the people here are you?", (_say("Say who you are", "main"),))]
    return div(*(_box(words, answers, first=not place) for place, (words, answers) in enumerate(asked)))


def show_stranger(desk: Desk) -> Component:
    """Say that it has to be known first who asks, and offer who sent the most."""
    guesses = _guesses(desk)
    why = f"No way can start before that is known.{' These sent the most:' if guesses else ''}"
    return state("user", "Who are you here?", why, div(*_offer(guesses), cls="buttons"), id="who")


def _guesses(desk: Desk) -> Sequence[Guess]:
    return desk.standing().made.get("guesses", lambda: guess_me(desk.store))


def _guess(one: Guess) -> tuple[str, Sequence[Component]]:
    yes = button("Yes, that’s me", cls="main", **does("me", account=one.account.id))
    return f"{sent_words(one)}. Is that you?", (yes, button("No", data_next=""))


def _box(words: str, answers: Sequence[Component], *, first: bool) -> Component:
    return div(
        icon("user-round-search", size=20),
        div(span(words, cls="strong", dir="auto"), span(_WITHOUT, cls="below"), cls="what"),
        div(*answers, cls="answers"),
        cls="whose",
        hidden=not first,
        role="group",
        aria_label=words,
    )


def _offer(guesses: Sequence[Guess]) -> Iterator[Component]:
    for place, one in enumerate(guesses):
        yield button(sent_by(one), cls="" if place else "main", dir="auto", **does("me", account=one.account.id))
    yield _say("Somebody else" if guesses else "Say who you are", "" if guesses else "main")
    if not guesses:
        yield element(html.A, "Bring in what you have", href="/bring-in", cls="button go")


def _say(words: str, cls: str) -> Component:
    return button(words, cls=cls, **opens("me"))
