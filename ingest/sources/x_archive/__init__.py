"""The archive that X (Twitter) hands to each of its users: posts, direct messages, following and followers."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from graph.errors import InvalidRecordError
from graph.model import Account, Addressee, Interaction, Kind, Owner, Problem, Record, Skipped
from ingest.kit.checkpoints import resume_after, take_skipped
from ingest.kit.files import head, is_zip, open_tree
from ingest.kit.x_posts import account_by_number, account_of, interactions, valid_handle, valid_id
from ingest.source import Context, Option, Source, UnreadableError
from ingest.sources.x_archive.direct_messages import Event, Group, read_events, read_message
from ingest.sources.x_archive.javascript import Decoded, Object, object_in, read_objects, text_in, unwrap
from ingest.sources.x_archive.manifest import Archive, Part, find_archive, looks_like_archive, names_near
from ingest.sources.x_archive.tweets import HandleIds, LongTexts, keep_long_text, read_post

_Found = TypeVar("_Found", Decoded, Event)


def detect(path: Path) -> float:
    """Tell how sure it is that a path is an X archive."""
    try:
        if path.is_dir():
            return 1.0 if looks_like_archive(names_near(path)) else 0.0
        if not is_zip(path):
            return 0.6 if head(path, 32).lstrip(b"\xef\xbb\xbf \r\n").startswith(b"window.YTD.") else 0.0
        with open_tree(path) as tree:
            return 1.0 if looks_like_archive(entry.name for entry in tree) else 0.0
    except (OSError, UnreadableError):
        return 0.0


def read(place: str, context: Context) -> Iterator[Record]:
    """Yield the records of an archive: a zip or a folder.

    Raises:
        UnreadableError: If it is no X archive, holds several, or does not say whose it is.
    """
    path = Path(place)
    with open_tree(path) as tree:
        archive = find_archive(tree)
        owner = _owner_of(archive)
        if owner is None:
            why = f"{path} does not say whose archive it is (data/account.js is missing or damaged)"
            raise UnreadableError(f"{why}; download the archive again")
        yield Owner(accounts=(owner,))
        reading = _Reading(archive, owner, context)
        records = _summed_up(chain(tree.problems, archive.problems, reading.records()), reading.handles)
        yield from resume_after(records, context.resume, lambda: (reading.done, reading.total))


def _owner_of(archive: Archive) -> Account | None:
    pieces = (piece for entry in archive.files[Part.OWNER] for piece in read_objects(entry, Part.OWNER.keys))
    owners = (read_owner(unwrap(piece.value)) for piece in pieces if isinstance(piece, Decoded))
    return next(filter(None, owners), None) or read_owner(archive.user)


def read_owner(fields: Object) -> Account | None:
    """Read whose archive it is from account.js, the manifest's userInfo or user_details.js; None if unsaid."""
    number = valid_id(text_in(fields, "accountId", "id_str", "id"))
    handle = text_in(fields, "username", "userName", "screen_name")
    account = account_of(number, handle, text_in(fields, "accountDisplayName", "displayName", "full_name"))
    if number is None or account is None or account.handle:
        return account if number else None
    return replace(account, url=account_by_number(number).url)


def _summed_up(records: Iterable[Record], handles: HandleIds) -> Iterator[Record]:
    """Pass records on, and at the end what they prove of handles, and how many were left out why."""
    skipped: Counter[str] = Counter()
    for record in records:
        if isinstance(record, Skipped):
            skipped[record.why] += record.count
            continue
        if isinstance(record, Interaction):
            handles.note(record)
        yield record
    yield from handles.joins()
    yield from take_skipped(skipped)


