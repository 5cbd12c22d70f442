"""Jobs that keep going: the turns of each are taken by a thread of its own, until the process is told to end."""

import logging
import os
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from dashboard.service.config import Job

LOOK_EVERY = timedelta(minutes=1)
"""How often it is looked whether a job is due: the machine may sleep, and another process run it meanwhile."""
Pause = Callable[[float], None]
"""Waits some seconds; raises KeyboardInterrupt once the process is to end."""


def keep_going(jobs: Sequence[Job], take: Callable[[Job, Pause], None]) -> None:
    """Take the turns of each job until Ctrl-C or SIGTERM; what is under way then ends at its next pause.

    Args:
        jobs: Each has a thread, so that none waits for another.
        take: Takes a turn, if it is due.
    """
    ended = Event()

    def pause(seconds: float) -> None:
        if ended.wait(seconds):
            raise KeyboardInterrupt

    def work(job: Job) -> None:
        try:
            pause(0)
            take(job, pause)
        except KeyboardInterrupt:
            return
        except Exception:  # noqa: BLE001 # nobody reads what is told: there is nothing to keep going for
            if not ended.is_set():
                os.kill(os.getpid(), signal.SIGTERM)

    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # else it tells that a job still runs when it looks
    pool = ThreadPoolExecutor(len(jobs))
    scheduler = BackgroundScheduler(
        executors={"default": pool}, timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True}
    )
    for job in jobs:
        scheduler.add_job(
            work, IntervalTrigger(seconds=LOOK_EVERY.total_seconds()), [job], next_run_time=datetime.now(UTC)
        )
    # What a shell starts in the background ignores Ctrl-C, and goes on doing so.
    ends = [one for one in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(one) is not signal.SIG_IGN]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    try:
        scheduler.start()
        signal.sigwait(ends)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        ended.set()
        scheduler.shutdown()
