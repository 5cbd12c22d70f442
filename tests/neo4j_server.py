"""A real Neo4j for the tests: the one that is named, else one in Docker, else one on Java.

The first test that asks starts it. All processes of a run share its folder, which the environment names: what was
started, and who uses it, stands there.
"""

import fcntl
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from urllib.parse import unquote, urlsplit

from neo4j import Driver, GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from tests.system import install, output

NAMED = "INTROGRAPH_TEST_NEO4J"
RUN = "INTROGRAPH_TEST_RUN"
IMAGE = "neo4j:5.26-community"

_RELEASE = "5.26.26"
_FORM = "neo4j://USER:PASSWORD@HOST:PORT"
_KEEPER = Path(__file__).with_name("keeper.py")
_JARS = "by its jars from Maven, on Java"
_STARTS_WITHIN = 120.0

_HELD = Lock()  # a second lock on the file would wait for the first one for ever

_SETTINGS = {
    "server.http.enabled": "false",
    "server.memory.pagecache.size": "64m",
    "db.tx_log.preallocate": "false",
    "dbms.usage_report.enabled": "false",
    "dbms.cypher.statistics_divergence_threshold": "1.0",
    "dbms.cypher.min_replan_interval": "1h",
}
# Quick to start, beside Chromium on two cores.
_JAVA = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_SERVER = "org.neo4j.server.CommunityEntryPoint"
_OPENS = ("java.nio", "java.io", "sun.nio.ch", "java.lang", "java.util.concurrent")
_POM = f"""<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>tests</groupId><artifactId>tests</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{_RELEASE}</version></dependency>
    <dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>{_RELEASE}</version></dependency>
  </dependencies>
</project>
"""
_CLASS_PATH = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath"


class NoServerError(Exception):
    """There is no Neo4j, and none could be started."""


