"""Bringing in: which source reads which path, one pull for each source, and what came of it all."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from dashboard.service.privacy import rules_of
from dashboard.service.reaching import measure
from graph.answers.reach import Reach
from graph.errors import IntrographError, NothingReadError, Remedy, UnknownMeError, UsageError, operands
from graph.model import Problem
from graph.store.documents import Cost, Run
from graph.store.store import Store
from ingest import registry
from ingest.pull.progress import Progress
from ingest.pull.pull import estimate, pull
from ingest.pull.rules import KEEP, cutoff
from ingest.pull.tally import Tally
from ingest.source import Context, Source, UnreadableError

_WHOLE = frozenset({"x-archive", "linkedin"})
"""Sources whose export is a folder of files of many kinds."""
Plan = list[tuple[Source, list[Path]]]
Unread = list[tuple[Path, UnreadableError]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one or several pulls.

    Attributes:
        tally: Of all of them.
        dropped: Acts held that a standing `keep` removed, because they are too old by now.
        reach: None where it is not known who I am.
        error: Where nothing but broken records came, that.
        unanswered: The questions of pulls that read nothing for that reason; beside the tally's.
        estimate: What it may cost, where only that was asked for.
    """

    tally: Tally
    dropped: int
    reach: Reach | None
    error: IntrographError | None
    unanswered: tuple[UsageError, ...] = ()
    estimate: Cost | None = None


def plan_pulls(words: Sequence[str]) -> tuple[Plan, Unread]:
    """Tell which source reads which path; the first word may name it, else it is found out.

    Returns:
        The paths by source, in the order given, and the paths that no source reads, with why.

    Raises:
        UsageError: If there is no path, or a word that is neither a source nor a path.
    """
    if not words:
        raise UsageError(
            "what is to be brought in?",
            remedies=[Remedy(("ingest", "PATH")), Remedy(("sources",), "to see what can be")],
        )
    if words[0] in registry.names():
        source, paths = registry.source(words[0]), [Path(word).expanduser() for word in words[1:]]
        if source.live is None and not paths:
            raise UsageError("what is to be read?", remedies=[Remedy(("ingest", words[0], "PATH"))])
        if source.live is not None and paths:
            raise UsageError(
                f"{source.name} reads {source.title}, and no file such as {paths[0]}",
                remedies=[Remedy(("ingest", *operands(str(paths[0]))), "to bring in a file")],
            )
        return [(source, paths)], []
    # `Path.exists` breaks on long names.
    if words[0].replace("-", "").isalpha() and not os.path.exists(words[0]):  # noqa: PTH110
        registry.source(words[0])
    found: dict[str, tuple[Source, list[Path]]] = {}
    unread = []
    for path in (part for word in words for part in _parts(Path(word).expanduser())):
        try:
            source = registry.detect(path)
        except UnreadableError as error:
            unread.append((path, error))
        else:
            found.setdefault(source.name, (source, []))[1].append(path)
    return list(found.values()), unread


def _parts(path: Path) -> list[Path]:
    """Give what a folder holds where that is several kinds of exports side by side; else the path as it is."""
    try:
        if (path / "cur").is_dir():  # a Maildir is mail alone, in as many files as there are mails
            return [path]
        parts = {part: _source_name(part) for part in sorted(path.iterdir()) if not part.name.startswith(".")}
    except OSError:  # no folder, or one that can't be read: the source says which
        return [path]
    found = {part: name for part, name in parts.items() if name is not None}
    whole = _source_name(path)
    if whole in _WHOLE and not any(name == whole and part.is_dir() for part, name in found.items()):
        # Its own files lie here, tables among them, and are read as one; what else lies here is not of it.
        return [path, *(part for part, name in found.items() if name not in ("csv", whole))]
    several = (
        (whole is None and found)
        or len(set(found.values())) > 1
        or (len(found) == 1 and any(len(_parts(part)) > 1 for part in found))
    )
    return [each for part in parts for each in _parts(part)] if several else [path]


