"""What guards the page, seen from outside: who is refused, what a browser is told, and what is never told."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.web.entrance import Entrance
from dashboard.web.safety import protect
from dashboard.web.server import BODY_LIMIT
from tests.web.sample import make_sample

HERE = "127.0.0.1:8050"
ENTRANCE = Entrance(url=f"http://{HERE}", names=frozenset({"127.0.0.1", "localhost", "[::1]"}))
TOKEN = "t" * 43
UPDATE = "/_dash-update-component"


@pytest.fixture
def app() -> Dash:
    app = make_sample()
    protect(app, ENTRANCE)
    return app


@pytest.fixture
def client(app: Dash) -> Iterator[FlaskClient]:
    with app.server.test_client() as client:
        yield client


def get(client: FlaskClient, path: str = "/", **headers: str) -> TestResponse:
    return client.get(path, headers={"Host": HERE} | _named(headers))


def post(client: FlaskClient, name: str = "Ann", *, cookie: str | None = TOKEN, **headers: str) -> TestResponse:
    """Call the sample's callback as its page does, but for what the headers change; an empty one is left out."""
    if cookie is not None:
        client.set_cookie("_csrf_token", cookie, domain="127.0.0.1")
    own = {"Host": HERE, "Origin": f"http://{HERE}", "Sec-Fetch-Site": "same-origin", "X-CSRFToken": TOKEN}
    sent = {key: value for key, value in (own | _named(headers)).items() if value}
    return client.post(UPDATE, json=_callback(name), headers=sent)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _callback(name: str) -> dict[str, object]:
    return {
        "output": "hello.children",
        "outputs": {"id": "hello", "property": "children"},
        "inputs": [{"id": "name", "property": "value", "value": name}],
        "changedPropIds": ["name.value"],
    }


# --- who is let in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost", "LOCALHOST:9000", "[::1]:8050"])
def test_answers_to_its_own_names(client: FlaskClient, host: str) -> None:
    assert get(client, Host=host).status_code == 200


@pytest.mark.parametrize(
    "host", ["", "evil.example", "evil.example:8050", "127.0.0.1.evil.example", "127.0.0.1:8050, evil.example", "[::2]"]
)
def test_answers_to_no_name_that_was_made_to_point_here(client: FlaskClient, host: str) -> None:
    refused = get(client, Host=host)

    assert (refused.status_code, refused.mimetype) == (403, "text/plain")
    assert post(client, Host=host, Origin=f"http://{host}").status_code == 403


def test_the_page_s_own_callbacks_are_answered(client: FlaskClient) -> None:
    answered = post(client)

    assert answered.status_code == 200
    assert "Hello, Ann" in answered.text
    assert post(client, Sec_Fetch_Site="").status_code == 200  # older browsers say their origin alone
    assert post(client, Origin="").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": ""},
        {"Origin": "http://127.0.0.1:3000", "Sec-Fetch-Site": "same-site"},  # another program's page on this machine
        {"Origin": "https://127.0.0.1:8050"},
        {"Origin": "null"},
        {"Origin": "", "Sec-Fetch-Site": "none"},
        {"Origin": "", "Sec-Fetch-Site": ""},
        {"X-CSRFToken": ""},
        {"X-CSRFToken": "u" * 43},
        {"X-CSRFToken": "é" * 43},
    ],
)
def test_what_another_site_sends_changes_nothing(client: FlaskClient, headers: dict[str, str]) -> None:
    assert post(client, **headers).status_code == 403


@pytest.mark.parametrize("token", [None, "", "short"])
def test_a_token_that_was_not_given_is_none(client: FlaskClient, token: str | None) -> None:
    refused = post(client, cookie=token, X_CSRFToken=token or "")

    assert refused.status_code == 403
    assert "Reload the page" in refused.text


def test_another_site_may_link_to_the_page_and_not_read_it(client: FlaskClient) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site"}

    assert get(client, **elsewhere, Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document").status_code == 200
    assert get(client, **elsewhere, Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="iframe").status_code == 403
    assert get(client, "/_dash-layout", **elsewhere, Sec_Fetch_Mode="no-cors").status_code == 403
    assert get(client, "/_dash-layout", Origin="https://evil.example").status_code == 403
    for file in ("/export", "/about"):
        assert get(client, file, **elsewhere, Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document").status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY"])
