"""JSON lines: every type and field as documented, every edge as a clear problem, both ways of reading alike."""

import gzip
import json
import re
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InvalidRecordError
from graph.model import (
    Account,
    Addressee,
    Checkpoint,
    Closeness,
    Declared,
    Interaction,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Item,
    Kind,
    Member,
    Owner,
    Problem,
    Record,
    Role,
    SameAs,
    Skipped,
)
from ingest.kit.json_reader import ObjectReader
from ingest.kit.json_wire import TYPES, UnknownTypeError
from ingest.kit.json_writer import dumps, to_object
from ingest.kit.streams import read_lines
from ingest.source import Context, UnreadableError
from ingest.sources.jsonl import SOURCE

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = "2009-04-24T09:30:00Z"
READER = ObjectReader(NOW)
DOCS = Path(__file__).parents[2] / "docs" / "jsonl.md"
ACT = {"kind": "reply", "at": "2009-04-24T09:30:00Z", "actor": "x:1", "to": "x:2"}


def read(path: Path, resume: str | None = None) -> list[Record]:
    return list(SOURCE.read(str(path), Context(now=NOW, resume=resume)))


def write(path: Path, *lines: str | bytes) -> Path:
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + b"\n")
    return path


def act(**fields: object) -> str:
    return json.dumps({**ACT, **fields})


def problems(records: list[Record]) -> list[tuple[str, str]]:
    return [(record.where.rpartition("/")[2], record.why) for record in records if isinstance(record, Problem)]


def interaction(**fields: object) -> Interaction:
    record = READER.read(act(**fields).encode())
    assert isinstance(record, Interaction)
    return record


# --- the documented format -------------------------------------------------------------------------------------------


