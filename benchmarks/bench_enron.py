"""Measure real mail end to end: the Enron set through the command line, each call a process of its own.

`python -m benchmarks.bench_enron [FOLDER]`; gives nothing where the set does not lie beside the checkout.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.enron_jsonl import FOLDER, write_jsonl
from benchmarks.figures import Figure

AS_OF = "2001-10-01"
ME = "email:daren.farmer@enron.example"
ASKED = ("Jeffery Skilling", "Sally Beck", "Louise Kitchen", "Greg Whalley", "Andy Zipper", "Rick Buy", "Kay Mann")
MOST_SECONDS = 1.0


def run(folder: Path = FOLDER) -> Iterator[Figure]:
    """Ingest the set twice, then ask for several people as of a day."""
    if not (folder / "edges.csv.gz").exists():
        return
    with TemporaryDirectory() as work:
        lines, store = Path(work) / "enron.jsonl", Path(work) / "enron.db"
        with lines.open("w", encoding="utf-8") as out:
            write_jsonl(folder, out)
        first, told = _call(store, "ingest", "jsonl", str(lines))
        again, seen = _call(store, "ingest", "jsonl", str(lines))
        yield Figure(what=f"ingest, {told['new']:,} acts", value=first, unit="s")
        yield Figure(what="the same again", value=again, unit="s", note=f"{seen['new']} new")
        _call(store, "me", ME)
        times = {}
        for name in ASKED:
            times[name], answer = _call(store, "ask", name, "--as-of", AS_OF)
            if not any(hop["evidence"] for path in answer["paths"] for hop in path["hops"]):
                raise RuntimeError(f"no path with evidence to {name} as of {AS_OF}")
        slowest = max(times, key=times.__getitem__)
        what = f"ask as of {AS_OF}, slowest of {len(ASKED)} cold processes"
        yield Figure(what=what, value=times[slowest], unit="s", bar=MOST_SECONDS, note=slowest)


def _call(store: Path, *words: str) -> tuple[float, dict[str, list[dict[str, list[dict[str, object]]]]]]:
    """Run a command line; gives its seconds and its JSON."""
    program = [sys.executable, "-c", "from dashboard.cli.app import main; main()"]
    environment = {**os.environ, "INTROGRAPH_STORE": str(store)}
    began = time.perf_counter()
    done = subprocess.run([*program, "--json", *words], env=environment, capture_output=True, check=True)
    return time.perf_counter() - began, json.loads(done.stdout)


if __name__ == "__main__":
    for figure in run(*map(Path, sys.argv[1:2])):
        print(figure)
