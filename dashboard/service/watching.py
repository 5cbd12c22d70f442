"""Jobs that keep going: the turns of each are taken by a thread of its own, until the process is told to end."""

import logging
import os
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Event, Lock

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from dashboard.service.config import Job

LOOK_AFTER = timedelta(minutes=5)
"""A machine that slept wakes late, and another process may have run a job: by then its turn is looked for anew."""
Pause = Callable[[float], None]
"""Waits some seconds; raises KeyboardInterrupt once the process is to end."""


def keep_going(
    jobs: Sequence[Job], take: Callable[[Job, Pause], datetime | None], clock: Callable[[], datetime]
) -> None:
    """Take the turn of each job now, and anew when the next one comes, until Ctrl-C or SIGTERM.

    What is under way then ends at its next pause.

    Args:
        jobs: Each has a thread, so that none waits for another.
        take: Takes a turn, and tells when the next one comes; None where that is not known.
        clock: The clock.
    """
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # what is to be told is told by `take`
    ended, turns = Event(), {job.name: Lock() for job in jobs}
    pool = ThreadPoolExecutor(len(jobs))
    scheduler = BackgroundScheduler(
        executors={"default": pool}, timezone=UTC, job_defaults={"misfire_grace_time": None}
    )

    def pause(seconds: float) -> None:
        if ended.wait(seconds):
            raise KeyboardInterrupt

    def work(job: Job) -> None:
        with turns[job.name]:
            try:
                at = None if ended.is_set() else take(job, pause)
            except KeyboardInterrupt:
                return
            except Exception:  # noqa: BLE001 # nobody reads what is told: there is nothing to keep going for
                if not ended.is_set():
                    os.kill(os.getpid(), signal.SIGTERM)
                return
        latest = clock() + LOOK_AFTER
        scheduler.add_job(work, DateTrigger(min(at or latest, latest)), [job])

    for job in jobs:
        scheduler.add_job(work, args=[job])
    # What a shell starts in the background ignores Ctrl-C, and goes on doing so.
    ends = [one for one in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(one) is not signal.SIG_IGN]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    try:
        scheduler.start()
        signal.sigwait(ends)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        ended.set()
        scheduler.shutdown(wait=False)  # waiting it would hold what `add_job` needs
        for turn in turns.values():
            turn.acquire()
