"""What the documents say works: every command line in them runs, every link in them leads somewhere."""

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from dashboard.cli import app as cli
from graph.ties.formula import CLOSE, FAMILIAR, FORMULA
from ingest.registry import names

ROOT = Path(__file__).resolve().parents[2]
CAST = ROOT / "dashboard" / "demo" / "cast.jsonl"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")])
RUN = ("README.md", "docs/privacy.md", "docs/how-it-works.md")

MAIL = """\
From you@example.org Mon Nov 02 08:00:00 2026
From: You <you@example.org>
To: Noor Haddad <noor.haddad@example.org>
Date: Mon, 02 Nov 2026 08:00:00 +0000
Message-ID: <1@example.org>
Subject: Lunch

Today at one?
"""
TWEETS = """window.YTD.tweets.part0 = [{"tweet": {"id_str": "11", "created_at": "Mon Oct 26 08:00:00 +0000 2026",
"full_text": "@harbour hello", "in_reply_to_user_id_str": "7", "in_reply_to_screen_name": "harbour",
"entities": {"user_mentions": [{"id_str": "7", "screen_name": "harbour", "name": "Harbour"}]}}}]"""
ACCOUNT = (
    """window.YTD.account.part0 = [{"account": {"accountId": "5", "username": "you", "accountDisplayName": "You"}}]"""
)
CONNECTIONS = """\
First Name,Last Name,URL,Email Address,Company,Position,Connected On
Jonas,Weller,https://www.linkedin.com/in/jonas-weller-example,,Weller Consulting,Partner,03 Nov 2024
"""


def command_lines(document: Path) -> list[str]:
    """The lines after `$` in the console blocks of a document."""
    blocks = re.findall(r"^```console\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the exports that the documents name, and the demo's cast in the store."""
    for name, folder in (("HOME", ""), ("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.delenv("INTROGRAPH_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mail.mbox").write_text(MAIL, encoding="utf-8")
    with ZipFile(tmp_path / "twitter-archive.zip", "w") as archive:
        archive.writestr("data/account.js", ACCOUNT)
        archive.writestr("data/tweets.js", TWEETS)
    with ZipFile(tmp_path / "linkedin-export.zip", "w") as archive:
        archive.writestr("Connections.csv", CONNECTIONS)
    assert run("ingest", str(CAST), str(tmp_path / "mail.mbox")) == 0
    return tmp_path


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.root.main(list(words), obj=lambda: NOW)
    return ended.value.code if isinstance(ended.value.code, int) else 0


@pytest.mark.parametrize("name", RUN)
def test_every_command_line_runs(name: str, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for line in command_lines(ROOT / name):
        program, *words = shlex.split(line)
        if program == "intrograph" and words != ["serve"]:  # it ends with Ctrl-C: tests/web serves
            code = run(*words)
            shown = capfd.readouterr()
            assert code == 0, f"{line}\n{shown.out}{shown.err}"
    assert home.is_dir()


def test_make_targets_named_in_the_readme_are_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(command_lines(ROOT / "README.md"))))

    assert named
    assert named <= targets


def test_every_document_is_in_the_index() -> None:
    indexes = [ROOT / "docs" / "README.md", ROOT / "docs" / "sources.md"]
    linked = {
        (index.parent / link).resolve()
        for index in indexes
        for link in re.findall(r"\]\(([^)#\s]+)\)", index.read_text(encoding="utf-8"))
    }

    assert [path for path in DOCUMENTS if path not in linked and path not in indexes] == []


def test_every_source_is_in_the_list() -> None:
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")

    assert sorted(re.findall(r"^\| \[([\w-]+)\]", text, re.MULTILINE)) == sorted(names())


def test_the_formula_is_told_as_it_is() -> None:
    text = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    rows = re.findall(r"([a-z, ]+) \| ([0-9.]+) \|", text)
    told = {kind: float(weight) for kinds, weight in rows for kind in kinds.strip().split(", ")}

    assert told == dict(FORMULA.weights)
    assert f"age in days / {FORMULA.half_life_days:.0f}" in text
    assert f"{1 - FORMULA.reverse_share:.1f} · 2xy / (x + y) + {FORMULA.reverse_share} · y" in text
    assert " / ".join(str(floor) for floor in FORMULA.floors.values()) in text
    assert f"**close** from {CLOSE}, **familiar** from {FAMILIAR}" in text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))

    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []
