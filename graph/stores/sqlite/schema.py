"""The schema of the embedded store, and the way from one version to the next.

In every table 0 stands for "no date" and '' for "no text": binding NULL costs Python's sqlite3 module ten times as much
as binding a number or a text, and every real date is after 1970.
"""

import secrets
import sqlite3
from collections.abc import Callable
from datetime import datetime

from graph.errors import StoreError
from graph.model import to_micros
from graph.stores.sqlite import asks, narrowed, rehash

APPLICATION = 0x49475231
"""`PRAGMA application_id`: tells our files from other SQLite files."""

_FIRST = """
CREATE TABLE state (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  uid TEXT NOT NULL,            -- caches of another store are told by it
  secret BLOB NOT NULL,         -- key of the suppression's HMAC
  created INTEGER NOT NULL,     -- micros
  generation INTEGER NOT NULL,  -- transactions that changed the graph
  removals INTEGER NOT NULL,    -- transactions that removed accounts or many interactions: keys and columns are stale
  next_account INTEGER NOT NULL,
  next_item INTEGER NOT NULL,
  next_interaction INTEGER NOT NULL,
  absorbed INTEGER NOT NULL,    -- act holds the interactions up to this key
  next_touch INTEGER NOT NULL,
  pruned INTEGER NOT NULL,      -- touched holds the touches from this one on
  pruned_names INTEGER NOT NULL,-- renamed holds what came after this generation
  recount INTEGER NOT NULL      -- whether tally must be counted anew
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
  title TEXT NOT NULL
) STRICT;
CREATE TABLE account_at (       -- when that was said; apart, because most batches change nothing but these dates
  key INTEGER PRIMARY KEY REFERENCES account,
  mark INTEGER NOT NULL,        -- hash of the texts where they share a date, else 0
  at INTEGER NOT NULL,          -- the newest date
  dates TEXT NOT NULL           -- '' where the texts share a date, else one each, as JSON
) STRICT;

CREATE TABLE renamed (          -- accounts whose texts changed since the name index was made, and from when
  generation INTEGER NOT NULL,
  account INTEGER NOT NULL,
  PRIMARY KEY (generation, account)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER account_renamed AFTER UPDATE OF handle, name, url, org, title ON account
WHEN (old.handle, old.name, old.url, old.org, old.title) <> (new.handle, new.name, new.url, new.org, new.title)
BEGIN INSERT OR IGNORE INTO renamed SELECT generation + 1, new.key FROM state; END;

CREATE TABLE item (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL,             -- its URL; one that begins with ~ is a hash
  hash INTEGER NOT NULL,        -- of the id
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  author INTEGER REFERENCES account,
  mark INTEGER NOT NULL,        -- as for accounts
  at INTEGER NOT NULL,
  dates TEXT NOT NULL
) STRICT;
CREATE INDEX item_hash ON item(hash);
CREATE INDEX item_author ON item(author) WHERE author IS NOT NULL;

CREATE TABLE interaction (
  key INTEGER PRIMARY KEY,      -- rises: what was written later has a larger one
  id TEXT NOT NULL,
  hash INTEGER NOT NULL,        -- of the id: an index of ids would be twice as large
  core INTEGER NOT NULL,        -- bytes 1 to 8 of the digest
  excerpt_hash INTEGER NOT NULL,-- bytes 9 to 16
  source INTEGER NOT NULL REFERENCES source,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor INTEGER NOT NULL REFERENCES account,
  item INTEGER REFERENCES item,
  thread TEXT NOT NULL,
  parent TEXT NOT NULL,
  excerpt TEXT NOT NULL,
  private INTEGER NOT NULL,
  addressee INTEGER REFERENCES account, -- the only one, role `to`; else NULL
  addressees BLOB,              -- else: their keys (4 bytes each, little-endian), then their roles (1 byte each)
  share INTEGER NOT NULL        -- how many addressees it had when written, forgotten ones included
) STRICT;
CREATE INDEX interaction_hash ON interaction(hash, core, excerpt_hash, source);
CREATE INDEX interaction_item ON interaction(item, actor, kind, at) WHERE item IS NOT NULL;

CREATE TABLE act (              -- one row an interaction and addressee other than its actor; filled by absorbing
  actor INTEGER NOT NULL REFERENCES account,
  addressee INTEGER NOT NULL REFERENCES account,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  interaction INTEGER NOT NULL REFERENCES interaction,
  share INTEGER NOT NULL,
  source INTEGER NOT NULL,
  PRIMARY KEY (actor, addressee, kind, at, interaction)
) STRICT, WITHOUT ROWID;

CREATE TABLE touched (          -- pairs that lost or changed an act: columns made before must take them anew
  seq INTEGER PRIMARY KEY,
  actor INTEGER NOT NULL,
  addressee INTEGER NOT NULL
) STRICT;

CREATE TABLE tally (
  kind INTEGER NOT NULL,
  source INTEGER NOT NULL REFERENCES source,
  count INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (kind, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE assertion (
  id TEXT PRIMARY KEY,
  a INTEGER NOT NULL REFERENCES account,
  b INTEGER NOT NULL REFERENCES account,
  same INTEGER NOT NULL,
  source TEXT NOT NULL,
  confidence REAL NOT NULL,
  at INTEGER NOT NULL,
  retracted INTEGER NOT NULL    -- counts while it is not before `at`
) STRICT, WITHOUT ROWID;

CREATE TABLE declared (
  id TEXT PRIMARY KEY,
  a INTEGER NOT NULL REFERENCES account,
  b INTEGER NOT NULL REFERENCES account,
  said_by INTEGER REFERENCES account,
  closeness TEXT NOT NULL,
  how TEXT NOT NULL,
  since TEXT NOT NULL,
  source TEXT NOT NULL,
  at INTEGER NOT NULL,
  retracted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE introduction (
  id TEXT PRIMARY KEY,
  by INTEGER NOT NULL REFERENCES account,
  person INTEGER NOT NULL REFERENCES account,
  to_ INTEGER NOT NULL REFERENCES account,
  initiator INTEGER REFERENCES account,
  source TEXT NOT NULL,
  retracted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE step (
  introduction TEXT NOT NULL REFERENCES introduction ON DELETE CASCADE,
  at INTEGER NOT NULL,
  state INTEGER NOT NULL,
  note TEXT NOT NULL,
  url TEXT NOT NULL,
  PRIMARY KEY (introduction, at, state, note, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
  list TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES account,
  PRIMARY KEY (list, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE profile (
  name TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES account,
  PRIMARY KEY (name, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE rule (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (
  job TEXT PRIMARY KEY,
  position TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  key INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  at INTEGER NOT NULL,
  new INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  problems INTEGER NOT NULL,
  seconds REAL NOT NULL
) STRICT;

CREATE TABLE problem (
  key INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  place TEXT NOT NULL,
  why TEXT NOT NULL,
  count INTEGER NOT NULL
) STRICT;
CREATE INDEX problem_run ON problem(run);

CREATE TABLE suppressed (       -- forgotten accounts, and items named after them, as HMACs of their ids
  mac BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;
"""

