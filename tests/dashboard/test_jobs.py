"""Jobs: what is brought in again and again, by `pull`, and what `jobs` tells of it."""

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.service.config import read_jobs
from dashboard.words.jobs import EXAMPLE
from graph.errors import StoreError
from graph.stores import open_store
from tests.dashboard.conftest import NOW, Cli
from tests.dashboard.test_processes import PROGRAM, environment, loaded
from tests.x_server import Fault, Server, serve
from tests.x_world import make_world

DAY = timedelta(days=1)
EXPORTS = '[jobs.exports]\npath = "exports"\nevery = "1d"\n'
POSTS = '[jobs.posts]\nsource = "x"\nevery = "6h"\nuser = ["@mira_talvo0", "Jonas_Brenk1"]\n'


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """X, as far as this machine knows."""
    with serve(make_world(users=8, posts=120)) as opened:
        monkeypatch.setenv("INTROGRAPH_X_API", opened.url)
        monkeypatch.setenv("X_BEARER_TOKEN", opened.token)
        yield opened


def configure(cli: Cli, *tables: str) -> Path:
    """Write intrograph.toml into the config folder, and an export into `exports` beside it."""
    file = cli.home / "home" / "intrograph" / "intrograph.toml"
    exports = file.parent / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    line = {"kind": "reply", "id": 1, "at": "2020-01-02T10:00:00Z", "actor": "x:1", "to": ["x:2"]}
    (exports / "acts.jsonl").write_text(json.dumps(line), encoding="utf-8")
    file.write_text("\n".join(tables), encoding="utf-8")
    return file


def pull(cli: Cli, *words: str, now: datetime = NOW) -> tuple[list[tuple[str, int]], list[tuple[str, str | None]]]:
    """Give which jobs ran, with what was new; and which wait, until when."""
    data = cli("pull", *words, "--json", now=now).data
    return [(one["name"], one["new"]) for one in data["jobs"]], [(one["name"], one["next"]) for one in data["waiting"]]


def state(cli: Cli, name: str, now: datetime = NOW) -> dict[str, Any]:
    return next(one for one in cli("jobs", "--json", now=now).data["jobs"] if one["name"] == name)


def test_a_job_is_run_when_it_is_due(cli: Cli) -> None:
    configure(cli, EXPORTS)
    cli.open().close()
    assert (state(cli, "exports")["last"], state(cli, "exports")["due"]) == (None, True)
    assert pull(cli) == ([("exports", 1)], [])
    assert pull(cli, now=NOW + DAY - timedelta(seconds=1)) == ([], [("exports", "2020-06-16T12:00:00Z")])
    assert pull(cli, now=NOW + DAY) == ([("exports", 0)], [])
    assert pull(cli, "exports", "--now", now=NOW + DAY) == ([("exports", 0)], [])
    assert state(cli, "exports", NOW + DAY) == {
        "name": "exports", "source": None, "every": "1d", "last": "2020-06-16T12:00:00Z",
        "next": "2020-06-17T12:00:00Z", "due": False, "month": 0.0, "budget": None, "stopped": None, "problems": 0,
    }  # fmt: skip


def test_each_job_is_told_as_ingest_tells_it(cli: Cli) -> None:
    configure(cli, EXPORTS)
    told = cli("pull").out
    assert "exports  next 16 June 2020 12:00 UTC\n  jsonl: 1 new, 0 seen before, 0 problems" in told
    assert "Your reach" not in told  # it is not known who I am
    assert cli("pull").out == "exports: not due yet; next 16 June 2020 12:00 UTC\n"
    assert "exports  any     1d     15 June 2020 12:00 UTC  16 June 2020 12:00 UTC" in cli("jobs").out


