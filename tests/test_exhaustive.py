"""`ask --json` equals an exhaustive search over `export ties` with the same filters, for each filter."""

import csv
import io
import itertools
import json
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dashboard.cli.app import root
from graph.model import Closeness, Interaction, Item, Kind, SameAs
from graph.stores import open_store
from tests.graph.records import ME, NOW, act, days_ago, fill, known, named

PEOPLE = [f"email:p{number:02}@example.org" for number in range(16)]
TARGET, HUB, OTHER = PEOPLE[0], PEOPLE[1], PEOPLE[2]
CASES = {
    "plain": [],
    "few": ["-k", "3"],
    "many": ["-k", "200"],
    "short": ["--max-hops", "2"],
    "avoid": ["--avoid", HUB, "--avoid", OTHER],
    "via": ["--via", HUB],
    "via two": ["--via", HUB, "--via", OTHER],
    "kinds": ["--kinds", "message,reply,meeting"],
    "told": ["--kinds", "declared,message"],
    "strength": ["--min-strength", "0.1"],
    "since": ["--since", (NOW - timedelta(days=300)).date().isoformat()],
    "as of": ["--as-of", (NOW - timedelta(days=120)).date().isoformat()],
    "all": ["--as-of", "2020-05", "--since", "2019-01", "--min-strength", "0.02", "--avoid", OTHER, "-k", "40"],
}
_TIE_OPTIONS = ("--kinds", "--min-strength", "--since", "--as-of")


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small dense graph: every kind, joins, declared ties, some one-way attention."""
    draw = random.Random(7)  # noqa: S311 - a seeded example, not a secret
    crowd = [ME, *PEOPLE]
    acts: list[Interaction] = []
    for number in range(400):
        source, target = draw.sample(crowd, 2)
        kind = draw.choice([Kind.MESSAGE, Kind.REPLY, Kind.LIKE, Kind.MEETING, Kind.COPIED, Kind.FOLLOW])
        at = None if kind is Kind.FOLLOW else days_ago(draw.uniform(0, 700))
        item = Item(url=f"https://example.org/{number}", title=f"Note {number}")
        acts.append(act(source, target, kind, at=at, item=item, native=f"test:{number}#{kind.value}"))
    path = tmp_path_factory.mktemp("exhaustive") / "people.db"
    store = open_store(path, now=NOW)
    store.set_profile("me", [ME])
    org = {TARGET: "Harbour Press", PEOPLE[5]: "Harbour Press", PEOPLE[9]: "Harbour Press"}
    fill(
        store,
        acts,
        *(named(one, f"Person {one[7:9]}", **({"org": org[one]} if one in org else {})) for one in PEOPLE),
        known(ME, PEOPLE[3], Closeness.SLIGHT),
        known(PEOPLE[3], TARGET),
        SameAs(a=PEOPLE[6], b=PEOPLE[7], at=NOW),
    )
    store.close()
    return str(path)


def run(location: str, *words: str) -> str:
    result = CliRunner().invoke(root, ["--store", location, *words], obj=lambda: NOW, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def walk(ties: dict[str, dict[str, float]], path: list[str], steps: int) -> Iterator[tuple[list[str], float]]:
    for follower, strength in ties.get(path[-1], {}).items():
        if follower not in path:
            yield [*path, follower], strength
            if steps > 1:
                yield from walk(ties, [*path, follower], steps - 1)


def search(location: str, targets: set[str], options: list[str]) -> list[tuple[float, list[str]]]:
    """All simple paths, valued left to right, ranked by value, steps, ids."""
    pairs = list(zip(options[::2], options[1::2], strict=True))
    tie_options = [word for name, value in pairs if name in _TIE_OPTIONS for word in (name, value)]
    table = csv.DictReader(io.StringIO(run(location, "export", "ties", "--format", "csv", "-o", "-", *tie_options)))
    ties: dict[str, dict[str, float]] = {}
    for row in table:
        if float(row["strength"]) > 0:
            ties.setdefault(row["from"], {})[row["to"]] = float(row["strength"])
    steps = int(dict(pairs).get("--max-hops", "4"))
    avoid = {value for name, value in pairs if name == "--avoid"}
    via = {value for name, value in pairs if name == "--via"}
    found = []
    for path, _ in walk(ties, [ME], steps):
        between = set(path[1:-1])
        if path[-1] in targets and not between & avoid and via <= between:
            value = 1.0
            for a, b in itertools.pairwise(path):
                value *= ties[a][b]
            found.append((round(value, 12), path))
    found.sort(key=lambda one: (-one[0], len(one[1]), one[1]))
    return found[: int(dict(pairs).get("-k", "10"))]


def answered(answer: dict[str, Any]) -> list[tuple[float, list[str]]]:
    return [(path["strength"], [person["id"] for person in path["people"]]) for path in answer["paths"]]


@pytest.mark.parametrize("options", CASES.values(), ids=CASES)
def test_ask_equals_an_exhaustive_search_over_the_exported_ties(location: str, options: list[str]) -> None:
    answer = json.loads(run(location, "ask", TARGET, *options, "--json"))
    assert answered(answer) == search(location, {TARGET}, options)
    assert answer["paths"]


def test_so_do_questions_for_an_organisation_and_from_a_file(location: str, tmp_path: Path) -> None:
    of_org = json.loads(run(location, "ask", "--to-org", "Harbour Press", "--json"))
    assert answered(of_org) == search(location, {TARGET, PEOPLE[5], PEOPLE[9]}, [])
    table = tmp_path / "targets.csv"
    table.write_text(f"person\n{TARGET}\n{PEOPLE[4]}\n", encoding="utf-8")
    both = json.loads(run(location, "ask", "--from-file", str(table), "--max-hops", "3", "--json"))
    assert [answered(one) for one in both] == [
        search(location, {target}, ["--max-hops", "3"]) for target in (TARGET, PEOPLE[4])
    ]
