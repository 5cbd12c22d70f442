"""The server in Docker: reached from this machine alone, of the release in the tests, its password in no file here."""

import re
from pathlib import Path

from tests.neo4j_server import IMAGE

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")


def test_only_this_machine_reaches_it() -> None:
    listed = re.search(r"ports:\n((?: +- .*\n)+)", COMPOSE)
    assert listed is not None
    assert listed[1].split() == ["-", "127.0.0.1:7687:7687", "-", "127.0.0.1:7474:7474"]
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
    for name, default in re.findall(r"\$\{(\w+):-(\w+)", COMPOSE):
        assert f"{name}={default}\n" in EXAMPLE


def test_it_says_nothing_home_and_keeps_no_long_log() -> None:
    assert 'NEO4J_dbms_usage__report_enabled: "false"' in COMPOSE
    assert "NEO4J_db_tx__log_rotation_retention__policy: keep_none" in COMPOSE
