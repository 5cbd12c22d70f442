import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-bench.lock")
IGNORED = {".git", "dist", "build", "__pycache__"}
# Not spelt out, as this file is searched too.
REGISTRIES = tuple(".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org")))


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _locked(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    return {_name(entry): entry for entry in entries}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_everything_by_hash_and_names_no_address(lock: str) -> None:
    entries = _locked(lock)

    assert entries
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")
    for entry in entries.values():
        assert re.match(r"[a-z0-9-]+==[\w.!+]+ ", entry), entry.partition("\n")[0]
        assert "--hash=sha256:" in entry


def test_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    needed = project["project"]["dependencies"] + project["build-system"]["requires"]

    assert {_name(one) for one in needed + extras["dev"]} <= _locked("requirements.lock").keys()
    assert {_name(one) for one in extras["bench"]} <= _locked("requirements-bench.lock").keys()


def test_locks_agree_on_versions() -> None:
    first, second = (_locked(lock) for lock in LOCKS)
    both = first.keys() & second.keys()

    assert both
    assert [name for name in both if first[name].split()[0] != second[name].split()[0]] == []


def test_changelog_has_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def _texts() -> Iterator[tuple[Path, str]]:
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if any(part in IGNORED or (part.startswith(".") and part not in (".ci", ".gitignore")) for part in parts):
            continue
        if path.is_file() and parts[:2] != ("benchmarks", "out"):
            yield path, path.read_bytes().decode("utf-8", errors="replace")


def test_names_no_registry_and_no_path_of_this_machine() -> None:
    here = [f"{folder}/" for folder in (ROOT, Path.home()) if len(folder.parts) > 2]
    found = [
        (str(path.relative_to(ROOT)), word) for path, text in _texts() for word in (*REGISTRIES, *here) if word in text
    ]

    assert found == []
