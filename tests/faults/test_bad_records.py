"""Bad records beside good ones, through the command line: the good are kept, the bad told with their place."""

import json
from pathlib import Path

import pytest

from tests.dashboard.conftest import Cli
from tests.faults.inputs import make_linkedin, make_x_archive

ACT = {"kind": "message", "at": "2015-01-01T00:00:00Z", "actor": "email:ann@example.org", "to": "email:bob@example.org"}


def jsonl(cli: Cli, *lines: object) -> str:
    path = cli.home / "acts.jsonl"
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"\n".join(texts) + b"\n")
    return str(path)


def act(**fields: object) -> dict[str, object]:
    return {**ACT, **fields}


def test_broken_lines_in_the_middle(cli: Cli) -> None:
    broken = (b'{"kind": "message", "at": ', b"\xff\xfe\x00", b"[1, 2]", b'{"kind": "telepathy"}', b"null", b"{}")
    done = cli("ingest", jsonl(cli, act(), *broken, act(at="2015-01-02T00:00:00Z")), "--json").data
    assert (done["new"], done["problem_count"]) == (2, len(broken))
    places = [problem["where"].rpartition(":")[2] for problem in done["problems"]]
    assert sorted(places) == ["2", "3", "4", "5", "6", "7"]


DATES = {
    "1970": ("1970-12-31T23:59:59Z", "Thu, 31 Dec 1970 23:59:59 +0000"),
    "2106": ("2106-02-07T06:28:16Z", "Sun, 07 Feb 2106 06:28:16 +0000"),
    "no date": ("the other day", "the other day"),
    "no such day": ("2015-02-30T00:00:00Z", "Mon, 30 Feb 2015 00:00:00 +0000"),
}


@pytest.mark.parametrize("case", DATES)
def test_bad_dates_are_problems_in_every_format(cli: Cli, case: str) -> None:
    iso, worded = DATES[case]
    table = cli.home / "acts.csv"
    people = "ann@example.org,bob@example.org"
    table.write_text(f"Date,From,To\n2015-03-14,{people}\n{iso},{people}\n2015-03-16,{people}\n", encoding="utf-8")
    box = cli.home / "box.mbox"
    mail = "From - Sat Mar 14 10:00:00 2015\nFrom: ann@example.org\nTo: bob@example.org\n"
    mail += "Date: {}\nMessage-ID: <{}@example.org>\n\nHi\n\n"
    good = "Sat, 14 Mar 2015 10:00:00 +0000"
    box.write_text("".join(mail.format(date, n) for n, date in enumerate((good, worded, good))), encoding="utf-8")
    for file in (jsonl(cli, act(), act(at=iso), act(at="2015-01-02T00:00:00Z")), str(table), str(box)):
        done = cli("ingest", file, "--json").data
        if file == str(box) and case not in ("1970", "2106"):
            assert (done["new"], done["problem_count"]) == (3, 0)  # the box says when it came, too
            continue
        assert (done["new"], done["problem_count"]) == (2, 1), (file, done)
        if case in ("1970", "2106"):
            assert "1971" in done["problems"][0]["why"], done
            assert "tomorrow" in done["problems"][0]["why"], done


NAMES = {
    "right to left": ("דוד בן־גוריון", "דוד בן־גוריון"),
    "arabic": ("فاطمة الزهراء", "فاطمة الزهراء"),
    "emoji": ("Zoë 👩‍👩‍👧 🌻", "zoe"),
    "nul": ("Nul\x00bert Nix", "Nulbert Nix"),
    "lone surrogate": ("Sur\ud800rogate Sam", "rogate Sam"),
    "escape": ("Esc\x1b[31mape Eve", "Eve"),
    "reversed": ("Rev\u202eesrever Rita", "Rita"),
}


@pytest.mark.parametrize("case", NAMES)
def test_names_in_every_script_are_found_again_and_printed_safely(cli: Cli, case: str) -> None:
    name, asked = NAMES[case]
    to = {"network": "email", "id": "them@example.org", "name": name}
    assert cli("ingest", jsonl(cli, act(to=to), act(actor=to, to=ACT["actor"]))).code == 0
    assert cli("me", "ann@example.org").code == 0
    for done in (cli("people", "search", asked), cli("ask", asked), cli("ask", "them@example.org")):
        assert done.code == 0, done.err
        shown = done.out + done.err
        assert not {"\0", "\x1b", "\u202e", "\ud800"} & set(shown)
        shown.encode("utf-8")
    assert "them@example.org" in cli("people", "search", asked).out
    for form in ("csv", "json"):
        export = cli("export", "people", "--format", form, "-o", "-")
        assert export.code == 0, export.err
        assert "them@example.org" in export.out


