"""Runs of the source `x` against the local server: watched from within, killed at any moment, their books compared."""

import json
import logging
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest

from graph.errors import NothingReadError
from graph.model import Interaction
from graph.store.store import Store
from graph.stores import open_store
from ingest.pull.pull import pull
from ingest.pull.tally import Tally
from ingest.source import Context
from ingest.sources.x import SOURCE
from ingest.sources.x import client as client_module
from ingest.sources.x import run as run_module
from tests.x_server import TOKEN, Fault, Request, Server

PAGE = 10
"""How many posts a page has here: small ones have more borders."""
Options = Mapping[str, str]
Target = tuple[str, str]


class KilledError(BaseException):
    """Ends a run as kill -9 does: what cares for errors takes it for none."""


class Runs:
    """The runs into one store, and what came of them.

    Attributes:
        slow: How far this machine's clock is behind.
        kill: After how many moments (a request, an answer, a write, a wait) the next run is killed; 0 for never.
        bought: How often each post (account, list) came whole, by what was asked for.
        again: How many of them may have come once more, likewise.
        gone: Posts of which X said that they are gone.
        ends: How the runs ended, and how often.
        words: What was told of them.
    """

    def __init__(self, server: Server, place: str) -> None:
        self.server = server
        self.place = place
        self.slow = timedelta()
        self.kill = 0
        self.bought: Counter[tuple[Target, str]] = Counter()
        self.again: Counter[Target] = Counter()
        self.gone: set[str] = set()
        self.ends: Counter[str] = Counter()
        self.words: list[str] = []
        self._swept: Counter[Target] = Counter()
        self._budget: float | None = None
        self._since = ""
        self._spent = self._last = 0
        self._target: Target = "", ""
        with closing(self.open()) as store:
            store.set_profile("me", [f"x:{each}" for each in server.owner_ids])

    def open(self) -> Store:
        """Open the store."""
        return open_store(self.place, now=self.server.world.now)

    def acts(self) -> dict[str, list[object]]:
        """Give all that is held of what people did, by id."""
        with closing(self.open()) as store:
            held = store.about([account.id for account in store.accounts()])
            return {one.id or "": _plain(one) for one in held if isinstance(one, Interaction)}

    def run(self, options: Options) -> Tally | None:
        """Run once, and see that its cost is what arrived; None where it was killed, or came to nothing."""
        self.server.new_run()
        self._budget = float(options["budget"]) if "budget" in options else None
        self._since = options.get("since", "")
        self._spent = self._last = 0
        before = self._noted()
        tally = None
        try:
            with pytest.MonkeyPatch.context() as patch, closing(self.open()) as store:
                self._watch(patch)
                now = self.server.world.now - self.slow
                tally = pull(store, SOURCE, context=Context(now=now, options=options, wait=self._wait))
            self.ends[tally.stopped.why if tally.stopped else "all read"] += 1
            self.words.append(f"{tally.problems} {tally.stopped} {tally.notes} {tally.questions} {tally.remedies}")
        except KilledError:
            self.again[self._target] += PAGE
            self.ends["killed"] += 1
        except NothingReadError as error:
            self.ends["nothing read"] += 1
            self.words.append(f"{error!r} {error.__cause__!r} {error.__context__!r}")
        self.kill = 0
        noted, arrived = self._noted() - before, self.server.billed.thousandths
        # What was on its way to a killed run is in no books.
        assert noted == arrived or (tally is None and noted >= arrived - self._last)
        if tally is not None and tally.cost is not None:
            ids = self.server.billed.ids
            assert (tally.cost.posts, tally.cost.users) == (len(ids("post")), len(ids("user")))
        return tally

    def check_books(self) -> None:
        """See that nothing came twice but for what was on its way, that X was let alone, and the token went nowhere."""
        extra: Counter[Target] = Counter()
        for (target, _), times in self.bought.items():
            extra[target] += times - 1
        assert not extra - self.again
        assert (self.server.early, self.server.leaks) == ([], [])
        assert [each for each in self.words if TOKEN in each or "please report" in each] == []
        assert [each for each in self.acts() if each.removeprefix("x:").partition("#")[0] in self.gone] == []

    def _noted(self) -> int:
        with closing(self.open()) as store:
            return sum(round(1000 * run.cost.usd) for run in store.runs() if run.cost)

    # --- watched from within ---------------------------------------------------------------------------------------

    def _watch(self, patch: pytest.MonkeyPatch) -> None:
        """Be told of each request, answer and write."""
        send, write = client_module.Client._send, Store.write

        def watched_send(client: client_module.Client, *given: Any) -> tuple[int, bytes, float | None]:
            assert self._budget is None or self._spent + (self._spent and self._last) <= self._budget * 1000
            self._moment()
            answer = send(client, *given)
            self._note(self.server.requests[-1], answer[1])
            self._moment()
            return answer

        def watched_write(store: Store, *given: Any) -> Any:
            self._moment()
            written = write(store, *given)
            self._moment()
            return written

        patch.setattr(client_module.Client, "_send", watched_send)
        patch.setattr(Store, "write", watched_write)
        patch.setattr(run_module, "PAGE", PAGE)
        patch.setitem(client_module.WITH_POSTS, "max_results", PAGE)

    def _moment(self) -> None:
        self.kill -= 1
        if self.kill == 0:
            raise KilledError

    def _wait(self, seconds: float, why: str) -> None:
        assert 0 < seconds <= 130
        self.words.append(why)
        self._moment()
        self.server.world.now += timedelta(seconds=seconds)

    def _note(self, request: Request, body: bytes) -> None:
        self._target = target = request.path, request.params.get("query", "")
        if request.path.startswith("/2/lists"):
            # A list is read from its newest page on, each time, and anew where a token is too old.
            self.again[target] += self._swept[target] if request.status == 400 else 0
            self._swept[target] = PAGE + ("pagination_token" in request.params) * self._swept[target]
            self.again[target] += PAGE * ("pagination_token" not in request.params)
            # What is older than a --since can only be read so.
            self.again[target] += len(self.server.world.posts) if self._since else 0
        if not request.whole or request.status != 200:
            return
        if self.server.fault and self.server.fault(len(self.server.requests), request.path) is Fault.TWICE_ACROSS:
            self.again[target] += 1
        spent = self.server.billed.thousandths
        self._last, self._spent = spent - self._spent, spent
        page = json.loads(body.decode("utf-8-sig", "replace"))
        data = page.get("data") or []
        if not request.path.endswith("/members"):
            self.bought.update((target, each) for each in {one["id"] for one in _listed(data)})
            self.again[target] += sum(one.get("created_at", "9") < self._since for one in _listed(data))
        kinds = ("tweet", "post")
        self.gone |= {one["resource_id"] for one in page.get("errors", []) if one["resource_type"] in kinds}


@contextmanager
def listening(secret: str) -> Iterator[list[str]]:
    """Hear whatever is logged, at any level, and keep what holds a secret."""
    heard: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            text = f"{record.getMessage()} {record.exc_info}"
            heard.extend([text] if secret in text else [])

    loggers = [logging.root, *map(logging.getLogger, [*logging.root.manager.loggerDict])]
    levels = [one.level for one in loggers]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logging.root, "handlers", [Listener()])
        for one in loggers:
            one.setLevel(logging.DEBUG)
        yield heard
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)


def _listed(data: Any) -> Collection[Any]:
    return data if isinstance(data, list) else [data]


def _plain(act: Interaction) -> list[object]:
    # People change their handles, or are gone with theirs, and a post's address has one in it.
    item = (str(act.item.url).rpartition("/")[2], act.item.author and act.item.author.id) if act.item else None
    whom = sorted(each.account.id for each in act.to)
    return [act.kind, act.at, act.actor.id, whom, item, act.thread, act.parent, act.excerpt, act.source]
