"""Every command, option and JSON key is documented: docs/cli.md is the reference that others script against."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from dashboard.cli.app import root
from dashboard.cli.commands import ALIASES, HELPS
from ingest.registry import names, source
from tests.dashboard.conftest import Cli

DOCS = Path(__file__).resolve().parents[2] / "docs"
CLI = (DOCS / "cli.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### intrograph (\w+)\n(.*?)(?=^##|\Z)", CLI, re.MULTILINE | re.DOTALL))
EVERYWHERE = {"--json", "--yes", "-y", "--help", "-h"}


def command(name: str) -> click.Command:
    found = root.get_command(click.Context(root), name)
    assert found is not None
    return found


def options_of(found: click.Command) -> Iterator[str]:
    """The options of a command and of its subcommands; not those that sources add to `ingest`."""
    for parameter in found.params:
        if isinstance(parameter, click.Option):
            yield from (option for option in parameter.opts if option not in EVERYWHERE)
    if isinstance(found, click.Group):
        for one in found.commands.values():
            yield from options_of(one)


@pytest.mark.parametrize("name", HELPS)
def test_command_is_documented_with_every_option(name: str) -> None:
    section = SECTIONS[name]
    missing = [
        option for option in options_of(command(name)) if not re.search(rf"(?<![\w-]){option}(?![\w-])", section)
    ]
    assert missing == []
    assert "`--json`" in section


@pytest.mark.parametrize("name", HELPS)
def test_subcommands_are_documented(name: str) -> None:
    found = command(name)
    subcommands = found.commands if isinstance(found, click.Group) else {}
    assert [one for one in subcommands if f"`intrograph {name} {one}" not in SECTIONS[name]] == []


def test_nothing_is_documented_that_is_not_there() -> None:
    assert set(SECTIONS) == set(HELPS)


def test_options_before_the_command_and_aliases_are_documented() -> None:
    assert [option for option in options_of_root() if f"`{option}" not in CLI] == []
    assert [alias for alias in ALIASES if f"`intrograph {alias}`" not in CLI] == []


def options_of_root() -> Iterator[str]:
    for parameter in root.params:
        yield parameter.opts[0]


@pytest.mark.parametrize("name", HELPS)
def test_one_line_help_is_the_command_s_own(name: str) -> None:
    assert command(name).get_short_help_str(200) == HELPS[name]
    assert command(name).help


@pytest.mark.parametrize("name", names())
def test_source_is_documented_with_every_option(name: str) -> None:
    page = (DOCS / "sources" / f"{name}.md").read_text(encoding="utf-8")
    assert f"`intrograph ingest {name}" in page or f"intrograph ingest {name}" in page
    assert [option.name for option in source(name).options if f"--{option.name}" not in page] == []


def test_source_options_are_none_of_ingest_s_own() -> None:
    own = {option for parameter in command("ingest").params for option in parameter.opts}
    clashes = [(name, one.name) for name in names() for one in source(name).options if f"--{one.name}" in own]
    assert clashes == []


def keys_of(data: object) -> Iterator[str]:
    """The keys of JSON data, but not those that are data themselves (kinds, sources, names of lists)."""
    if isinstance(data, list):
        for one in data:
            yield from keys_of(one)
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            if key not in {"by_kind", "by_source", "by_type", "counts", "documents", "others", "skipped"}:
                yield from keys_of(value)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("me", ("me",)),
        ("sources", ("sources",)),
        ("ask", ("ask", "cara")),
        ("ask", ("ask", "zed")),
        ("ask", ("ask", "Steve Park")),
        ("reach", ("reach",)),
        ("people", ("people", "search", "cara")),
        ("people", ("people", "show", "ann lee")),
        ("people", ("people", "same")),
        ("people", ("people", "same", "ann lee", "bob")),
        ("people", ("people", "merge", "zed", "bob")),
        ("people", ("people", "split", "x:201")),
        ("people", ("people", "suggest")),
        ("list", ("list", "add", "press", "cara")),
        ("export", ("export", "people", "--format", "csv", "-o", "people.csv")),
        ("know", ("know", "zed", "--closeness", "close")),
        ("log", ("log", "call", "zed", "--at", "2020-06-01")),
        ("introductions", ("introduce", "--by", "bob", "--person", "me", "--to", "zed", "--at", "2020-06-01")),
        ("exclude", ("exclude", "zed@example.org")),
        ("protect", ("protect", "bob")),
        ("about", ("about", "bob", "--export", "bob.jsonl")),
        ("forget", ("forget", "bob", "--yes")),
        ("keep", ("keep", "1y", "--yes")),
        ("erase", ("erase", "--all", "--yes")),
        ("jobs", ("jobs",)),
        ("doctor", ("doctor",)),
        ("copy", ("copy", "--to", "copy.db")),
        ("completion", ("completion", "bash")),
    ],
)
def test_every_key_of_json_is_documented(office: Cli, name: str, words: tuple[str, ...]) -> None:
    data = json.loads(office(*words, "--json").out)
    general = {"id", "name", "accounts", "error", "undone", "undo"}
    named = set(re.findall(r"\w+", SECTIONS[name])) | general | set(re.findall(r'"(\w+)"', SECTIONS["forget"]))
    assert sorted(set(keys_of(data)) - named) == []


def test_every_key_of_ingest_is_documented(office: Cli) -> None:
    (office.home / "a.jsonl").write_text('{"kind": "x"}\n{"type": "member", "list": "l", "account": "x:1"}\n')
    data = office("ingest", "a.jsonl", "--json").data
    named = set(re.findall(r"\w+", SECTIONS["ingest"] + SECTIONS["reach"]))
    assert sorted(set(keys_of(data)) - named) == []
