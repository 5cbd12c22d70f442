"""The second process: reads the parts of JSON lines that the first one asks for, and sends what they hold.

Orders come as lines of JSON on its standard input, answers go to its standard output. The end of its input, or a closed
output, tells it that its parent is done or gone, however that died.
"""

import gc
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from graph.errors import IntrographError
from ingest.bulk import read_part
from ingest.files import open_tree
from ingest.jsonlines import Unknown, choose_entries
from ingest.messages import Sink, send, send_record
from ingest.parts import Part, Place
from ingest.plain import LineGatherer
from ingest.source import UnreadableError

_AHEAD = 8  # messages that wait to be sent: a few batches, each with its checkpoint


def order_of(part: Part, place: int) -> dict[str, Any]:
    """Make the order to read a part of the file at a place among the input's."""
    return {
        "entry": place,
        "offset": part.start.offset,
        "line": part.start.line,
        "ahead": part.ahead,
        "total": part.total,
        "end": part.end,
        "seal": part.seal,
    }


def serve(task: dict[str, Any]) -> None:
    """Read what is ordered and send it to standard output; run in the child."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to answer
    gc.disable()  # rows hold no cycles, and looking for some takes half the time
    with closing(Sender(sys.stdout.buffer)) as pipe:
        answer(task, map(json.loads, sys.stdin), pipe)


class Sender:
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


def answer(task: dict[str, Any], orders: Iterable[dict[str, Any]], pipe: Sink) -> None:
    """Send what is ordered, or why it can't be read."""
    try:
        _answer(task, orders, pipe)
    except IntrographError as error:
        send(pipe, "error", str(error))
    except Exception as error:  # noqa: BLE001 # the parent must hear of it, whatever it is
        place = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
        why = f"{task['path']} can't be read to its end: the jsonl source broke on it ({what})"
        send(pipe, "error", f"{why}; what came before is kept; please report this")


def _answer(task: dict[str, Any], orders: Iterable[dict[str, Any]], pipe: Sink) -> None:
    with open_tree(Path(task["path"])) as tree:
        entries, gatherer = choose_entries(tree), LineGatherer(datetime.fromisoformat(task["now"]))
        for order in orders:
            entry = entries[order["entry"]]
            start = Place(name=entry.name, offset=order["offset"], line=order["line"])
            rest = {name: order[name] for name in ("ahead", "total", "end", "seal")}
            part = Part(entry=entry, start=start, **rest)
            unknown, why = Unknown(), ""
            try:
                for record in read_part(part, gatherer, unknown, task["chunk"]):
                    send_record(pipe, record)
            except UnreadableError as error:
                why = str(error)
            send(pipe, "done", unknown.found, why)
