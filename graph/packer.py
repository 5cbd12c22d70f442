"""Packing of what a bulk source decoded, without an object for each record.

`graph.rows.pack` does the same from records; both share this code, so that both give the same rows.
"""

from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

from graph.batch import (
    CONFLICT,
    Batch,
    InteractionRow,
    Said,
    conflicting,
    mark_of,
    merge_said,
    prefer,
)
from graph.cleaning import (
    EXCERPT_LIMIT,
    HANDLE_LIMIT,
    NAME_LIMIT,
    TITLE_LIMIT,
    clean_account_id,
    clean_block,
    clean_line,
    clean_reference,
    clean_url,
)
from graph.errors import InvalidRecordError
from graph.model import (
    EARLIEST,
    ID_LIMIT,
    KINDS,
    UNDATED_KINDS,
    Declared,
    Introduction,
    Member,
    Problem,
    SameAs,
    from_micros,
    network_of,
    start_of,
    to_micros,
)

_NO_EXCERPT = b"\0" * 8
HASHED = "~"
"""What an item's id begins with where it is no URL."""
_MEMO_LIMIT = 200_000
_FEW = 1_000
_EARLIEST = to_micros(EARLIEST)
_MAY_BE_UNDATED = tuple(kind in UNDATED_KINDS for kind in KINDS)


class Mention:
    """An account or item as one record shows it; the packer hands out the same object for the same words.

    Attributes:
        id: The canonical id.
        texts: What is said of it, cleaned, in the order of `AccountRow` or `ItemRow`.
        mark: The hash of that.
        since: The micros at which it was true where the record says so itself; else None.
        author: An item's author.
        at: The newest micros at which this batch shows them; -1 where it does not.
    """

    __slots__ = ("at", "author", "id", "mark", "since", "texts")

    def __init__(
        self,
        id_: str,
        texts: tuple[str | None, ...],
        since: int | None = None,
        author: "Mention | None" = None,
        mark: int | None = None,
    ) -> None:
        self.id = id_
        self.texts = texts
        self.mark = mark_of(texts) if mark is None else mark
        self.since = since
        self.author = author
        self.at = -1


