"""Accounts that fit what somebody typed, ranked the same way whatever store found the candidates."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from rapidfuzz.distance import JaroWinkler

from graph.errors import InvalidRecordError
from graph.model import Account, network_of
from graph.people.handles import Handle, is_platform, read_handle, split_url
from graph.people.names import fold, normal_url, words_of

_PLAIN = re.compile(r"@?([\w.-]{2,})")
_FLOOR = 0.6
_SWAPPED = 0.98
_BEGINNING = 0.9
_INITIAL = 0.85
_TYPO = 0.85
_OTHER_FIELD = 0.95
_EXTRA_WORDS = 4
_SHORT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One account found by a search.

    Attributes:
        score: From 0 to 1; 1 is an exact match of the name, handle, address, organisation or URL.
        why: What matched, e.g. `name`, `handle`, `address`, `org`, `url`, `id`.
    """

    account: Account
    score: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What somebody typed, read in each way that it can be meant.

    Attributes:
        folded: All of it, folded.
        words: Its folded words, or those of the handle in a URL.
        ids: Account ids that it names outright.
        url: Its normal form, where it is a URL.
        handle: The handle that it may be, folded and without @.
        network: The network whose handle it is; None for any.
    """

    folded: str
    words: tuple[str, ...]
    ids: tuple[str, ...]
    url: str | None
    handle: str | None
    network: str | None


def read_query(text: str) -> Query:
    """Read what somebody typed: an id, a profile URL, an address, a handle, or words of a name."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    try:
        found = read_handle(text)
    except InvalidRecordError:
        found = None
    # A name with a dot in it is a handle, unless a scheme or a path says otherwise.
    link = split_url(text) if "/" in text else None
    if link is not None:
        return _query_of_url(text, *link, found)
    plain = _PLAIN.fullmatch(text)
    return Query(
        folded=fold(text),
        words=tuple(words_of(text)),
        ids=_ids_in(text.removeprefix("mailto:"), found),
        url=None,
        handle=fold(plain[1]) if plain else None,
        network=None,
    )


def rank(asked: Query, candidates: Iterable[Account]) -> list[Match]:
    """Rank accounts by how well they fit what was typed, best first; what does not fit is left out.

    The score is the best over the fields: 1 for an equal id, handle, URL, name or organisation. For words it is the
    mean of each asked word's best counterpart (1 for the same; 0.9 for its beginning; 0.85 for its initial; else the
    Jaro-Winkler similarity from 0.85 on), times 0.98 where words are swapped and for each word that was not asked for,
    times 0.95 in another field than the name, or over several (a name and where they work). Equal scores are ordered by
    id.
    """
    matches = [match for account in candidates if (match := _match(asked, account)) is not None]
    return sorted(matches, key=lambda match: (-match.score, match.account.id))


def _query_of_url(text: str, host: str, path: str, found: Handle | None) -> Query:
    id_ = found and (found.id or f"{found.network}:{found.handle}")
    step = (id_.partition(":")[2] if id_ else unquote(path)).rpartition("/")[2]
    handle = fold(step.removeprefix("@")) or None
    return Query(
        folded=fold(text),
        words=tuple(words_of(handle or text)),
        ids=(id_,) if id_ else (),
        url=normal_url(text),
        # A page of a network's own (`x.com/home`) is nobody's handle.
        handle=handle if id_ or not is_platform(host) else None,
        network=found.network if found else None,
    )


def _ids_in(text: str, found: Handle | None) -> tuple[str, ...]:
    network, colon, local = text.partition(":")
    ids = [text, f"{network.lower()}:{local}", f"{network.lower()}:{local.lower()}"] if colon else []
    if "@" in text[1:] and " " not in text:
        ids += [f"email:{text.lower()}", f"mastodon:{text.removeprefix('@').lower()}"]
    elif _PLAIN.fullmatch(text):
        ids.append(f"x:@{text.removeprefix('@').lower()}")
    if found is not None and found.id is not None:
        ids.append(found.id)
    return tuple(dict.fromkeys(ids))


def _match(asked: Query, account: Account) -> Match | None:
    exact = _exact(asked, account)
    if exact is not None:
        return Match(account=account, score=1.0, why=exact)
    fields = ((account.name, "name", 1.0), (account.org, "org", _OTHER_FIELD), (account.title, "title", _OTHER_FIELD))
    scored = [(_score_words(asked, text) * share, why) for text, why, share in fields if text]
    if len(asked.words) > 1 and len(scored) > 1:
        together = " ".join(text for text, _, _ in fields if text)
        scored.append((_score_words(asked, together) * _OTHER_FIELD, "name"))
    scored.append((_score_handle(asked, account) * _OTHER_FIELD, "handle"))
    score, why = max(scored, key=lambda one: one[0])
    return Match(account=account, score=round(score, 6), why=why) if score >= _FLOOR else None


def _exact(asked: Query, account: Account) -> str | None:
    if account.id in asked.ids:
        return "address" if account.id.startswith("email:") else "id"
    if asked.url is not None and account.url and normal_url(account.url) == asked.url:
        return "url"
    if asked.handle is not None and asked.network in (None, network_of(account.id)):
        handle = fold(account.handle or "").removeprefix("@")
        if asked.handle in (handle, account.id.partition(":@")[2]):
            return "handle"
    if asked.url is None and asked.folded:
        for text, why in ((account.name, "name"), (account.org, "org"), (account.title, "title")):
            if text and fold(text) == asked.folded:
                return why
    return None


def _score_words(asked: Query, text: str) -> float:
    words = words_of(text)
    if not asked.words or not words:
        return 0.0
    if "".join(asked.words) == "".join(words):
        return _SWAPPED
    free = list(range(len(words)))
    total, last, swapped = 0.0, -1, False
    for word in asked.words:
        best, place = max(((_similar(word, words[place]), -place) for place in free), default=(0.0, 0))
        if best:
            free.remove(-place)
            swapped |= -place < last
            last = -place
        total += best
    extra = min(len(free), _EXTRA_WORDS) + swapped
    return float(total / len(asked.words) * _SWAPPED**extra)


def _similar(asked: str, word: str) -> float:
    if asked == word:
        return 1.0
    if len(asked) == 1 or len(word) == 1:
        return _INITIAL if asked[0] == word[0] else 0.0
    if word.startswith(asked) and (len(asked) > _SHORT or not asked.isascii()):
        return _BEGINNING
    similarity = JaroWinkler.similarity(asked, word, score_cutoff=_TYPO)
    return similarity * _SWAPPED


def _score_handle(asked: Query, account: Account) -> float:
    local = account.id.partition(":")[2]
    name = "".join(asked.words)
    handles = {"".join(words_of(text)) for text in (account.handle or "", local, local.partition("@")[0]) if text}
    if not name or not handles or asked.network not in (None, network_of(account.id)):
        return 0.0
    if name in handles:
        return _SWAPPED
    return max(JaroWinkler.similarity(name, handle, score_cutoff=_TYPO) * _BEGINNING for handle in handles)
