"""Tables: layouts found out, columns guessed or mapped, rows that can't be used told."""

import gzip
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import UsageError
from graph.model import Account, Checkpoint, Interaction, Kind, Member, Owner, Problem, Record, Role, SameAs
from ingest.kit.headings import fold
from ingest.source import Context, UnreadableError
from ingest.sources.csv import SOURCE, explain, questions
from ingest.sources.csv.mapping import guess_mapping

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def read(path: Path, resume: str | None = None, /, **options: str) -> list[Record]:
    named = {name.strip("_").replace("_", "-"): value for name, value in options.items()}
    return list(SOURCE.read(str(path), Context(now=NOW, options=named, resume=resume)))


def table(tmp_path: Path, text: str | bytes, name: str = "table.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def acts(records: list[Record]) -> list[Interaction]:
    assert [record for record in records if isinstance(record, Problem)] == []
    return [record for record in records if isinstance(record, Interaction)]


def people(records: list[Record]) -> list[Account]:
    assert [record for record in records if isinstance(record, Problem)] == []
    return [record for record in records if isinstance(record, Account)]


def problems(records: list[Record]) -> list[tuple[str, str]]:
    return [(record.where.rpartition(":")[2], record.why) for record in records if isinstance(record, Problem)]


# --- people lists as they are exported -------------------------------------------------------------------------------

LISTS: dict[str, tuple[str | bytes, Account]] = {
    "google": (
        "Name,Given Name,Family Name,Group Membership,E-mail 1 - Value,Organization 1 - Name,Organization 1 - Title\n"
        "Ann Lee,Ann,Lee,* myContacts ::: Friends,ann@example.org ::: ann.lee@example.com,Stone & Sons,Mason\n",
        Account(id="email:ann@example.org", name="Ann Lee", org="Stone & Sons", title="Mason"),
    ),
    "outlook": (
        "First Name,Last Name,Company,Job Title,E-mail Address\nAnn,Lee,Stone,Mason,ann@example.org\n",
        Account(id="email:ann@example.org", name="Ann Lee", org="Stone", title="Mason"),
    ),
    "notes above": (
        'Notes:\n"You may notice, that"\n\nFirst Name,Last Name,URL,Company\nAnn,Lee,https://www.linkedin.com/in/AnnLee,S\n',
        Account(id="linkedin:in/annlee", name="Ann Lee", url="https://www.linkedin.com/in/AnnLee", org="S"),
    ),
    "a note as wide as the table": (
        "Contacts of spring,,\nby Mia,,\nName,Email,Company\nAnn Lee,ann@example.org,S\nBo,bo@example.org,\n",
        Account(id="email:ann@example.org", name="Ann Lee", org="S"),
    ),
    "more notes than rows": (
        "My contacts\n\nfor the fair\nMay 2024\nbooth 7\nName;Email;Company\nAnn Lee;ann@example.org;S\n",
        Account(id="email:ann@example.org", name="Ann Lee", org="S"),
    ),
    "a note above one column": ("Who came\nE-mail\nann@example.org\n", Account(id="email:ann@example.org")),
    "a note with a comma": (
        "Exported on Monday, with care\nName,Email\nAnn Lee,ann@example.org\n",
        Account(id="email:ann@example.org", name="Ann Lee"),
    ),
    "handles": ("Name,X handle\nAnn Lee,@ann\n", Account(id="x:@ann", handle="ann", name="Ann Lee")),
    "names only": ("Naam\nAnn Lée\n", Account(id="manual:ann-lee", name="Ann Lée")),
    "no header": ("ann@example.org\nbob@example.org\n", Account(id="email:ann@example.org")),
    "sep line": ("sep=;\r\nName;Email\r\nAnn;ann@example.org\r\n", Account(id="email:ann@example.org", name="Ann")),
    "old mac": ("Name,Email\rAnn,ann@example.org\r", Account(id="email:ann@example.org", name="Ann")),
    "tabs": ("Name\tEmail\nAnn, Lee\tann@example.org\n", Account(id="email:ann@example.org", name="Ann, Lee")),
    "bars": ("Nombre|Correo\nAna|ana@example.org\n", Account(id="email:ana@example.org", name="Ana")),
    "site": (
        "Name,Email,Website\nA,a@example.org,example.org\n",
        Account(id="email:a@example.org", name="A", url="example.org"),
    ),
    "cp1252": (
        "Prénom;Nom;Adresse e-mail\nRené;Lefèvre;r@example.org\n".encode("cp1252"),
        Account(id="email:r@example.org", name="René Lefèvre"),
    ),
    "cp1250": (
        "Name;E-mail\nŁukasz Wiśniewski;l@example.org\nStanisław Żółć;s@example.org\n".encode("cp1250"),
        Account(id="email:l@example.org", name="Łukasz Wiśniewski"),
    ),
    "cp1251": (
        "Имя;Фамилия;Почта\nИван;Петров;ivan@example.org\nМария;Смирнова;m@example.org\n".encode("cp1251"),
        Account(id="email:ivan@example.org", name="Иван Петров"),
    ),
    "cp932": (
        "氏名,メール\n山田太郎,yamada@example.org\n鈴木花子,suzuki@example.org\n".encode("cp932"),
        Account(id="email:yamada@example.org", name="山田太郎"),
    ),
    "utf-16 without mark": (
        "Name,Email\nZoë,zoe@example.org\n".encode("utf-16-le"),
        Account(id="email:zoe@example.org", name="Zoë"),
    ),
    "utf-16-be": (
        b"\xfe\xff" + "Name,Email\nZoë,zoe@example.org\n".encode("utf-16-be"),
        Account(id="email:zoe@example.org", name="Zoë"),
    ),
    "utf-8 mark": (b"\xef\xbb\xbfName,Email\nAnn,ann@example.org\n", Account(id="email:ann@example.org", name="Ann")),
}


def test_a_header_below_too_many_notes_is_not_looked_for(tmp_path: Path) -> None:
    text = "".join(f"note {n},,\n" for n in range(60)) + "Name,Email,Company\nAnn,ann@example.org,S\n"
    with pytest.raises(UsageError, match="the columns are '1', '2', '3'"):
        read(table(tmp_path, text))


def test_a_table_said_to_have_no_header_has_none(tmp_path: Path) -> None:
    path = table(tmp_path, "Mia,mia@example.org\nName,Email\n")
    (mia, *_) = [one for one in read(path, no_header="yes", name="1", email="2") if isinstance(one, Account)]
    assert mia == Account(id="email:mia@example.org", name="Mia")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_people_is_read_without_options(tmp_path: Path, name: str) -> None:
    text, first = LISTS[name]
    path = table(tmp_path, text)
    assert people(read(path))[0] == first
    assert SOURCE.detect(path) >= 0.5
    assert "people" in explain(path, {})[0]


def test_several_accounts_in_a_row_are_one_person(tmp_path: Path) -> None:
    path = table(tmp_path, LISTS["google"][0])
    records = read(path)
    joins = [record for record in records if isinstance(record, SameAs)]
    assert [(each.a, each.b, each.confidence) for each in joins] == [
        ("email:ann@example.org", "email:ann.lee@example.com", 0.9)
    ]
    assert joins == [record for record in read(path) if isinstance(record, SameAs)]
    assert [record.list for record in records if isinstance(record, Member)] == ["Friends"]


def test_a_constant_names_the_list_of_every_row(tmp_path: Path) -> None:
    path = table(tmp_path, "Name\nAnn\nBob\n")
    members = [record for record in read(path, list="=Writers") if isinstance(record, Member)]
    assert [(each.list, each.account.id) for each in members] == [("Writers", "manual:ann"), ("Writers", "manual:bob")]


def test_rows_that_name_nobody_are_told(tmp_path: Path) -> None:
    path = table(tmp_path, "Name,Email,Handle\nAnn,,\n,,\n, ,\nBob,nobody,\n,,12345\n?!,,\n ,,@ann\n")
    assert problems(read(path)) == [
        ("5", "'nobody' is not an e-mail address"),
        ("6", "12345 is a bare number: say --network, e.g. --network x, whose id it is"),
        ("7", "'?!' is no name, id, address or link"),
    ]


# --- acts ------------------------------------------------------------------------------------------------------------


def test_columns_are_mapped_by_options(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "when;who;whom;in copy;secretly;art;nr;text;re;link;chat;up\n"
        + ";".join(
            [
                "05.03.2024 10:15",
                "x:1",
                "x:2|x:3",
                "x:4",
                "x:5",
                "Antwort",
                "77",
                "hello",
                "Re",
                "https://example.org",
                "t",
                "76",
            ]
        ),
    )
    (record,) = acts(
        read(
            path, at="when", from_="who", to="whom", cc="in copy", bcc="secretly", kind="art", id="nr", excerpt="text",
            title="re", url="link", thread="chat", parent="up", timezone="+01:00",
        )
    )  # fmt: skip
    assert record.id == "x:77#reply"
    assert record.at == datetime(2024, 3, 5, 9, 15, tzinfo=UTC)
    assert [(each.account.id, each.role) for each in record.to] == [
        ("x:2", Role.TO), ("x:3", Role.TO), ("x:4", Role.CC), ("x:5", Role.BCC)
    ]  # fmt: skip
    assert record.item is not None
    assert (record.item.title, record.item.url) == ("Re", "https://example.org")
    assert (record.excerpt, record.thread, record.parent, record.private) == ("hello", "t", "76", False)
    assert record.where == f"{path}:2"


def test_columns_go_by_number_where_there_is_no_header(tmp_path: Path) -> None:
    path = table(tmp_path, "2024-03-05,ann@example.org,bob@example.org\n")
    (record,) = acts(read(path, at="1", from_="2", to="#3"))
    assert (record.kind, record.private) == (Kind.MESSAGE, True)
    (same,) = acts(read(path, at="1", from_="2", to="3", no_header="yes", kind="like", private="yes"))
    assert (same.kind, same.private) == (Kind.LIKE, True)
    path = table(tmp_path, "d,a,b\n2024-03-05,ann@example.org,bob@example.org\n")
    assert acts(read(path, at="1", from_="#2", to="b"))[0].actor.id == "email:ann@example.org"


def test_a_log_of_my_calls(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "Name,Number,Date,Time,Type\n"
        "Ann,+1 555 123 4567,2024-03-05,10:00,Incoming\nBob,00491701234567,2024-03-06,11:30,Outgoing\n",
    )
    options = {"from_": "me", "to": "Number", "to_name": "Name", "kind": "call", "direction": "Type"}
    first, second = acts(read(path, **options))
    assert (first.actor, first.to[0].account.id) == (
        Account(id="phone:+15551234567", name="Ann"),
        "manual:me",
    )
    assert first.at == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert second.to[0].account == Account(id="phone:+491701234567", name="Bob")


def test_me_in_a_cell_is_the_user(tmp_path: Path) -> None:
    path = table(
        tmp_path, 'from,to,at,kind\nMe,@ann,2024-03-05,meeting\n@ann,"me, bo@example.org",2024-03-06,message\n'
    )
    records = read(path)
    first, second = acts(records)
    assert records[0] == Owner(accounts=(Account(id="manual:me"),))
    assert first.actor.id == "manual:me"
    assert [to.account.id for to in second.to] == ["manual:me", "email:bo@example.org"]
    (person,) = people(read(table(tmp_path, "name,org\nMe,Stone & Sons\n"), people="yes"))
    assert person == Account(id="manual:me", org="Stone & Sons")


def test_rows_with_one_id_are_one_act(tmp_path: Path) -> None:
    rows = "".join(f"1,{to},1001930400,cc,7\n" for to in range(2, 5))
    path = table(
        tmp_path, "from,to,Time,role,msg\n1,9,1001930400,to,7\n" + rows + "1,9,1001930400,to,8\n2,1,1001930400,to,8\n"
    )
    options = {"network": "enron", "id": "msg", "role": "role", "kind": "message"}
    first, second, third = acts(read(path, **options))
    assert [each.account.id for each in first.to] == ["enron:9", "enron:2", "enron:3", "enron:4"]
    assert (second.id, third.id) == ("enron:8#message", "enron:8#message")


def test_a_cell_holds_several_people(tmp_path: Path) -> None:
    def to(cell: str, **options: str) -> list[str]:
        path = table(tmp_path, f'date,from,to\n2024-03-05,x:1,"{cell}"\n')
        return [each.account.id for each in acts(read(path, kind="message", **options))[0].to]

    assert to("Lee, Ann <a@example.org>; b@example.org, Bo <c@example.org>") == [
        "email:a@example.org", "email:b@example.org", "email:c@example.org"
    ]  # fmt: skip
    assert to("Lee, Ann") == ["manual:lee-ann"]
    assert to("Ann Lee; Bob Stone") == ["manual:ann-lee", "manual:bob-stone"]
    assert to("@ann, x:7, https://x.com/bob") == ["x:@ann", "x:7", "x:@bob"]
    assert to("7, 8", network="x") == ["x:7", "x:8"]
    assert to("Lee, Ann / Stone, Bob", separator="/") == ["manual:lee-ann", "manual:stone-bob"]
    assert to("a@example.org\nb@example.org") == ["email:a@example.org", "email:b@example.org"]


def test_rows_that_say_no_act_are_told(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "date,from,to,kind,role\n"
        "2024-03-05,a@example.org;b@example.org,c@example.org,message,to\n"
        "2024-03-05,,c@example.org,message,to\n"
        "2024-03-05,a@example.org,,message,to\n"
        "2024-03-05,a@example.org,c@example.org,hug,to\n"
        "2024-03-05,a@example.org,c@example.org,message,friend\n"
        ",a@example.org,c@example.org,message,to\n"
        ",a@example.org,c@example.org,follow,to\n"
        "2024-03-05,a@example.org,17,message,to\n"
        "2106-03-05,a@example.org,c@example.org,message,to\n",
    )
    records = read(path, role="role")
    assert problems(records) == [
        ("2", "from: 'a@example.org;b@example.org' is not one account"),
        ("3", "from: '' is not one account"),
        ("4", "to: nobody is addressed"),
        ("5", "kind: 'hug' is not one of mention, reply, quote, repost, like, comment, message, copied, meeting, call, "
              "follow, connection, recommendation"),
        ("6", "role: 'friend' is not one of to, cc, bcc, group"),
        ("7", "at: '' is not a date that can be read"),
        ("9", "to: 17 is a bare number: say --network, e.g. --network x, whose id it is"),
        ("10", "at: the date '2106-03-05' is not between 1971 and tomorrow"),
    ]  # fmt: skip
    assert [record.at for record in records if isinstance(record, Interaction)] == [None]


# --- layout ----------------------------------------------------------------------------------------------------------

HEAD = "date,from,to,title\n"
ROW = "2024-03-05,a@example.org,b@example.org,"


def test_ragged_rows_and_open_quotes_cost_only_themselves(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        f'{HEAD}{ROW}one\n2024,x\n{ROW}two,,\n{ROW}two,more\n{ROW}"open\n'
        f'{ROW}"quoted\nover ""two"" lines"\n{ROW}5" disk\n{ROW}"6" disk"\n'
        + f'{ROW}"far\n'
        + f"{ROW}many\n" * 600
        + f'{ROW}"last',
    )
    records = read(path)
    assert problems(records) == [
        ("3", "the row has 2 cells, the table has 4 columns"),
        ("5", "the row has 5 cells, the table has 4 columns"),
        ("6", "a quote that opens on this line is never closed"),
        ("11", "a quote that opens on this line is never closed"),
        ("612", "a quote that opens on this line is never closed"),
    ]
    titles = [record.item.title for record in records if isinstance(record, Interaction) and record.item]
    assert titles[:5] == ["one", "two", 'quoted\nover "two" lines', '5" disk', '6 disk"']
    assert len(titles) == 605


def test_a_row_of_one_cell_has_a_cell(tmp_path: Path) -> None:
    found = problems(read(table(tmp_path, f"{HEAD}{ROW}one\nx\n{ROW}two\n{ROW}three\n")))
    assert found == [("3", "the row has 1 cell, the table has 4 columns")]


def test_a_cell_of_many_megabytes_is_read(tmp_path: Path) -> None:
    path = table(tmp_path, f"{HEAD}{ROW}one\n{ROW}{'x' * 10_000_000}\n{ROW}after\n")
    assert len(acts(read(path))) == 3


def test_bytes_that_do_not_fit_the_encoding_are_told(tmp_path: Path) -> None:
    path = table(tmp_path, f"{HEAD}{ROW}one\n".encode("utf-16") + b"\x00\xd8a\x00\n\x00")
    told = [record for record in read(path) if isinstance(record, Problem)]
    assert told
    path = table(tmp_path, HEAD.encode() + ROW.encode() + b"caf\xe9 \x8f\n")
    found = read(path, encoding="cp1252")
    assert problems(found)[-1][1] == "1 row holds bytes that are not cp1252; say another --encoding"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"encoding": "morse"}, "--encoding morse is unknown; try utf-8"),
        ({"encoding": "ascii"}, "is not in ascii; leave --encoding out"),
        ({"delimiter": "::"}, "--delimiter :: must be one character, or comma"),
        ({"timezone": "Mars/Olympus"}, "--timezone Mars/Olympus is unknown; write it as Europe/Berlin"),
        ({"timezone": "+99:00"}, "--timezone"),
        (
            {"from_": "sender"},
            "--from sender: there is no column 'sender'; the columns are 'date', 'from', 'to', 'title'",
        ),
        ({"to": "to+nobody"}, "there is no column 'nobody'"),
        ({"people": "yes"}, "nothing says who the people are: add --name date"),
        ({"at": "-"}, "no column is known to say when: add --at date, or --people"),
    ],
)
def test_a_wrong_option_is_told(tmp_path: Path, options: dict[str, str], message: str) -> None:
    path = table(tmp_path, f"{HEAD}{ROW}é\n")
    with pytest.raises(UsageError) as caught:
        read(path, **options)
    assert message in str(caught.value)


