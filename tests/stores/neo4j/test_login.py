"""Where a Neo4j is and who asks: taken from the URL, else from the environment; the password is shown nowhere."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard.cli.app import root
from graph.errors import StoreError
from graph.stores import is_exposed, is_here, name_place, open_store
from graph.stores.neo4j.database import Login, read_login
from tests.graph.records import NOW

SECRET = "p@ss/w:rd"  # noqa: S105 # invented
QUOTED = "p%40ss%2Fw%3Ard"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USERNAME", "PASSWORD", "PASSWORD_FILE", "DATABASE"):
        monkeypatch.delenv(f"NEO4J_{name}", raising=False)


@pytest.mark.parametrize(
    ("place", "login"),
    [
        (f"neo4j://ann:{QUOTED}@host:7688/graph", ("neo4j://host:7688", "graph", "ann", SECRET)),
        (f"neo4j+s://:{QUOTED}@host", ("neo4j+s://host", None, "neo4j", SECRET)),
        (f"BOLT://neo4j:{SECRET}@[::1]:7687/", ("bolt://[::1]:7687", None, "neo4j", SECRET)),
    ],
)
def test_a_url_holds_it_all(place: str, login: tuple[str, str | None, str, str]) -> None:
    url, database, user, password = login
    assert read_login(place) == Login(url=url, database=database, user=user, password=password)


def test_what_the_url_lacks_is_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("NEO4J_PASSWORD_FILE", str(file))
    assert read_login("neo4j://host") == Login(url="neo4j://host", database=None, user="neo4j", password=SECRET)
    monkeypatch.setenv("NEO4J_USERNAME", "bo")
    monkeypatch.setenv("NEO4J_PASSWORD", "other")
    monkeypatch.setenv("NEO4J_DATABASE", "people")
    others = ("bolt://host", "bolt://ann:mine@host/db")
    logins = [(one.database, one.user, one.password) for one in map(read_login, others)]
    assert logins == [("people", "bo", "other"), ("db", "ann", "mine")]


def test_a_password_that_others_may_read_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "password"
    monkeypatch.setenv("NEO4J_PASSWORD_FILE", str(file))
    with pytest.raises(StoreError, match="can't be read"):
        read_login("neo4j://host")
    file.write_text(SECRET, encoding="utf-8")
    file.chmod(0o644)
    with pytest.raises(StoreError, match="chmod 600") as told:
        read_login("neo4j://host")
    assert SECRET not in str(told.value)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("neo4j://", "names no host"),
        ("bolt://ann@host", "there is no password for bolt://host; say it in the URL"),
        (f"neo4j://ann:{QUOTED}@127.0.0.1:1", r"neo4j://ann@127.0.0.1:1 can't be reached"),
        (f"bolt://ann:{SECRET}@127.0.0.1:1", r"bolt://ann@127.0.0.1:1 can't be reached"),
        (f"bolt://ann:{SECRET}@127.0.0.1:port", "can't be used"),
    ],
)
def test_where_there_is_none_it_is_said_without_the_password(place: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as told:
        open_store(place, now=NOW)
    assert SECRET not in str(told.value)
    assert QUOTED not in str(told.value)


def test_a_place_is_named_without_its_password() -> None:
    assert name_place(f"neo4j://ann:{SECRET}@host/db") == "neo4j://ann@host/db"
    assert name_place("neo4j://host") == "neo4j://host"
    assert name_place("/home/ann:x@y.db") == "/home/ann:x@y.db"


@pytest.mark.parametrize("place", ["neo4j://host", f"bolt://ann:{SECRET}@192.168.1.4:7687", "BOLT://host"])
def test_what_goes_to_another_machine_in_the_clear_is_known(place: str) -> None:
    assert is_exposed(place)


@pytest.mark.parametrize(
    "place", ["neo4j+s://host", "bolt://localhost", "neo4j://[::1]:7687", "bolt://127.0.0.9", "a.db"]
)
def test_what_stays_here_or_is_encrypted_is_not_exposed(place: str) -> None:
    assert not is_exposed(place)
    assert is_here(place) == ("+s" not in place)


def test_what_goes_out_in_the_clear_is_said_first() -> None:
    done = CliRunner().invoke(root, ["--store", f"bolt://ann:{QUOTED}@no.such.invalid", "reach"], obj=lambda: NOW)
    first, second, *_ = done.stderr.splitlines()
    assert first.startswith("What is read and written goes to bolt://ann@no.such.invalid unencrypted; neo4j+s://")
    assert "can't be reached" in second


@pytest.mark.parametrize("words", [("doctor",), ("ask", "ann"), (), ("ingest", "x.csv"), ("serve", "--no-open")])
def test_no_output_shows_the_password(words: tuple[str, ...]) -> None:
    place = f"neo4j://ann:{QUOTED}@127.0.0.1:1"
    for arguments, env in ((["--store", place, *words], {}), (list(words), {"INTROGRAPH_STORE": place})):
        done = CliRunner().invoke(root, arguments, obj=lambda: NOW, env=env)
        assert done.exit_code == 4
        assert QUOTED not in done.output
