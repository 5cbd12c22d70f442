"""One Neo4j database as the place of a store: how it is reached, its transactions, and what its errors tell."""

import logging
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import TypeVar
from urllib.parse import unquote

from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity, Session, unit_of_work
from neo4j.exceptions import ClientError, ConfigurationError, DriverError, Neo4jError
from platformdirs import user_cache_path

from graph.errors import StoreError
from graph.model import from_micros, to_micros
from graph.store.backend import Transaction, check_version
from graph.store.documents import Check
from graph.stores import name_place
from graph.stores.neo4j.checkup import OLDEST, check_server, is_new_enough
from graph.stores.neo4j.diagnosis import HOW, explain
from graph.stores.neo4j.transaction import VERSION, Neo4jTransaction, Runner

_T = TypeVar("_T")
_PATIENCE = 3.0
"""Seconds to wait for a connection; twice as long, until it is one to a Neo4j."""
_AGAIN = 30.0
"""Seconds for which a transaction is begun again where the server, or the way to it, fails."""
_LONGEST = 600.0
"""Seconds after which the server ends a transaction that writes: of a program whose connection it did not see end."""
_WIPED_AT_ONCE = 10_000
_SCHEMA = (
    "CREATE CONSTRAINT store_only IF NOT EXISTS FOR (s:Store) REQUIRE s.only IS UNIQUE",
    "CREATE CONSTRAINT document_id IF NOT EXISTS FOR (d:Document) REQUIRE (d.kind, d.id) IS UNIQUE",
    "CREATE CONSTRAINT account_id IF NOT EXISTS FOR (a:Account) REQUIRE a.id IS UNIQUE",
    "CREATE CONSTRAINT account_key IF NOT EXISTS FOR (a:Account) REQUIRE a.key IS UNIQUE",
    "CREATE CONSTRAINT person_id IF NOT EXISTS FOR (p:Person) REQUIRE p.id IS UNIQUE",
    "CREATE CONSTRAINT item_id IF NOT EXISTS FOR (i:Item) REQUIRE i.id IS UNIQUE",
    "CREATE CONSTRAINT interaction_id IF NOT EXISTS FOR (i:Interaction) REQUIRE i.id IS UNIQUE",
    "CREATE INDEX account_changed IF NOT EXISTS FOR (a:Account) ON (a.changed)",
)
# Without a handler Python prints the driver's warnings; its errors say the same.
logging.getLogger("neo4j").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Where a database is, and who asks; `url` holds no password."""

    url: str
    database: str | None
    user: str
    password: str


def read_login(location: str) -> Login:
    """Take a URL apart: `neo4j://USER:PASSWORD@HOST:PORT/DATABASE`; what it lacks is in the environment.

    Raises:
        StoreError: If it names no host or no password, or the password's file is not private.
    """
    scheme, _, rest = location.partition("://")
    who, _, where = rest.rpartition("@")
    host, _, database = where.partition("/")
    user, _, password = who.partition(":")
    if not host:
        raise StoreError("the URL of a Neo4j names no host; write it like neo4j://localhost:7687")
    if extra := {"?", "#"} & set(where):
        raise StoreError(f"{name_place(location)} has a {extra.pop()}; name a database behind the host: /DATABASE")
    if host.rpartition("]")[2].partition(":")[2].strip("0123456789"):
        raise StoreError(
            f"{name_place(location)} can't be used, its port is no number; write it like neo4j://localhost:7687"
        )
    if database.strip("/").lower() == "system":
        raise StoreError(f"{name_place(location)} is the server's own database; name another one: /DATABASE")
    found = unquote(password) or os.environ.get("NEO4J_PASSWORD", "") or _read_password()
    if not found:
        raise StoreError(f"there is no password for {scheme}://{host}; {HOW}")
    return Login(
        url=f"{scheme.lower()}://{host}",
        database=unquote(database.strip("/")) or os.environ.get("NEO4J_DATABASE") or None,
        user=unquote(user) or os.environ.get("NEO4J_USERNAME") or "neo4j",
        password=found,
    )


def _read_password() -> str:
    named = os.environ.get("NEO4J_PASSWORD_FILE")
    if not named:
        return ""
    path = Path(named).expanduser()
    try:
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            how = f"make it yours alone: chmod 600 {quote(str(path))}"
            raise StoreError(f"{path} holds a password and others may read it; {how}")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise StoreError(f"{path}, named by NEO4J_PASSWORD_FILE, can't be read ({why})") from error


class Neo4jBackend:
    """One database of a server; the driver holds its connections."""

    batch_size = 5_000  # 150 MB of the server's heap; with ten times as many one of 1 GB is too small

    def __init__(self, location: str, *, now: datetime) -> None:
        self._login = read_login(location)
        self._day = now.date()
        self._location = name_place(location)
        self._agent = ""
        with self._telling():
            try:
                self._driver = self._connect()
            except ValueError as error:  # as the driver puts it where host or port are none
                raise StoreError(self._tell(ConfigurationError(str(error)))) from error
            try:
                self._create(now)
                self._uid = self.read(lambda transaction: transaction.state().uid)
            except BaseException:
                self._driver.close()
                raise

    @property
    def location(self) -> str:
        """The URL, without its password."""
        return self._location

    def cache_path(self, name: str) -> Path:
        """Tell where a cache lies: in the user's cache folder."""
        folder = user_cache_path("intrograph", appauthor=False)
        with suppress(OSError):  # then nothing is cached
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / f"neo4j-{self._uid}.{name}"

    def close(self) -> None:
        """Close every connection."""
        self._driver.close()

    def read(self, work: Callable[[Transaction], _T]) -> _T:
        """Read in one transaction; a server sees what others commit meanwhile."""
        with self._telling(), self._session() as session:
            return session.execute_read(lambda transaction: work(Neo4jTransaction(transaction, self._day)))

    def stream(self, work: Callable[[Transaction], Iterator[_T]]) -> Iterator[_T]:
        """Give one by one what is read in one transaction."""
        with self._telling(), self._session() as session:
            yield from work(Neo4jTransaction(session.begin_transaction(), self._day))

    def change(self, work: Callable[[Transaction], _T], patience: float | None = None) -> _T:
        """Write in one transaction, one after the other; again where the server asks for that."""
        return self._change(work, patience)

    def _change(self, work: Callable[[Neo4jTransaction], _T], patience: float | None = None) -> _T:
        @unit_of_work(timeout=_LONGEST)
        def attempt(managed: Runner) -> _T:
            transaction = Neo4jTransaction(managed, self._day)
            transaction.lock()
            done = work(transaction)
            transaction.settle()
            return done

        with self._telling(), self._session() as session:
            if patience is None:
                return session.execute_write(attempt)
            with session.begin_transaction(timeout=patience) as transaction:
                done = attempt(transaction)
                transaction.commit()
            return done

    def wipe(self) -> None:
        """Remove all nodes some thousands at a time, as a server takes no transaction of any size."""
        while self._change(lambda transaction: transaction.drop_nodes(_WIPED_AT_ONCE)):
            pass

        def work(transaction: Neo4jTransaction) -> None:
            transaction.renew()
            transaction.advance(removals=1)

        self._change(work)

    def scrub(self) -> None:
        """Do nothing: a server overwrites what was removed by and by, and keeps its log as it is set up to."""

    def checks(self) -> Iterator[Check]:
        """Look at the server and the store in it."""
        made = from_micros(self.read(lambda transaction: transaction.state()).created).date()
        yield Check(name="format", value=f"version {VERSION}, made on {made}, by {self._agent}")
        with self._telling(), self._session() as session:
            yield from check_server(session, encrypted="+" in self._login.url.partition("://")[0])

    def _connect(self) -> Driver:
        return GraphDatabase.driver(
            self._login.url,
            auth=(self._login.user, self._login.password),
            connection_timeout=_PATIENCE,
            connection_acquisition_timeout=2 * _PATIENCE,
            max_transaction_retry_time=_AGAIN,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        )

    @contextmanager
    def _session(self) -> Iterator[Session]:
        # So that on a cluster what is read is never older than what was there, or was written, before.
        noted = self._driver.execute_query_bookmark_manager
        session = self._driver.session(database=self._login.database, fetch_size=1_000, bookmark_manager=noted)
        try:
            yield session
        except KeyboardInterrupt:
            self._driver.close()  # else the session would wait for a server that may be silent to take all back
            raise
        finally:
            session.close()

    def _create(self, now: datetime) -> None:
        """Make the store in an empty database, where no other program did meanwhile."""
        self._agent = str(self._driver.get_server_info().agent)
        if not is_new_enough(self._agent):
            oldest = ".".join(map(str, OLDEST))
            raise StoreError(f"{self.location} is {self._agent}, and this needs Neo4j {oldest} or newer; update it")
        with self._session() as session:
            # In this order: another program may make the store meanwhile, whose node comes ahead of all others.
            used = session.run("RETURN EXISTS {MATCH ()}").single(strict=True).value()
            state = "OPTIONAL MATCH (s:Store) RETURN s.version, s.uid IS NULL"
            held, new = session.run(state).single(strict=True)
            if held is None and used:
                raise StoreError(
                    f"{self.location} holds nodes of another program; name another database (URL/DATABASE)"
                )
            if held is not None:
                check_version(self.location, held, VERSION)
            if new:  # or imported from files
                for statement in _SCHEMA:  # again where two programs that start together hold each other up
                    try:
                        session.execute_write(lambda transaction, one: transaction.run(one).consume(), statement)
                    except ClientError as error:  # IF NOT EXISTS is asked before the other one has made it
                        if not str(error.code).endswith("EquivalentSchemaRuleAlreadyExists"):
                            raise
                session.execute_write(lambda transaction: Neo4jTransaction(transaction, self._day).make(to_micros(now)))

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn the driver's errors into ours."""
        try:
            yield
        except (DriverError, Neo4jError) as error:
            raise StoreError(self._tell(error)) from error

    def _tell(self, error: DriverError | Neo4jError) -> str:
        login = self._login
        return explain(error, place=self.location, url=login.url, user=login.user, reached=bool(self._agent))
