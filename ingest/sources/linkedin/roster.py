"""Who is who in a LinkedIn export: accounts by profile address or by name, and whose export it is.

The address of a profile is the only mark that tells people apart. Where a table gives only a name, it stands for the
one person in the export who bears it; where there are several, or none, for an account known by that name alone
(`linkedin:~ann lee`), which no table takes for anybody else's.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import blake2s

from graph.model import Account, account_id
from graph.people.handles import read_profile
from graph.people.names import fold
from ingest.kit.headings import fold as heading
from ingest.kit.text import clean

_BETWEEN_URLS = re.compile(r"[,;\s]+(?=https?://|www\.|[\w-]+\.linkedin\.com|linkedin\.com)", re.IGNORECASE)
# What stands behind a comma in a name without being a name.
_CREDENTIAL = re.compile(
    r"(?:(?i:ph\.? ?d|m\.? ?d|mba|m\.?sc|b\.?sc|esq|shrm-\w+|dr|prof|jr|sr)|[A-Z][A-Z.®-]{1,7})\.?"
)
_COVERAGE = 0.9
_GONE = frozenset(
    heading(name)
    for name in (
        "LinkedIn Member", "LinkedIn User", "LinkedIn-Mitglied", "Mitglied von LinkedIn", "Membre de LinkedIn",
        "Utilisateur LinkedIn", "Miembro de LinkedIn", "Usuario de LinkedIn", "Usuário do LinkedIn",
        "Membro do LinkedIn", "Utente LinkedIn", "Membro di LinkedIn", "LinkedIn-lid", "Członek LinkedIn",
        "Użytkownik LinkedIn", "LinkedIn-medlem", "LinkedIn Üyesi", "Участник LinkedIn", "领英会员",
        "LinkedIn 会员", "LinkedIn 會員", "LinkedInメンバー", "LinkedIn 회원",
    )
)  # fmt: skip


# --- accounts --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 16)
def profile_of(url: str) -> tuple[str, str] | None:
    """Read a profile's account id and its address without what marks a visit; None if it is no profile's address."""
    found = read_profile(url)
    if found is None or found.network != "linkedin" or found.id is None or found.url is None:
        return None
    return found.id, found.url


def addresses_in(cell: str) -> list[str]:
    """Part a cell of several profile addresses."""
    return [part.strip() for part in _BETWEEN_URLS.split(cell) if part.strip()]


def named_id(name: str, mark: str = "") -> str:
    """Make the id of an account that is known by its name alone, and by a mark that tells namesakes apart."""
    plain = "".join(letter for letter in fold(name) if letter.isprintable())
    return account_id("linkedin", f"~{plain[:300]} {mark}".rstrip())


def account(id_: str, name: str | None = None, url: str | None = None) -> Account:
    """Make an account of LinkedIn's; its handle is the last part of its profile's address."""
    local = id_.partition(":")[2]
    handle = local.removeprefix("in/") if local.startswith("in/") else None
    return Account(id=id_, handle=handle, name=clean(name), url=url)


def is_gone(name: str) -> bool:
    """Tell whether a name stands for a member who closed the account."""
    return heading(name) in _GONE


@dataclass(slots=True)
class Roster:
    """The people that the tables name.

    Attributes:
        ids: By folded name the accounts that bear it.
        urls: By account the address of its profile.
    """

    ids: dict[str, set[str]] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def meet(self, name: str, id_: str, url: str | None = None) -> None:
        """Learn that an account bears a name."""
        if fold(name) and not is_gone(name):
            self.ids.setdefault(fold(name), set()).add(id_)
        if url is not None:
            self.urls.setdefault(id_, url)

    def meet_at(self, name: str, url: str) -> None:
        """Learn that whoever has the profile at an address bears a name; nothing where it is no profile's."""
        if (profile := profile_of(url)) is not None:
            self.meet(name, *profile)

    def find(self, name: str) -> str | None:
        """Give the one account that bears a name; None where it is nobody's or several people's."""
        ids = self.ids.get(fold(name), ())
        return next(iter(ids)) if len(ids) == 1 else None

    def resolve(self, name: str, url: str = "") -> Account | None:
        """Make the account of whoever a row tells by name, address or both; None for members who are gone."""
        profile = profile_of(url)
        if profile is not None:
            return account(profile[0], None if is_gone(name) else name, profile[1])
        if not fold(name) or is_gone(name):
            return None
        id_ = self.find(name) or named_id(name)
        return account(id_, name, self.urls.get(id_))

    def part(self, cell: str) -> list[str]:
        """Part a cell of several names at its commas, where names hold commas too: known names stay whole."""
        parts = [part.strip() for part in cell.split(",") if part.strip()]
        names: list[str] = []
        place = 0
        while place < len(parts):
            end = next(
                (end for end in range(len(parts), place, -1) if fold(", ".join(parts[place:end])) in self.ids), 0
            )
            if not end and names and _CREDENTIAL.fullmatch(parts[place]):
                names[-1] += f", {parts[place]}"
            else:
                names.append(", ".join(parts[place : end or place + 1]))
            place = end or place + 1
        return names


# --- the owner -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Traces:
    """What the tables tell of whose export it is.

    Attributes:
        name: The owner's, from Profile.csv.
        votes: Accounts that stand on the owner's side of an invitation.
        writers: By account, the names under which it sent messages.
        talks: By conversation, the accounts in it.
    """

    name: str = ""
    votes: Counter[str] = field(default_factory=Counter)
    writers: dict[str, set[str]] = field(default_factory=dict)
    talks: dict[str, set[str]] = field(default_factory=dict)


def find_owner(traces: Traces, connections: Collection[str]) -> str | None:
    """Find the owner's account, which no table names; None if nothing tells it.

    The surest first: the owner's side of the invitations; the one who writes under the name in Profile.csv and is no
    connection; the one who is in (almost) all of several conversations; in a single one, who is no connection.

    Args:
        traces: What the tables tell.
        connections: The accounts of the connections, of which the owner is none.
    """
    for best, count in traces.votes.most_common(1):
        if 2 * count > traces.votes.total():
            return best
    wanted = fold(traces.name)
    writers = [id_ for id_, names in traces.writers.items() if wanted and wanted in map(fold, names)]
    named = [id_ for id_ in writers if id_ not in connections]
    if len(named) == 1:
        return named[0]
    talks = [talk for talk in traces.talks.values() if len(talk) > 1]
    counts = Counter(id_ for talk in talks for id_ in talk if id_ not in connections)
    often = [id_ for id_, count in counts.items() if count >= _COVERAGE * len(talks)]
    return often[0] if len(often) == 1 and (len(talks) > 1 or connections) else None


def stand_in(name: str, oldest: tuple[datetime | None, str] | None) -> Account:
    """Make the owner's account where nothing tells the real one: always the same one for the exports of one person.

    By the name in Profile.csv; without it by the oldest connection, which does not change from export to export and is
    nobody else's.
    """
    if fold(name):
        return account(named_id(name), name)
    mark = "\0".join((oldest[0].isoformat() if oldest and oldest[0] else "", oldest[1] if oldest else ""))
    return Account(id=account_id("linkedin", f"~owner-{blake2s(mark.encode(), digest_size=6).hexdigest()}"))
