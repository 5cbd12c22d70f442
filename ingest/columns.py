"""Columns of a table and what they mean: given by options, guessed from their names, or asked for."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from graph.errors import UsageError
from graph.model import KIND_CODES, Kind
from ingest.headings import WORDS, fold
from ingest.source import Question
from ingest.text import clean, shorten
from ingest.when import looks_like_date

NONE = "-"
"""As an option's value: no column has this, whatever would be guessed."""

ACT_COLUMNS = ("from", "to", "cc", "bcc", "at", "kind", "id", "title", "url", "thread", "from-name", "to-name")
"""What a table of acts between people may have, in the order in which it is asked; more may be given by options."""

PERSON_COLUMNS = ("name", "email", "handle", "url", "org", "job", "list")
"""What a table of people may have."""

INCOMING = frozenset(
    {"in", "incoming", "received", "inbound", "missed", "eingehend", "entrant", "entrante", "recebida"}
)
"""What a column of directions has, folded, where a row goes the other way."""
_GIVEN_ONLY = ("parent", "excerpt", "role", "direction")
_SHOWN_COLUMNS = 40
_SHOWN_NAME = 60
_SPLIT = re.compile(r"\s*\+\s*")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns hold what.

    Attributes:
        people: Whether each row is a person, and not an act.
        numbers: By option: the numbers (from 0) of its columns.
        constants: By option: what every row has.
        guessed: Options whose columns were guessed.
    """

    people: bool
    numbers: Mapping[str, tuple[int, ...]]
    constants: Mapping[str, str]
    guessed: tuple[str, ...]


def guess_mapping(header: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> dict[str, str]:
    """Guess from the names of columns (and rows of data) what they mean.

    Returns:
        By option the name of its column, or several joined with `+`; and `people`: `yes` where each row is a person.
    """
    folded = [fold(name) for name in header]
    acts = {option: name for option in ACT_COLUMNS if (name := _best(header, folded, option)) is not None}
    if fold(acts.get("to", "")) == "a" and "from" not in acts:
        del acts["to"]  # Italian beside `Da`, but just a letter beside `B`
    _pair_clock(header, folded, acts)
    if "at" not in acts and (dated := _dated_column(header, samples)) is not None:
        acts["at"] = dated
    people = {option: name for option in PERSON_COLUMNS if (name := _best(header, folded, option)) is not None}
    _pair_names(header, folded, people)
    if {"from", "to"} <= acts.keys() or ("at" in acts and {"from", "to"} & acts.keys()):
        return acts
    # Names with a date and a type may as well be a log of calls: that must be told.
    if people.keys() & {"name", "email", "handle", "url"} and not {"at", "kind"} <= acts.keys():
        return {**people, "people": "yes"}
    return acts


def choose_columns(
    header: Sequence[str], samples: Sequence[Sequence[str]], options: Mapping[str, str], *, named: bool = True
) -> Columns:
    """Decide which columns hold what: options first, then guesses.

    An option's value is a column's name or number, several joined with `+`, `=value` for what every row has, or `-`
    for nothing. For `kind` a kind's name, for `from` and `to` the word `me` may stand without the equals sign.

    Raises:
        UsageError: If an option names no column, or a needed column is not found; says which columns there are.
    """
    guesses = guess_mapping(header, samples) if named else _guess_by_cells(header, samples)
    people = _is_people(guesses, options)
    known = PERSON_COLUMNS if people else (*ACT_COLUMNS, *_GIVEN_ONLY)
    numbers: dict[str, tuple[int, ...]] = {}
    constants: dict[str, str] = {}
    guessed = []
    for option in known:
        value, guess = options.get(option), guesses.get(option)
        if value is None and guess not in (None, options.get("direction")) and ("people" in guesses) == people:
            value = guess
            guessed.append(option)
        if value is None or value == NONE:
            continue
        constant = _constant(option, value, header)
        if constant is not None:
            constants[option] = constant
        else:
            numbers[option] = _find(option, value, header)
    columns = Columns(people=people, numbers=numbers, constants=constants, guessed=tuple(guessed))
    _must_suffice(columns, header, samples)
    return columns


def questions(header: Sequence[str], samples: Sequence[Sequence[str]], options: Mapping[str, str]) -> list[Question]:
    """Tell what is still to ask about a table; ask the first, add its answer to the options, and ask again."""
    guesses = guess_mapping(header, samples)
    choices = tuple(header)
    if "people" not in options and not options.keys() & {"from", "to"}:
        guess = guesses.get("people", "no" if guesses.keys() & {"from", "to"} else None)
        return [
            Question(option="people", text="Is each row a person, and not an act?", choices=("yes", "no"), guess=guess)
        ]
    people = _is_people(guesses, options)
    fitting = guesses if ("people" in guesses) == people else {}
    asked = []
    for option in PERSON_COLUMNS if people else ACT_COLUMNS:
        if option not in options:
            needed = not people and option in ("from", "to", "at", "kind")
            guess = fitting.get(option, None if needed else NONE)
            if option == "kind" and guess is None:
                guess = _guess_kind(samples)
            words = tuple(KIND_CODES) if option == "kind" else ()
            asked.append(Question(option=option, text=_ASKED[option], choices=(*choices, *words), guess=guess))
    return asked


def example_of(option: str, header: Sequence[str], used: Collection[int] = ()) -> str:
    """Write an option as it would be typed, with a column that has no meaning yet."""
    free = (name for number, name in enumerate(header) if number not in used)
    column = next((name for name in free if len(name) <= _SHOWN_NAME and name.isprintable()), "COLUMN")
    return f'--{option} "{column}"' if " " in column else f"--{option} {column}"


_ASKED = {
    "from": "Who acts (an address, id, handle or name)?",
    "to": "Whom is it addressed to?",
    "cc": "Who gets a copy?",
    "bcc": "Who gets a blind copy?",
    "at": "When?",
    "kind": "What kind of act is it?",
    "id": "Is there an id that is its own for each act?",
    "title": "Is there a subject or title?",
    "url": "Is there a link?",
    "thread": "Which conversation is it in?",
    "from-name": "What is the acting person called?",
    "to-name": "What is the addressed person called?",
    "name": "What is the person called?",
    "email": "What is the e-mail address?",
    "handle": "What is the handle or id on a network?",
    "org": "Which organisation?",
    "job": "Which job title?",
    "list": "Which list is the person on?",
}


# --- guessing --------------------------------------------------------------------------------------------------------


def _best(header: Sequence[str], folded: Sequence[str], option: str) -> str | None:
    words = WORDS[option]
    ranked = [(words[name], number) for number, name in enumerate(folded) if name in words]
    return header[min(ranked)[1]] if ranked else None


def _pair_clock(header: Sequence[str], folded: Sequence[str], found: dict[str, str]) -> None:
    """Join a column of days with one of clock times."""
    clock = next((header[number] for number, name in enumerate(folded) if name in WORDS["clock"]), None)
    if clock is not None and "at" in found and found["at"] != clock:
        found["at"] = f"{found['at']}+{clock}"


def _pair_names(header: Sequence[str], folded: Sequence[str], found: dict[str, str]) -> None:
    """Join the columns of first and last names; a `Name` beside a first name is the last one."""
    first, last = _best(header, folded, "first"), _best(header, folded, "last")
    if last is None and first is not None and found.get("name", first) != first:
        last = found["name"]
    if first is not None and last is not None and first != last:
        found["name"] = f"{first}+{last}"
    elif "name" not in found and (first or last):
        found["name"] = first or last or ""


def _guess_by_cells(header: Sequence[str], samples: Sequence[Sequence[str]]) -> dict[str, str]:
    """Guess where there is no header: one column of nothing but e-mail addresses is a list of people."""
    addresses = [
        name
        for number, name in enumerate(header)
        if samples and all(len(row) > number and _ADDRESS.fullmatch(row[number].strip()) for row in samples)
    ]
    return {"email": addresses[0], "people": "yes"} if len(addresses) == 1 else {}


def _dated_column(header: Sequence[str], samples: Sequence[Sequence[str]]) -> str | None:
    for number, name in enumerate(header):
        cells = [row[number] for row in samples[:20] if len(row) > number and row[number].strip()]
        if cells and all(map(looks_like_date, cells)):
            return name
    return None


def _guess_kind(samples: Sequence[Sequence[str]]) -> str | None:
    """Take acts between e-mail addresses for messages."""
    addresses = [sum(bool(_ADDRESS.search(cell)) for cell in row) for row in samples[:20]]
    return Kind.MESSAGE.value if addresses and 2 * sum(count >= 2 for count in addresses) >= len(addresses) else None


# --- choosing --------------------------------------------------------------------------------------------------------


def _is_people(guesses: Mapping[str, str], options: Mapping[str, str]) -> bool:
    if "people" in options:
        return options["people"] == "yes"
    if options.keys() & {"from", "to"}:
        return False
    return "people" in guesses or bool(options.keys() & {"name", "email", "handle"})


def _constant(option: str, value: str, header: Sequence[str]) -> str | None:
    if value.startswith("="):
        return value[1:].strip()
    named = value in header
    if option == "kind" and not named and value.strip().lower() in KIND_CODES:
        return value.strip().lower()
    if option in ("from", "to") and not named and value.strip().lower() == "me":
        return "me"
    return None


def _find(option: str, value: str, header: Sequence[str]) -> tuple[int, ...]:
    whole = _number(value, header)
    if whole is not None:
        return (whole,)
    found = [_number(part, header) for part in _SPLIT.split(value)]
    missing = [part for part, number in zip(_SPLIT.split(value), found, strict=True) if number is None]
    if missing:
        raise UsageError(f"--{option} {value}: there is no column {missing[0]!r}; {_said(header)}")
    return tuple(number for number in found if number is not None)


def _number(name: str, header: Sequence[str]) -> int | None:
    """Find a column by its name, as it is written or folded, or by its number from 1."""
    if name in header:
        return header.index(name)
    folded = [fold(each) for each in header]
    if fold(name) in folded and fold(name):
        return folded.index(fold(name))
    digits = name.removeprefix("#")
    if digits.isdecimal() and 1 <= int(digits) <= len(header):
        return int(digits) - 1
    return None


def _must_suffice(columns: Columns, header: Sequence[str], samples: Sequence[Sequence[str]]) -> None:
    known = columns.numbers.keys() | columns.constants.keys()
    used = {number for numbers in columns.numbers.values() for number in numbers}
    if columns.people:
        if not known & {"name", "email", "handle", "url"}:
            raise UsageError(
                f"nothing says who the people are: add {example_of('name', header, used)}; {_said(header)}"
            )
        return
    for option in ("from", "to", "at"):
        if option not in known:
            add = (option == "from" and _example_of_calls(header, samples)) or example_of(option, header, used)
            why = f"no column is known to say {_MEANS[option]}: add {add}"
            raise UsageError(f"{why}, or --people if each row is a person; {_said(header)}")
    if "kind" not in known and _guess_kind(samples) is None:
        raise UsageError(f"nothing says what kind of acts these are: add --kind, e.g. --kind message; {_said(header)}")


def _example_of_calls(header: Sequence[str], samples: Sequence[Sequence[str]]) -> str | None:
    """Write the options of a list of one's own calls, where a column says which of them came in."""
    cells = ((name, fold(cell)) for row in samples for name, cell in zip(header, row, strict=False))
    directed = next((name for name, cell in cells if cell in INCOMING and name.isprintable()), None)
    return None if directed is None else f"--from me {example_of('direction', [directed])}"


_MEANS = {"from": "who acts", "to": "whom it is addressed to", "at": "when"}


def _said(header: Sequence[str]) -> str:
    names = [repr(shorten(clean(name) or "", _SHOWN_NAME)) for name in header[:_SHOWN_COLUMNS]]
    more = [f"and {len(header) - _SHOWN_COLUMNS} more"] if len(header) > _SHOWN_COLUMNS else []
    return f"the columns are {', '.join(names + more)}"
