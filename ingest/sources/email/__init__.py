"""E-mail: mbox, Maildir, .eml and .emlx, folders and zips of them; headers only, unless excerpts are asked for.

From → To is a `message`, From → Cc and Bcc a `copied`; those who are addressed together do not interact. What is no
act between people is left out and counted: see `mail` and `triage`. Memory is that of one mail's head, whatever the
size of the mailbox.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from graph.errors import UsageError
from graph.model import Checkpoint, Record, Skipped
from ingest.kit.checkpoints import take_skipped
from ingest.kit.looks import wrong_format
from ingest.source import Context, Option, Source
from ingest.sources.email.mail import read_mail
from ingest.sources.email.mailbox_owner import survey
from ingest.sources.email.mailboxes import RawMail, detect, read_mailboxes

_CHECK_MAILS = 200
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
    skipped: Counter[str] = Counter()
    mails, empty = 0, context.resume is None and not (path / "cur").is_dir()
    for found in read_mailboxes(path, context.resume):
        empty = empty and isinstance(found, Skipped)
        for record in read_mail(found, context, mine, most) if isinstance(found, RawMail) else (found,):
            if isinstance(record, Skipped):
                skipped[record.why] += record.count
            else:
                yield record
        if isinstance(found, RawMail):
            mails += 1
            if mails % _CHECK_MAILS == 0:
                yield from take_skipped(skipped)
                yield Checkpoint(position=found.position, done=found.done, total=total)
    if empty:
        raise wrong_format(path, "a mailbox", "no mail in it")
    yield from take_skipped(skipped)


def _read_limit(value: str | None) -> int:
    if value is None:
        return _MAX_ADDRESSEES
    if not value.isdecimal() or int(value) < 1:
        raise UsageError(f"--{_LIMIT} {value} is not a whole number of 1 or more, e.g. --{_LIMIT} {_MAX_ADDRESSEES}")
    return int(value)


SOURCE = Source(
    name="email",
    reads="mail: mbox (Gmail Takeout, Thunderbird, Apple Mail), Maildir, .eml and .emlx; folders and zips of them",
    obtain=(
        "Gmail: takeout.google.com, deselect all, tick Mail, download, ingest the zip as it is. Thunderbird: ingest "
        "the profile's Mail or ImapMail folder. Apple Mail: Mailbox → Export Mailbox. Outlook: open the account in "
        "Thunderbird, or save mails as .eml. A server: ingest its Maildir."
    ),
    wait="Gmail Takeout takes hours to two days; the others are there at once",
    second_hop=(
        "whom people copy in when they write to you, and what you were copied in on; mail between two others only "
        "where you were addressed too"
    ),
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
