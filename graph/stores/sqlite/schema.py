"""The schema of the embedded store.

In every table 0 stands for "no date" and '' for "no text": binding NULL costs Python's sqlite3 module ten times as much
as binding a number or a text, and every real date is after 1970.
"""

import secrets
import sqlite3
from datetime import datetime

from graph.errors import StoreError
from graph.model import from_micros, to_micros

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
  author INTEGER REFERENCES account,
  at INTEGER NOT NULL,          -- as for accounts
  dates TEXT NOT NULL
) STRICT;
CREATE INDEX item_author ON item(author) WHERE author IS NOT NULL;

CREATE TABLE interaction (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  digest BLOB NOT NULL,
  source INTEGER NOT NULL REFERENCES source,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor INTEGER NOT NULL REFERENCES account,
  item INTEGER REFERENCES item,
  thread TEXT NOT NULL,
  parent TEXT NOT NULL,
  excerpt TEXT NOT NULL,
  private INTEGER NOT NULL,
  addressees TEXT NOT NULL,     -- JSON: the code of the role by the key of the account
  share INTEGER NOT NULL        -- how many addressees it came with, those included who were left out since
) STRICT;
CREATE INDEX interaction_item ON interaction(item, actor, kind, at) WHERE item IS NOT NULL;

CREATE TABLE act (              -- an interaction by actor and addressee: one row for each addressee but the actor
  actor INTEGER NOT NULL REFERENCES account,
  addressee INTEGER NOT NULL REFERENCES account,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  share INTEGER NOT NULL,
  interaction INTEGER NOT NULL REFERENCES interaction,
  source INTEGER NOT NULL
) STRICT;
CREATE INDEX act_pair ON act(actor, addressee);
CREATE INDEX act_interaction ON act(interaction);

CREATE TABLE narrowed (         -- interactions that an exclusion took somebody out of
  interaction INTEGER NOT NULL,
  whole TEXT NOT NULL,          -- hash of the id that it had with them; several may be one without them
  stale INTEGER NOT NULL,       -- whether an exclusion ended since
  PRIMARY KEY (interaction, whole)
) STRICT, WITHOUT ROWID;
CREATE INDEX narrowed_whole ON narrowed(whole);
CREATE TRIGGER narrowed_gone AFTER DELETE ON interaction
BEGIN DELETE FROM narrowed WHERE interaction = old.key; END;

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

CREATE TABLE job (              -- inputs that were begun
  name TEXT PRIMARY KEY,
  position TEXT NOT NULL,       -- where an interrupted one goes on
  counts TEXT NOT NULL          -- what was read of one that is done, as JSON; else ''
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

CREATE TABLE recent (           -- whom each profile asked for lately: no part of the graph
  key INTEGER PRIMARY KEY,      -- rises: of two asks at one instant the later one has a larger one
  profile TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES account,
  at INTEGER NOT NULL,
  UNIQUE (profile, account)
) STRICT;
"""

VERSION = 7
"""Counted up with each change to the tables; those up to 6 were never released, so nothing leads on from them."""


def read_date(micros: int) -> datetime | None:
    """Give the date of a column; 0 stands for none."""
    return from_micros(micros) if micros else None


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
    if version != VERSION:
        do = "update intrograph, or name another store" if version > VERSION else "ingest again into a new store"
        raise StoreError(f"{location} has schema version {version}, and this intrograph knows version {VERSION}; {do}")
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
