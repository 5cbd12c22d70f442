"""Pulling: batches with their cursor, exclusions, whose archive it is, what goes wrong and what is told of it."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from graph.errors import NothingReadError, Remedy, StoreError, UnknownMeError, UsageError
from graph.model import (
    Account,
    Addressee,
    Checkpoint,
    Closeness,
    Declared,
    Interaction,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Item,
    Kind,
    Member,
    Owner,
    Problem,
    Record,
    Rule,
    SameAs,
    Skipped,
)
from graph.records.pack import pack
from graph.records.rows import Batch
from graph.store.documents import Cursor, Written
from graph.store.features import Filters
from graph.store.store import Store
from ingest.pull import writer as writing
from ingest.pull.jobs import job_key, stamp
from ingest.pull.owner import OwnerQuestionError
from ingest.pull.progress import Progress
from ingest.pull.pull import pull
from ingest.pull.tally import PROBLEMS_KEPT, Tally
from ingest.registry import source as source_named
from ingest.source import Context, Source, UnreadableError
from tests.graph.records import interactions_of

NOW = datetime(2020, 6, 15, 12, tzinfo=UTC)
AT = datetime(2020, 1, 1, tzinfo=UTC)
JSONL = source_named("jsonl")
Reader = Callable[[str, Context], Iterator[Record]]


def act(actor: str, *to: str, native: str | None = None, where: str = "", item: Item | None = None) -> Interaction:
    return Interaction(
        kind=Kind.MESSAGE,
        at=AT,
        actor=Account(id=actor),
        to=tuple(Addressee(account=Account(id=one)) for one in to),
        id=f"email:{native}#message" if native else None,
        item=item,
        source="test",
        where=where,
    )


def key_of(source: Source, place: Path, context: Context) -> str:
    return job_key(source, str(place), context, stamp(str(place)))


def acts(count: int, start: int = 0) -> list[Interaction]:
    return [
        act(f"email:a{n % 7}@example.org", "email:b@example.org", native=str(n)) for n in range(start, start + count)
    ]


def source_of(read: Reader, name: str = "test") -> Source:
    return dataclasses.replace(JSONL, name=name, read=read, explain=None, questions=None)


def yielding(*records: Record) -> Source:
    return source_of(lambda _path, _context: iter(records))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "input"
    made.write_text("input")
    return made


def run(store: Store, source: Source, *paths: Path, **options: object) -> Tally:
    context = Context(now=NOW)
    return pull(store, source, paths, context=context, **options)  # type: ignore[arg-type] # as each test needs


def held(store: Store) -> list[str]:
    return sorted(record.id or "" for record in interactions_of(store))


def content(store: Store) -> tuple[object, ...]:
    rows = store.tie_rows(Filters())
    ids = store.account_ids({*rows.source.tolist(), *rows.target.tolist()})
    ties = sorted(
        (ids[a], ids[b], kind, count)
        for a, b, kind, count in zip(
            rows.source.tolist(), rows.target.tolist(), rows.kind.tolist(), rows.count.tolist(), strict=True
        )
    )
    acts_held = [replace(record, where="") for record in interactions_of(store)]
    return (
        acts_held,
        list(store.accounts()),
        store.assertions(),
        store.declared(),
        store.introductions(),
        store.lists(),
        ties,
    )


# --- counting --------------------------------------------------------------------------------------------------------


def test_what_is_read_is_counted_and_kept(store: Store, path: Path) -> None:
    bob = Account(id="x:2")
    records: list[Record] = [
        act("x:1", "x:2", native="1"),
        replace(act("x:1", "x:3"), kind=Kind.FOLLOW, at=None),
        Account(id="x:4", name="Dora"),
        Member(list="Writers", account=bob),
        SameAs(a="x:2", b="x:5", at=AT, source="test"),
        Declared(a=bob, b=Account(id="x:3"), closeness=Closeness.CLOSE, at=AT),
        Introduction(
            by=bob,
            person=Account(id="x:1"),
            to=Account(id="x:3"),
            steps=(IntroductionStep(state=IntroductionState.MET, at=AT),),
        ),
        Problem(where="input:7", why="broken", count=2),
        Skipped(why="list mail", count=3),
        Skipped(why="list mail"),
        Checkpoint(position="1"),
    ]
    summary = run(store, yielding(*records), path)
    assert (summary.sources, summary.new, summary.seen) == (["test"], 2, 0)
    assert summary.by_kind == {"follow": 1, "message": 1}
    assert summary.others == {"account": 1, "declared": 1, "introduction": 1, "member": 1, "same_as": 1}
    assert (summary.problems, summary.problem_count) == ([Problem(where="input:7", why="broken", count=2)], 2)
    assert summary.skipped == {"list mail": 4}
    assert summary.seconds >= 0
    assert store.lists() == {"Writers": ["x:2"]}
    (kept,) = store.runs()
    assert (kept.source, kept.at, kept.new, kept.problems) == ("test", NOW, 2, 2)
    again = run(store, yielding(*records), path)
    assert (again.new, again.seen) == (0, 2)


def test_a_second_run_changes_nothing(store: Store, path: Path) -> None:
    run(store, yielding(*acts(50)), path)
    before, generation = content(store), store.generation()
    summary = run(store, yielding(*acts(50)), path)
    assert (summary.new, summary.seen) == (0, 50)
    assert content(store) == before
    assert store.generation() == generation


def test_problems_are_kept_to_a_limit_and_all_counted(store: Store, path: Path) -> None:
    told = [Problem(where=f"input:{n}", why="broken") for n in range(PROBLEMS_KEPT + 5)]
    summary = run(store, yielding(*told, act("x:1", "x:2")), path)
    assert (len(summary.problems), summary.problem_count) == (PROBLEMS_KEPT, PROBLEMS_KEPT + 5)
    assert len(store.problems()) == PROBLEMS_KEPT


def test_other_content_under_a_known_id_is_told_with_its_place(store: Store, path: Path) -> None:
    first = act("x:1", "x:2", native="1", where="input:1")
    summary = run(store, yielding(first, replace(first, thread="t", where="input:2")), path)
    assert [problem.where for problem in summary.problems] == ["input:2"]
    assert (summary.new, summary.seen, summary.by_kind) == (1, 1, {"message": 2})


def test_the_source_explains_what_it_guessed(store: Store, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("Name,Email\nAnn,ann@example.org\n")
    summary = run(store, source_named("csv"), table)
    assert summary.others == {"account": 1}
    assert "read as a table of people" in summary.notes[0]


# --- batches and cursors ---------------------------------------------------------------------------------------------


class Spy:
    """A store that notes what is written, and fails where it is told to."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.written: list[tuple[int, str | None]] = []
        self.fail_at: int | None = None
        self.error: BaseException = StoreError("the disk is full")

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    def write(self, batch: Batch, cursor: Cursor | None = None) -> Written:
        assert cursor is not None
        if self.fail_at == len(self.written):
            raise self.error
        written = self.store.write(batch, cursor)
        if not cursor.counts:
            self.written.append((len(batch.interactions), cursor.position))
        return written


