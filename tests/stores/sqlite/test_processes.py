"""A process that is killed in the middle of writing: nothing lost, nothing twice."""

import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from graph.model import Interaction
from graph.records.pack import pack
from graph.store.documents import Cursor
from graph.store.features import Filters
from tests.graph.records import NOW, act, interactions_of
from tests.stores.reference import expected_ties, ties_of
from tests.stores.sqlite.test_file import opened

SIZE = 50
SCRIPT = """
import sys
from datetime import timedelta
from graph.model import Interaction
from graph.records.pack import pack
from graph.store.documents import Cursor
from graph.stores import open_store
from tests.graph.records import NOW
from tests.stores.sqlite.test_processes import batch

place, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
store = open_store(place, now=NOW)
for number in range(first, last):
    written = store.write(pack(batch(number), now=NOW), Cursor(job="job", position=str(number)))
    print(number, written.new, written.seen, flush=True)
    if number % 3 == 2:
        store.refresh()
store.close()
"""


def batch(number: int) -> list[Interaction]:
    people = [f"email:p{at:02}@example.org" for at in range(20)]
    return [
        act(
            people[at % 20],
            (people[(at * 7 + number) % 20], people[(at + 1) % 20]),
            at=NOW - timedelta(hours=at + number),
            native=f"test:{number * SIZE // 2 + at}#message",
            thread=f"t{at % 3}",
        )
        for at in range(SIZE // 2)
    ]


def start(place: Path, first: int, last: int) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 # our own script
        [sys.executable, "-c", SCRIPT, str(place), str(first), str(last)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )


def all_of(last: int) -> list[Interaction]:
    return [one for number in range(last) for one in batch(number)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_killed_in_the_middle(tmp_path: Path, seed: int) -> None:
    place = tmp_path / "people.db"
    child = start(place, 0, 2_000)
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(4 + seed * 3)]
    time.sleep(random.Random(seed).uniform(0, 0.02))  # noqa: S311 # some moment
    child.send_signal(signal.SIGKILL)
    lines += child.stdout.read().splitlines()
    child.wait()
    child.stdout.close()
    told = int([line for line in lines if line.count(" ") == 2][-1].split()[0])
    with opened(place) as store:
        assert [check.advice for check in store.health() if check.name == "whole"] == [None]
        position = int(store.cursor("job").position or "-1")
        assert position in (told, told + 1)
        held = all_of(position + 1)
        assert {one.id for one in interactions_of(store)} == {one.id for one in held}
        assert ties_of(store) == expected_ties(held, Filters())
        written = store.write(pack(all_of(position + 3), now=NOW), Cursor(job="job", position=None))
        assert (written.new, written.seen) == (SIZE, len(held))
        store.refresh()
        assert ties_of(store) == expected_ties(all_of(position + 3), Filters())
