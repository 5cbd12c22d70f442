"""Names as they are compared: folded, and ranked the same way whatever store found the candidates."""

import re
import unicodedata

# Letters that NFKD leaves alone, though people write them without their stroke or ligature.
_LETTERS = str.maketrans(
    {
        "ß": "ss", "ẞ": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d",
        "þ": "th", "Þ": "th", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ħ": "h", "Ħ": "h", "ı": "i", "ŧ": "t",
        "Ŧ": "t", "ŋ": "n", "Ŋ": "n", "ĸ": "k", "ə": "e", "Ə": "e",
    }
)  # fmt: skip
_WORDS = re.compile(r"[^\W_]+")
_X_HOSTS = frozenset({"x.com", "twitter.com"})
_MIN_SCORE = 0.55
_PARTIAL = 0.95
_WORDY = 0.97


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
