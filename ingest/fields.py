"""Fields of a JSON object, read exactly: every refusal names the field and the value, and says what it should be."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from graph.errors import InvalidRecordError
from graph.model import EARLIEST

Object = Mapping[str, object]
_Word = TypeVar("_Word", bound=StrEnum)
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
_LIKE = 'an instant like "2009-04-24T09:30:00Z"'


def refusal(field: str, value: object, should: str) -> InvalidRecordError:
    """Make the error that a field's value is not what it should be."""
    if value is None:
        return InvalidRecordError(f"{field}: is missing; it must be {should}")
    return InvalidRecordError(f"{field}: {shown(value)} is not {should}")


def shown(value: object) -> str:
    """Show a value as JSON, cut to one short line."""
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 80 else text[:77] + "..."


def read_text(value: object, field: str) -> str | None:
    """Read a text; None where it is missing or blank. NULs are dropped."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise refusal(field, value, "a text")
    if "\0" in value:
        value = value.replace("\0", "")
    return value.strip() or None


def read_id(value: object, field: str) -> str | None:
    """Read an id: a text, or a whole number as its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise refusal(field, value, "a text or a whole number")
    return read_text(value, field)


def read_handle(value: object, field: str) -> str | None:
    """Read a handle, without the @ before it."""
    text = read_text(value, field)
    return None if text is None else text.removeprefix("@") or None


def need_text(value: object, field: str) -> str:
    """Read a text that must be there."""
    text = read_text(value, field)
    if text is None:
        raise refusal(field, None, "a text")
    return text


def read_flag(value: object, field: str, *, default: bool) -> bool:
    """Read true or false."""
    if value is None:
        return default
    if not isinstance(value, bool):
        raise refusal(field, value, "true or false")
    return value


def read_word(value: object, words: type[_Word], field: str) -> _Word:
    """Read one of a fixed set of words, in any case."""
    if isinstance(value, str):
        try:
            return words(value.strip().lower())
        except ValueError:
            pass
    raise refusal(field, value, f"one of {', '.join(words)}")


def read_object(value: object, field: str) -> Object:
    """Read an object."""
    if not isinstance(value, dict):
        raise refusal(field, value, "an object")
    return value


def read_list(value: object, field: str) -> list[object]:
    """Read a list; one object or text by itself is a list of one."""
    if value is None:
        return []
    if isinstance(value, dict | str):
        return [value]
    if not isinstance(value, list):
        raise refusal(field, value, "a list")
    return value


def read_instant(value: object, field: str, latest: datetime) -> datetime | None:
    """Read an instant: ISO 8601 with a zone, between 1971 and `latest`; None where it is missing."""
    if value is None:
        return None
    if not isinstance(value, str) or not INSTANT.match(value):
        raise refusal(field, value, _LIKE)
    try:
        at = datetime.fromisoformat(value.upper())
    except ValueError as error:
        raise refusal(field, value, _LIKE) from error
    if at.tzinfo is None:
        raise InvalidRecordError(f'{field}: {shown(value)} has no time zone; add Z for UTC, or an offset like "+02:00"')
    try:
        at = at.astimezone(UTC)
    except OverflowError as error:
        raise refusal(field, value, "between 1971 and tomorrow") from error
    if not EARLIEST <= at <= latest:
        raise refusal(field, value, "between 1971 and tomorrow")
    return at


def need_instant(value: object, field: str, latest: datetime) -> datetime:
    """Read an instant that must be there."""
    at = read_instant(value, field, latest)
    if at is None:
        raise refusal(field, None, _LIKE)
    return at


def read_day(value: object, field: str) -> date | None:
    """Read a day, or the day of an instant."""
    text = read_text(value, field)
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise refusal(field, value, 'a day like "2009-04-24"') from error
