"""Pull: reads paths with a source and writes what it yields, in batches, each with its cursor in one transaction.

The only place that batches. An interrupted run loses at most the batch at hand and goes on from the last cursor; a
complete run over the same input again writes nothing, because every record carries its own identity.
"""

import gc
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from graph.columns import Columns
from graph.errors import IntrographError, NothingReadError, Remedy, UsageError
from graph.identity import derive_persons
from graph.model import Checkpoint, Interaction, Owner, Problem, Record, Skipped
from graph.store import Run, Store
from ingest.exclusion import ADDRESSEE_EXCLUDED, RECORD_EXCLUDED, Storable, keep_allowed, read_rules
from ingest.jobs import job_key
from ingest.keeping import TOO_OLD, is_too_old, read_limit
from ingest.owner import is_me, joins
from ingest.progress import Progress, Teller
from ingest.source import Context, Source
from ingest.tally import PROBLEMS_KEPT, Summary, Tally
from ingest.writer import Writer


def pull(
    store: Store,
    source: Source,
    paths: Iterable[Path],
    *,
    context: Context,
    profile: str = "me",
    owner: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Read paths into a store; one that can't be read does not stop the others.

    Args:
        store: Where to.
        source: What reads them.
        paths: Files, folders or zips, in the order in which they are read.
        context: The run's clock and options; who is me, and where to resume, is found in the store.
        profile: Under which profile I am me.
        owner: `me` or `other`, the answer to whose archive it is; None decides by what is known of me.
        progress: Told a few times a second how far it is.

    Raises:
        UsageError: If a question must be answered, or an option mended, and nothing else was read.
        NothingReadError: If none of the paths gave a record; says why for each.
        StoreError: If the store fails; what was written before stays, and the same command goes on from there.
    """
    run = _Pull(store, source, context, profile, owner, progress)
    with _no_garbage_collection():
        for path in paths:
            run.read(path)
        return run.finish()


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Keep the cycle collector from walking millions of live rows again and again; records hold no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


class _Pull:
    """One run over several paths."""

    def __init__(
        self,
        store: Store,
        source: Source,
        context: Context,
        profile: str,
        owner: str | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self.store = store
        self.source = source
        self.context = context
        self.profile = profile
        self.owner = owner
        self.tally = Tally()
        self.teller = Teller(source.name, self.tally, progress)
        rules = store.rules()
        self.exclusion = read_rules(rules)
        self.limit = read_limit(rules, context.now.date())
        self.resumed = False
        self.questions: list[UsageError] = []
        self.failures: list[str] = []
        self.remedies: list[Remedy] = []
        self.notes: list[str] = []

    def read(self, path: Path) -> None:
        """Read one path; what is wrong with it is noted."""
        if self.exclusion.covers_path(path):
            self.tally.skipped[f"{path} lies in a folder excluded by your rules"] += 1
            return
        self.teller.begin(path)
        if self.source.explain is not None:
            self.notes += self.source.explain(path, self.context.options)
        job = job_key(self.source, path, self.context)
        resume = self.store.cursor(job)
        writer = Writer(self.store, job, resume, self.context.now, self.tally)
        bulk = not self.exclusion and self.limit is None
        seals = self.store.seals() if bulk else {}
        context = replace(self.context, me=self._me(), resume=resume, bulk=bulk, seals=seals)
        try:
            with closing(self._records(path, context)) as records:
                for record in records:
                    self._take(record, writer, path)
        except UsageError as error:
            self.questions.append(error)
            return
        writer.finish()
        self.resumed |= resume is not None

    def _take(self, record: Record | Columns, writer: Writer, path: Path) -> None:
        match record:
            case Columns():
                writer.add_batch(record)
            case Checkpoint():
                writer.check(record.position)
                self.teller.check(record, writer.pending)
            case Problem():
                self.tally.add_problems([record])
            case Skipped():
                self.tally.skipped[record.why] += record.count
            case Owner():
                for join in self._own(record, path):
                    writer.add(join)
            case _:
                self._add(record, writer)

    def _add(self, record: Storable, writer: Writer) -> None:
        if is_too_old(record, self.limit):
            self.tally.skipped[TOO_OLD] += 1
            return
        kept, lost = keep_allowed(record, self.exclusion) if self.exclusion else (record, 0)
        if lost:
            self.tally.skipped[ADDRESSEE_EXCLUDED] += lost
        if kept is None:
            self.tally.skipped[RECORD_EXCLUDED] += 1
        elif isinstance(kept, Interaction) and isinstance(record, Interaction) and kept is not record:
            writer.add_narrowed(kept, record)
        else:
            writer.add(kept)

    def _records(self, path: Path, context: Context) -> Generator[Record | Columns, None, None]:
        """Yield what the source yields; where it breaks, a problem instead of the error."""
        try:
            yield from self.source.read(path, context)
        except UsageError:
            raise
        except IntrographError as error:
            self.remedies += error.remedies
            yield self._failed(path, str(error))
        except OSError as error:
            yield self._failed(path, f"{path} can't be read to its end: {error.strerror or error}; try it again")
        except Exception as error:  # noqa: BLE001 # whatever a file does to a source, the others must still be read
            yield self._failed(path, _fault(self.source.name, path, error))

    def _failed(self, path: Path, why: str) -> Problem:
        self.failures.append(why)
        return Problem(where=str(path), why=why)

    # --- me ----------------------------------------------------------------------------------------------------------

    def _me(self) -> frozenset[str]:
        persons = derive_persons(self.store.assertions())
        mine = self.store.profiles().get(self.profile, [])
        return frozenset(member for account in mine for member in persons.members(account))

    def _own(self, owner: Owner, path: Path) -> Iterator[Storable]:
        """Decide whose archive it is, and yield what follows; nothing of it has been written before."""
        known = self._me()
        mine = self.store.profiles().get(self.profile, [])
        joined = is_me(owner, known, self.owner, self.source.name, path)
        if joined:
            accounts = dict.fromkeys([*mine, *(account.id for account in owner.accounts)])
            if len(accounts) > len(mine):
                self.store.set_profile(self.profile, list(accounts))
        held = {assertion.id for assertion in self.store.assertions()}
        yield from owner.accounts
        yield from joins(owner, mine if joined else [], self.source.name, self.context.now, held)

    # --- the end -----------------------------------------------------------------------------------------------------

    def finish(self) -> Summary:
        """Bring the ties up to date, and tell what was done.

        Raises:
            UsageError: If nothing but questions came up.
            NothingReadError: If nothing at all was read.
        """
        if not self.tally.read and (self.failures or not self.resumed):  # the interrupted run may have read all
            if self.questions:
                raise self.questions[0]
            raise NothingReadError(self._nothing(), remedies=self.remedies)
        self.store.settle(self.teller.settling)
        summary = replace(
            self.tally.summary(self.source.name, self.teller.elapsed()),
            questions=tuple(self.questions),
            remedies=tuple(self.remedies),
            notes=tuple(self.notes),
        )
        run = Run(
            source=summary.source,
            at=self.context.now,
            new=summary.new,
            seen=summary.seen,
            problems=summary.problem_count,
            seconds=summary.seconds,
        )
        self.store.record_run(run, summary.problems[:PROBLEMS_KEPT])
        return summary

    def _nothing(self) -> str:
        if self.failures:
            return "; ".join(self.failures)
        if self.tally.problems:
            first = self.tally.problems[0]
            said = first.why if first.why.startswith(first.where) else f"{first.where}: {first.why}"
            count = self.tally.problem_count
            return said if count == 1 else f"none of {count:,} records could be read; the first: {said}"
        return f"there is nothing for {self.source.name} to read in what was given; check the path"


def _fault(source: str, path: Path, error: Exception) -> str:
    """Word an error of ours: what broke and where in the code, but none of the data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    what = f"the {source} source broke on it ({type(error).__name__}{place})"
    return f"{path} can't be read to its end: {what}; what came before is kept; please report this"
