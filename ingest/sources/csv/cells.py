"""What the rows of a table say: acts between people, or people."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec.structs import replace

from graph.errors import InvalidRecordError, UsageError
from graph.model import (
    EARLIEST,
    KIND_CODES,
    ROLE_CODES,
    UNDATED_KINDS,
    Account,
    Addressee,
    Interaction,
    Item,
    Kind,
    Member,
    Record,
    Role,
    SameAs,
    interaction_id,
    network_of,
)
from graph.people.handles import means_me, read_profile
from ingest.kit.dates import DateReader, date_reader, read_zone
from ingest.kit.files import Entry
from ingest.kit.headings import fold
from ingest.kit.table import Row, TableLayout, read_rows
from ingest.kit.who import account_in, accounts_in
from ingest.source import Context
from ingest.sources.csv.mapping import INCOMING, ColumnMapping, choose_columns

_PRIVATE = frozenset({Kind.MESSAGE, Kind.COPIED, Kind.MEETING, Kind.CALL})
_CONFIDENCE = 0.9
_LIST_PARTS = re.compile(r"\s:::\s|[;|,]")
_NETWORKS = {"twitter": "x", "x": "x", "mastodon": "mastodon", "bluesky": "bluesky", "github": "github"}
# What tables call our kinds, folded.
_KIND_WORDS = {
    "message": "email|e mail|mail|dm|sms|chat|text|letter|nachricht|brief|mensaje|courriel|messaggio|mensagem|bericht",
    "repost": "retweet|share|boost",
    "quote": "quote tweet|quote post",
    "like": "favorite|favourite|star",
    "mention": "tweet|mentions|erwahnung",
    "reply": "replies|response|antwort|reponse|respuesta|risposta",
    "call": "phone|phone call|telephone|anruf|telefonat|appel|llamada|chiamata|ligacao|voip",
    "meeting": "meet|appointment|lunch|coffee|visit|treffen|termin|besprechung|reunion|riunione|reuniao|rendez vous",
    "follow": "following|follows",
    "connection": "connected|connect|contact",
    "copied": "cc",
    "comment": "kommentar|commentaire|comentario|commento",
    "recommendation": "endorsement|recommend|empfehlung",
}
_KIND_OF = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split("|")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the rows of one table are read.

    Attributes:
        options: The source's own, as they were given.
        me: The account that `me` stands for.
        asserted: When the table was written, to the second: what it says of who is who was said then.
    """

    entry: Entry
    layout: TableLayout
    mapping: ColumnMapping
    dates: DateReader
    options: Mapping[str, str]
    me: str
    asserted: datetime

    def cells(self, row: Row, option: str) -> list[str]:
        """Give the filled cells that a row has for an option, in one column or several."""
        return [cell for n in self.mapping.numbers.get(option, ()) if (cell := row.cells[n].strip())]

    def text(self, row: Row, option: str) -> str:
        """Give what a row has for an option; several columns are joined by a space."""
        if option not in self.mapping.numbers:
            return self.mapping.constants.get(option, "")
        return " ".join(self.cells(row, option))

    def accounts(self, row: Row, option: str) -> list[Account]:
        """Read the accounts that a row has for an option."""
        separator, network = self.options.get("separator") or None, self.options.get("network") or None
        if option not in self.mapping.numbers:
            return accounts_in(self.mapping.constants.get(option, ""), None, separator, me=self.me)
        try:
            cells = self.cells(row, option)
            return [each for cell in cells for each in accounts_in(cell, network, separator, me=self.me)]
        except InvalidRecordError as error:
            raise InvalidRecordError(f"{option}: {error}") from error

    def date(self, row: Row, kind: Kind) -> datetime | None:
        """Read a row's date; follows and connections may have none."""
        text = self.text(row, "at")
        if not text and kind in UNDATED_KINDS:
            return None
        try:
            return self.dates.read(text)
        except InvalidRecordError as error:
            raise InvalidRecordError(f"at: {error}") from error


def make_plan(entry: Entry, context: Context, layout: TableLayout) -> Plan:
    """Decide how a table is read.

    Raises:
        UsageError: If an option or a column is missing or wrong; says what to add.
    """
    try:
        mapping = choose_columns(layout.header, layout.samples, context.options, named=layout.named)
        dates = _choose_dates(entry, context, layout, mapping.numbers.get("at", ()))
    except UsageError as error:
        raise UsageError(f"{entry.where}: {error}", remedies=error.remedies) from error
    changed = datetime.fromtimestamp(int(entry.path.stat().st_mtime) if entry.path is not None else 0, UTC)
    return Plan(
        entry=entry,
        layout=layout,
        mapping=mapping,
        dates=dates,
        options=context.options,
        me=context.myself,
        asserted=min(max(EARLIEST, changed), context.now),
    )


