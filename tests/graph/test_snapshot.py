"""Columnar cache files: what is written comes back, and nothing else is taken for a snapshot."""

import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as some

from graph.store.cache import MAGIC, TEMPORARY, Array, is_snapshot, read_arrays, write_arrays

HEADER: dict[str, str | int] = {"uid": "a", "generation": 3}
ARRAYS: dict[str, Array] = {
    "keys": np.arange(5, dtype=np.int32),
    "sums": np.ones((3, 2)),
    "none": np.zeros(0, dtype=np.int64),
}


@settings(max_examples=30)
@given(
    st.dictionaries(st.text(max_size=8), st.one_of(st.text(max_size=8), st.integers(-(2**62), 2**62)), max_size=4),
    st.dictionaries(
        st.text(max_size=8),
        st.sampled_from([np.uint8, np.int32, np.int64, np.float64]).flatmap(
            lambda kind: some.arrays(kind, some.array_shapes(max_dims=2, min_side=0, max_side=6))
        ),
        max_size=4,
    ),
)
def test_what_is_written_comes_back(header: dict[str, str | int], arrays: dict[str, Array]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "people.db.names"
        assert write_arrays(path, header, arrays)
        found = read_arrays(path)
        assert found is not None
        assert found[0] == header
        assert found[1].keys() == arrays.keys()
        for name, array in arrays.items():
            assert found[1][name].dtype == array.dtype
            np.testing.assert_array_equal(found[1][name], array)
        assert [one.name for one in Path(folder).iterdir()] == [path.name]


def test_arrays_are_views_that_nobody_can_write_to(tmp_path: Path) -> None:
    write_arrays(tmp_path / "a", HEADER, ARRAYS)
    found = read_arrays(tmp_path / "a")
    assert found is not None
    assert not found[1]["keys"].flags.writeable
    assert not found[1]["keys"].flags.owndata


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    write_arrays(tmp_path / "a", HEADER, ARRAYS)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_an_array_in_another_order_of_memory_comes_back_as_it_was(tmp_path: Path) -> None:
    across = np.arange(6).reshape(2, 3).T
    write_arrays(tmp_path / "a", HEADER, {"across": across})
    found = read_arrays(tmp_path / "a")
    assert found is not None
    np.testing.assert_array_equal(found[1]["across"], across)


@pytest.mark.parametrize("kept", [0, 5, len(MAGIC), len(MAGIC) + 8, 100, -1])
def test_a_truncated_file_is_none(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a"
    write_arrays(path, HEADER, ARRAYS)
    path.write_bytes(path.read_bytes()[:kept])
    assert read_arrays(path) is None


@pytest.mark.parametrize(
    "content",
    [
        b"SQLite format 3\0" * 8,
        MAGIC + (2).to_bytes(8, "little") + b"{}",
        MAGIC + (4).to_bytes(8, "little") + b"\xff\xff\xff\xff",
        MAGIC + (1 << 40).to_bytes(8, "little"),
        MAGIC + (2).to_bytes(8, "little") + b"[]",
    ],
    ids=["another", "empty head", "no text", "endless head", "no object"],
)
def test_a_foreign_file_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    assert read_arrays(tmp_path / "a") is None


def test_no_file_and_a_folder_are_none(tmp_path: Path) -> None:
    assert read_arrays(tmp_path / "missing") is None
    assert read_arrays(tmp_path) is None


def test_what_can_not_be_written_fails_nothing(tmp_path: Path) -> None:
    assert not write_arrays(tmp_path / "missing" / "a", HEADER, ARRAYS)
    (tmp_path / "folder").mkdir()
    assert not write_arrays(tmp_path / "folder", HEADER, ARRAYS)
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]


def test_a_new_one_takes_the_place_of_the_old_one_under_its_readers(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_arrays(path, HEADER, {"keys": np.arange(3)})
    old = read_arrays(path)
    write_arrays(path, HEADER, {"keys": np.arange(9)})
    new = read_arrays(path)
    assert old is not None
    assert new is not None
    assert (old[1]["keys"].tolist(), len(new[1]["keys"])) == ([0, 1, 2], 9)


def test_ours_are_told_from_others_also_half_written(tmp_path: Path) -> None:
    write_arrays(tmp_path / "a", HEADER, ARRAYS)
    (tmp_path / "half").write_bytes(MAGIC)
    (tmp_path / f"a{TEMPORARY}x").touch()
    (tmp_path / "empty").touch()
    (tmp_path / "backup").write_bytes(b"SQLite format 3\0")
    found = {one.name: is_snapshot(one) for one in tmp_path.iterdir()}
    assert found == {"a": True, "half": True, f"a{TEMPORARY}x": True, "empty": False, "backup": False}
    assert not is_snapshot(tmp_path / "missing")
