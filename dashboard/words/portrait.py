"""A person's page in words: how close, which accounts and who joined them, what is held."""

from collections.abc import Iterable, Iterator, Sequence

from dashboard.service.portrait import Holding, Portrait
from dashboard.words.lines import capital, count, day, enumerate_words, link, shorten
from dashboard.words.proof import counts_words
from dashboard.words.ways import closeness_words
from graph.answers.answer import Hop
from graph.answers.story import Trio
from graph.model import DECLARED, EPOCH, Account, IntroductionState, SameAs, network_of
from graph.people.person import Person

_LONGEST = 80
_BY_HAND = "manual"
_SOURCES = {_BY_HAND: "you", "demo": "the demo"}
NOBODY = "The person was forgotten, or the link is from another store."
READ_FIRST = "Names and addresses of other people stand in it too: read it before you hand it on."
NO_ACCOUNT = "No account or address is known, only the name."


def closeness(hop: Hop, *, one_way: bool) -> str:
    """Say how close somebody is to me."""
    if hop.strength > 0:
        return f"{closeness_words(hop)} to you"
    return "one way only so far" if one_way else "not in touch yet"


def counts(hop: Hop) -> str:
    """Count what passed between me and somebody, and say when it last did; nothing where nothing did."""
    if not hop.counts:
        return "told, not seen" if hop.strength > 0 else ""
    return f"{counts_words(hop)}, {f'last {day(hop.last)}' if hop.last else 'undated'}"


def nothing(other: str) -> str:
    """Say that nothing passed between me and somebody."""
    return f"Nothing in your data shows you and {other} in touch."


def account_words(account: Account) -> str:
    """Name an account as its network does: an address, where its page is, or its handle; by hand it is a name."""
    network, _, local = account.id.partition(":")
    if network == _BY_HAND:
        return f"also called {shorten(account.name or local, _LONGEST)}"
    if network == "web":
        return shorten(account.name or local.partition("#")[2] or local, _LONGEST)
    if (safe := link(account.url)) is not None:
        return shorten(safe.partition("://")[2].removeprefix("www.").rstrip("/") or safe, _LONGEST)
    return shorten(account.handle or local, _LONGEST)


def shown_accounts(accounts: Sequence[Account]) -> list[Account]:
    """Leave out what stands for somebody of whom only the name is known; beside others it is a name of theirs."""
    return [one for one in accounts if len(accounts) > 1 or network_of(one.id) != _BY_HAND]


def joined(assertions: Iterable[SameAs], person: Person) -> Iterator[str]:
    """Say who joined somebody's accounts and when: "Joined as one person by the demo, 5 January 2009."."""
    yield from dict.fromkeys(f"Joined as one person by {_join(one)}." for one in _joins(assertions, person))


def account_note(account: Account, assertions: Iterable[SameAs], person: Person) -> str:
    """Say what an account says of itself, and who joined it to the rest of its person."""
    said = [shorten(part, _LONGEST) for part in (account.name, account.org) if part]
    joins = dict.fromkeys(_join(one) for one in _joins(assertions, person) if account.id in {one.a, one.b})
    return " · ".join([*filter(None, [", ".join(said)]), *(f"joined by {one}" for one in joins)])


def _joins(assertions: Iterable[SameAs], person: Person) -> Iterator[SameAs]:
    own = set(person.accounts)
    return (one for one in assertions if one.same and {one.a, one.b} <= own)


def _join(one: SameAs) -> str:
    sure = "" if one.confidence == 1 else f", {one.confidence:.0%} sure"
    return f"{_SOURCES.get(one.source) or shorten(one.source, _LONGEST)}, {day(one.at)}{sure}"


def works(accounts: Iterable[Account]) -> list[tuple[str, str, str]]:
    """Give where somebody works as what, by their accounts, newest first: organisation, title, and the day."""
    told = [one for one in accounts if one.org]
    dated = sorted(told, key=lambda one: one.at or EPOCH, reverse=True)
    held: dict[tuple[str, str], str] = {}
    for one in dated:
        held.setdefault((one.org or "", one.title or ""), day(one.at) if one.at else "")
    return [(org, title, when) for (org, title), when in held.items()]


def relationship(hop: Hop) -> str:
    """Say how close a relationship is; where it was only told, by whom."""
    if hop.counts:
        return closeness_words(hop)
    told = next((one for one in hop.evidence if one.kind == DECLARED), None)
    by = f" by {shorten(told.said_by, _LONGEST) if told.said_by else 'you'}" if told else ""
    return f"{closeness_words(hop)}, told{by}"


def asked(trios: Sequence[Trio], portrait: Portrait) -> str | None:
    """Say what came of what I asked of somebody; None where I asked for nothing."""
    person, me = portrait.person.id, portrait.me.id
    mine = [one for one in trios if one.by.id == person and one.initiator and one.initiator.id == me]
    return f"Asked {len(mine)}, introduced {sum(one.done is not None for one in mine)}" if mine else None


def state_kind(trio: Trio) -> str:
    """Tell what an introduction's tag is like: waiting, done, or neither."""
    waiting = trio.steps[-1].state in {IntroductionState.ASKED, IntroductionState.PROPOSED}
    return "good" if trio.done else "waiting" if waiting else ""


def others_stay(person: Person) -> str:
    """Say what forgetting somebody leaves."""
    return f"What others took part in stays, without {shorten(person.name, _LONGEST)}."


def held_words(held: Holding | None, portrait: Portrait) -> str:
    """Say what is held on somebody; without their interactions where these were not counted."""
    profile = portrait.profile
    shown = sum(network_of(one.id) != _BY_HAND for one in profile.accounts)
    lists = [f"“{shorten(one, _LONGEST)}”" for one in profile.lists]
    on = f"on your {'list' if len(lists) == 1 else 'lists'} {enumerate_words(lists)}" if lists else ""
    parts = [
        count(held.interactions, "interaction") if held else "",
        count(shown, "account") if shown else "",
        count(len(portrait.trios), "introduction") if portrait.trios else "",
        on,
    ]
    told = capital(", ".join(filter(None, parts))) or "The name alone"
    if held is None:
        return f"{told}. How many interactions, this counts:"
    text = "Private text too, such as notes." if held.private_text else "No text of private messages."
    return f"{told}. {text}"
