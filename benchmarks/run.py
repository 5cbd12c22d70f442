"""Run the benchmarks: `python -m benchmarks.run [NAME...]`; one table, and one JSON file in benchmarks/out.

A benchmark is a module `bench_NAME.py` with `run() -> Iterable[Figure]`. Each runs in a process of its own, so that
none inherits another's memory or caches. One that breaks is reported, and the others still run; exit code 1 then. A
missed bar is a finding, not a failure.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure

HERE = Path(__file__).resolve().parent
OUT = HERE / "out"


def find_benchmarks(folder: Path = HERE) -> list[str]:
    """Name the benchmarks in a folder, in alphabetical order."""
    return sorted(path.stem.removeprefix("bench_") for path in folder.glob("bench_*.py"))


def run_benchmark(name: str) -> list[Figure]:
    """Run one benchmark in this process."""
    figures: Iterable[Figure] = import_module(f"benchmarks.bench_{name}").run()
    return list(figures)


def run_apart(name: str) -> list[Figure]:
    """Run one benchmark in a new process."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(run_benchmark, name).result()


def make_table(results: dict[str, list[Figure]]) -> Table:
    """Lay figures out as one table."""
    table = Table(title="Benchmarks")
    for column in ("benchmark", "what", "value", "bar", "met", "note"):
        table.add_column(column, justify="right" if column in ("value", "bar") else "left")
    for name, figures in results.items():
        for figure in figures:
            sign = "≥" if figure.at_least else "≤"
            bar = "" if figure.bar is None else f"{sign} {figure.bar:g} {figure.unit}"
            met = {None: "", True: "yes", False: "NO"}[figure.met]
            table.add_row(name, figure.what, f"{figure.value:.4g} {figure.unit}", bar, met, figure.note)
    return table


def to_json(results: dict[str, list[Figure]], failures: dict[str, str], at: datetime) -> str:
    """Write what was measured, when, and on what machine."""
    figures = [{"benchmark": name, **asdict(one), "met": one.met} for name, held in results.items() for one in held]
    machine = {"system": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}
    told = {"at": at.isoformat(), "machine": machine, "figures": figures, "failures": failures}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Run the named benchmarks, or all."""
    known = find_benchmarks()
    parser = argparse.ArgumentParser(description="Run the benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(known)}; all where left out")
    names = parser.parse_args(arguments).names or known
    if unknown := [name for name in names if name not in known]:
        parser.error(f"there is no benchmark {unknown[0]!r}; there is {', '.join(known)}")
    results: dict[str, list[Figure]] = {}
    failures: dict[str, str] = {}
    for name in names:
        print(f"running {name} …", file=sys.stderr, flush=True)
        try:
            results[name] = run_apart(name)
        except Exception as error:  # noqa: BLE001 # one broken benchmark must not lose the others' figures
            failures[name] = f"{type(error).__name__}: {error}"
    at = datetime.now(UTC)
    OUT.mkdir(exist_ok=True)
    written = OUT / f"{at:%Y%m%dT%H%M%SZ}.json"
    written.write_text(to_json(results, failures, at), encoding="utf-8")
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(make_table(results))
    for name, why in failures.items():
        print(f"{name} broke: {why}")
    print(f"written to {written}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
