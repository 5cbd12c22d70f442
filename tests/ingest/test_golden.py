"""One golden test over every source.

`fixtures/SOURCE/` holds inputs; beside each `NAME` lies `NAME.golden.jsonl`, the records that it yields, and where it
needs options, `NAME.options.json`. A folder whose name ends in `.zip` is zipped before it is read, so that what is in
it can be read in a diff. What a source says of a whole input that it can't read is golden too, as type `error`.
"""

import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.errors import IntrographError
from graph.model import Checkpoint, Interaction, Owner, Record
from graph.records.pack import pack
from ingest import registry
from ingest.kit.json_writer import dumps
from ingest.source import Context, Source, UnreadableError

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
WRITTEN = datetime(2026, 10, 1, tzinfo=UTC).timestamp()
_ASIDE = (".golden.jsonl", ".options.json")


def inputs_of(name: str) -> list[Path]:
    """List the inputs in a source's fixture folder."""
    folder = FIXTURES / name
    return sorted(path for path in folder.iterdir() if not path.name.endswith(_ASIDE)) if folder.is_dir() else []


# What a live source reads is recorded answers: test_x.py.
FILES = [name for name in registry.names() if registry.source(name).live is None]
CASES = [pytest.param(name, path, id=f"{name}-{path.name}") for name in FILES for path in inputs_of(name)]

INPUTS = [pytest.param(path, id=f"{name}-{path.name}") for name in FILES for path in inputs_of(name)]


def prepared(path: Path, tmp_path: Path) -> Path:
    """Copy an input aside, zipped where its name asks for it, so that reading can't touch the fixture."""
    tmp_path.mkdir(exist_ok=True)
    target = tmp_path / path.name
    if path.is_file():
        shutil.copyfile(path, target)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in sorted(path.rglob("*")):
                if member.is_file():
                    archive.write(member, member.relative_to(path).as_posix())
    else:
        shutil.copytree(path, target)
    for each in (target, *target.rglob("*")):
        os.utime(each, (WRITTEN, WRITTEN))
    return target


def context_of(path: Path) -> Context:
    """Read the options beside an input; beside its source's own there may be `excerpts`."""
    aside = path.with_name(path.name + ".options.json")
    options: dict[str, str] = json.loads(aside.read_text(encoding="utf-8")) if aside.exists() else {}
    return Context(now=NOW, excerpts=options.pop("excerpts", "") == "yes", options=options)


def lines_of(source: Source, path: Path, context: Context) -> Iterator[str]:
    """Read a path and give a canonical line for each record, without the place it was copied to."""
    place = f"{path.parent}/"
    try:
        for record in source.read(str(path), context):
            yield dumps(record).replace(place, "")
    except IntrographError as error:
        yield json.dumps({"type": "error", "why": str(error).replace(place, "")}, ensure_ascii=False)


@pytest.mark.parametrize(("name", "path"), CASES)
def test_an_input_yields_its_golden_records(name: str, path: Path, tmp_path: Path, update_goldens: bool) -> None:
    lines = list(lines_of(registry.source(name), prepared(path, tmp_path), context_of(path)))
    golden = path.with_name(path.name + ".golden.jsonl")
    if update_goldens:
        golden.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert golden.exists(), f"{golden.name} is missing; make it with pytest tests/ingest --update-goldens and read it"
    assert lines == golden.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("name", "path"), CASES)
def test_what_is_read_twice_is_there_once(name: str, path: Path, tmp_path: Path) -> None:
    source, copy, context = registry.source(name), prepared(path, tmp_path), context_of(path)
    both: list[Interaction] = []
    for _ in range(2):
        with suppress(IntrographError):
            both += [record for record in source.read(str(copy), context) if isinstance(record, Interaction)]
    once, twice = (pack(records, now=NOW) for records in (both[: len(both) // 2], both))
    assert (twice.interactions, twice.items) == (once.interactions, once.items)


@pytest.mark.parametrize(("name", "path"), CASES)
def test_reading_goes_on_behind_any_checkpoint(
    name: str, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.kit.checkpoints.STEP", 1)
    source, copy, context = registry.source(name), prepared(path, tmp_path), context_of(path)
    records: list[Record] = []
    with suppress(IntrographError):
        records.extend(source.read(str(copy), context))
    owners = [record for record in records if isinstance(record, Owner)]
    stops = [(place, record) for place, record in enumerate(records) if isinstance(record, Checkpoint)]
    for place, stop in stops[:: max(1, len(stops) // 5)]:
        assert stop.total is None or stop.done is None or stop.done <= stop.total
        again = list(source.read(str(copy), replace(context, resume=stop.position)))
        assert [record for record in again if isinstance(record, Owner)] == owners
        assert acts_in(again) == acts_in(records[place:])


def acts_in(records: Iterable[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, Interaction)]


@pytest.mark.parametrize("name", registry.names())
def test_every_source_has_inputs_and_says_what_it_is(name: str) -> None:
    source = registry.source(name)
    assert inputs_of(name)
    assert source.name == name
    assert all((source.reads, source.obtain, source.wait, source.second_hop))
    assert source.sight in {1, 2, 3}
    assert all(option.help for option in source.options)


@pytest.mark.parametrize("name", registry.names())
def test_no_golden_file_is_left_without_its_input(name: str) -> None:
    known = {path.name for path in inputs_of(name)}
    aside = [path.name for path in (FIXTURES / name).iterdir() if path.name.endswith(_ASIDE)]
    orphans = [each for each in aside if each.removesuffix(".golden.jsonl").removesuffix(".options.json") not in known]
    assert orphans == []


@pytest.mark.parametrize("reader", registry.names())
@pytest.mark.parametrize("path", INPUTS)
def test_a_source_never_breaks_on_another_ones_input(path: Path, reader: str, tmp_path: Path) -> None:
    source = registry.source(reader)
    copy = prepared(path, tmp_path)
    assert 0.0 <= source.detect(copy) <= 1.0
    # Everything that an IntrographError says is told to the user as it is; anything else would be a traceback.
    with suppress(IntrographError):
        for _ in source.read(str(copy), Context(now=NOW)):
            pass


@pytest.mark.parametrize("share", [0.2, 0.5, 0.97])
@pytest.mark.parametrize(("name", "path"), CASES)
def test_a_cut_off_input_never_breaks_its_source(name: str, path: Path, share: float, tmp_path: Path) -> None:
    copy = prepared(path, tmp_path)
    files = [copy] if copy.is_file() else [each for each in copy.rglob("*") if each.is_file()]
    for each in files:
        data = each.read_bytes()
        each.write_bytes(data[: int(len(data) * share)])
    with suppress(IntrographError):
        for _ in registry.source(name).read(str(copy), context_of(path)):
            pass


def test_detect_gives_a_golden_input_back_to_its_source(tmp_path: Path) -> None:
    wrong = {}
    for name in FILES:
        for path in inputs_of(name):
            try:
                found = registry.detect(prepared(path, tmp_path / name)).name
            except UnreadableError:
                continue  # damaged inputs are golden too
            if found != name:
                wrong[f"{name}/{path.name}"] = found
    assert wrong == {}