def test_a_bad_job_stops_no_other_and_is_not_due_again_at_once(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X_BEARER_TOKEN", raising=False)
    configure(cli, '[jobs.lost]\npath = "nowhere"\nevery = "2h"\n', POSTS, EXPORTS)
    assert pull(cli) == ([("lost", 0), ("posts", 0), ("exports", 1)], [])
    assert [state(cli, name)["problems"] for name in ("lost", "posts", "exports")] == [1, 1, 0]
    assert "X_BEARER_TOKEN" in cli("pull", "posts", "--now").out
    assert pull(cli, "lost", "posts")[0] == []
    failed = cli("pull", "lost", "posts", now=NOW + DAY)
    assert (failed.code, failed.err) == (5, "Error: nothing was brought in by lost, posts.\n")


def test_a_month_costs_no_more_than_its_budget(cli: Cli, server: Server) -> None:
    configure(cli, POSTS + "budget = 0.30\nbudget-month = 0.40\n")
    at = server.world.now
    assert pull(cli, now=at)[0] != []
    first = state(cli, "posts", at)
    assert 0 < first["month"] < 0.4
    assert first["stopped"] == "budget"
    server.new_run()
    assert pull(cli, now=at + DAY)[1] == []
    at += 2 * DAY
    _, waiting = pull(cli, now=at)
    assert waiting == [("posts", "2026-12-01T00:00:00Z")]
    spent = state(cli, "posts", at)
    assert spent["month"] == cli("jobs", "--json", now=at).data["cost"]["usd"]
    assert "this month's budget is used up; next 1 December 2026" in cli("pull", "--now", now=at).out
    assert " of $0.40  0" in cli("jobs", now=at).out
    assert server.requests[-1].whole
    assert state(cli, "posts", at + timedelta(days=20))["due"]


def test_what_is_asked_for_is_the_source_s(cli: Cli, server: Server) -> None:
    file = configure(
        cli,
        POSTS.replace('user = ["@mira_talvo0", "Jonas_Brenk1"]', "list = 84839422\nno-wait = true\nmentions = false"),
    )
    (job,) = read_jobs(file)
    assert job.options == {"list": "84839422", "no-wait": "yes"}
    assert pull(cli, now=server.world.now)[0] != []
    assert {request.path.split("/")[2] for request in server.requests} == {"lists"}


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("[jobs.a]\nevery = ", "is no TOML"),
        ('[job.a]\nevery = "1d"', "job is no key of it; a job is a table [jobs.NAME]"),
        ("jobs = 1", "jobs = 1 is no job"),
        ("[jobs]\na = 1", "jobs.a = 1 is no job"),
        ('[jobs.a]\npath = "a"', "[jobs.a] does not say how often it is to run; add every = "),
        ('[jobs.a]\npath = "a"\nevery = "0h"', '[jobs.a] every = \'0h\' can\'t be; it takes "30m", "6h"'),
        ('[jobs.a]\nevery = "1d"', "[jobs.a] does not say what is to be read; add path = "),
        ('[jobs.a]\npath = []\nevery = "1d"', "[jobs.a] path = [] can't be; it takes a path"),
        ('[jobs.a]\nsource = "y"\nevery = "1d"', "[jobs.a] source = 'y' can't be; there is no source 'y'"),
        ('[jobs.a]\nsource = "x"\nevery = "1d"\npath = "a"', "[jobs.a] path = 'a' can't be; x reads no files"),
        ('[jobs.a]\nsource = "x"\nevery = "1d"\nmention = true', "mention = True can't be; did you mean mentions?"),
        ('[jobs.a]\nsource = "x"\nevery = "1d"\ndry-run = true', "dry-run = True can't be; the keys"),
        ('[jobs.a]\nsource = "x"\nevery = "1d"', "[jobs.a] can't be run: what is to be read on X?"),
        ('[jobs.a]\nsource = "x"\nevery = "1d"\nuser = "a b"', "[jobs.a] can't be run: --user a b names nobody on X"),
        ('[jobs.a]\nsource = "x"\nevery = "1d"\nmentions = "yes"', "mentions = 'yes' can't be; it takes true or false"),
        ('[jobs.a]\nsource = "x"\nevery = "1d"\nuser = [true]', "user = [True] can't be; it takes text"),
        ('[jobs.a]\nsource = "x"\nevery = "1d"\nbudget = nan', "budget = nan can't be; it takes dollars"),
        (
            '[jobs.a]\nsource = "jsonl"\npath = "a"\nevery = "1d"\nbudget = 2.0',
            "budget = 2.0 can't be; the keys of a job",
        ),
        ('[jobs.a]\npath = "a"\nevery = "1d"\nowner = "us"', 'owner = \'us\' can\'t be; it takes "me" or "other"'),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_what_would_be_right(cli: Cli, table: str, told: str) -> None:
    file = configure(cli, table)
    for words in (("pull",), ("jobs", "--config", str(file))):
        done = cli(*words)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"Error: {file}")
        assert told in done.err


def test_without_a_file_one_to_begin_with_is_shown(cli: Cli) -> None:
    (cli.home / "intrograph.toml").write_text(EXPORTS)  # in the current folder nothing is looked for
    done = cli("pull")
    assert (done.code, done.out) == (2, EXAMPLE)
    assert str(cli.home / "home" / "intrograph" / "intrograph.toml") in done.err
    assert [job.name for job in read_jobs(configure(cli, EXAMPLE))] == ["mentions", "exports"]
    assert "nowhere.toml can't be read: No such file" in cli("jobs", "--config", "nowhere.toml").err
    unknown = cli("pull", "mention")
    assert (unknown.code, "did you mean mentions? the jobs are mentions, exports" in unknown.err) == (2, True)


