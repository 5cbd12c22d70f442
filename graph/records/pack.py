"""Packing of records into canonical rows: cleaned, with their ids and digests, the same for every store."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b

from graph.errors import InvalidRecordError
from graph.model import (
    EARLIEST,
    ID_LIMIT,
    KIND_CODES,
    KINDS,
    ROLE_CODES,
    UNDATED_KINDS,
    Account,
    Declared,
    Gone,
    Interaction,
    Introduction,
    Item,
    Member,
    Problem,
    Record,
    SameAs,
    latest_date,
    network_of,
    to_micros,
)
from graph.records.clean import (
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
from graph.records.rare import pack_rare
from graph.records.rows import (
    CONFLICT,
    HASHED,
    AccountRow,
    Batch,
    Dated,
    InteractionRow,
    ItemRow,
    Rare,
    conflicting,
    hashed,
    merge_fields,
    prefer,
)

_EARLIEST = to_micros(EARLIEST)
_NO_EXCERPT = bytes(8)
_CLEANED_LIMIT = 100_000


def pack(records: Iterable[Record], *, now: datetime) -> Batch:
    """Pack records into one batch; what can't be packed becomes a problem in it.

    Args:
        records: Interactions, accounts, assertions, declared ties, introductions and list members.
        now: The clock; dates later than the day after it are refused.

    Raises:
        TypeError: If a record is none that a store keeps (owners, problems, skips and checkpoints are the puller's).
    """
    packer = Packer(now=now)
    for record in records:
        packer.add(record)
    return packer.take()


class Packer:
    """Packs records into batches; state is the batch being filled, and the accounts and items cleaned before."""

    def __init__(self, *, now: datetime) -> None:
        self._latest = to_micros(latest_date(now))
        self._accounts: dict[Account, tuple[str, tuple[str, ...]]] = {}
        self._start()

    def _start(self) -> None:
        self._rows: dict[str, InteractionRow] = {}
        self._shown: dict[Account, int] = {}  # with the newest micros at which a record shows it
        self._items: dict[str, ItemRow] = {}
        self._records: list[Rare] = []
        self._gone: list[Gone] = []
        self._problems: list[Problem] = []
        self._read = [0] * len(KINDS)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, record: Record) -> None:
        """Add a record; what is wrong with it becomes a problem.

        Raises:
            TypeError: If it is none that a store keeps.
        """
        self._count += 1
        try:
            match record:
                case Interaction():
                    self._add_interaction(record)
                case Account():
                    self._show(record, 0)
                case Gone():
                    self._gone.append(record)
                case SameAs() | Declared() | Introduction() | Member():
                    rare, at, named = pack_rare(record, self._account, self._micros)
                    for account in named:
                        self._show(account, at)
                    self._records.append(rare)
                case _:
                    raise TypeError(f"{type(record).__name__} is no record that a store keeps")
        except InvalidRecordError as error:
            self._problems.append(Problem(where=self._where(record), why=str(error)))

    def take(self) -> Batch:
        """Hand over what was added since the last time."""
        accounts: dict[str, AccountRow] = {}
        for account, at in self._shown.items():
            id_, texts = self._accounts[account]
            _merge_into(accounts, id_, at if account.at is None else to_micros(account.at), texts)
        batch = Batch(
            interactions=list(self._rows.values()),
            accounts=accounts,
            items=self._items,
            records=self._records,
            problems=self._problems,
            gone=tuple(self._gone),
            read={kind: count for kind, count in enumerate(self._read) if count},
        )
        if len(self._accounts) > _CLEANED_LIMIT:
            self._accounts = {}
        self._start()
        return batch

    def _where(self, record: Record) -> str:
        name = f"{type(record).__name__.lower()} {self._count}"
        return (record.where or record.id or name) if isinstance(record, Interaction) else name

    # --- accounts and items --------------------------------------------------------------------------------------

    def _account(self, account: Account) -> str:
        """Clean an account, and give its id."""
        return (self._accounts.get(account) or self._clean_account(account))[0]

    def _clean_account(self, account: Account) -> tuple[str, tuple[str, ...]]:
        if account.at is not None:
            self._micros(account.at)
        texts = (
            clean_line(account.handle, HANDLE_LIMIT) or "",
            clean_line(account.name, NAME_LIMIT) or "",
            clean_url(account.url) or "",
            clean_line(account.org, NAME_LIMIT) or "",
            clean_line(account.title, NAME_LIMIT) or "",
        )
        cleaned = self._accounts[account] = clean_account_id(account.id), texts
        return cleaned

    def _item(self, item: Item) -> tuple[str, tuple[str, ...]]:
        """Clean an item, and give its id, '' where nothing tells it from another one, and its texts."""
        author = self._account(item.author) if item.author is not None else ""
        link = (clean_url(item.url) or "").partition("#")[0].rstrip()
        if link.startswith(HASHED):
            link = ""
        title = clean_line(item.title, TITLE_LIMIT) or ""
        id_ = link or (HASHED + hashed(f"{title}\0{author}") if title or author else "")
        return id_, (title, clean_line(item.kind, HANDLE_LIMIT) or "", author)

    def _show(self, account: Account, at: int) -> str:
        """Keep an account that a record of that date shows, and give its id."""
        id_ = self._account(account)
        if self._shown.get(account, -1) < at:
            self._shown[account] = at
        return id_

    def _micros(self, at: datetime) -> int:
        """Give the micros of a date.

        Raises:
            InvalidRecordError: If it has no zone, or is not between 1971 and tomorrow.
        """
        if at.tzinfo is None:
            raise InvalidRecordError(f"the date {at.isoformat()} has no time zone")
        micros = to_micros(at)
        if not _EARLIEST <= micros <= self._latest:
            raise InvalidRecordError(f"the date {at.isoformat()} is not between 1971 and tomorrow")
        return micros

    # --- interactions --------------------------------------------------------------------------------------------

    def _add_interaction(self, record: Interaction) -> None:
        if record.at is None and record.kind not in UNDATED_KINDS:
            raise InvalidRecordError(f"a {record.kind} needs a date; only follow and connection may do without")
        kind, at = KIND_CODES[record.kind], 0 if record.at is None else self._micros(record.at)
        cleaned = self._accounts
        actor = (cleaned.get(record.actor) or self._clean_account(record.actor))[0]
        roles: dict[str, int] = {}
        for one in record.to:
            id_, role = (cleaned.get(one.account) or self._clean_account(one.account))[0], ROLE_CODES[one.role]
            if roles.setdefault(id_, role) > role:
                roles[id_] = role
        to = tuple(sorted(roles.items()))
        item, texts = self._item(record.item) if record.item is not None else ("", ())
        thread = (clean_reference(record.thread) or "") if record.thread else ""
        parent = (clean_reference(record.parent) or "") if record.parent else ""
        excerpt = (clean_block(record.excerpt, EXCERPT_LIMIT) or "") if record.excerpt else ""
        # Cleaned texts hold no NUL, so that it parts the fields for certain.
        core = f"{kind} {at} {record.private:d}\0{actor}\0{item}\0{thread}\0{parent}"
        for account, role in to:
            core += f"\0{role}{account}"
        if record.id is None:
            name = f"{network_of(actor)}:{HASHED}{hashed(core)}#{record.kind.value}"
        else:
            name = _clean_id(record.id)
        flag, quoted = (b"\1", _hash(excerpt)) if excerpt else (b"\0", _NO_EXCERPT)
        digest = flag + _hash(f"{name}\0{core}") + quoted
        row = InteractionRow(
            name,
            digest,
            kind,
            at,
            actor,
            item,
            thread,
            parent,
            excerpt,
            int(record.private),
            record.source,
            to,
            len(to),
        )
        self._read[kind] += 1
        held = self._rows.setdefault(name, row)
        if held is not row:
            if conflicting(held.digest, digest):
                self._problems.append(Problem(where=record.where or name, why=CONFLICT.format(id=name)))
            self._rows[name] = prefer(held, row)
        self._show_all(record, at, item, texts)

    def _show_all(self, record: Interaction, at: int, item: str, texts: tuple[str, ...]) -> None:
        """Keep what an interaction shows, once all of it was found good."""
        shown = self._shown
        if shown.get(record.actor, -1) < at:
            shown[record.actor] = at
        for one in record.to:
            if shown.get(one.account, -1) < at:
                shown[one.account] = at
        if item:
            _merge_into(self._items, item, at, texts)
            if record.item is not None and record.item.author is not None:
                self._show(record.item.author, at)


def _hash(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=8).digest()


def _clean_id(text: str) -> str:
    cleaned = clean_line(text, ID_LIMIT + 1)
    if cleaned is None or len(cleaned) > ID_LIMIT:
        raise InvalidRecordError(f"interaction id {str(text)[:60]!r} is empty or longer than {ID_LIMIT} characters")
    return cleaned


def _merge_into(rows: dict[str, tuple[Dated, ...]], id_: str, at: int, texts: tuple[str, ...]) -> None:
    row = tuple([(at, text) if text else (0, "") for text in texts])
    held = rows.get(id_)
    rows[id_] = row if held is None else merge_fields(held, row)
