"""Pull: reads places with a source and writes what it yields, in batches, each with its cursor in one transaction.

The only place that batches. An interrupted run loses at most the batch at hand and goes on from the last cursor; a
complete run over the same input again writes nothing, because every record carries its own identity; what was read to
its end and has not changed is not even read.
"""

import os
import traceback
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from graph.errors import IntrographError, NothingReadError, UsageError
from graph.model import Account, Checkpoint, Gone, Interaction, Owner, Problem, Record, SameAs, Skipped, network_of
from graph.people.identity import derive_persons
from graph.records.pack import pack
from graph.records.rows import Batch, Storable, hashed
from graph.store.documents import Cost, Cursor, Run, live_job
from graph.store.store import Store
from ingest.pull.bearers import NETWORK, join_bearers
from ingest.pull.jobs import job_key, stamp
from ingest.pull.locks import lock
from ingest.pull.owner import is_me, join_owner
from ingest.pull.progress import Progress, Teller
from ingest.pull.rules import (
    ADDRESSEE_EXCLUDED,
    RECORD_EXCLUDED,
    TOO_OLD,
    is_too_old,
    keep_allowed,
    read_limit,
    read_rules,
)
from ingest.pull.tally import PROBLEMS_KEPT, Tally
from ingest.pull.writer import Writer
from ingest.source import Context, Estimate, LiveRun, Source


def pull(
    store: Store,
    source: Source,
    places: Iterable[str | Path] = (),
    *,
    context: Context,
    profile: str = "me",
    owner: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    job: str | None = None,
) -> Tally:
    """Read places into a store; one that can't be read does not stop the others.

    Args:
        store: Where to.
        source: What reads them.
        places: Paths of files, folders or zips, in the order in which they are read; a live source names its own.
        context: The run's clock and options; who is me, and where to resume, is found in the store.
        profile: Under which profile I am me.
        owner: `me` or `other`, the answer to whose archive it is; None decides by what is known of me.
        progress: Told a few times a second how far it is.
        job: The job of the user's that this is a run of.

    Raises:
        UsageError: If a question must be answered, or an option mended, and nothing else was read.
        NothingReadError: If none of the places gave a record, not even a broken one; says why for each.
        StoreError: If the store fails; what was written before stays, and the same command goes on from there.
    """
    run = _Pull(store, source, context, profile, owner, progress, job)
    if source.live is None:
        for place in places:
            run.read(str(place))
    else:
        run.read_live(source.live)
    return run.finish()


def estimate(store: Store, source: Source, context: Context, profile: str = "me") -> Estimate:
    """Tell what a pull from a live source may cost; nothing is asked for and nothing written.

    Raises:
        UsageError: As `pull`.
    """
    run = _Pull(store, source, context, profile)
    assert source.live is not None, f"{source.name} costs nothing"  # noqa: S101 # a bug of ours
    live = source.live(run.live_context(), True)
    positions = ((place, store.cursor(live_job(source.name, place)).position) for place in live.places())
    told = [live.estimate(place, position) for place, position in positions]
    return Estimate(cost=sum((one.cost for one in told), start=Cost()), sure=all(one.sure for one in told))


_BEARERS = 5  # of those who are found by a handle, so many are looked at
_UNFINISHED = "the run has not come to its end; what was read is kept, and the same command goes on from there"


