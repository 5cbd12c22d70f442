"""What the page offers to fetch: the user's jobs, and looks at what somebody says on X; their price and their state."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboard.service.command_run import CommandRun
from dashboard.service.config import Job, config_file, find_jobs
from dashboard.service.desk import Desk
from dashboard.service.jobs import JobState, find_state, month_of
from graph.answers.advice import account_on_x
from graph.errors import NameUnknownError, UsageError
from graph.people.person import Person
from graph.store.documents import Cost, Run
from ingest import registry
from ingest.pull.pull import estimate
from ingest.source import Context, Estimate
from ingest.sources.x.prices import OWN_POST, POST, USER

MOST = 1_000.0
"""The most dollars that may be said in the page: a sum with a digit too many is none."""
_USUAL, _LEAST = 10, 2
"""What a fetch may cost if nothing else is said, in dollars: at most, and at least (a page of posts costs 1.50)."""
_CENT = 0.01
_LOOK, _JOB = "look ", "job "


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """To read the public posts of somebody on X, and the answers to them.

    Attributes:
        account: Theirs there.
        handle: That account's handle, where it is known.
    """

    person: Person
    account: str
    handle: str | None

    @property
    def options(self) -> dict[str, str]:
        """What is read: a relationship shows in acts both ways. Of answers X finds those of the last seven days."""
        return {"user": self.account, **({"search": f"to:{self.handle}"} if self.handle else {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that may be fetched: a job or a look.

    Attributes:
        what: The look, or where the job stands.
        things: By which names its run is known; the first one is that of a new one.
        live: Whether it is fetched from X, and costs something.
        estimate: What it may cost; None where that can't be told.
        trouble: Why it can't be fetched.
        fetch: Its newest run by the page.
        runs: What is kept of its run at hand, or of the last one, by source.
    """

    what: Look | JobState
    things: Sequence[str]
    live: bool
    estimate: Estimate | None
    trouble: UsageError | None
    fetch: CommandRun | None
    runs: Sequence[Run]

    @property
    def running(self) -> bool:
        """Whether it is being fetched by this page."""
        return self.fetch is not None and self.fetch.running

    @property
    def failed(self) -> bool:
        """Whether its newest run by the page came to nothing."""
        return self.fetch is not None and self.fetch.failed

    @property
    def spent(self) -> Cost:
        """What the run at hand, or the last one, bought."""
        return sum((run.cost for run in self.runs if run.cost is not None), start=Cost())

    @property
    def stop_at(self) -> float:
        """What it may cost if nothing else is said: what the job says, or whole dollars, enough for a page."""
        wanted = _USUAL if self.estimate is None else max(_LEAST, math.ceil(self.estimate.cost.usd))
        return min(_USUAL, wanted if self.most == MOST else self.most)

    @property
    def most(self) -> float:
        """What may be said that it may cost: of a job, what is left of its budget."""
        left = self.what.left if isinstance(self.what, JobState) else None
        return MOST if left is None else left


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What was bought in this calendar month.

    Attributes:
        jobs: By the user's jobs.
        others: By looks, and by hand.
        limit: What the jobs may buy in all; None where one of them has no limit.
    """

    jobs: float
    others: float
    limit: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All that is offered.

    Attributes:
        chosen: What is looked at.
        file: Where the jobs are read from.
        configured: Whether that is there.
        error: What is wrong with it.
    """

    offers: Sequence[Offer]
    chosen: Offer | None
    month: Spending
    file: Path
    configured: bool
    error: UsageError | None


def read_board(desk: Desk, *, look: str | None, job: str | None) -> Board:
    """List what is offered; a look, by an account of whom it is at, or a job may be chosen.

    Raises:
        NameUnknownError: If nobody here has that account.
    """
    runs, jobs, error = desk.store.runs(), [], None
    try:
        jobs = find_jobs(None)
    except UsageError as wrong:
        error = wrong
    looked = [name.removeprefix(_LOOK) for name in desk.runs.names() if name.startswith(_LOOK)]
    looks = [offer for account in looked if (offer := _offer_again(desk, account, runs)) is not None]
    chosen = offer_look(desk, look, runs) if look else None
    if chosen is not None:
        same = next((one for one in looks if set(one.things) & set(chosen.things)), None)
        looks, chosen = looks if same else [chosen, *looks], same or chosen
    offers = [*looks, *(_offer_job(desk, one, runs) for one in jobs)]
    named = next((one for one in offers if job and one.things[0] == f"{_JOB}{job}"), None)
    states = [one.what for one in offers if one.live and isinstance(one.what, JobState)]
    return Board(
        offers=offers,
        chosen=chosen or named,
        month=_read_spending(runs, states, desk.clock()),
        file=config_file(),
        configured=config_file().exists(),
        error=error,
    )


