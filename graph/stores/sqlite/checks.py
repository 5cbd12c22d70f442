"""What `doctor` looks at inside the file: its version, whether it is whole, which caches lie beside it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from graph.model import from_micros
from graph.store.documents import Check
from graph.stores.sqlite.database import load_state
from graph.stores.sqlite.schema import VERSION

_SHOWN = 3


def look(connection: sqlite3.Connection, path: Path) -> Iterator[Check]:
    """Look at an open store; reads the whole file once."""
    state = load_state(connection)
    made = from_micros(state.created).date()
    yield Check(name="format", value=f"version {VERSION}, made on {made}, by SQLite {sqlite3.sqlite_version}")
    found = [row[0] for row in connection.execute("PRAGMA quick_check(10)")]
    whole = found == ["ok"]
    yield Check(
        name="whole",
        value="yes" if whole else f"damaged: {'; '.join(found[:_SHOWN])}",
        advice=None if whole else "restore it from a copy, or ingest again into a new store",
    )
    broken = connection.execute("SELECT count(*) FROM job WHERE position <> ''").fetchone()[0]
    yield Check(
        name="settled",
        value="yes" if not broken else f"{broken} interrupted {'ingest' if broken == 1 else 'ingests'}",
        advice=None if not broken else "type the interrupted command again; it goes on from where it was",
    )
    caches = sorted(one.name for one in path.parent.glob(f"{path.name}.*") if one.is_file())
    yield Check(name="caches", value=", ".join(caches) or "none yet: the first question makes them")
