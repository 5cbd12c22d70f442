"""What was removed and what is held."""

from collections import Counter
from collections.abc import Iterator, Sequence

from dashboard.service.privacy import About
from dashboard.words.json import named
from dashboard.words.lines import Line, command, count, day, enumerate_words, name, number, shorten
from dashboard.words.program import Program
from graph.export.json import pick
from graph.model import Account
from graph.store.documents import Receipt
from ingest.pull.rules import Exclusion

FORGOTTEN = "A keyed hash of the account ids stays, so that nothing you bring in later brings them back."
NOT_REACHED = (
    "Not reached: exports and backups that you made before, and the files that you brought in. Delete them there."
)
_NAMESAKES = 5

_NOUNS = {
    "accounts": "account",
    "interactions": "act",
    "addressees": "addressee of shared acts",
    "declared": "declared relationship",
    "introductions": "introduction",
    "assertions": "assertion of identity",
    "members": "list entry",
    "problems": "line of problems",
}
_TYPES = {
    "interaction": "act",
    "same_as": "assertion of identity",
    "declared": "declared relationship",
    "member": "list entry",
    "asked": "recent ask",
}


def exclusion_lines(value: str, exclusion: Exclusion) -> Iterator[Line]:
    """Tell what is excluded, and what is taken for a domain or a folder, which a text alone leaves open."""
    if exclusion.folders and not (exclusion.accounts or exclusion.domains):
        yield f"Folders called {value} are excluded from now on: nothing in them is written."
        yield f"That is all: a person, an address or a domain called {value} is not excluded by it."
    else:
        yield f"{value} is excluded from now on: nothing of it is written."
    folders = [
        *(f"any folder called {one}" for one in exclusion.folders),
        *(f"the folder {one}" for one in exclusion.paths),
    ]
    domains = [f"the domain {one} with its subdomains" for one in sorted(exclusion.domains)]
    if domains or exclusion.paths or (folders and exclusion.accounts):
        accounts = [f"the account {one}" for one in sorted(exclusion.accounts)]
        yield f"That is {enumerate_words([*accounts, *domains, *folders])}."
    if folders:
        yield "What came from there before can't be told apart; forget people one by one where you want it gone."


def receipt_lines(receipt: Receipt, act: str = "act") -> Iterator[Line]:
    """Tell what was removed; `act` is what acts are called."""
    removed = [(getattr(receipt, key), noun.replace("act", act)) for key, noun in _NOUNS.items()]
    yield from (f"  {count(many, noun)}" for many, noun in removed if many)
    if not any(many for many, _ in removed):
        yield "  nothing: there was nothing of it here"


def namesake_lines(namesakes: Sequence[Account], person: str, program: Program) -> Iterator[Line]:
    """Tell which accounts bear somebody's name without being part of them; `person` is their id, if they are held."""
    if not namesakes:
        return
    yield namesakes_words(namesakes)
    first = namesakes[0].id
    yield ["  to erase one, too: ", command(program.line("forget", first))]
    if person:
        yield ["  if they are one person: ", command(program.line("people", "merge", person, first))]


def namesakes_words(namesakes: Sequence[Account]) -> str:
    """Say which accounts bear somebody's name without being part of them."""
    many = len(namesakes)
    bear, are = ("bears", "is") if many == 1 else ("bear", "are")
    shown = ", ".join(account.id for account in namesakes[:_NAMESAKES])
    rest = f" and {number(many - _NAMESAKES)} more" if many > _NAMESAKES else ""
    return f"{count(many, 'more account')} {bear} this name and {are} not part of this person: {shown}{rest}"


def held_lines(held: About, program: Program) -> Iterator[Line]:
    """Tell what is held on somebody, in numbers."""
    yield ["Held on ", name(shorten(held.person.name, 80)), f" ({', '.join(held.person.accounts)}):"]
    for kind, many in held.by_type.most_common():
        yield f"  {count(many, _TYPES.get(kind, kind))}"
    if held.by_kind:
        span = f", {day(held.first)} to {day(held.last)}" if held.first else ""
        yield f"  acts by kind    {_ranked(held.by_kind)}{span}"
        yield f"  acts by source  {_ranked(held.by_source)}"
        yield f"  private acts    {number(held.private)}"
    yield from namesake_lines(held.namesakes, held.person.id, program)


def _ranked(counts: Counter[str]) -> str:
    return ", ".join(f"{number(many)} {what}" for what, many in counts.most_common())


def held_to_dict(held: About) -> dict[str, object]:
    """Give what is held on somebody, in numbers, as data."""
    return {
        "person": held.person,
        "records": sum(held.by_type.values()),
        **pick(held, "by_type by_kind by_source private first last"),
        "namesakes": [named(one) for one in held.namesakes],
    }
