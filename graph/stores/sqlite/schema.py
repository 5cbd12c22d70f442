"""The schema of the embedded store.

In every table 0 stands for "no date" and '' for "no text": binding NULL costs Python's sqlite3 module ten times as much
as binding a number or a text, and every real date is after 1970.
"""

import secrets
import sqlite3
from datetime import datetime

from graph.errors import StoreError
from graph.model import to_micros
from graph.store.backend import check_version

APPLICATION = 0x49475231
"""`PRAGMA application_id`: tells our files from other SQLite files."""

_TABLES = """
CREATE TABLE state (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  uid TEXT NOT NULL,            -- caches of another store are told by it
  secret BLOB NOT NULL,         -- key of the suppression's HMAC
  created INTEGER NOT NULL,     -- micros
  generation INTEGER NOT NULL,  -- transactions that changed the graph
  removals INTEGER NOT NULL     -- transactions that removed something: what was made before may name who is gone
) STRICT;

CREATE TABLE source (
  key INTEGER PRIMARY KEY,      -- from 0, in the order of their first interaction: the bit in TieRows.sources
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE account (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  handle TEXT NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  org TEXT NOT NULL,
  title TEXT NOT NULL,
  at INTEGER NOT NULL,          -- the newest date at which one of these was true
  dates TEXT NOT NULL,          -- '' where they share it, else one each, as JSON
  changed INTEGER NOT NULL      -- the generation that they are of, for the index of names
) STRICT;
CREATE INDEX account_changed ON account(changed);

CREATE TABLE item (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,      -- its URL; one that begins with ~ is a hash
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  author INTEGER,
  at INTEGER NOT NULL,          -- as for accounts
  dates TEXT NOT NULL
) STRICT;
CREATE INDEX item_author ON item(author) WHERE author IS NOT NULL;

CREATE TABLE interaction (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  digest BLOB NOT NULL,
  source INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor INTEGER NOT NULL,
  item INTEGER,
  thread TEXT NOT NULL,
  parent TEXT NOT NULL,
  excerpt TEXT NOT NULL,
  private INTEGER NOT NULL,
  addressees TEXT NOT NULL,     -- JSON: the code of the role by the key of the account
  share INTEGER NOT NULL        -- how many addressees it came with, those included who were left out since
) STRICT;
CREATE INDEX interaction_item ON interaction(item, actor, kind, at) WHERE item IS NOT NULL;

CREATE TABLE act (              -- an interaction by actor and addressee: one row for each addressee but the actor
  actor INTEGER NOT NULL,
  addressee INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  share INTEGER NOT NULL,
  interaction INTEGER NOT NULL,
  source INTEGER NOT NULL
) STRICT;
CREATE INDEX act_pair ON act(actor, addressee);
CREATE INDEX act_interaction ON act(interaction);

CREATE TABLE document (         -- what there is little of: rare records, lists, rules, runs, hashes of the forgotten, …
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  body BLOB NOT NULL,           -- JSON
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
"""

VERSION = 8
"""Counted up with each change to the tables; those up to 7 were never released, so nothing leads on from them."""


def check_ours(connection: sqlite3.Connection, location: str) -> bool:
    """Tell whether an open file holds a store; False where it is empty.

    Raises:
        StoreError: If it is not a store of ours, or one of another version.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION:
        if application or version or connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            raise StoreError(
                f"{location} is an SQLite file of another program; name another path with --store, and it is created"
            )
        return False
    check_version(location, version, VERSION)
    return True


def create(connection: sqlite3.Connection, location: str, now: datetime) -> None:
    """Make the tables in an empty file, in one transaction, where no other program did meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not check_ours(connection, location):
            make_tables(connection, now)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def make_tables(connection: sqlite3.Connection, now: datetime) -> None:
    """Make the tables, with a key and identity of their own, within the transaction at hand."""
    for statement in _statements(_TABLES):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(
        "INSERT INTO state VALUES (1, ?, ?, ?, 0, 0)", (secrets.token_hex(16), secrets.token_bytes(32), to_micros(now))
    )
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _statements(script: str) -> list[str]:
    """Part a script; `executescript` would commit what is open."""
    statements: list[str] = []
    held = ""
    for part in script.split(";"):
        held += part + ";"
        if sqlite3.complete_statement(held):
            statements.append(held.strip())
            held = ""
    return statements
