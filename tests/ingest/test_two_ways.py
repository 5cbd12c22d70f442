"""Two ways through JSON lines, whole records and columns: whatever the lines hold, the store ends up the same."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.columns import Columns
from graph.model import Checkpoint, Owner, Problem, Record
from graph.rows import pack
from graph.stores import open_store
from ingest.registry import source
from ingest.source import Context
from tests.stores.reference import Dump, dump

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
INSTANTS = ["2009-04-24T09:30:00Z", "2010-05-05 10:00:00.25+02:00", "2026-11-09T00:00:00Z", "1970-01-01", "", None, 7]
WORDS = ["T", "U", " T  T ", "a\nb", "\x00", "\u202ex", "\ud83d\ude00", "A" * 2_100, None, 5, ""]

accounts = st.one_of(
    st.sampled_from(["x:1", "x:2", "x:@Ann", "email:Ann@Example.org", "manual:q#1", "x:", "bad", " x:5", None, 3]),
    st.fixed_dictionaries(
        {"network": st.sampled_from(["x", "email", "X"]), "id": st.sampled_from(["1", 2, "@Ann", "a@example.org"])},
        optional={
            "name": st.sampled_from(["Ann Lee", "Ann  Lee", "Ánn", "", *WORDS]),
            "handle": st.sampled_from(["@ann", "ann", ""]),
            "url": st.sampled_from(["https://a.example", "nowhere", ""]),
            "at": st.sampled_from(INSTANTS),
        },
    ),
)
items = st.fixed_dictionaries(
    {},
    optional={
        "url": st.sampled_from(["http://e.example/1", "http://e.example/2", "http://e.example/1#c", " ftp://e ", "/r"]),
        "title": st.sampled_from(WORDS),
        "kind": st.sampled_from(["post", "article", ""]),
        "author": accounts,
    },
)
acts = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["reply", "mention", "message", "like", "follow", "hum"]),
        "at": st.sampled_from(INSTANTS[:2] * 4 + INSTANTS),
        "actor": accounts,
    },
    optional={
        "id": st.sampled_from(["1", "2", 3, "x:4#reply", "a#b", " 7 ", None]),
        "to": st.one_of(accounts, st.lists(accounts, max_size=3)),
        "item": items,
        "thread": st.sampled_from(["t1", " t2", *WORDS]),
        "parent": st.sampled_from(["x:1#reply", 5]),
        "excerpt": st.sampled_from(["hello", *WORDS]),
        "private": st.booleans(),
        "source": st.sampled_from(["one", " two "]),
    },
)
rare = st.one_of(
    st.builds(lambda account, name: {"type": "account", "id": account, "name": name}, accounts, st.sampled_from(WORDS)),
    st.builds(lambda a, b: {"type": "same_as", "a": a, "b": b, "at": INSTANTS[0]}, accounts, accounts),
)
lines = st.one_of(
    acts.map(json.dumps),
    acts.map(json.dumps),
    rare.map(json.dumps),
    st.sampled_from(["broken", "", "{}", "[1]", "null"]),
)


def read(path: Path, *, bulk: bool) -> tuple[Dump, list[Problem]]:
    """Read a file into a store of its own, in columns or record by record, and give what is in it."""
    problems: list[Problem] = []
    with closing(open_store(path.with_suffix(f".{bulk}.db"), now=NOW)) as store:
        held: list[Record] = []
        for one in source("jsonl").read(path, Context(now=NOW, bulk=bulk)):
            if isinstance(one, Columns):
                store.write(one)
            elif isinstance(one, Problem):
                problems.append(one)
            elif not isinstance(one, Checkpoint | Owner):
                held.append(one)
        store.write(pack(held, now=NOW))
        store.settle()
        return dump(store), sorted(problems, key=lambda one: (one.where, one.why))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(held=st.lists(lines, min_size=1, max_size=14))
def test_columns_and_records_give_the_same_store(held: list[str]) -> None:
    first = '{"kind": "reply", "id": "z", "at": "2009-04-24T09:30:00Z", "actor": "x:1", "to": "x:2"}'
    with TemporaryDirectory() as folder:
        path = Path(folder) / "acts.jsonl"
        path.write_text("\n".join([first, *held]), encoding="utf-8", errors="surrogatepass")
        assert read(path, bulk=True) == read(path, bulk=False)
