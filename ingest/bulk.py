"""JSON lines packed straight into rows: what `ingest.jsonlines` reads into records, without an object for each.

A line that is not plain (anything but an interaction of the documented types, whatever is wrong with it) goes the
record's way, so that both ways give the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Any

import orjson

from graph.cleaning import HANDLE_LIMIT
from graph.errors import InvalidRecordError
from graph.model import (
    ID_LIMIT,
    KIND_CODES,
    ROLE_CODES,
    Checkpoint,
    Kind,
    Problem,
    Record,
    to_micros,
)
from graph.rows import Batch, Mention, RowPacker
from ingest.fields import read_flag, read_id, read_list, read_text
from ingest.files import Entry
from ingest.jsonlines import TOO_LONG, Part, Unknown, read_line, read_parts
from ingest.lines import read_runs
from ingest.objects import Setting, complete_id, read_account, setting
from ingest.source import UnreadableError

_SECONDS = 4.0
_LOOK_EVERY = 250
_MEMO_LIMIT = 100_000
_COMMON = len("2009-04-24T09:30:00Z")
_DAY = 86_400_000_000
_UNUSUAL = (ValueError, TypeError, LookupError, AttributeError, InvalidRecordError)


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
    others: list[Record] = []
    offset, number = part.start.offset, part.start.line
    since = monotonic()
    broken: UnreadableError | None = None
    step = min(_LOOK_EVERY, chunk)
    try:
        with part.entry.open() as stream:
            for run in read_runs(stream, offset, number):
                for place, line in enumerate(run.lines, 1):
                    where = f"{part.entry.where}:{run.before + place}"
                    if line is None:
                        others.append(Problem(where=where, why=TOO_LONG))
                    elif not packer.add(line, where) and line and not line.isspace():
                        others += read_line(run.line(place), packer.setting_at(where), unknown)
                    if place % step == 0:
                        gathered = len(packer) + len(others)
                        if gathered >= chunk or (gathered and monotonic() - since > _SECONDS):
                            behind = part.checkpoint(run.offset_behind(place), run.before + place)
                            yield from _hand_over(packer, others, behind)
                            others, since = [], monotonic()
                offset, number = run.offset, run.before + len(run.lines)
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
    """Packs the lines that are plain.

    What stands for an account on one line stands so on many: by the hash of its fields it is known what they were read
    as (of 64 bits with a random key, so that nobody can make two that are taken for one).
    """

    def __init__(self, now: datetime) -> None:
        self._setting = setting(now)
        self._packer = RowPacker(now=now)
        self._accounts: dict[int, Mention] = {}
        self._addressees: dict[int, tuple[Mention, int]] = {}
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
        for memory in (self._accounts, self._addressees, self._sources):
            if len(memory) > _MEMO_LIMIT:
                memory.clear()
        return self._packer.take()

    def add(self, line: bytes, where: str) -> bool:
        """Pack a line; tell whether it was plain."""
        try:
            value = orjson.loads(line)
            if value.get("type", "interaction") != "interaction":
                return False
            self._pack(value, where)
        except _UNUSUAL:
            return False
        return True

    def _pack(self, value: dict[str, Any], where: str) -> None:
        get, kind = value.get, value["kind"]
        at, about, to, source = get("at"), get("item"), get("to"), get("source")
        thread, parent, excerpt = get("thread"), get("parent"), get("excerpt")
        actor = self._account(value["actor"])
        id_ = _whole_id(get("id"), kind, actor.id)
        to = [self._addressee(each) for each in (to if to.__class__ is list else read_list(to, "to"))]
        tidy = _are_tidy(f"|{id_}|{thread}|{parent}|{excerpt}|", thread, parent, excerpt)
        item = None if about is None else self._item(about)
        if not to and item is None:
            raise InvalidRecordError("nobody is addressed")
        micros = None if at is None else self._micros(at)
        private = "private" in value and read_flag(value["private"], "private", default=False)
        source = self._sources.get(source) or self._source(source)
        if tidy:
            self._packer.add_clean(
                KIND_CODES[kind], micros, actor, to, id_, item, thread, parent, excerpt, private, source, where
            )
            return
        self._packer.add(
            KIND_CODES[kind], micros, actor, to, id_=id_, item=item, thread=read_id(thread, "thread"),
            parent=read_id(parent, "parent"), excerpt=excerpt, private=private, source=source, where=where,
        )  # fmt: skip

    def _account(self, value: Any) -> Mention:
        if value.__class__ is not dict:
            return self._new_account(value)
        # 1, 1.0 and true are equal, but not the same id: numbers are looked at each time.
        if value["id"].__class__ is not str:
            return self._new_account(value)
        key = hash((*value, *value.values()))
        mention = self._accounts.get(key)
        if mention is None:
            mention = self._accounts[key] = self._new_account(value)
        return mention

    def _new_account(self, value: Any) -> Mention:
        account = read_account(value, "account", self._setting.latest)
        since = None if account.at is None else to_micros(account.at)
        return self._packer.account(
            account.id, account.handle, account.name, account.url, account.org, account.title, since
        )

    def _addressee(self, value: Any) -> tuple[Mention, int]:
        if value.__class__ is not dict:
            return self._new_account(value), ROLE_CODES["to"]
        if value["id"].__class__ is not str:
            return self._new_addressee(value)
        key = hash((*value, *value.values()))
        addressee = self._addressees.get(key)
        if addressee is None:
            addressee = self._addressees[key] = self._new_addressee(value)
        return addressee

    def _new_addressee(self, value: dict[str, Any]) -> tuple[Mention, int]:
        # Without its role it looks as it does where it acts.
        account = {key: each for key, each in value.items() if key != "role"}
        role = value.get("role")
        return self._account(account), ROLE_CODES["to" if role is None else role]

    def _item(self, value: dict[str, Any]) -> Mention | None:
        get, author = value.get, value.get("author")
        url: Any = get("url")
        writer = None if author is None else self._account(author)
        title, kind = get("title"), get("kind")
        words = f"|{url}|{title}|{kind}|"
        if words[:5] == "|http" and "#" not in words and _are_tidy(words, url, title, kind):
            return self._packer.item_clean(url, title, kind, writer)
        return self._packer.item(read_text(url, "url"), read_text(title, "title"), read_text(kind, "kind"), writer)

    def _source(self, value: object) -> str:
        name = self._sources[value] = read_text(value, "source") or self._setting.source
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


def _are_tidy(words: str, first: object, second: object, third: object) -> bool:
    """Tell whether texts, joined by bars, are kept as they are, whatever is done to clean them."""
    return (
        len(words) <= HANDLE_LIMIT
        and words.isascii()
        and words.isprintable()
        and "  " not in words
        and "| " not in words
        and " |" not in words
        and "||" not in words
        and (first is None or first.__class__ is str)
        and (second is None or second.__class__ is str)
        and (third is None or third.__class__ is str)
    )


def _whole_id(value: object, kind: str, actor: str) -> str | None:
    """Complete an id as `complete_id` does; the two common forms without its pattern."""
    if value.__class__ is str and value and len(value) <= ID_LIMIT - 100 and "\0" not in value:
        network, end = actor[: actor.index(":") + 1], f"#{kind}"
        if value.endswith(end) and value.startswith(network) and len(value) > len(network) + len(end):
            if not value.startswith("//", len(network)):
                return value
        elif "#" not in value and (native := value.strip()):
            return network + native + end
    return complete_id(value, Kind(kind), actor)
