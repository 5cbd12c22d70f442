"""The stores: one package each, a backend of `graph.store.store.Store`."""

import re
from datetime import date, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from graph.errors import StoreError

if TYPE_CHECKING:
    from graph.store.store import Store

ARGUMENTS = "arguments"
"""The file that holds the arguments of `neo4j-admin database import`, beside those that it names."""
_SQLITE = "sqlite:///"
_OPEN = ("neo4j", "bolt")
_SERVERS = (*_OPEN, "neo4j+s", "neo4j+ssc", "bolt+s", "bolt+ssc")


def open_store(location: str | Path, *, now: datetime) -> "Store":
    """Open the store at a place; a file that is not there yet is created.

    Args:
        location: `sqlite:///PATH`, or a path; or a Neo4j's URL, `neo4j://USER:PASSWORD@HOST/DATABASE`.
        now: The clock.

    Raises:
        StoreError: If it can't be opened, is not a store of ours, or is of a kind that this version does not have.
    """
    from graph.store.store import Store  # costs NumPy's import: only where a store is opened

    place = str(location)
    scheme, mark, _ = place.partition("://")
    if mark and scheme.lower() in _SERVERS:
        from graph.stores.neo4j.database import Neo4jBackend

        return Store(Neo4jBackend(place, now=now))
    if not mark and place.partition(":")[0].lower() in _SERVERS:
        raise StoreError(f"{name_place(place)} is no path; a Neo4j's URL is written neo4j://HOST")
    if place.lower().startswith(_SQLITE):
        place = place[len(_SQLITE) :]
    elif mark:
        raise StoreError(f"{scheme}:// is no kind of store; give a path, sqlite:///PATH, or neo4j://HOST")
    if not place:
        raise StoreError("the store's path is empty; give one with --store")
    from graph.stores.sqlite.database import SqliteBackend

    return Store(SqliteBackend(Path(place).expanduser(), now=now))


def name_place(location: str) -> str:
    """Name a store's place as it may be shown: without a password."""
    scheme, mark, rest = location.partition("://" if "://" in location else ":")
    server = scheme.lower() in _SERVERS
    if not mark or (mark == ":" and not server):
        return location
    user, at, host = rest.rpartition("@")
    if mark == ":":
        return f"{scheme}:{host}"
    if server:  # what stands for a port and is none may be a password whose host was left out
        host = re.sub(r"(?<=[^:/]):(?!\d+(/|$))[^\]/]*(?=/|$)", "", host)
    return f"{scheme}{mark}{user.partition(':')[0]}{at}{host}"


def is_here(location: str) -> bool:
    """Tell whether a place is on this machine."""
    if "://" not in location:
        return True
    try:
        host = urlsplit(name_place(location)).hostname or ""
    except ValueError:  # no address; opening it says so
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or location.partition("://")[0].lower() not in _SERVERS


def is_exposed(location: str) -> bool:
    """Tell whether what is read and written goes to another machine unencrypted."""
    return not is_here(location) and location.partition("://")[0].lower() in _OPEN


def write_import_files(store: "Store", folder: Path, today: date) -> None:
    """Write a store as files for `neo4j-admin database import`; see `import_files.write_files`."""
    from graph.stores.neo4j.import_files import write_files

    write_files(store, folder, today)
