"""JSON lines packed straight into rows: what `ingest.jsonlines` reads into records, without an object for each.

A line that is not plain (anything but an interaction of the documented types, whatever is wrong with it) goes the
record's way, so that both ways give the same.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic

import orjson

from graph.errors import InvalidRecordError
from graph.model import (
    KIND_CODES,
    ROLE_CODES,
    Checkpoint,
    Kind,
    Problem,
    Record,
    interaction_id,
    network_of,
    to_micros,
)
from graph.rows import Batch, Mention, RowPacker
from ingest.fields import read_flag, read_id, read_list, read_object, read_text
from ingest.files import Entry
from ingest.jsonlines import TOO_LONG, Part, Unknown, read_line, read_parts
from ingest.lines import read_lines
from ingest.objects import Setting, complete_id, read_account, setting
from ingest.source import UnreadableError

CHUNK = 20_000
_SECONDS = 2.0
_LOOK_EVERY = 500
_MEMO_LIMIT = 200_000
_UNUSUAL = (ValueError, TypeError, LookupError, AttributeError, InvalidRecordError)
_KINDS: dict[object, Kind] = {kind.value: kind for kind in Kind}


def read_packed(entries: Sequence[Entry], resume: str | None, now: datetime) -> Iterator[Batch | Record]:
    """Read files of JSON lines into batches, each followed by its checkpoint; what is not plain comes as records."""
    packer = _LinePacker(now)
    unknown = Unknown()
    yield from read_parts(entries, resume, lambda part: _read_part(part, packer, unknown))
    yield from unknown.problems()


def _read_part(part: Part, packer: "_LinePacker", unknown: Unknown) -> Iterator[Batch | Record]:
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
                if size >= CHUNK or (number % _LOOK_EVERY == 0 and size and monotonic() - since > _SECONDS):
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

    def _pack(self, value: dict[str, object], where: str) -> None:
        get = value.get
        kind = _KINDS[get("kind")]
        at = get("at")
        actor = self._account(get("actor"))
        to = [self._addressee(each) for each in read_list(get("to"), "to")]
        about = get("item")
        item = None if about is None else self._item(about)
        if not to and item is None:
            raise InvalidRecordError("nobody is addressed")
        native, excerpt, thread, parent = get("id"), get("excerpt"), get("thread"), get("parent")
        self._packer.add(
            KIND_CODES[kind],
            None if at is None else _micros(at),
            actor,
            to,
            id_=None if native is None else _whole_id(native, kind, actor.id),
            item=item,
            thread=None if thread is None else read_id(thread, "thread"),
            parent=None if parent is None else read_id(parent, "parent"),
            excerpt=None if excerpt is None else read_text(excerpt, "excerpt"),
            private=read_flag(get("private"), "private", default=False),
            source=read_text(get("source"), "source") or self._setting.source,
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

    def _item(self, value: object) -> Mention | None:
        fields = read_object(value, "item")
        author = fields.get("author")
        return self._packer.item(
            read_text(fields.get("url"), "url"),
            read_text(fields.get("title"), "title"),
            read_text(fields.get("kind"), "kind"),
            None if author is None else self._account(author),
        )


def _key(value: object) -> Hashable:
    """Make the key of an account as it stands on a line; 1, 1.0 and true are equal, but not the same id."""
    if isinstance(value, dict):
        id_, key = value.get("id"), tuple(value.items())
        return key if id_.__class__ is str else (id_.__class__, key)
    if isinstance(value, str):
        return value
    raise InvalidRecordError("neither an object nor a text")


def _whole_id(value: object, kind: Kind, actor: str) -> str | None:
    if value.__class__ is str and "#" not in value:
        stripped = read_text(value, "id")
        return None if stripped is None else interaction_id(network_of(actor), stripped, kind)
    return complete_id(value, kind, actor)


def _micros(value: object) -> int:
    """Count the micros of an instant in the common form; anything else is for the record's way to judge."""
    if value.__class__ is not str:
        raise InvalidRecordError("not a text")
    if not value[4] == value[7] == "-" or value[13] != ":" or value[10] not in "T ":
        raise InvalidRecordError("not in the common form")
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise InvalidRecordError("no zone")
    return to_micros(at)
