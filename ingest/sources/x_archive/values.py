"""What the fields of an archive's objects hold; any of them may be missing or of another type."""

from datetime import UTC, datetime, timedelta

from graph.errors import InvalidRecordError
from graph.model import EARLIEST

Object = dict[str, object]


def unwrap(value: Object) -> Object:
    """Take `{"tweet": {...}}` out of its wrapper; an object without one is given back."""
    if len(value) == 1:
        (inner,) = value.values()
        if isinstance(inner, dict):
            return inner
    return value


def as_text(value: object) -> str:
    """Give a text, or a whole number as text; empty where a value is neither."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def text_in(value: Object, *keys: str) -> str | None:
    """Give the first of the fields that holds a text or a whole number, as text."""
    return next((text for key in keys if (text := as_text(value.get(key)))), None)


def object_in(value: Object, key: str) -> Object:
    """Give the object in a field; an empty one where there is none."""
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def list_in(value: Object, key: str) -> list[object]:
    """Give the list in a field; an empty one where there is none."""
    found = value.get(key)
    return found if isinstance(found, list) else []


def objects_in(value: Object, key: str) -> list[Object]:
    """Give the objects of the list in a field."""
    return [each for each in list_in(value, key) if isinstance(each, dict)]


def date_in(value: Object, key: str, now: datetime) -> datetime:
    """Read a date: `Wed Oct 10 20:19:24 +0000 2018`, `2018-10-10 20:19:24 +0000` or ISO 8601.

    Raises:
        InvalidRecordError: If it is none, or not between 1971 and a day after `now`.
    """
    text = text_in(value, key)
    if text is None:
        raise InvalidRecordError("the date is missing")
    try:
        if text[0].isalpha():
            at = datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")
        else:
            at = datetime.fromisoformat(text.replace(" +", "+").replace(" UTC", "+00:00"))
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidRecordError(f"{text[:60]!r} is not a date") from error
    if not EARLIEST <= at <= now + timedelta(days=1):
        raise InvalidRecordError(f"the date {text[:60]!r} is not between 1971 and tomorrow")
    return at