class RowPacker:
    """Packs what a source decoded into batches; state is the batch being filled, and the words seen before.

    `account` and `item` make mentions, `add` makes an interaction of them, `show` keeps an account by itself. They
    raise InvalidRecordError, which the caller turns into a `problem`. `take` hands the batch over and starts the next.
    """

    def __init__(self, *, now: datetime) -> None:
        self._latest = to_micros(start_of(now.date()) + timedelta(days=2)) - 1
        self._memo: dict[tuple[object, ...], Mention] = {}
        self._marks: dict[tuple[str | None, ...], int] = {}
        self._start()

    def __len__(self) -> int:
        return len(self._rows)

    def account(
        self,
        id_: str,
        handle: str | None = None,
        name: str | None = None,
        url: str | None = None,
        org: str | None = None,
        title: str | None = None,
        since: int | None = None,
    ) -> Mention:
        """Mention an account with what the record says of it; `since` (micros) where it says itself when that was."""
        key = (id_, handle, name, url, org, title, since)
        mention = self._memo.get(key)
        if mention is None:
            if since is not None:
                self.check(since)
            texts = (
                clean_line(handle, HANDLE_LIMIT),
                clean_line(name, NAME_LIMIT),
                clean_url(url),
                clean_line(org, NAME_LIMIT),
                clean_line(title, NAME_LIMIT),
            )
            mention = self._remember(key, Mention(clean_account_id(id_), texts, since))
        return mention

    def item(
        self, url: str | None, title: str | None = None, kind: str | None = None, author: Mention | None = None
    ) -> Mention | None:
        """Mention an item; None where nothing tells it from another one."""
        key = (url, title, kind, author)
        mention = self._memo.get(key)
        if mention is None:
            link, headline = clean_url(url), clean_line(title, TITLE_LIMIT)
            if link is not None:
                link = link.partition("#")[0].strip() or None
            if link is not None and link.startswith(HASHED):
                link = None
            writer = author.id if author else None
            if link is None and headline is None and writer is None:
                return None
            texts = (headline, clean_line(kind, HANDLE_LIMIT), writer)
            mention = self._remember(key, Mention(link or item_id(headline, writer), texts, None, author))
        return mention

    def add(
        self,
        kind: int,
        at: int | None,
        actor: Mention,
        to: Sequence[tuple[Mention, int]],
        *,
        id_: str | None = None,
        item: Mention | None = None,
        thread: str | None = None,
        parent: str | None = None,
        excerpt: str | None = None,
        private: bool = False,
        source: str = "",
        where: str = "",
    ) -> None:
        """Add an interaction: kind code, micros (None for undated), the actor, the addressees with their role codes."""
        if id_ is not None:
            id_ = _interaction_id(id_)
        thread, parent = clean_reference(thread), clean_reference(parent)
        excerpt = clean_block(excerpt, EXCERPT_LIMIT)
        self.add_clean(kind, at, actor, to, id_, item, thread, parent, excerpt, private, source, where)

    def item_clean(self, url: str, title: str | None, kind: str | None, author: Mention | None) -> Mention:
        """Mention an item of which all is clean: a link on the web without a fragment, no text over its limit.

        Not remembered: of a bulk source's many items most are seen once.
        """
        texts = (title, kind, author.id if author is not None else None)
        if title is not None:
            return Mention(url, texts, None, author)
        mark = self._marks.get(texts)
        if mark is None:
            if len(self._marks) >= _FEW:
                self._marks.clear()
            mark = self._marks[texts] = mark_of(texts)
        return Mention(url, texts, None, author, mark)

    def add_clean(
        self,
        kind: int,
        at: int | None,
        actor: Mention,
        to: Sequence[tuple[Mention, int]],
        id_: str | None,
        item: Mention | None,
        thread: str | None,
        parent: str | None,
        excerpt: str | None,
        private: bool,
        source: str,
        where: str,
    ) -> None:
        """Add an interaction as `add` does, its id and texts being clean already.

        Written out in one piece: a bulk source comes here a million times.
        """
        if at is None:
            if not _MAY_BE_UNDATED[kind]:
                raise InvalidRecordError(f"a {KINDS[kind]} needs a date; only follow and connection may do without")
            shown = 0
        elif _EARLIEST <= at <= self._latest:
            shown = at
        else:
            raise InvalidRecordError(f"the date {_say_date(at)} is not between 1971 and tomorrow")
        on = item.id if item is not None else None
        if len(to) == 1:
            mention, role = to[0]
            addressees: tuple[tuple[str, int], ...] = ((mention.id, role),)
            tail = f"\0{role}{mention.id}"
        else:
            addressees = _addressees(to)
            tail = "".join([f"\0{role}{account}" for account, role in addressees])
        # Cleaned texts hold no NUL, so that it parts the fields for certain.
        core = f"{kind} {at} {private:d}\0{actor.id}\0{on or ''}\0{thread or ''}\0{parent or ''}{tail}"
        name = _hashed_id(actor.id, core, kind) if id_ is None else id_
        digest = _digest(name, core, excerpt)
        row = (name, digest, kind, at, actor.id, on, thread, parent, excerpt, int(private), source, addressees)
        self._read[kind] += 1
        held = self._rows.get(name)
        self._rows[name] = row if held is None else self._prefer(held, row, where)
        if shown > actor.at:
            _touch(actor, shown, self._accounts)
        for mention, _ in to:
            if shown > mention.at:
                _touch(mention, shown, self._accounts)
        if item is not None:
            _touch(item, shown, self._items)
            if item.author is not None:
                _touch(item.author, shown, self._accounts)

    def show(self, mention: Mention, at: int | None = None) -> None:
        """Keep an account that a record of that date (micros) shows by itself."""
        if at is not None:
            self.check(at)
        _touch(mention, at or 0, self._accounts)

    def record(self, record: SameAs | Declared | Introduction | Member) -> None:
        """Add a rare record, cleaned and with its id."""
        self._records.append(record)

    def problem(self, where: str, why: str) -> None:
        """Add a problem."""
        self._problems.append(Problem(where=where, why=why))

    def check(self, at: int) -> None:
        """Refuse micros outside 1971 to tomorrow.

        Raises:
            InvalidRecordError: If the date is outside.
        """
        if not _EARLIEST <= at <= self._latest:
            raise InvalidRecordError(f"the date {_say_date(at)} is not between 1971 and tomorrow")

    def take(self) -> Batch:
        """Hand over what was added since the last time."""
        batch = Batch(
            interactions=list(self._rows.values()),
            accounts=_merged(self._accounts),
            items=_merged(self._items),
            records=self._records,
            problems=self._problems,
            read={kind: count for kind, count in enumerate(self._read) if count},
        )
        self._start()
        return batch

    def _start(self) -> None:
        self._rows: dict[str, InteractionRow] = {}
        self._accounts: list[Mention] = []
        self._items: list[Mention] = []
        self._records: list[SameAs | Declared | Introduction | Member] = []
        self._problems: list[Problem] = []
        self._read = [0] * len(KINDS)

    def _remember(self, key: tuple[object, ...], mention: Mention) -> Mention:
        if len(self._memo) >= _MEMO_LIMIT:
            self._memo.clear()
        self._memo[key] = mention
        return mention

    def _prefer(self, held: InteractionRow, new: InteractionRow, where: str) -> InteractionRow:
        if conflicting(held[1], new[1]):
            self.problem(where or new[0], CONFLICT.format(id=new[0]))
        return prefer(held, new)


