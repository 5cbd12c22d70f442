"""CSV (RFC 4180, UTF-8) for spreadsheets and scripts; text that a spreadsheet would run as a formula is defused."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from graph.answers.answer import Answer, Path
from graph.export.escapes import iso, safe_link
from graph.export.tables import SEPARATOR, PersonRecord, TieRecord, Words, person_texts
from graph.model import network_of
from graph.records.clean import clean, line

Cell = str | int | float | datetime | None

TIE_COLUMNS = ("from", "to", "from_name", "to_name", "strength", "answers", "last", "out", "in")
PEOPLE_COLUMNS = ("id", "name", "org", "title", "emails", "accounts", "urls", "lists")
PATH_COLUMNS = (
    *("rank", "strength", "weakest", "steps", "people"),
    *("from", "via_1", "via_2", "via_3", "to", "closeness", "last", "warnings"),
)
_MOST_INTRODUCERS = 3
# What makes a cell a formula: these at its start, in full width too; where a list separator is a semicolon, after one.
_FORMULA = re.compile(r"(^|;)(\s*)(?=[=+\-@＝＋－＠])")
_PLAIN = re.compile(r"\w[\w:@. /#-]*\w")
_QUOTED = re.compile(r'[",;\r\n\t]|^\s|\s$')


def ties_csv(ties: Iterable[TieRecord]) -> Iterator[str]:
    """Write a row for each tie: floats by repr, the date as ISO 8601 in UTC or empty."""
    yield _row(TIE_COLUMNS)
    for tie in ties:
        yield _row(
            (
                *(clean(tie.source), clean(tie.target), line(tie.source_name), line(tie.target_name)),
                *(tie.strength, tie.answers, tie.last, tie.out, tie.in_),
            )
        )


def people_csv(people: Iterable[PersonRecord]) -> Iterator[str]:
    """Write a row for each person; several values in a cell are joined by ` ::: `."""
    yield _row(PEOPLE_COLUMNS)
    for person in people:
        texts = person_texts(person)
        texts["emails"] = SEPARATOR.join(
            clean(account.id.partition(":")[2]) for account in person.accounts if network_of(account.id) == "email"
        )
        texts["urls"] = SEPARATOR.join(link for account in person.accounts if (link := safe_link(account.url)))
        yield _row(texts[column] for column in PEOPLE_COLUMNS)


def paths_csv(answer: Answer, words: Words) -> Iterator[str]:
    """Write a row for each path, best first: its people by name and by id, the numbers, closeness step by step.

    For other eyes the cells of what is measured are empty.
    """
    yield _row(PATH_COLUMNS)
    for rank, path in enumerate(answer.paths, start=1):
        strengths = (None, None) if answer.for_others else (path.strength, path.weakest)
        ties = (None, None, None) if answer.for_others else _tie_cells(path, words)
        yield _row((rank, *strengths, len(path.hops), *_people_cells(path), *ties))


def _people_cells(path: Path) -> Iterator[str]:
    first, *introducers, last = (clean(person.id) for person in path.people)
    yield " → ".join(line(person.name) or clean(person.id) for person in path.people)
    yield first
    yield from introducers
    yield from [""] * (_MOST_INTRODUCERS - len(introducers))
    yield last


def _tie_cells(path: Path, words: Words) -> Iterator[Cell]:
    yield " → ".join(hop.closeness.value for hop in path.hops)
    yield max((hop.last for hop in path.hops if hop.last is not None), default=None)
    yield "; ".join(line(warning) for warning in words.path_warnings(path))


def _row(cells: Iterable[Cell]) -> str:
    return ",".join(map(_written, cells)) + "\r\n"


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return iso(cell)
    if not isinstance(cell, str):
        return float.__repr__(cell) if isinstance(cell, float) else str(cell)
    if _PLAIN.fullmatch(cell):
        return cell
    text = _FORMULA.sub(r"\1\2'", cell)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if _QUOTED.search(text) else text
