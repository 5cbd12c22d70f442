"""The stores: one package each, all behind `graph.store.store.Store`."""

from datetime import datetime
from pathlib import Path

from graph.errors import StoreError
from graph.store.store import Store

_SQLITE = "sqlite:///"
_SERVERS = ("neo4j:", "neo4j+s:", "neo4j+ssc:", "bolt:", "bolt+s:", "bolt+ssc:")


def open_store(location: str | Path, *, now: datetime) -> Store:
    """Open the store at a place; a file that is not there yet is created.

    Args:
        location: `sqlite:///PATH`, or a path.
        now: The clock.

    Raises:
        StoreError: If it can't be opened, is not a store of ours, or is of a kind that this version does not have.
    """
    from graph.store.store import Store  # these cost NumPy's import: only where a store is opened
    from graph.stores.sqlite.database import SqliteBackend

    place = str(location)
    if place.lower().startswith(_SERVERS):
        raise StoreError("this version keeps its store in a file and knows no Neo4j yet; give a path with --store")
    if place.lower().startswith(_SQLITE):
        place = place[len(_SQLITE) :]
    elif "://" in place:
        raise StoreError(f"{place.partition('://')[0]}:// is no kind of store; give a path, or sqlite:///PATH")
    if not place:
        raise StoreError("the store's path is empty; give one with --store")
    return Store(SqliteBackend(Path(place).expanduser(), now=now))
