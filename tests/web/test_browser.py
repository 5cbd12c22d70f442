"""Finding a Chromium where the machine's own is hidden."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.web import browser

ENDS = "exit 127"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A machine with nothing on its PATH but what is put there; nothing can be fetched."""
    monkeypatch.delenv(browser.NAMED, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "_ON_A_MAC", ())
    monkeypatch.setattr(browser, "_playwrights_own", lambda: ())
    monkeypatch.setattr(browser, "_download", lambda: None)
    monkeypatch.setattr(browser, "_install", lambda: None)

    def put(name: str, body: str = "echo 150.0") -> Path:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        program.chmod(0o755)
        return program

    return put


def test_takes_the_one_that_is_named(machine: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    machine("chromium")
    own = machine("my-own")
    monkeypatch.setenv(browser.NAMED, str(own))

    assert browser.find_chromium() == str(own)

    machine("my-own", ENDS)
    with pytest.raises(browser.NoBrowserError, match=f"{browser.NAMED} names no browser that runs"):
        browser.find_chromium()


def test_takes_an_installed_one_that_runs(machine: Callable[..., Path]) -> None:
    machine("chromium", ENDS)
    runs = machine("google-chrome")

    assert browser.find_chromium() == str(runs)


@pytest.mark.parametrize("step", ["_download", "_install"])
def test_fetches_one_where_there_is_none(
    machine: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, step: str
) -> None:
    monkeypatch.setattr(browser, step, lambda: machine("chromium"))

    assert browser.find_chromium() == str(tmp_path / "chromium")


def test_installs_the_system_s_package_where_it_may(
    machine: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    ran = tmp_path / "ran"
    monkeypatch.setenv("PATH", str(tmp_path))
    machine("apt-get", f'echo "$*" >>{ran}')

    monkeypatch.setattr("os.geteuid", lambda: 1000)
    browser._install()
    assert not ran.exists()

    monkeypatch.setattr("os.geteuid", lambda: 0)
    browser._install()
    assert [line.split()[0] for line in ran.read_text(encoding="utf-8").splitlines()] == ["update", "install"]


def test_says_in_one_line_what_to_install(machine: Callable[..., Path]) -> None:
    assert machine is not None
    with pytest.raises(browser.NoBrowserError) as told:
        browser.find_chromium()

    assert "install the package chromium" in str(told.value)
    assert len(str(told.value).splitlines()) == 1
