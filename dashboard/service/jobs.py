"""Jobs: which of them are due, and one run of one, by one process at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dashboard.service.config import Job
from dashboard.service.faults import locate
from dashboard.service.ingesting import Outcome, plan_pulls, record_failures, run_pulls
from graph.errors import IntrographError, NothingReadError, StoreError
from graph.model import Problem
from graph.store.documents import Cost, Run
from graph.store.store import Store
from ingest.pull.locks import lock
from ingest.pull.progress import Progress
from ingest.pull.tally import Tally
from ingest.source import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """Where a job stands.

    Attributes:
        last: When its last run began; None where there was none.
        next: When its next run is due; None where it is due now.
        spent: What it bought in this calendar month.
        left: What a run may buy now, in dollars; None for any.
        stopped: Why its last run ended early.
        problems: How many its last run had.
    """

    job: Job
    last: datetime | None
    next: datetime | None
    spent: Cost
    left: float | None
    stopped: str | None
    problems: int


def month_of(now: datetime) -> datetime:
    """Give the beginning of the calendar month (UTC) of an instant."""
    return now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def find_state(job: Job, runs: Sequence[Run], now: datetime) -> JobState:
    """Tell where a job stands, by what is kept of its runs; `runs` are all, newest first."""
    own = [run for run in runs if run.job == job.name]
    # What a job reads with several sources are several runs of one instant.
    last = [run for run in own if run.at == own[0].at]
    month = month_of(now)
    spent = sum((run.cost for run in own if run.cost is not None and run.at >= month), start=Cost())
    limits = [] if job.budget is None else [job.budget]
    limits += [] if job.budget_month is None else [max(0.0, round(job.budget_month - spent.usd, 3))]
    left = min(limits, default=None)
    turns = [run.at + job.interval for run in last[:1]]
    turns += [(month + timedelta(days=32)).replace(day=1)] if left == 0 else []
    return JobState(
        job=job,
        last=last[0].at if last else None,
        next=max((turn for turn in turns if turn > now), default=None),
        spent=spent,
        left=left,
        stopped=next((run.stopped for run in last if run.stopped), None),
        problems=sum(run.problems for run in last),
    )


# --- a run of it -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTurn:
    """What became of a job when its turn was looked for.

    Attributes:
        outcome: What came of its run; None where it did not run.
        next: When it is due next; None where that is now, or another process runs it.
        busy: Whether another process runs it.
        spent: Whether what a month may cost is used up.
    """

    job: Job
    outcome: Outcome | None = None
    next: datetime | None = None
    busy: bool = False
    spent: bool = False


def take_turn(
    store: Store,
    job: Job,
    *,
    now: datetime,
    profile: str,
    progress: Callable[[Progress], None],
    wait: Callable[[float, str], None] | None = None,
    anyway: bool = False,
    most: float | None = None,
) -> JobTurn:
    """Run a job if it is due, or `anyway` as long as its month's budget lasts; what goes wrong with it is kept.

    It buys for no more than its budget, and than `most` where that is given, in dollars.

    Raises:
        StoreError: If the store fails, or this machine keeps no locks.
    """
    with lock(store, job.name) as free:
        if not free:
            return JobTurn(job=job, busy=True)
        state = find_state(job, store.runs(), now)
        if state.left == 0 or (state.next is not None and not anyway):
            return JobTurn(job=job, next=state.next, spent=state.left == 0)
        limits = [limit for limit in (state.left, most) if limit is not None]
        budget = {"budget": f"{min(limits)}"} if limits else {}
        context = Context(now=now, excerpts=job.excerpts, options={**job.options, **budget}, wait=wait)
        outcome = _run(store, job, context, profile, progress)
        after = find_state(job, store.runs(), now)
        return JobTurn(job=job, outcome=outcome, next=after.next, spent=after.left == 0)


def _run(store: Store, job: Job, context: Context, profile: str, progress: Callable[[Progress], None]) -> Outcome:
    try:
        plan, unread = plan_pulls([*([job.source] if job.source else []), *job.paths])
        return run_pulls(
            store,
            plan,
            unread,
            context,
            profile=profile,
            owner=job.owner,
            progress=progress,
            job=job.name,
        )
    except StoreError:
        raise
    except IntrographError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 # whatever becomes of one job, the others must still run
        failure = NothingReadError(f"internal error: {locate(error)}; please report this")
        record_failures(store, job.name, job.source or "", [Problem(where="", why=str(failure))], context.now)
    problem = Problem(where="", why=str(failure))
    tally = Tally(sources=[job.source or "files"], problems=[problem], problem_count=1, remedies=[*failure.remedies])
    return Outcome(tally=tally, dropped=0, reach=None, error=failure)
