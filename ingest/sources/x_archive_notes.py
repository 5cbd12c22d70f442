"""Long posts of an X archive: their full texts lie in a file of their own, without the id of the post.

A long text belongs to the post whose cut-off text begins like it and that was written at the same time; an edit, which
X allows for an hour, keeps its own text.
"""

import html
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ingest.sources.x_archive_dates import read_date
from ingest.sources.x_archive_json import Object, object_in, objects_in, text_in
from ingest.sources.x_archive_posts import Post, extended

_AHEAD = 40
_EDITED_WITHIN = timedelta(hours=1)
_PREFIX = re.compile(r"(?:\s*@\w+)*\s*", re.ASCII)
_CUT = re.compile(r"…?\s*(?:https://t\.co/\w*)?\s*$", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The full text of a long post.

    Attributes:
        handles: Whom it mentions.
        urls: The addresses in it, spelled out.
    """

    at: datetime
    text: str
    handles: tuple[str, ...]
    urls: tuple[str, ...]


@dataclass(slots=True)
class Notes:
    """The long texts by their beginnings; each is given out once."""

    _by_beginning: dict[str, list[Note]] = field(default_factory=dict)
    left: int = 0

    def add(self, note: Note) -> None:
        """Keep a long text until its post comes by."""
        self._by_beginning.setdefault(_beginning(note.text), []).append(note)
        self.left += 1

    def complete(self, post: Post) -> Post:
        """Give a post its long text, if there is one."""
        if not self.left:
            return post
        notes = self._by_beginning.get(_beginning(_CUT.sub("", post.text)), [])
        near = [note for note in notes if abs(note.at - post.at) <= _EDITED_WITHIN and len(note.text) >= len(post.text)]
        if not near:
            return post
        note = min(near, key=lambda each: abs(each.at - post.at))
        notes.remove(note)
        self.left -= 1
        return extended(post, note.text, note.handles, note.urls)


def read_note(fields: Object, latest: datetime) -> Note:
    """Read a long text, unwrapped.

    Raises:
        InvalidRecordError: If it has no date that can be.
    """
    core = object_in(fields, "core")
    handles = (text_in(each, "screenName", "screen_name") for each in objects_in(core, "mentions"))
    urls = (text_in(each, "expandedUrl", "expanded_url") for each in objects_in(core, "urls"))
    return Note(
        at=read_date(text_in(fields, "createdAt"), latest),
        text=html.unescape(text_in(core, "text") or ""),
        handles=tuple(handle for handle in handles if handle),
        urls=tuple(url for url in urls if url),
    )


def is_note(value: Object) -> bool:
    """Tell whether an object, unwrapped, is a long text."""
    return "core" in value and "createdAt" in value


def _beginning(text: str) -> str:
    found = _PREFIX.match(text)
    return "".join(text[found.end() if found else 0 :][: 4 * _AHEAD].split()).casefold()[:_AHEAD]