@pytest.fixture
def spy(store: Store) -> Spy:
    return Spy(store)


def run_spied(spy: Spy, source: Source, *paths: Path) -> Tally:
    return run(spy, source, *paths)  # type: ignore[arg-type] # the spy passes everything on


def numbered(count: int, step: int = 2) -> Reader:
    """Acts with a checkpoint behind every few of them, from where an interrupted run stopped."""

    def read(_: str, context: Context) -> Iterator[Record]:
        for n, record in enumerate(acts(count)):
            if n < int(context.resume or 0):
                continue
            yield record
            if (n + 1) % step == 0:
                yield Checkpoint(position=str(n + 1), done=n + 1, total=count)

    return read


def test_a_cursor_is_never_ahead_of_what_is_written(spy: Spy, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.stores.sqlite.database.SqliteBackend.batch_size", 5)
    source = source_of(numbered(12))
    run_spied(spy, source, path)
    assert spy.written == [(5, "4"), (5, "8"), (2, None)]
    assert spy.store.cursor(key_of(source, path, Context(now=NOW))).position is None


def test_time_fills_a_batch_too(spy: Spy, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "SECONDS", -1.0)
    monkeypatch.setattr(writing, "_LOOK_EVERY", 3)
    run_spied(spy, source_of(numbered(7)), path)
    assert spy.written == [(3, "2"), (3, "4"), (1, None)]


@pytest.mark.parametrize("fail_at", range(4))
def test_an_interrupted_run_goes_on_and_loses_nothing(
    spy: Spy, tmp_path: Path, path: Path, fail_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graph.stores import open_store

    monkeypatch.setattr(writing, "BATCH", 5)
    resumed: list[str | None] = []

    def read(where: str, context: Context) -> Iterator[Record]:
        resumed.append(context.resume)
        return numbered(18)(where, context)

    spy.fail_at, spy.error = fail_at, KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run_spied(spy, source_of(read), path)
    spy.fail_at = None
    run_spied(spy, source_of(read), path)
    assert resumed == [None, [None, "4", "8", "14"][fail_at]]
    whole = open_store(tmp_path / "whole.db", now=NOW)
    run(whole, source_of(numbered(18)), path)
    assert content(spy.store) == content(whole)
    whole.close()


def test_a_run_that_was_interrupted_behind_the_last_record_is_ended(store: Store, path: Path) -> None:
    source = source_of(numbered(4))
    job = key_of(source, path, Context(now=NOW))
    store.write(pack(acts(4), now=NOW), Cursor(job=job, position="4"))
    assert run(store, source, path).new == 0
    assert store.cursor(job).position is None


def test_a_failing_store_ends_the_run_with_its_own_error(spy: Spy, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BATCH", 5)
    spy.fail_at = 1
    with pytest.raises(StoreError, match="the disk is full"):
        run_spied(spy, source_of(numbered(18)), path, path)
    assert len(held(spy.store)) == 5


def test_a_changed_input_is_read_from_its_beginning(spy: Spy, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BATCH", 5)
    source = source_of(numbered(18))
    spy.fail_at, spy.error = 2, KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run_spied(spy, source, path)
    job = key_of(source, path, Context(now=NOW))
    assert spy.store.cursor(job).position == "8"
    path.write_text("other")
    assert key_of(source, path, Context(now=NOW)) != job


def test_a_job_is_told_by_what_is_read_and_how(tmp_path: Path, path: Path) -> None:
    source, context = yielding(), Context(now=NOW)
    key = key_of(source, path, context)
    tomorrow = dataclasses.replace(context, now=NOW + timedelta(days=1))
    assert key == key_of(source, path.parent / "." / path.name, tomorrow)
    assert key != key_of(dataclasses.replace(source, name="other"), path, context)
    assert key != key_of(source, path, dataclasses.replace(context, options={"kind": "call"}))
    assert key != key_of(source, path, dataclasses.replace(context, excerpts=True))
    box = tmp_path / "box"
    (box / "cur").mkdir(parents=True)
    (box / "cur" / "1").write_text("a")
    (box / "cur" / "gone").symlink_to(box / "nothing")
    folder = key_of(source, box, context)
    assert folder == key_of(source, box, context)
    (box / "cur" / "2").write_text("b")
    assert folder != key_of(source, box, context)
    assert key_of(source, tmp_path / "nothing", context)


# --- what goes wrong -------------------------------------------------------------------------------------------------


def breaking(error: Exception, after: int = 3) -> Reader:
    def read(_: str, __: Context) -> Iterator[Record]:
        yield from acts(after)
        raise error

    return read


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (UnreadableError("input is damaged; download it again"), "input is damaged; download it again"),
        (OSError(5, "Input/output error"), "can't be read to its end: Input/output error; try it again"),
        (KeyError("secret@example.org"), "the test source broke on it (KeyError at test_pull.py:"),
        (RecursionError("too deep"), "what came before is kept; please report this"),
    ],
)
def test_a_source_that_breaks_keeps_what_came_before(store: Store, path: Path, error: Exception, message: str) -> None:
    summary = run(store, source_of(breaking(error)), path, path)
    assert len(held(store)) == 3
    assert summary.problem_count == 2
    assert message in summary.problems[0].why
    assert summary.problems[0].where == str(path)
    assert "secret" not in summary.problems[0].why


def test_a_path_that_fails_does_not_stop_the_others(store: Store, tmp_path: Path, path: Path) -> None:
    def read(where: str, context: Context) -> Iterator[Record]:
        return (breaking(UnreadableError(f"{where} is no good"), after=0) if where != str(path) else numbered(4))(
            where, context
        )

    summary = run(store, source_of(read), tmp_path / "a", path, tmp_path / "b")
    assert summary.new == 4
    assert [problem.why for problem in summary.problems] == [
        f"{tmp_path / 'a'} is no good",
        f"{tmp_path / 'b'} is no good",
    ]


def test_where_nothing_was_read_each_reason_is_told(store: Store, tmp_path: Path) -> None:
    def read(where: str, _: Context) -> Iterator[Record]:
        if where.endswith("bad"):
            raise UnreadableError("bad is no good")
        yield from ()

    with pytest.raises(NothingReadError, match=r"^bad is no good; bad is no good$"):
        run(store, source_of(read), tmp_path / "bad", tmp_path / "bad")
    with pytest.raises(
        NothingReadError, match="there is nothing for test to read in what was given: the path is right, but"
    ):
        run(store, source_of(read), tmp_path / "empty")
    assert store.runs() == []
    broken = run(store, yielding(Problem(where="a:1", why="broken", count=1200)), tmp_path / "a")
    assert (broken.failed, broken.problem_count, store.runs()[0].problems) == (1, 1200, 1200)
    assert store.generation() == 0


def test_what_was_left_out_on_purpose_counts_as_read(store: Store, path: Path) -> None:
    assert run(store, yielding(Skipped(why="spam", count=9)), path).skipped == {"spam": 9}


def test_a_wrong_option_is_raised_where_nothing_else_was_read(store: Store, tmp_path: Path, path: Path) -> None:
    def read(where: str, context: Context) -> Iterator[Record]:
        return (breaking(UsageError("add --kind"), after=0) if where != str(path) else numbered(2))(where, context)

    with pytest.raises(UsageError, match="add --kind"):
        run(store, source_of(read), tmp_path / "other")
    summary = run(store, source_of(read), tmp_path / "other", path)
    assert (summary.new, [str(one) for one in summary.questions]) == (2, ["add --kind"])
    with pytest.raises(UnknownMeError):
        run(store, source_of(breaking(UnknownMeError("who are you?"), after=0)), tmp_path / "other")


def test_a_source_is_closed_when_its_run_ends_early(spy: Spy, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "BATCH", 2)
    closed = []

    def read(_: str, __: Context) -> Iterator[Record]:
        try:
            yield from acts(100)
        finally:
            closed.append(True)

    spy.fail_at = 1
    with pytest.raises(StoreError):
        run_spied(spy, source_of(read), path)
    assert closed == [True]


# --- exclusions ------------------------------------------------------------------------------------------------------


def exclude(store: Store, *values: str) -> None:
    for value in values:
        store.set_rule(Rule(kind="exclude", value=value), on=True)


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("Ann@Example.org", ["2", "3", "4"]),
        ("example.org", ["2"]),
        ("@example.org", ["2"]),
        ("*.sub.example.org", ["1", "2", "3"]),
        ("sub.example.org", ["1", "2", "3"]),
        ("x:7", ["1", "3", "4"]),
        ("ample.org", ["1", "2", "3", "4"]),
    ],
)
def test_an_excluded_actor_is_never_written(store: Store, path: Path, rule: str, kept: list[str]) -> None:
    exclude(store, rule)
    records = [
        act("email:ann@example.org", "x:1", native="1"),
        act("x:7", "x:1", native="2"),
        act("mastodon:bob@example.org", "x:1", native="3"),
        act("web:a.sub.example.org#carol", "x:1", native="4"),
    ]
    summary = run(store, yielding(*records), path)
    assert held(store) == [f"email:{n}#message" for n in kept]
    assert summary.skipped == ({"excluded by your rules": 4 - len(kept)} if len(kept) < 4 else {})
    assert all(account.id == "x:1" or account.id in str(records) for account in store.accounts())


