"""What the page says of a change that it made, once it is made."""

from collections.abc import Sequence
from datetime import date, datetime

from dashboard.service.me import Guess
from dashboard.words.lines import capital, count, day, in_words, shorten
from dashboard.words.portrait import account_words
from graph.errors import IntrographError, NameAmbiguousError, NameUnknownError, UsageError
from graph.model import Account, IntroductionState, Kind, network_of
from graph.people.person import Person

_NAME = 80
DID = {
    Kind.COMMENT: "you commented on something of",
    Kind.CALL: "you had a call with",
    Kind.MEETING: "you met",
    Kind.MESSAGE: "you wrote to",
}
_FORMS = {
    Kind.COMMENT: "Record a comment",
    Kind.CALL: "Log a call",
    Kind.MEETING: "Log a meeting",
    Kind.MESSAGE: "Log a message",
}
_STATES = {
    IntroductionState.ASKED: "asked",
    IntroductionState.PROPOSED: "proposed",
    IntroductionState.ACCEPTED: "introduced",
    IntroductionState.MET: "met",
    IntroductionState.DECLINED: "declined",
}
UNDONE = "Taken back."
NOTED_BEFORE = "This was noted before, so nothing is new."
FORGOTTEN = "Forgotten. This can’t be undone."
NONE_TICKED = "tick the accounts that are somebody else’s"
ALL_TICKED = "one account has to stay: leave one without a tick"
NOBODY_NOW = "Nobody is you here now."
GONE_PERSON = "whom this is about is not here any more; reload the page"
STALE = "this page is from before intrograph was started anew: reload it"


def refusal(error: IntrographError) -> str:
    """Say why a change can't be made; on the page everybody is given by an id, so who is not found is gone."""
    gone = isinstance(error, NameUnknownError) and not isinstance(error, NameAmbiguousError)
    return f"{capital(shorten(GONE_PERSON if gone else str(error), 2_000))}."


def form_title(kind: str) -> str:
    """Name the form in which an act is noted.

    Raises:
        UsageError: If acts of that kind are not noted by hand.
    """
    if kind not in _FORMS:
        raise UsageError(STALE)
    return _FORMS[Kind(kind)]


def introduction_title(state: str | None) -> str:
    """Name the form in which an introduction is noted, or that it came to a state."""
    return capital(_STATES[IntroductionState(state)]) if state in set(IntroductionState) else "Note an introduction"


def knowing_title(name: str, *, mine: bool) -> str:
    """Ask how close I am to somebody, or who knows them; whom, where no name is given."""
    if mine:
        return f"How close are you to {name}?" if name else "Whom do you know?"
    return f"Who knows {name}?" if name else "Who knows whom?"


def sent_by(guess: Guess) -> str:
    """Name an account by which I may have written, with how much: "you@example.org, 4,210 sent"."""
    much = f"{guess.sent:,} sent" if guess.sent else f"{guess.received:,} received"
    return f"{shorten(_account(guess.account), _NAME)}, {much}"


def sent_words(guess: Guess) -> str:
    """Say how much was written by an account: "4,210 mails were sent by you@example.org"."""
    noun = "mail" if network_of(guess.account.id) == "email" else "message"
    if not guess.sent:
        return f"{count(guess.received, noun)} went to {shorten(_account(guess.account), _NAME)}"
    verb = "was" if guess.sent == 1 else "were"
    return f"{count(guess.sent, noun)} {verb} sent by {shorten(_account(guess.account), _NAME)}"


def _account(account: Account) -> str:
    return account.id.partition(":")[2] if network_of(account.id) == "email" else account.name or account_words(account)


def me_now(person: Person) -> str:
    """Say that somebody is me."""
    return f"You are {shorten(person.name, _NAME)} here."


def one_now(name: str) -> str:
    """Say that entries were joined."""
    return f"{shorten(name, _NAME)} is one person now."


def merged_now(one: Person, other: Person) -> str:
    """Say that two people were joined."""
    if one.name == other.name:
        return one_now(one.name)
    return f"{shorten(one.name, _NAME)} and {shorten(other.name, _NAME)} are one person now."


def becoming_me(person: Person) -> str:
    """Ask whether somebody is to be one person with me."""
    return f"That makes {shorten(person.name, _NAME)} you. Merge?"


def apart_now(name: str, many: int) -> str:
    """Say that entries are different people."""
    return f"{in_words(many)} people are called {shorten(name, _NAME)} now."


def two_now(one: Person, other: Person) -> str:
    """Say that accounts were split off."""
    held = (f"{shorten(each.name, _NAME)} ({shorten(', '.join(each.accounts), _NAME)})" for each in (one, other))
    return f"Two people now: {' and '.join(held)}."


def logged(kind: Kind, person: Person, on: date) -> str:
    """Say that an act was noted."""
    return f"Noted: {DID[kind]} {shorten(person.name, _NAME)}, {day(on)}."


def known(one: Person, other: Person, closeness: str, me: str | None) -> str:
    """Say that it was noted who knows whom."""
    names = ["you" if each.id == me else shorten(each.name, _NAME) for each in (other, one)]
    return f"Noted: {names[0]} {'know' if other.id == me else 'knows'} {names[1]} ({closeness})."


def introduced(people: Sequence[Person], state: IntroductionState, on: date, me: str | None) -> str:
    """Say that a state of an introduction was noted."""
    return f"Noted: {trio_words([(each.id, each.name) for each in people], me)}: {state_word(state)}, {day(on)}."


def trio_words(people: Sequence[tuple[str, str]], me: str | None) -> str:
    """Name an introduction by its people, given by id and name: who introduces, whom, and to whom."""
    by, person, to = ("you" if id_ == me else shorten(name, _NAME) for id_, name in people)
    return f"{by}, who introduces {person} to {to}"


def asked(at: datetime, *, copied: bool) -> str:
    """Say that it was noted that I asked for an introduction."""
    return f"{'Copied, and recorded' if copied else 'Recorded'} as asked, {day(at)}."


def state_word(state: IntroductionState) -> str:
    """Name where an introduction stands."""
    return _STATES[state]


def protected_now(person: Person, *, on: bool) -> str:
    """Say that somebody is never suggested any more, or again."""
    name = shorten(person.name, _NAME)
    return f"{name} is never suggested from now on." if on else f"{name} may be suggested again."
