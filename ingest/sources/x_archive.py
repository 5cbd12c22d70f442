"""The archive that X (Twitter) hands to each of its users: posts, direct messages, following and followers."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from graph.errors import InvalidRecordError
from graph.model import Addressee, Interaction, Kind, Owner, Problem, Record, Skipped
from ingest.files import Entry, head, is_zip, open_tree
from ingest.resuming import resume_after
from ingest.source import Context, Option, Source, UnreadableError
from ingest.sources.x_archive_files import Archive, Part, find_archive, looks_like_archive, names_near
from ingest.sources.x_archive_json import Object, Piece, read_pieces, text_in, unwrap
from ingest.sources.x_archive_messages import Event, Group, group_message_of, message_of, read_events
from ingest.sources.x_archive_notes import Notes, is_note, read_note
from ingest.sources.x_archive_people import Archivist, Handles, archivist_of, by_number, old_handles, valid_id
from ingest.sources.x_archive_posts import interactions_of, is_post, quotes_in, read_post

_NAME = "x-archive"
_READ_TWICE = (Part.GROUPS,)


@dataclass(slots=True)
class _Run:
    """What one reading of an archive gathers on its way."""

    archive: Archive
    owner: Archivist
    latest: datetime
    excerpts: bool
    protected: bool
    total: int
    done: int = 0
    handles: Handles = field(default_factory=Handles)
    notes: Notes = field(default_factory=Notes)
    skipped: Counter[str] = field(default_factory=Counter)

    def told(self, size: int) -> None:
        """Count bytes read."""
        self.done += size

    def skip(self, why: str, count: int = 1) -> None:
        """Count what is left out on purpose."""
        self.skipped[why] += count


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


def read(path: str | Path, context: Context) -> Iterator[Record]:
    """Yield the records of an archive: a zip or a folder.

    Raises:
        UnreadableError: If it is no X archive, holds several, or does not say whose it is.
    """
    with open_tree(path) as tree:
        archive = find_archive(tree)
        run = _start(Path(path), archive, context)
        yield Owner(accounts=(run.owner.account,))
        yield from resume_after(_records(run, tree.problems), context.resume, lambda: (run.done, run.total))


def _records(run: _Run, refused: list[Problem]) -> Iterator[Record]:
    yield from refused
    yield from run.archive.problems
    yield from _learn(run)
    yield from _posts(run)
    yield from _messages(run)
    yield from _group_messages(run)
    yield from _follows(run)
    yield from _left_out(run)
    yield from run.handles.proofs(run.owner)
    yield from (Skipped(why=why, count=count) for why, count in sorted(run.skipped.items()))


# --- what comes first ------------------------------------------------------------------------------------------------


def _start(path: Path, archive: Archive, context: Context) -> _Run:
    owner = next(filter(None, map(_owner_in, archive.files[Part.OWNER])), None) or archivist_of(archive.user)
    if owner is None:
        why = f"{path} does not say whose archive it is (data/account.js is missing or damaged)"
        raise UnreadableError(f"{why}; download the archive again")
    sizes = ((part, entry.size) for part, entries in archive.files.items() for entry in entries)
    return _Run(
        archive=archive,
        owner=owner,
        latest=context.now + timedelta(days=1),
        excerpts=context.excerpts,
        protected="protected" in context.options,
        total=sum(size * (2 if part in _READ_TWICE else 1) for part, size in sizes),
    )


def _owner_in(entry: Entry) -> Archivist | None:
    for piece in read_pieces(entry, lambda value: "accountId" in unwrap(value)):
        if isinstance(piece, Piece) and (owner := archivist_of(unwrap(piece.value))) is not None:
            return owner
    return None


def _learn(run: _Run) -> Iterator[Problem]:
    """Read what posts are understood by: the owner's earlier handles, protection, long texts."""
    handles = set(run.owner.handles)
    for fields, _ in _fields(run, Part.HANDLES, lambda value: "screenNameChange" in value or "changedTo" in value):
        if isinstance(fields, Problem):
            yield fields
        else:
            handles.update(old_handles(fields))
    run.owner = replace(run.owner, handles=frozenset(handles))
    changes = [("", "")]
    for fields, _ in _fields(run, Part.PROTECTION, lambda value: "protectedAt" in value):
        if isinstance(fields, Problem):
            yield fields
        else:
            changes.append((text_in(fields, "protectedAt") or "", text_in(fields, "action") or ""))
    run.protected = run.protected or max(changes)[1].lower().startswith("protect")
    for fields, where in _fields(run, Part.NOTES, is_note):
        if isinstance(fields, Problem):
            yield fields
            continue
        try:
            run.notes.add(read_note(fields, run.latest))
        except InvalidRecordError as error:
            yield Problem(where=where, why=f"a long post's text: {error}")


def _fields(run: _Run, part: Part, fits: Callable[[Object], bool]) -> Iterator[tuple[Object | Problem, str]]:
    """Yield the unwrapped objects of all files of a part, each with where it stands; problems as they are."""
    for entry in run.archive.files[part]:
        for piece in read_pieces(entry, lambda value: fits(unwrap(value)), told=run.told):
            if isinstance(piece, Problem):
                yield piece, piece.where
            else:
                yield unwrap(piece.value), f"{entry.where}:{piece.line}"


