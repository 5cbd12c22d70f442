"""`ingest x` at the command line, before a local server that answers as X does: what it reads, buys, tells, keeps."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard.cli.app import root
from graph.model import Interaction
from graph.store.documents import live_job
from graph.store.features import Filters
from ingest.pull.locks import lock
from ingest.pull.progress import Teller
from ingest.sources.x.client import read_address
from tests.dashboard.conftest import Cli, Done
from tests.x_server import Fault, Server, serve
from tests.x_world import NOW, Post, User, World

SECRET = "AAAA-invented-bearer-token-0123456789"  # noqa: S105 # opens nothing
BEGUN = NOW - timedelta(days=6)


class X:
    """The command line before a server; the clock is the server's, and waiting moves it."""

    def __init__(self, cli: Cli, server: Server) -> None:
        self.cli, self.server, self.world = cli, server, server.world
        self.said: list[Done] = []
        self.waits: list[float] = []
        self.late = timedelta()  # how much this machine's clock is
        self.me, self.ann, self.bo, self.cy = [self.world.join(name) for name in ("me_here", "ann", "bo", "cy")]

    def __call__(self, *words: str, cli: Cli | None = None) -> Done:
        """Run `ingest x`."""
        return self.run("ingest", "x", *words, "--json", cli=cli)

    def run(self, *words: str, cli: Cli | None = None) -> Done:
        """Run a command."""
        self.server.new_run()
        self.said.append((cli or self.cli)(*words, now=self.world.now - self.late))
        return self.said[-1]

    def wait(self, seconds: float, _why: str) -> None:
        """Wait at no time."""
        self.waits.append(seconds)
        self.world.now += timedelta(seconds=ceil(seconds))

    def paths(self) -> list[str]:
        """Give what was asked for."""
        return [one.path for one in self.server.requests]

    def acts(self, cli: Cli | None = None) -> dict[str, Interaction]:
        """Give all that is held, by id."""
        store = (cli or self.cli).open()
        ids = [each.id for each in store.accounts()]
        held = {act.id or "": act for act in store.interactions({(a, b) for a in ids for b in ids}, Filters())}
        store.close()
        return held

    def fresh(self, name: str) -> Cli:
        """Give a command line over another store."""
        return Cli(self.cli.home / name, self.cli.home)