def test_an_excluded_addressee_is_dropped_and_the_others_stay(store: Store, path: Path) -> None:
    exclude(store, "secret.example")
    secret = Account(id="email:s@secret.example")
    records: list[Record] = [
        act("x:1", "x:2", secret.id, native="1"),
        act("x:1", secret.id, native="2"),
        act("x:1", "x:2", native="3", item=Item(url="https://secret.example/s", author=secret)),
        replace(act("x:1", native="4"), item=Item(title="S", author=secret)),
        act("x:1", secret.id, native="5", item=Item(title="fine")),
        secret,
        SameAs(a="x:1", b=secret.id, at=AT, source="test"),
        Declared(a=Account(id="x:1"), b=Account(id="x:2"), by=secret, closeness=Closeness.CLOSE, at=AT),
        Introduction(
            by=Account(id="x:1"),
            person=Account(id="x:2"),
            to=secret,
            steps=(IntroductionStep(state=IntroductionState.MET, at=AT),),
        ),
        Member(list="L", account=secret),
        Member(list="L", account=Account(id="x:2")),
    ]
    summary = run(store, yielding(*records), path)
    assert held(store) == ["email:1#message", "email:3#message"]
    assert summary.skipped == {"addressees excluded by your rules": 1, "excluded by your rules": 8}
    assert "secret" not in repr(content(store))