def test_a_given_delimiter_and_encoding_are_believed(tmp_path: Path) -> None:
    path = table(tmp_path, "date\tfrom\tto, or so\n2024-03-05\ta@example.org\tb@example.org, é\n".encode("latin-1"))
    (record,) = acts(read(path, delimiter="tab", encoding="latin-1", to="to, or so", separator="; "))
    assert record.to[0].account.id == "email:b@example.org"


def test_how_to_read_ones_own_calls_is_told(tmp_path: Path) -> None:
    path = table(tmp_path, "Date,Number,Type\n2024-03-01,+15550100,Outgoing\n2024-03-02,+15550100,Incoming\n")
    with pytest.raises(UsageError, match="who acts: add --from me --direction Type, or"):
        read(path)
    told = {"from_": "me", "direction": "Type", "to": "Number", "network": "tel"}
    with pytest.raises(UsageError, match="nothing says what kind of acts these are"):
        read(path, **told)
    one, other = acts(read(path, **told, kind="call"))
    assert one.actor == other.to[0].account
    assert one.to[0].account == other.actor


def test_unknown_columns_are_listed_with_the_option_to_add(tmp_path: Path) -> None:
    path = table(tmp_path, "Alpha,From,Gamma Ray\none,two,three\nfour,five,six\n")
    with pytest.raises(
        UsageError, match=r"table\.csv: no column is known to say whom .*: add --to Alpha.*the columns are"
    ):
        read(path)
    with pytest.raises(UsageError, match='add --at "Gamma Ray"'):
        read(path, to="Alpha")
    with pytest.raises(UsageError, match=r"nothing says what kind of acts these are: add --kind, e.g. --kind message"):
        read(path, to="Alpha", at="Gamma Ray")
    assert explain(path, {}) == []