@pytest.fixture
def x(cli: Cli, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[X]:
    """Whatever a test does, the token must be in nothing that comes of it."""
    caplog.set_level(logging.DEBUG)
    with serve(World()) as server:
        x = X(cli, server)
        monkeypatch.setattr(Teller, "wait", x.wait)
        monkeypatch.setenv("INTROGRAPH_X_API", server.url)
        monkeypatch.setenv("X_BEARER_TOKEN", server.token)
        monkeypatch.delenv("X_BEARER_TOKEN_FILE", raising=False)
        yield x
        assert server.token == SECRET
        assert server.leaks == []
        assert server.early == []
        assert SECRET not in caplog.text
        assert all(SECRET not in one.out + one.err for one in x.said)
        assert all(SECRET.encode() not in file.read_bytes() for file in cli.home.rglob("*") if file.is_file())


def mention(x: X, count: int, *, by: User | None = None, until: datetime = NOW, text: str = "see") -> list[Post]:
    """Let somebody name me so often, an hour apart."""
    who, begun = by or x.ann, until - timedelta(hours=count)
    return [x.world.post(who.id, f"{text} {n} @me_here", at=begun + timedelta(hours=n)) for n in range(count)]


def ids_of(posts: list[Post], kind: str = "mention") -> set[str]:
    return {f"x:{post.id}#{kind}" for post in posts}


# --- ends ------------------------------------------------------------------------------------------------------------

ENDS = [
    (None, (), None, 0),
    (Fault.CREDITS, (), "usage-cap", 0),
    (Fault.USAGE_CAPPED, (), "usage-cap", 0),
    (Fault.LIMITED, ("--no-wait",), "rate-limit", 0),
    (Fault.LIMITED, (), "rate-limit", 0),
    (Fault.LIMITED_NO_RESET, (), "rate-limit", 0),
    (Fault.ERROR_503, (), "unreachable", 5),
    (Fault.HTML_200, (), "unreachable", 5),
    (Fault.ECHO_401, (), "refused", 5),
    (Fault.ECHO_403, (), "refused", 5),
]


@pytest.mark.parametrize(("fault", "words", "stopped", "code"), ENDS)
def test_a_run_that_ends_early_says_why_and_the_same_command_goes_on(
    x: X, fault: Fault | None, words: tuple[str, ...], stopped: str | None, code: int
) -> None:
    posts = mention(x, 130)
    x.run("me", f"x:{x.me.id}")
    x.server.fault = lambda _number, _path: fault
    nothing = x("--mentions", *words)
    assert nothing.code == code
    assert "Traceback" not in nothing.err
    assert json.loads(nothing.out)["stopped"] == stopped
    assert not code or nothing.err.count("\n") == 1
    x.world.now += timedelta(minutes=2)
    asked = len(x.server.requests) + 1
    x.server.fault = lambda number, _path: fault if number > asked else None
    some = x("--mentions", *words)
    assert some.data["stopped"] == stopped
    assert ("Stopped early: " in some.err) == (stopped is not None)
    if stopped is not None:
        assert (some.data["new"], some.data["cost"]["posts"]) == (100, 100)
    x.server.fault = None
    x.world.now += timedelta(minutes=2)
    rest = x("--mentions", *words)
    assert rest.data["stopped"] is None
    assert rest.data["cost"]["posts"] == (30 if stopped else 0)
    assert set(x.acts()) == ids_of(posts)


def test_a_403_says_what_the_token_lacks(x: X) -> None:
    x.run("me", f"x:{x.me.id}")
    x.server.fault = lambda _number, _path: Fault.FORBIDDEN
    assert "attached to a Project" in x("--mentions").err


def test_a_rate_limit_is_waited_for_until_its_reset(x: X) -> None:
    mention(x, 3)
    x.run("me", f"x:{x.me.id}")
    x.server.fault = lambda number, _path: Fault.LIMITED if number < 3 else None
    assert x("--mentions").data["new"] == 3
    assert [50 < one <= 61 for one in x.waits] == [True, True]


# --- what is refused before anything is asked ------------------------------------------------------------------------


ADDRESSES = [
    *("http://api.x.com", "http://127.0.0.1.evil.example", "http://localhost.evil.example", "http://127.1"),
    *("ftp://api.x.com", "https://", "http://:80", "api.x.com", "https://me@api.x.com", "https://api.x.com:port"),
    *("http://127.0.0.1@evil.example", "https://api.x.com?to=evil", "https://api.x.com#evil", "https://api.x.com\nx"),
    *("http://127.0.0.1\\@evil.example", "http://[::2]", "http://[::1", "http://0.0.0.0", "//127.0.0.1", "https:///2"),
]


def test_the_token_goes_to_no_other_address(x: X, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ADDRESSES:
        monkeypatch.setenv("INTROGRAPH_X_API", address)
        done = x("--search", "see")
        assert (done.code, done.out, x.server.requests) == (2, "", []), address
        assert "INTROGRAPH_X_API" in done.err


@pytest.mark.parametrize(
    "address", ["http://[::1]:8080", "http://127.9.9.9/", "https://api.x.com", "HTTPS://x.example/p"]
)
def test_the_token_may_go_over_https_and_stay_here(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTROGRAPH_X_API", address)
    assert read_address() == address.rstrip("/")


def test_this_machine_may_be_called_localhost(x: X, monkeypatch: pytest.MonkeyPatch) -> None:
    mention(x, 1)
    x.run("me", f"x:{x.me.id}")
    monkeypatch.setenv("INTROGRAPH_X_API", f"http://localhost:{x.server.server_address[1]}/")
    assert x("--mentions").data["new"] == 1


TOKENS = [
    (None, 0, "can't be read: No such file"),
    (SECRET, 0o644, "type: chmod 600 "),
    (SECRET, 0o640, "type: chmod 600 "),
    ("", 0o600, "X wants to know who asks"),
    (f"{SECRET}\n{SECRET}", 0o600, "no bearer token"),
    (f"{SECRET} x", 0o600, "no bearer token"),
    (f"{SECRET}é", 0o600, "it holds more than a token"),
]


def test_a_token_that_is_none_or_that_others_may_read(x: X, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for token in ("", " ", f"{SECRET}\r\nX-Evil: 1", f"{SECRET}é", f"{SECRET}\x7f"):
        monkeypatch.setenv("X_BEARER_TOKEN", token)
        assert x("--search", "see").code == 2
    monkeypatch.delenv("X_BEARER_TOKEN")
    for content, mode, says in TOKENS:
        file = tmp_path.parent / f"{tmp_path.name}.token"
        if content is not None:
            file.write_text(content, encoding="utf-8")
            file.chmod(mode)
        monkeypatch.setenv("X_BEARER_TOKEN_FILE", str(file))
        done = x("--search", "see")
        assert (done.code, done.out) == (2, ""), says
        assert says in done.err
    assert x.server.requests == []


def test_a_token_in_a_file_of_its_owner_alone(x: X, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path.parent / f"{tmp_path.name}.token"
    file.touch(mode=0o600)
    file.write_text(f"{SECRET}\n", encoding="ascii")
    monkeypatch.delenv("X_BEARER_TOKEN")
    monkeypatch.setenv("X_BEARER_TOKEN_FILE", str(file))
    mention(x, 2)
    assert x("--search", "see").data["new"] == 2


UNASKED: list[tuple[tuple[str, ...], str]] = [
    ((), "what is to be read on X?"),
    (("--mentions",), "which account on X is yours?"),
    (("--own", "--user", "ann", "--user", "bo"), "which account on X is yours?"),
    (("--user", "no one"), "names nobody on X"),
    (("--user", "ann@example.org"), "names nobody on X"),
    (("--user", "https://x.com/"), "names nobody on X"),
    (("--list", "makers"), "is no id"),
    (("--conversation", "0x12"), "is no id"),
    (("--search", "see", "--since", "yesterday"), "is no date"),
    (("--search", "see", "--since", "2099-01-01"), "lies in the future"),
    (("--search", "see", "--budget", "much"), "is no sum"),
    (("--search", "see", "--budget", "-1"), "is no sum"),
    (("--search", "see", "--budget", "nan"), "is no sum"),
    (("posts.json",), "no file such as"),
]


def test_what_can_not_be_asked_is_said_before_it_costs(x: X) -> None:
    for words, says in UNASKED:
        done = x(*words)
        assert (done.code, done.out, x.server.requests) == (2, "", []), words
        assert says in done.err


def test_a_traceback_does_not_hold_the_token(x: X, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("graph.store.store.Store.refresh", fail)
    monkeypatch.setenv("INTROGRAPH_DEBUG", "1")
    mention(x, 1)
    result = CliRunner().invoke(
        root, ["ingest", "x", "--search", "see"], obj=lambda: NOW, env={"INTROGRAPH_STORE": str(x.cli.store)}
    )
    assert "Traceback" in result.stderr
    x.said.append(Done(code=result.exit_code, out=result.stdout, err=result.stderr))


# --- who I am --------------------------------------------------------------------------------------------------------


def test_my_handle_is_looked_up_once_and_joined_to_my_number(x: X) -> None:
    posts = mention(x, 2)
    x.run("me", "x:@ME_here")
    first = x("--mentions", "--own")
    assert (first.data["new"], x.paths()[0]) == (2, "/2/users/by/username/me_here")
    assert first.data["cost"]["users"] == 2
    asked = len(x.paths())
    second = x("--mentions", "--own")
    assert not any("username" in path for path in x.paths()[asked:])
    assert second.data["cost"] == {"requests": 2, "posts": 0, "users": 0, "usd": 0.0}
    assert x.run("me", "--json").data["me"]["accounts"] == [f"x:{x.me.id}", "x:@me_here"]
    assert set(x.acts()) == ids_of(posts)


def test_the_only_user_is_me_where_my_profile_has_none(x: X) -> None:
    posts = mention(x, 2)
    answer = x.world.post(x.me.id, "Thank you", replied_to=posts[0].id)
    assert x("--mentions", "--user", "me_here").data["new"] == 3
    assert set(x.acts()) == ids_of(posts) | ids_of([answer], "reply")


def test_a_handle_of_nobody_is_a_problem_and_the_rest_is_read(x: X) -> None:
    mention(x, 2)
    x.run("me", "x:@never_was")
    done = x("--mentions", "--search", "see").data
    assert (done["new"], [one["where"] for one in done["problems"]]) == (2, ["@never_was"])


@pytest.mark.parametrize("split", [False, True])
def test_a_handle_of_an_archive_is_joined_to_its_number_unless_i_split_them(x: X, split: bool) -> None:
    act: dict[str, object] = {"kind": "mention", "at": "2026-11-01T00:00:00Z", "source": "x-archive"}
    act |= {"actor": {"network": "x", "id": x.me.id}, "to": [{"network": "x", "id": "@bo", "handle": "bo"}]}
    file = x.cli.home / "acts.jsonl"
    file.write_text(json.dumps(act), encoding="utf-8")
    x.run("me", f"x:{x.me.id}")
    assert x.run("ingest", str(file)).code == 0
    mention(x, 1, by=x.bo)
    x("--mentions")
    if split:
        assert x.run("people", "split", "x:@bo").code == 0
        mention(x, 2, by=x.bo, until=NOW + timedelta(hours=2))
        x("--mentions", "--user", "bo")
    assert x.run("people", "same", "x:@bo", f"x:{x.bo.id}", "--json").data["same"] != split


# --- what it costs ---------------------------------------------------------------------------------------------------


def go_on(world: World, people: list[User], root_id: str, begin: datetime, hours: int) -> None:
    """Let a world go on as it does: each hour somebody names me, answers, is answered by me, and goes on a thread."""
    for hour in range(hours):
        at, who, other = begin + timedelta(hours=hour), people[1 + hour % 5], people[1 + (hour + 1) % 5]
        named = world.post(who.id, f"letter {hour} @{people[0].username} @{other.username}", at=at)
        world.post(people[0].id, "thanks", replied_to=named.id, at=at + timedelta(minutes=5))
        world.post(other.id, f"more {hour}", replied_to=root_id, at=at + timedelta(minutes=10))


def test_a_handle_that_changed_hands_makes_no_two_people_one(x: X) -> None:
    x.world.post(x.ann.id, "a @cy", at=BEGUN)
    assert x("--user", "ann").code == 0
    x.world.change(x.ann.id, username="anna")
    other = x.world.join("ann")
    x.world.post(other.id, "b @anna", at=NOW)
    assert x("--user", f"x:{x.ann.id}", "--user", f"x:{other.id}").code == 0
    assert x("--user", "ann", "--search", "b").code == 0
    people = (x.run("people", "show", f"x:{one.id}", "--json").data for one in (x.ann, other))
    accounts = [{account["id"] for account in person["accounts"]} for person in people]
    assert accounts == [{f"x:{x.ann.id}", "x:@ann"}, {f"x:{other.id}"}]


def test_who_is_known_is_not_looked_up_and_who_is_excluded_not_read(x: X) -> None:
    mention(x, 2)
    assert x.run("me", f"x:{x.me.id}").code == 0
    assert x("--mentions").data["new"] == 2
    asked = len(x.server.requests)
    assert x("--user", "ann").code == 0
    assert x.paths()[asked:] == [f"/2/users/{x.ann.id}/tweets"]
    assert x.run("exclude", f"x:{x.ann.id}", "--yes").code == 0
    done = x("--user", f"x:{x.ann.id}").data
    assert (done["cost"]["requests"], done["skipped"]) == (0, {"people asked for whom your rules exclude": 1})
    assert x("--user", "bo", "--budget", "").code == 2


def test_no_position_of_somebody_is_kept_who_is_forgotten(x: X) -> None:
    posts = [x.world.post(x.ann.id, f"{n} @bo", at=BEGUN + timedelta(hours=n)) for n in range(3)]
    assert x("--user", "ann").data["new"] == 3
    assert x.run("forget", f"x:{x.ann.id}", "--yes").code == 0
    held = x.cli.store.read_bytes()
    assert [post.id for post in posts if post.id.encode() in held] == []


def test_two_runs_of_one_target_do_not_buy_it_twice(x: X) -> None:
    mention(x, 3)
    assert x.run("me", f"x:{x.me.id}").code == 0
    store = x.cli.open()
    with lock(store, live_job("x", f"mentions:x:{x.me.id}")):
        done = x("--mentions").data
    store.close()
    assert [(one["why"], done["cost"]["requests"]) for one in done["problems"]] == [
        ("another run reads it at this moment", 0)
    ]


def test_a_list_is_not_bought_anew_for_the_gap_that_a_since_left(x: X) -> None:
    list_ = x.world.add_list("makers", [x.ann.id])
    for n in range(250):
        x.world.post(x.ann.id, f"{n} @bo", at=NOW - timedelta(days=100, hours=-n))
    assert x("--list", list_.id).data["new"] == 250
    for n in range(20):
        x.world.post(x.ann.id, f"more {n} @bo", at=NOW - timedelta(hours=40 - 2 * n))
    assert x("--list", list_.id, "--since", f"{NOW - timedelta(days=1):%Y-%m-%d}").data["new"] < 20
    rest = x("--list", list_.id).data
    assert (len(x.acts()), rest["cost"]["posts"]) == (270, 100)


def test_the_estimate_is_what_the_next_run_buys_where_things_go_on(x: X) -> None:
    people = [x.me, *(x.world.join(f"friend{n}") for n in range(5))]
    begin = NOW - timedelta(days=6)
    root_id = x.world.post(people[1].id, "What do you read?", at=begin).id
    go_on(x.world, people, root_id, begin, 96)
    made = x.world.add_list("makers", [one.id for one in people])
    targets = [("--mentions",), ("--own",), ("--user", "friend1"), ("--search", "letter"), ("--list", made.id)]
    targets.append(("--conversation", root_id))
    x.world.now = begin + timedelta(hours=96)
    x.run("me", f"x:{x.me.id}")
    x.server.owner_ids.add(x.me.id)
    first = x("--mentions", "--own", "--dry-run").data
    assert (first["estimate"]["posts"], first["cost"]["requests"], x.server.requests) == (4000, 0, [])
    unread = x("--user", "not_read_yet", "--dry-run").data["estimate"]
    assert (unread["requests"], unread["posts"], unread["users"]) == (33, 3200, 3201)
    for target in targets:
        assert x(*target).data["stopped"] is None
    go_on(x.world, people, root_id, x.world.now, 40)
    x.world.now += timedelta(hours=40)
    asked, before = len(x.server.requests), x.cli.store.read_bytes()
    told = [x(*target, "--dry-run").data["estimate"] for target in targets]
    assert (len(x.server.requests), x.cli.store.read_bytes()) == (asked, before)
    for target, estimate in zip(targets, told, strict=True):
        cost = x(*target).data["cost"]
        assert estimate["usd"] == pytest.approx(cost["usd"], rel=0.3), target
        assert cost["usd"] == pytest.approx(x.server.billed.thousandths / 1000), target


def test_a_budget_is_passed_by_a_page_at_most_and_the_same_command_goes_on(x: X) -> None:
    posts = mention(x, 330)
    x.run("me", f"x:{x.me.id}")
    x.server.owner_ids.add(x.me.id)
    other = x.fresh("other.db")
    x.run("me", f"x:{x.me.id}", cli=other)
    assert x("--mentions", "--user", "ann", cli=other).data["stopped"] is None
    spent, runs = [], []
    for _ in range(30):
        runs.append(x("--mentions", "--user", "ann", "--budget", "0.15").data)
        spent.append(x.server.billed.thousandths / 1000)
        assert runs[-1]["cost"]["usd"] == pytest.approx(spent[-1])
        if runs[-1]["stopped"] is None:
            break
    assert {one["stopped"] for one in runs[:-1]} == {"budget"}
    assert runs[-1]["stopped"] is None
    assert max(spent) <= 0.15 + 0.52
    assert x.acts() == x.acts(other)
    assert set(x.acts()) == ids_of(posts)
    assert x("--mentions", "--budget", "0").data["stopped"] == "budget"
    assert x.run("jobs", "--json").data["cost"]["usd"] == pytest.approx(sum(spent))


def bought(x: X) -> set[str]:
    return x.server.billed.ids("post")


def test_an_earlier_since_and_none_read_on_and_nothing_is_bought_twice(x: X) -> None:
    posts = mention(x, 140)
    x.run("me", f"x:{x.me.id}")
    parts = []
    for since in (("--since", "2026-11-18"), ("--since", "2026-11-15T18:00"), (), ()):
        x("--mentions", *since)
        parts.append(bought(x))
    assert all(parts[:3])
    assert parts[3] == set()
    assert sum(map(len, parts)) == len(set().union(*parts)) == 140
    assert set(x.acts()) == ids_of(posts)


def test_a_token_of_a_page_that_expired_is_got_over(x: X) -> None:
    posts = mention(x, 250)
    x.run("me", f"x:{x.me.id}")
    x("--mentions", "--budget", "0.12")
    first = bought(x)
    x.server.expire_tokens()
    later = mention(x, 3, until=NOW + timedelta(hours=2), text="late")
    x("--mentions")
    assert (len(first), len(bought(x)), first & bought(x)) == (100, 150, set())
    x("--mentions")
    assert set(x.acts()) == ids_of(posts + later)


def test_a_list_begins_anew_where_its_token_expired(x: X) -> None:
    fans = [x.world.join(f"fan{n}").id for n in range(150)]
    made = x.world.add_list("makers", [x.ann.id, *fans])
    posts = mention(x, 130)
    for budget in ("1.20", "2.10", "5"):
        done = x("--list", made.id, "--budget", budget).data
        x.server.expire_tokens()
    assert done["stopped"] is None
    assert set(x.acts()) == ids_of(posts)
    assert len(x.run("list", "show", "makers", "--json").data["people"]) == 151
    assert x("--list", made.id).data["cost"]["posts"] == 100, "its newest page is always bought"


@pytest.mark.parametrize(("days", "late"), [(3, 0), (12, 0), (12, 20), (6.5, -20)])
def test_a_search_goes_seven_days_back_by_the_clock_of_x(x: X, days: float, late: int) -> None:
    x.late = timedelta(hours=late)
    before = mention(x, 30)
    thread = x.world.post(x.bo.id, "and @me_here?", replied_to=before[-1].id, at=NOW)
    targets = [("--search", "see"), ("--conversation", thread.conversation)]
    assert [x(*target).data["new"] for target in targets] == [30, 2]
    x.world.now += timedelta(days=days)
    then, after = mention(x, 2, until=NOW + timedelta(hours=3)), mention(x, 2, until=x.world.now)
    for target in targets:
        done = x(*target, "--since", "2026-11-18").data
        assert (done["problems"], done["stopped"]) == ([], None)
    held = ids_of(before + after) | ids_of([thread], "reply") | ids_of([thread])
    assert set(x.acts()) == held | (ids_of(then) if days < 7 else set())


# --- what is gone ----------------------------------------------------------------------------------------------------


def test_what_x_shows_no_more_goes_and_what_is_mine_and_private_stays(x: X) -> None:
    mine = [x.world.post(x.me.id, f"a {n} @ann", at=BEGUN + timedelta(hours=n)) for n in range(2)]
    hers, his = (x.world.post(one.id, "b @cy", at=BEGUN + timedelta(hours=5)) for one in (x.ann, x.bo))
    (x.cli.home / "data").mkdir()
    tweets = [
        {
            "id_str": one.id,
            "created_at": f"{one.at:%a %b %d %H:%M:%S +0000 %Y}",
            "full_text": one.text,
            "entities": {"user_mentions": [{"screen_name": "ann", "id_str": x.ann.id, "indices": ["4", "8"]}]},
        }
        for one in mine
    ]
    account = [{"account": {"accountId": x.me.id, "username": "me_here"}}]
    for name, items in {"account": account, "tweets": tweets}.items():
        (x.cli.home / "data" / f"{name}.js").write_text(f"window.YTD.{name}.part0 = {json.dumps(items)}")
    assert x.run("ingest", "x-archive", str(x.cli.home), "--protected", "--owner", "me").code == 0
    assert x("--user", "ann", "--user", "bo").data["new"] == 2
    answers = [x.world.post(x.cy.id, "yes", replied_to=one.id, at=NOW) for one in (*mine, hers)]
    x.world.delete(mine[0].id)
    x.world.delete(hers.id)
    x.world.change(x.me.id, state="protected")
    x.world.change(x.bo.id, state="protected")
    done = x("--user", "bo", "--user", "cy").data
    assert [one["where"] for one in done["problems"]] == ["posts of @bo"]
    assert set(x.acts()) == ids_of(mine) | ids_of(answers, "reply")
    assert f"x:{his.id}#mention" not in x.acts()


def test_who_is_gone_is_a_problem_of_its_own(x: X) -> None:
    gone = [x.world.join(f"{state}_one") for state in ("suspended", "deleted", "protected")]
    for user, state in zip(gone, ("suspended", "deleted", "protected"), strict=True):
        x.world.change(user.id, state=state)  # type: ignore[arg-type] # one after the other
    private = x.world.add_list("secret", [x.ann.id], private=True)
    mention(x, 2)
    users = [word for user in gone for word in ("--user", user.username, "--user", f"x:{user.id}")]
    done = x(*users, "--user", "ann", "--list", private.id, "--conversation", "12345").data
    assert (done["new"], done["stopped"]) == (2, None)
    assert [one["where"] for one in done["problems"]] == [
        *("@suspended_one", f"posts of x:{gone[0].id}", "@deleted_one", f"posts of x:{gone[1].id}"),
        *("posts of @protected_one", f"members of list {private.id}"),
    ]


def test_that_i_am_suspended_is_told_and_takes_nothing_of_mine(x: X) -> None:
    posts = mention(x, 2)
    x.run("me", f"x:{x.ann.id}")
    assert x("--own").data["new"] == 2
    x.world.change(x.ann.id, state="suspended")
    problems = x("--mentions", "--own").data["problems"]
    assert [one["where"] for one in problems] == [f"mentions of x:{x.ann.id}", f"posts of x:{x.ann.id}"]
    assert set(x.acts()) == ids_of(posts)


def test_a_list_becomes_a_list_of_its_name_without_whom_i_forgot(x: X) -> None:
    made = x.world.add_list("makers", [x.ann.id, x.bo.id, x.cy.id])
    mention(x, 2)
    mention(x, 2, by=x.bo)
    x("--search", "see")
    assert x.run("forget", f"x:{x.bo.id}", "--yes").code == 0
    x("--list", made.id)
    shown = json.dumps(x.run("list", "show", "makers", "--json").data)
    assert [f"{who.username}" in shown for who in (x.ann, x.bo, x.cy)] == [True, False, True]
    assert {act.actor.id for act in x.acts().values()} == {f"x:{x.ann.id}"}
    x.world.add_list("makers", private=True)
    asked = len(x.server.requests)
    assert [one["where"] for one in x("--list", made.id).data["problems"]] == [f"members of list {made.id}"]
    assert x.paths()[asked:] == [f"/2/lists/{made.id}/members"]