def documented() -> list[str]:
    blocks = re.findall(r"```jsonl\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("line", documented())
def test_every_documented_line_is_read_without_a_problem(line: str, tmp_path: Path) -> None:
    records = read(write(tmp_path / "doc.jsonl", line))
    assert len(records) == 1
    assert not isinstance(records[0], Problem)
    known = json.loads(dumps(records[0]))
    for name in json.loads(line).keys() - {"at", "id", "actor", "to", "account", "accounts", "item", "a", "b", "steps"}:
        if json.loads(line)[name]:
            assert name in known, f"{name} is documented, and lost"


def test_the_documentation_names_every_type_and_field() -> None:
    text = DOCS.read_text(encoding="utf-8")
    everything = [json.loads(line) for line in documented()]
    assert {each.get("type", "interaction") for each in everything} == set(TYPES)
    whole = interaction(
        id=1, item={"url": "u", "title": "t", "kind": "k", "author": "x:1"}, thread=1, parent=1, excerpt="x"
    )
    account = Account(id="x:1", handle="h", name="n", url="u", org="o", title="t", at=NOW)
    for written in (to_object(whole), to_object(whole)["item"], to_object(account)):
        assert isinstance(written, dict)
        assert [field for field in written if f"`{field}`" not in text] == []


# --- tolerance and refusals ------------------------------------------------------------------------------------------


def test_numbers_are_ids() -> None:
    record = interaction(id=7, parent=6, thread=5, actor={"network": "x", "id": 1})
    assert (record.id, record.parent, record.thread, record.actor.id) == ("x:7#reply", "6", "5", "x:1")


def test_a_number_over_64_bits_keeps_its_digits() -> None:
    assert interaction(id=123456789012345678901234567890).id == "x:123456789012345678901234567890#reply"


@pytest.mark.parametrize(
    ("id_", "made"),
    [
        ("123", "x:123#reply"),
        ("x:123#reply", "x:123#reply"),
        ("web:example.org/1#reply", "web:example.org/1#reply"),
        ("x:123#quote", "x:x:123#quote#reply"),
        ("https://example.org/a#reply", "x:https://example.org/a#reply#reply"),
        ("  7 ", "x:7#reply"),
        ("", None),
        (None, None),
    ],
)
def test_an_id_of_the_network_is_completed_and_a_whole_one_kept(id_: str | None, made: str | None) -> None:
    assert interaction(id=id_).id == made


@pytest.mark.parametrize(
    ("account", "made"),
    [
        ("email:Ann@Example.org", "email:ann@example.org"),
        ({"id": "bluesky:did:plc:abc"}, "bluesky:did:plc:abc"),
        ({"network": "X", "id": "7"}, "x:7"),
        ({"network": "x", "handle": "@Ann"}, "x:@ann"),
        ({"network": "email", "handle": "ann@example.org"}, "email:ann@example.org"),
        ({"network": "email", "id": "email:ann@example.org"}, "email:ann@example.org"),
        ({"network": "web", "id": "example.org#ann lee"}, "web:example.org#ann lee"),
    ],
)
def test_an_account_is_given_in_any_of_its_forms(account: object, made: str) -> None:
    assert interaction(actor=account).actor.id == made


def test_addressees_are_a_list_or_one() -> None:
    assert [each.account.id for each in interaction(to={"network": "x", "id": 2}).to] == ["x:2"]
    several = interaction(to=["x:2", {"network": "x", "id": "3", "role": "CC"}]).to
    assert [(each.account.id, each.role) for each in several] == [("x:2", Role.TO), ("x:3", Role.CC)]
    assert interaction(to=[], item={"url": "https://example.org", "author": "x:9"}).to == ()


@pytest.mark.parametrize(
    ("at", "read_at"),
    [
        ("2009-04-24T09:30:00Z", datetime(2009, 4, 24, 9, 30, tzinfo=UTC)),
        ("2009-04-24T11:30:00+02:00", datetime(2009, 4, 24, 9, 30, tzinfo=UTC)),
        ("2009-04-24t09:30z", datetime(2009, 4, 24, 9, 30, tzinfo=UTC)),
        ("2009-04-24 09:30:00.250-00:30", datetime(2009, 4, 24, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("1971-01-01T00:00:00Z", datetime(1971, 1, 1, tzinfo=UTC)),
        ("2026-11-02T23:59:59Z", datetime(2026, 11, 2, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_date_has_a_zone(at: str, read_at: datetime) -> None:
    assert interaction(at=at).at == read_at


def test_only_follow_and_connection_may_be_undated() -> None:
    assert interaction(kind="follow", at=None).at is None
    assert interaction(kind="Connection", at=None).kind is Kind.CONNECTION


REFUSED = [
    ({"at": "2009-04-24T09:30:00"}, 'interaction.at: "2009-04-24T09:30:00" has no time zone; add Z for UTC'),
    ({"at": "2009-04-24"}, 'interaction.at: "2009-04-24" is not an instant like "2009-04-24T09:30:00Z"'),
    ({"at": "2009-02-30T00:00:00Z"}, 'interaction.at: "2009-02-30T00:00:00Z" is not an instant'),
    ({"at": 1240565400}, "interaction.at: 1240565400 is not an instant"),
    ({"at": "1970-12-31T23:59:59Z"}, 'interaction.at: "1970-12-31T23:59:59Z" is not between 1971 and tomorrow'),
    ({"at": "2106-02-07T06:28:16Z"}, 'interaction.at: "2106-02-07T06:28:16Z" is not between 1971 and tomorrow'),
    ({"at": "0001-01-01T00:00:00+23:00"}, '+23:00" is not between 1971 and tomorrow'),
    ({"at": None}, "interaction.at: is missing; only connection and follow may be undated"),
    ({"kind": "hug"}, 'interaction.kind: "hug" is not one of mention, reply'),
    ({"kind": None}, "interaction.kind: is missing; it must be one of mention"),
    ({"kind": 3}, "interaction.kind: 3 is not one of"),
    ({"actor": None}, "interaction.actor: is missing; it must be an object"),
    ({"actor": 7}, "interaction.actor: 7 is not an object"),
    ({"actor": "ann"}, 'interaction.actor: "ann" is not an account like "email:ann@example.org"'),
    ({"actor": {"network": "x"}}, "interaction.actor.id: is missing; it must be the network's own id"),
    ({"actor": {"network": "x", "id": 1.5}}, "interaction.actor.id: 1.5 is not a text or a whole number"),
    ({"actor": {"network": "x", "id": True}}, "interaction.actor.id: true is not a text or a whole number"),
    ({"actor": {"network": "x y", "id": "1"}}, "interaction.actor: network 'x y' is not a name of letters"),
    ({"actor": {"network": "x", "id": "1", "name": ["Ann"]}}, 'interaction.actor.name: ["Ann"] is not a text'),
    ({"to": None}, "interaction.to: is missing; it must be whom the act is addressed to"),
    ({"to": 5}, "interaction.to: 5 is not a list"),
    (
        {"to": ["x:2", {"network": "x", "id": "3", "role": "friend"}]},
        'interaction.to[1].role: "friend" is not one of to',
    ),
    ({"item": "https://example.org"}, 'interaction.item: "https://example.org" is not an object'),
    ({"private": "yes"}, 'interaction.private: "yes" is not true or false'),
    ({"excerpt": "x" * 300, "thread": ["x" * 300]}, 'interaction.thread: ["xxx'),
    ({"type": "member", "list": "A", "account": None}, "member.account: is missing"),
    ({"type": "member", "list": " ", "account": "x:1"}, "member.list: is missing; it must be a text"),
    ({"type": "owner"}, "owner.accounts: is missing"),
    ({"type": "introduction", "by": "x:1", "person": "x:2", "steps": []}, "introduction.steps: is missing"),
    ({"type": "same_as", "a": "x:1", "b": "x:1"}, 'same_as.b: "x:1" is the account in a already'),
    ({"type": "same_as", "a": "x:1", "b": "x:3", "confidence": 2}, "same_as.confidence: 2 is not a number from 0 to 1"),
    ({"type": "same_as", "a": "x:1", "b": "x:3", "at": None}, "same_as.at: is missing"),
    (
        {"type": "declared", "a": "x:1", "b": "x:2", "closeness": "warm"},
        'declared.closeness: "warm" is not one of close',
    ),
    (
        {"type": "declared", "a": "x:1", "b": "x:2", "closeness": "close", "since": "long ago"},
        'declared.since: "long ago" is not a day like "2009-04-24"',
    ),
]


@pytest.mark.parametrize(("fields", "why"), REFUSED)
def test_a_refusal_names_the_field_and_the_value(fields: dict[str, object], why: str) -> None:
    with pytest.raises(InvalidRecordError) as caught:
        READER.read(act(**fields).encode())
    assert why in str(caught.value)
    assert len(str(caught.value)) < 300


def test_an_unknown_type_is_told_once_with_its_count(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"type": "song"}', act(), '{"type": "song"}', '{"type": 5}')
    found = [record for record in read(path) if isinstance(record, Problem)]
    assert [(each.where.rpartition(":")[2], each.count) for each in found] == [("1", 2), ("4", 1)]
    assert found[0].why.startswith('type: "song" is not one of interaction, account, same_as')
    with pytest.raises(UnknownTypeError):
        READER.read(b'{"type": null}')


def test_what_is_no_object_is_told() -> None:
    with pytest.raises(InvalidRecordError, match=r"one JSON object, not \[1, 2\]"):
        READER.read(b"[1, 2]")


# --- files -----------------------------------------------------------------------------------------------------------


def test_good_lines_beside_bad_ones_are_kept(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        b"\xef\xbb\xbf" + act(id=1).encode() + b"\r",
        b"",
        b"  \t\r",
        b'{"kind": "reply", "at": ',
        act(id=2, at="yesterday"),
        b'{"kind": "reply", "excerpt": "caf\xe9"}',
        b"[" * 100_000,
        act(id=3),
    )
    path.write_bytes(path.read_bytes() + act(id=4)[:-9].encode())
    records = read(path)
    assert [record.id for record in records if isinstance(record, Interaction)] == ["x:1#reply", "x:3#reply"]
    found = problems(records)
    assert [where for where, _ in found] == ["a.jsonl:4", "a.jsonl:5", "a.jsonl:6", "a.jsonl:7", "a.jsonl:9"]
    assert found[0][1].startswith("this line is not JSON: Expecting value at column")
    assert found[2][1] == "byte 34 of the line is not UTF-8; save the file as UTF-8"
    assert found[4][1].endswith("; the file seems to be cut off here")


def test_lone_surrogates_and_nuls_do_no_harm(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl", act(excerpt="a\ud800b", thread=["x"]), act(excerpt="nul\0 \u202eright-to-left 🐲")
    )
    bad = write(tmp_path / "b.jsonl", act(excerpt="a\ud800b", item={"title": "\udfff"}))
    assert [each.excerpt for each in read(path) if isinstance(each, Interaction)] == ["nul \u202eright-to-left 🐲"]
    (record,) = read(bad)
    assert isinstance(record, Interaction)
    assert (record.excerpt, record.item) == ("a\ufffdb", Item(title="\ufffd"))


def test_a_line_of_10_mb_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", act(excerpt="x" * 10_000_000), act(id=2))
    assert len(read(path)) == 2
    assert SOURCE.detect(path) >= 0.5


def test_a_line_over_the_limit_is_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", "one", "x" * 100, "a" * 10, "four", "", "y" * 50)
    with path.open("rb") as stream:
        lines = list(read_lines(stream, limit=10))
    assert [(line.number, line.data) for line in lines] == [
        *((1, b"one\n"), (2, None), (3, None)),
        *((4, b"four\n"), (5, b"\n"), (6, None)),
    ]
    assert [line.offset for line in lines] == [4, 105, 116, 121, 122, 173]


@given(
    st.lists(
        st.just(b"\xef\xbb\xbf{}") | st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")), max_size=8
    ),
    st.booleans(),
    st.integers(4, 9),
)
def test_lines_are_those_of_the_text(lines: list[bytes], whole: bool, limit: int) -> None:
    text = b"\n".join(lines) + (b"\n" if whole and lines else b"")
    expected = re.findall(rb"[^\n]*\n|[^\n]+", text)
    found = list(read_lines(BytesIO(text), limit=limit))
    kept = [None if len(line.rstrip(b"\n")) >= limit else line for line in expected]
    if kept and kept[0] is not None:
        kept[0] = kept[0].removeprefix(b"\xef\xbb\xbf")  # a byte order mark is no part of the first line
    assert [line.data for line in found] == kept
    assert [line.number for line in found] == list(range(1, len(expected) + 1))


def test_gzip_folder_and_zip_are_read(tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    write(tmp_path / "box" / "b.ndjson", act(id=2))
    (tmp_path / "box" / "a.jsonl.gz").write_bytes(gzip.compress(act(id=1).encode()))
    write(tmp_path / "box" / "readme.txt", "no")
    with zipfile.ZipFile(tmp_path / "box.zip", "w") as archive:
        for path in (tmp_path / "box").iterdir():
            archive.write(path, path.name)
    for path in (tmp_path / "box", tmp_path / "box.zip"):
        assert [each.id for each in read(path) if isinstance(each, Interaction)] == ["x:1#reply", "x:2#reply"]
        assert SOURCE.detect(path) >= 0.5


def test_one_damaged_file_among_several_is_a_problem(tmp_path: Path) -> None:
    lines = "\n".join(act(id=n) for n in range(5000)).encode()
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines)[:-3000])
    write(tmp_path / "b.jsonl", act(id=9999))
    records = read(tmp_path)
    assert [where for where, _ in problems(records)] == ["a.jsonl.gz"]
    assert 1000 < sum(isinstance(each, Interaction) for each in records) < 5001


def test_an_only_file_that_breaks_off_gives_its_good_part_first(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(act(id=n) for n in range(5000)).encode())[:-3000])
    count = 0
    with pytest.raises(UnreadableError, match=r"a.jsonl.gz is damaged or truncated"):  # noqa: PT012 # after how many?
        for record in SOURCE.read(str(path), Context(now=NOW)):
            count += isinstance(record, Interaction)
    assert count > 1000


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it looks like an empty file; export it again"),
        (b"From,To,Date\n1,2,3\n", r"a CSV file; try the source csv"),
        (b'{\n  "a": 1\n}\n', "one JSON document; write one object a line"),
        (b'[{"kind": "reply"}]', "a JSON array; write one object a line"),
        ('{"kind": "reply"}'.encode("utf-16"), "is text in UTF-16; save it as UTF-8"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=message):
        read(path)


def test_a_folder_without_json_lines_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(UnreadableError, match=r"no file in it ends in \.jsonl or \.ndjson"):
        read(tmp_path)
    assert SOURCE.detect(tmp_path) == 0.0


def test_owners_come_first_wherever_they_stand(tmp_path: Path) -> None:
    lines = [act(id=n, excerpt='an "owner" of sorts') for n in range(3)]
    broken = ['{"type": "owner"}', '{"type": "owner", ']
    path = write(tmp_path / "a.jsonl", *lines, *broken, '{"type": "owner", "accounts": ["x:1"]}', *lines)
    records = read(path)
    assert records[0] == Owner(accounts=(Account(id="x:1"),))
    assert sum(isinstance(record, Owner) for record in records) == 1
    assert len(problems(records)) == 2


def test_an_owner_is_found_across_the_border_of_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.jsonl", act(), '{"type": "owner", "accounts": ["x:1"]}')
    for size in range(1, 40):
        monkeypatch.setattr("ingest.sources.jsonl._BLOCK", size)
        assert isinstance(read(path)[0], Owner)


def test_reading_goes_on_from_any_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.kit.checkpoints.STEP", 3)
    for name in ("a.jsonl", "b.jsonl"):
        write(tmp_path / name, *(act(id=f"{name}{n}") for n in range(7)))
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress("\n".join(act(id=f"c{n}") for n in range(7)).encode()))
    records = read(tmp_path)
    acts = [record for record in records if isinstance(record, Interaction)]
    checkpoints = [(n, record) for n, record in enumerate(records) if isinstance(record, Checkpoint)]
    assert len(acts) == 21
    assert len(checkpoints) == 6
    for place, checkpoint in checkpoints:
        rest = [record for record in records[place:] if isinstance(record, Interaction)]
        again = [record for record in read(tmp_path, checkpoint.position) if isinstance(record, Interaction)]
        assert again == rest


def test_a_line_over_the_limit_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.kit.streams.read_lines.__defaults__", (500,))
    path = write(tmp_path / "a.jsonl", act(id=1), act(id=2, excerpt="x" * 900), act(id=3))
    records = read(path)
    assert problems(records) == [("a.jsonl:2", "the line is longer than 64 MB")]
    assert len(records) == 3


def test_a_resumed_gzip_that_has_become_shorter_has_no_more(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(act().encode()))
    assert read(path, "9 a.jsonl.gz") == []


def test_a_rare_record_that_no_store_takes_is_told_with_its_line(tmp_path: Path) -> None:
    bad = {"type": "introduction", "by": "x:1", "person": "x:1", "to": "x:2", "steps": [{"state": "asked", "at": DAY}]}
    path = write(tmp_path / "a.jsonl", act(id=1), json.dumps(bad))
    (told,) = problems(read(path))
    assert told[0] == "a.jsonl:2"
    assert "these must be three" in told[1]


def test_a_memory_that_is_emptied_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.jsonl", *(act(id=n, actor=f"x:{n % 4}") for n in range(9)))
    before = read(path)
    monkeypatch.setattr("ingest.kit.json_reader._ACCOUNTS_HELD", 2)
    assert read(path) == before


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.sampled_from(
        ["", " ", "a", " a b ", "x:1", "email:Ann@example.org", "12", "x:12#reply", "a#b", "\0", "é" * 300]
    ),
)
DATES = """2009-04-24T09:30:00Z|2009-04-24T09:30:00+02:00|2009-04-24 09:30Z|2009-04-24t09:30:00z|20090424T093000Z|
2009-04-24T24:00:00Z|2009-04-24T09:30:00|1970-01-01T00:00:00Z|2106-02-07T00:00:00Z|2009-W17-5T09:30Z|
2009-04-24T09:30:00.123456789Z||soon"""
dates = st.sampled_from(DATES.replace("\n", "").split("|"))
accounts = st.one_of(
    values,
    st.fixed_dictionaries(
        {
            "network": st.sampled_from(["x", "email", "X", "web"]),
            "id": st.one_of(values, st.sampled_from(["1", "2", "1", 1, True])),
        },
        optional={
            "handle": values,
            "name": values,
            "url": values,
            "org": values,
            "title": values,
            "at": dates,
            "role": values,
        },
    ),
)
acts = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["reply", "follow", "Mention", "hug", "connection"]),
        "at": st.one_of(st.none(), dates, values),
        "actor": st.one_of(st.just("x:1"), accounts),
        "to": st.one_of(st.lists(accounts, max_size=3), accounts),
    },
    optional={
        "type": st.sampled_from(["interaction", "account", "song"]),
        "id": values,
        "item": st.one_of(
            values,
            st.fixed_dictionaries({}, optional={"url": values, "title": values, "kind": values, "author": accounts}),
        ),
        "thread": values,
        "parent": values,
        "excerpt": values,
        "private": values,
        "source": values,
        "extra": values,
    },
)


