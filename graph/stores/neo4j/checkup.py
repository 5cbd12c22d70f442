"""What a server says of itself, for `doctor`; what this user may not ask, or this server doesn't know, is left out."""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from neo4j import Session
from neo4j.exceptions import ClientError

from graph.store.documents import Check

OLDEST = (5, 21)
"""The release from which on Neo4j knows all that we ask."""
_APART = 180
"""Seconds that two clocks may differ by."""
_KEPT = 7 * 24
"""Hours that what was removed may stay in a server's log."""
_ABOUT = """
CALL dbms.components() YIELD edition WITH edition WHERE edition <> '' CALL db.info() YIELD name
RETURN edition, name, timestamp()
"""
_ACCESS = "SHOW DATABASES YIELD name, access WHERE name = $name RETURN DISTINCT access"
_LOG = """
SHOW SETTINGS YIELD name, value WHERE name IN ['db.tx_log.rotation.retention_policy', 'db.tx_log.rotation.size']
RETURN collect(value)
"""


def is_new_enough(agent: str) -> bool:
    """Tell whether a server, as it calls itself, is a Neo4j that we can use: `Neo4j/5.26.26`, `Neo4j/5.27-aura`."""
    version = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST


def check_server(session: Session, *, encrypted: bool) -> Iterator[Check]:
    """Ask a server for its edition, database, clock and transaction log."""
    for edition, name, millis in _ask(session, _ABOUT):
        how = "encrypted" if encrypted else "not encrypted"
        yield Check(name="server", value=f"{edition} edition, database {name}, {how}")
        if ["read-only"] in _ask(session, _ACCESS, name=name):
            advice = "nothing can be brought in; allow it on the server, or name another database (URL/DATABASE)"
            yield Check(name="access", value="read-only", advice=advice)
        yield check_clock(millis / 1_000 - time.time())
    for (found,) in _ask(session, _LOG):
        yield check_log(*found)


def check_clock(apart: float) -> Check:
    """Look at by how many seconds a server's clock is ahead of this machine's."""
    value = f"{abs(apart):.0f} s {'ahead of' if apart > 0 else 'behind'} this machine's"
    advice = "set both right: by this machine's it is judged what today is, and which certificates are valid"
    return Check(name="clock", value=value, advice=advice if abs(apart) > _APART else None)


def check_log(policy: str, size: str) -> Check:
    """Look at how long a server's transaction log holds what was removed."""
    bound = re.match(r"(\d+) (hour|day)", policy)
    hours = int(bound[1]) * (24 if bound[2] == "day" else 1) if bound else 0
    long = hours > _KEPT or policy in ("true", "keep_all")
    advice = "it holds what was removed; set db.tx_log.rotation.retention_policy to '2 days' on the server"
    return Check(name="log", value=f"kept {policy}, in files of {size}", advice=advice if long else None)


def _ask(session: Session, query: str, **values: str) -> list[list[Any]]:
    with suppress(ClientError):
        return session.run(query, values).values()
    return []
