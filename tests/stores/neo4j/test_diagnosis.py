"""What is wrong with a server, or on the way to it, is said in a line: which value, and what to do."""

import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import SHUT_RDWR, create_connection, create_server, socket
from threading import Thread
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from neo4j.exceptions import DriverError, Neo4jError, ServiceUnavailable, SessionExpired

from dashboard.cli.app import root
from graph.stores.neo4j import database
from graph.stores.neo4j.checkup import check_clock, check_log, is_new_enough
from graph.stores.neo4j.diagnosis import explain
from tests.graph.records import NOW
from tests.neo4j_server import connect, run_folder

PASSWORD = "Zebulon-1"  # noqa: S105 # invented
PATIENCE = database._PATIENCE
HTTP = b"HTTP/1.1 400 Bad Request\r\n\r\n"


@contextmanager
def listening(answer: Callable[[socket], None]) -> Iterator[int]:
    """Listen on a port, where each who comes gets an answer."""

    def receive(client: socket) -> None:
        with client, suppress(OSError):
            answer(client)

    def serve() -> None:
        with suppress(OSError):
            while True:
                Thread(target=receive, args=listener.accept()[:1], daemon=True).start()

    with create_server(("127.0.0.1", 0)) as listener:
        Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(SHUT_RDWR)


def hang_up(_: socket) -> None:
    pass


def wait(client: socket) -> None:
    while client.recv(1_024):
        pass


def speaker(words: bytes) -> Callable[[socket], None]:
    def speak(client: socket) -> None:
        client.sendall(words)
        wait(client)

    return speak