def test_an_excluded_folder_is_not_read(store: Store, tmp_path: Path, path: Path) -> None:
    exclude(store, str(tmp_path / "private"), "Family")
    other = tmp_path / "private" / "deep" / "mail"
    records = [
        act("x:1", "x:2", native="1", where=f"{other}:7"),
        act("x:1", "x:2", native="2", where=f"{tmp_path}/box.zip/Mail/family/1:7"),
        act("x:1", "x:2", native="3", where="relative/file:1"),
        act("x:1", "x:2", native="4"),
    ]
    summary = run(store, yielding(*records), other, path)
    assert held(store) == ["email:3#message", "email:4#message"]
    assert summary.skipped == {f"{other} lies in a folder excluded by your rules": 1, "excluded by your rules": 2}
    assert run(store, yielding(), tmp_path / "FAMILY" / "mail").skipped.keys() == {
        f"{tmp_path / 'FAMILY' / 'mail'} lies in a folder excluded by your rules"
    }


def test_other_rules_exclude_nobody(store: Store, path: Path) -> None:
    store.set_rule(Rule(kind="protect", value="x:1"), on=True)
    assert run(store, yielding(act("x:1", "x:2")), path).new == 1


# --- whose archive it is ---------------------------------------------------------------------------------------------

OWNER = Owner(accounts=(Account(id="x:1", handle="Ann", name="Ann Lee"), Account(id="email:ann@example.org")))


