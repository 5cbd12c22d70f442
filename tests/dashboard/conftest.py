"""The command line under test: run in a home of its own, over a small office of invented people."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dashboard.cli.app import root
from graph.model import Account, Addressee, Interaction, Item, Kind, SameAs
from graph.records.pack import pack
from graph.store.store import Store
from graph.stores import open_store

NOW = datetime(2020, 6, 15, 12, tzinfo=UTC)
MIA, ANN, ANN_X = "email:mia@example.org", "email:ann@example.org", "x:201"
BOB, CARA, ZED = "x:200", "x:300", "x:900"
SECRET = "the secret merger"  # noqa: S105 # a subject that no export may cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command line gave."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Its JSON."""
        assert self.code == 0, self.err
        return self.data_of_any()

    def data_of_any(self) -> Any:
        """Its JSON, whatever the exit code."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Cli:
    """Runs command lines against one store."""

    store: Path
    home: Path

    def __call__(self, *words: str, stdin: str | None = None, now: datetime = NOW) -> Done:
        """Run one."""
        result = CliRunner().invoke(
            root, list(words), obj=lambda: now, input=stdin, env={"INTROGRAPH_STORE": str(self.store)}
        )
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.stderr
        return Done(code=result.exit_code, out=result.stdout, err=result.stderr)

    def open(self) -> Store:
        """Open the store beside the command line; close it."""
        return open_store(self.store, now=NOW)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, in which nothing is set."""
    for name in ("INTROGRAPH_STORE", "INTROGRAPH_DEBUG", "NO_COLOR", "_INTROGRAPH_COMPLETE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def cli(home: Path) -> Cli:
    """A command line over a store that is not there yet."""
    return Cli(home / "people.db", home)


@pytest.fixture
def office(cli: Cli) -> Cli:
    """A command line over the office, in which I am Mia."""
    store = cli.open()
    store.write(pack(office_records(), now=NOW))
    store.refresh()
    store.set_profile("me", [MIA])
    store.close()
    return cli


@pytest.fixture
def tty(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets the command line believe that there is somebody to ask."""

    def believe() -> None:
        monkeypatch.setattr("dashboard.cli.console.Console.asks", True)

    return believe


def office_records() -> Iterator[Interaction | Account | SameAs]:
    """Mia writes with Ann; Ann, on X too, with Bob; Bob with Cara, on whose column Mia commented; nobody with Zed."""
    yield from _people()
    for days in (2, 9, 16, 23, 30, 60):
        yield act(Kind.MESSAGE, MIA, ANN, days, item=Item(title=SECRET), private=True, thread=f"t{days}")
        yield act(Kind.MESSAGE, ANN, MIA, days - 1, item=Item(title=f"Re: {SECRET}"), private=True, thread=f"t{days}")
        yield act(Kind.REPLY, ANN_X, BOB, days, item=Item(url=f"https://x.com/bob/status/{days}"), excerpt="Nice!")
        yield act(Kind.REPLY, BOB, ANN_X, days, item=Item(url=f"https://x.com/ann/status/{days}"))
        yield act(Kind.REPLY, BOB, CARA, days, item=Item(url=f"https://x.com/cara/status/{days}"))
        yield act(Kind.REPLY, CARA, BOB, days)
    column = Item(url="https://example.org/column", title="On columns", kind="article", author=Account(id=CARA))
    yield act(Kind.COMMENT, MIA, CARA, 5, item=column, excerpt="I disagree")
    yield act(Kind.MENTION, ZED, BOB, 700)
    yield SameAs(a=ANN, b=ANN_X, at=NOW, source="x-archive", confidence=0.9)


def _people() -> Iterator[Account]:
    yield Account(id=MIA, name="Mia Moss")
    yield Account(id=ANN, name="Ann Lee", org="Harbour Press", title="Editor")
    yield Account(id=ANN_X, name="Ann Lee", handle="annlee", url="https://x.com/annlee")
    yield Account(id=BOB, name="Bob Béranger", handle="bob_b")
    yield Account(id=CARA, name="Cara Quill", handle="cara", org="Quill & Sons")
    yield Account(id=ZED, name="Zed Zulu", handle="zed")
    yield Account(id="email:steve.park@example.org", name="Steve Park")
    yield Account(id="email:steve@example.com", name="Steve Park")


def act(
    kind: Kind,
    actor: str,
    to: str,
    days: float,
    *,
    item: Item | None = None,
    excerpt: str | None = None,
    thread: str | None = None,
    private: bool = False,
) -> Interaction:
    """One act so many days ago."""
    return Interaction(
        kind=kind,
        at=NOW - timedelta(days=days),
        actor=Account(id=actor),
        to=(Addressee(account=Account(id=to)),),
        item=item,
        excerpt=excerpt,
        thread=thread,
        private=private,
        source="test",
    )
