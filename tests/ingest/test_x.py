"""The source `x` on recorded answers: a golden file for each run of `fixtures/x`.

A fixture has the run's `options`, my accounts (`me`), the `accounts` that are joined to each other, and the `answers`
of X in their order: for which `path` and `params` (at least), `status`, the seconds until a `reset`, and the `body`, in
the older spelling.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graph.model import Account, Checkpoint, Interaction, Member, Record
from graph.people.identity import Persons, derive_persons
from graph.records.pack import pack
from graph.store.features import Filters
from graph.store.store import Store
from ingest.kit.json_writer import dumps
from ingest.pull.pull import pull
from ingest.source import Context, UnreadableError
from ingest.sources.x import SOURCE
from ingest.sources.x import client as module
from ingest.sources.x.client import Client
from ingest.sources.x.pages import Page
from ingest.sources.x.position import load as load_position
from ingest.sources.x.run import XRun
from ingest.sources.x.wanted import read_options
from ingest.sources.x_archive import SOURCE as X_ARCHIVE
from tests.x_api import NEW

FIXTURES = Path(__file__).parent / "fixtures" / "x"
RUNS = sorted(path for path in FIXTURES.glob("*.json"))
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ME = "1079889941099446272"
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
        return (
            answer.get("status", 200),
            (body if isinstance(body, str) else json.dumps(body)).encode(),
            answer.get("reset"),
        )


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
    run, context = run_of(fixture)
    list(records_of(run, context))
    assert isinstance(run._client, Recorded)
    for parse, body in run._client.taken:
        for broken in (*(body[:cut] for cut in range(len(body))), b"{}", b"[]", b"null", b"<!DOCTYPE html>"):
            with pytest.raises(ValueError, match=r"\w"):
                parse(broken)
    for cut, answer in enumerate(fixture["answers"]):
        lost = {**answer, "status": 200, "body": json.dumps(answer["body"])[:-1]}
        run, context = run_of(fixture, [*fixture["answers"][:cut], lost])
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
        stops = [(at, record.position) for at, record in enumerate(records) if isinstance(record, Checkpoint)]
        for page, (at, position) in enumerate(stops[:-1], start=1):
            again, context = run_of(fixture, before[page:])
            again._own, again._names = run._own, run._names
            rest = list(again.read(place, replace(context, resume=position)))
            assert kept_in(rest) == kept_in(records[at:])


def kept_in(records: Iterable[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, Interaction | Member)]


def test_a_path_is_none_of_its_inputs(tmp_path: Path) -> None:
    assert SOURCE.detect(tmp_path) == 0
    with pytest.raises(UnreadableError, match="reads X itself, and no file"):
        SOURCE.read(str(tmp_path), Context(now=NOW))


def test_a_position_that_can_not_be_read_is_the_beginning() -> None:
    assert load_position('{"since": 5}') == load_position("page 3") == load_position(None)


# --- the archive and the live API ------------------------------------------------------------------------------------


def archived(post: Mapping[str, Any], handles: Mapping[str, str]) -> dict[str, object]:
    """Give a post of my own as my archive holds it."""
    mentions = post.get("entities", {}).get("mentions", [])
    quoted = [each["id"] for each in post.get("referenced_tweets", []) if each["type"] == "quoted"]
    answered = [each["id"] for each in post.get("referenced_tweets", []) if each["type"] == "replied_to"]
    whom = post.get("in_reply_to_user_id", "")
    return {
        "id_str": str(post["id"]),
        "created_at": f"{datetime.fromisoformat(post['created_at']):%a %b %d %H:%M:%S +0000 %Y}",
        "full_text": post["text"],
        "entities": {
            "user_mentions": [
                {"screen_name": each["username"], "id_str": str(each.get("id", -1)), "indices": [f"{each['start']}"]}
                for each in mentions
            ],
            "urls": [
                {"expanded_url": f"https://x.com/{handles.get(each, 'old_friend')}/status/{each}"} for each in quoted
            ],
        },
        "in_reply_to_status_id_str": "".join(map(str, answered)),
        "in_reply_to_user_id_str": str(whom),
        "in_reply_to_screen_name": handles.get(str(whom), ""),
    }


def noted(post: Mapping[str, Any]) -> dict[str, object]:
    """Give the whole text of a long post as my archive holds it."""
    note = post["note_tweet"]
    names = [{"screenName": each["username"]} for each in note["entities"]["mentions"]]
    return {"noteTweet": {"createdAt": post["created_at"], "core": {"text": note["text"], "mentions": names}}}


@pytest.mark.parametrize("first", ["archive", "live"])
def test_my_posts_are_the_same_acts_in_my_archive_and_live(store: Store, tmp_path: Path, first: str) -> None:
    fixture = load(FIXTURES / "own.json")
    (answer,) = fixture["answers"]
    along = answer["body"]["includes"]
    handles = {str(each["id"]): each["username"] for each in along["users"]}
    handles |= {each["id"]: handles[each["author_id"]] for each in along["tweets"]}
    posts = [each for each in answer["body"]["data"] if str(each["edit_history_tweet_ids"][-1]) == str(each["id"])]
    files = {
        "account": [{"account": {"accountId": ME, "username": "mira_talvo"}}],
        "tweets": [{"tweet": archived(each, handles)} for each in posts],
        "note-tweet": [noted(each) for each in posts if "note_tweet" in each],
    }
    for name, items in files.items():
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / f"{name}.js").write_text(f"window.YTD.x.part0 = {json.dumps(items)}", encoding="utf-8")
    live = replace(SOURCE, live=lambda _context, _estimating: run_of(fixture)[0])
    for source in (X_ARCHIVE, live) if first == "archive" else (live, X_ARCHIVE):
        tally = pull(store, source, [tmp_path], context=Context(now=NOW, options=fixture["options"]), owner="me")
        assert not tally.problems
    persons = derive_persons(store.assertions())
    told = [
        {each.id: persons_in(each, persons) for each in records if isinstance(each, Interaction)}
        for records in (X_ARCHIVE.read(str(tmp_path), Context(now=NOW)), records_of(*run_of(fixture)))
    ]
    # That somebody was quoted whose post is gone, the archive alone knows, by the address in the text.
    (quote,) = told[0].keys() - told[1].keys()
    assert told[0] == told[1] | {quote: told[0][quote]}
    pairs = {(f"x:{ME}", each.id) for each in store.accounts()}
    assert {each.id: persons_in(each, persons) for each in store.interactions(pairs, Filters())} == told[0]


def persons_in(act: Interaction, persons: Persons) -> set[str]:
    return {persons.person_of(each.account.id) for each in act.to}
