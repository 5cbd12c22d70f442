"""The posts of an X archive, read out of `tweets.js`; the full texts of long ones lie in `note-tweet.js`.

A full text does not name its post: it belongs to the one whose cut-off text begins like it and that was written at the
same time; an edit, which X allows for an hour, keeps its own text.

An account is named by its id where that is known (`x:783214`), by its handle otherwise (`x:@handle`, a retweet's or a
quoted post's author). Where both forms occur, the archive itself proves which belong together, wherever it names both
side by side.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from graph.errors import InvalidRecordError
from graph.model import Account, Interaction, SameAs
from ingest.kit.x_posts import END, Post, Reference, account_of, valid_id
from ingest.sources.x_archive.javascript import Object, as_text, date_in, list_in, object_in, objects_in, text_in

_REPOST = re.compile(r"RT @(\w{1,50})", re.ASCII)
_STATUS = re.compile(
    r"https?://(?:www\.|mobile\.|m\.)?(?:x|twitter)\.com/(?:#!/)?(i/web|i|\w{1,50})/status(?:es)?/(\d+)",
    re.ASCII | re.IGNORECASE,
)
_AHEAD = 40
_EDITED_WITHIN = timedelta(hours=1)
_PREFIX = re.compile(r"(?:\s*@\w+)*\s*", re.ASCII)
_CUT = re.compile(r"…?\s*(?:https://t\.co/\w*)?\s*$", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class LongText:
    """The full text of a long post, with the handles and the spelled-out addresses in it."""

    at: datetime
    text: str
    handles: tuple[str, ...]
    urls: tuple[str, ...]


# The full texts by their beginnings, until their posts come by.
LongTexts = dict[str, list[LongText]]


class HandleIds:
    """The owner under every handle that they had, and what the archive proves of the others' handles.

    Attributes:
        owner: As records name them.
        own: The owner's handles, lower case.
    """

    def __init__(self, owner: Account) -> None:
        self.owner = owner
        self.own = {owner.handle.lower()} if owner.handle else set()
        self._ids: dict[str, dict[str, datetime]] = {}
        self._alone: set[str] = set()

    def account(
        self, number: str | None, handle: str | None = None, name: str | None = None, at: datetime | None = None
    ) -> Account | None:
        """Make an account, the owner's own under whatever handle; None where neither id nor handle can be one.

        An earlier handle of the owner's is joined to them where it stood beside their id `at` an instant.
        """
        account = account_of(number, handle, name)
        if account is None:
            return None
        if account.id == self.owner.id and at is not None:
            self._keep(account, at)
        own = account.id == self.owner.id or account.id.removeprefix("x:@") in self.own
        return self.owner if own else account

    def note(self, act: Interaction) -> None:
        """Keep which accounts an act names by handle alone, and which by handle and id."""
        authors = [act.item.author] if act.item and act.item.author else []
        for account in (*authors, *(each.account for each in act.to)):
            if act.at is not None:
                self._keep(account, act.at)

    def _keep(self, account: Account, at: datetime) -> None:
        if account.handle is None:
            return
        handle = account.handle.lower()
        if account.id.startswith("x:@"):
            self._alone.add(handle)
        else:
            seen = self._ids.setdefault(handle, {})
            seen[account.id] = max(at, seen.get(account.id, at))

    def joins(self) -> Iterator[SameAs]:
        """Yield what joins an account named by handle to its id; nothing where a handle had several owners."""
        for handle in sorted(self._alone - self.own):
            ids = self._ids.get(handle, {})
            if len(ids) == 1:
                ((id_, at),) = ids.items()
                yield SameAs(a=f"x:@{handle}", b=id_, at=at, source="x-archive", confidence=1.0)


def _take(longs: LongTexts, text: str, at: datetime) -> LongText | None:
    """Give out the full text of a post, once; None where there is none."""
    found = longs.get(_beginning(_CUT.sub("", text)), []) if longs else []
    near = [each for each in found if abs(each.at - at) <= _EDITED_WITHIN and len(each.text) >= len(text)]
    if not near:
        return None
    long = min(near, key=lambda each: abs(each.at - at))
    found.remove(long)
    return long


def _beginning(text: str) -> str:
    found = _PREFIX.match(text)
    return "".join(text[found.end() if found else 0 :][: 4 * _AHEAD].split()).casefold()[:_AHEAD]


def keep_long_text(fields: Object, longs: LongTexts, now: datetime) -> None:
    """Read the full text of a long post, and keep it until its post comes by.

    Raises:
        InvalidRecordError: If it has no date that can be.
    """
    try:
        at = date_in(fields, "createdAt", now)
    except InvalidRecordError as error:
        raise InvalidRecordError(f"a long post's text: {error}") from error
    core = object_in(fields, "core")
    handles = (text_in(each, "screenName", "screen_name") for each in objects_in(core, "mentions"))
    text = html.unescape(text_in(core, "text") or "")
    urls = _urls(objects_in(core, "urls"), "expandedUrl", "expanded_url")
    long = LongText(at=at, text=text, handles=tuple(filter(None, handles)), urls=tuple(urls))
    longs.setdefault(_beginning(text), []).append(long)


def read_post(
    fields: Object, handles: HandleIds, longs: LongTexts, now: datetime, *, where: str = "", private: bool = False
) -> Post:
    """Read a post of the owner's.

    Raises:
        InvalidRecordError: If it has no id or no date that can be.
    """
    number = text_in(fields, "id_str", "id")
    if number is None or not number.isdigit():
        raise InvalidRecordError("a post without an id")
    at = date_in(fields, "created_at", now)
    text = html.unescape(text_in(fields, "full_text", "text") or "")
    long = _take(longs, text, at)
    entities = object_in(fields, "entities")
    users = objects_in(entities, "user_mentions")
    urls = [*_urls(objects_in(entities, "urls"), "expanded_url", "url")]
    if long is not None:
        named = {(text_in(user, "screen_name") or "").lower() for user in users}
        users += [{"screen_name": handle} for handle in long.handles if handle.lower() not in named]
        urls += [url for url in long.urls if url not in urls]
    answers = _answered(fields, users, handles, at)
    return Post(
        id=number,
        at=at,
        author=handles.owner,
        text=text,
        long=long.text if long else None,
        shown=_first_index(fields, "display_text_range", 0),
        mentions=tuple(_mentions(users, handles, at)),
        answers=answers,
        reposts=_reposted(fields, text, users, handles, at),
        quotes=tuple(_quoted(urls, handles)),
        # A post that answers none begins its conversation; of others the archive is silent.
        thread=None if answers and answers.post else number,
        private=private,
        source="x-archive",
        where=where,
    )


def _urls(links: Iterable[Object], *keys: str) -> Iterator[str]:
    for link in links:
        url = text_in(link, *keys)
        if url is not None:
            yield url


def _mentions(users: Iterable[Object], handles: HandleIds, at: datetime) -> Iterator[tuple[int, Account]]:
    for user in users:
        number, handle = text_in(user, "id_str", "id"), text_in(user, "screen_name")
        account = handles.account(number, handle, text_in(user, "name"), at)
        if account is not None:
            yield _first_index(user, "indices", END), account


def _first_index(value: Object, key: str, default: int) -> int:
    first = as_text(next(iter(list_in(value, key)), None))
    return int(first) if first.isascii() and first.isdigit() and len(first) < 9 else default


def _answered(fields: Object, users: list[Object], handles: HandleIds, at: datetime) -> Reference | None:
    """Find which post, and whose, a reply answers; the old ones answer a person only."""
    handle = text_in(fields, "in_reply_to_screen_name")
    number = text_in(fields, "in_reply_to_user_id_str", "in_reply_to_user_id")
    post = text_in(fields, "in_reply_to_status_id_str", "in_reply_to_status_id")
    post = post if post and post.isdigit() else None
    if not (handle or number or post):
        return None
    same = (user for user in users if valid_id(number) and text_in(user, "id_str", "id") == number)
    known = next(same, None) or _by_handle(users, handle)
    account = handles.account(number, handle or text_in(known, "screen_name"), text_in(known, "name"), at)
    return Reference(author=account, post=post)


def _reposted(fields: Object, text: str, users: list[Object], handles: HandleIds, at: datetime) -> Reference | None:
    """Find whose post one repeats: old archives say so themselves, the others by `RT @handle:` only."""
    user = object_in(object_in(fields, "retweeted_status"), "user")
    found = _REPOST.match(text)
    if not user and found is not None:
        user = _by_handle(users, found[1]) or {"screen_name": found[1]}
    author = next((account for _, account in _mentions([user], handles, at)), None)
    return Reference(author=author) if user else None


def _by_handle(users: Iterable[Object], handle: str | None) -> Object:
    wanted = handle.lower() if handle else None
    return next((user for user in users if (text_in(user, "screen_name") or "").lower() == wanted), {})


def _quoted(urls: Iterable[str], handles: HandleIds) -> Iterator[Reference]:
    """Yield the posts among addresses, which are quoted ones; an address may leave the author out."""
    for url in urls:
        found = _STATUS.match(url)
        if found is not None:
            handle = None if found[1].lower() in ("i", "i/web") else found[1]
            yield Reference(author=handles.account(None, handle), post=found[2])
