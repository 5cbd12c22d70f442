"""Mailboxes of every form as one stream of raw mails: mbox, Maildir, single mails, folders and zips of them."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from graph.model import Problem, Skipped
from ingest.files import Entry
from ingest.mail import mbox
from ingest.mail.folders import Use, strongest, use_of_path
from ingest.mail.walk import order_of, walk
from ingest.source import UnreadableError
from ingest.streams import reason_of

OTHER_FILES = "files that hold no mail"
_MAIL_HEADERS = re.compile(
    rb"(?im)^(from|to|date|subject|message-id|received|return-path|delivered-to|mime-version|reply-to|cc|sender"
    rb"|content-type|x-mozilla-status|x-gmail-labels|dkim-signature|authentication-results)[ \t]*:"
)
_HEADER = re.compile(rb"[!-9;-~]{1,76}[ \t]*:")
_EMLX = re.compile(rb"\d{1,10}[ \t]*\r?\n")
_SINGLE = frozenset({".eml", ".emlx"})
_BOXES = frozenset({".mbox", ".mbx"})
# Indexes and settings of mail programs, attachments, and what else fills an export: never mail.
_NO_MAIL = re.compile(
    r"\.(?:msf|dat|json|html?|ics|vcf|xml|plist|db|sqlite|csv|pdf|jpe?g|png|gif|log|js|css|ini|lock|index|cache|toc|idx"
    r"|docx|xlsx|pptx|odt|py|md|ttf|woff|svg|webp|mp[34]|mov)"
)
_ADVICE = {
    ".pst": "an Outlook data file; export it as mbox, e.g. with Thunderbird",
    ".ost": "an Outlook cache; export the mailbox as mbox, e.g. with Thunderbird",
    ".olm": "an Outlook for Mac archive; export its folders as mbox by dragging them to the desktop",
    ".msg": "an Outlook message; save it as .eml",
    ".zip": "a zip inside a zip; unpack it and ingest the folder",
    ".tgz": "a tar archive; unpack it and ingest the folder",
    ".tar": "a tar archive; unpack it and ingest the folder",
    ".7z": "a 7z archive; unpack it and ingest the folder",
    ".rar": "a RAR archive; unpack it and ingest the folder",
}
_IN_MAILDIR = re.compile(r"(?:^|/)(?:cur|new)/[^/]*$")
_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMail:
    """One mail, unparsed.

    Attributes:
        entry: The file it stands in.
        where: The file, and the byte in an mbox, for problems.
        head: Its first 64 KiB; its headers whole up to 4 MiB.
        use: What its folder or its file's name say it is.
        end: The byte in the file behind it.
        done: Bytes of the input up to there.
        closed: Whether it surely ends where it ends; else it may be cut off.
    """

    entry: Entry
    where: str
    head: bytes
    use: Use
    end: int
    done: int
    closed: bool


def read_boxes(path: Path, name: str = "", offset: int = 0) -> Iterator[RawMail | Problem | Skipped]:
    """Yield every mail of an input from byte `offset` of the file `name` on.

    Raises:
        UnreadableError: If the input itself can't be read.
    """
    start = order_of(name) if name else ()
    root, ahead = root_of(path), 0
    with ExitStack() as opened:
        for entry in walk(path, opened):
            if isinstance(entry, Problem):
                yield entry
                continue
            if not start or order_of(entry.name) >= start:
                found = read_entry(entry, root, offset if entry.name == name else 0, ahead)
                yield from _guarded(found, entry, alone=entry.path == path)
            ahead += entry.size


def read_entry(entry: Entry, root: str, offset: int = 0, ahead: int = 0) -> Iterator[RawMail | Problem | Skipped]:
    """Yield the mails of one file.

    Args:
        entry: The file.
        root: The name of the input folder that it stands in; a folder's name tells what its mails are.
        offset: The byte to go on from, where a mail begins.
        ahead: Bytes of the input before this file.

    Raises:
        UnreadableError: If it can't be read, or not to its end.
    """
    suffix = suffix_of(entry.name)
    if suffix in _ADVICE:
        yield Problem(where=entry.where, why=f"this is {_ADVICE[suffix]}")
    elif _NO_MAIL.fullmatch(suffix):
        yield Skipped(why=OTHER_FILES)
    else:
        with entry.open() as stream:
            head = stream.read(mbox.HEAD)
            if is_single(entry.name) or not is_mbox(head, suffix):
                if not offset:
                    yield from _read_single(entry, root, head, stream, ahead)
                return
        yield from _read_mbox(entry, root, offset, ahead)


def is_single(name: str) -> bool:
    """Tell whether a file's name says that it holds just one mail: .eml, .emlx, or in a Maildir."""
    suffix = suffix_of(name)
    return suffix in _SINGLE or (suffix not in _BOXES and _IN_MAILDIR.search(name) is not None)


