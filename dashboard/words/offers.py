"""What the page offers to fetch, in words: what it is, what it may cost, where it stands and what came of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from dashboard.service.config import Job
from dashboard.service.jobs import JobState
from dashboard.service.offers import CostLine, Look, Offer, Spending
from dashboard.words.lines import capital, count, day, enumerate_words, number, shorten
from dashboard.words.outcome import cost_words, stop_words
from dashboard.words.plan import first_name
from graph.people.person import Person
from ingest.source import Estimate, Stop

FETCHES = "What fetches by itself. Only a job goes to the network, and only for what it says."
ONLY_JOBS = "Only your jobs use the network"
ENDS_THERE = "It ends there, give or take a page, and keeps what it has."
CHOOSE = "Choose a job to see what it may cost, and to run it now."
LOOKS = "Where there is no way to somebody who is on X, the answer offers a look at whom they answer there."
DUE = "This runs the jobs that are due; with --watch it keeps going."
_STOPPED = "You stopped it. What was read is kept, and it goes on from there."
_BUSY = "It did not run: another process runs it now, or this month’s budget is used up."
_NAME, _WHAT = 80, 120
_UNITS = {"m": "minute", "h": "hour", "d": "day", "w": "week"}
_READS: Mapping[str, Callable[[str], str]] = {
    "mentions": lambda _: "who mentions you",
    "own": lambda _: "your posts",
    "user": lambda value: f"posts of {enumerate_words(map(_handle, value.splitlines()))}",
    "search": lambda value: f"what a search finds: {value}",
    "list": lambda value: f"list {value}",
    "conversation": lambda value: f"answers to {enumerate_words(value.splitlines())}",
}


def _handle(user: str) -> str:
    return user if user.startswith(("@", "x:")) else f"@{user}"


# --- a look, where it is first offered -------------------------------------------------------------------------------


def look_section(person: Person) -> str:
    """Name the section of a plan that offers a look."""
    return f"See whom {first_name(person)} answers on X"


def look_why(person: Person) -> str:
    """Say what a look shows."""
    first = first_name(person)
    return f"Whom {first} answers there in public, and who answers {first}: they may have {first}’s ear."


def bounded(estimate: Estimate) -> str:
    """Say what something may cost where it is first offered."""
    return f"{about(estimate)} {dollars(estimate.cost.usd)}; stops at what you say"


# --- what it is, and what it costs -----------------------------------------------------------------------------------


def title(offer: Offer) -> str:
    """Name what is offered."""
    if isinstance(offer.what, Look):
        return f"Whom {shorten(offer.what.person.name, _NAME)} answers on X"
    return shorten(offer.what.job.name, _NAME)


def what_words(offer: Offer) -> str:
    """Say what is read, and how often."""
    if isinstance(offer.what, Look):
        answers = ", and the answers of the last week" if "search" in offer.what.options else ""
        return f"public posts of {_called(offer.what)}{answers}"
    job = offer.what.job
    return f"{_reads(job)}, {_every(job)}"


def _called(look: Look) -> str:
    return f"@{look.handle}" if look.handle else look.account


def _reads(job: Job) -> str:
    if job.paths:
        return shorten(", ".join(Path(path).name for path in job.paths), _WHAT)
    read = [words(job.options[name]) for name, words in _READS.items() if name in job.options]
    return shorten(", ".join(read), _WHAT) or "nothing"


def _every(job: Job) -> str:
    many, unit = int(job.every[:-1]), _UNITS[job.every[-1]]
    return f"every {unit}" if many == 1 else f"every {count(many, unit)}"


def about(estimate: Estimate) -> str:
    """Say how much an estimate is worth."""
    return "About" if estimate.sure else "At most"


def dollars(usd: float) -> str:
    """Write a sum in dollars and cents, rounded up: nothing is to look cheaper than it is."""
    return f"${-(-round(usd * 1000) // 10) / 100:,.2f}"


def line_words(line: CostLine) -> tuple[str, str]:
    """Say what is bought, and at which price."""
    low, high = line.price
    price = "free" if not high else f"at ${high:.3f}" if low == high else f"at ${low:.3f} to ${high:.3f}"
    return capital(line.what), f"{number(line.count)}, {price}"


def month_words(month: Spending) -> tuple[str, str]:
    """Say what was spent in this month: the sum, and the rest of the sentence."""
    if month.limit is None:
        return dollars(month.jobs + month.others), " spent on X this month"
    others = f"; {dollars(month.others)} more by looks and by hand" if month.others else ""
    return dollars(month.jobs), f" spent on X this month, of at most {dollars(month.limit)}{others}"


def leaves_words(offer: Offer) -> str:
    """Say what goes out."""
    if not offer.live:
        return "Nothing. Files on this machine are read."
    if isinstance(offer.what, Look):
        asked = f"The name or number of {_called(offer.what)}"
    else:
        asked = f"What is asked for ({_reads(offer.what.job)})"
    return f"{asked}, and the token of your app. X sees that you ask for it; nothing that you keep here is sent."


# --- where it stands -------------------------------------------------------------------------------------------------


def state_of(offer: Offer) -> str:
    """Say where something stands, in a word."""
    fetch, state = offer.fetch, offer.what if isinstance(offer.what, JobState) else None
    if fetch is not None and fetch.running:
        return "waits" if fetch.progress is not None and "limit" in fetch.progress.phase else "running"
    if fetch is not None and fetch.failed and not _is_busy(offer):
        return "failed"
    if fetch is None and not offer.runs:
        return "planned"
    stopped = _stopped(offer)
    came = sum(run.new + run.seen for run in offer.runs)
    unanswered = any(run.problems and (run.cost is None or not run.cost.requests) for run in offer.runs)
    if stopped in ("refused", "unreachable") or (not came and unanswered):
        return "failed"
    if stopped or (state is not None and state.left == 0) or (state is None and fetch is not None and fetch.ended):
        return "waits"
    if state is None:
        return "done"
    return "due" if state.next is None else "ready"


def _stopped(offer: Offer) -> str | None:
    return next((run.stopped for run in offer.runs if run.stopped), None)


def _is_busy(offer: Offer) -> bool:
    return offer.fetch is not None and offer.fetch.busy


def last_words(offer: Offer, now: datetime) -> str:
    """Say when something ran last."""
    if offer.runs:
        return when(offer.runs[0].at, now)
    return "not yet" if offer.fetch is None else when(offer.fetch.started, now)


def next_words(offer: Offer, now: datetime) -> str:
    """Say when something runs next."""
    if isinstance(offer.what, Look):
        return "when you agree"
    return "due now" if offer.what.next is None else when(offer.what.next, now)


def when(at: datetime, now: datetime) -> str:
    """Say when something is or was, to the minute, in UTC."""
    named = {0: "today", -1: "yesterday", 1: "tomorrow"}.get((at.date() - now.date()).days) or day(at)
    return f"{named}, {at:%H:%M}"


def price_words(offer: Offer) -> str:
    """Say what the last run cost; where there was none, what one may cost."""
    if not offer.live:
        return "free"
    if offer.runs:
        return dollars(offer.spent.usd)
    return "" if offer.estimate is None else f"{about(offer.estimate).lower()} {dollars(offer.estimate.cost.usd)}"


def so_far(offer: Offer) -> str:
    """Say what came and what it cost, while it is fetched."""
    new, most = sum(run.new for run in offer.runs), offer.fetch.budget if offer.fetch else None
    if not offer.live:
        return f"{number(new)} new so far"
    limit = f" of at most {dollars(most)}" if most is not None else ""
    return f"{number(new)} new so far, {dollars(offer.spent.usd)}{limit}"


def came_words(offer: Offer) -> str:
    """Say what came of a run."""
    new, seen = sum(run.new for run in offer.runs), sum(run.seen for run in offer.runs)
    return f"{number(new)} new, {number(seen)} seen before"


def cost_of(offer: Offer) -> str:
    """Say what a run cost."""
    return f"It cost {cost_words(offer.spent)}." if offer.spent.usd else "It cost nothing."


def why_stopped(offer: Offer) -> str | None:
    """Say why a run ended before all was read; None where it did not."""
    fetch = offer.fetch
    if fetch is not None and fetch.ended:
        return _STOPPED
    if _is_busy(offer):
        return _BUSY
    if fetch is not None and fetch.failed:
        said = fetch.summary.problems[0].why if fetch.summary and fetch.summary.problems else fetch.error
        return capital(said) or "It ended without saying why."
    stopped = _stopped(offer)
    return capital(stop_words(Stop(why=stopped))) if stopped else None


def problems_words(offer: Offer) -> str | None:
    """Count the problems of the last run; None where it had none."""
    many = sum(run.problems for run in offer.runs)
    ended = offer.fetch is not None and offer.fetch.ended  # then it is the only one, and said already
    return count(many, "problem") if many and not ended else None
