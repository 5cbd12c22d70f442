"""The real Neo4j that the tests of its store run against: where it comes from, who has it, and that it ends."""

import fcntl
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import neo4j_server as server

KEEPER = Path(server.__file__).with_name("keeper.py")
RUN = """
import time
from tests.neo4j_server import keep_server, run_folder
with keep_server():
    print(run_folder(), flush=True)
    time.sleep(60)
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """A machine with nothing on its PATH but what is put there, whose user may install nothing, in a run of its own."""
    monkeypatch.setenv(server.RUN, "")  # to have this run's own again afterwards
    monkeypatch.delenv(server.NAMED, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    def put(name: str, body: str) -> Path:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        program.chmod(0o755)
        return program

    with server.keep_server():
        yield put


def count(url: str) -> int:
    with server.connect(url) as driver:
        return int(driver.execute_query("MATCH (n) RETURN count(n) AS nodes").records[0]["nodes"])


def test_the_log_names_its_version(neo4j_server: str) -> None:
    with server.connect(neo4j_server) as driver:
        found = driver.execute_query("CALL dbms.components() YIELD versions").records[0]["versions"][0]

    assert server.describe_server().startswith(f"Neo4j {found}, ")


def test_a_test_has_it_alone_and_empty(neo4j_place: str) -> None:
    assert count(neo4j_place) == 0
    with (server.run_folder() / "held").open() as held, pytest.raises(BlockingIOError):
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with pytest.raises(RuntimeError, match="one empty place at a time"), server.empty_server():
        pass


def test_what_a_test_leaves_is_gone_for_the_next(neo4j_server: str) -> None:
    with server.empty_server() as url, server.connect(url) as driver:
        driver.execute_query("UNWIND range(1, 100) AS n CREATE (:Left {n: n})-[:BEHIND]->(:Left)")
        assert count(url) == 200

    with server.empty_server() as url:
        assert url == neo4j_server
        assert count(url) == 0


def test_says_what_to_install_or_to_name_where_there_is_none(machine: Callable[..., Path]) -> None:
    machine("docker", "exit 1")
    machine("java", "echo openjdk 11.0.2 2019-01-15")
    machine("mvn", "exit 0")
    with pytest.raises(server.NoServerError) as told:
        server.find_server()

    assert "No Docker engine answers." in str(told.value)
    assert "packages maven and openjdk-17-jre-headless" in str(told.value)
    assert f"{server.NAMED}=neo4j://USER:PASSWORD@HOST:PORT" in str(told.value)
    assert server.missing_server() == str(told.value), "the run ends with it, and nobody tries again"


def test_installs_maven_and_java_where_it_may(
    machine: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    java, maven = machine("java", "echo openjdk 21 2023-09-19"), machine("mvn", "echo '[ERROR] no network'; exit 1")
    java.rename(tmp_path / "fetched-java")
    maven.rename(tmp_path / "fetched-mvn")
    arrive = f"/bin/mv {tmp_path}/fetched-java {java} && /bin/mv {tmp_path}/fetched-mvn {maven}"
    machine("apt-get", f'case "$*" in install*maven*openjdk-21*) {arrive};; esac')
    monkeypatch.setattr("os.geteuid", lambda: 0)

    with pytest.raises(server.NoServerError, match=r"Maven can't fetch Neo4j 5\.26\.\d+: \[ERROR\] no network"):
        server.find_server()


def test_docker_is_asked_first_and_passed_over_where_it_fails(machine: Callable[..., Path], tmp_path: Path) -> None:
    machine("docker", f'echo "$*" >>{tmp_path}/asked; echo "$*"; test $1 != run')
    with pytest.raises(server.NoServerError, match=r"Neo4j did not start in Docker.*is not on the PATH"):
        server.find_server()
    *_, started = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    port = re.search(r"--publish 127\.0\.0\.1:(\d+):\1 ", started)
    assert port is not None
    assert f"--env NEO4J_server_bolt_advertised__address=127.0.0.1:{port[1]} " in started
    assert started.endswith(" neo4j:5.26-community")


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ("neo4j://db.example:7687", "names no server: write neo4j://USER:PASSWORD@HOST:PORT"),
        ("neo4j://ann:secret@127.0.0.1:1", "The server at 127.0.0.1:1, which .* names, lets nobody in"),
        ("neo4j://ann:secret@127.0.0.1:port", "The server at 127.0.0.1:port, which .* names, lets nobody in"),
        ("http://ann:secret@127.0.0.1:1", "names no server"),
    ],
)
def test_a_named_one_must_let_us_in(
    machine: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, named: str, reason: str
) -> None:
    machine("java", "echo openjdk 17.0.1 2021-10-19")
    monkeypatch.setenv(server.NAMED, named)

    with pytest.raises(server.NoServerError, match=reason) as told:
        server.find_server()
    assert "secret" not in str(told.value)


def test_a_named_one_is_taken(neo4j_server: str, machine: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine is not None
    monkeypatch.setenv(server.NAMED, neo4j_server)

    assert server.find_server() == neo4j_server
    assert server.describe_server().endswith(f", named by {server.NAMED}")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_run_however_that_ends(how: signal.Signals) -> None:
    """The server is a `sleep` here, whose end is seen in its pipe."""
    with subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True) as run:  # noqa: S603 # ours
        assert run.stdout is not None
        folder = Path(run.stdout.readline().strip())
        keep = [sys.executable, str(KEEPER), str(folder), "sleep", "60"]
        with subprocess.Popen(keep, stdout=subprocess.PIPE) as kept:  # noqa: S603 # ours
            assert kept.stdout is not None
            kept.wait(20)
            assert (folder / "kept").exists()
            run.send_signal(how)
            kept.stdout.read()
    until = time.monotonic() + 20
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not folder.exists()
