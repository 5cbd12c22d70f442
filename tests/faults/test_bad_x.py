"""X on its bad days: faults in any number, kills, spent budgets; nothing is lost, nothing twice, no token anywhere.

INTROGRAPH_TEST_ROUNDS says how many times 800 requests are made, each time of another world.
"""

import gzip
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.sources.x import client, run
from tests.faults.x_runs import Options, Runs, listening
from tests.stores.conftest import neo4j_place
from tests.x_server import TOKEN, Fault, Faults, Server, random_faults, serve
from tests.x_world import World, make_world, post_any

__all__ = ["neo4j_place"]
ROUNDS = range(int(os.environ.get("INTROGRAPH_TEST_ROUNDS", "1")))
REQUESTS = 800
ENDS = (Fault.USAGE_CAPPED, Fault.CREDITS, Fault.REFUSED, Fault.FORBIDDEN, Fault.ECHO_401, Fault.ECHO_403)
Serve = Callable[[World], Server]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server over a small world, of which the first person is me."""
    world = make_world(users=40, posts=300)
    with serve(world) as opened:
        opened.owner_ids.add(next(iter(world.users)))
        monkeypatch.setenv("INTROGRAPH_X_API", opened.url)
        monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
        yield opened


def everything(world: World) -> dict[str, str]:
    """Ask for all that there is."""
    people = [user for user in world.users.values() if user.state == "active"]
    talks = Counter(post.conversation for post in world.posts.values())
    return {
        "mentions": "yes",
        "own": "yes",
        "user": f"{people[1].username}\n@{people[2].username.upper()}\nx:{people[4].id}\n@nobody_there",
        "search": "people OR tools -is:retweet",
        "list": next(iter(world.lists)),
        "conversation": "\n".join(talk for talk, _ in talks.most_common(2)),
    }


# --- thousands of requests -------------------------------------------------------------------------------------------


def let_pass(world: World, draw: random.Random, staying: set[str]) -> None:
    """Let a day or so pass: posts come and go, so do people, or change their handles."""
    before = world.now
    world.now += timedelta(hours=draw.uniform(0.2, 30))
    people = [user.id for user in world.users.values() if user.state == "active"]
    for at in sorted(draw.random() for _ in range(draw.randrange(60))):
        post_any(world, draw, people, before + at * (world.now - before) - timedelta(minutes=3))
    for post in draw.sample(list(world.posts), draw.randrange(6)):
        world.delete(post)
    others = [user for user in people if user not in staying]
    if others and draw.random() < 0.1:
        world.change(draw.choice(others), state=draw.choice(("protected", "suspended", "deleted")))
    if others and draw.random() < 0.2:
        world.change(draw.choice(others), username=f"renamed_{draw.randrange(10**6)}")


def draw_faults(draw: random.Random, number: int) -> Faults:
    usual = random_faults(draw.randrange(10**9), draw.choice((0.0, 0.2, 0.5)))
    end, last = draw.choice(ENDS), number + draw.randrange(1, 40) if draw.random() < 0.15 else 0
    return lambda number, path: end if number == last else usual(number, path)


def live_through(runs: Runs, draw: random.Random, options: Options, requests: int) -> None:
    """Run again and again until so many requests were made; then twice in peace, for what came meanwhile."""
    server = runs.server
    until = len(server.requests) + requests
    while len(server.requests) < until:
        let_pass(server.world, draw, server.owner_ids)
        if draw.random() < 0.1:
            server.expire_tokens()
        some = {name: value for name, value in options.items() if draw.random() < 0.7} or dict(options)
        some |= {"budget": f"{draw.uniform(0.05, 2):.2f}"} if draw.random() < 0.4 else {}
        some |= {"no-wait": "yes"} if draw.random() < 0.2 else {}
        server.fault = draw_faults(draw, len(server.requests))
        runs.kill = draw.randrange(1, 60) if draw.random() < 0.3 else 0
        runs.run(some)
    server.fault = None
    for _ in range(2):
        assert runs.run(options) is not None


def check_whole(runs: Runs, fresh: Runs, options: Options) -> None:
    """See that all is there that one undisturbed run into a fresh store finds, and else what X shows no more."""
    assert fresh.run(options) is not None
    world, held, shown = runs.server.world, runs.acts(), fresh.acts()
    assert {id_: held.get(id_) for id_ in shown} == shown
    given = {post for _, post in fresh.bought}
    for id_ in held.keys() - shown.keys():
        post, _, kind = id_.removeprefix("x:").partition("#")
        quoted = next((other for how, other in world.posts[post].references if how == "quoted"), "")
        assert post not in given or (kind == "quote" and world.state(quoted) != "active"), id_


@pytest.mark.slow
@pytest.mark.parametrize("number", ROUNDS)
def test_thousands_of_requests_on_bad_days(server: Server, tmp_path: Path, number: int) -> None:
    draw = random.Random(number)  # noqa: S311 # a test's moments
    server.api.spelling = draw.choice(("tweet", "post"))
    options = everything(server.world)
    runs, fresh = (Runs(server, str(tmp_path / name)) for name in ("people.db", "fresh.db"))
    with listening(TOKEN) as leaks:
        live_through(runs, draw, options, REQUESTS)
        check_whole(runs, fresh, options)
    assert leaks == []
    runs.check_books()
    assert [path for path in tmp_path.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()] == []


def test_bad_days_before_the_other_store(server: Server, neo4j_place: str, tmp_path: Path) -> None:
    options = {name: everything(server.world)[name] for name in ("mentions", "own")}
    runs, fresh = Runs(server, neo4j_place), Runs(server, str(tmp_path / "fresh.db"))
    live_through(runs, random.Random(7), options, 8)  # noqa: S311 # a test's moments
    check_whole(runs, fresh, options)
    runs.check_books()


# --- answers that are none -------------------------------------------------------------------------------------------

Twist = Callable[[bytes], tuple[int, dict[str, str], bytes]]
PORTAL = b"<html><body>Welcome to our hotel</body></html>"
LARGE = 1 << 20


def with_status(status: int, body: bytes = PORTAL, **headers: str) -> Twist:
    return lambda _: (status, headers, body)


def with_body(change: Callable[[bytes], bytes], **headers: str) -> Twist:
    return lambda body: (200, {name.replace("_", "-"): value for name, value in headers.items()}, change(body))


LOST: dict[str, Twist] = {
    "a portal's redirect": with_status(302, Location="http://portal.example/login"),
    "a portal's JSON": with_status(200, b'{"login": "needed"}'),
    "a proxy's 400": with_status(400),
    "a proxy's 404": with_status(404),
    "a proxy's 407": with_status(407, b""),
    "a portal's 511": with_status(511),
    "another account": with_status(200, b'{"data":{"id":"5","username":"somebody"}}'),
    "posts of no page": with_status(200, b'{"data":[{"id":"5","name":"a list"}]}'),
    "nothing at all": with_status(200, b""),
    "lists in lists": with_status(200, b'{"data":' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
    "half of a gzip": with_body(lambda body: gzip.compress(body)[:-20], Content_Encoding="gzip"),
    "no gzip": with_body(lambda body: body, Content_Encoding="gzip"),
    "a body without an end": with_body(lambda body: b" " * LARGE + body),
}
HARMLESS: dict[str, Twist] = {
    "years ahead": with_body(lambda body: body, Date="Fri, 20 Nov 2099 12:00:00 GMT"),
    "years back": with_body(lambda body: body, Date="Fri, 20 Nov 1999 12:00:00 GMT"),
    "no date": with_body(lambda body: body, Date="Fri, 99 Nov 12026 25:00:00 +9999999"),
    "no number": with_body(lambda body: body.replace(b'"meta":{', b'"meta":{"share":NaN,')),
    "half of a character": with_body(lambda body: body.replace(b'"meta":{', rb'"meta":{"face":"\ud83d",')),
    "no UTF-8": with_body(lambda body: body.replace(b'"name":"', b'"name":"\xff')),
    "keys that come twice": with_body(lambda body: b'{"data":null,' + body[1:]),
    "a mark before it": with_body(lambda body: b"\xef\xbb\xbf" + body),
    "ids that are none": with_body(
        lambda body: body.replace(b'"includes":{', '"includes":{"tweets":[{"id":"²"}],'.encode())
    ),
}


def spoil(server: Server, monkeypatch: pytest.MonkeyPatch, twist: Twist, *, lost: bool) -> None:
    """Spoil every answer, or where it is lost by that, the first to each question."""
    reply = server.reply
    server.fault = lambda number, _: Fault.CUT if lost and number % 2 else None

    def spoilt(target: str, headers: Mapping[str, str]) -> Any:
        given = reply(target, headers)
        if given.fault is not None or not lost:
            given.request.status, more, given.body = twist(given.body)
            given.headers |= more
            given.fault = None
        return given

    monkeypatch.setattr(server, "reply", spoilt)


@pytest.mark.parametrize(("what", "lost"), [*((one, True) for one in LOST), *((one, False) for one in HARMLESS)])
def test_an_answer_that_is_none_is_asked_for_again_and_a_strange_one_read(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, lost: bool
) -> None:
    monkeypatch.setattr(client, "_LARGEST", LARGE)
    options = everything(server.world) | {"user": next(iter(server.world.users.values())).username}
    runs, fresh = (Runs(server, str(tmp_path / name)) for name in ("people.db", "fresh.db"))
    with monkeypatch.context() as patch:
        spoil(server, patch, (LOST | HARMLESS)[what], lost=lost)
        done = runs.run(options)
    assert done is not None
    assert (done.stopped, done.problems) == (None, [])
    server.fault = None
    fresh.run(options)
    assert runs.acts() == fresh.acts()


class Trickle(BaseRequestHandler):
    """Answers a byte now and then."""

    def handle(self) -> None:
        """Answer until the other side has enough."""
        self.request.recv(1 << 16)
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        with suppress(OSError):
            while True:
                self.request.sendall(b" ")
                time.sleep(0.02)


def test_a_trickle_of_an_answer_is_lost_in_time(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(client, "_SECONDS", 0.1)
    with ThreadingTCPServer(("127.0.0.1", 0), Trickle) as trickle:
        trickle.daemon_threads = True
        Thread(target=trickle.serve_forever, daemon=True).start()
        monkeypatch.setenv("INTROGRAPH_X_API", f"http://127.0.0.1:{trickle.server_address[1]}")
        runs, began = Runs(server, str(tmp_path / "people.db")), time.monotonic()
        done = runs.run({"mentions": "yes"})
        trickle.shutdown()
    assert time.monotonic() - began < 5
    assert done is not None
    assert "no answer from" in done.problems[-1].why


def test_silence_is_lost_in_time_and_billed_by_x_at_most_once_more(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(client, "_SECONDS", 0.2)
    server.fault = lambda number, _: Fault.SLOW if number in (2, 3, 7) else None
    runs, fresh = (Runs(server, str(tmp_path / name)) for name in ("people.db", "fresh.db"))
    assert runs.run({"mentions": "yes", "own": "yes"}) is not None
    server.go_on.set()
    fresh.run({"mentions": "yes", "own": "yes"})
    assert runs.acts() == fresh.acts()
    runs.check_books()


# --- X and this machine change ---------------------------------------------------------------------------------------


def test_who_was_protected_for_a_while_is_read_anew(server: Server, tmp_path: Path) -> None:
    user = list(server.world.users)[1]
    runs, options = Runs(server, str(tmp_path / "people.db")), {"user": f"x:{user}"}
    runs.run(options)
    before = runs.acts()
    server.world.change(user, state="protected")
    runs.run(options)
    assert [act for act in runs.acts().values() if act[2] == f"x:{user}"] == []
    server.world.change(user, state="active")
    runs.run(options)
    assert runs.acts() == before


def test_nothing_is_lost_to_a_clock_that_is_slow(server: Server, tmp_path: Path) -> None:
    runs = Runs(server, str(tmp_path / "people.db"))
    runs.slow = timedelta(days=9)
    stopped = runs.run({"mentions": "yes", "own": "yes"})
    assert stopped is not None
    assert stopped.stopped is not None
    assert "clock is behind" in stopped.stopped.words
    runs.slow = timedelta()
    runs.run({"mentions": "yes", "own": "yes"})
    fresh = Runs(server, str(tmp_path / "fresh.db"))
    fresh.run({"mentions": "yes", "own": "yes"})
    assert runs.acts() == fresh.acts()


def test_going_round_in_circles_has_an_end(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_IDLE", 5)
    server.fault = lambda _, path: Fault.EMPTY if path.endswith("/mentions") else None
    runs, fresh = (Runs(server, str(tmp_path / name)) for name in ("people.db", "fresh.db"))
    done = runs.run({"mentions": "yes", "own": "yes"})
    assert done is not None
    assert [problem.why for problem in done.problems] == ["X gives nothing new in 5 pages one after the other"]
    server.fault = None
    runs.run({"mentions": "yes"})
    fresh.run({"mentions": "yes", "own": "yes"})
    assert runs.acts() == fresh.acts()


@settings(max_examples=10 * len(ROUNDS), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            st.integers(0, 30),
            st.none() | st.integers(0, 400).map(lambda cents: f"{cents / 100}"),
            st.none() | st.integers(0, 5),
        ),
        max_size=5,
    )
)
def test_in_whatever_portions_posts_come_and_are_paid(
    server: Server, tmp_path: Path, steps: list[tuple[int, str | None, int | None]]
) -> None:
    """Some posts come, a run has a budget, or a --since so many days back: at last all is there, and bought once."""
    draw = random.Random(1)  # noqa: S311 # a test's data
    server.world = world = World(make_world().now - timedelta(days=6))
    server.api.world = world
    people = [world.join(f"somebody{n}", user_id=f"{70 + n}").id for n in range(5)]
    server.owner_ids.clear()
    server.owner_ids.add(people[0])
    world.add_list("makers", people[1:4])
    options = {"mentions": "yes", "own": "yes", "list": next(iter(world.lists)), "search": "people OR tools"}
    with TemporaryDirectory(dir=tmp_path) as folder:
        runs, fresh = (Runs(server, f"{folder}/{name}.db") for name in ("people", "fresh"))
        for posts, budget, days in steps:
            for _ in range(posts):
                world.now += timedelta(minutes=17)
                post_any(world, draw, people, world.now - timedelta(minutes=3))
            since = {} if days is None else {"since": f"{world.now - timedelta(days=days):%Y-%m-%d}"}
            runs.run(options | ({} if budget is None else {"budget": budget}) | since)
        for _ in range(4):
            runs.run(options)
        assert fresh.run(options) is not None
        assert runs.acts() == fresh.acts()
        runs.check_books()