def item_id(title: str | None, author: str | None) -> str:
    """Make the id of an item that has no URL."""
    return HASHED + hashed("\0".join((title or "", author or "")))


def _touch(mention: Mention, at: int, touched: list[Mention]) -> None:
    if mention.at < 0:
        touched.append(mention)
        mention.at = at if mention.since is None else mention.since
    elif at > mention.at and mention.since is None:
        mention.at = at


def _merged(touched: list[Mention]) -> dict[str, Said]:
    merged: dict[str, Said] = {}
    for mention in touched:
        said: Said = (mention.texts, mention.at if mention.mark else 0, mention.mark)
        mention.at = -1
        held = merged.get(mention.id)
        merged[mention.id] = said if held is None else merge_said(held, said)
    return merged


def _addressees(to: Sequence[tuple[Mention, int]]) -> tuple[tuple[str, int], ...]:
    if len(to) == 1:
        mention, role = to[0]
        return ((mention.id, role),)
    roles: dict[str, int] = {}
    for mention, role in to:
        held = roles.get(mention.id)
        if held is None or role < held:
            roles[mention.id] = role
    return tuple(sorted(roles.items()))


def _digest(name: str, core: str, excerpt: str | None) -> bytes:
    heart = blake2b(f"{name}\0{core}".encode(), digest_size=8).digest()
    if excerpt is None:
        return b"\0" + heart + _NO_EXCERPT
    return b"\1" + heart + blake2b(excerpt.encode(), digest_size=8).digest()


def _interaction_id(text: str) -> str:
    cleaned = clean_line(text, ID_LIMIT + 1)
    if cleaned is None or len(cleaned) > ID_LIMIT:
        raise InvalidRecordError(f"interaction id {str(text)[:60]!r} is empty or longer than {ID_LIMIT} characters")
    return cleaned


def _hashed_id(actor: str, core: str, kind: int) -> str:
    return f"{network_of(actor)}:~{hashed(core)}#{KINDS[kind].value}"


def hashed(text: str) -> str:
    """Hash what a record says into the local part of an id: 24 letters and digits (120 bits)."""
    return b32encode(blake2b(text.encode(), digest_size=15).digest()).decode().lower()


def _say_date(at: int) -> str:
    try:
        return from_micros(at).isoformat()
    except OverflowError:
        return f"{at} µs after 1970"
