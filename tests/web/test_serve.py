"""`intrograph serve` as its user has it: where it is opened, how it ends, and that the page works under its guards."""

import json
import re
import shutil
import signal
import socket
import subprocess
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.web.server import open_browser
from tests.web.conftest import SCREENS, OpenPage
from tests.web.serving import PROGRAM, Servers, Serving, environment
from tests.web.watch import Watch, shoot


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 # our own program
        [*PROGRAM, *words], capture_output=True, text=True, timeout=60, env=environment(home), check=False
    )


# --- in the browser --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", SCREENS, ids=str, indirect=True)
def test_the_page_opens_without_an_error(page: Page) -> None:
    page.goto("/")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    shoot(page, "home")


def test_callbacks_of_both_kinds_work_under_the_policy(sample: Serving, open_page: OpenPage) -> None:
    page = open_page(sample.url)
    page.goto("/")

    page.get_by_label("Name").fill("Ann")

    expect(page.locator("#hello")).to_have_text("Hello, Ann")
    expect(page.locator("#long")).to_have_text("3 letters")


def test_a_script_that_got_into_the_page_does_not_run(sample: Serving, open_page: OpenPage, watch: Watch) -> None:
    watch.provoked.add("Executing inline script violates")
    page = open_page(sample.url)
    page.goto("/")

    ran = page.evaluate(
        """() => new Promise(tell => {
            document.addEventListener('securitypolicyviolation', () => tell(window.bad ?? 'refused'));
            const script = document.createElement('script');
            script.textContent = 'window.bad = 1';
            document.body.append(script);
        })"""
    )

    assert ran == "refused"


_ATTACK = """url => fetch(url + '/_dash-update-component', {
    method: 'POST', mode: 'no-cors', credentials: 'include', headers: {'Content-Type': 'text/plain'}, body: '{}'
}).then(() => 'answered', () => 'refused')"""
_READ = "url => fetch(url + '/_dash-layout').then(() => 'read', () => 'refused')"
_FRAME = """url => new Promise(tell => {
    const frame = document.createElement('iframe');
    frame.onload = () => tell(frame.contentDocument === null ? 'refused' : 'framed');
    frame.src = url;
    document.body.append(frame);
})"""


def test_another_site_can_neither_read_nor_change_nor_frame_the_page(
    chromium: Browser, serve: Servers, demo_store: Path, elsewhere: str
) -> None:
    served = serve(demo_store, INTROGRAPH_DEBUG="1")  # it logs its requests
    with chromium.new_context() as context:
        context.new_page().goto(served.url)  # so that the browser holds the token
        other = context.new_page()
        other.goto(elsewhere)
        tried = [other.evaluate(how, served.url) for how in (_ATTACK, _READ, _FRAME)]

    assert tried == ["refused"] * 3
    assert "POST /_dash-update-component 403\n" in served.told()
    assert "GET /_dash-layout 403\n" in served.told()


# --- at the door -----------------------------------------------------------------------------------------------------


def ask(url: str, path: str = "/", method: str = "GET", **headers: str) -> tuple[int, str]:
    """Send a bare request; give the status, and all that came back."""
    host = urlsplit(url)
    with closing(HTTPConnection(host.hostname or "", host.port, timeout=10)) as connection:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, f"{answer.headers}{answer.read().decode()}"


def test_the_server_itself_refuses_other_names_and_long_requests_and_names_itself_to_nobody(served: Serving) -> None:
    refused, told = ask(served.url, Host="evil.example")
    long, more = ask(served.url, "/_dash-update-component", "POST", **{"Content-Length": "2000000"})

    assert (refused, long) == (403, 413)
    assert not re.search(r"waitress|werkzeug|python|dash/|Server:", told + more, re.IGNORECASE)


@pytest.mark.parametrize("host", ["localhost", "::1"])
def test_it_is_served_under_each_name_of_this_machine_alone(serve: Servers, tmp_path: Path, host: str) -> None:
    if host == "::1" and not _has_ipv6():
        pytest.skip("there is no IPv6 here")

    served = serve(tmp_path / "people.db", "--host", host)

    name = "[::1]" if host == "::1" else "127.0.0.1"
    assert served.url == f"http://{name}:{served.port}"
    assert ask(served.url)[0] == 200


def _has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_busy_port_is_said_with_what_to_do(served: Serving, tmp_path: Path, command: str) -> None:
    done = run(tmp_path, command, "--no-open", "--port", str(served.port))

    assert (done.returncode, done.stdout) == (2, "")
    assert f"http://127.0.0.1:{served.port} is in use" in done.stderr
    assert f"--port {served.port + 1}" in done.stderr
    assert not (tmp_path / "intrograph").exists()


def test_a_first_run_makes_the_store(serve: Servers, tmp_path: Path) -> None:
    serve(tmp_path / "people.db")

    assert (tmp_path / "people.db").stat().st_mode & 0o777 == 0o600


# --- the end ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("how", "times"), [(signal.SIGINT, 3), (signal.SIGTERM, 1)])
def test_it_ends_cleanly_under_an_open_page(
    serve: Servers, open_page: OpenPage, watch: Watch, demo_store: Path, tmp_path: Path, how: signal.Signals, times: int
) -> None:
    store = tmp_path / "demo.db"
    shutil.copy(demo_store, store)
    served = serve(store)
    page = open_page(served.url)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    watch.down = True

    since = time.monotonic()
    for _ in range(times - 1):
        served.process.send_signal(how)
    code = served.stop(how)

    assert time.monotonic() - since < 5
    assert (code, served.told()) == (0, "Stopped.\n")
    assert not store.with_name("demo.db-wal").exists()  # the store was closed


def test_it_ends_although_an_answer_takes_long(serve: Servers) -> None:
    served = serve.sample()
    with closing(HTTPConnection("127.0.0.1", served.port, timeout=10)) as connection:
        connection.request("GET", "/slow")
        time.sleep(0.3)

        assert served.stop() == 0


# --- the user's browser ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER", None])
def test_a_browser_is_opened_where_there_is_a_screen(monkeypatch: pytest.MonkeyPatch, screen: str | None) -> None:
    opened: Queue[str] = Queue()
    monkeypatch.setattr("webbrowser.open", opened.put)
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    if screen is not None:
        monkeypatch.setenv(screen, ":0")

    open_browser("http://127.0.0.1:8050")

    if screen is None:
        assert opened.empty()
    else:
        assert opened.get(timeout=5) == "http://127.0.0.1:8050"


# --- the demo --------------------------------------------------------------------------------------------------------


def test_the_demo_is_told_and_then_served_where_8050_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8050))
            taken.listen()
        except OSError:
            pass  # somebody else has taken it
        with subprocess.Popen(  # noqa: S603 # our own program
            [*PROGRAM, "demo", "--no-open"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(tmp_path),
        ) as process:  # fmt: skip
            assert process.stdout is not None
            lines: list[str] = []
            while "Ctrl-C stops it." not in lines[-1:]:
                lines.append(process.stdout.readline().rstrip())
                assert process.poll() is None
            port = int(re.findall(r"^intrograph is at http://127.0.0.1:(\d+)$", "\n".join(lines), re.MULTILINE)[0])
            answered, _ = ask(f"http://127.0.0.1:{port}")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)

    assert lines[0].startswith("This is a demo")
    assert (answered, process.returncode, out, err) == (200, 0, "", "Stopped.\n")
    assert json.loads(run(tmp_path, "demo", "--json").stdout)["people"] == 23
