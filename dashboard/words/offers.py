"""What the page offers to fetch, in words: what it is, what it may cost, where it stands and what came of it."""

from datetime import datetime

from dashboard.service.fetching import Fetch, Summary
from dashboard.service.offers import CostLine, Offer
from dashboard.words.lines import capital, count, day, number, shorten
from dashboard.words.outcome import stop_words
from dashboard.words.plan import first_name
from graph.people.person import Person
from graph.store.documents import Cost
from ingest.pull.pull import Estimate
from ingest.source import Stop

FETCHES = "What fetches by itself. Only a job goes to the network, and only for what it says."
ENDS_THERE = "It ends there, and keeps what it has."
STOPPED = "You stopped it. What was read is kept, and it goes on from there."
_NAME = 80


def look_title(person: Person) -> str:
    """Name a look at somebody."""
    return f"Whom {shorten(person.name, _NAME)} answers on X"


def look_section(person: Person) -> str:
    """Name the section that offers it."""
    return f"See whom {first_name(person)} answers on X"


def look_why(person: Person) -> str:
    """Say what a look shows."""
    return f"Whom {first_name(person)} answers there in public is who may have their ear."


def bounded(estimate: Estimate) -> str:
    """Say what something may cost where it is first offered."""
    return f"{about(estimate)} {dollars(estimate.cost.usd)}; stops at what you say"


def about(estimate: Estimate) -> str:
    """Say how much an estimate is worth."""
    return "About" if estimate.sure else "At most"


def dollars(usd: float) -> str:
    """Write a sum in dollars and cents, rounded up: nothing is to look cheaper than it is."""
    return f"${-(-round(usd * 1000) // 10) / 100:,.2f}"


def what_words(offer: Offer) -> str:
    """Say what is read."""
    return f"public posts of {f'@{offer.handle}' if offer.handle else offer.account}"


def line_words(line: CostLine) -> tuple[str, str]:
    """Say what is bought, and at which price."""
    low, high = line.price
    price = "free" if not high else f"at ${high:.3f}" if low == high else f"at ${low:.3f} to ${high:.3f}"
    return capital(line.what), f"{number(line.count)}, {price}"


def leaves_words(offer: Offer) -> str:
    """Say what goes out."""
    account = f"@{offer.handle}" if offer.handle else offer.account
    return (
        f"The name or number of {account}, and the token of your app. X sees that you ask for these posts; nothing "
        "that you keep here is sent."
    )


def state_of(offer: Offer) -> str:
    """Say where something stands, in a word."""
    fetch = offer.fetch
    if fetch is None:
        return "planned"
    if fetch.running:
        return "waits" if "limit" in fetch.told else "running"
    if fetch.failed or (fetch.summary and fetch.summary.stopped in ("refused", "unreachable")):
        return "failed"
    return "waits" if fetch.ended or (fetch.summary and fetch.summary.stopped) else "done"


def so_far(offer: Offer) -> str:
    """Say what came and what it cost, while it is fetched."""
    new, cost = sum(run.new for run in offer.runs), spent(offer)
    most = offer.fetch.budget if offer.fetch else None
    limit = f" of at most {dollars(most)}" if most is not None else ""
    return f"{number(new)} new so far, {dollars(cost.usd)}{limit}"


def spent(offer: Offer) -> Cost:
    """Sum up what a run bought."""
    return sum((run.cost for run in offer.runs if run.cost is not None), start=Cost())


def came_words(offer: Offer) -> str:
    """Say what came of a run."""
    new, seen = sum(run.new for run in offer.runs), sum(run.seen for run in offer.runs)
    return f"{number(new)} new, {number(seen)} seen before"


def why_stopped(fetch: Fetch) -> str | None:
    """Say why a run ended before all was read; None where it did not."""
    if fetch.ended:
        return STOPPED
    if fetch.failed:
        return capital(fetch.error) or "It ended without saying why."
    stopped = fetch.summary.stopped if fetch.summary else None
    return capital(stop_words(Stop(why=stopped))) if stopped else None


def problems_words(summary: Summary) -> str:
    """Count a run's problems."""
    return count(summary.problem_count, "problem")


def when(at: datetime, today: datetime) -> str:
    """Say when something is or was, to the minute, in UTC."""
    days = (at.date() - today.date()).days
    named = {0: "today", -1: "yesterday", 1: "tomorrow"}.get(days) or day(at)
    return f"{named}, {at:%H:%M}"
