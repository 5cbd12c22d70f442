"""Messages from the process that reads to the one that writes: a length, then what `marshal` makes of plain values."""

import marshal
import pickle
from collections.abc import Callable
from typing import Any, Protocol

from graph.columns import Columns
from graph.model import Checkpoint, Record
from ingest.shipping import pack_columns, unpack_columns
from ingest.source import UnreadableError

_LENGTH = 8


class Sink(Protocol):
    """What messages are written to."""

    def write(self, data: bytes, /) -> int:
        """Take bytes."""
        ...


def send(pipe: Sink, *parts: Any) -> None:
    """Send one message: what it is, and its values."""
    data = marshal.dumps(parts)  # of bytes, texts and numbers: three times as fast as pickle
    pipe.write(len(data).to_bytes(_LENGTH, "little") + data)


def send_record(pipe: Sink, record: Columns | Record) -> None:
    """Send a record or a batch."""
    if isinstance(record, Columns):
        send(pipe, "columns", pack_columns(record))
    elif isinstance(record, Checkpoint):
        send(pipe, "behind", record.position, record.done, record.total)
    else:
        send(pipe, "record", pickle.dumps(record))


def receive(read: Callable[[int], bytes]) -> tuple[str, list[Any]] | None:
    """Take the next message: what it is, and its values; None where the pipe ended in between."""
    head = _read_all(read, _LENGTH)
    data = _read_all(read, int.from_bytes(head, "little"))
    if len(head) < _LENGTH or len(data) < int.from_bytes(head, "little"):
        return None
    kind, *parts = marshal.loads(data)  # noqa: S302 # written by our own child
    return kind, parts


def decode(kind: str, parts: list[Any]) -> Columns | Record:
    """Give the record or batch of a message."""
    match kind, parts:
        case "columns", [list(fields)]:
            return unpack_columns(fields)
        case "behind", [str(position), done, total]:
            return Checkpoint(position=position, done=done, total=total)
        case "record", [bytes(data)]:
            record: Record = pickle.loads(data)  # noqa: S301 # written by our own child
            return record
    raise UnreadableError(f"the reading process sent {kind!r}, which means nothing; is another version installed?")


def _read_all(read: Callable[[int], bytes], size: int) -> bytes:
    """Read so many bytes from an unbuffered pipe, which gives them piece by piece; fewer at its end."""
    pieces: list[bytes] = []
    while size > 0 and (piece := read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
