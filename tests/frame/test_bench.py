import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import benchmarks
from benchmarks import run
from benchmarks.figures import Figure
from tests.web.serving import ROOT

FAST = Figure(what="ask, p95", value=1.5, unit="ms", bar=2.0)
SLOW = Figure(what="ingest", value=40.0, unit="k/s", bar=60.0, at_least=True, note="one process")
TOLD = Figure(what="memory", value=123.0, unit="MB")


def test_a_figure_knows_whether_it_met_its_bar() -> None:
    assert [one.met for one in (FAST, SLOW, TOLD)] == [True, False, None]


def test_finds_benchmarks_by_name(tmp_path: Path) -> None:
    for name in ("bench_paths.py", "bench_ask.py", "generator.py"):
        (tmp_path / name).touch()

    assert run.find_benchmarks(tmp_path) == ["ask", "paths"]


def test_prints_one_table_and_writes_one_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(name: str) -> list[Figure]:
        if name == "broken":
            raise RuntimeError("no disk")
        return {"ask": [FAST, TOLD], "ingest": [SLOW]}[name]

    monkeypatch.setattr(run, "OUT", tmp_path / "out")
    monkeypatch.setattr(run, "find_benchmarks", lambda: ["ask", "broken", "ingest"])
    monkeypatch.setattr(run, "run_apart", measure)

    code = run.main([])

    shown = capsys.readouterr().out
    (written,) = (tmp_path / "out").glob("*.json")
    told = json.loads(written.read_text(encoding="utf-8"))
    assert code == 1
    assert re.search(r"ask +│ ask, p95 +│ +1\.5 ms │ +≤ 2 ms │ yes", shown)
    assert re.search(r"ingest +│ ingest +│ +40 k/s │ ≥ 60 k/s │ NO +│ one process", shown)
    assert "broken broke: RuntimeError: no disk" in shown
    assert [(one["benchmark"], one["value"], one["met"]) for one in told["figures"]] == [
        ("ask", 1.5, True),
        ("ask", 123.0, None),
        ("ingest", 40.0, False),
    ]
    assert told["failures"] == {"broken": "RuntimeError: no disk"}


def test_names_the_benchmarks_there_are(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(run, "find_benchmarks", lambda: ["ask", "ingest"])

    with pytest.raises(SystemExit):
        run.main(["aks"])

    assert "there is no benchmark 'aks'; there is ask, ingest" in capsys.readouterr().err


def test_runs_a_benchmark_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = "from benchmarks.figures import Figure\nimport os\n\ndef run():\n"
    figures += '    yield Figure(what="process", value=os.getpid(), unit="")\n'
    (tmp_path / "bench_own.py").write_text(figures, encoding="utf-8")
    monkeypatch.setattr(benchmarks, "__path__", [*benchmarks.__path__, str(tmp_path)])

    (here,) = run.run_benchmark("own")

    assert here.value == os.getpid()
    with pytest.raises(ModuleNotFoundError):  # the other process has no such folder, which shows that it is another
        run.run_apart("own")


_SMALL = """
import json
from benchmarks import bench_page as page
page.CALLED, page._KEYS_APART, page._EACH, page.TALKED = page.CALLED[:1], 0, 1, 10
figures = page.run(people=300, ties=3_000, names=300)
print(json.dumps([[one.value, one.bar, one.unit] for one in figures]))
"""


@pytest.mark.slow
def test_measures_the_page() -> None:
    """In a process of its own: Playwright runs once in each, and the tests of the page may be there already."""
    command = [sys.executable, "-c", _SMALL]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603 # ours
    figures = json.loads(told)
    assert [bar for _, bar, unit in figures if bar and unit == "ms"] == [400, 150, 150, 150, 150, 150]
    assert all(value > 0 for value, _, _ in figures)