@contextmanager
def keep_server() -> Iterator[None]:
    """Span a run of tests: the server that one of them starts ends with it, whatever ends the run."""
    with TemporaryDirectory(prefix="intrograph-tests-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with _locked(folder / "alive"):
            os.environ[RUN] = name
            yield
        with suppress(FileNotFoundError), _locked(folder / "kept"):
            pass  # the server has ended


@contextmanager
def empty_server() -> Iterator[str]:
    """Hold the server alone, and give its address, empty; what a test leaves there goes before the next one."""
    url = find_server()
    if _HELD.locked():
        raise RuntimeError("Neo4j has one database: a test has one empty place at a time")
    with _HELD, _locked(run_folder() / "held"):
        with connect(url) as driver, driver.session() as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
        yield url


def find_server() -> str:
    """Give the server's address, with user and password; the first who asks starts it.

    Raises:
        NoServerError: If none could be had; says what to install or to set.
    """
    folder = run_folder()
    url = folder / "url"
    with _locked(folder / "starting"):
        if not url.exists() and not missing_server():
            try:
                url.write_text(_start(folder), encoding="utf-8")
            except NoServerError as error:
                (folder / "missing").write_text(str(error), encoding="utf-8")
    if missing_server():
        raise NoServerError(missing_server())
    return url.read_text(encoding="utf-8")


def missing_server() -> str:
    """Tell why this run has no server; nothing where it has one, or no test asked."""
    return _noted("missing")


def describe_server() -> str:
    """Tell which server this run has; nothing where no test asked for one."""
    return _noted("told")


def _noted(name: str) -> str:
    note = run_folder() / name
    return note.read_text(encoding="utf-8") if note.exists() else ""


def connect(url: str) -> Driver:
    """Open a driver to an address that holds user and password."""
    parts = urlsplit(url)
    login = unquote(parts.username or ""), unquote(parts.password or "")
    return GraphDatabase.driver(f"{parts.scheme}://{_host(url)}", auth=login)


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def run_folder() -> Path:
    """Give the folder that all processes of this run share."""
    return Path(os.environ[RUN])


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _start(folder: Path) -> str:
    named = os.environ.get(NAMED)
    if named is not None:
        return _use_named(folder, named)
    reasons = []
    for start in (_start_docker, _start_java):
        try:
            return start(folder)
        except NoServerError as error:
            reasons.append(str(error))
    raise NoServerError(
        f"The tests of the store in Neo4j need a server. {' '.join(reasons)} Install Maven and Java 17 or 21 (packages "
        "maven and openjdk-17-jre-headless), or start Docker, or name a server whose data may be erased: "
        f"{NAMED}={_FORM}"
    )


def _use_named(folder: Path, url: str) -> str:
    if not re.fullmatch(r"(neo4j|bolt)(\+s(sc)?)?://[^:/@]+:[^/@]+@[^/@]+", url):
        raise NoServerError(f"{NAMED} names no server: write {_FORM}, of one whose data the tests may erase.")
    try:
        _describe(folder, url, f"named by {NAMED}")
    except (Neo4jError, DriverError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise NoServerError(f"The server at {_host(url)}, which {NAMED} names, lets nobody in: {reason}") from error
    return url


def _start_docker(folder: Path) -> str:
    if not output("docker", "info"):
        raise NoServerError("No Docker engine answers.")
    if not output("docker", "image", "inspect", IMAGE) and not output("docker", "pull", IMAGE, seconds=600):
        raise NoServerError(f"Docker can't fetch {IMAGE}.")
    port = _free_port()
    settings = _SETTINGS | _addresses(port) | {"server.memory.heap.max_size": "1g"}
    command = ["docker", "run", "--rm", "--cidfile", str(folder / "container"), "--publish", f"127.0.0.1:{port}:{port}"]
    for name, value in settings.items():
        command += ["--env", f"NEO4J_{name.replace('_', '__').replace('.', '_')}={value}"]
    return _start_kept(folder, [*command, IMAGE], port, f"in Docker, {IMAGE}")


class OwnServer:
    """A server of one test's own, on Java: killed, it starts again with its data.

    Its database is made by what is given of `neo4j-admin`, if so: in which folder it is called by which words.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str], admin: tuple[Path, Sequence[str]] | None) -> None:
        self._folder = folder
        port = _free_port()
        self._command = _java_command(folder, port, settings)
        if admin is not None:
            self._administer(*admin)
        self.url = _start_kept(folder, self._command, port, _JARS)

    def _administer(self, folder: Path, words: Sequence[str]) -> None:
        command = [*self._command[: self._command.index(_SERVER)], "org.neo4j.cli.AdminTool", *words]
        home = os.environ | {"NEO4J_HOME": str(self._folder / "home")}
        subprocess.run(command, cwd=folder, env=home, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 # Neo4j's own

    def kill(self) -> None:
        """End it as `kill -9` does."""
        with (self._folder / "kept").open() as kept:
            (self._folder / "kept").unlink()
            fcntl.flock(kept, fcntl.LOCK_EX)  # its keeper lets go of it when the server has ended

    def start(self) -> None:
        """Start it again, and wait until it answers."""
        _keep(self._folder, self._command, _JARS, lambda: _describe(self._folder, self.url, _JARS))


@contextmanager
def own_server(settings: Mapping[str, str], admin: tuple[Path, Sequence[str]] | None = None) -> Iterator[OwnServer]:
    """Start a server beside the one of the run, with settings of its own; it is gone afterwards."""
    with TemporaryDirectory(prefix="intrograph-tests-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with _locked(folder / "alive"):
            server = OwnServer(folder, settings, admin)
            yield server
            if (folder / "kept").exists():
                server.kill()


def _start_java(folder: Path) -> str:
    port = _free_port()
    return _start_kept(folder, _java_command(folder, port, {}), port, _JARS)


def _java_command(folder: Path, port: int, more: Mapping[str, str]) -> list[str]:
    _need_java()
    home = folder / "home"
    (home / "conf").mkdir(parents=True)
    settings = _SETTINGS | _addresses(port) | {"server.default_listen_address": "127.0.0.1", **more}
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    (home / "conf" / "neo4j.conf").write_text("".join(lines), encoding="utf-8")
    return [
        "java",
        "-Xms256m",
        "-Xmx1g",
        *_JAVA,
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENS),
        "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
        "-Dio.netty.tryReflectionSetAccessible=true",
        f"--class-path={_fetch_jars()}",
        _SERVER,
        f"--home-dir={home}",
        f"--config-dir={home / 'conf'}",
    ]


def _need_java() -> None:
    """See that Maven and a Java are here that run; install the system's, where there are none and we may."""
    for packages in ((), ("maven", "openjdk-17-jre-headless"), ("maven", "openjdk-21-jre-headless")):
        if packages:
            install(*packages)
        version = re.search(r"\d+", output("java", "--version"))
        if version is not None and int(version[0]) >= 17 and shutil.which("mvn"):
            return
    raise NoServerError("Maven, or Java 17 or 21, is not on the PATH, and could not be installed.")


def _fetch_jars() -> str:
    """Give the class path of the run's servers; Maven keeps the jars in its own folder."""
    path = run_folder() / "class-path"
    with _locked(run_folder() / "fetching"):
        if not path.exists():
            _run_maven(path)
    return path.read_text(encoding="utf-8").strip()


def _run_maven(path: Path) -> None:
    path.with_name("pom.xml").write_text(_POM, encoding="utf-8")
    options = f"{os.environ.get('MAVEN_OPTS', '')} {' '.join(_JAVA)}"
    done = subprocess.run(  # noqa: S603 # Maven's own command
        ["mvn", "--batch-mode", "--quiet", _CLASS_PATH, f"-Dmdep.outputFile={path}"],  # noqa: S607 # wherever it lies
        cwd=path.parent,
        env=os.environ | {"MAVEN_OPTS": options.strip()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        reason = done.stdout.partition("\n")[0] or done.stderr
        raise NoServerError(f"Maven can't fetch Neo4j {_RELEASE}: {reason}")


def _start_kept(folder: Path, command: list[str], port: int, how: str) -> str:
    """Start a server that ends with the run, and give it a password of its own."""
    password = secrets.token_hex(16)
    url = f"neo4j://neo4j:{password}@127.0.0.1:{port}"

    def enter() -> None:
        with connect(f"bolt://neo4j:neo4j@127.0.0.1:{port}") as driver:
            with driver.session(database="system") as session:  # no retries with pauses: it is not up yet
                session.run("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new", new=password).consume()
            _describe(folder, url, how)

    _keep(folder, command, how, enter)
    return url


def _keep(folder: Path, command: list[str], how: str, enter: Callable[[], None]) -> None:
    """Start a server that ends with the run, and wait until it lets us in."""
    log = folder / "log"
    with log.open("w", encoding="utf-8") as stream:
        keep = [sys.executable, str(_KEEPER), str(folder), *command]
        subprocess.run(keep, stdout=stream, stderr=stream, start_new_session=True, check=True)  # noqa: S603 # ours
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until and (folder / "kept").exists():
        time.sleep(0.1)
        with suppress(Neo4jError, DriverError):
            return enter()
    (folder / "kept").unlink(missing_ok=True)
    raise NoServerError(f"Neo4j did not start {how}: {' '.join(log.read_text(encoding='utf-8').split()[-40:])}")


def _describe(folder: Path, url: str, how: str) -> None:
    """Note which server it is, if it answers."""
    with connect(url) as driver:
        agent = driver.get_server_info().agent
    (folder / "told").write_text(f"{agent.replace('/', ' ')}, {how}", encoding="utf-8")


def _addresses(port: int) -> dict[str, str]:
    return {"server.bolt.listen_address": f":{port}", "server.bolt.advertised_address": f"127.0.0.1:{port}"}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
