"""The services in Docker: server and page, for this machine alone, and jobs; no password or token in a file."""

import re
from pathlib import Path

from tests.neo4j_server import IMAGE

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")


def test_only_this_machine_reaches_it() -> None:
    listed = re.findall(r"^ +- (\S+:\d+)(?: #.*)?$", COMPOSE, re.MULTILINE)
    assert listed == ["127.0.0.1:7687:7687", "127.0.0.1:7474:7474", "127.0.0.1:8050:8050"]
    assert "network_mode" not in COMPOSE


def test_it_is_of_the_release_that_the_tests_use() -> None:
    assert re.findall(r"image: (.+)", COMPOSE) == [IMAGE]


def test_its_password_is_asked_for_and_git_keeps_it_out() -> None:
    assert re.findall(r"NEO4J_AUTH: (.+)", COMPOSE) == [
        "neo4j/${NEO4J_PASSWORD:?copy .env.example to .env and set a password there}"
    ]
    assert ".env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_whatever_it_is_asked_for_is_in_the_example() -> None:
    assert set(re.findall(r"\$\{(\w+)", COMPOSE)) == set(re.findall(r"^(\w+)=.", EXAMPLE, re.MULTILINE))
    for name, default in re.findall(r"\$\{(\w+):-([\w:/.]+)\}", COMPOSE):
        assert f"{name}={default}\n" in EXAMPLE


def test_it_says_nothing_home_and_keeps_no_long_log() -> None:
    assert 'NEO4J_dbms_usage__report_enabled: "false"' in COMPOSE
    assert "NEO4J_db_tx__log_rotation_retention__policy: keep_none" in COMPOSE


def test_the_page_asks_for_a_password_and_waits_for_the_server() -> None:
    page = COMPOSE.partition("\n  dashboard:\n")[2].partition("\n  jobs:\n")[0]
    assert "--host 0.0.0.0" in page  # which is not served without one
    assert "--url ${DASHBOARD_URL:-http://localhost:8050}" in page
    assert "condition: service_healthy" in page
    assert "/health" in page
    assert re.findall(r"- (\S+):(/state)", page) == [("dashboard", "/state")]


def test_jobs_run_by_themselves_as_the_user_with_the_token_as_a_secret() -> None:
    jobs = COMPOSE.partition("\n  jobs:\n")[2].partition("\nvolumes:\n")[0]
    assert "profiles: [jobs]" in jobs
    assert re.findall(r"- (\S+)", jobs) == ["${JOBS_CONFIG:-~/.config/intrograph}:/config/intrograph:ro"]
    assert re.findall(r"X_BEARER_TOKEN\w*: (.+)", COMPOSE) == ["/run/secrets/x-token"]
    assert "file: ${JOBS_TOKEN:-~/.x-token}" in COMPOSE
    assert "user: ${JOBS_UID:-1000}" in jobs
    assert "ports:" not in jobs


def test_the_image_holds_what_the_lock_says_and_runs_as_nobody_special() -> None:
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert set(re.findall(r"^FROM (\S+)", image, re.MULTILINE)) == {"python:3.13-slim"}
    fetched = [line for line in re.findall(r"pip (?:install|wheel) .*", image) if "--no-index" not in line]
    assert [("--require-hashes --no-deps" in line, line.endswith("-r requirements.lock")) for line in fetched] == [
        (True, True)
    ]
    last = image.rpartition("\nFROM ")[2]
    assert "\nUSER intrograph\n" in last
    assert last.endswith('ENTRYPOINT ["intrograph"]\nCMD ["pull", "--watch"]\n')


def test_nothing_goes_into_the_image_but_what_it_is_made_of() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == {
        "LICENSE", "README.md", "dashboard", "graph", "ingest", "pyproject.toml", "requirements.lock",
    }  # fmt: skip
