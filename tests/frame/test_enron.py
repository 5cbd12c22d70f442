import csv
import gzip
from io import StringIO
from pathlib import Path

import pytest

from benchmarks import bench_enron
from benchmarks.enron_jsonl import FOLDER, main, read_accounts, read_mails, to_interactions, write_jsonl
from graph.model import Kind, Role

PEOPLE = """\
id,Email,Name,Note
0,ada.moor,Ada Moor,"Employee, Specialist"
1,b..fenn,Bo Fenn,NA
2,cy.lark,NA,NA
"""
ROWS = """\
from,to,Time,Reciptype,Topic,LDC_topic
0,1,2001-05-01 09:00:00,to,1,0
0,1,2001-05-01 09:00:00,to,2,-1
0,2,2001-05-01 09:00:00,cc,1,0
0,2,2001-05-01 09:00:00,bcc,1,0
0,0,2001-05-01 09:00:00,cc,1,0
1,0,1979-12-31 21:00:00,bcc,1,0
1,0,1979-12-31 21:00:00,to,1,0
2,2,2001-06-01 10:00:00,to,1,0
2,1,2001-06-02 11:30:00,bcc,1,0
"""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    for name, text in (("vertices", PEOPLE), ("edges", ROWS)):
        with gzip.open(tmp_path / f"{name}.csv.gz", "wt", encoding="utf-8") as file:
            file.write(text)
    return tmp_path


def test_reads_people_with_what_the_set_knows(sample: Path) -> None:
    accounts = read_accounts(sample)

    assert [account.id for account in accounts.values()] == [
        "email:ada.moor@enron.example",
        "email:b..fenn@enron.example",
        "email:cy.lark@enron.example",
    ]
    assert (accounts["0"].name, accounts["0"].title) == ("Ada Moor", "Employee, Specialist")
    assert (accounts["2"].name, accounts["2"].title) == (None, None)


def test_folds_the_rows_of_one_mail(sample: Path) -> None:
    made = list(to_interactions(read_mails(sample), read_accounts(sample)))

    assert [
        (one.id, [(to.account.id.partition("@")[0], to.role) for to in one.to]) for one in made if one.at is not None
    ] == [
        ("email:enron-19791231T210000-1#message", [("email:ada.moor", Role.TO)]),
        ("email:enron-20010501T090000-0#message", [("email:b..fenn", Role.TO)]),
        ("email:enron-20010501T090000-0#copied", [("email:cy.lark", Role.CC)]),
        ("email:enron-20010602T113000-2#copied", [("email:b..fenn", Role.BCC)]),
    ]


def _folder(sample: Path) -> Path:
    """The real set where it lies beside the checkout, else the sample: the same must hold for both."""
    return FOLDER if (FOLDER / "edges.csv.gz").exists() else sample


def test_loses_no_pair_of_any_mail(sample: Path) -> None:
    folder = _folder(sample)
    with gzip.open(folder / "edges.csv.gz", "rt", encoding="utf-8") as file:
        told = {(row["from"], row["to"], row["Time"]) for row in csv.DictReader(file) if row["from"] != row["to"]}

    accounts = read_accounts(folder)
    number = {account.id: key for key, account in accounts.items()}
    made = [
        (number[one.actor.id], number[to.account.id], f"{one.at:%Y-%m-%d %H:%M:%S}", one.kind)
        for one in to_interactions(read_mails(folder), accounts)
        for to in one.to
    ]

    assert len(made) == len(told)
    assert {row[:3] for row in made} == told
    assert {row[3] for row in made} == {Kind.MESSAGE, Kind.COPIED}


def test_counts_of_the_whole_set(sample: Path) -> None:
    folder = _folder(sample)
    people, mails = read_accounts(folder), read_mails(folder)
    lines = write_jsonl(folder, StringIO())

    expected = (184, 20_127, 21_444) if folder == FOLDER else (3, 3, 7)
    assert (len(people), len(mails), lines) == expected


def test_writes_a_file_or_standard_output(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(sample)])
    shown = capsys.readouterr().out
    main([str(sample), "-o", str(sample / "enron.jsonl")])

    assert (sample / "enron.jsonl").read_text(encoding="utf-8") == shown
    assert capsys.readouterr().out == f"7 lines in {sample / 'enron.jsonl'}\n"


def test_says_where_the_data_are_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path)])

    assert "holds no edges.csv.gz; give the folder of the Enron set" in capsys.readouterr().err


def test_nothing_is_measured_where_the_set_is_not(tmp_path: Path) -> None:
    assert list(bench_enron.run(tmp_path)) == []
