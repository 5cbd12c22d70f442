"""Mailboxes of every form as one stream of raw mails: mbox, Maildir, single mails, folders and zips of them.

A folder is listed directory by directory, so that a Maildir of a million mails does not fill the memory.
"""

import re
from collections.abc import Iterator
from itertools import filterfalse, islice
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from graph.model import Problem, Skipped
from ingest.kit.files import Entry, head, is_zip, open_tree, walk_folder
from ingest.kit.streams import skip
from ingest.source import UnreadableError
from ingest.sources.email import mbox
from ingest.sources.email.triage import Use, use_of_path

OTHER_FILES = "files that hold no mail"
_MAIL_HEADERS = re.compile(
    rb"(?im)^(from|to|date|subject|message-id|received|return-path|delivered-to|mime-version|reply-to|cc|sender"
    rb"|content-type|x-mozilla-status|x-gmail-labels|dkim-signature|authentication-results)[ \t]*:"
)
_HEADER = re.compile(rb"[!-9;-~]{1,76}[ \t]*:")
_EMLX = re.compile(rb"\d{1,10}[ \t]*\r?\n")
_SINGLE = frozenset({".eml", ".emlx"})
_BOXES = frozenset({".mbox", ".mbx"})
_SUFFIXES = _SINGLE | _BOXES
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
    ".zip": "a zip inside a zip; unpack it and bring in the folder",
    ".tgz": "a tar archive; unpack it and bring in the folder",
    ".tar": "a tar archive; unpack it and bring in the folder",
    ".7z": "a 7z archive; unpack it and bring in the folder",
    ".rar": "a RAR archive; unpack it and bring in the folder",
}
_IN_MAILDIR = re.compile(r"(?:^|/)(?:cur|new)/[^/]*$")
_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)$")
_USE_OF_FLAG = {"T": Use.JUNK, "D": Use.DRAFTS}
# To recognize mail by: how many names of a folder, how many files without a suffix, how many of their bytes.
_MANY, _PEEKS, _PEEK = 400, 8, 8192


class RawMail(NamedTuple):
    """One mail, unparsed.

    Attributes:
        where: The file, and the byte in an mbox, for problems.
        head: Its first 64 KiB; its headers whole up to 4 MiB.
        use: What its folder or its file's name say it is.
        closed: Whether it surely ends where it ends; else it may be cut off.
        end: The byte in the file behind it, where the reading can go on.
    """

    where: str
    head: bytes
    use: Use
    closed: bool
    end: int


def detect(path: Path) -> float:
    """Tell how surely a path holds mail, from 0 to 1, by names and a few first bytes."""
    try:
        if not path.is_dir() and not is_zip(path):
            data = head(path, _PEEK)
            if mbox.begins_mbox(data):
                return 0.95
            return 0.9 if looks_like_mail(data) else 0.6 if path.suffix.lower() in _SUFFIXES and data.strip() else 0.0
        if (path / "cur").is_dir() and (path / "new").is_dir():
            return 0.95
        entries = islice(walk(path), _MANY if path.is_dir() else None)
        names = {entry.name for entry in entries if isinstance(entry, Entry)}
    except (UnreadableError, OSError):
        return 0.0
    # Thunderbird keeps an index NAME.msf beside each mbox NAME.
    if any(suffix_of(name) in _SUFFIXES or is_single(name) or f"{name}.msf" in names for name in names):
        return 0.9
    plain = sorted(name for name in names if not suffix_of(name))[:_PEEKS]
    return 0.8 if any(mbox.begins_mbox(head(path / name, _PEEK)) for name in plain) else 0.0


def walk(path: Path) -> Iterator[Entry | Problem]:
    """Yield the files of a file, a folder or a zip in the order of their parts; of zips in a folder as if it held them.

    A file in a zip can be opened until the next one is asked for.

    Raises:
        UnreadableError: If the input itself can't be read.
    """
    if path.is_dir():
        yield from filterfalse(_is_undelivered, walk_folder(path, zips=True))
        return
    with open_tree(path) as tree:
        yield from tree.problems
        yield from tree


def _is_undelivered(found: Entry | Problem) -> bool:
    """Tell whether a file lies in a Maildir's `tmp`, where mails are that are still being delivered."""
    folder = found.path.parent if isinstance(found, Entry) and found.path is not None else None
    return folder is not None and folder.name == "tmp" and all((folder.parent / one).is_dir() for one in ("cur", "new"))


def read_file(entry: Entry, use: Use, offset: int = 0) -> Iterator[RawMail | Problem | Skipped]:
    """Yield the mails of one file from byte `offset` on.

    Raises:
        UnreadableError: If it can't be read, or not to its end.
    """
    suffix = suffix_of(entry.name)
    if suffix in _ADVICE:
        yield Problem(where=entry.where, why=f"this is {_ADVICE[suffix]}")
        return
    if _NO_MAIL.fullmatch(suffix):
        yield Skipped(why=OTHER_FILES)
        return
    with entry.open() as stream:
        start = stream.read(mbox.HEAD)
        single = is_single(entry.name) or not is_mbox(start, suffix)
        if single and len(start) == mbox.HEAD and mbox.header_end(start) < 0:
            start += stream.read(mbox.HEADERS - mbox.HEAD)
    if not single:
        yield from _read_mbox(entry, use, offset)
    elif looks_like_mail(start) or mbox.begins_mbox(start):
        if not offset:
            yield RawMail(entry.where, bare_mail(start), use, start.endswith((b"\n", b"\r")), entry.size)
    elif start.strip() and (is_single(entry.name) or suffix in _BOXES):
        yield Problem(where=entry.where, why="this is no mail: it begins with neither mail headers nor a From line")
    elif start.strip():
        yield Skipped(why=OTHER_FILES)


def use_of_file(entry: Entry, root: str) -> Use:
    """Tell what the mails of a file are for, by its folders, a mailbox's own name, and the flags that a Maildir has."""
    if not is_single(entry.name):
        return use_of_path(f"{root}/{entry.name}")
    folder, _, name = entry.name.rpartition("/")
    found = _FLAGS.search(name)
    flagged = (_USE_OF_FLAG.get(flag, Use.MAIL) for flag in (found[1] if found else ""))
    return max([use_of_path(f"{root}/{folder}"), *flagged])


def root_of(path: Path) -> str:
    """Give the name of an input folder, which the names of its files lack; nothing for a file and a zip."""
    return path.resolve().name if path.is_dir() else ""


def is_single(name: str) -> bool:
    """Tell whether a file's name says that it holds just one mail: .eml, .emlx, or in a Maildir."""
    suffix = suffix_of(name)
    return suffix in _SINGLE or (suffix not in _BOXES and _IN_MAILDIR.search(name) is not None)


def suffix_of(name: str) -> str:
    """Give the suffix of a file's name in lower case, with its dot."""
    return PurePosixPath(name).suffix.lower()


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


def _read_mbox(entry: Entry, use: Use, offset: int) -> Iterator[RawMail]:
    with entry.open() as stream:
        skip(stream, offset)
        for start, end, head, closed in mbox.split(stream, offset):
            yield RawMail(f"{entry.where}/byte {start}", head, use, closed, end)
