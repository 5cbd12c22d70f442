"""How fast pages of X's API are read and written, each in a transaction of its own, and what they take of memory."""

import json
import os
import random
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.figures import Figure
from graph.stores import open_store
from ingest.pull.pull import pull
from ingest.source import Context, LiveRun
from ingest.sources.x import SOURCE
from ingest.sources.x.client import Client
from ingest.sources.x.run import XRun
from ingest.sources.x.wanted import read_options

PAGES = 1_000
PEOPLE = 5_000
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
_PAGE = 100


class _Paged(Client):
    """A client whose answers are made beforehand, so that the network costs nothing."""

    def __init__(self, pages: list[bytes]) -> None:
        super().__init__(NOW, None, patient=False)
        self._pages = iter(pages)

    def _send(self, method: str, route: str, params: Any) -> tuple[int, bytes, float | None]:
        del method, params
        if route.endswith("/tweets"):
            return 200, next(self._pages), None
        if route.endswith("/members"):
            return 200, b'{"meta": {"result_count": 0}}', None
        return 200, b'{"data": {"id": "1", "name": "bench"}}', None


def run(pages: int = PAGES) -> Iterator[Figure]:
    """Measure the posts of a list, which may have any number of pages, into an empty embedded store."""
    os.environ.setdefault("X_BEARER_TOKEN", "none")
    bodies = [make_page(number, pages) for number in range(pages)]
    seconds = read(bodies)
    size = f"{sum(map(len, bodies)) / pages / _PAGE:.0f} bytes a post, {PEOPLE:,} people"
    rate = pages * _PAGE / seconds / 1000
    what = f"x: {pages * _PAGE:,} posts in pages of {_PAGE}, each written by itself"
    yield Figure(what=what, value=rate, unit="k posts/s", bar=10, at_least=True, note=size)
    peaks = []
    for many in (pages // 10, pages // 2):
        tracemalloc.start()
        read([make_page(number, many) for number in range(many)])
        peaks.append(tracemalloc.get_traced_memory()[1] / many / 1024)
        tracemalloc.stop()
    yield Figure(
        what="memory a page, beyond the page itself", value=peaks[1], unit="kB", note=f"a tenth: {peaks[0]:.0f}"
    )


def read(bodies: list[bytes]) -> float:
    """Pull pages into a new store, and give the seconds."""

    def begin(context: Context, estimating: bool) -> LiveRun:
        del estimating
        return XRun(read_options(context), context, _Paged(bodies))

    with TemporaryDirectory() as folder:
        store = open_store(Path(folder, "people.db"), now=NOW)
        begun = perf_counter()
        tally = pull(store, replace(SOURCE, live=begin), context=Context(now=NOW, options={"list": "5"}))
        seconds = perf_counter() - begun
        assert tally.cost is not None
        assert (tally.problem_count, tally.cost.requests) == (0, len(bodies) + 2)
        store.close()
    return seconds


def make_page(number: int, pages: int) -> bytes:
    """Make a page of posts, newest first: a third answers, a third mentions, the others quote or repeat."""
    draw = random.Random(number)
    posts, along = [], []
    users: dict[int, dict[str, str]] = {}
    for place in range(_PAGE):
        age = number * _PAGE + place
        author, other = draw.sample(range(PEOPLE), 2)
        id_ = str(1_990_000_000_000_000_000 - age * 1_000)
        post: dict[str, object] = {
            "id": id_,
            "edit_history_tweet_ids": [id_],
            "author_id": str(1_000 + author),
            "conversation_id": id_,
            "created_at": f"{NOW - timedelta(minutes=age):%Y-%m-%dT%H:%M:%S}.000Z",
            "text": f"@p{other} two pages on letters of introduction, and how to write one that is read by many",
        }
        mention = {"start": 0, "end": 5, "username": f"p{other}", "id": str(1_000 + other)}
        match age % 3:
            case 0:
                post |= {"in_reply_to_user_id": str(1_000 + other), "entities": {"mentions": [mention]}}
                post["referenced_tweets"] = [{"type": "replied_to", "id": str(int(id_) - 7)}]
            case 1:
                post["entities"] = {"mentions": [mention]}
            case 2:
                post["referenced_tweets"] = [{"type": draw.choice(("quoted", "retweeted")), "id": str(int(id_) - 7)}]
        if "referenced_tweets" in post:
            along.append({"id": str(int(id_) - 7), "author_id": str(1_000 + other), "text": "what is answered"})
        posts.append(post)
        users |= {
            one: {"id": str(1_000 + one), "name": f"Person {one}", "username": f"p{one}"} for one in (author, other)
        }
    meta = {"result_count": _PAGE} | ({"next_token": f"t{number}"} if number + 1 < pages else {})
    return json.dumps(
        {"data": posts, "includes": {"users": list(users.values()), "tweets": along}, "meta": meta}
    ).encode()
