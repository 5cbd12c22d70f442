import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ("demo", "test", "bench", "picture", "wheel", "lock", "clean", "help")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the Makefile and what its set-up reads, and `bin`, the only folder on the PATH of `make`."""
    for name in ("Makefile", "requirements.lock", "requirements-bench.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "make", "rm", "touch", "awk"):
        found = shutil.which(tool)
        assert found is not None
        (tools / tool).symlink_to(found)
    return tmp_path


def make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 # our own Makefile
        [checkout / "bin" / "make", *arguments],
        cwd=checkout,
        env={"PATH": str(checkout / "bin"), "HOME": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _put_python(checkout: Path, name: str, body: str) -> None:
    script = checkout / "bin" / name
    script.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    script.chmod(0o755)


def test_help_lists_every_target(checkout: Path) -> None:
    told = make(checkout).stdout

    assert re.findall(r"^make (\w+)", told, re.MULTILINE) == ["help", *(one for one in TARGETS if one != "help")]


def test_says_what_to_do_without_a_python(checkout: Path) -> None:
    done = make(checkout, "test")

    assert done.returncode == 2
    assert "No Python 3.11 or newer was found on the PATH." in done.stderr
    assert "make PYTHON=/path/to/python3.11 test" in done.stderr


def test_passes_over_a_python_that_is_too_old(checkout: Path) -> None:
    _put_python(checkout, "python3", "exit 1")  # what `sys.exit(sys.version_info < (3, 11))` gives in an older one
    _put_python(checkout, "python3.12", 'case "$2" in *ensurepip*) exit 1;; esac')

    done = make(checkout, "demo")

    assert done.returncode == 2
    assert "python3.12 can't make virtual environments" in done.stderr
    assert "sudo apt install python3-venv" in done.stderr


def test_sets_up_once_from_the_lock_by_hash(checkout: Path) -> None:
    """The environment is a sham whose Python notes what it is called with; it counts as made by somebody else."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    calls = checkout / "calls"
    _put_python(
        checkout,
        "sham",
        f'case "$1" in -c) [ "$2" = \'print("works")\' ] && echo works;; *) echo "$*" >>{calls};; esac\nexit 0',
    )
    for name in ("python", "intrograph"):
        (checkout / ".venv" / "bin" / name).symlink_to(checkout / "bin" / "sham")

    first = make(checkout, "demo")
    after_first = calls.read_text(encoding="utf-8").splitlines()
    second = make(checkout, "demo")
    after_second = calls.read_text(encoding="utf-8").splitlines()

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    quiet = "-m pip install --quiet --disable-pip-version-check"
    assert after_first == [
        f"{quiet} --require-hashes --no-deps --requirement requirements.lock",
        f"{quiet} --no-index --no-deps --no-build-isolation --editable .",
        "demo",
    ]
    assert after_second == [*after_first, "demo"]


def test_makes_an_environment_anew_whose_python_is_gone(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / ".made").touch()

    assert "No Python" in make(checkout, "demo").stderr
    assert not (checkout / ".venv" / ".made").exists()


def test_continuous_integration_is_make_test_and_nothing_else() -> None:
    run = ROOT / ".ci" / "run"
    lines = [line for line in run.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]

    assert os.access(run, os.X_OK)
    assert lines == ["set -eu", 'cd "$(dirname "$0")/.."', "exec make test"]


def test_the_interpreter_under_test_is_one_we_promise() -> None:
    promised = re.search(r'requires-python = ">=(\d+)\.(\d+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert promised is not None
    assert sys.version_info >= (int(promised[1]), int(promised[2]))
