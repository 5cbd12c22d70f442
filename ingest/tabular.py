"""What the rows of a table say: acts between people, or people."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec.structs import replace

from graph.errors import InvalidRecordError, Remedy, UnknownMeError, UsageError
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
from ingest.columns import INCOMING, Columns, choose_columns
from ingest.files import Entry
from ingest.headings import fold
from ingest.source import Context
from ingest.tables import Layout, Row, read_rows
from ingest.when import DateReader, date_reader, read_zone
from ingest.who import account_in, accounts_in, profile_in

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
    """How one table is read."""

    entry: Entry
    header: Sequence[str]
    columns: Columns
    dates: DateReader
    network: str | None
    separator: str | None
    me: str
    private: bool
    asserted: datetime

    def cell(self, row: Row, option: str) -> str:
        """Give what a row has for an option; several columns are joined by a space."""
        numbers = self.columns.numbers.get(option)
        if numbers is None:
            return self.columns.constants.get(option, "")
        return " ".join(filter(None, (row.cells[number].strip() for number in numbers)))

    def accounts(self, row: Row, option: str) -> list[Account]:
        """Read the accounts that a row has for an option, in one column or several."""
        numbers = self.columns.numbers.get(option)
        if numbers is None:
            constant = self.columns.constants.get(option, "")
            return [Account(id=self.me)] if constant == "me" else accounts_in(constant, None, self.separator)
        try:
            return [
                account
                for number in numbers
                for account in accounts_in(row.cells[number], self.network, self.separator)
            ]
        except InvalidRecordError as error:
            raise InvalidRecordError(f"{option}: {error}") from error

    def date(self, row: Row, kind: Kind) -> datetime | None:
        """Read a row's date; follows and connections may have none."""
        text = self.cell(row, "at")
        if not text and kind in UNDATED_KINDS:
            return None
        try:
            return self.dates.read(text)
        except InvalidRecordError as error:
            raise InvalidRecordError(f"at: {error}") from error

    def handles(self, row: Row) -> list[Account]:
        """Read the accounts in a person's column of handles."""
        found = []
        for number in self.columns.numbers.get("handle", ()):
            text = row.cells[number].strip()
            if text:
                found.append(account_in(text, self.network or self.column_network(number)))
        return found

    def column_network(self, number: int) -> str | None:
        """Tell the network that a column of handles is named after."""
        return next((network for word in fold(self.header[number]).split() if (network := _NETWORKS.get(word))), None)


def make_plan(entry: Entry, context: Context, layout: Layout) -> Plan:
    """Decide how a table is read.

    Raises:
        UsageError: If an option or a column is missing or wrong; says what to add.
        UnknownMeError: If `me` is asked for and not known.
    """
    try:
        columns = choose_columns(layout.header, layout.samples, context.options, named=layout.named)
        dates = _dates(entry, context, layout, columns.numbers.get("at", ()))
    except UsageError as error:
        raise UsageError(f"{entry.where}: {error}", remedies=error.remedies) from error
    if "me" in (columns.constants.get("from"), columns.constants.get("to")) and not context.me:
        raise UnknownMeError(
            "who you are is not known yet: name an account of yours, then try again",
            remedies=[Remedy(("me", "ACCOUNT"))],
        )
    return Plan(
        entry=entry,
        header=layout.header,
        columns=columns,
        dates=dates,
        network=context.options.get("network") or None,
        separator=context.options.get("separator") or None,
        me=min(context.me, key=lambda account: (network_of(account) != "email", account), default=""),
        private=bool(context.options.get("private")),
        asserted=min(_changed(entry), context.now),
    )


def _dates(entry: Entry, context: Context, layout: Layout, numbers: Sequence[int]) -> DateReader:
    zone = read_zone(context.options.get("timezone"))
    pattern = context.options.get("date-format") or None

    def column(rows: Iterable[Sequence[str]]) -> Iterator[str]:
        return (" ".join(cells[number] for number in numbers) for cells in rows if len(cells) > max(numbers, default=0))

    try:
        return date_reader(column(layout.samples), pattern, zone, context.now)
    except UsageError:
        # The first rows leave it open; a later one may tell the day from the month.
        rows = (row.cells for row in read_rows(entry, layout) if isinstance(row, Row))
        return date_reader(column(rows), pattern, zone, context.now)


def _changed(entry: Entry) -> datetime:
    """Tell when a table was written, to the second: what it says of who is who was said then."""
    seconds = entry.path.stat().st_mtime if entry.path is not None else 0
    return max(EARLIEST, datetime.fromtimestamp(int(seconds), UTC))


# --- acts ------------------------------------------------------------------------------------------------------------


def act_of(plan: Plan, row: Row) -> Interaction:
    """Read the act that a row says.

    Raises:
        InvalidRecordError: If who, to whom, when or what kind can't be read.
    """
    kind = _kind(plan.cell(row, "kind"))
    actors = plan.accounts(row, "from")
    if len(actors) != 1:
        raise InvalidRecordError(f"from: {plan.cell(row, 'from')[:60]!r} is not one account")
    to = _addressees(plan, row)
    actor = _called(actors[0], plan.cell(row, "from-name"))
    if fold(plan.cell(row, "direction")) in INCOMING and len(to) == 1:
        actor, to = to[0].account, [replace(to[0], account=actor)]
    native = plan.cell(row, "id")
    item = Item(url=plan.cell(row, "url") or None, title=plan.cell(row, "title") or None)
    return Interaction(
        kind=kind,
        at=plan.date(row, kind),
        actor=actor,
        to=tuple(dict.fromkeys(to)),
        id=interaction_id(network_of(actor.id), native, kind) if native else None,
        item=item if item != Item() else None,
        thread=plan.cell(row, "thread") or None,
        parent=plan.cell(row, "parent") or None,
        excerpt=plan.cell(row, "excerpt") or None,
        private=plan.private or kind in _PRIVATE,
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
    word = fold(plan.cell(row, "role"))
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
    name = plan.cell(row, "to-name")
    return [replace(to[0], account=_called(to[0].account, name))] if len(to) == 1 and name else to


def _called(account: Account, name: str) -> Account:
    return replace(account, name=name) if name and not account.name else account


# --- people ----------------------------------------------------------------------------------------------------------


def person_of(plan: Plan, row: Row) -> list[Record]:
    """Read the person that a row says: accounts, that they are one person, and the lists they are on.

    Raises:
        InvalidRecordError: If it names nobody, or something that is no account.
    """
    name = plan.cell(row, "name") or None
    url = plan.cell(row, "url")
    profile = profile_in(url) if url else None
    found = [*accounts_in(plan.cell(row, "email"), "email"), *plan.handles(row)]
    if profile is not None:
        found.append(Account(id=profile, url=url))
    if not found and name is not None:
        found.append(account_in(name))
    if not found:
        raise InvalidRecordError("the row names nobody")
    org, title = plan.cell(row, "org") or None, plan.cell(row, "job") or None
    accounts = {each.id: replace(each, name=name or each.name, org=org, title=title) for each in found}
    first = found[0].id
    if url and profile is None:
        accounts[first] = replace(accounts[first], url=url)
    joins = [
        SameAs(a=first, b=other, at=plan.asserted, source="csv", confidence=_CONFIDENCE)
        for other in accounts
        if other != first
    ]
    # Google marks its own groups, such as `* myContacts`, with a star.
    lists = [word.strip() for word in _LIST_PARTS.split(plan.cell(row, "list")) if word.strip()]
    return [
        *accounts.values(),
        *joins,
        *(Member(list=word, account=Account(id=first)) for word in lists if word[0] != "*"),
    ]