def owned(*records: Record, owner: Owner = OWNER) -> Source:
    return yielding(owner, *(records or acts(3)))


def joined(store: Store) -> list[tuple[str, str, str, float]]:
    told = store.assertions()
    return sorted((min(one.a, one.b), max(one.a, one.b), one.source, one.confidence) for one in told)


def test_an_owner_is_me_where_i_am_nobody_yet(store: Store, path: Path) -> None:
    run(store, owned(), path)
    assert store.profiles() == {"me": ["email:ann@example.org", "x:1"]}
    assert joined(store) == [("email:ann@example.org", "x:1", "test", 1.0)]
    assert next(iter(store.accounts(["x:1"]))).name == "Ann Lee"


def test_an_owner_joins_my_accounts_on_other_networks(store: Store, path: Path) -> None:
    store.set_profile("me", ["linkedin:in/ann"])
    run(store, owned(), path)
    assert sorted(store.profiles()["me"]) == ["email:ann@example.org", "linkedin:in/ann", "x:1"]
    assert joined(store) == [
        ("email:ann@example.org", "x:1", "test", 1.0),
        ("linkedin:in/ann", "x:1", "test", 1.0),
    ]


def test_an_owner_under_another_profile_is_that_profile(store: Store, path: Path) -> None:
    store.set_profile("me", ["x:9"])
    run(store, owned(), path, profile="ann")
    assert {name: sorted(ids) for name, ids in store.profiles().items()} == {
        "ann": ["email:ann@example.org", "x:1"],
        "me": ["x:9"],
    }


@pytest.mark.parametrize("mine", ["x:1", "x:@ann", "email:ann@example.org"])
def test_an_owner_that_is_me_already_needs_no_question(store: Store, path: Path, mine: str) -> None:
    store.set_profile("me", [mine, "x:9"])
    run(store, owned(), path)
    assert {"x:1", mine} <= set(store.profiles()["me"])


def test_an_owner_on_a_network_where_i_am_somebody_else_is_a_question(store: Store, path: Path, tmp_path: Path) -> None:
    store.set_profile("me", ["x:9"])
    generation = store.generation()
    with pytest.raises(OwnerQuestionError) as caught:
        run(store, owned(), path)
    assert str(caught.value) == (
        f"{path} belongs to x:1 (@Ann), email:ann@example.org, and you are x:9: is that you too?"
    )
    assert caught.value.remedies == (
        Remedy(("ingest", "test", "--owner", "me", str(path)), "if it is you"),
        Remedy(("ingest", "test", "--owner", "other", str(path)), "if it is someone else's"),
    )
    assert (caught.value.path, caught.value.accounts, caught.value.mine) == (path, OWNER.accounts, ("x:9",))
    assert store.generation() == generation
    assert held(store) == []

    def read(where: str, context: Context) -> Iterator[Record]:
        if where == str(path):
            yield OWNER
        yield from numbered(2)(where, context)

    summary = run(store, source_of(read), path, tmp_path / "other")
    assert (summary.new, [str(one) for one in summary.questions]) == (2, [str(caught.value)])