class _Reading:
    """What one reading of an archive gathers on its way.

    Attributes:
        done: The bytes read so far.
        total: The bytes to read; groups are read twice.
    """

    def __init__(self, archive: Archive, owner: Account, context: Context) -> None:
        self._files = archive.files
        self._context = context
        self._long_texts: LongTexts = {}
        self._groups: dict[str, Group] = {}
        self._protection = ("", "")
        self.handles = HandleIds(owner)
        self.done = 0
        self.total = sum(entry.size for part in (*Part, Part.GROUPS) for entry in archive.files[part])

    def records(self) -> Iterator[Record]:
        """Read file by file; posts are understood by what the first three say."""
        yield from _each(self._objects(Part.HANDLES), self._note_handles)
        yield from _each(self._objects(Part.PROTECTION), self._note_protection)
        yield from _each(self._objects(Part.LONG_TEXTS), self._note_long_text)
        protected = "protected" in self._context.options or self._protection[1].lower().startswith("protect")
        yield from _each(self._objects(Part.POSTS), partial(self._read_post, private=protected))
        yield from _each(self._objects(Part.CIRCLE), partial(self._read_post, private=True))
        if left := sum(map(len, self._long_texts.values())):
            yield Skipped(why="long texts whose post is not in the archive", count=left)
        yield from _each(self._events(Part.MESSAGES), self._read_message)
        yield from _each(self._events(Part.GROUPS), self._note_group_event)
        for group in self._groups.values():
            group.replay(self.handles.owner)
        told = (event for event in self._events(Part.GROUPS) if isinstance(event, Event))
        yield from _each(told, self._read_group_message)
        yield from _each(self._objects(Part.FOLLOWING), partial(self._read_follow, mine=True))
        yield from _each(self._objects(Part.FOLLOWERS), partial(self._read_follow, mine=False))
        yield from _each(self._objects(Part.DELETED), lambda _: [Skipped(why="deleted posts")])
        likes = Skipped(why="likes: the archive tells neither the author of what you liked nor when")
        yield from _each(self._objects(Part.LIKES), lambda _: [likes])

    def _objects(self, part: Part) -> Iterator[Decoded | Problem]:
        for entry in self._files[part]:
            yield from read_objects(entry, part.keys, progress=self._progress)

    def _events(self, part: Part) -> Iterator[Event | Problem]:
        for entry in self._files[part]:
            yield from read_events(entry, self._progress)

    def _progress(self, size: int) -> None:
        self.done += size

    def _note_handles(self, piece: Decoded) -> Iterable[Record]:
        change = unwrap(piece.value)
        change = object_in(change, "screenNameChange") or change
        handles = (valid_handle(text_in(change, key)) for key in ("changedFrom", "changedTo"))
        self.handles.own.update(handle.lower() for handle in handles if handle)
        return ()

    def _note_protection(self, piece: Decoded) -> Iterable[Record]:
        change = unwrap(piece.value)
        told = (text_in(change, "protectedAt") or "", text_in(change, "action") or "")
        self._protection = max(self._protection, told)
        return ()

    def _note_long_text(self, piece: Decoded) -> Iterable[Record]:
        keep_long_text(unwrap(piece.value), self._long_texts, self._context.now)
        return ()

    def _read_post(self, piece: Decoded, *, private: bool) -> Iterator[Record]:
        fields, now = unwrap(piece.value), self._context.now
        post = read_post(fields, self.handles, self._long_texts, now, where=piece.where, private=private)
        acts = list(interactions(post))
        yield from acts
        if not acts:
            yield Skipped(why="posts that address nobody else")
        if any(quoted.author is None for quoted in post.quotes):
            yield Skipped(why="quotes of a post whose address leaves its author out")

    def _read_message(self, event: Event) -> Iterator[Record]:
        if event.kind == "welcomeMessageCreate":
            yield Skipped(why="automatic greetings of companies")
        elif event.kind == "messageCreate":
            yield read_message(event, self.handles.owner, self._context)

    def _note_group_event(self, event: Event) -> Iterator[Record]:
        if event.conversation is None:
            return
        try:
            self._groups.setdefault(event.conversation, Group()).note(event, self._context.now)
        except InvalidRecordError as error:
            if event.kind != "messageCreate":  # which tells its own problem when it is read
                yield Problem(where=event.where, why=f"{event.kind}: {error}")

    def _read_group_message(self, event: Event) -> Iterator[Record]:
        if event.kind != "messageCreate":
            return
        group = self._groups.get(event.conversation or "")
        if group is None:
            raise InvalidRecordError("a message to a group that has no id")
        yield read_message(event, self.handles.owner, self._context, group)

    def _read_follow(self, piece: Decoded, *, mine: bool) -> Iterator[Record]:
        number = valid_id(text_in(unwrap(piece.value), "accountId"))
        if number is None:
            raise InvalidRecordError("an account without an id")
        me, other = self.handles.owner, account_by_number(number)
        if other.id != me.id:
            actor, to = (me, other) if mine else (other, me)
            addressees = (Addressee(account=to),)
            yield Interaction(
                kind=Kind.FOLLOW, at=None, actor=actor, to=addressees, source="x-archive", where=piece.where
            )


def _each(found: Iterable[_Found | Problem], read: Callable[[_Found], Iterable[Record]]) -> Iterator[Record]:
    """Yield what is read of each; what can't be read is a problem."""
    for each in found:
        if isinstance(each, Problem):
            yield each
            continue
        try:
            yield from read(each)
        except InvalidRecordError as error:
            yield Problem(where=each.where, why=str(error))


SOURCE = Source(
    name="x-archive",
    title="X (Twitter) archive",
    reads="the archive of your X (Twitter) account: posts, direct messages, following and followers; zip or folder",
    obtain=(
        "On x.com: More → Settings and privacy → Your account → Download an archive of your data; confirm your "
        "password and the code that X sends, then Request archive. When X tells you that it is ready, download the "
        "zip from the same page (the link lasts some days) and bring it in as it is."
    ),
    wait="a day, for large accounts several days",
    second_hop=(
        "almost nothing: it holds what you did, not who mentioned or answered you. Only group conversations show who "
        "writes where whom else reads"
    ),
    sight=1,
    detect=detect,
    read=read,
    options=(
        Option(
            name="protected",
            help="your posts are protected: only your followers may see them, so they count as private",
            flag=True,
        ),
    ),
    private=True,
)
