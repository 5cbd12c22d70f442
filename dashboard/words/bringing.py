"""What the page says of exports that are brought in."""

from collections.abc import Iterator, Sequence
from math import floor, log10

from dashboard.service.parcels import ParcelState, Sight
from dashboard.service.reading import Parcel
from dashboard.words.lines import capital, count, enumerate_words, number, shorten, size
from dashboard.words.outcome import others_words
from dashboard.words.reach import source_words
from graph.answers.answer import Hint, HintKind
from graph.answers.reach import Reach, SourceReach
from ingest.registry import sources
from ingest.source import Prompt

_REASONS = 3
_SHORT = {"csv": "Table", "jsonl": "JSON lines"}
_WORDS = 160
BY_ITSELF = "Bring that file in by itself: then it can be answered here."
HALFWAY = "Not all of it is here. Choose it again, and it goes on from there."
ROWS = {"yes": "A person", "no": "Something that people did"}
OWNERS = {"me": "Mine", "other": "Somebody else’s"}


def title_of(parcel: Parcel) -> str:
    """Say what a parcel is; nothing while that is not known."""
    return ", ".join(map(_title, parcel.source.split("+"))) if parcel.source else ""


def _title(source: str) -> str:
    return _SHORT.get(source) or {one.name: one.title for one in sources()}.get(source, source)


def accounts_words(accounts: Sequence[str]) -> str:
    """Name the accounts that are me."""
    names = [one.partition(":")[2] for one in accounts]
    return enumerate_words([*names[:_REASONS], *([f"{len(names) - _REASONS} more"] if len(names) > _REASONS else [])])


def _receiving_words(parcel: Parcel) -> str:
    """Say how much of a parcel is here."""
    return f"{size(parcel.received)} of {size(parcel.size)} here"


def _reading_words(parcel: Parcel) -> str:
    """Say how much of a parcel is read, and how long it takes yet."""
    if not parcel.read and parcel.share is None:
        return "begins to read"
    about = f" of about {number(_rounded(parcel.read / parcel.share))}" if parcel.share and parcel.read else ""
    left = f", about {_time(parcel.left)} left" if parcel.left is not None else ""
    return f"{number(parcel.read)}{about} read{left}"


def _rounded(value: float) -> int:
    """Round to two figures: what is estimated is not to look counted."""
    return round(round(value), min(0, 1 - floor(log10(value)))) if value >= 1 else 1


def _time(seconds: float) -> str:
    if seconds < 60:
        return count(max(1, round(seconds)), "second")
    return count(round(seconds / 60), "minute") if seconds < 5400 else count(round(seconds / 3600), "hour")


def moving_words(parcel: Parcel) -> str:
    """Say how far it is with a parcel that is not over."""
    match parcel.state:
        case ParcelState.RECEIVING:
            return _receiving_words(parcel)
        case ParcelState.READING:
            return _reading_words(parcel)
        case _:
            return "waits"


def counts(parcel: Parcel) -> Iterator[tuple[str, str]]:
    """Count what came of a parcel: each a number, and of what."""
    summary = parcel.summary
    if summary is None:
        return
    if summary.others and not summary.new + summary.seen:
        yield "", f"{others_words(summary.others)} read, no interactions"
    else:
        yield number(summary.new), "new"
        if summary.seen:
            yield number(summary.seen), "seen before"
    if left_out := sum(summary.skipped.values()):
        reasons = sorted(summary.skipped, key=lambda why: -summary.skipped[why])
        named = enumerate_words(shorten(why, _WORDS) for why in reasons[:_REASONS])
        yield number(left_out), f"left out: {named}{' and more' if len(reasons) > _REASONS else ''}"
    if summary.suppressed:
        yield number(summary.suppressed), "left out: their people are forgotten here"
    if summary.problem_count:
        many = count(summary.problem_count, "problem").partition(" ")
        yield many[0], many[2]


def over_words(parcel: Parcel) -> str:
    """Say in one sentence what came of a parcel, for those who hear the page."""
    name = shorten(parcel.name, _WORDS)
    match parcel.state:
        case ParcelState.DONE:
            return f"{name}: {', '.join(' '.join(filter(None, one)) for one in counts(parcel))}"
        case ParcelState.ASKS:
            return f"{name}: an answer is needed"
        case ParcelState.STOPPED:
            return f"{name}: stopped"
        case _:
            return f"{name}: {why_words(parcel)}"


def why_words(parcel: Parcel) -> str:
    """Say why nothing, or not all, came of a parcel."""
    why = shorten(parcel.why, 500) or "it ended without saying why"
    return f"{(why if why.startswith(parcel.name) else capital(why)).rstrip('.')}."


def asks_owner(parcel: Parcel) -> bool:
    """Tell whether all that is asked is whose it is."""
    return [one.option for one in parcel.asks] == ["owner"]


def asks_words(parcel: Parcel) -> str:
    """Say what must be answered before a parcel is read."""
    if asks_owner(parcel):
        return "Whose is it? Without that, nobody in it is “you”."
    return "Which column holds what? It could not be guessed."


def prompt_words(prompt: Prompt) -> str:
    """Say one of the questions."""
    return f"{capital(shorten(prompt.text, _WORDS)).rstrip('?')}?"


def _more_than(now: int, before: int) -> str | None:
    """Say how many more there are; None where there are not."""
    return f"{number(now - before)} more than before" if now > before else None


def since_words(before: Sight | None, contacts: int, behind: int) -> tuple[str | None, str | None]:
    """Say how many more people I can ask, and are behind them, than before."""
    if before is None:
        return None, None
    return _more_than(contacts, before.contacts), _more_than(behind, before.behind)


def told_by(one: SourceReach) -> str:
    """Name a source as people call it, or who told it."""
    if not one.source:
        return capital(source_words(one))
    return enumerate_words(map(_title, one.source.split(", ")))


def hint_line(hint: Hint, reach: Reach) -> str | None:
    """Say what would show more, of what the page can do something about."""
    match hint.kind:
        case HintKind.NO_TIES:
            return "Your own mail or messages: they show whom you can ask"
        case HintKind.OWN_HALF:
            again = any(one.source == "wordpress" for one in reach.sources)
            which = "another blog" if again else "a blog"
            return f"Comments of {which} that your contacts write for: much of whom they answer"
        case HintKind.MINE if hint.person is not None:
            return f"{hint.person.id} bears your name."
        case _:
            return None