def test_the_answer_me_joins_and_other_does_not(store: Store, path: Path) -> None:
    store.set_profile("me", ["x:9"])
    assert run(store, owned(), path, owner="other").new == 3
    assert store.profiles() == {"me": ["x:9"]}
    assert joined(store) == [("email:ann@example.org", "x:1", "test", 1.0)]
    run(store, owned(), path, owner="me")
    assert sorted(store.profiles()["me"]) == ["email:ann@example.org", "x:1", "x:9"]
    assert ("x:1", "x:9", "test", 1.0) in joined(store)
    with pytest.raises(UsageError, match="belongs to x:1, and that is you: leave --owner other out"):
        run(store, owned(), path, owner="other")
    with pytest.raises(UsageError, match="--owner you means nothing; say --owner me or --owner other"):
        run(store, owned(), path, owner="you")


def test_a_join_that_was_taken_back_stays_so(store: Store, path: Path) -> None:
    run(store, owned(), path)
    (assertion,) = store.assertions()
    assert store.retract(assertion.id, NOW)
    run(store, owned(), path)
    (assertion,) = store.assertions()
    assert assertion.retracted_at == NOW


def test_a_source_is_told_who_i_am(store: Store, path: Path) -> None:
    told: list[frozenset[str]] = []

    def read(_: str, context: Context) -> Iterator[Record]:
        told.append(context.me)
        yield act("x:1", "x:2")
        yield SameAs(a="x:1", b="email:ann@example.org", at=AT, source="test")

    store.set_profile("me", ["x:1"])
    run(store, source_of(read), path, path.parent)
    assert told == [frozenset({"x:1"}), frozenset({"x:1", "email:ann@example.org"})]


# --- progress --------------------------------------------------------------------------------------------------------


def test_progress_tells_how_far_how_fast_and_how_long(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(1000))
    monkeypatch.setattr("ingest.pull.progress.monotonic", lambda: float(next(clock)))
    told: list[Progress] = []
    run(store, source_of(numbered(6)), path, progress=told.append)
    reading = [each for each in told if each.phase == "reading"]
    assert [(each.read, each.done, each.total) for each in reading] == [
        (0, None, None),
        (2, 2, 6),
        (4, 4, 6),
        (6, 6, 6),
    ]
    assert reading[1].left is None
    assert reading[2].left is not None
    assert reading[2].rate > 0
    assert reading[3].left == 0
    assert all(each.place == str(path) for each in reading)
    assert [each.place for each in told if each.phase != "reading"] == [None]


def test_progress_is_told_a_few_times_a_second_at_most(store: Store, path: Path) -> None:
    told: list[Progress] = []
    run(store, source_of(numbered(600)), path, progress=told.append)
    assert len([each for each in told if each.phase == "reading"]) < 50


# --- with real lines -------------------------------------------------------------------------------------------------


def test_json_lines_of_every_type_go_in_and_out(store: Store) -> None:
    path = Path(__file__).parent / "fixtures" / "jsonl" / "all-types.jsonl"
    summary = run(store, JSONL, path)
    assert (summary.new, summary.problem_count) == (3, 0)
    assert sorted(store.profiles()["me"]) == ["email:ann@example.org", "x:783214"]
    assert store.lists() == {"Writers": ["x:42"]}
    assert (len(store.declared()), len(store.introductions()), len(store.assertions())) == (1, 1, 3)


def test_exclusions_act_on_json_lines_too(store: Store, tmp_path: Path) -> None:
    exclude(store, "secret.example")
    path = tmp_path / "a.jsonl"
    lines = [
        {"kind": "message", "at": "2020-01-01T00:00:00Z", "actor": "x:1", "to": ["x:2", "email:s@secret.example"]},
        {"kind": "message", "at": "2020-01-01T00:00:00Z", "actor": "email:s@secret.example", "to": "x:2"},
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    summary = run(store, JSONL, path)
    assert (summary.new, summary.skipped) == (
        1,
        {"addressees excluded by your rules": 1, "excluded by your rules": 1},
    )


def test_names_from_right_to_left_and_emoji_stay(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    actor = {"network": "x", "id": "1", "name": "محمد \u202eعلي 🐲"}
    line = {"kind": "mention", "at": "2020-01-01T00:00:00Z", "actor": actor, "to": "x:2"}
    path.write_text(json.dumps(line), encoding="utf-8")
    run(store, JSONL, path)
    name = next(iter(store.accounts(["x:1"]))).name
    assert name is not None
    assert "محمد" in name
    assert "🐲" in name