def _choose_dates(entry: Entry, context: Context, layout: TableLayout, numbers: tuple[int, ...]) -> DateReader:
    zone = read_zone(context.options.get("timezone"))
    pattern = context.options.get("date-format") or None
    try:
        first = (" ".join(cells[number] for number in numbers) for cells in layout.samples)
        return date_reader(first, pattern, zone, context.now)
    except UsageError:
        # The first rows leave it open; a later one may tell the day from the month.
        rows = (row.cells for row in read_rows(entry, layout) if isinstance(row, Row))
        return date_reader(
            (" ".join(cells[number] for number in numbers) for cells in rows), pattern, zone, context.now
        )


# --- acts ------------------------------------------------------------------------------------------------------------


def act_of(plan: Plan, row: Row) -> Interaction:
    """Read the act that a row says.

    Raises:
        InvalidRecordError: If who, to whom, when or what kind can't be read.
    """
    kind = _kind(plan.text(row, "kind"))
    actors = plan.accounts(row, "from")
    if len(actors) != 1:
        raise InvalidRecordError(f"from: {plan.text(row, 'from')[:60]!r} is not one account")
    to = _addressees(plan, row)
    actor = _called(actors[0], plan.text(row, "from-name"))
    if fold(plan.text(row, "direction")) in INCOMING and len(to) == 1:
        actor, to = to[0].account, [replace(to[0], account=actor)]
    native = plan.text(row, "id")
    item = Item(url=plan.text(row, "url") or None, title=plan.text(row, "title") or None)
    return Interaction(
        kind=kind,
        at=plan.date(row, kind),
        actor=actor,
        to=tuple(dict.fromkeys(to)),
        id=interaction_id(network_of(actor.id), native, kind) if native else None,
        item=item if item != Item() else None,
        thread=plan.text(row, "thread") or None,
        parent=plan.text(row, "parent") or None,
        excerpt=plan.text(row, "excerpt") or None,
        private=bool(plan.options.get("private")) or kind in _PRIVATE,
        source="csv",
        where=f"{plan.entry.where}:{row.line}",
    )


def _kind(text: str) -> Kind:
    word = fold(text)
    word = _KIND_OF.get(word, word) or Kind.MESSAGE.value
    if word not in KIND_CODES:
        raise InvalidRecordError(f"kind: {text[:60]!r} is not one of {', '.join(KIND_CODES)}")
    return Kind(word)


def _addressees(plan: Plan, row: Row) -> list[Addressee]:
    word = fold(plan.text(row, "role"))
    if word and word not in ROLE_CODES:
        raise InvalidRecordError(f"role: {word[:60]!r} is not one of {', '.join(ROLE_CODES)}")
    first = Role(word or Role.TO)
    to = [
        Addressee(account=account, role=role)
        for option, role in (("to", first), ("cc", Role.CC), ("bcc", Role.BCC))
        for account in plan.accounts(row, option)
    ]
    if not to:
        raise InvalidRecordError("to: nobody is addressed")
    name = plan.text(row, "to-name")
    return [replace(to[0], account=_called(to[0].account, name))] if len(to) == 1 else to


def _called(account: Account, name: str) -> Account:
    return replace(account, name=name) if name and not account.name else account


# --- people ----------------------------------------------------------------------------------------------------------


def person_of(plan: Plan, row: Row) -> list[Record]:
    """Read the person that a row says: accounts, that they are one person, and the lists they are on.

    Raises:
        InvalidRecordError: If it names nobody, or something that is no account.
    """
    name = plan.text(row, "name") or None
    url = plan.text(row, "url")
    profile = read_profile(url)
    url = (profile.url if profile is not None else None) or url
    found = [*accounts_in(plan.text(row, "email"), "email", me=plan.me), *_handles(plan, row)]
    if profile is not None and profile.id is not None:
        found.append(Account(id=profile.id, url=url))
    if not found and name is not None:
        found.append(account_in(name, me=plan.me))
        name = None if means_me(name) else name
    if not found:
        raise InvalidRecordError("the row names nobody")
    org, title = plan.text(row, "org") or None, plan.text(row, "job") or None
    accounts = {each.id: replace(each, name=name or each.name, org=org, title=title) for each in found}
    first = found[0].id
    if url and (profile is None or profile.id is None):
        accounts[first] = replace(accounts[first], url=url)
    joins = [
        SameAs(a=first, b=other, at=plan.asserted, source="csv", confidence=_CONFIDENCE)
        for other in accounts
        if other != first
    ]
    # Google marks its own groups, such as `* myContacts`, with a star.
    lists = [word.strip() for word in _LIST_PARTS.split(plan.text(row, "list")) if word.strip()]
    return [
        *accounts.values(),
        *joins,
        *(Member(list=word, account=Account(id=first)) for word in lists if word[0] != "*"),
    ]


def _handles(plan: Plan, row: Row) -> Iterator[Account]:
    """Read the accounts in a person's columns of handles; a column may be named after its network."""
    for number in plan.mapping.numbers.get("handle", ()):
        words = fold(plan.layout.header[number]).split()
        network = next((_NETWORKS[word] for word in words if word in _NETWORKS), None)
        if text := row.cells[number].strip():
            yield account_in(text, plan.options.get("network") or network, me=plan.me)
