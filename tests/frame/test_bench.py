import json
import os
import re
from pathlib import Path

import pytest

import benchmarks
from benchmarks import bench_page, run
from benchmarks.figures import Figure

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


@pytest.mark.slow
def test_measures_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_CALLED": ("Ottoline Vreeswijk",), "_KEYS_APART": 0, "_EACH": 1, "TALKED": 10}.items():
        monkeypatch.setattr(bench_page, name, value)

    figures = list(bench_page.run(people=300, ties=3_000, names=300))

    assert [one.bar for one in figures if one.bar and one.unit == "ms"] == [400, 150, 150, 150, 150, 150]
    assert all(one.value > 0 for one in figures)