def test_lines_of_10_mb(cli: Cli) -> None:
    huge = "x" * (10 << 20)
    table = cli.home / "acts.csv"
    people = "ann@example.org,bob@example.org"
    rows = f"2015-03-13,{people},Hi\n" * 20 + f"2015-03-14,{people},{huge}\n2015-03-15,{people},Hi\n"
    table.write_text(f"Date,From,To,Subject\n{rows}", encoding="utf-8")
    for file in (jsonl(cli, act(excerpt=huge), act(at="2015-01-02T00:00:00Z")), str(table)):
        done = cli("ingest", file, "--json").data
        assert done["new"] + done["problem_count"] in (2, 3), done
        assert done["new"] >= 2
    assert max(len(line) for line in cli("jobs").out.splitlines()) < 1_000


def test_the_same_id_with_other_content(cli: Cli) -> None:
    one, other = act(id="7", thread="one"), act(id="7", thread="other")
    done = cli("ingest", jsonl(cli, one, other, act(id="8")), "--json").data
    assert (done["new"], done["seen"], done["problem_count"]) == (2, 1, 1)
    assert "7#message" in json.dumps(done["problems"])
    kept = cli("export", "ties", "--format", "csv", "-o", "-").out
    turned = Cli(cli.home / "turned.db", cli.home)
    assert turned("ingest", jsonl(cli, act(id="8"), other, one), "--json").data["problem_count"] == 1
    assert turned("export", "ties", "--format", "csv", "-o", "-").out == kept


@pytest.mark.slow
def test_an_act_to_100_000(cli: Cli) -> None:
    crowd = [f"email:p{number}@example.org" for number in range(100_000)]
    done = cli("ingest", jsonl(cli, act(to=crowd), act(at="2015-01-02T00:00:00Z")), "--json").data
    assert done["new"] == 2
    assert cli("--json").data["accounts"] == len(crowd) + 2
    assert cli("me", "ann@example.org").code == 0
    assert cli("ask", "p99999@example.org").code == 0


def test_contradicting_joins(cli: Cli) -> None:
    at = {"at": "2015-01-01T00:00:00Z"}
    joins = [
        {"type": "same_as", "a": "x:1", "b": "x:2", **at},
        {"type": "same_as", "a": "x:2", "b": "x:3", **at},
        {"type": "same_as", "a": "x:1", "b": "x:3", "same": False, **at},
        {"type": "same_as", "a": "x:4", "b": "x:4", **at},
    ]
    acts = [act(actor="x:1", to=f"x:{number}") for number in (2, 3, 4)]
    done = cli("ingest", jsonl(cli, *joins, *acts), "--quiet")
    assert done.code == 0, done.err
    assert cli("people", "same", "x:1", "x:3").code == 0
    assert "not joined" in cli("doctor").out


# --- whose archive ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["x-archive", "linkedin"])
def test_somebody_else_s_archive_is_asked_about_before_anything_is_written(cli: Cli, source: str) -> None:
    mine, theirs = cli.home / "mine", cli.home / "theirs"
    mine.mkdir()
    theirs.mkdir()
    first, second = _archives(source, mine, theirs)
    assert cli("ingest", str(first), "--quiet").code == 0
    before = (cli("--json").data, cli("export", "people", "--format", "csv", "-o", "-").out)
    me = cli("me", "--json").data["profile_accounts"]
    asked = cli("ingest", str(second), "--quiet")
    assert (asked.code, asked.out) == (2, "")
    question, me_too, another = asked.err.splitlines()
    assert question.endswith("is that you too?")
    assert me_too == f"   if it is you: intrograph ingest {source} --owner me {second}"
    assert another == f"   if it is someone else's: intrograph ingest {source} --owner other {second}"
    assert cli("--json").data["interactions"] == before[0]["interactions"]
    assert cli("export", "people", "--format", "csv", "-o", "-").out == before[1]
    assert cli("ingest", source, str(second), "--owner", "other", "--quiet").code == 0
    assert cli("me", "--json").data["profile_accounts"] == me
    assert cli("ingest", source, str(second), "--owner", "me", "--quiet").code == 0
    assert len(cli("me", "--json").data["profile_accounts"]) > len(me)


def _archives(source: str, mine: Path, theirs: Path) -> tuple[Path, Path]:
    if source == "linkedin":
        return make_linkedin(mine, 20), make_linkedin(theirs, 20, "Otto Olsen")
    return make_x_archive(mine, 20), make_x_archive(theirs, 20, ("901", "otto_olsen"))


# --- who is meant ----------------------------------------------------------------------------------------------------


def test_names_that_mean_several_nobody_or_a_me_unknown(office: Cli) -> None:
    for words, code, why in (
        (("ask", "Steve Park"), 3, "may mean 2 people"),
        (("ask", "Qwertz Uiop"), 3, "nobody here goes by"),
        (("--as", "work", "ask", "cara"), 2, "not known yet"),
        (("people", "merge", "cara", "cara"), 2, "one person already"),
    ):
        done = office(*words)
        assert (done.code, done.out) == (code, ""), done
        assert why in done.err.splitlines()[0]