def test_the_jobs_in_the_documents_are_jobs(cli: Cli) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "jobs.md"
    for block in re.findall(r"^```toml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        assert [job.every for job in read_jobs(configure(cli, block))] == ["6h", "1d"]


def test_what_runs_once_loads_no_scheduler(cli: Cli) -> None:
    file = configure(cli, EXPORTS)
    assert loaded(cli, "pull", "--config", str(file), heavy={"apscheduler", "tweepy", "dash"}) == ("0", [])


def test_a_fault_of_ours_stops_no_other_job_and_tells_no_data(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, job: str, **__: object) -> None:
        raise KeyError(f"somebody's data in {job}")

    configure(cli, EXPORTS, EXPORTS.replace("exports]", "more]"))
    monkeypatch.setattr("dashboard.service.jobs.run_pulls", fail)
    done = cli("pull", "--json")
    assert (done.code, len(done.data_of_any()["jobs"])) == (5, 2)
    assert "internal error: KeyError at test_jobs.py, line" in done.out
    assert "somebody" not in done.out + json.dumps(cli("jobs", "--json").data)


def test_what_ends_a_pull_is_told_with_what_to_do(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    configure(cli, EXPORTS)
    (cli.home / "state").write_text("no folder")
    monkeypatch.setenv("XDG_STATE_HOME", str(cli.home / "state"))
    assert (cli("pull").code, "which can't be made" in cli("pull").err) == (4, True)
    monkeypatch.setattr("dashboard.cli.commands.pull.take_turn", stop)
    stopped = cli("pull")
    assert (stopped.code, "this goes on from there: intrograph pull --now exports" in stopped.err) == (130, True)
    assert cli("pull", "--watch", "--json").code == 2


# --- processes -------------------------------------------------------------------------------------------------------


@contextmanager
def started(cli: Cli, server: Server, *words: str) -> Iterator[subprocess.Popen[str]]:
    folders = {name: str(cli.home / "home") for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    with subprocess.Popen(  # noqa: S603 # our own program
        [*PROGRAM, "--store", str(cli.store), "pull", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cli.home,
        env=environment(cli.home, INTROGRAPH_X_API=server.url, X_BEARER_TOKEN=server.token, **folders),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(condition: Callable[[], object]) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def ended(cli: Cli) -> set[str | None]:
    """Which jobs came to the end of a run; one that goes on has a problem, which says so."""
    with closing(cli.open()) as store:
        return {run.job for run in store.runs() if not run.problems}


def test_a_job_that_runs_is_not_run_twice_and_a_killed_process_leaves_no_lock(cli: Cli, server: Server) -> None:
    configure(cli, POSTS)
    server.fault = lambda number, _: Fault.SLOW if number == 1 else None
    with started(cli, server):
        wait_for(lambda: server.requests)
        held = cli("pull", "--now", now=server.world.now)
        assert (held.code, held.out) == (0, "posts: runs already, in another process\n")
    assert pull(cli, now=server.world.now)[1] == []


def test_watching_runs_what_is_due_and_ends_on_sigterm(cli: Cli, server: Server) -> None:
    configure(cli, POSTS, EXPORTS)
    server.fault = lambda *_: Fault.LIMITED
    with started(cli, server, "--watch") as watched:
        wait_for(lambda: server.requests and "exports" in ended(cli))
        watched.terminate()
        out, err = watched.communicate(timeout=30)
    assert (watched.returncode, out) == (0, "")
    assert "exports: jsonl: 1 new, 0 seen before" in err
    assert "posts: X's rate limit, 1 min " in err
    assert "posts: stopped; what was read is kept" in err
    assert err.endswith("Stopped.\n")
    assert server.token not in err


def test_watching_goes_on_whatever_becomes_of_a_job(cli: Cli, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, which is told to end once both came to something."""
    opened: list[object] = []

    def open_at_times(*place: Any, now: datetime) -> Any:
        opened.append(place)
        if len(opened) == 1:
            raise StoreError("it is gone for a while")
        return open_store(*place, now=now)

    configure(cli, POSTS + "budget = 0.20\n", EXPORTS)
    monkeypatch.setattr("dashboard.cli.commands.pull.open_store", open_at_times)
    monkeypatch.setattr("dashboard.cli.commands.pull._SHORT", -1)
    monkeypatch.setattr("dashboard.service.watching.LOOK_EVERY", timedelta(seconds=0.1))
    monkeypatch.setattr("signal.sigwait", lambda _: wait_for(lambda: ended(cli) == {"posts", "exports"}))
    server.fault = lambda number, _: Fault.ERROR_500 if number == 1 else None
    watched = cli("pull", "--watch", "--now", now=datetime.now(UTC))
    assert (watched.code, watched.out) == (0, "")
    told = [line.partition(" UTC  ")[2] for line in watched.err.splitlines()]
    assert [line for line in told if "gone" in line] in (
        ["posts: it is gone for a while"],
        ["exports: it is gone for a while"],
    )
    assert any(line.startswith("posts: X does not answer, trying again, ") for line in told)
    assert sum(line.startswith("posts: stopped early: one page more would pass the budget") for line in told) == 1
    assert sum(line.startswith("exports: jsonl: 1 new") for line in told) == 1
    assert sum(line.startswith("exports: next ") for line in told) == 1
