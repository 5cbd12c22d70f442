"""The rooms: few enough to know them by heart, and no two of them of one name."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("graph", "ingest", "dashboard")
MOST_ROOMS = 11
# One subject on several floors: how it is found out, what is said of it, how it is asked for and shown.
FLOORS = {
    "answer", "ask", "bringing", "changes", "copying", "draft", "home", "jobs", "lists", "me", "network", "notes",
    "offers", "parcels", "password", "people", "person", "plan", "portrait", "privacy", "proof", "pull", "reach",
    "story",
}  # fmt: skip
# One thing in two places: a format that is read and written, the top of two fronts, a part of every backend.
SAME = {"json", "app", "database", "transaction"}


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", ["graph", "ingest"])
def test_a_package_has_few_rooms(room: str) -> None:
    inside = [one for one in (ROOT / room).iterdir() if one.suffix == ".py" or (one.is_dir() and any(one.glob("*.py")))]
    assert len([one for one in inside if one.name != "__init__.py"]) <= MOST_ROOMS


def test_no_two_files_of_one_name_mean_different_things() -> None:
    named: dict[str, list[str]] = defaultdict(list)
    for path in sources():
        if path.name != "__init__.py":
            named[path.stem].append(str(path.relative_to(ROOT)))
    twice = {name: files for name, files in named.items() if len(files) > 1}
    assert {name: files for name, files in twice.items() if name not in FLOORS | SAME} == {}
    assert set(twice) >= FLOORS | SAME, "an exception that is none any more"


def test_no_two_classes_have_one_name() -> None:
    named: dict[str, list[str]] = defaultdict(list)
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                named[node.name.strip("_")].append(str(path.relative_to(ROOT)))
    assert {name: files for name, files in named.items() if len(files) > 1} == {}
