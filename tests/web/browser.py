"""A real Chromium for the tests: one that is here, else one that is fetched, else a line that says what to install."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system import install, output

NAMED = "INTROGRAPH_TEST_CHROMIUM"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ON_A_MAC = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
_SAY = "print(__import__('playwright.sync_api').sync_api.sync_playwright().start().chromium.executable_path)"


class NoBrowserError(Exception):
    """There is no Chromium, and none could be fetched."""


def find_chromium() -> str:
    """Give the program of a Chromium that runs; fetch one where there is none.

    Raises:
        NoBrowserError: If none could be had; says what to install.
    """
    named = os.environ.get(NAMED)
    if named is not None:
        if _runs(named):
            return named
        raise NoBrowserError(f"{NAMED} names no browser that runs: {named}")
    for fetch in (_nothing, _download, _install):
        fetch()
        for found in (*_installed(), *_playwrights_own()):
            if _runs(found):
                return found
    raise NoBrowserError(
        "The tests of the page need Chromium: install the package chromium (or Google Chrome), or run "
        f"`python -m playwright install --with-deps chromium`, or name one in {NAMED}."
    )


def need_chromium() -> str:
    """Give the program of a Chromium that runs; end the tests, saying what to install, where none could be had."""
    try:
        return find_chromium()
    except NoBrowserError as error:
        pytest.exit(str(error), returncode=1)


def _installed() -> Iterator[str]:
    for command in _COMMANDS:
        found = shutil.which(command)
        if found is not None:
            yield found
    yield from (str(path) for path in _ON_A_MAC if path.exists())


def _playwrights_own() -> Iterator[str]:
    """Ask Playwright where its own lies; in a process of its own, as only one may be started in each."""
    path = output(sys.executable, "-c", _SAY).strip()
    if path and Path(path).exists():
        yield path


def _nothing() -> None:
    """Fetch nothing: first of all what is here is looked at."""


def _download() -> None:
    output(sys.executable, "-m", "playwright", "install", "--no-shell", "chromium", seconds=300)


def _install() -> None:
    install("chromium")


def _runs(program: str) -> bool:
    """Tell whether a browser starts: a library may be missing, or the command be a stub."""
    return output(program, "--version") != ""
