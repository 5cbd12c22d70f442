"""What the page offers to fetch: a look at what somebody says in public on X; what it may cost, and where it stands."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.service.desk import Desk
from dashboard.service.fetching import Fetch
from graph.answers.advice import account_on_x
from graph.errors import UsageError
from graph.people.person import Person
from graph.store.documents import Cost, Run
from ingest import registry
from ingest.pull.pull import Estimate, estimate
from ingest.source import Context
from ingest.sources.x.prices import OWN_POST, POST, USER

MOST = 1_000.0
"""The most dollars that may be said in the page: a sum with a digit too many is none."""
_USUAL = 10
_LOOK = "look "


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that may be fetched.

    Attributes:
        things: By which names its run is known; the first one is that of a new one.
        person: Whom a look is at.
        account: Theirs on X.
        handle: That account's handle, where it is known.
        estimate: What it may cost; None where that can't be told.
        trouble: Why it can't be fetched.
        fetch: Its run since the page is served.
        runs: What is kept of its run at hand, or of the last one.
    """

    things: Sequence[str]
    person: Person
    account: str
    handle: str | None
    estimate: Estimate | None
    trouble: UsageError | None
    fetch: Fetch | None
    runs: Sequence[Run]

    @property
    def running(self) -> bool:
        """Whether it is being fetched by this page."""
        return self.fetch is not None and self.fetch.running

    @property
    def stop_at(self) -> float:
        """What it may cost if nothing else is said: whole dollars, enough for a page, and ten at most."""
        if self.estimate is None:
            return float(_USUAL)
        return float(min(_USUAL, max(2, math.ceil(self.estimate.cost.usd))))


def offer_look(desk: Desk, account: str) -> Offer | None:
    """Offer to read what the person who has an account says on X; None where no account of theirs is known there.

    Raises:
        NameUnknownError: If nobody here has that account.
    """
    person = desk.somebody(account)
    on_x = account_on_x(person)
    if on_x is None:
        return None
    held = next(iter(desk.store.accounts([on_x])), None)
    things = [f"{_LOOK}{one}" for one in (on_x, *person.accounts)]
    fetch = desk.fetches.find(things) if desk.fetches is not None else None
    return Offer(
        things=things,
        person=person,
        account=on_x,
        handle=held.handle if held is not None else None,
        estimate=estimate_look(desk, on_x),
        trouble=find_trouble(desk),
        fetch=fetch,
        runs=() if fetch is None else _runs_of(desk.store.runs(), fetch),
    )


def looks(desk: Desk) -> list[str]:
    """Give the accounts that were looked at since the page is served, the newest first."""
    names = desk.fetches.names() if desk.fetches is not None else []
    return [name.removeprefix(_LOOK) for name in names if name.startswith(_LOOK)]


def _runs_of(runs: Sequence[Run], fetch: Fetch) -> list[Run]:
    """Find what is kept of a run, among all of them, newest first: the first one since it was started."""
    since = [run for run in runs if run.source == "x" and run.at >= fetch.started]
    return since[-1:]


def estimate_look(desk: Desk, account: str) -> Estimate:
    """Tell what a look at an account may cost; nothing is asked for."""
    return desk.standing().made.get(("look", account), lambda: _estimate(desk, {"user": account}))


def _estimate(desk: Desk, options: dict[str, str]) -> Estimate:
    context = Context(now=desk.clock(), options=options)
    return estimate(desk.store, registry.source("x"), context, desk.profile)


def find_trouble(desk: Desk) -> UsageError | None:
    """Tell why nothing can be fetched from X: there is no token."""
    from ingest.sources.x.client import read_address, read_token  # with tweepy, which takes a while

    if desk.demo or desk.fetches is None:
        return UsageError("the demo's people are invented: nothing is fetched for them")
    try:
        read_token()
        read_address()
    except UsageError as error:
        return error
    return None


def begin(desk: Desk, offer: Offer, budget: float) -> None:
    """Begin to fetch what is offered, for so many dollars at most.

    Raises:
        UsageError: If that is no sum, it can't be fetched, or is being fetched.
    """
    if offer.trouble is not None or desk.fetches is None:
        raise offer.trouble or UsageError("nothing can be fetched from here")
    if not 0 < budget <= MOST:
        raise UsageError(f"“Stop at” takes dollars, more than 0 and at most {MOST:,.0f}")
    words = ("ingest", "x", "--user", offer.account, "--budget", f"{budget:.2f}")
    desk.fetches.start(offer.things[0], words, budget)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """A line of what something costs.

    Attributes:
        what: `posts`, `people` or `requests`.
        price: Of each, in dollars: the lowest and the highest.
        usd: In all.
    """

    what: str
    count: int
    price: tuple[float, float]
    usd: float


def split_cost(cost: Cost) -> list[CostLine]:
    """Take a cost apart into what is billed, at which price."""
    people = cost.users * USER / 1000
    posts = round(cost.usd - people, 3)
    each = posts / cost.posts if cost.posts else 0.0
    prices = next(((one, one) for one in (POST / 1000, OWN_POST / 1000) if math.isclose(each, one)), None)
    return [
        CostLine(what="posts", count=cost.posts, price=prices or (OWN_POST / 1000, POST / 1000), usd=posts),
        CostLine(what="people", count=cost.users, price=(USER / 1000, USER / 1000), usd=people),
        CostLine(what="requests", count=cost.requests, price=(0.0, 0.0), usd=0.0),
    ]
