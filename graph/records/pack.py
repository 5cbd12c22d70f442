"""Packing of records into canonical rows: cleaned, with their ids and digests, the same for every store."""

from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b

from msgspec.structs import replace

from graph.errors import InvalidRecordError
from graph.model import (
    EARLIEST,
    ID_LIMIT,
    KIND_CODES,
    KINDS,
    ROLE_CODES,
    UNDATED_KINDS,
    Account,
    Closeness,
    Declared,
    Interaction,
    Introduction,
    IntroductionState,
    IntroductionStep,
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
from graph.records.merge import order_steps
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
    merge_fields,
    prefer,
)

_NOTE_LIMIT = 2_000
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
                case SameAs():
                    self._add_same_as(record)
                case Declared():
                    self._add_declared(record)
                case Introduction():
                    self._add_introduction(record)
                case Member():
                    self._add_member(record)
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

    # --- rare records --------------------------------------------------------------------------------------------

    def _add_same_as(self, record: SameAs) -> None:
        first, second = sorted(clean_account_id(id_) for id_ in (record.a, record.b))
        if first == second:
            raise InvalidRecordError(f"{first} is named twice; an assertion is about two accounts")
        if not 0 <= record.confidence <= 1:
            raise InvalidRecordError(f"a confidence of {record.confidence} is not between 0 and 1")
        at = self._date(record.at, record.retracted_at)
        for id_ in (first, second):
            self._show(Account(id=id_), at)
        self._records.append(replace(record, a=first, b=second))

    def _add_declared(self, record: Declared) -> None:
        at = self._date(record.at, record.retracted_at)
        if record.since is not None and record.since < EARLIEST.date():
            raise InvalidRecordError(f"known since {record.since}, which is before 1971: leave it out")
        a, b = self._bare(record.a), self._bare(record.b)
        by = self._bare(record.by) if record.by else None
        if a == b:
            raise InvalidRecordError(f"{a.id} is named twice; a tie is between two accounts")
        self._show_those((record.a, record.b, record.by), at)
        how = clean_block(record.how, _NOTE_LIMIT)
        bare = replace(record, a=a, b=b, by=by, closeness=Closeness(record.closeness), how=how)
        self._records.append(replace(bare, id=clean_reference(record.id) or declared_id(bare)))

    def _add_introduction(self, record: Introduction) -> None:
        steps = order_steps({self._step(step) for step in record.steps})
        if not steps:
            raise InvalidRecordError("an introduction without any dated state says nothing")
        at = self._date(steps[-1].at, record.retracted_at)
        by, person, to = self._bare(record.by), self._bare(record.person), self._bare(record.to)
        if len({by, person, to}) < 3:
            raise InvalidRecordError(f"{by.id} introduces {person.id} to {to.id}: these must be three")
        initiator = self._bare(record.initiator) if record.initiator else None
        self._show_those((record.by, record.person, record.to, record.initiator), at)
        bare = replace(record, by=by, person=person, to=to, initiator=initiator, steps=steps)
        self._records.append(replace(bare, id=clean_reference(record.id) or introduction_id(bare)))

    def _add_member(self, record: Member) -> None:
        name = clean_line(record.list, NAME_LIMIT)
        if name is None:
            raise InvalidRecordError("a list needs a name")
        self._records.append(Member(list=name, account=Account(id=self._show(record.account, 0))))

    def _step(self, step: IntroductionStep) -> IntroductionStep:
        self._micros(step.at)
        note = clean_block(step.note, _NOTE_LIMIT)
        return IntroductionStep(state=IntroductionState(step.state), at=step.at, note=note, url=clean_url(step.url))

    def _date(self, at: datetime, retracted_at: datetime | None) -> int:
        if retracted_at is not None:
            self._micros(retracted_at)
        return self._micros(at)

    def _bare(self, account: Account) -> Account:
        return Account(id=self._account(account))

    def _show_those(self, accounts: Iterable[Account | None], at: int) -> None:
        for account in accounts:
            if account is not None:
                self._show(account, at)


def declared_id(declared: Declared) -> str:
    """Make the id of a declared tie: who says it of whom, whichever way round; said again, it is corrected."""
    by = declared.by.id if declared.by else ""
    return "declared:~" + hashed("\0".join((*sorted((declared.a.id, declared.b.id)), by)))


def introduction_id(introduction: Introduction) -> str:
    """Make the id of an introduction: who introduces whom to whom; later steps join the earlier ones."""
    who = (introduction.by.id, introduction.person.id, introduction.to.id)
    return "introduction:~" + hashed("\0".join(who))


def hashed(text: str) -> str:
    """Hash what a record says into the local part of an id: 24 letters and digits (120 bits)."""
    return b32encode(blake2b(text.encode(), digest_size=15).digest()).decode().lower()


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
