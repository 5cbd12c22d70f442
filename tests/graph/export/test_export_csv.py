import csv
import io
import re
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.export.csv import PATH_COLUMNS, PEOPLE_COLUMNS, paths_csv, people_csv, ties_csv
from graph.export.escapes import iso
from graph.export.tables import PersonRecord
from graph.model import Account
from graph.records.clean import line
from tests.graph.export.cases import (
    HOSTILE_NAMES,
    ME,
    NOON,
    UNSAFE_LINKS,
    WORDS,
    answer_about,
    any_text,
    chances,
    counts,
    empty_answer,
    moments,
    people_named,
    record,
    small_answer,
    tie,
)


def read(chunks: Iterable[str]) -> list[list[str]]:
    """Read as RFC 4180 has it, strictly."""
    return list(csv.reader(io.StringIO("".join(chunks), newline=""), strict=True))


def test_ties_have_exactly_the_promised_columns_and_forms() -> None:
    undated = tie("x:2", "x:1", "B", "A", strength=0.0, answers=1e-07, last=None, out=0)
    assert "".join(ties_csv([tie("x:1", "x:2", "A", "B"), undated])) == (
        "from,to,from_name,to_name,strength,answers,last,out,in\r\n"
        "x:1,x:2,A,B,0.5,0.5,2026-04-12T12:30:00Z,3,2\r\n"
        "x:2,x:1,B,A,0.0,1e-07,,0,2\r\n"
    )


@given(any_text, chances, moments | st.none(), counts)
def test_ties_read_back(name: str, chance: float, last: object, count: int) -> None:
    rows = read(
        ties_csv([tie("x:@ann", "phone:+49", name, "B", strength=chance, answers=chance, last=last, out=count)])
    )
    assert len(rows) == 2
    row = dict(zip(*rows, strict=True))
    assert (row["from"], row["to"]) == ("x:@ann", "phone:+49")
    assert undone(row["from_name"]) == undone(line(name))
    assert (float(row["strength"]), int(row["out"])) == (chance, count)
    assert row["last"] == (iso(last) if isinstance(last, type(NOON)) else "")


def undone(cell: str) -> str:
    """Take back what defusing put in."""
    return cell.replace("'", "")


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_cell_is_a_formula_in_any_locale(name: str) -> None:
    people = people_named([name])
    tables = (
        ties_csv([tie("x:1", "x:2", name, name)]),
        people_csv([PersonRecord(id="x:1", name=name, accounts=people[0].accounts, lists=(name,))]),
        paths_csv(answer_about(name), WORDS),
    )
    for table in tables:
        for row in read(table):
            for cell in row:
                assert not re.search(r"(^|[;\t])\s*[=+\-@＝＋－＠]", cell)
                assert not re.search(r"[\x00-\x1f\x7f-\x9f]", cell)


def test_numbers_and_ids_stay_as_they_are() -> None:
    table = "".join(ties_csv([tie("x:@ann", "x:-1", "-1", "+49 30")]))
    assert table.splitlines()[1] == "x:@ann,x:-1,'-1,'+49 30,0.5,0.5,2026-04-12T12:30:00Z,3,2"


def test_an_id_that_would_be_a_formula_is_defused() -> None:
    assert read(ties_csv([tie("=cmd|' /C calc'!A0", "x:1")]))[1][0].startswith("'=cmd")


def test_people_have_their_addresses_and_only_links_to_click() -> None:
    accounts = (
        Account(id="email:ann@example.org", name="Ann"),
        Account(id="x:5", url="https://x.example/ann", org="Old Ltd", title="CEO", at=NOON.replace(year=2020)),
        Account(id="x:6", url="javascript:alert(1)", org="New; Ltd", at=NOON),
    )
    rows = read(people_csv([PersonRecord(id="email:ann@example.org", name="Ann", accounts=accounts, lists=("a", "b"))]))
    assert tuple(rows[0]) == PEOPLE_COLUMNS
    assert dict(zip(*rows, strict=True)) == {
        "id": "email:ann@example.org",
        "name": "Ann",
        "org": "New; Ltd",
        "title": "CEO",
        "emails": "ann@example.org",
        "accounts": "email:ann@example.org ::: x:5 ::: x:6",
        "urls": "https://x.example/ann",
        "lists": "a ::: b",
    }


@pytest.mark.parametrize("url", UNSAFE_LINKS)
def test_unsafe_links_stay_out(url: str) -> None:
    assert read(people_csv([record("x:1", "Ann", url=url)]))[1][6] == ""


def test_a_row_a_path() -> None:
    rows = read(paths_csv(small_answer(), WORDS))
    assert tuple(rows[0]) == PATH_COLUMNS
    first, second = (dict(zip(rows[0], row, strict=True)) for row in rows[1:])
    assert first == {
        "rank": "1",
        "strength": "0.40625",
        "weakest": "0.5",
        "steps": "2",
        "people": "Mo Example → Rita Okafor → Stan Weiss",
        "from": ME.id,
        "via_1": "x:2",
        "via_2": "",
        "via_3": "",
        "to": "x:3",
        "closeness": "close → familiar",
        "last": "2026-04-12T12:30:00Z",
        "warnings": "Rita Okafor → Stan Weiss: one thread only",
    }
    assert (second["via_1"], second["to"], second["closeness"], second["last"]) == ("", "x:3", "slight", "")


def test_without_a_path_there_is_the_header_only() -> None:
    assert read(paths_csv(empty_answer(), WORDS)) == [list(PATH_COLUMNS)]
