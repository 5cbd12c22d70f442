"""E-mail: mbox, Maildir, .eml and .emlx, folders and zips of them; headers only, unless excerpts are asked for.

From → To is a `message`, From → Cc and Bcc a `copied`; those who are addressed together do not interact. What is no
act between people is left out and counted: see `mail` and `triage`. Memory is that of one mail's head, whatever the
size of the mailbox.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from graph.errors import UsageError
from graph.model import Problem, Record, Skipped
from ingest.kit.checkpoints import Remaining, is_due, read_each, take_skipped
from ingest.kit.files import is_zip
from ingest.kit.looks import wrong_format
from ingest.kit.streams import reason_of
from ingest.source import Context, Option, Source, UnreadableError
from ingest.sources.email.mail import read_mail
from ingest.sources.email.mailbox_owner import survey
from ingest.sources.email.mailboxes import RawMail, detect, read_file, root_of, use_of_file, walk

_MAX_ADDRESSEES = 20
_LIMIT = "max-addressees"


def read(place: str, context: Context) -> Iterator[Record]:
    """Read a mailbox of any form; the owner comes first, where the mails tell who that is.

    Raises:
        UnreadableError: If the input can't be read, or holds no mail.
        UsageError: If an option's value makes no sense.
    """
    path = Path(place)
    most = _read_limit(context.options.get(_LIMIT))
    owner, total = survey(path)
    if owner is not None:
        yield owner
    mine = context.me.union(account.id for account in owner.accounts) if owner else context.me
    reading = _Mails(path, context, mine, most)
    for record in read_each(walk(path), context.resume, reading.read_file, total=total, alone=reading.alone):
        reading.empty = False
        yield record
    if reading.empty:
        raise wrong_format(path, "a mailbox", "no mail in it")
    yield from take_skipped(reading.skipped)


class _Mails:
    """One reading of an input, file by file: what was left out, how many mails there were, and whether any was."""

    def __init__(self, path: Path, context: Context, mine: frozenset[str], most: int) -> None:
        self._root = root_of(path)
        self._read_mail = partial(read_mail, context=context, mine=mine, most=most)
        self._mails = 0
        self.alone = not path.is_dir() and not is_zip(path)
        self.empty = context.resume is None and not (path / "cur").is_dir()
        self.skipped: Counter[str] = Counter()

    def read_file(self, rest: Remaining) -> Iterator[Record]:
        """Read the mails of one file; one that breaks off is a problem, and no reason to stop."""
        before = self._mails
        try:
            for found in read_file(rest.entry, use_of_file(rest.entry, self._root), rest.place):
                yield from self._read(found, rest)
        except UnreadableError as error:
            if self.alone and self._mails == before:
                raise
            yield Problem(where=rest.entry.where, why=str(error))
        except OSError as error:
            yield Problem(where=rest.entry.where, why=f"reading stopped: {reason_of(error)}")

    def _read(self, found: RawMail | Problem | Skipped, rest: Remaining) -> Iterator[Record]:
        if self.alone and isinstance(found, Problem):
            return  # what a single file that is no mail looks like is told at the end
        for record in self._read_mail(found) if isinstance(found, RawMail) else (found,):
            if isinstance(record, Skipped):
                self.skipped[record.why] += record.count
            else:
                yield record
        if isinstance(found, RawMail):
            self._mails += 1
            self.empty = False
            if is_due(self._mails):
                yield from take_skipped(self.skipped)
                yield rest.checkpoint(found.end, found.end)


def _read_limit(value: str | None) -> int:
    if value is None:
        return _MAX_ADDRESSEES
    if not value.isdecimal() or int(value) < 1:
        raise UsageError(f"--{_LIMIT} {value} is not a whole number of 1 or more, e.g. --{_LIMIT} {_MAX_ADDRESSEES}")
    return int(value)


SOURCE = Source(
    name="email",
    title="Mail",
    reads="mail: mbox (Gmail Takeout, Thunderbird, Apple Mail), Maildir, .eml and .emlx; folders and zips of them",
    obtain=(
        "Gmail: takeout.google.com, deselect all, tick Mail, download, bring in the zip as it is. Thunderbird: "
        "the profile's Mail or ImapMail folder. Apple Mail: Mailbox → Export Mailbox. Outlook: open the account in "
        "Thunderbird, or save mails as .eml. A server: its Maildir."
    ),
    wait="Gmail Takeout takes hours to two days; the others are there at once",
    second_hop=(
        "whom people copy in when they write to you, and what you were copied in on; mail between two others only "
        "where you were addressed too"
    ),
    sight=2,
    detect=detect,
    read=read,
    personal=True,
    options=(
        Option(
            name=_LIMIT,
            help=f"leave out mails to more addressees than this ({_MAX_ADDRESSEES})",
            metavar="N",
        ),
    ),
    private=True,
)
