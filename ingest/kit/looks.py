"""What a path looks like, in words: for the errors that tell a user what to do with a wrong input."""

import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from graph.errors import Remedy, operands
from ingest.kit.files import head, is_zip, open_tree
from ingest.kit.streams import reason_of
from ingest.source import UnreadableError

_UNPACK = "unpack it and bring in what is in it"
_AS_SENT = "bring in the zip that {} sent, or the folder that it unpacks to"
_SAVE_CSV = "save the sheet as CSV and bring that in with the source csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What a path looks like.

    Attributes:
        words: With its article: "a zip archive", "an mbox mailbox".
        source: The source that reads it, if there is one.
        advice: What to do where no source reads it.
    """

    words: str
    source: str | None = None
    advice: str = ""

    @property
    def tabular(self) -> bool:
        """Tell whether it may be a table: one column of text is plain text."""
        return self.source == "csv" or self.words == "plain text"


def sniff(path: Path) -> Looks:
    """Tell what a path looks like, from names and its first 64 KiB only; never raises."""
    try:
        if path.is_dir():
            return _of_folder(path)
        if not stat.S_ISREG(path.stat().st_mode):
            return Looks(words="a pipe or a device", advice="save what it gives to a file first")
        if is_zip(path):
            return _of_zip(path)
    except (UnreadableError, OSError) as error:
        why = reason_of(error)
        return Looks(words="something unreadable", advice=why)
    return _of_bytes(path, head(path))


def wrong_format(path: Path, wanted: str, why: str = "") -> UnreadableError:
    """Make the error that a path is not what a source reads: what it looks like, and which source reads it instead.

    Args:
        path: The input.
        wanted: What it should have been, with its article: "a LinkedIn export".
        why: What was missing, for those who know the format: "no Connections.csv in it".
    """
    looks = sniff(path)
    reason = f" ({why})" if why else ""
    do = f"try the source {looks.source}" if looks.source else looks.advice
    return UnreadableError(
        f"{path} is not {wanted}{reason}; it looks like {looks.words}" + (f"; {do}" if do else ""),
        remedies=[Remedy(("ingest", looks.source, *operands(str(path))))] if looks.source else (),
    )


# --- folders and zips, by the names in them --------------------------------------------------------------------------

_LINKEDIN = frozenset({"connections.csv", "invitations.csv", "messages.csv", "recommendations_given.csv"})
_X_FILES = re.compile(r"(^|/)(data/)?(manifest|tweets?(-part\d+)?|direct-messages?|following|follower|account)\.js$")
_OFFICE = {
    "word/document.xml": Looks(words="a Word document", advice="save its table as CSV, or its text where it belongs"),
    "xl/workbook.xml": Looks(words="an Excel workbook", advice=_SAVE_CSV),
    "ppt/presentation.xml": Looks(words="a PowerPoint presentation", advice="nothing in it can be brought in"),
}


def _of_folder(path: Path) -> Looks:
    if all((path / name).is_dir() for name in ("cur", "new")):
        return Looks(words="a Maildir mailbox", source="email")
    with open_tree(path) as tree:
        names = [entry.name for entry in tree]
        unread = bool(tree.problems)
    if unread and not names:
        return Looks(words="a folder that can't be read", advice="give yourself the right to read it")
    if not names:
        return Looks(words="an empty folder", advice="check the path")
    return _of_names(names) or Looks(words="a folder", advice="name the export itself: a file, a folder or a zip")


def _of_zip(path: Path) -> Looks:
    try:
        with open_tree(path) as tree:
            names = [entry.name for entry in tree]
    except UnreadableError as error:
        return Looks(words="a zip archive that can't be read", advice=str(error))
    if "mimetype" in names and "content.xml" in names:
        return Looks(words="an OpenDocument file", advice=_SAVE_CSV)
    office = next((looks for name, looks in _OFFICE.items() if name in names), None)
    return office or _of_names(names) or Looks(words="a zip archive", advice=_UNPACK)


def _of_names(names: list[str]) -> Looks | None:
    lowered = {PurePosixPath(name).name.casefold() for name in names}
    if any(_X_FILES.search(name.casefold()) for name in names):
        return Looks(words="an X archive", source="x-archive")
    if not _LINKEDIN.isdisjoint(lowered):
        return Looks(words="a LinkedIn export", source="linkedin")
    if {"actor.json", "outbox.json"} <= lowered:
        return Looks(words="a Mastodon archive", source="mastodon")
    if not lowered.isdisjoint({"actor.json", "outbox.json"}):
        return Looks(words="a part of a Mastodon archive", advice=_AS_SENT.format("your server"))
    if any(name.endswith((".mbox", ".eml", ".emlx")) for name in lowered):
        return Looks(words="a collection of mail", source="email")
    if any("/cur/" in f"/{name}" for name in names):
        return Looks(words="a Maildir mailbox", source="email")
    return None


# --- files, by their first bytes -------------------------------------------------------------------------------------

_MAGICS: tuple[tuple[bytes, Looks], ...] = (
    (b"%PDF", Looks(words="a PDF document", advice="nothing in it can be brought in")),
    (b"\x89PNG", Looks(words="a PNG image", advice="nothing in it can be brought in")),
    (b"\xff\xd8\xff", Looks(words="a JPEG image", advice="nothing in it can be brought in")),
    (b"GIF8", Looks(words="a GIF image", advice="nothing in it can be brought in")),
    (b"SQLite format 3\0", Looks(words="an SQLite database", advice="a store of ours is opened by --store")),
    (b"Rar!", Looks(words="a RAR archive", advice=_UNPACK)),
    (b"7z\xbc\xaf", Looks(words="a 7z archive", advice=_UNPACK)),
    (b"BZh", Looks(words="a bzip2 file", advice=_UNPACK)),
    (b"\xfd7zXZ", Looks(words="an xz file", advice=_UNPACK)),
    (b"\x28\xb5\x2f\xfd", Looks(words="a Zstandard file", advice=_UNPACK)),
    (b"!BDN", Looks(words="an Outlook data file (pst)", advice="export it as mbox, e.g. with Thunderbird")),
    (b"\xd0\xcf\x11\xe0", Looks(words="an old Office or Outlook file", advice="save it as CSV or as mail (.eml)")),
    (b"PAR1", Looks(words="a Parquet file", advice="convert it to CSV or JSON lines")),
    (b"{\\rtf", Looks(words="a rich text document", advice="nothing in it can be brought in")),
    (b"\x7fELF", Looks(words="a program", advice="nothing in it can be brought in")),
    (b"BEGIN:VCARD", Looks(words="a vCard file", advice="save the contacts as CSV and bring that in")),
    (b"BEGIN:VCALENDAR", Looks(words="a calendar", advice="no source reads calendars yet")),
)
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[ \t]?[^\r\n]*\r?\n")
ACTIVITY = re.compile(rb'\s*\{\s*"@context":\s*\[?\s*"https://www\.w3\.org/ns/activitystreams"')
"""How a file of a Mastodon archive begins, which is one line, too."""
_MAIL_HEADERS = re.compile(rb"(?im)^(from|to|date|subject|message-id|received|return-path|delivered-to):")


def is_foreign(path: Path) -> bool:
    """Tell whether a file begins as one of a format that no source reads, whatever texts lie in it."""
    return _of_magic(head(path, 512)) is not None


def _of_magic(data: bytes) -> Looks | None:
    if data[257:262] == b"ustar":
        return Looks(words="a tar archive", advice=_UNPACK)
    return next((looks for magic, looks in _MAGICS if data.startswith(magic)), None)


def _of_bytes(path: Path, data: bytes) -> Looks:
    if not data:
        return _of_nothing(path)
    if looks := _of_magic(data):
        return looks
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _of_wide(data, "utf-16")
    if wide := _wide_encoding(data[:4096]):
        return _of_wide(data, wide)
    if b"\0" in data[:4096]:
        return Looks(words="binary data", advice="nothing in it can be brought in")
    text = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    return next(found for judge in _JUDGES if (found := judge(text)) is not None)


def _wide_encoding(data: bytes) -> str | None:
    """Tell the encoding where bytes are mostly Latin text in UTF-16 without its mark: every other one is zero."""
    half = len(data) // 2
    zeros = [data[side::2].count(0) for side in (0, 1)]
    if half < 4 or max(zeros) <= 0.8 * half or min(zeros) > 0.2 * half:
        return None
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _of_wide(data: bytes, encoding: str) -> Looks:
    """Judge text in UTF-16, which of all sources only tables are read in."""
    text = data[: len(data) & ~1].decode(encoding, "ignore").lstrip("\ufeff")
    judges = (_as_mail, _as_markup, _as_script, _as_json)
    looks = next((found for judge in judges if (found := judge(text.encode())) is not None), None)
    if looks is None:
        return Looks(words="a CSV file in UTF-16", source="csv")
    return Looks(words=f"{looks.words} in UTF-16", advice="save it as UTF-8")


def _of_nothing(path: Path) -> Looks:
    """Tell why a file gave no bytes."""
    try:
        with path.open("rb") as stream:
            if not stream.read(1):
                return Looks(words="an empty file", advice="export it again")
    except OSError:
        return Looks(words="a file that can't be read", advice="give yourself the right to read it")
    return Looks(words="a damaged gzip file", advice="download or copy it again")


def _as_mail(text: bytes) -> Looks | None:
    if text.startswith(b"From ") and len(_MAIL_HEADERS.findall(text)) >= 1:
        return Looks(words="an mbox mailbox", source="email")
    if _HEADER.match(text) and len({name.lower() for name in _MAIL_HEADERS.findall(text)}) >= 2:
        return Looks(words="an e-mail message", source="email")
    return None


def _as_markup(text: bytes) -> Looks | None:
    start = text[:2000].lower()
    if start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<") and b"<body" in start):
        return Looks(words="HTML: a page, not an export", advice="ask the site for its export file instead")
    if start.startswith((b"<?xml", b"<rss", b"<feed")):
        if b"wordpress.org/export/" in text:
            return Looks(words="a WordPress export", source="wordpress")
        words = "a feed of a site" if b"<rss" in start or b"<feed" in start else "XML"
        return Looks(words=words, advice="of XML only a WordPress export (Tools → Export) can be brought in")
    return None


def _as_script(text: bytes) -> Looks | None:
    if text.startswith((b"window.YTD", b"window.__THAR_CONFIG")):
        return Looks(words="one file of an X archive", advice=_AS_SENT.format("X"))
    return None


def _as_json(text: bytes) -> Looks | None:
    if re.match(rb"\[\s*[\[{\"\]tfn-]", text):
        return Looks(words="a JSON array", advice="write one object a line, as docs/jsonl.md says (jq -c '.[]')")
    if ACTIVITY.match(text):
        return Looks(words="one file of a Mastodon archive", advice=_AS_SENT.format("your server"))
    if text.startswith(b"{"):
        line = text.split(b"\n", 1)[0].rstrip()
        if line.endswith(b"}"):
            return Looks(words="JSON lines", source="jsonl")
        return Looks(words="one JSON document", advice="write one object a line, as docs/jsonl.md says")
    return None


def _as_table(text: bytes) -> Looks | None:
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    for delimiter in (b",", b";", b"\t", b"|"):
        counts = [line.count(delimiter) for line in lines[:5]]
        if counts and min(counts) >= 1 and (len(counts) > 1 or counts[0] >= 2):
            return Looks(words="a CSV file", source="csv")
    return None


def _as_text(_: bytes) -> Looks | None:
    return Looks(words="plain text", advice="nothing in it can be brought in as it is")


_JUDGES: tuple[Callable[[bytes], Looks | None], ...] = (
    _as_mail,
    _as_markup,
    _as_script,
    _as_json,
    _as_table,
    _as_text,
)