def encrypting(certificate: Path, server: tuple[str, int]) -> Callable[[socket], None]:
    """Speak TLS in front of a server that does not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))

    def carry(source: socket, target: socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
            target.shutdown(SHUT_RDWR)

    def answer(plain: socket) -> None:
        with context.wrap_socket(plain, server_side=True) as client, create_connection(server) as behind:
            Thread(target=carry, args=(behind, client), daemon=True).start()
            carry(client, behind)

    return answer


def behind(place: str) -> tuple[str, int]:
    """Give host and port of a server that speaks no TLS itself."""
    parts = urlsplit(place)
    if "+" in parts.scheme:
        pytest.skip("this server speaks TLS itself")
    return parts.hostname or "", parts.port or 7687


def doctor(place: str, password: str = PASSWORD) -> tuple[int, str]:
    """Run `doctor` over a place; gives the exit code, and what went wrong, in one line, or the checks."""
    done = CliRunner().invoke(
        root, ["--store", place, "doctor"], obj=lambda: NOW, env={"NEO4J_PASSWORD": password, "COLUMNS": "400"}
    )
    assert password not in done.output
    *_, last = done.stderr.splitlines() or [""]
    return done.exit_code, last or done.stdout


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
@pytest.mark.parametrize(
    ("answer", "secure", "says"),
    [
        (wait, "", "127.0.0.1:{port} does not answer; check the host and the port"),
        (wait, "+s", "127.0.0.1:{port} does not answer; check the host and the port"),
        (speaker(HTTP), "", "what listens at 127.0.0.1:{port} does not speak Bolt; name Bolt's port (7687"),
        (speaker(b"SSH-2.0-OpenSSH\r\n"), "", "what listens at 127.0.0.1:{port} does not speak Bolt"),
        (speaker(HTTP), "+s", "127.0.0.1:{port} does not speak TLS; turn it on in the server"),
        (hang_up, "+s", "127.0.0.1:{port} does not speak TLS; turn it on in the server"),
        (hang_up, "", "127.0.0.1:{port} hung up; write +s behind neo4j or bolt if it wants encryption"),
    ],
)
def test_what_listens_elsewhere_is_told_in_time(
    monkeypatch: pytest.MonkeyPatch, scheme: str, answer: Callable[[socket], None], secure: str, says: str
) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 0.2)
    with listening(answer) as port:
        place = f"{scheme}{secure}://127.0.0.1:{port}"
        start = time.monotonic()
        code, told = doctor(place)
        assert time.monotonic() - start < 5
    assert 2 * PATIENCE < 9, "as long as it takes in earnest"
    assert (code, told.partition(": ")[2].partition(": ")[0]) == (4, f"{place} can't be reached")
    assert says.format(port=port) in told


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("bolt://127.0.0.1:1", "nothing listens at 127.0.0.1:1; check the port, and that the server runs"),
        ("neo4j+s://no.such.invalid", "no address is known of no.such.invalid; check how it is spelt"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(place: str, says: str) -> None:
    code, told = doctor(place)
    assert (code, says in told) == (4, True), told


@pytest.fixture(scope="module")
def certificates() -> Path:
    """A folder with certificates and their keys: good, expired and of another host, by an authority; and its own."""
    if shutil.which("openssl") is None:
        pytest.fail("the tests of encryption need openssl on the PATH; install the package openssl")
    folder = run_folder() / f"certificates-{time.monotonic_ns()}"
    folder.mkdir()

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607 # ours

    new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Ann's", "-keyout")
    openssl(*new, "ca.key", "-x509", "-out", "ca.pem", "-days", "9")
    for name, host, days in (("good", "127.0.0.1", "9"), ("expired", "127.0.0.1", "-1"), ("other", "127.0.0.2", "9")):
        (folder / "names").write_text(f"subjectAltName=IP:{host}\n", encoding="utf-8")
        openssl(*new, f"{name}.key", "-out", "request")
        signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names", "-days", days)
        openssl("x509", "-req", "-in", "request", "-out", f"{name}.pem", *signed)
    return folder


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_encryption_that_fails_is_told(
    monkeypatch: pytest.MonkeyPatch, neo4j_place: str, certificates: Path, scheme: str
) -> None:
    server, password = behind(neo4j_place), str(urlsplit(neo4j_place).password)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    code, told = doctor(f"{scheme}+s://{server[0]}:{server[1]}", password)
    assert (code, f"{server[0]}:{server[1]} does not speak TLS" in told) == (4, True), told
    for name, says in (("expired", "has expired; renew it"), ("other", "is made out to another host; name it as")):
        with listening(encrypting(certificates / f"{name}.pem", server)) as port:
            code, told = doctor(f"{scheme}+s://127.0.0.1:{port}", password)
        assert (code, f"the certificate of 127.0.0.1:{port} {says}" in told) == (4, True), told
    with listening(encrypting(certificates / "good.pem", server)) as port:
        code, told = doctor(f"{scheme}+s://127.0.0.1:{port}", password)
        assert (code, ", encrypted\n" in told) == (0, True), told
        monkeypatch.delenv("SSL_CERT_FILE")
        code, told = doctor(f"{scheme}+s://127.0.0.1:{port}", password)
        assert (code, "who signed it in SSL_CERT_FILE, or write +ssc for +s" in told) == (4, True), told
        assert doctor(f"{scheme}+ssc://127.0.0.1:{port}", password)[0] == 0
        code, told = doctor(f"{scheme}://127.0.0.1:{port}", password)
        assert (code, "write +s behind neo4j or bolt if it wants encryption" in told) == (4, True), told


def test_who_is_not_let_in_is_told_why(neo4j_place: str) -> None:
    where = ":".join(map(str, behind(neo4j_place)))
    with connect(neo4j_place) as driver, driver.session(database="system") as system:
        system.run("CREATE USER carl SET PASSWORD $password CHANGE REQUIRED", password=PASSWORD).consume()
        try:
            for scheme in ("bolt", "neo4j"):
                code, told = doctor(f"{scheme}://carl@{where}")
                says = f"wants a new password of carl: set one with cypher-shell -a {scheme}://{where} -u carl;"
                assert (code, says in told) == (4, True), told
            refused = [doctor(f"{scheme}://carl@{where}", f"{PASSWORD}x") for scheme in ("bolt", "neo4j") * 2]
        finally:
            system.run("DROP USER carl").consume()
    assert [code for code, _ in refused] == [4, 4, 4, 4]
    assert "does not let carl in: wrong user or password; say it in the URL" in refused[0][1]
    assert "lets carl in no more, after too many wrong passwords; wait a few seconds, and say it" in refused[-1][1]


@pytest.mark.parametrize(
    ("code", "says"),
    [  # the first three as seen of servers set up for it; what roles forbid, Community Edition has not
        ("ClientError.General.WriteOnReadOnlyAccessDatabase", "can't be written to: it is read-only; allow it on the"),
        ("TransientError.General.DatabaseUnavailable", "is offline; SHOW DATABASES on the server tells why"),
        ("TransientError.General.MemoryPoolOutOfMemoryError", "raise db.memory.transaction.max or"),
        ("ClientError.Security.Forbidden", "can't be written to by ann; allow it on the server (GRANT ROLE architect"),
        ("TransientError.Transaction.DeadlockDetected", "not when it was asked again either; try again later"),
        ("DatabaseError.General.Strange", "the server said Neo.DatabaseError.General.Strange; please report this"),
    ],
)
def test_what_a_server_says_is_told_without_its_words(code: str, says: str) -> None:
    error = Neo4jError._hydrate_neo4j(code=f"Neo.{code}", message="Zebulon")
    routed = ServiceUnavailable("Zebulon")
    routed.__cause__ = ExceptionGroup("all", [error])
    for one in (error, routed) if "Strange" not in code else (error,):
        told = explain(one, place="neo4j://host/db", url="neo4j://host", user="ann", reached=False)
        assert says in told
        assert "neo4j://host/db" in told
        assert "Zebulon" not in told


@pytest.mark.parametrize("kind", [ServiceUnavailable, SessionExpired])
def test_a_connection_that_is_lost_is_told_from_one_that_never_was(kind: type[DriverError]) -> None:
    error = kind("Zebulon")
    error.__cause__ = ConnectionResetError(104, "reset")
    told = explain(error, place="bolt://host", url="bolt://host", user="ann", reached=True)
    assert told == "the connection to bolt://host was lost; see that the server runs, and type the same command again"


@pytest.mark.parametrize(
    ("agent", "new"),
    [
        ("Neo4j/5.21.0", True),
        ("Neo4j/5.27-aura", True),
        ("Neo4j/2026.10.1", True),
        ("Neo4j/5.20.0", False),
        ("Neo4j/4.4.44", False),
        ("Neo4j/v5.11.0 compatible graph database", False),
        ("", False),
    ],
)
def test_a_server_that_is_too_old_is_known(agent: str, new: bool) -> None:
    assert is_new_enough(agent) == new


def test_clocks_apart_and_logs_kept_for_long_have_an_advice() -> None:
    assert [check_clock(apart).advice is None for apart in (0.4, -100, 200, -4_000)] == [True, True, False, False]
    assert check_clock(-4_000).value == "4000 s behind this machine's"
    policies = ("2 days", "7 days 1G size", "48 hours", "keep_none", "1 files", "8 days", "200 hours", "true")
    assert [check_log(policy, "1.00MiB").advice is None for policy in policies] == [True] * 5 + [False] * 3
    assert check_log("8 days", "256.00MiB").value == "kept 8 days, in files of 256.00MiB"
