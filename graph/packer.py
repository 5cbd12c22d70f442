"""Packing of records into rows, one field after the other; `graph.rows.pack` takes the records apart."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from graph.batch import CONFLICT, Batch, InteractionRow, Rare, conflicting, mark_of, prefer
from graph.cleaning import (
    EXCERPT_LIMIT,
    clean_block,
    clean_line,
    clean_reference,
)
from graph.digest import digest_core, digest_excerpt, hash_addressees, hash_text
from graph.errors import InvalidRecordError
from graph.mention import HASHED, Mention, clean_item, gather, hashed, mention_account, touch
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

_ACCOUNTS_HELD = 200_000
_ITEMS_HELD = 20_000
_EARLIEST = to_micros(EARLIEST)
_MAY_BE_UNDATED = tuple(kind in UNDATED_KINDS for kind in KINDS)


class RowPacker:
    """Packs what a source decoded into batches; state is the batch being filled, and the words seen before.

    `account` and `item` make mentions, `add` makes an interaction of them, `show` keeps an account by itself. They
    raise InvalidRecordError, which the caller turns into a `problem`. `take` hands the batch over and starts the next.
    """

    def __init__(self, *, now: datetime) -> None:
        self._latest = to_micros(start_of(now.date()) + timedelta(days=2)) - 1
        self._mentions: dict[tuple[object, ...], Mention] = {}
        self._item_mentions: dict[tuple[object, ...], Mention] = {}
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
            mention = mention_account(*key)
            _remember(self._mentions, key, mention, _ACCOUNTS_HELD)
        return mention

    def item(
        self, url: str | None, title: str | None = None, kind: str | None = None, author: Mention | None = None
    ) -> Mention | None:
        """Mention an item; None where nothing tells it from another one."""
        key = (url, title, kind, author)
        mention = self._item_mentions.get(key)
        if mention is None:
            named = clean_item(url, title, kind, author)
            if named is None:
                return None
            id_, headline, sort = named
            texts = (headline, sort, author.id if author is not None else "")
            mention = Mention(id_, texts, mark_of(texts), None, author)
            _remember(self._item_mentions, key, mention, _ITEMS_HELD)
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
            id_ = clean_interaction_id(id_)
        thread, parent = clean_reference(thread) or "", clean_reference(parent) or ""
        excerpt = clean_block(excerpt, EXCERPT_LIMIT) or ""
        at = self._check_dated(kind, at)
        secret = 1 if private else 0
        on = item.id if item is not None else ""
        addressees = _addressees(to)
        name = id_ or make_id(kind, at, secret, actor.id, on, thread, parent, addressees)
        core = digest_core(
            hash_text(name),
            kind,
            secret,
            at,
            hash_text(actor.id),
            hash_text(on),
            hash_text(thread),
            hash_text(parent),
            hash_addressees([hash_text(account) for account, _ in addressees], [role for _, role in addressees]),
        )
        digest = (b"\1" if excerpt else b"\0") + core + digest_excerpt(excerpt)
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
        self._records: list[Rare] = []
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


def make_id(
    kind: int,
    at: int,
    secret: int,
    actor: str,
    item: str,
    thread: str,
    parent: str,
    addressees: Sequence[tuple[str, int]],
) -> str:
    """Make the id of an interaction that has none of its own: a hash of its fields, the excerpt left out."""
    # Cleaned texts hold no NUL, so that it parts the fields for certain.
    core = f"{kind} {at} {secret}\0{actor}\0{item}\0{thread}\0{parent}"
    for account, role in addressees:
        core += f"\0{role}{account}"
    return f"{network_of(actor)}:{HASHED}{hashed(core)}#{KINDS[kind].value}"


def clean_interaction_id(text: str) -> str:
    """Clean an interaction's id.

    Raises:
        InvalidRecordError: If nothing or too much is left.
    """
    cleaned = clean_line(text, ID_LIMIT + 1)
    if cleaned is None or len(cleaned) > ID_LIMIT:
        raise InvalidRecordError(f"interaction id {str(text)[:60]!r} is empty or longer than {ID_LIMIT} characters")
    return cleaned


def _say_date(at: int) -> str:
    try:
        return from_micros(at).isoformat()
    except OverflowError:
        return f"{at} µs after 1970"
