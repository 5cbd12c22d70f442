"""The model: accounts, interactions, assertions, declared ties and introductions.

Everything that crosses a module's border is one of these frozen records. Instants are aware datetimes in UTC.
"""

import re
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from graph.errors import InvalidRecordError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ADDRESSES = frozenset({"email", "mastodon"})
_FOLDED = re.compile(r"(?:email|mastodon|github|bluesky):|linkedin:(?:in|pub)/|[^:]+:@")
_NETWORK = re.compile(r"[a-z][a-z0-9_-]{0,39}")
ID_LIMIT = 512


class Kind(StrEnum):
    """What kind of act an interaction is; the order is the stores' numbering, so only ever append."""

    MENTION = "mention"
    REPLY = "reply"
    QUOTE = "quote"
    REPOST = "repost"
    LIKE = "like"
    COMMENT = "comment"
    MESSAGE = "message"
    COPIED = "copied"
    MEETING = "meeting"
    CALL = "call"
    FOLLOW = "follow"
    CONNECTION = "connection"
    RECOMMENDATION = "recommendation"


KINDS: tuple[Kind, ...] = tuple(Kind)
KIND_CODES: dict[str, int] = {kind.value: code for code, kind in enumerate(KINDS)}
MUTUAL_KINDS = frozenset({Kind.MEETING, Kind.CALL, Kind.CONNECTION})
UNDATED_KINDS = frozenset({Kind.FOLLOW, Kind.CONNECTION})

# What proves a tie without being an interaction; named beside the kinds in counts and in `--kinds`.
INTRODUCTION = "introduction"
DECLARED = "declared"
EVIDENCE_KINDS = (*(kind.value for kind in KINDS), INTRODUCTION, DECLARED)


class Role(StrEnum):
    """How an addressee was addressed; the order is the stores' numbering, so only ever append."""

    TO = "to"
    CC = "cc"
    BCC = "bcc"
    GROUP = "group"


ROLES: tuple[Role, ...] = tuple(Role)
ROLE_CODES: dict[str, int] = {role.value: code for code, role in enumerate(ROLES)}


class Closeness(StrEnum):
    """How close a tie is, in words: the declared ones, and the words for a strength on screen."""

    CLOSE = "close"
    FAMILIAR = "familiar"
    SLIGHT = "slight"


class IntroductionState(StrEnum):
    """Where an introduction stands; states are appended, never changed."""

    ASKED = "asked"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    MET = "met"
    DECLINED = "declined"


class Account(Struct, frozen=True, kw_only=True, gc=False, cache_hash=True):
    """An identity on one network, with what one record says of it.

    Attributes:
        id: `network:local`, made by `account_id`.
        at: When these fields were true; None takes the date of the record that holds the account.
    """

    id: str
    handle: str | None = None
    name: str | None = None
    url: str | None = None
    org: str | None = None
    title: str | None = None
    at: datetime | None = None


class Addressee(Struct, frozen=True, kw_only=True, gc=False):
    """An account that an interaction is addressed to, and how."""

    account: Account
    role: Role = Role.TO


class Item(Struct, frozen=True, kw_only=True, gc=False, cache_hash=True):
    """What an interaction is about or on: an article, a post, a page, an event."""

    url: str | None = None
    title: str | None = None
    kind: str | None = None
    author: Account | None = None


class Interaction(Struct, frozen=True, kw_only=True, gc=False):
    """One dated act of an actor towards addressees.

    Attributes:
        id: `network:native#kind`, made by `interaction_id`; None lets the writer hash the canonical fields.
        at: When; None for follow and connection only.
        source: The name of the source that read it; no part of its identity or content.
        where: File and line it was read from, for problems only; never stored.
    """

    id: str | None = None
    kind: Kind
    at: datetime | None
    actor: Account
    to: tuple[Addressee, ...]
    item: Item | None = None
    thread: str | None = None
    parent: str | None = None
    excerpt: str | None = None
    private: bool = False
    source: str = ""
    where: str = ""


class SameAs(Struct, frozen=True, kw_only=True):
    """An append-only assertion that two accounts are (or are not) one person.

    Attributes:
        a: An account id.
        b: Another account id.
        same: False asserts the opposite, which no join may break.
        source: Who says so: `manual`, or the name of the source that proved it.
        confidence: From 0 to 1; a manual assertion comes before any other.
        at: When it was asserted.
        retracted_at: When it was taken back; a retracted assertion counts no more.
    """

    a: str
    b: str
    same: bool = True
    at: datetime
    source: str = "manual"
    confidence: float = 1.0
    retracted_at: datetime | None = None

    @property
    def id(self) -> str:
        """The assertion's id: what it says and who says so, whichever way round."""
        first, second = sorted((self.a, self.b))
        return f"{first}|{second}|{'same' if self.same else 'not'}|{self.source}"


class Declared(Struct, frozen=True, kw_only=True):
    """A declared tie: somebody says that a and b know each other.

    Attributes:
        a: One of the two; me for "I know P".
        b: The other one.
        by: Who says so; None for the store's owner.
        since: The day from which it holds, where it is known; an as-of before that day hides it.
        at: When it was said.
        id: Made by `declared_id` where None.
    """

    id: str | None = None
    a: Account
    b: Account
    closeness: Closeness
    at: datetime
    how: str | None = None
    since: date | None = None
    by: Account | None = None
    source: str = "manual"
    retracted_at: datetime | None = None


