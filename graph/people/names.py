"""Names as they are compared: folded, and parted into the words that an index holds."""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

# Letters that NFKD leaves alone, though people write them without their stroke or ligature.
_LETTERS = str.maketrans(
    {
        "ß": "ss", "ẞ": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d",
        "þ": "th", "Þ": "th", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ħ": "h", "Ħ": "h", "ı": "i", "ŧ": "t",
        "Ŧ": "t", "ŋ": "n", "Ŋ": "n", "ĸ": "k", "ə": "e", "Ə": "e",
    }
)  # fmt: skip
_WORDS = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Fold a text for comparison: case, accents, width and ligatures gone, single spaces.

    NFKD without combining marks, then case-folded; letters with a stroke, which Unicode does not decompose, become
    their plain ones (`ø` → `o`, `ł` → `l`, `ß` → `ss`).
    """
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(bare.casefold().translate(_LETTERS).split())


def words_of(text: str) -> list[str]:
    """Part a text into its folded words."""
    folded = fold(text)
    return _WORDS.findall(folded) or folded.split()


def searchable_text(id_: str, handle: str, name: str, url: str, org: str, title: str) -> str:
    """Give the folded words by which an account can be found: the text to index.

    Of a URL only the last step, which is all that `read_query` keeps of one for finding candidates.
    """
    local = id_.partition(":")[2]
    step = url.rstrip("/").rpartition("/")[2] if url else ""
    words = words_of(f"{name} {handle} {local} {step} {org} {title}")
    if not name.isascii() and not _WORDS.search(name):
        words += words_of(name)  # a name of emoji alone has no word characters beside words that do
    return pad_words(words)


def pad_words(words: Iterable[str]) -> str:
    """Put two spaces before each word and behind the last, so that trigrams know where a word begins."""
    return "".join(f"  {word}" for word in dict.fromkeys(words)) + "  "


def normal_url(text: str) -> str:
    """Normalise a URL for comparison: without scheme, www, query, fragment and trailing slash, folded."""
    bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip(), flags=re.IGNORECASE)
    bare = re.sub(r"^(?:www|m|mobile)\.", "", bare, flags=re.IGNORECASE)
    return fold(unquote(re.split(r"[?#]", bare)[0])).rstrip("/")