def test_what_is_no_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="it looks like an empty file"):
        read(table(tmp_path, ""))
    with pytest.raises(UnreadableError, match="is empty; export it again"):
        read(table(tmp_path, " \n \n"))
    with pytest.raises(UnreadableError, match="is not a CSV file; it looks like a PDF document"):
        read(table(tmp_path, "%PDF-1.7"))
    (tmp_path / "box").mkdir()
    with pytest.raises(UnreadableError, match=r"no \.csv file in it"):
        read(tmp_path / "box")
    assert explain(tmp_path / "box", {}) == []


def test_gzip_folder_and_zip_are_read(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.mkdir()
    (box / "b.csv").write_text("Name,Email\nBob,b@example.org\n")
    (box / "a.tsv.gz").write_bytes(gzip.compress(b"Nom\tCourriel\nAnn\ta@example.org\n"))
    with zipfile.ZipFile(tmp_path / "box.zip", "w") as archive:
        for path in box.iterdir():
            archive.write(path, path.name)
    for path in (box, tmp_path / "box.zip"):
        assert [each.id for each in people(read(path))] == ["email:a@example.org", "email:b@example.org"]
        assert SOURCE.detect(path) == 0.5
    (box / "c.txt").write_text("x")
    assert SOURCE.detect(box) == 0.0
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04....")
    assert SOURCE.detect(tmp_path / "bad.zip") == 0.0


@pytest.mark.parametrize("count", [100, 40_000])
def test_a_damaged_table_is_read_up_to_the_damage(tmp_path: Path, count: int) -> None:
    rows = [f"{n:09},{n:09}@example.org\n" for n in range(count)]
    whole = gzip.compress(("Name,Email\n" + "".join(rows)).encode())
    path = table(tmp_path, whole[: len(whole) * 2 // 3], "people.csv.gz")
    found = [f"{each.name},{each.id.removeprefix('email:')}\n" for each in read(tmp_path) if isinstance(each, Account)]
    assert 0 < len(found) < len(rows)
    assert found == rows[: len(found)]
    (damage,) = [each for each in read(tmp_path) if isinstance(each, Problem)]
    assert damage.where == str(path)
    assert damage.why.startswith("nothing is read from here on: ")
    path.write_bytes(whole[:40])
    for place in (path, tmp_path):
        with pytest.raises(UnreadableError, match="damaged"):
            read(place)


def test_reading_goes_on_from_any_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.kit.checkpoints.STEP", 2)
    rows = [f'2024-03-05,1,{n % 3 + 2},{n // 3},"two\nlines"\n' for n in range(20)]
    for name in ("a.csv", "b.csv"):
        table(tmp_path, "date,from,to,id,title\n" + "".join(rows), name)
    options = {"network": "x", "kind": "message"}
    records = read(tmp_path, **options)
    checkpoints = [place for place, record in enumerate(records) if isinstance(record, Checkpoint)]
    assert len(checkpoints) > 4
    for place in checkpoints:
        checkpoint = records[place]
        assert isinstance(checkpoint, Checkpoint)
        rest = [record for record in records[place:] if isinstance(record, Interaction)]
        assert [
            each for each in read(tmp_path, checkpoint.position, **options) if isinstance(each, Interaction)
        ] == rest
    assert len(acts(records)) == 14


# --- guessing and asking ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "mapping"),
    [
        (
            ["Datum", "Uhrzeit", "Von", "An", "Betreff"],
            {"at": "Datum+Uhrzeit", "from": "Von", "to": "An", "title": "Betreff"},
        ),
        (["Fecha", "De", "Para", "Asunto"], {"at": "Fecha", "from": "De", "to": "Para", "title": "Asunto"}),
        (["Дата", "От кого", "Кому", "Тема"], {"at": "Дата", "from": "От кого", "to": "Кому", "title": "Тема"}),
        (["日付", "差出人", "宛先"], {"at": "日付", "from": "差出人", "to": "宛先"}),
        (["Vorname", "Name", "E-Mail"], {"name": "Vorname+Name", "email": "E-Mail", "people": "yes"}),
        (["Nom", "Société"], {"name": "Nom", "org": "Société", "people": "yes"}),
        (["Cognome", "Nome", "Azienda"], {"name": "Nome+Cognome", "org": "Azienda", "people": "yes"}),
        (["Surname"], {"name": "Surname", "people": "yes"}),
        (["Name", "Date", "Type"], {"at": "Date", "kind": "Type"}),
        (["a", "b"], {}),
    ],
)
def test_columns_are_guessed_in_many_languages(header: list[str], mapping: dict[str, str]) -> None:
    assert guess_mapping(header) == mapping


def test_a_column_of_dates_is_found_by_its_cells() -> None:
    rows = [["7", "5 Mar 2024", "x"], ["8", "6 Mar 2024", "y"]]
    assert guess_mapping(["n", "stamp", "to"], rows)["at"] == "stamp"


def test_a_dialogue_asks_until_nothing_is_open(tmp_path: Path) -> None:
    path = table(tmp_path, "Alpha,Beta,Gamma,Delta\na@example.org,b@example.org,2024-03-05,hello\n")
    answers = {"people": "no", "from": "Alpha", "to": "Beta", "title": "Delta"}
    options: dict[str, str] = {}
    asked = []
    while open_questions := questions(path, options):
        question = open_questions[0]
        assert question.text.endswith("?")
        assert question.guess or question.option in answers
        options[question.option] = answers.get(question.option) or question.guess or ""
        asked.append(question.option)
    assert asked == [
        "people",
        "from",
        "to",
        "cc",
        "bcc",
        "at",
        "kind",
        "id",
        "title",
        "url",
        "thread",
        "from-name",
        "to-name",
    ]
    assert options["at"] == "Gamma"
    assert options["kind"] == "message"
    (record,) = acts(list(read(path, **options)))
    assert record.item is not None
    assert record.item.title == "hello"


def test_a_dialogue_about_people(tmp_path: Path) -> None:
    path = table(tmp_path, "Alpha,Mail\nAnn,a@example.org\n")
    (first,) = questions(path, {})
    assert (first.option, first.guess, first.choices) == ("people", "yes", ("yes", "no"))
    asked = {question.option: question.guess for question in questions(path, {"people": "yes"})}
    assert asked == {"name": "-", "email": "Mail", "handle": "-", "url": "-", "org": "-", "job": "-", "list": "-"}
    options = {"people": "yes", "name": "Alpha", **dict.fromkeys(("handle", "url", "org", "job", "list"), "-")}
    assert people(read(path, **options)) == [Account(id="email:a@example.org", name="Ann")]


def test_what_was_guessed_is_told(tmp_path: Path) -> None:
    path = table(tmp_path, "Date;From;To\n5 Mar 2024;Zoë <z@example.org>;b@example.org\n".encode("cp1252"))
    assert explain(path, {}) == [
        f"{path} is read as a table of acts between people: from = 'From', to = 'To', at = 'Date' "
        "(guessed; options change it)",
        "each row is taken for a message (--kind changes it)",
        "its encoding is taken for cp1252 (--encoding changes it)",
        "dates without a time zone are taken for UTC (--timezone changes it)",
    ]
    given_options = {"from": "From", "to": "To", "at": "Date", "kind": "like", "encoding": "cp1252", "timezone": "UTC"}
    assert explain(path, given_options) == []


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=50)
@given(
    data=st.binary(max_size=400),
    head=st.sampled_from([b"", b"Name,Email\n", b"date;from;to\n", b"\xff\xfe", b"sep=|\n"]),
)
def test_any_bytes_give_records_or_a_clear_error(
    data: bytes, head: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.csv"
    path.write_bytes(head + data)
    with suppress(UnreadableError, UsageError):
        read(path)
    assert isinstance(explain(path, {}), list)
