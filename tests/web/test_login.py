"""The login: who is let in, for how long, how often one may try, and what others can do with a session of mine."""

import logging
import os
import re
import socket
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from dashboard.cli.app import root
from dashboard.service.attempts import Attempts
from dashboard.service.ended import EndedSessions
from dashboard.service.password import find_secret, is_right, read_hash, set_password
from dashboard.web.entrance import Entrance, open_entrance, read_url
from dashboard.web.login import add_login
from dashboard.web.safety import protect
from dashboard.web.server import listen
from graph.errors import StoreError, UsageError
from tests.web.conftest import DESKTOP, PHONE, SCREENS, OpenPage, Screen
from tests.web.sample import make_sample
from tests.web.serving import Servers, Serving
from tests.web.watch import Watch, check_access, shoot

PASSWORD, WRONG = "four words by chance", "three words by chance"
EVERYWHERE = "0.0.0.0"  # noqa: S104 # what is tested
CHEAP = "scrypt:128:8:1"  # as little work as the library takes
HASH = generate_password_hash(PASSWORD, CHEAP)
TOKEN = "t" * 43
HERE = "127.0.0.1:8050"
LOCAL = Entrance(url=f"http://{HERE}", names=frozenset({"127.0.0.1", "localhost"}))
PUBLIC = Entrance(url="https://graph.example.org", names=frozenset({"graph.example.org"}), local=False, proxied=True)


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder in which a password is set."""
    for name in ("INTROGRAPH_PASSWORD_HASH", "INTROGRAPH_SECRET"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return keep_hash(tmp_path)


def keep_hash(state: Path, password: str = PASSWORD) -> Path:
    """Set a password as the command does, with less work."""
    folder = state / "intrograph"
    folder.mkdir(exist_ok=True, mode=0o700)
    (folder / "password").touch(mode=0o600)
    (folder / "password").write_text(f"{generate_password_hash(password, CHEAP)}\n")
    return folder


Browse = Callable[..., FlaskClient]


@pytest.fixture
def browse(state: Path, clock: Clock) -> Browse:  # noqa: ARG001 # what each process finds
    """A new browser before a new process of the page: `browse(entrance)`."""

    def open_one(entrance: Entrance = LOCAL) -> FlaskClient:
        app = make_sample()
        add_login(app, entrance, 8050, clock)
        protect(app, entrance)
        client: FlaskClient = app.server.test_client()
        for name in entrance.names:
            client.set_cookie("_csrf_token", TOKEN, domain=name)
        return client

    return open_one


def enter(client: FlaskClient, password: str = PASSWORD, *, to: str = "", **change: str) -> TestResponse:
    """Send the form as a browser does; an empty header is left out."""
    own = {"Host": HERE, "Origin": f"http://{HERE}", "X-Forwarded-For": ""}
    sent = {"password": password, "_csrf_token": change.pop("Token", TOKEN)}
    headers = {name: value for name, value in (own | _named(change)).items() if value}
    return client.post(f"/login{to}", data=sent, headers=headers)


def get(client: FlaskClient, path: str = "/", page: bool = True, **change: str) -> TestResponse:
    opened = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"} if page else {}
    return client.get(path, headers={"Host": HERE} | opened | _named(change))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


# --- in the browser --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory, demo_store: Path) -> Iterator[Serving]:
    """The demo's page, as others in the network reach it."""
    folder = tmp_path_factory.mktemp("gate")
    servers = Servers(folder)
    keep_hash(folder)
    yield servers(demo_store, "--host", EVERYWHERE, INTROGRAPH_DEBUG="1")  # it logs its requests
    servers.close()