def _source_name(path: Path) -> str | None:
    try:
        return registry.detect(path).name
    except UnreadableError:
        return None


def check_options(plan: Plan, options: Mapping[str, str]) -> None:
    """Refuse an option that none of the sources at hand has.

    Raises:
        UsageError: If there is one; says whose it is.
    """
    known = {option.name for source, _ in plan for option in source.options}
    for name in options:
        if name not in known and plan:
            whose = [source.name for source in registry.sources() if name in {one.name for one in source.options}]
            at_hand = " and ".join(source.name for source, _ in plan)
            raise UsageError(f"--{name} is an option of {' and '.join(whose)}, and this is {at_hand}: leave it out")


def run_pulls(
    store: Store,
    plan: Plan,
    unread: Unread,
    context: Context,
    *,
    profile: str,
    owner: str | None,
    progress: Callable[[Progress], None],
    job: str | None = None,
) -> Outcome:
    """Pull with each source in turn; what one can't read does not stop the others.

    `context` has the options of all sources by name, a flag that is set as "yes"; `owner` is `me` or `other` where it
    was said whose archive it is; of a `job` it is also kept what can't be read at all.

    Raises:
        NothingReadError: If not even a broken record could be read; a question that must be answered is raised as it
            is.
    """
    total, today = Tally(), context.now.date()
    errors: list[IntrographError] = []
    failures = [_note_failure(total, str(path), unreadable) for path, unreadable in unread]
    for source, paths in plan:
        options = {one.name: context.options[one.name] for one in source.options if one.name in context.options}
        own = replace(context, options=options)
        if "dry-run" in options:
            return Outcome(
                tally=Tally(sources=[source.name], cost=Cost()),
                dropped=0,
                reach=_reach(store, profile, today),
                error=None,
                estimate=estimate(store, source, own, profile).cost,
            )
        try:
            tally = pull(store, source, paths, context=own, profile=profile, owner=owner, progress=progress, job=job)
            total.merge(tally)
        except (NothingReadError, UsageError) as error:
            errors.append(error)
            failures.append(_note_failure(total, ", ".join(map(str, paths)), error))
    if job is not None and failures:
        record_failures(store, job, "+".join(source.name for source, _ in plan), failures, context.now)
    if not total.sources:
        whys = "; ".join(str(error) for _, error in unread)
        raise errors[0] if errors else NothingReadError(whys, remedies=total.remedies)
    cutoffs = (cutoff(span, today) for span in rules_of(store, KEEP))
    dropped = sum(store.remove_before(before).interactions for before in cutoffs)
    nothing = None
    if total.failed and not total.read:
        remedies = [Remedy(("sources", name), "to see what it reads") for name in total.sources]
        stopped = total.stopped
        nothing = (
            NothingReadError("not one record could be read", remedies=remedies)
            if stopped is None
            else NothingReadError(stopped.words)
        )
    unanswered = tuple(error for error in errors if isinstance(error, UsageError))
    reach = _reach(store, profile, today)
    return Outcome(tally=total, dropped=dropped, reach=reach, error=nothing, unanswered=unanswered)


def _reach(store: Store, profile: str, today: date) -> Reach | None:
    try:
        return measure(store, profile, today)
    except UnknownMeError:
        return None


def _note_failure(total: Tally, where: str, error: IntrographError) -> Problem:
    problem = Problem(where=where, why=str(error))
    total.problems.append(problem)
    total.problem_count += 1
    total.remedies += error.remedies
    return problem


def record_failures(store: Store, job: str, source: str, failures: Sequence[Problem], at: datetime) -> None:
    """Keep that a job's run, or a part of it, came to nothing."""
    run = Run(source=source, at=at, new=0, seen=0, problems=len(failures), seconds=0.0, job=job)
    store.record_run(run, failures)
