"""The source `x` on recorded answers: a golden file for each run of `fixtures/x`.

A fixture has the run's `options`, my accounts (`me`), the `accounts` that are joined to each other, and the `answers`
of X in their order: for which `path` and `params` (at least), `status`, and the `body`, in the older spelling.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graph.model import Account, Interaction, Record
from graph.records.pack import pack
from ingest.kit.json_writer import dumps
from ingest.source import Context
from ingest.sources.x import client as module
from ingest.sources.x.client import Client
from ingest.sources.x.pages import Page
from ingest.sources.x.run import XRun
from ingest.sources.x.wanted import read_options
from tests.x_api import NEW

FIXTURES = Path(__file__).parent / "fixtures" / "x"
RUNS = sorted(path for path in FIXTURES.glob("*.json"))
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
Answer = Mapping[str, Any]


class Recorded(Client):
    """A client that gets recorded answers."""

    def __init__(self, answers: Iterable[Answer], **given: Any) -> None:
        super().__init__(NOW, lambda _seconds, _why: None, patient=True, **given)
        self.answers = list(answers)
        self.taken: list[tuple[Callable[[bytes], Page], bytes]] = []

    def ask(self, endpoint: str, parse: Callable[[bytes], Page], params: Mapping[str, object]) -> Page:
        def take(body: bytes) -> Page:
            self.taken.append((parse, body))
            return parse(body)

        return super().ask(endpoint, take, params)

    def _send(self, method: str, route: str, params: Any) -> tuple[int, bytes, float | None]:
        assert method == "GET"
        if not self.answers:
            raise module._LostError("nothing more was recorded")
        answer = self.answers.pop(0)
        assert route == answer["path"]
        assert {**params, **answer.get("params", {})} == params
        body = answer["body"]
        return answer.get("status", 200), (body if isinstance(body, str) else json.dumps(body)).encode(), None


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_BEARER_TOKEN", "a-token-of-nobody")


def run_of(fixture: Mapping[str, Any], answers: Sequence[Answer] | None = None) -> tuple[XRun, Context]:
    """Begin the run of a fixture."""
    joined = [Account(id=each["id"], handle=each.get("handle")) for each in fixture.get("accounts", [])]
    context = Context(
        now=NOW,
        me=frozenset(fixture.get("me", [])),
        options=fixture["options"],
        accounts_of=lambda _: joined,
    )
    return XRun(read_options(context), context, Recorded(fixture["answers"] if answers is None else answers)), context


def records_of(run: XRun, context: Context) -> Iterator[Record]:
    for place in run.places():
        yield from run.read(place, context)


def load(path: Path) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def respelt(value: Any) -> Any:
    """Give what X answers in its newer words."""
    match value:
        case dict():
            return {NEW.get(name, name): respelt(each) for name, each in value.items()}
        case list():
            return list(map(respelt, value))
        case "tweet":
            return "post"
    return value


@pytest.mark.parametrize("spelling", ["tweet", "post"])
@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_recorded_answers_yield_their_golden_records(path: Path, spelling: str, update_goldens: bool) -> None:
    fixture = load(path)
    answers = [{**one, "body": respelt(one["body"])} if spelling == "post" else one for one in fixture["answers"]]
    run, context = run_of(fixture, answers)
    lines = [dumps(record) for record in records_of(run, context)]
    stopped = {} if run.stopped is None else {"stopped": [run.stopped.why, run.stopped.words]}
    lines.append(json.dumps({"cost": [run.cost.requests, run.cost.posts, run.cost.users, run.cost.usd], **stopped}))
    golden = path.with_name(path.name + ".golden.jsonl")
    if update_goldens:
        golden.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert lines == golden.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_what_is_read_twice_is_there_once(path: Path) -> None:
    acts = [[each for each in records_of(*run_of(load(path))) if isinstance(each, Interaction)] for _ in range(2)]
    once, twice = (pack(records, now=NOW) for records in (acts[0], acts[0] + acts[1]))
    assert (twice.interactions, twice.items) == (once.interactions, once.items)


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_an_answer_that_is_cut_off_is_lost_and_no_crash(path: Path) -> None:
    fixture = load(path)
    for cut, answer in enumerate(fixture["answers"]):
        text = json.dumps(answer["body"])
        for share in (0.0, 0.3, 0.6, 0.99):
            broken = {**answer, "body": text[: int(len(text) * share)]}
            run, context = run_of(fixture, [*fixture["answers"][:cut], broken])
            list(records_of(run, context))
            assert run.stopped is not None
            assert run.stopped.why == "unreachable"


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_a_run_goes_on_behind_any_page(path: Path) -> None:
    fixture = load(path)
    run, context = run_of(fixture)
    for place in run.places():
        assert isinstance(run._client, Recorded)
        before, records = list(run._client.answers), list(run.read(place, context))
        stops = [at for at, record in enumerate(records) if record.__class__.__name__ == "Checkpoint"]
        for page, at in enumerate(stops[:-1], start=1):
            again, context = run_of(fixture, before[page:])
            again._own = run._own
            position = getattr(records[at], "position", None)
            rest = list(again.read(place, replace(context, resume=position)))
            assert acts_in(rest) == acts_in(records[at:])


def acts_in(records: Iterable[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, Interaction)]
