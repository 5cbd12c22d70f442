"""Which column of a table means what: given by options, guessed from their names, or asked for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.errors import UsageError
from graph.model import KIND_CODES, Kind
from graph.records.clean import shorten
from ingest.kit.dates import is_date
from ingest.kit.headings import HEADINGS, fold
from ingest.kit.text import clean
from ingest.source import Prompt

INCOMING = frozenset(
    {"in", "incoming", "received", "inbound", "missed", "eingehend", "entrant", "entrante", "recebida"}
)
"""What a column of directions has, folded, where a row goes the other way."""

_NONE = "-"
"""As an option's value: no column has this, whatever would be guessed."""

_ME = "me"
"""As the value of who acts or is addressed: the user."""

# What a table may have, in the order in which it is asked.
_ACT_QUESTIONS = {
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
}
_PERSON_QUESTIONS = {
    "name": "What is the person called?",
    "email": "What is the e-mail address?",
    "handle": "What is the handle or id on a network?",
    "url": "Is there a link?",
    "org": "Which organisation?",
    "job": "Which job title?",
    "list": "Which list is the person on?",
}
_NEVER_GUESSED = ("parent", "excerpt", "role", "direction")
_MEANS = {"from": "who acts", "to": "whom it is addressed to", "at": "when", "kind": "what kind of acts these are"}
_SHOWN_COLUMNS = 40
_SHOWN_NAME = 60
_SPLIT = re.compile(r"\s*\+\s*")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
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
    found = {option: name for option in HEADINGS if (name := _best(header, folded, option)) is not None}
    acts = {option: found[option] for option in _ACT_QUESTIONS if option in found}
    if fold(acts.get("to", "")) == "a" and "from" not in acts:
        del acts["to"]  # Italian beside `Da`, but just a letter beside `B`
    if {"at", "clock"} <= found.keys() and found["at"] != found["clock"]:
        acts["at"] += f"+{found['clock']}"
    if "at" not in acts and (dated := _dated_column(header, samples)) is not None:
        acts["at"] = dated
    people = {option: found[option] for option in _PERSON_QUESTIONS if option in found}
    if (name := _whole_name(found)) is not None:
        people["name"] = name
    if {"from", "to"} <= acts.keys() or ("at" in acts and {"from", "to"} & acts.keys()):
        return acts
    # Names with a date and a type may as well be a log of calls: that must be told.
    if people.keys() & {"name", "email", "handle", "url"} and not {"at", "kind"} <= acts.keys():
        return {**people, "people": "yes"}
    return acts


def choose_columns(
    header: Sequence[str], samples: Sequence[Sequence[str]], options: Mapping[str, str], *, named: bool
) -> ColumnMapping:
    """Decide which columns hold what: options first, then guesses.

    An option's value is a column's name or number, several joined with `+`, `=value` for what every row has, or `-`
    for nothing. For `kind` a kind's name, for `from` and `to` the word `me` may stand without the equals sign.

    Raises:
        UsageError: If an option names no column, or a needed column is not found; says which columns there are.
    """
    guesses = guess_mapping(header, samples) if named else _guess_by_cells(header, samples)
    people = _is_people(guesses, options)
    numbers: dict[str, tuple[int, ...]] = {}
    constants: dict[str, str] = {}
    guessed = []
    for option in _PERSON_QUESTIONS if people else (*_ACT_QUESTIONS, *_NEVER_GUESSED):
        value, guess = options.get(option), guesses.get(option)
        if value is None and guess not in (None, options.get("direction")) and ("people" in guesses) == people:
            value = guess
            guessed.append(option)
        if value is None or value == _NONE:
            continue
        constant = _constant(option, value, header)
        if constant is not None:
            constants[option] = constant
        else:
            numbers[option] = _find(option, value, header)
    mapping = ColumnMapping(people=people, numbers=numbers, constants=constants, guessed=tuple(guessed))
    _must_suffice(mapping, header, samples)
    return mapping


def ask_columns(header: Sequence[str], samples: Sequence[Sequence[str]], options: Mapping[str, str]) -> list[Prompt]:
    """Tell what is still to ask about a table; ask the first, add its answer to the options, and ask again.

    Raises:
        UsageError: If an answer names no column, or nothing where something is needed; says which columns there are.
    """
    guesses = guess_mapping(header, samples)
    if "people" not in options and not options.keys() & {"from", "to"}:
        guess = guesses.get("people", "no" if guesses.keys() & {"from", "to"} else None)
        text = "Is each row a person, and not something that people did?"
        return [Prompt(option="people", text=text, choices=("yes", "no"), guess=guess)]
    people = _is_people(guesses, options)
    fitting = guesses if ("people" in guesses) == people else {}
    asked = []
    for option, text in (_PERSON_QUESTIONS if people else _ACT_QUESTIONS).items():
        likely = _guess_kind(samples) if option == "kind" else None
        needed = not people and option in _MEANS and likely is None
        if option in options:
            _check_answer(option, options[option], header, needed=needed)
            continue
        guess = fitting.get(option, likely or (None if needed else _NONE))
        words = tuple(KIND_CODES) if option == "kind" else (_ME,) if option in ("from", "to") else ()
        choices = (*header, *words, *(() if needed else (_NONE,)))
        asked.append(Prompt(option=option, text=text, choices=choices, guess=guess))
    return asked


