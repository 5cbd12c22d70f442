"""The Strauss connection, in a store of its own: brought in, asked, brought on, and asked again.

Three people in it are real: You, Rieva Lesonski and Steve Strauss. Of them only what their story tells is told, the
days being approximate; so no invented person is tied to the other two. Longer and weaker ways are shown to somebody
invented, through an invented cast around You (`cast.jsonl`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from graph.answers.answer import Answer, Hop
from graph.answers.ask import Question, ask
from graph.errors import UsageError
from graph.model import Owner
from graph.people.identity import derive_persons
from graph.records.pack import pack
from graph.records.rows import Storable
from graph.store.features import Filters
from graph.store.store import Store
from ingest.pull.pull import pull
from ingest.pull.tally import Tally
from ingest.registry import source
from ingest.source import Context

STORE = "demo.db"
"""What the demo's store in the user's data folder is called."""
STRAUSS = "Steve Strauss"
INVENTED = "Marta Quill"
"""The columnist whom the invented ways lead to."""
COLUMN_DAY = date(2009, 4, 6)
LATER_DAY = date(2009, 4, 30)
_WAYS = 4
# A profile that nothing but the demo fixes: it tells a store of the demo's from one in which somebody noted the same
# people by hand.
_MARK, _MARK_ACCOUNT = "the demo", "manual:you"

_FOLDER = Path(__file__).parent
_BEFORE, _CAST, _AFTER = _PARTS = tuple(_FOLDER / f"{part}.jsonl" for part in ("before", "cast", "after"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The demo's four steps.

    Attributes:
        known: What was brought in of the time before the call, the invented cast included.
        people: How many people that are, You included.
        before: Who could introduce You to Steve Strauss on the day of the column.
        came: What came in after it.
        after: The same question at the end of that month.
        invented: Who could introduce You to the invented columnist then.
    """

    known: Tally
    people: int
    before: Answer
    came: Tally
    after: Answer
    invented: Answer


def run_demo(
    store: Store, profile: str, now: datetime, *, named: bool = True, allow: Callable[[str], None] | None = None
) -> Demo:
    """Bring the demo into a store from scratch, and ask its questions.

    Args:
        store: Where to; it is erased first.
        profile: Who You are in it.
        now: The instant of telling.
        named: Whether the user chose the store: it must be empty or have been made by the demo then.
        allow: Asks before what was added to a store of the demo's is lost, and raises where it may not be.

    Raises:
        UsageError: If the store holds what is not the demo's, and nobody allows that it is lost.
    """
    _check(store, now, named=named, allow=allow)
    store.erase()
    store.set_profile(_MARK, [_MARK_ACCOUNT])
    known = _bring_in(store, [_BEFORE, _CAST], profile, now)
    before = _ask(store, STRAUSS, COLUMN_DAY, profile, now)
    came = _bring_in(store, [_AFTER], profile, now)
    persons = derive_persons(store.assertions())
    return Demo(
        known=known,
        people=len({persons.person_of(account.id) for account in store.accounts()}),
        before=before,
        came=came,
        after=_ask(store, STRAUSS, LATER_DAY, profile, now),
        invented=_ask(store, INVENTED, LATER_DAY, profile, now),
    )


def demo_day(store: Store) -> date | None:
    """Give the day on which the story ends, if a store is the demo's: what asks it asks as of then."""
    return LATER_DAY if _MARK in store.profiles() else None


def direct_tie(answer: Answer) -> Hop | None:
    """Give the step from me straight to the target, where the answer has one."""
    return next((path.hops[0] for path in answer.paths if len(path.hops) == 1), None)


def _check(store: Store, now: datetime, *, named: bool, allow: Callable[[str], None] | None) -> None:
    """Refuse a store that is neither empty nor the demo's own, and ask before the demo's own loses what was added.

    What it holds is not told, as it may be anybody's.
    """
    held = {account.id for account in store.accounts()}
    profiles = store.profiles()
    strange = held.difference({_MARK_ACCOUNT}, *(_accounts_in(part, now) for part in _PARTS))
    unmarked = _MARK not in profiles and bool(held or profiles or store.rules() or store.lists())
    lost = f"{store.location} holds data that are not the demo's and would be lost, as the demo starts from scratch"
    if strange and not unmarked and allow is not None:
        allow(f"{lost}. Make it anew?")
    elif strange or (unmarked and named):
        raise UsageError(f"{lost}; give it a store of its own with --store")


def _accounts_in(part: Path, now: datetime) -> set[str]:
    records = list(source("jsonl").read(str(part), Context(now=now)))
    owners = {account.id for one in records if isinstance(one, Owner) for account in one.accounts}
    return owners | pack([one for one in records if isinstance(one, Storable)], now=now).accounts.keys()


def _bring_in(store: Store, parts: list[Path], profile: str, now: datetime) -> Tally:
    return pull(store, source("jsonl"), parts, context=Context(now=now), profile=profile)


def _ask(store: Store, asked: str, day: date, profile: str, now: datetime) -> Answer:
    question = Question(asked=asked, k=_WAYS, filters=Filters(as_of=day))
    return ask(store, question, profile=profile, today=now.date())