def _read_spending(runs: Sequence[Run], states: Sequence[JobState], now: datetime) -> Spending:
    bought = sum(run.cost.usd for run in runs if run.cost is not None and run.at >= month_of(now))
    jobs = sum(state.spent.usd for state in states)
    limits = [state.job.budget_month for state in states if state.job.budget_month is not None]
    return Spending(jobs=jobs, others=bought - jobs, limit=sum(limits) if 0 < len(limits) == len(states) else None)


def offer_look(desk: Desk, account: str, runs: Sequence[Run]) -> Offer | None:
    """Offer a look at the person who has an account; None where no account of theirs on X is known.

    Raises:
        NameUnknownError: If nobody here has that account.
    """
    look = read_look(desk, desk.somebody(account))
    if look is None:
        return None
    things = [f"{_LOOK}{one}" for one in (look.account, *look.person.accounts)]
    fetch = desk.runs.find(things)
    since = [] if fetch is None else [run for run in runs if run.source == "x" and not run.job and fetch.covers(run.at)]
    return Offer(
        what=look,
        things=things,
        live=True,
        estimate=estimate_look(desk, look),
        trouble=_find_trouble(desk, live=True),
        fetch=fetch,
        runs=since[-1:],
    )


def _offer_again(desk: Desk, account: str, runs: Sequence[Run]) -> Offer | None:
    try:
        return offer_look(desk, account, runs)
    except NameUnknownError:  # forgotten since
        return None


def _offer_job(desk: Desk, job: Job, runs: Sequence[Run]) -> Offer:
    live, state = goes_to_network(job), find_state(job, runs, desk.clock())
    trouble, told = _find_trouble(desk, live=live), None
    if live:
        try:
            told = _estimate(desk, job.options)
        except UsageError as error:
            trouble = error
    if state.left == 0:
        trouble = UsageError("this month's budget is used up; it goes on next month, or with more in the file")
    fetch = desk.runs.find([f"{_JOB}{job.name}"])
    own = [run for run in runs if run.job == job.name]
    if fetch is not None and fetch.running:
        own = [run for run in own if fetch.covers(run.at)]
    return Offer(
        what=state,
        things=(f"{_JOB}{job.name}",),
        live=live,
        estimate=told,
        trouble=trouble,
        fetch=fetch,
        runs=[run for run in own if run.at == own[0].at],
    )


def goes_to_network(job: Job) -> bool:
    """Tell whether a job goes to the network."""
    return job.source is not None and registry.source(job.source).live is not None


def uses_network() -> bool:
    """Tell whether one of the user's jobs goes to the network."""
    try:
        return any(map(goes_to_network, find_jobs(None)))
    except UsageError:
        return False


def read_look(desk: Desk, person: Person) -> Look | None:
    """Tell what a look at somebody is; None where no account of theirs on X is known."""
    on_x = account_on_x(person)
    if on_x is None:
        return None
    held = next(iter(desk.store.accounts([on_x])), None)
    return Look(person=person, account=on_x, handle=held.handle if held is not None else None)


def estimate_look(desk: Desk, look: Look) -> Estimate | None:
    """Tell what a look may cost; nothing is asked for. None where X can have no such account."""
    try:
        return desk.standing().made.get(("look", look.account), lambda: _estimate(desk, look.options))
    except UsageError:
        return None


def _estimate(desk: Desk, options: Mapping[str, str]) -> Estimate:
    context = Context(now=desk.clock(), options=options)
    return estimate(desk.store, registry.source("x"), context, desk.profile)


def _find_trouble(desk: Desk, *, live: bool) -> UsageError | None:
    if desk.demo:
        return UsageError("this is the demo: nothing is fetched into it")
    if not live:
        return None
    from ingest.sources.x.client import read_address, read_token  # with tweepy, which takes a while

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
    if offer.trouble is not None:
        raise offer.trouble
    if offer.live and not 0 < budget < offer.most + _CENT:  # it is shown rounded up
        raise UsageError(f"“Stop at” takes dollars, more than 0 and at most {offer.most:,.2f}")
    bound = ("--budget", f"{min(budget, offer.most):.3f}") if offer.live else ()
    if isinstance(offer.what, Look):
        asked = (word for name, value in offer.what.options.items() for word in (f"--{name}", value))
        words = ("ingest", "x", *asked, *bound)
    else:
        words = ("pull", "--now", *bound, "--", offer.what.job.name)
    desk.runs.start(offer.things[0], words, budget if offer.live else None)


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
    lines = [
        CostLine(what="posts", count=cost.posts, price=prices or (OWN_POST / 1000, POST / 1000), usd=posts),
        CostLine(what="people", count=cost.users, price=(USER / 1000, USER / 1000), usd=people),
        CostLine(what="requests", count=cost.requests, price=(0.0, 0.0), usd=0.0),
    ]
    return [line for line in lines if line.count]