def near(served: Serving) -> str:
    """Give a server's address on this machine."""
    return f"http://127.0.0.1:{served.port}"


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=str)
def test_one_logs_in_and_out_with_the_keyboard_alone(
    gate: Serving, open_page: OpenPage, watch: Watch, screen: Screen
) -> None:
    watch.provoked.add(403)
    page = open_page(gate.url if screen.phone else near(gate), screen)  # plain http in a network, and this machine
    page.goto("/?to=Steve+Strauss")
    expect(page).to_have_url(re.compile(r"/login\?next=%2F%3Fto%3DSteve%2BStrauss$"))
    expect(page.get_by_label("Password")).to_be_focused()

    page.keyboard.type(WRONG)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This is not the password.")
    expect(page.get_by_label("Password")).to_have_accessible_description("This is not the password.")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Steve Strauss")
    expect(page).to_have_url(re.compile(r"/\?to=Steve\+Strauss"))
    shoot(page, "logged-in")
    if not screen.phone:
        expect(page.locator("#footer")).to_contain_text(re.compile(r"Served from [\d.]+, by password"))
    out = page.get_by_role("button", name="Log out")
    assert not screen.phone or _height(page, "#log-out") >= 40
    out.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/login$"))
    page.goto("/")
    expect(page).to_have_url(re.compile("/login$"))


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_the_login_is_for_everybody(gate: Serving, open_page: OpenPage, watch: Watch, screen: Screen) -> None:
    watch.provoked.add(403)
    page = open_page(near(gate), screen)
    page.goto("/login")
    shoot(page, "login")

    page.get_by_label("Password").fill(WRONG)
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("alert")).to_be_visible()
    check_access(page)
    shoot(page, "login-wrong")
    assert page.locator("html").get_attribute("data-mantine-color-scheme") == screen.theme
    assert min(_height(page, one) for one in ("#password", ".button")) >= 40
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _height(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["height"]


def log_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Log in")


def test_what_a_page_asks_after_its_session_has_ended_leads_to_the_login(
    gate: Serving, open_page: OpenPage, watch: Watch
) -> None:
    page = open_page(near(gate))
    log_in(page)
    page.wait_for_load_state("networkidle")
    watch.provoked.add(401)

    page.context.clear_cookies(name=f"intrograph-{gate.port}")
    page.locator("#ask").press("a")

    expect(page).to_have_url(re.compile(r"/login\?next=%2F$"))


_TAKE = """url => fetch(url + '/logout', {method: 'POST', mode: 'no-cors', credentials: 'include'})
    .then(() => 'answered', () => 'refused')"""
_READ = """url => fetch(url + '/graph.json', {credentials: 'include'}).then(() => 'read', () => 'refused')"""


def test_another_origin_can_do_nothing_with_a_session(
    gate: Serving, open_page: OpenPage, watch: Watch, elsewhere: str
) -> None:
    """A page on another port is of the same site for a browser, which sends it my cookies."""
    page = open_page(near(gate))
    log_in(page)
    before = gate.told()
    watch.leave(page.context)
    other = page.context.new_page()
    other.goto(elsewhere)
    tried = [other.evaluate(how, near(gate)) for how in (_TAKE, _READ)]

    assert tried == ["refused"] * 2
    assert re.findall(r"(?:POST|GET) \S+ (\d+)", gate.told().removeprefix(before))[-2:] == ["403", "403"]
    page.reload()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


# --- who is let in ---------------------------------------------------------------------------------------------------


def test_nothing_is_seen_before_the_login(browse: Browse) -> None:
    client = browse()

    led = get(client, "/?to=Steve+S&steps=3")
    assert (led.status_code, led.headers["Location"]) == (302, "/login?next=%2F%3Fto%3DSteve%2BS%26steps%3D3")
    old = get(client, "/", page=False, Accept="text/html,*/*;q=0.8")  # as browsers ask over plain http
    assert (old.status_code, old.headers["Location"]) == (302, "/login")
    for path in ("/_dash-layout", "/_dash-dependencies", "/data", "/export", "/assets/page.js", "/nowhere"):
        refused = get(client, path, page=False)
        assert (refused.status_code, refused.text) == (401, "Log in first: this page asks for a password.\n")
    own = {"Host": HERE, "Origin": f"http://{HERE}", "X-CSRFToken": TOKEN}
    assert client.post("/_dash-update-component", json={}, headers=own).status_code == 401


def test_the_right_password_opens_all_of_it(browse: Browse) -> None:
    client = browse()

    entered = enter(client)

    assert (entered.status_code, entered.headers["Location"]) == (303, "/")
    cookie = entered.headers["Set-Cookie"]
    assert cookie.startswith("intrograph-8050=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert get(client, "/_dash-layout", page=False).status_code == 200
    assert get(client, "/login").headers["Location"] == "/"
    assert get(browse(), "/_dash-layout", page=False).status_code == 401


@pytest.mark.parametrize(
    ("named", "leads"),
    [
        ("/?to=Steve+S", "/?to=Steve+S"),
        ("/person/x:1", "/person/x:1"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
        ("/login?next=/", "/"),
        ("/logout", "/"),
        ("/export?to=Ann", "/"),
        ("/x/../%65xport", "/"),
        ("/x/..\\about", "/"),
        ("", "/"),
    ],
)
def test_it_leads_on_to_its_own_pages_alone(browse: Browse, named: str, leads: str) -> None:
    client = browse()
    form = client.get("/login", query_string={"next": named}, headers={"Host": HERE})
    assert "evil" not in form.text

    entered = client.post(
        "/login",
        query_string={"next": named},
        data={"password": PASSWORD, "_csrf_token": TOKEN},
        headers={"Host": HERE, "Origin": f"http://{HERE}"},
    )

    assert entered.headers["Location"] == leads


@pytest.mark.parametrize(
    "change", [{"Token": ""}, {"Token": "u" * 43}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_a_form_of_another_site_is_refused(browse: Browse, change: dict[str, str]) -> None:
    client = browse()

    assert enter(client, **change).status_code == 403
    assert get(client, "/_dash-layout", page=False).status_code == 401


def test_logging_out_needs_the_token_and_ends_the_session(browse: Browse) -> None:
    client = browse()
    enter(client)
    own = {"Host": HERE, "Origin": f"http://{HERE}"}

    assert client.post("/logout", headers=own).status_code == 403
    assert get(client, "/_dash-layout", page=False).status_code == 200
    assert client.post("/logout", headers=own | {"X-CSRFToken": TOKEN}).status_code == 204
    assert get(client, "/_dash-layout", page=False).status_code == 401
    assert get(client, "/logout").headers["Location"].startswith("/login")


def test_a_cookie_that_another_port_was_sent_ends_with_log_out(browse: Browse, state: Path, clock: Clock) -> None:
    client, kept, stranger = browse(), browse(), browse()
    enter(kept)
    stranger.set_cookie("intrograph-8050", session_of(enter(client)), domain="127.0.0.1")
    assert get(stranger, "/_dash-layout", page=False).status_code == 200

    for one in (client, browse()):  # without a session, too
        headers = {"Host": HERE, "Origin": f"http://{HERE}", "X-CSRFToken": TOKEN}
        assert one.post("/logout", headers=headers).status_code == 204

    assert get(stranger, "/_dash-layout", page=False).status_code == 401
    assert get(kept, "/_dash-layout", page=False).status_code == 200
    assert stat.S_IMODE((state / "ended").stat().st_mode) == 0o600
    clock.pass_by(days=31)
    EndedSessions(find_secret(), clock).add("another")
    assert len(re.findall(r'"\w{32}":', (state / "ended").read_text())) == 1


def session_of(entered: TestResponse) -> str:
    return entered.headers["Set-Cookie"].split(";")[0].partition("=")[2]


def test_a_session_holds_in_every_process_and_after_a_restart_until_the_password_is_another(
    browse: Browse, state: Path
) -> None:
    client, other = browse(), browse()  # the secret is all that they share
    other.set_cookie("intrograph-8050", session_of(enter(client)), domain="127.0.0.1")
    assert get(other, "/_dash-layout", page=False).status_code == 200

    keep_hash(state.parent, WRONG)
    assert get(other, "/_dash-layout", page=False).status_code == 401
    (state / "password").unlink()
    assert get(client, "/_dash-layout", page=False).status_code == 401
    assert enter(client).status_code == 403


def test_a_session_is_renewed_once_a_day(browse: Browse, clock: Clock) -> None:
    client = browse()
    enter(client)
    assert "Set-Cookie" not in get(client, "/data", page=False).headers

    clock.pass_by(days=1, minutes=1)

    assert "Expires=" in get(client, "/data", page=False).headers["Set-Cookie"]
    assert "Set-Cookie" not in get(client, "/data", page=False).headers


def test_a_cookie_that_was_written_by_somebody_else_is_none(browse: Browse) -> None:
    client = browse()
    client.set_cookie("intrograph-8050", "eyJwYXNzd29yZCI6IjEifQ.Z.Z", domain="127.0.0.1")
    assert get(client, "/_dash-layout", page=False).status_code == 401


# --- how often one may try -------------------------------------------------------------------------------------------


def test_a_hundred_wrong_passwords_wait_longer_and_longer(browse: Browse, clock: Clock) -> None:
    client, other = browse(), browse()  # two processes count alike
    assert [enter(client, WRONG).status_code for _ in range(5)] == [403] * 5

    refused = enter(other, WRONG)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    assert "Too many tries. The next one is possible in 2 seconds." in refused.text
    assert enter(client).status_code == 429  # the right one, too

    waits = []
    for _ in range(94):
        wait = int(enter(client, WRONG).headers["Retry-After"])
        waits.append(wait)
        clock.pass_by(seconds=wait)
        assert enter(client, WRONG).status_code == 403
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == max(waits) == 900

    clock.pass_by(seconds=900)
    assert enter(client).status_code == 303
    assert enter(browse(), WRONG).status_code == 403  # it begins anew


@pytest.mark.usefixtures("state")
def test_many_addresses_together_wait_too_but_not_for_ever(clock: Clock) -> None:
    attempts = Attempts(secret=find_secret(), clock=clock)
    waited = [attempts.begin(f"10.0.{n}.1") for n in range(100)]
    assert not any(waited)

    assert attempts.begin("10.1.0.1") == 10
    clock.pass_by(seconds=10)
    assert attempts.begin("10.1.0.1") == 0
    assert attempts.begin("10.1.0.2") == 10
    clock.pass_by(hours=1, seconds=1)
    assert not any(attempts.begin("10.1.0.3") for _ in range(5))


@pytest.mark.usefixtures("state")
def test_who_goes_on_trying_keeps_no_address_out_that_logged_in_lately(clock: Clock) -> None:
    attempts = Attempts(secret=find_secret(), clock=clock)
    assert attempts.begin("192.0.2.1") == 0
    attempts.forgive("192.0.2.1")
    for n in range(100):
        attempts.begin(f"10.0.{n}.1")

    assert attempts.begin("192.0.2.1") == 0
    attempts.forgive("192.0.2.1")
    assert attempts.begin("10.1.0.1") == 10  # it took back its own try alone
    clock.pass_by(days=30, seconds=1)
    for n in range(100):
        attempts.begin(f"10.0.{n}.1")
    assert attempts.begin("192.0.2.1") == 10


def test_of_addresses_only_the_newest_are_kept_for_a_day_and_none_as_it_is(
    state: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.service.attempts._ADDRESSES", 20)
    attempts = Attempts(secret=find_secret(), clock=clock)

    def kept() -> list[str]:
        told = (state / "logins").read_text()
        assert "10.2." not in told
        return re.findall(r'"\w{32}":', told)

    for n in range(30):
        clock.pass_by(minutes=1)
        attempts.begin(f"10.2.0.{n}")
    assert len(kept()) == 20
    clock.pass_by(days=1, minutes=1)
    attempts.begin("10.2.1.1")
    assert len(kept()) == 1


@pytest.mark.usefixtures("state")
def test_an_ipv6_network_is_one_address(clock: Clock) -> None:
    attempts = Attempts(secret=find_secret(), clock=clock)
    assert not any(attempts.begin(f"2001:db8::{n}") for n in range(5))
    assert attempts.begin("2001:db8::ffff") == 2
    assert attempts.begin("2001:db8:0:1::1") == 0
    assert not any(attempts.begin(one) for one in ["192.0.2.7", "::ffff:192.0.2.7"] * 2)
    assert attempts.begin("192.0.2.7") == 0
    assert attempts.begin("::ffff:192.0.2.7") == 2


def test_a_damaged_count_is_begun_anew(state: Path, clock: Clock) -> None:
    (state / "logins").touch(mode=0o600)
    (state / "logins").write_text('{"by_address": {"a"')
    assert Attempts(secret=find_secret(), clock=clock).begin("192.0.2.7") == 0


def test_where_tries_cannot_be_counted_it_says_so_and_is_not_served(browse: Browse, state: Path) -> None:
    client = browse()
    (state / "logins").mkdir()

    refused = enter(client)

    assert refused.status_code == 503
    assert "intrograph&#39;s state folder can be written" in refused.text
    done = type_in("--store", str(state / "people.db"), "serve", "--password", "--no-open", "--port", "0")
    assert (done.exit_code != 0, "logins can't be" in done.stderr) == (True, True)


def test_a_password_that_cannot_be_read_is_no_wrong_one(
    browse: Browse, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = browse()
    (state / "password").chmod(0o644)

    told = [enter(client) for _ in range(7)]

    assert {one.status_code for one in told} == {503}
    assert "The password can&#39;t be read here." in told[0].text
    assert "The password can't be read: UsageError" in caplog.text
    assert str(state) not in caplog.text


# --- where it is opened ----------------------------------------------------------------------------------------------


def test_behind_a_proxy_only_its_name_is_answered_and_its_word_believed(browse: Browse) -> None:
    client = browse(PUBLIC)
    told: dict[str, Any] = {
        "X_Forwarded_For": "198.51.100.7",
        "X_Forwarded_Proto": "https",
        "X_Forwarded_Host": "graph.example.org",
    }

    assert get(client, "/login", **told).status_code == 200
    assert get(client, "/login", Host="graph.example.org").status_code == 200
    assert get(client, "/login", Host="192.0.2.7").status_code == 403
    assert get(client, "/login").status_code == 200  # this machine asks, as a check of its health does
    assert get(client, "/login", **told | {"X_Forwarded_Host": "127.0.0.1"}).status_code == 403
    own = told | {"Host": "graph.example.org", "Origin": "https://graph.example.org"}
    assert [enter(client, WRONG, **own).status_code for _ in range(6)] == [403] * 5 + [429]
    entered = enter(client, **own | {"X_Forwarded_For": "198.51.100.8"})
    assert entered.status_code == 303
    assert re.match(r"__Host-intrograph=.*; Secure; HttpOnly; Path=/; SameSite=Lax", entered.headers["Set-Cookie"])


def test_without_a_proxy_nobody_says_who_asks(browse: Browse) -> None:
    client = browse()

    for n in range(5):
        enter(client, WRONG, X_Forwarded_For=f"198.51.100.{n}")
    assert enter(client, WRONG, X_Forwarded_For="198.51.100.99").status_code == 429
    assert get(client, "/login", X_Forwarded_Host="evil.example").status_code == 200
    assert get(client, "/login", Host="evil.example", X_Forwarded_Host=HERE).status_code == 403


def test_in_a_network_addresses_and_the_machine_s_own_name_are_answered() -> None:
    with listen(EVERYWHERE, 0, beyond=True) as taken:
        entrance = open_entrance(EVERYWHERE, taken)
        port = taken.getsockname()[1]
    own = socket.gethostname().lower()
    answered = ["192.168.1.7", "[fe80::1]", "127.0.0.1", "localhost", own, f"{own.partition('.')[0]}.local"]

    assert [one for one in answered if not entrance.answers_to(one, "192.168.1.9")] == []
    assert not entrance.answers_to("evil.example", "192.168.1.9")
    assert not entrance.local
    assert re.fullmatch(rf"http://[\d.]+:{port}", entrance.url)
    assert entrance.host != EVERYWHERE
    public = open_entrance(EVERYWHERE, taken, "https://graph.example.org")
    assert (public, public.host, public.encrypted) == (PUBLIC, "graph.example.org", True)


@pytest.mark.parametrize(
    "url", ["https://graph.example.org", "http://graph.example.org:8443/", "https://[2001:db8::1]"]
)
def test_a_public_address_is_a_scheme_and_a_host(url: str) -> None:
    assert read_url(url.upper()) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    ["graph.example.org", "ftp://a.example", "https://", "https://a.example/path", "https://a.example/?q", "https://a@b.c",
     "https://a.example#x", "https://a b", "https://a.example:port", "https://é.example", ""],
)  # fmt: skip
def test_what_is_no_public_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"https://graph\.example\.org, without a path"):
        read_url(url)


# --- the password and the secret -------------------------------------------------------------------------------------


def type_in(*words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(root, list(words), input=stdin)


def test_the_password_is_set_and_removed_and_never_kept(state: Path) -> None:
    (state / "password").unlink()

    done = type_in("password", stdin=f"{PASSWORD}\n")

    file = state / "password"
    assert (done.exit_code, done.stdout) == (0, f"The password is set. Its hash is in {file}.\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD not in file.read_text()
    held = read_hash()
    assert held is not None
    assert held.startswith("scrypt:32768:8:1$")
    assert is_right(PASSWORD, held)
    assert not is_right(WRONG, held)
    assert type_in("password", "--remove").stdout == "The password is removed.\n"
    assert type_in("password", "--remove").stdout == "No password is set.\n"
    assert read_hash() is None


def test_a_short_password_is_refused_with_the_reason(state: Path) -> None:
    before = (state / "password").read_text()
    done = type_in("password", stdin="eleven char\n")

    assert done.exit_code == 2
    assert "has 11 characters, and 12 are the least" in done.stderr
    assert "eleven" not in done.stderr
    assert (state / "password").read_text() == before


@pytest.mark.usefixtures("state")
def test_a_letter_that_keyboards_write_in_two_ways_is_one() -> None:
    set_password("caf\u00e9 \u00e0 la carte")
    assert is_right("cafe\u0301 a\u0300 la carte", read_hash() or "")


OTHERS = (EVERYWHERE, "::", "192.0.2.7", "example.org", "::ffff:127.0.0.1", "")


@pytest.mark.parametrize(
    "words", [*(("--host", host) for host in OTHERS), ("--password",), ("--url", "https://graph.example.org")]
)
def test_it_is_not_served_without_the_password_that_it_needs(state: Path, words: tuple[str, ...]) -> None:
    (state / "password").unlink()

    done = type_in("--store", str(state / "people.db"), "serve", "--no-open", *words)

    assert done.exit_code == 2
    assert "a password, and none is set" in done.stderr
    assert re.search("^ +intrograph .*password$", done.stderr, re.MULTILINE)
    assert not (state / "people.db").exists()


@pytest.mark.parametrize(("host", "says"), [("", "is no address of this machine"), ("198.51.100.7", "can't be used")])
def test_an_address_of_another_machine_is_refused(state: Path, host: str, says: str) -> None:
    done = type_in("--store", str(state / "people.db"), "serve", "--no-open", "--host", host)
    assert (done.exit_code, says in done.stderr) == (2, True)


def test_the_demo_is_for_this_machine_alone(state: Path) -> None:
    done = type_in("--store", str(state / "demo.db"), "demo", "--host", EVERYWHERE)
    assert (done.exit_code, "this machine alone" in done.stderr) == (2, True)


def test_the_environment_wins_over_the_files(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, file = find_secret(), state / "mine"
    file.touch(mode=0o600)
    file.write_text(f"{HASH}\n")

    monkeypatch.setenv("INTROGRAPH_PASSWORD_HASH_FILE", str(file))
    assert read_hash() == HASH
    monkeypatch.setenv("INTROGRAPH_SECRET", "s" * 64)
    assert find_secret() == "s" * 64 != own
    monkeypatch.setenv("INTROGRAPH_PASSWORD_HASH", generate_password_hash(WRONG, CHEAP))
    assert is_right(WRONG, read_hash() or "")
    assert "counts instead" in type_in("password", stdin=f"{PASSWORD}\n").stderr


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("INTROGRAPH_PASSWORD_HASH", PASSWORD, "holds no hash of a password"),
        ("INTROGRAPH_PASSWORD_HASH_FILE", "open", "chmod 600"),
        ("INTROGRAPH_PASSWORD_HASH_FILE", "nowhere", "can't be read"),
        ("INTROGRAPH_PASSWORD_HASH_FILE", "pipe", "is a pipe"),
        ("INTROGRAPH_SECRET", "too short", "less than 32 characters"),
    ],
)
def test_what_is_given_wrongly_is_refused_and_not_told(
    state: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    (state / "open").write_text(HASH)
    (state / "open").chmod(0o644)
    os.mkfifo(state / "pipe", 0o600)
    monkeypatch.setenv(name, str(state / value) if name.endswith("FILE") else value)

    done = type_in("--store", str(state / "people.db"), "serve", "--password", "--no-open", "--port", "0")

    assert done.exit_code == 2
    assert says in done.stderr
    assert PASSWORD not in done.stderr
    assert HASH not in done.stderr


def test_all_who_ask_at_once_get_one_secret_and_nobody_else_may_read_it(state: Path) -> None:
    with ThreadPoolExecutor(8) as many:
        found = {each.result() for each in [many.submit(find_secret) for _ in range(32)]}

    assert len(found) == 1
    assert len(found.pop()) == 64
    assert stat.S_IMODE((state / "secret").stat().st_mode) == 0o600
    (state / "secret").chmod(0o644)
    with pytest.raises(StoreError, match="chmod 600"):
        find_secret()


def test_no_log_names_a_password_a_secret_or_an_address(
    browse: Browse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("INTROGRAPH_DEBUG", "1")
    client = browse()

    with caplog.at_level(logging.DEBUG):
        enter(client, WRONG)
        enter(client)
        get(client, "/?to=Steve")

    assert "POST /login 403" in caplog.text
    for hidden in (PASSWORD, WRONG, find_secret(), "127.0.0.1", "Steve", TOKEN):
        assert hidden not in caplog.text
