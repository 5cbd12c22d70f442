"""JSON lines packed straight into rows: what `ingest.jsonlines` reads into records, without an object for each.

A line that is not plain (anything but an interaction of the documented types, whatever is wrong with it) goes the
record's way, so that both ways give the same.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Any

import orjson

from graph.cleaning import HANDLE_LIMIT
from graph.errors import InvalidRecordError
from graph.model import (
    KIND_CODES,
    ROLE_CODES,
    Checkpoint,
    Kind,
    Problem,
    Record,
    network_of,
    to_micros,
)
from graph.rows import Batch, Mention, RowPacker
from ingest.fields import read_flag, read_id, read_list, read_text
from ingest.files import Entry
from ingest.jsonlines import TOO_LONG, Part, Unknown, read_line, read_parts
from ingest.lines import read_lines
from ingest.objects import Setting, complete_id, read_account, setting
from ingest.source import UnreadableError

_SECONDS = 2.0
_LOOK_EVERY = 500
_MEMO_LIMIT = 200_000
_FEW = 1_000
_COMMON = len("2009-04-24T09:30:00Z")
_DAY = 86_400_000_000
_UNUSUAL = (ValueError, TypeError, LookupError, AttributeError, InvalidRecordError)
_KINDS: dict[object, Kind] = {kind.value: kind for kind in Kind}


def read_packed(entries: Sequence[Entry], resume: str | None, now: datetime, chunk: int) -> Iterator[Batch | Record]:
    """Read files of JSON lines into batches, each followed by its checkpoint; what is not plain comes as records.

    Args:
        entries: The files.
        resume: The position of the last checkpoint of an interrupted run.
        now: The clock.
        chunk: How many interactions make a batch.
    """
    packer = _LinePacker(now)
    unknown = Unknown()
    yield from read_parts(entries, resume, lambda part: _read_part(part, packer, unknown, chunk))
    yield from unknown.problems()


def _read_part(part: Part, packer: "_LinePacker", unknown: Unknown, chunk: int) -> Iterator[Batch | Record]:
    entry, start = part.entry, part.start
    others: list[Record] = []
    offset, number = start.offset, start.line
    since = monotonic()
    broken: UnreadableError | None = None
    try:
        with entry.open() as stream:
            for number, offset, line in read_lines(stream, start.offset, start.line):
                where = f"{entry.where}:{number}"
                if line is None:
                    others.append(Problem(where=where, why=TOO_LONG))
                elif not packer.add(line, where) and not line.isspace():
                    others += read_line(line, packer.setting_at(where), unknown)
                size = len(packer) + len(others)
                if size >= chunk or (number % _LOOK_EVERY == 0 and size and monotonic() - since > _SECONDS):
                    yield from _hand_over(packer, others, part.checkpoint(offset, number))
                    others, since = [], monotonic()
    except UnreadableError as error:
        broken = error
    # What was read before a file broke off is kept.
    yield from _hand_over(packer, others, part.checkpoint(offset, number))
    if broken is not None:
        raise broken


def _hand_over(packer: "_LinePacker", others: list[Record], behind: Checkpoint) -> Iterator[Batch | Record]:
    if len(packer):
        yield packer.take()
    yield from others
    yield behind


class _LinePacker:
    """Packs the lines that are plain; what accounts and roles look like on a line is remembered."""

    def __init__(self, now: datetime) -> None:
        self._setting = setting(now)
        self._packer = RowPacker(now=now)
        self._accounts: dict[Hashable, Mention] = {}
        self._addressees: dict[Hashable, tuple[Mention, int]] = {}
        self._sources: dict[object, str] = {}
        self._days: dict[str, int] = {}
        self._clocks: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._packer)

    def setting_at(self, where: str) -> Setting:
        """Give the setting of a line."""
        return replace(self._setting, where=where)

    def take(self) -> Batch:
        """Hand over what was packed."""
        if len(self._accounts) + len(self._addressees) > _MEMO_LIMIT:
            self._accounts.clear()
            self._addressees.clear()
        return self._packer.take()

    def add(self, line: bytes, where: str) -> bool:
        """Pack a line; tell whether it was plain."""
        try:
            value = orjson.loads(line)
            if value.__class__ is not dict or value.get("type", "interaction") != "interaction":
                return False
            self._pack(value, where)
        except _UNUSUAL:
            return False
        return True

    def _pack(self, value: dict[str, Any], where: str) -> None:
        get = value.get
        kind = _KINDS[get("kind")]
        at, about, private, source = get("at"), get("item"), get("private"), get("source")
        actor = self._account(get("actor"))
        to = get("to")
        to = [self._addressee(each) for each in (to if to.__class__ is list else read_list(to, "to"))]
        item = None if about is None else self._item(about)
        if not to and item is None:
            raise InvalidRecordError("nobody is addressed")
        self._packer.add(
            KIND_CODES[kind],
            None if at is None else self._micros(at),
            actor,
            to,
            id_=_whole_id(get("id"), kind, actor.id),
            item=item,
            thread=_short(get("thread")),
            parent=_short(get("parent")),
            excerpt=get("excerpt"),
            private=False if private is None else read_flag(private, "private", default=False),
            source=self._sources.get(source) or self._source(source),
            where=where,
        )

    def _account(self, value: object) -> Mention:
        key = _key(value)
        mention = self._accounts.get(key)
        if mention is None:
            account = read_account(value, "account", self._setting.latest)
            mention = self._accounts[key] = self._packer.account(
                account.id,
                account.handle,
                account.name,
                account.url,
                account.org,
                account.title,
                None if account.at is None else to_micros(account.at),
            )
        return mention

    def _addressee(self, value: object) -> tuple[Mention, int]:
        key = _key(value)
        held = self._addressees.get(key)
        if held is None:
            role = value.get("role") if isinstance(value, dict) else None
            code = ROLE_CODES["to" if role is None else role]
            held = self._addressees[key] = (self._account(value), code)
        return held

    def _item(self, value: dict[str, Any]) -> Mention | None:
        get, author = value.get, value.get("author")
        writer = None if author is None else self._account(author)
        return self._packer.item(_text(get("url")), _text(get("title")), _text(get("kind")), writer)

    def _source(self, value: object) -> str:
        name = read_text(value, "source") or self._setting.source
        if len(self._sources) < _FEW:
            self._sources[value] = name
        return name

    def _micros(self, text: str) -> int:
        """Count the micros of an instant in the common form; anything else is for the record's way to judge.

        Days and clock times repeat, so that both halves of `2009-04-24T09:30:00Z` are looked up.
        """
        if len(text) == _COMMON and text[10] == "T" and text[19] == "Z":
            day, clock = self._days.get(text[:10]), self._clocks.get(text[11:19])
            if day is not None and clock is not None:
                return day + clock
        if not text[4] == text[7] == "-" or text[13] != ":" or text[10] not in "T ":
            raise InvalidRecordError("not in the common form")
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise InvalidRecordError("no zone")
        micros = to_micros(at)
        if len(text) == _COMMON and text[10] == "T" and text[19] == "Z":
            self._days[text[:10]] = day = micros // _DAY * _DAY
            self._clocks[text[11:19]] = micros - day
        return micros


def _key(value: object) -> Hashable:
    """Make the key of an account as it stands on a line; 1, 1.0 and true are equal, but not the same id."""
    if isinstance(value, dict):
        key = (*value, *value.values())
        id_ = value.get("id")
        return key if id_.__class__ is str else (id_.__class__, key)
    if isinstance(value, str):
        return value
    raise InvalidRecordError("neither an object nor a text")


def _text(value: object) -> str | None:
    """Give a text to the packer, which cleans it; only where it may cut must blanks be gone before."""
    return value if value.__class__ is str and len(value) <= HANDLE_LIMIT else read_text(value, "text")


def _short(value: object) -> str | None:
    return value if value.__class__ is str and len(value) <= HANDLE_LIMIT else read_id(value, "id")


def _whole_id(value: object, kind: Kind, actor: str) -> str | None:
    if value.__class__ is str and "#" not in value and (native := value.strip()) and "\0" not in native:
        return f"{network_of(actor)}:{native}#{kind.value}"
    return complete_id(value, kind, actor)
