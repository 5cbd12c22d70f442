"""Plain lines: interactions of the documented form, read from JSON into columns without an object for each.

What stands for an account on one line stands so on many: by the hash of its fields it is known what they were read as
(of 64 bits with a random key, so that nobody can make two that are taken for one). Days, minutes and seconds repeat
likewise. A line whose bytes are plain (`find_rough`) needs no cleaning but at its ends.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from graph.cleaning import EXCERPT_LIMIT, HANDLE_LIMIT, TITLE_LIMIT, URL_LIMIT, clean_block, clean_reference
from graph.columns import NOTHING, Columns
from graph.errors import InvalidRecordError
from graph.gathering import ROLE_BITS, Gatherer
from graph.mention import clean_item, mention_account
from graph.model import EARLIEST, ID_LIMIT, KIND_CODES, KINDS, ROLE_CODES, UNDATED_KINDS, Kind, network_of, to_micros
from graph.packer import clean_interaction_id, make_id
from ingest.accounts import read_account
from ingest.fields import read_flag, read_id, read_list, read_text
from ingest.objects import Setting, complete_id, setting

ACCOUNTS_HELD = 300_000
_WORDS_HELD = 20_000
_UNUSUAL = (ValueError, TypeError, LookupError, AttributeError, InvalidRecordError)
_ENDS = {kind.value: f"#{kind.value}" for kind in KINDS}
_UNDATED = frozenset(kind.value for kind in UNDATED_KINDS)
_ROLE = (1 << ROLE_BITS) - 1
_TO = ROLE_CODES["to"]
_MINUTE = 60_000_000
_DAY = 86_400_000_000
_SAFE = ID_LIMIT - 100


def find_rough(data: bytes) -> NDArray[np.intp]:
    """Tell where bytes stand that cleaning may change within a text: not ASCII, an escape, a DEL, a second blank."""
    codes = np.frombuffer(data, dtype=np.uint8)
    rough = codes >= 0x7F
    rough |= codes == ord("\\")
    blank = codes == ord(" ")
    rough[1:] |= blank[1:] & blank[:-1]
    return np.flatnonzero(rough)


class LineGatherer:
    """Gathers the lines that are plain."""

    def __init__(self, now: datetime) -> None:
        self._setting = setting(now)
        self._earliest, self._latest = to_micros(EARLIEST), to_micros(self._setting.latest)
        self._gatherer = Gatherer()
        self._sources: dict[object, int] = {}
        self._days: dict[str, int] = {}
        self._minutes: dict[str, int] = {}
        self._rests: dict[str, int] = {}
        self._forget()

    def _forget(self) -> None:
        self._gatherer.forget()
        self._accounts: dict[int, int] = {}
        self._addressees: dict[int, tuple[int]] = {}
        self._prefixes: list[str] = []

    def __len__(self) -> int:
        return len(self._gatherer)

    def setting_at(self, where: str) -> Setting:
        """Give the setting of a line."""
        return replace(self._setting, where=where)

    def take(self, where: Callable[[int], str]) -> Columns:
        """Hand over what was gathered; `where` tells where a line stands."""
        columns = self._gatherer.take(where)
        if len(self._prefixes) > ACCOUNTS_HELD:
            self._forget()
        if len(self._sources) > _WORDS_HELD:
            self._sources.clear()
        return columns

    def add(self, line: bytes, number: int, *, rough: bool) -> bool:
        """Gather a line; tell whether it was plain."""
        try:
            value = orjson.loads(line)
            if value.get("type", "interaction") != "interaction":
                return False
            self._add(value, number, rough)
        except _UNUSUAL:
            return False
        return True

    def _add(self, value: dict[str, Any], number: int, rough: bool) -> None:  # noqa: C901 # see below
        """Gather an interaction.

        It is written out for the common form, since this runs for every line and calls would double its time; the
        methods called take any other form.
        """
        get, kind = value.get, value["kind"]
        code, actor, to, about = KIND_CODES[kind], value["actor"], get("to"), get("item")
        text: Any = get("at")
        try:
            at = self._days[text[:10]] + self._minutes[text[10:17]] + self._rests[text[17:]]
        except (LookupError, TypeError):
            at = self._micros(text, kind)
        who = self._accounts.get(hash((*actor, *actor.values()))) if actor.__class__ is dict else None
        if who is None:
            who = self._account(actor)
        whom: Sequence[int] | None = None
        if to.__class__ is list and len(to) == 1 and to[0].__class__ is dict:
            whom = self._addressees.get(hash((*to[0], *to[0].values())))
        if whom is None:
            whom = self._all_addressees(to)
        id_, thread, parent, excerpt, source = get("id"), get("thread"), get("parent"), get("excerpt"), get("source")
        if rough:
            rough = not _are_tidy(f"|{id_}|{thread}|{parent}|{excerpt}|{about}|")
        if thread is not None:
            thread = _reference(thread) if rough or len(thread) > ID_LIMIT else thread.strip()
        if parent is not None:
            parent = _reference(parent) if rough or len(parent) > ID_LIMIT else parent.strip()
        if excerpt is not None:
            excerpt = _excerpt(excerpt) if rough or len(excerpt) > EXCERPT_LIMIT else excerpt.strip()
        private = 1 if "private" in value and read_flag(value["private"], "private", default=False) else 0
        if source not in self._sources:
            self._sources[source] = self._gatherer.source(read_text(source, "source") or self._setting.source)
        whole = self._whole_id(id_, kind, who, rough) or self._make_id(
            code, at, private, who, whom, about, thread or "", parent or ""
        )
        # Last, since what is said of an item is kept, and of a line that is refused nothing may be.
        item = NOTHING if about is None else self._item(about, rough)
        if not whom and item == NOTHING:
            raise InvalidRecordError("nobody is addressed")
        self._gatherer.add(
            (code, at, who, whom, whole, item, thread or "", parent or "", excerpt or "", private,
             self._sources[source], number)
        )  # fmt: skip

    # --- accounts ----------------------------------------------------------------------------------------------------

    def _account(self, value: Any) -> int:
        if value.__class__ is not dict or not _is_named(value):
            return self._new_account(value)
        key = hash((*value, *value.values()))
        place = self._accounts.get(key)
        if place is None:
            place = self._accounts[key] = self._new_account(value)
        return place

    def _new_account(self, value: Any) -> int:
        account = read_account(value, "account", self._setting.latest)
        since = None if account.at is None else to_micros(account.at)
        mention = mention_account(
            account.id, account.handle, account.name, account.url, account.org, account.title, since
        )
        self._prefixes.append(network_of(mention.id) + ":")
        return self._gatherer.place(mention)

    def _all_addressees(self, value: Any) -> Sequence[int]:
        each = value if value.__class__ is list else read_list(value, "to")
        if len(each) == 1:
            return self._addressee(each[0])
        mentions = self._gatherer.mentions
        roles: dict[str, int] = {}
        for one in each:
            (addressee,) = self._addressee(one)
            id_ = mentions[addressee >> ROLE_BITS].id
            held = roles.get(id_)
            if held is not None and held >> ROLE_BITS != addressee >> ROLE_BITS:
                raise InvalidRecordError("one is addressed twice, in other words")  # of which all are kept
            # Of one addressed twice, the first role counts.
            if held is None or addressee & _ROLE < held & _ROLE:
                roles[id_] = addressee
        return [roles[id_] for id_ in sorted(roles)]

    def _addressee(self, value: Any) -> tuple[int]:
        if value.__class__ is not dict:
            return (self._account(value) << ROLE_BITS | _TO,)
        if not _is_named(value):
            return self._new_addressee(value)
        key = hash((*value, *value.values()))
        addressee = self._addressees.get(key)
        if addressee is None:
            addressee = self._addressees[key] = self._new_addressee(value)
        return addressee

    def _new_addressee(self, value: dict[str, Any]) -> tuple[int]:
        # Without its role it looks as it does where it acts.
        account = {key: each for key, each in value.items() if key != "role"}
        role = value.get("role")
        return (self._account(account) << ROLE_BITS | ROLE_CODES["to" if role is None else role],)

    # --- items -------------------------------------------------------------------------------------------------------

    def _item(self, value: dict[str, Any], rough: bool) -> int:
        get, author = value.get, value.get("author")
        url, title, kind = get("url"), get("title"), get("kind")
        writer = NOTHING if author is None else self._account(author)
        if not rough and url.__class__ is str and url[:4] == "http" and "#" not in url and len(url) <= URL_LIMIT:
            headline = "" if title is None else title.strip()
            sort = "" if kind is None else kind.strip()
            if len(headline) <= TITLE_LIMIT and len(sort) <= HANDLE_LIMIT:
                return self._gatherer.item(url.strip(), headline, sort, writer)
        named = self._read_item(value, writer)
        return NOTHING if named is None else self._gatherer.item(*named, writer)

    def _read_item(self, value: dict[str, Any], writer: int) -> tuple[str, str, str] | None:
        url, title, kind = (read_text(value.get(name), name) for name in ("url", "title", "kind"))
        return clean_item(url, title, kind, None if writer == NOTHING else self._gatherer.mentions[writer])

    # --- texts -------------------------------------------------------------------------------------------------------

    def _whole_id(self, value: Any, kind: str, actor: int, rough: bool) -> str | None:
        """Complete an id as `complete_id` does; the two common forms without its pattern."""
        prefix, end = self._prefixes[actor], _ENDS[kind]
        if not rough and value.__class__ is str and value and len(value) <= _SAFE and value.strip() == value:
            if value.endswith(end) and value.startswith(prefix) and len(value) > len(prefix) + len(end):
                if not value.startswith("//", len(prefix)):
                    return value
            elif "#" not in value:
                return prefix + value + end
        whole = complete_id(value, Kind(kind), prefix)
        return None if whole is None else clean_interaction_id(whole)

    def _make_id(
        self,
        code: int,
        at: int,
        private: int,
        actor: int,
        to: Sequence[int],
        about: dict[str, Any] | None,
        thread: str,
        parent: str,
    ) -> str:
        """Make the id of what has none."""
        mentions, on = self._gatherer.mentions, ""
        if about is not None:
            author = about.get("author")
            named = self._read_item(about, NOTHING if author is None else self._account(author))
            on = "" if named is None else named[0]
        addressees = [(mentions[each >> ROLE_BITS].id, each & _ROLE) for each in to]
        return make_id(code, at, private, mentions[actor].id, on, thread, parent, addressees)

    # --- dates -------------------------------------------------------------------------------------------------------

    def _micros(self, text: Any, kind: str) -> int:
        """Count the micros of an instant; what is not of the common form is for the record's way to judge."""
        if text is None:
            if kind not in _UNDATED:
                raise InvalidRecordError("undated")
            return 0
        if not text[4] == text[7] == "-" or text[13] != ":" or text[10] not in "T ":
            raise InvalidRecordError("not in the common form")
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise InvalidRecordError("no zone")
        micros = to_micros(at)
        if not self._earliest <= micros <= self._latest:
            raise InvalidRecordError("not between 1971 and tomorrow")
        day = to_micros(datetime.fromisoformat(text[:10]).replace(tzinfo=UTC))
        # A zone moves an instant by less than a day.
        if text[16] == ":" and self._earliest + _DAY <= day <= self._latest - 2 * _DAY:
            if len(self._rests) >= _WORDS_HELD:
                self._rests.clear()
            self._days[text[:10]] = day
            self._minutes[text[10:17]] = minute = (int(text[11:13]) * 60 + int(text[14:16])) * _MINUTE
            self._rests[text[17:]] = micros - day - minute
        return micros


def _are_tidy(words: str) -> bool:
    """Tell whether texts, joined by bars, are kept as they are but for their ends, whatever is done to clean them.

    A backslash may stand for what is not printable, where an item is shown as Python shows it.
    """
    return words.isascii() and words.isprintable() and "  " not in words and "\\" not in words


def _reference(value: Any) -> str:
    return clean_reference(read_id(value, "reference")) or ""


def _excerpt(value: Any) -> str:
    return clean_block(read_text(value, "excerpt"), EXCERPT_LIMIT) or ""


def _is_named(value: dict[str, Any]) -> bool:
    """Tell whether an account's id is a text or missing: 1, 1.0 and true are equal, but not the same id."""
    id_ = value.get("id")
    return id_.__class__ is str or id_ is None