def suffix_of(name: str) -> str:
    """Give the suffix of a file's name in lower case, with its dot."""
    base = name.rpartition("/")[2]
    dot = base.rfind(".")
    return base[dot:].lower() if dot > 0 else ""


def is_mbox(head: bytes, suffix: str) -> bool:
    """Tell whether a file is an mbox, by its first bytes; what is damaged at its beginning may be one further on."""
    if mbox.begins_mbox(head) or (suffix in _BOXES and (looks_like_mail(head) or len(head) == mbox.HEAD)):
        return True
    return mbox.holds_mbox(head) and not looks_like_mail(head)


def looks_like_mail(head: bytes) -> bool:
    """Tell whether bytes begin with the headers of a mail (after the length that an .emlx has first)."""
    head = bare_mail(head)
    end = mbox.header_end(head)
    block = head[:end] if end >= 0 else head
    return _HEADER.match(head) is not None and len({name.lower() for name in _MAIL_HEADERS.findall(block)}) >= 2


def bare_mail(head: bytes) -> bytes:
    """Take from the bytes of a single mail what goes before its first line: a BOM, blank lines, the .emlx length."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    length = _EMLX.match(head)
    return head[length.end() :] if length else head


def _guarded(
    mails: Iterator[RawMail | Problem | Skipped], entry: Entry, *, alone: bool
) -> Iterator[RawMail | Problem | Skipped]:
    """Yield what one file holds; of several files, one that can't be read is a problem and no reason to stop."""
    read = 0
    try:
        for found in mails:
            read += 1
            # Of a single file that is no mail at all, the caller says what it looks like.
            if not (alone and isinstance(found, Problem)):
                yield found
    except UnreadableError as error:
        if alone and not read:
            raise
        yield Problem(where=entry.where, why=str(error))
    except OSError as error:
        yield Problem(where=entry.where, why=f"reading stopped: {reason_of(error)}")


def root_of(path: Path) -> str:
    """Give the name of an input folder; nothing for a file, whose entry bears its name, and for a zip."""
    return path.resolve().name if path.is_dir() else ""


def _read_mbox(entry: Entry, root: str, offset: int, ahead: int) -> Iterator[RawMail]:
    use = use_of_path(f"{root}/{entry.name}")
    with entry.open() as stream:
        _go_to(stream, offset)
        for start, end, head, closed in mbox.split(stream, offset):
            where = f"{entry.where}/byte {start}"
            yield RawMail(entry=entry, where=where, head=head, use=use, end=end, done=ahead + end, closed=closed)


def _read_single(
    entry: Entry, root: str, head: bytes, stream: BinaryIO, ahead: int
) -> Iterator[RawMail | Problem | Skipped]:
    if len(head) == mbox.HEAD and mbox.header_end(head) < 0 and _HEADER.match(bare_mail(head)):
        head += stream.read(mbox.HEADERS - mbox.HEAD)
    if not looks_like_mail(head) and not mbox.begins_mbox(head):
        yield from _no_mail(entry, head)
        return
    folder = entry.name.rpartition("/")[0]
    use = strongest({use_of_path(f"{root}/{folder}"), _use_of_flags(entry.name)})
    yield RawMail(
        entry=entry,
        where=entry.where,
        head=bare_mail(head),
        use=use,
        end=entry.size,
        done=ahead + entry.size,
        closed=head.endswith((b"\n", b"\r")),
    )


def _no_mail(entry: Entry, head: bytes) -> Iterator[Problem | Skipped]:
    if not head.strip():
        return
    if is_single(entry.name) or suffix_of(entry.name) in _BOXES:
        yield Problem(where=entry.where, why="this is no mail: it begins with neither mail headers nor a From line")
    else:
        yield Skipped(why=OTHER_FILES)


def _use_of_flags(name: str) -> Use:
    """Read a Maildir file name's flags: T is trashed, D is a draft."""
    flags = _FLAGS.search(name)
    if flags is None:
        return Use.MAIL
    return Use.JUNK if "T" in flags[1] else Use.DRAFTS if "D" in flags[1] else Use.MAIL


def _go_to(stream: BinaryIO, offset: int) -> None:
    if stream.seekable():
        stream.seek(offset)
        return
    left = offset
    while left and (skipped := len(stream.read(min(1 << 20, left)))):
        left -= skipped