class _Pull:
    """One run over several places."""

    def __init__(
        self,
        store: Store,
        source: Source,
        context: Context,
        profile: str,
        owner: str | None = None,
        progress: Callable[[Progress], None] | None = None,
        job: str | None = None,
    ) -> None:
        self.store = store
        self.source = source
        self.context = replace(context, profile=profile)
        self.profile = profile
        self.owner = owner
        self.job = job
        self.tally = Tally(sources=[source.name])
        self.teller = Teller(source.name, progress)
        self.rules = store.rules()
        self.exclusion = read_rules(self.rules)
        self.limit = read_limit(self.rules, context.now.date())
        self.resumed = False
        self.live: LiveRun | None = None
        self.networks: set[str] = set()
        self.failures: list[str] = []
        self.run: int | None = None

    def read(self, place: str) -> None:
        """Read one place; what is wrong with it is noted."""
        if self.exclusion.covers_path(Path(place)):
            self.tally.skipped[f"{place} lies in a folder excluded by your rules"] += 1
            return
        tally = Tally()
        self.teller.begin(place, tally)
        if self.source.explain is not None:
            self.tally.notes += self.source.explain(Path(place), self.context.options)
        stamps, removals = stamp(place), self.store.removals()
        cursor = self.store.cursor(job_key(self.source, place, self.context, stamps))
        done = Tally.load(cursor.counts, self._under())
        if done is not None:
            self._merge(done)
            return
        whole = self._read(place, cursor.job, cursor.position, tally)
        # What an interrupted run read before is in no count, and what changed meanwhile was not read as it was named.
        # In a folder a problem may be a whole file's, and go by itself.
        sure = not tally.problem_count or not os.path.isdir(place)  # noqa: PTH112 # of any text
        if whole and sure and tally.read and cursor.position is None and stamps and stamp(place) == stamps:
            counts = tally.dump(self._under())
            self.store.write(Batch(), Cursor(job=cursor.job, counts=counts, removals=removals))
        self._merge(tally)

    def read_live(self, begin: Callable[[Context, bool], LiveRun]) -> None:
        """Read what a live source names, until it is through or stops."""
        self.live = begin(self.live_context(), False)
        with closing(self.live):
            for place in self.live.places():
                tally = Tally()
                self.teller.begin(place, tally)
                if any(map(self.exclusion.covers, _accounts_in(self.source.name, place))):
                    self.tally.skipped["people asked for whom your rules exclude"] += 1
                    continue
                job = live_job(self.source.name, place)
                with lock(self.store, job) as free:
                    if free:
                        self._read(place, job, self.store.cursor(job).position, tally)
                    else:  # bought twice it would cost twice
                        tally.add_problems([Problem(where=place, why="another run reads it at this moment")])
                self._merge(tally)
        self.tally.cost, self.tally.stopped = self.live.cost, self.live.stopped

    def live_context(self) -> Context:
        """Give what a live source may know of the run."""
        persons = derive_persons(self.store.assertions())

        def accounts_of(account: str) -> list[Account]:
            network, _, handle = account.partition(":@")
            found = [match.account for match in self.store.search(f"@{handle}", _BEARERS)] if handle else []
            bearers = (one for one in found if network_of(one.id) == network)
            return [*self.store.accounts(persons.members(account)), *bearers]

        return replace(
            self.context,
            me=self._me(),
            since=self.limit,
            accounts_of=accounts_of,
            wait=self.context.wait or self.teller.wait,
        )

    def _said(self) -> list[set[str]]:
        """Give of whom it was said that they are one or two, be it taken back."""
        return [{one.a, one.b} for one in self.store.assertions()]

    def _merge(self, tally: Tally) -> None:
        self.tally.merge(tally)
        del self.tally.problems[PROBLEMS_KEPT:]

    def _read(self, place: str, job: str, resume: str | None, tally: Tally) -> bool:
        """Read one place, and tell whether it was read to its end."""
        note = partial(self._note, place, tally)
        writer = Writer(self.store, job, resume, self.context.now, tally, note, live=self.live is not None)
        context = replace(self.context, me=self._me(), resume=resume)
        failures = len(self.failures)
        try:
            with closing(self._records(place, context)) as records:
                for record in records:
                    self._take(record, writer, tally, place)
        except KeyboardInterrupt:
            writer.keep()
            raise
        except UsageError as error:
            self.tally.questions.append(error)
            return False
        writer.finish()
        self.networks |= writer.networks
        self.resumed |= resume is not None
        return len(self.failures) == failures

    def _take(self, record: Record, writer: Writer, tally: Tally, place: str) -> None:
        match record:
            case Checkpoint():
                writer.check(record.position)
                self.teller.check(record, writer.pending)
            case Problem():
                tally.add_problems([record])
            case Skipped():
                tally.skipped[record.why] += record.count
            case Gone():
                writer.drop(record)
            case SameAs() if self.live is not None and {record.a, record.b} in self._said():
                pass  # held, or taken back by the user
            case Owner():
                for join in self._own(record, place):
                    writer.add(join)
            case _:
                self._add(record, writer, tally)

    def _add(self, record: Storable, writer: Writer, tally: Tally) -> None:
        if is_too_old(record, self.limit):
            tally.skipped[TOO_OLD] += 1
            return
        kept, lost = keep_allowed(record, self.exclusion) if self.exclusion else (record, 0)
        if lost:
            tally.skipped[ADDRESSEE_EXCLUDED] += lost
        if kept is None:
            tally.skipped[RECORD_EXCLUDED] += 1
        elif isinstance(kept, Interaction) and isinstance(record, Interaction) and kept is not record:
            writer.add_narrowed(kept, record)
        else:
            writer.add(kept)

    def _records(self, place: str, context: Context) -> Generator[Record, None, None]:
        """Yield what the source yields; where it breaks, a problem instead of the error."""
        try:
            yield from (self.live or self.source).read(place, context)
        except UsageError:
            raise
        except IntrographError as error:
            self.tally.remedies += error.remedies
            yield self._failed(place, str(error))
        except OSError as error:
            yield self._failed(place, f"{place} can't be read to its end: {error.strerror or error}; try it again")
        except Exception as error:  # noqa: BLE001 # whatever a file does to a source, the others must still be read
            yield self._failed(place, _fault(self.source.name, place, error))

    def _failed(self, place: str, why: str) -> Problem:
        self.failures.append(why)
        return Problem(where=place, why=why)

    # --- me ----------------------------------------------------------------------------------------------------------

    def _me(self) -> frozenset[str]:
        persons = derive_persons(self.store.assertions())
        mine = self.store.profiles().get(self.profile, [])
        return frozenset(member for account in mine for member in persons.members(account))

    def _under(self) -> str:
        """Tell what the counts of an input depend on beside it: for whom it is read, whose it is, the rules."""
        me = sorted(self._me()) if self.source.personal else []
        excluded = sorted(rule.value for rule in self.rules if rule.kind == "exclude")
        return hashed(repr((self.profile, me, self.owner, excluded, self.limit)))

    def _own(self, owner: Owner, place: str) -> Iterator[Storable]:
        """Decide whose archive it is, and yield what follows; nothing of it has been written before."""
        known = self._me()
        mine = self.store.profiles().get(self.profile, [])
        itself = self.context.myself in {account.id for account in owner.accounts}
        joined = itself or is_me(owner, known, self.owner, self.source.name, Path(place))
        if joined:
            accounts = dict.fromkeys([*mine, *(account.id for account in owner.accounts)])
            if len(accounts) > len(mine):
                self.store.set_profile(self.profile, list(accounts))
        held = {assertion.id for assertion in self.store.assertions()}
        yield from owner.accounts
        yield from join_owner(owner, mine if joined else [], self.source.name, self.context.now, held)

    # --- the end -----------------------------------------------------------------------------------------------------

    def finish(self) -> Tally:
        """Bring the index of names up to date, and tell what was done.

        Raises:
            UsageError: If nothing but questions came up.
            NothingReadError: If not even a broken record was read.
        """
        if self.live is not None:
            stopped = self.live.stopped
            if stopped is not None and stopped.why in ("unreachable", "refused") and not self.live.cost.requests:
                self.tally.failed += 1
                if not self.tally.problem_count:
                    self.tally.add_problems([Problem(where="", why=stopped.words)])
        elif not self.tally.read and (self.failures or not self.resumed):  # the interrupted run may have read all
            if self.tally.questions:
                raise self.tally.questions[0]
            if self.tally.problem_count == len(self.failures):
                why = "; ".join(self.tally.skipped) or "the path is right, but there is no record in it"
                nothing = f"there is nothing for {self.source.name} to read in what was given: {why}"
                raise NothingReadError("; ".join(self.failures) or nothing, remedies=self.tally.remedies)
            self.tally.failed += 1
        if NETWORK in self.networks:
            found = join_bearers(self.store.accounts(), self.store.assertions(), self.source.name, self.context.now)
            if joins := list(found):
                self.store.write(pack(joins, now=self.context.now))
        self.teller.finishing("indexing names")
        self.store.refresh()
        tally = self.tally
        tally.seconds = self.teller.elapsed()
        tally.by_kind, tally.others, tally.skipped = (
            Counter(dict(sorted(counts.items()))) for counts in (tally.by_kind, tally.others, tally.skipped)
        )
        self._record(tally)
        return tally

    def _note(self, place: str, tally: Tally) -> None:
        """Keep what was written so far of the run: whatever ends it before its end, `jobs` tells that."""
        if tally.read or self.live is not None:
            so_far = Tally(seconds=self.teller.elapsed())
            so_far.add_problems([Problem(where=place, why=_UNFINISHED)])
            so_far.merge(self.tally)
            so_far.merge(tally)
            so_far.cost = self.live.cost if self.live is not None else None
            self._record(so_far)

    def _record(self, tally: Tally) -> None:
        run = Run(
            source=self.source.name,
            at=self.context.now,
            new=tally.new,
            seen=tally.seen,
            problems=tally.problem_count,
            seconds=tally.seconds,
            cost=tally.cost,
            stopped=None if tally.stopped is None else tally.stopped.why,
            job=self.job,
        )
        self.run = self.store.record_run(run, tally.problems, self.run)


def _accounts_in(network: str, place: str) -> tuple[str, str]:
    """Give which account a live place may be of: `posts:x:17`, `handle:@ann`."""
    _, _, what = place.partition(":")
    return what, f"{network}:{what}"


def _fault(source: str, place: str, error: Exception) -> str:
    """Word an error of ours: what broke and where in the code, but none of the data."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    what = f"the {source} source broke on it ({type(error).__name__}{where})"
    return f"{place} can't be read to its end: {what}; what came before is kept; please report this"