_SEALS = """
CREATE TABLE seal (             -- see `Store.seals`
  seal TEXT PRIMARY KEY,
  read TEXT NOT NULL            -- JSON: how many interactions of each kind code
) STRICT, WITHOUT ROWID;
"""

MIGRATIONS: tuple[str | Callable[[sqlite3.Connection], None], ...] = (
    _FIRST,
    rehash.rehash,
    _SEALS,
    narrowed.TABLE,
    rehash.TABLE,
    asks.TABLE,
)
"""What leads from each version to the next; never changed once released, only appended."""

VERSION = len(MIGRATIONS)


def check_ours(connection: sqlite3.Connection, location: str) -> int:
    """Tell the schema version of an open file; 0 where it is empty.

    Raises:
        StoreError: If it is not a store of ours, or one of a newer version.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION:
        if application or version or connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            raise StoreError(
                f"{location} is an SQLite file of another program; name another path with --store, and it is created"
            )
        return 0
    if version > VERSION:
        raise StoreError(
            f"{location} has schema version {version}, and this intrograph knows up to {VERSION}; "
            "update intrograph, or name another store"
        )
    return version


def migrate(connection: sqlite3.Connection, location: str, now: datetime) -> None:
    """Bring a file to the present version, in one transaction; a new file gets its state."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        create(connection, check_ours(connection, location), now)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def create(connection: sqlite3.Connection, version: int, now: datetime) -> None:
    """Make the tables, from those of an earlier version on, within the transaction at hand."""
    for step in MIGRATIONS[version:]:
        if isinstance(step, str):
            for statement in _statements(step):
                connection.execute(statement)
        else:
            step(connection)
    if version == 0:
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(
            "INSERT INTO state VALUES (1, ?, ?, ?, 0, 0, 1, 1, 1, 0, 1, 1, 0, 0)",
            (secrets.token_hex(16), secrets.token_bytes(32), to_micros(now)),
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