@settings(max_examples=150)
@given(line=acts)
def test_whatever_a_line_holds_it_is_a_record_or_a_refusal_that_names_a_field(line: dict[str, object]) -> None:
    try:
        record = READER.read(json.dumps(line).encode())
    except InvalidRecordError as error:
        why = str(error)
        assert re.match(r"(interaction|account|type)\b", why)  # either may happen
        return
    assert READER.read(dumps(record).encode()) == record


# --- writing and reading back ----------------------------------------------------------------------------------------

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)
instants = st.datetimes(datetime(1971, 1, 1), datetime(2026, 11, 2), timezones=st.just(UTC))  # noqa: DTZ001 # hypothesis wants naive bounds
maybe = st.one_of(st.none(), words)
some_account = st.builds(
    Account,
    id=st.builds("x:{}".format, st.integers(0, 99)),
    handle=st.one_of(st.none(), words.filter(lambda text: not text.startswith("@"))),
    name=maybe,
    url=maybe,
    org=maybe,
    title=maybe,
    at=st.one_of(st.none(), instants),
)
items = st.builds(Item, url=words, title=maybe, kind=maybe, author=st.one_of(st.none(), some_account))
steps = st.builds(IntroductionStep, state=st.sampled_from(IntroductionState), at=instants, note=maybe, url=maybe)
any_record = st.one_of(
    st.builds(
        Interaction,
        kind=st.sampled_from(Kind),
        at=instants,
        actor=some_account,
        to=st.lists(st.builds(Addressee, account=some_account, role=st.sampled_from(Role)), min_size=1, max_size=3).map(
            tuple
        ),
        item=st.one_of(st.none(), items),
        thread=maybe,
        parent=maybe,
        excerpt=maybe,
        private=st.booleans(),
        source=words,
    ),
    some_account,
    st.builds(
        SameAs,
        a=st.just("x:1"),
        b=st.just("email:ann@example.org"),
        at=instants,
        same=st.booleans(),
        source=words,
        confidence=st.floats(0, 1),
        retracted_at=st.one_of(st.none(), instants),
    ),
    st.builds(
        Declared,
        a=some_account,
        b=some_account,
        closeness=st.sampled_from(Closeness),
        at=instants,
        how=maybe,
        since=st.one_of(st.none(), st.dates(date(1971, 1, 1), date(2026, 1, 1))),
        by=st.one_of(st.none(), some_account),
        source=words,
        id=maybe,
        retracted_at=st.one_of(st.none(), instants),
    ),
    st.builds(
        Introduction,
        by=some_account,
        person=some_account,
        to=some_account,
        steps=st.lists(steps, min_size=1, max_size=3).map(tuple),
        initiator=st.one_of(st.none(), some_account),
        source=words,
        id=maybe,
        retracted_at=st.one_of(st.none(), instants),
    ),
    st.builds(Owner, accounts=st.lists(some_account, min_size=1, max_size=2).map(tuple)),
    st.builds(Member, list=words, account=some_account),
)


@settings(max_examples=150)
@given(any_record)
def test_what_is_written_is_read_back(record: Record) -> None:
    assert READER.read(dumps(record).encode()) == record


def test_notes_on_reading_are_written_too() -> None:
    assert [
        dumps(each)
        for each in (
            Problem(where="a:1", why="b"),
            Skipped(why="c", count=2),
            Checkpoint(position="d", done=0, total=9),
        )
    ] == [
        '{"type": "problem", "where": "a:1", "why": "b", "count": 1}',
        '{"type": "skipped", "why": "c", "count": 2}',
        '{"type": "checkpoint", "position": "d", "done": 0, "total": 9}',
    ]
