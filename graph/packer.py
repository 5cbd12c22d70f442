"""Packing of what a bulk source decoded, without an object for each record.

`graph.rows.pack` does the same from records; both share this code, so that both give the same rows.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

from graph.batch import CONFLICT, Batch, InteractionRow, conflicting, mark_of, prefer
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
from graph.mention import HASHED, TO, Mention, gather, hashed, item_id, touch
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
_ACCOUNTS_HELD = 200_000
_ITEMS_HELD = 20_000
_FEW = 1_000
_EARLIEST = to_micros(EARLIEST)
_MAY_BE_UNDATED = tuple(kind in UNDATED_KINDS for kind in KINDS)


class RowPacker:
    """Packs what a source decoded into batches; state is the batch being filled, and the words seen before.

    `account` and `item` make mentions, `add` makes an interaction of them, `show` keeps an account by itself. They
    raise InvalidRecordError, which the caller turns into a `problem`. `take` hands the batch over and starts the next.
    A bulk source that knows its texts to be clean takes `item_clean` and `add_clean`.
    """

    def __init__(self, *, now: datetime) -> None:
        self._latest = to_micros(start_of(now.date()) + timedelta(days=2)) - 1
        self._mentions: dict[tuple[object, ...], Mention] = {}
        self._item_mentions: dict[tuple[object, ...], Mention] = {}
        self._marks: dict[tuple[str, ...], int] = {}
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
        mention = self._mentions.get(key)
        if mention is None:
            if since is not None:
                self.check(since)
            texts = (
                clean_line(handle, HANDLE_LIMIT) or "",
                clean_line(name, NAME_LIMIT) or "",
                clean_url(url) or "",
                clean_line(org, NAME_LIMIT) or "",
                clean_line(title, NAME_LIMIT) or "",
            )
            mention = Mention(clean_account_id(id_), texts, mark_of(texts), since)
            _remember(self._mentions, key, mention, _ACCOUNTS_HELD)
        return mention

    def item(
        self, url: str | None, title: str | None = None, kind: str | None = None, author: Mention | None = None
    ) -> Mention | None:
        """Mention an item; None where nothing tells it from another one."""
        key = (url, title, kind, author)
        mention = self._item_mentions.get(key)
        if mention is None:
            link = (clean_url(url) or "").partition("#")[0].rstrip()
            if link.startswith(HASHED):
                link = ""
            headline, sort = clean_line(title, TITLE_LIMIT) or "", clean_line(kind, HANDLE_LIMIT) or ""
            writer = author.id if author is not None else ""
            if not (link or headline or writer):
                return None
            mention = self.item_clean(link or item_id(headline, writer), headline, sort, author)
            _remember(self._item_mentions, key, mention, _ITEMS_HELD)
        return mention

    def item_clean(self, id_: str, title: str | None, kind: str | None, author: Mention | None) -> Mention:
        """Mention an item of which all is clean: a link on the web without a fragment, no text over its limit.

        Not remembered: of a bulk source's many items most are seen once.
        """
        texts = (title or "", kind or "", author.id if author is not None else "")
        if title:
            return Mention(id_, texts, mark_of(texts), None, author)
        mark = self._marks.get(texts)
        if mark is None:
            if len(self._marks) >= _FEW:
                self._marks.clear()
            mark = self._marks[texts] = mark_of(texts)
        return Mention(id_, texts, mark, None, author)

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
        at = self._check_dated(kind, at)
        secret = 1 if private else 0
        on = item.id if item is not None else ""
        thread, parent, excerpt = thread or "", parent or "", excerpt or ""
        addressees = to[0][0].alone if len(to) == 1 and to[0][1] == TO else _addressees(to)
        # Cleaned texts hold no NUL, so that it parts the fields for certain.
        core = f"{kind} {at} {secret}\0{actor.id}\0{on}\0{thread}\0{parent}"
        for account, role in addressees:
            core += f"\0{role}{account}"
        name = id_ or f"{network_of(actor.id)}:{HASHED}{hashed(core)}#{KINDS[kind].value}"
        heart = blake2b(f"{name}\0{core}".encode(), digest_size=8).digest()
        if excerpt:
            digest = b"\1" + heart + blake2b(excerpt.encode(), digest_size=8).digest()
        else:
            digest = b"\0" + heart + _NO_EXCERPT
        row = (name, digest, kind, at, actor.id, on, thread, parent, excerpt, secret, source, addressees)
        self._read[kind] += 1
        held = self._rows.setdefault(name, row)
        if held is not row:
            self._rows[name] = self._prefer(held, row, where)
        self._show_all(at, actor, to, item)

    def show(self, mention: Mention, at: int | None = None) -> None:
        """Keep an account that a record of that date (micros) shows by itself."""
        if at is not None:
            self.check(at)
        touch(mention, at or 0, self._accounts)

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
            accounts=gather(self._accounts),
            items=gather(self._items),
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

    def _check_dated(self, kind: int, at: int | None) -> int:
        if at is None:
            if not _MAY_BE_UNDATED[kind]:
                raise InvalidRecordError(f"a {KINDS[kind]} needs a date; only follow and connection may do without")
            return 0
        if not _EARLIEST <= at <= self._latest:
            raise InvalidRecordError(f"the date {_say_date(at)} is not between 1971 and tomorrow")
        return at

    def _show_all(self, at: int, actor: Mention, to: Sequence[tuple[Mention, int]], item: Mention | None) -> None:
        if actor.at < at or not at:
            touch(actor, at, self._accounts)
        for mention, _ in to:
            if mention.at < at or not at:
                touch(mention, at, self._accounts)
        if item is not None:
            touch(item, at, self._items)
            if item.author is not None:
                touch(item.author, at, self._accounts)

    def _prefer(self, held: InteractionRow, new: InteractionRow, where: str) -> InteractionRow:
        if conflicting(held[1], new[1]):
            self.problem(where or new[0], CONFLICT.format(id=new[0]))
        return prefer(held, new)


def _remember(memo: dict[tuple[object, ...], Mention], key: tuple[object, ...], mention: Mention, limit: int) -> None:
    if len(memo) >= limit:
        memo.clear()
    memo[key] = mention


def _addressees(to: Sequence[tuple[Mention, int]]) -> tuple[tuple[str, int], ...]:
    roles: dict[str, int] = {}
    for mention, role in to:
        held = roles.get(mention.id)
        if held is None or role < held:
            roles[mention.id] = role
    return tuple(sorted(roles.items()))


def _interaction_id(text: str) -> str:
    cleaned = clean_line(text, ID_LIMIT + 1)
    if cleaned is None or len(cleaned) > ID_LIMIT:
        raise InvalidRecordError(f"interaction id {str(text)[:60]!r} is empty or longer than {ID_LIMIT} characters")
    return cleaned


def _say_date(at: int) -> str:
    try:
        return from_micros(at).isoformat()
    except OverflowError:
        return f"{at} µs after 1970"
