"""The wheel works by itself: built here, installed into an environment of its own, run from another folder."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT), cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a fresh environment with the wheel; the packages that it needs are those of this environment.

    A plain line in a .pth file adds our packages' folder without the .pth files in it, so that the editable project
    can't be found that way.
    """
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    _run(sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check",
         "--no-index", "--no-deps", str(wheel), cwd=folder)  # fmt: skip
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def _run(*command: str, cwd: Path, **environment: str) -> str:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTHON", "INTROGRAPH"))}
    done = subprocess.run(  # noqa: S603 # our own wheel
        command, cwd=cwd, env={**kept, **environment}, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_wheel_holds_the_packages_and_nothing_else(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()

    assert {name.split("/")[0].partition("-")[0] for name in names} == {"graph", "ingest", "dashboard", "intrograph"}
    assert {"dashboard/demo/before.jsonl", "dashboard/demo/cast.jsonl", "dashboard/demo/after.jsonl"} <= set(names)
    assert {"graph/py.typed", "ingest/py.typed", "dashboard/py.typed"} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_installed_wheel_tells_the_story_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    where = _run(str(installed / "bin" / "python"), "-c", "import graph; print(graph.__file__)", cwd=tmp_path)
    told = _run(str(installed / "bin" / "intrograph"), "demo", "--no-serve", cwd=tmp_path, **home)

    assert Path(where.strip()).is_relative_to(installed)
    assert "You → Rieva Lesonski → Steve Strauss" in told


def test_installed_wheel_serves_the_page_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    serve = ("serve", "--json", "--no-open", "--port", "0")
    command = [str(installed / "bin" / "intrograph"), "--store", str(tmp_path / "own.db"), *serve]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 # ours
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        page = urlopen(url).read().decode()  # noqa: S310 # our own server
        shown = [urlopen(f"{url}{path}").read() for path in ("/assets/page.js", "/assets/tokens.css", "/icons.css")]  # noqa: S310
        process.terminate()

    assert "intrograph" in page
    assert all(shown)
    assert process.returncode == 0