# --- posts -----------------------------------------------------------------------------------------------------------


def _posts(run: _Run) -> Iterator[Interaction | Problem]:
    for part, private in ((Part.POSTS, run.protected), (Part.CIRCLE, True)):
        for fields, where in _fields(run, part, is_post):
            if isinstance(fields, Problem):
                yield fields
                continue
            try:
                yield from _acts(run, fields, where, private)
            except InvalidRecordError as error:
                yield Problem(where=where, why=str(error))
    if run.notes.left:
        run.skip("long texts whose post is not in the archive", run.notes.left)


def _acts(run: _Run, fields: Object, where: str, private: bool) -> Iterator[Interaction]:
    post = run.notes.complete(read_post(fields, where, run.latest, private))
    addressed = False
    for act in interactions_of(post, run.owner, run.handles):
        addressed = True
        yield act
    if not addressed:
        run.skip("posts that address nobody else")
    if any(not quoted.handle for quoted in quotes_in(post.urls)):
        run.skip("quotes of a post whose address leaves its author out")


# --- messages --------------------------------------------------------------------------------------------------------


def _messages(run: _Run) -> Iterator[Interaction | Problem]:
    for entry in run.archive.files[Part.MESSAGES]:
        for event in read_events(entry, run.told):
            if isinstance(event, Problem):
                yield event
            elif event.kind == "welcomeMessageCreate":
                run.skip("automatic greetings of companies")
            elif event.kind == "messageCreate":
                yield from _counted(run, message_of(event, run.owner, run.excerpts, run.latest))


def _group_messages(run: _Run) -> Iterator[Interaction | Problem]:
    groups: dict[str, Group] = {}
    for entry in run.archive.files[Part.GROUPS]:
        for event in read_events(entry, run.told):
            problem = event if isinstance(event, Problem) else _noted(groups, event, run.latest)
            if problem is not None:
                yield problem
    for group in groups.values():
        group.replay(run.owner.id)
    for entry in run.archive.files[Part.GROUPS]:
        for event in read_events(entry, run.told):
            if isinstance(event, Problem) or event.kind != "messageCreate":
                continue
            known = groups.get(event.conversation or "")
            if known is None:
                yield Problem(where=event.where, why="a message to a group that has no id")
            else:
                yield from _counted(run, group_message_of(event, known, run.owner, run.excerpts, run.latest))


def _noted(groups: dict[str, Group], event: Event, latest: datetime) -> Problem | None:
    if event.conversation is None:
        return None
    try:
        groups.setdefault(event.conversation, Group()).note(event, latest)
    except InvalidRecordError as error:
        # A message tells its own problem when it is read.
        return None if event.kind == "messageCreate" else Problem(where=event.where, why=f"{event.kind}: {error}")
    return None


def _counted(run: _Run, read: Interaction | Problem | Skipped) -> Iterator[Interaction | Problem]:
    if isinstance(read, Skipped):
        run.skip(read.why, read.count)
    else:
        yield read


# --- the rest --------------------------------------------------------------------------------------------------------


def _follows(run: _Run) -> Iterator[Interaction | Problem]:
    me = run.owner.account
    for part in (Part.FOLLOWING, Part.FOLLOWERS):
        for fields, where in _fields(run, part, lambda value: "accountId" in value):
            number = None if isinstance(fields, Problem) else valid_id(text_in(fields, "accountId"))
            if isinstance(fields, Problem):
                yield fields
            elif number is None:
                yield Problem(where=where, why="an account without an id")
            elif number != run.owner.id:
                other = by_number(number)
                actor, to = (me, other) if part is Part.FOLLOWING else (other, me)
                yield Interaction(
                    kind=Kind.FOLLOW, at=None, actor=actor, to=(Addressee(account=to),), source=_NAME, where=where
                )


def _left_out(run: _Run) -> Iterator[Problem]:
    for part, why in (
        (Part.DELETED, "deleted posts"),
        (Part.LIKES, "likes: the archive tells neither the author of what you liked nor when"),
    ):
        for fields, _ in _fields(run, part, lambda value: "tweetId" in value or is_post(value)):
            if isinstance(fields, Problem):
                yield fields
            else:
                run.skip(why)


SOURCE = Source(
    name=_NAME,
    reads="the archive of your X (Twitter) account: posts, direct messages, following and followers; zip or folder",
    obtain=(
        "On x.com: More → Settings and privacy → Your account → Download an archive of your data; confirm your "
        "password and the code that X sends, then Request archive. When X tells you that it is ready, download the "
        "zip from the same page (the link lasts some days) and give it to ingest as it is."
    ),
    wait="a day, for large accounts several days",
    second_hop=(
        "almost nothing: it holds what you did, not who mentioned or answered you. Only group conversations show who "
        "writes where whom else reads"
    ),
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
