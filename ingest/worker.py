"""A second process that parses and packs, while the first one writes.

It is started as a plain interpreter, not forked and not through `multiprocessing`, which would run the caller's main
module again. What it yields comes through a pipe: a full pipe makes it wait, so memory stays flat; a closed one, or the
end of its standard input, tells it that its parent is gone, however that died.
"""

import gc
import json
import marshal
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol

from graph.columns import Columns
from graph.errors import IntrographError
from graph.model import Checkpoint, Record
from ingest.bulk import read_packed
from ingest.files import Entry, open_tree
from ingest.jsonlines import choose_entries
from ingest.shipping import pack_columns, unpack_columns
from ingest.source import UnreadableError

_BOOT = (
    "import json, sys; order = json.loads(sys.argv[1]); sys.path[:] = order['modules']; "
    "from ingest.worker import serve; serve(order)"
)
_LENGTH = 8
_AHEAD = 4  # messages: two batches, each with its checkpoint


class _Pipe(Protocol):
    def write(self, data: bytes, /) -> int: ...


def read_apart(
    path: Path, entries: Sequence[Entry], resume: str | None, now: datetime, chunk: int
) -> Iterator[Columns | Record]:
    """Read JSON lines into batches as `read_packed` does, in a second process where one can be started.

    Raises:
        UnreadableError: As `read_packed`; also if the process was stopped from outside.
    """
    order = {"modules": sys.path, "path": str(path), "resume": resume, "now": now.isoformat(), "chunk": chunk}
    command = [sys.executable, "-c", _BOOT, json.dumps(order)]
    try:
        child = subprocess.Popen(  # noqa: S603 # our own interpreter, our own code
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except (OSError, ValueError):
        yield from read_packed(entries, resume, now, chunk)
        return
    assert child.stdout is not None  # noqa: S101 # as Popen was asked for
    assert child.stdin is not None  # noqa: S101
    try:
        yield from _received(child.stdout, path)
    finally:
        child.kill()
        child.stdin.close()
        child.stdout.close()
        child.wait()


def _received(pipe: IO[bytes], path: Path) -> Iterator[Columns | Record]:
    while True:
        head = pipe.read(_LENGTH)
        size = int.from_bytes(head, "little")
        data = pipe.read(size)
        if len(head) < _LENGTH or len(data) < size:
            why = f"{path} can't be read to its end: the reading process was stopped (is memory short?)"
            raise UnreadableError(f"{why}; what came before is kept; try the same command again")
        kind, *parts = marshal.loads(data)  # noqa: S302 # written by our own child
        if kind == "end":
            return
        if kind == "error":
            raise UnreadableError(parts[0])
        yield _decode(kind, parts)


def _decode(kind: str, parts: list[Any]) -> Columns | Record:
    match kind, parts:
        case "columns", [list(fields)]:
            return unpack_columns(fields)
        case "behind", [str(position), done, total]:
            return Checkpoint(position=position, done=done, total=total)
        case "record", [bytes(data)]:
            record: Record = pickle.loads(data)  # noqa: S301 # written by our own child
            return record
    raise UnreadableError(f"the reading process sent {kind!r}, which means nothing; is another version installed?")


# --- the child -------------------------------------------------------------------------------------------------------


def serve(order: dict[str, Any]) -> None:
    """Read what is ordered and send it to standard output; run in the child."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to answer
    gc.disable()  # rows hold no cycles, and looking for some takes half the time
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with closing(_Sender(sys.stdout.buffer)) as pipe:
        _answer(order, pipe)


class _Sender:
    """Writes to a pipe from a thread of its own, so that reading goes on while the parent is busy writing."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._waiting: queue.Queue[bytes | None] = queue.Queue(_AHEAD)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def write(self, data: bytes, /) -> int:
        """Hand over what is to be written; waits where too much is."""
        self._waiting.put(data)
        return len(data)

    def close(self) -> None:
        """Write what is left."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            while (data := self._waiting.get()) is not None:
                self._pipe.write(data)
                self._pipe.flush()
        except BrokenPipeError:
            os._exit(1)


def _answer(order: dict[str, Any], pipe: _Pipe) -> None:
    """Send what is ordered, or why it can't be read."""
    try:
        _serve(order, pipe)
    except IntrographError as error:
        _send(pipe, "error", str(error))
    except Exception as error:  # noqa: BLE001 # the parent must hear of it, whatever it is
        place = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
        why = f"{order['path']} can't be read to its end: the jsonl source broke on it ({what})"
        _send(pipe, "error", f"{why}; what came before is kept; please report this")


def _serve(order: dict[str, Any], pipe: _Pipe) -> None:
    with open_tree(Path(order["path"])) as tree:
        entries, now = choose_entries(tree), datetime.fromisoformat(order["now"])
        for record in read_packed(entries, order["resume"], now, order["chunk"]):
            if isinstance(record, Columns):
                _send(pipe, "columns", pack_columns(record))
            elif isinstance(record, Checkpoint):
                _send(pipe, "behind", record.position, record.done, record.total)
            else:
                _send(pipe, "record", pickle.dumps(record))
    _send(pipe, "end")


def _send(pipe: _Pipe, *parts: Any) -> None:
    data = marshal.dumps(parts)  # of bytes, texts and numbers: three times as fast as pickle
    pipe.write(len(data).to_bytes(_LENGTH, "little") + data)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)