def test_other_methods_are_refused(client: FlaskClient, method: str) -> None:
    refused = client.open("/", method=method, headers={"Host": HERE})

    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_a_request_that_is_too_long_is_refused(client: FlaskClient) -> None:
    assert post(client, "a" * BODY_LIMIT).status_code == 413


# --- the token -------------------------------------------------------------------------------------------------------


def test_a_page_gets_a_token_that_holds_after_a_restart(client: FlaskClient) -> None:
    given = get(client).headers["Set-Cookie"]
    token = re.fullmatch(r"_csrf_token=([\w-]{43}); Path=/; SameSite=Strict", given)
    assert token is not None

    again = make_sample()
    protect(again, ENTRANCE)

    assert post(again.server.test_client(), cookie=token[1], X_CSRFToken=token[1]).status_code == 200


def test_a_second_tab_keeps_the_token_of_the_first(client: FlaskClient) -> None:
    assert "Set-Cookie" in get(client).headers
    assert "Set-Cookie" not in get(client).headers


# --- what a browser is told ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/_dash-layout", "/_dash-dependencies", "/_dash-component-suites/x/y.js"])
def test_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    headers = get(client, path).headers

    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert re.fullmatch(r"'self'( 'sha256-[\w+/=]+')+", policy["script-src"])
    assert not re.search(r"unsafe-eval|https?:|\*", headers["Content-Security-Policy"])
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers


def test_callbacks_are_not_kept_and_the_program_s_own_files_are(client: FlaskClient) -> None:
    assert post(client).headers["Cache-Control"] == "no-store"
    scripts = re.findall(r'<script src="([^"]+)"', get(client).text)

    kept = {get(client, script).headers["Cache-Control"] for script in scripts}
    assert kept == {"private, max-age=31536000, immutable"}
    plain = re.sub(r"\.v[\w]+m\d+\.", ".", scripts[0])
    assert get(client, plain).headers["Cache-Control"] == "private, no-cache"


def test_what_may_be_kept_is_asked_for_again(client: FlaskClient) -> None:
    assert get(client, "/data").headers["Cache-Control"] == "private, no-cache"


def test_nothing_is_loaded_from_elsewhere(client: FlaskClient) -> None:
    assert re.findall(r"(?:src|href)=\"(?!/)[^\"]*", get(client).text) == []


# --- what is never told ----------------------------------------------------------------------------------------------


def test_an_error_names_nobody(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        failed = post(client, "Secret Name")
        get(client, "/?to=Secret")

    assert (failed.status_code, failed.mimetype) == (500, "text/plain")
    assert failed.text.startswith("This went wrong here, not with your data.")
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == [
        f"Internal error: KeyError at sample.py, line {_line_of_the_error()}"
    ]
    assert "Secret" not in failed.text + caplog.text
    assert "Traceback" not in caplog.text


def _line_of_the_error() -> int:
    lines = Path(__file__).with_name("sample.py").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if "raise KeyError" in line)


def test_what_is_not_there_or_makes_no_sense_is_told_shortly(client: FlaskClient) -> None:
    client.set_cookie("_csrf_token", TOKEN, domain="127.0.0.1")
    own = {"Host": HERE, "Origin": f"http://{HERE}", "X-CSRFToken": TOKEN}

    missed = get(client, "/_dash-component-suites/dash/secret.js")
    senseless = client.post(UPDATE, data="Secret", content_type="application/json", headers=own)

    assert (missed.status_code, missed.text) == (404, "Not found.\n")
    assert (senseless.status_code, senseless.text) == (400, "Bad Request.\n")


def test_those_who_look_for_a_fault_see_requests_and_tracebacks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("INTROGRAPH_DEBUG", "1")
    app = make_sample()
    protect(app, ENTRANCE)

    with caplog.at_level(logging.INFO):
        post(app.server.test_client(), "Secret Name")

    assert "POST /_dash-update-component 500" in caplog.text
    assert "Traceback" in caplog.text