def _check_answer(option: str, value: str, header: Sequence[str], *, needed: bool) -> None:
    if needed and value in ("", _NONE):
        raise UsageError(f"something must say {_MEANS[option]}; {_listed(header)}")
    if value != _NONE and _constant(option, value, header) is None:
        _find(option, value, header)


# --- guessing --------------------------------------------------------------------------------------------------------


def _best(header: Sequence[str], folded: Sequence[str], meaning: str) -> str | None:
    words = HEADINGS[meaning]
    ranked = [(words[name], number) for number, name in enumerate(folded) if name in words]
    return header[min(ranked)[1]] if ranked else None


def _whole_name(found: Mapping[str, str]) -> str | None:
    """Join the columns of first and last names; a `Name` beside a first name is the last one."""
    first, last, name = found.get("first"), found.get("last"), found.get("name")
    if last is None and name != first:
        last = name
    if first is not None and last is not None and first != last:
        return f"{first}+{last}"
    return name or first or last


def _guess_by_cells(header: Sequence[str], samples: Sequence[Sequence[str]]) -> dict[str, str]:
    """Guess where there is no header: one column of nothing but e-mail addresses is a list of people."""
    columns = zip(header, zip(*samples, strict=True), strict=True) if samples else ()
    addresses = [name for name, cells in columns if all(_ADDRESS.fullmatch(cell.strip()) for cell in cells)]
    return {"email": addresses[0], "people": "yes"} if len(addresses) == 1 else {}


def _dated_column(header: Sequence[str], samples: Sequence[Sequence[str]]) -> str | None:
    for number, name in enumerate(header):
        cells = [row[number] for row in samples[:20] if row[number].strip()]
        if cells and all(map(is_date, cells)):
            return name
    return None


def _guess_kind(samples: Sequence[Sequence[str]]) -> str | None:
    """Take acts between e-mail addresses for messages."""
    addresses = [sum("@" in cell and bool(_ADDRESS.search(cell)) for cell in row) for row in samples[:20]]
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
    word = value.strip().lower()
    if value not in header and (word in KIND_CODES if option == "kind" else option in ("from", "to") and word == _ME):
        return word
    return None


def _find(option: str, value: str, header: Sequence[str]) -> tuple[int, ...]:
    whole = _number(value, header)
    if whole is not None:
        return (whole,)
    found = {part: _number(part, header) for part in _SPLIT.split(value)}
    missing = next((part for part, number in found.items() if number is None), None)
    if missing is not None:
        raise UsageError(f"--{option} {value}: there is no column {missing!r}; {_listed(header)}")
    return tuple(number for number in found.values() if number is not None)


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


def _must_suffice(mapping: ColumnMapping, header: Sequence[str], samples: Sequence[Sequence[str]]) -> None:
    known = mapping.numbers.keys() | mapping.constants.keys()
    used = {number for numbers in mapping.numbers.values() for number in numbers}
    free = [name for number, name in enumerate(header) if number not in used]
    if mapping.people:
        if not known & {"name", "email", "handle", "url"}:
            raise UsageError(f"nothing says who the people are: add {_example('name', free)}; {_listed(header)}")
        return
    for option in ("from", "to", "at"):
        if option not in known:
            add = (option == "from" and _example_of_calls(header, samples)) or _example(option, free)
            why = f"no column is known to say {_MEANS[option]}: add {add}"
            raise UsageError(f"{why}, or --people if each row is a person; {_listed(header)}")
    if "kind" not in known and _guess_kind(samples) is None:
        why = "nothing says what kind of acts these are: add --kind, e.g. --kind message"
        raise UsageError(f"{why}; {_listed(header)}")


def _example(option: str, names: Sequence[str]) -> str:
    """Write an option as it would be typed, with the first of some columns that can be."""
    column = next((name for name in names if len(name) <= _SHOWN_NAME and name.isprintable()), "COLUMN")
    return f'--{option} "{column}"' if " " in column else f"--{option} {column}"


def _example_of_calls(header: Sequence[str], samples: Sequence[Sequence[str]]) -> str | None:
    """Write the options of a list of one's own calls, where a column says which of them came in."""
    cells = ((name, fold(cell)) for row in samples for name, cell in zip(header, row, strict=True))
    directed = next((name for name, cell in cells if cell in INCOMING and name.isprintable()), None)
    return None if directed is None else f"--from me {_example('direction', [directed])}"


def _listed(header: Sequence[str]) -> str:
    names = [repr(shorten(clean(name) or "", _SHOWN_NAME)) for name in header[:_SHOWN_COLUMNS]]
    more = [f"and {len(header) - _SHOWN_COLUMNS} more"] if len(header) > _SHOWN_COLUMNS else []
    return f"the columns are {', '.join(names + more)}"