class IntroductionStep(Struct, frozen=True, kw_only=True):
    """One dated state of an introduction."""

    state: IntroductionState
    at: datetime
    note: str | None = None
    url: str | None = None


class Introduction(Struct, frozen=True, kw_only=True):
    """A record that `by` introduced, or was asked to introduce, `person` to `to`.

    Attributes:
        initiator: The account that started it (the one who asked, or offered); None where unknown.
        steps: Its dated states; written again, new steps are added to those held.
        id: Made by `introduction_id` where None.
    """

    id: str | None = None
    by: Account
    person: Account
    to: Account
    initiator: Account | None = None
    steps: tuple[IntroductionStep, ...]
    source: str = "manual"
    retracted_at: datetime | None = None


class Owner(Struct, frozen=True, kw_only=True):
    """Whose archive this is; `ingest.pull.pull` decides whether that joins `me`.

    Attributes:
        accounts: The owner's.
        aliases: Ids that stood for the owner in poorer archives of the same account; they are written nowhere.
    """

    accounts: tuple[Account, ...]
    aliases: tuple[str, ...] = ()


class Member(Struct, frozen=True, kw_only=True):
    """An account is on a named list."""

    list: str
    account: Account


class Rule(Struct, frozen=True, kw_only=True):
    """A standing order of the owner.

    Attributes:
        kind: `exclude`, `protect` or `keep`.
        value: An address, domain or folder; an account id; or how long, e.g. `3y`.
    """

    kind: str
    value: str


class Problem(Struct, frozen=True, kw_only=True):
    """A record that could not be used: where it stands, and why; counted and listed, never a crash.

    Attributes:
        count: How many records this line stands for (a source may sum up, e.g. skipped spam).
    """

    where: str
    why: str
    count: int = 1


class Skipped(Struct, frozen=True, kw_only=True):
    """Records left out on purpose (list mail, spam, noreply senders): why, and how many. Not a problem."""

    why: str
    count: int = 1


class Gone(Struct, frozen=True, kw_only=True):
    """What its network no longer shows, deleted or protected: public acts of it are kept no longer.

    Attributes:
        native: The network's own id of a post; None for all posts of `account`.
        account: An account that is gone, or protected.
        spare: Accounts whose own acts stay.
    """

    network: str
    native: str | None = None
    account: str | None = None
    spare: tuple[str, ...] = ()


class Checkpoint(Struct, frozen=True, kw_only=True):
    """Everything before this point was yielded; `position` is the source's own word for where to go on."""

    position: str
    done: int | None = None
    total: int | None = None


Record = (
    Interaction | Account | SameAs | Declared | Introduction | Owner | Member | Problem | Skipped | Gone | Checkpoint
)


def account_id(network: str, local: str) -> str:
    """Make the id of an account from its network and the network's own id.

    What its network reads in any case is lower-cased: addresses (of e-mail and Mastodon), whose hosts are put in ASCII,
    GitHub's names, Bluesky's ids, LinkedIn's `in/name`, and handles (`@name`).

    Raises:
        InvalidRecordError: If either part is empty, or too long, or holds control characters.
    """
    network = network.strip().lower()
    local = local.strip()
    if not _NETWORK.fullmatch(network):
        raise InvalidRecordError(f"network {network[:60]!r} is not a name of letters, digits, - or _")
    if network in _ADDRESSES and not local.isascii():
        user, at, host = local.rpartition("@")
        local = f"{user}{at}{ascii_host(host)}"
    if not local or len(local) > ID_LIMIT or not local.isprintable():
        raise InvalidRecordError(f"account id {local[:60]!r} on {network} is empty, over-long or unprintable")
    made = f"{network}:{local}"
    return made.lower() if _FOLDED.match(made) else made


def ascii_host(host: str) -> str:
    """Give a host in ASCII (IDNA); as it is where it has no such form."""
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host


def network_of(account: str) -> str:
    """Tell the network of an account id."""
    return account.partition(":")[0]


def interaction_id(network: str, native: str, kind: Kind) -> str:
    """Make the id of an interaction: `network:native#kind`, the same from every source of that network."""
    return f"{network}:{native}#{kind.value}"


def to_micros(at: datetime) -> int:
    """Count the microseconds from 1970 to an aware instant."""
    return (at - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Give the aware UTC instant that many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=micros)


def latest_date(now: datetime) -> datetime:
    """Give the last instant that a date may name: dates until the end of tomorrow (UTC) are believed."""
    return start_of(now.astimezone(UTC).date()) + timedelta(days=2, microseconds=-1)


def start_of(day: date) -> datetime:
    """Give midnight UTC at the start of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def end_of(day: date) -> datetime:
    """Give midnight UTC at the end of a day (of the last one there is, its last instant); an as-of counts up to it."""
    return start_of(day) + timedelta(days=1) if day < date.max else datetime.max.replace(tzinfo=UTC)
