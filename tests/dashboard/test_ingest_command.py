"""`ingest`, `jobs`, `sources`: what is read, by what, and what is told when it can't be."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dashboard.cli.console import in_log, on_terminal, silent
from dashboard.words.outcome import progress_words
from ingest.pull.progress import Progress
from ingest.registry import names
from tests.dashboard.conftest import MIA, Cli

FIXTURES = Path(__file__).resolve().parents[1] / "ingest" / "fixtures"
ANN = "ann@example.org"


def lines(cli: Cli, *acts: Mapping[str, object], name: str = "acts.jsonl") -> str:
    file = cli.home / name
    file.write_text("".join(json.dumps(one) + "\n" for one in acts), encoding="utf-8")
    return str(file)


def message(day: int, sender: str = "mia@example.org", to: str = ANN, **fields: object) -> dict[str, object]:
    people = {"actor": {"network": "email", "id": sender}, "to": [{"network": "email", "id": to}]}
    return {"kind": "message", "at": f"2020-06-{day:02}T10:00:00Z", **people, **fields}


# --- reading ---------------------------------------------------------------------------------------------------------


def test_reading_ends_with_new_seen_problems_and_reach(office: Cli) -> None:
    file = lines(office, message(1), message(2, ANN, "mia@example.org"), {"kind": "telepathy"})
    done = office("ingest", file)
    assert done.code == 0, done.err
    first = done.out.splitlines()[0]
    assert first.startswith("jsonl: 2 new, 0 seen before, 1 problem  in ")
    assert "  read     2 message" in done.out
    assert f"problem  {file}:3: " in done.out
    assert "Your reach" in done.out
    assert "jsonl: 0 new, 2 seen before, 1 problem" in office("add", file).out


def test_the_data_are_the_documented_ones(office: Cli) -> None:
    data = office("ingest", "jsonl", lines(office, message(1), {"kind": "telepathy"}), "--json").data
    assert list(data)[:7] == ["source", "new", "seen", "by_kind", "problems", "reach", "seconds"]
    assert (data["source"], data["new"], data["seen"], data["by_kind"]) == ("jsonl", 1, 0, {"message": 1})
    (problem,) = data["problems"]
    assert set(problem) == {"where", "why"}
    assert data["reach"]["contacts"] == 1
    assert data["seconds"] >= 0


def test_reach_is_empty_and_the_next_step_told_while_i_am_unknown(cli: Cli) -> None:
    file = lines(cli, message(1))
    assert cli("ingest", file, "--json").data["reach"] == {}
    assert "say who you are, then ask: intrograph --as work me" in cli("--as", "work", "ingest", file).out


def test_several_sources_are_found_out_and_summed(office: Cli) -> None:
    shutil.copy(FIXTURES / "email" / "hello.eml", office.home)
    done = office("ingest", lines(office, message(1)), "hello.eml", "--json")
    assert done.data["source"] == "jsonl+email"
    assert done.data["new"] == 3
    assert "jsonl and email: 0 new, 3 seen before" in office("ingest", "acts.jsonl", "hello.eml").out


def test_one_that_can_t_be_read_does_not_stop_the_others(office: Cli) -> None:
    done = office("ingest", "nowhere.mbox", lines(office, message(1)), "--json")
    assert done.data["new"] == 1
    assert "nowhere.mbox" in done.data["problems"][0]["where"]


def test_all_problems_go_to_a_file(office: Cli) -> None:
    file = lines(office, message(1), *({"kind": f"k{number}"} for number in range(9)))
    done = office("ingest", file, "--problems", "problems.txt")
    assert done.out.count("  problem  ") == 5
    assert "  and 4 more: problems.txt" in done.out
    told = (office.home / "problems.txt").read_text(encoding="utf-8").splitlines()
    assert len(told) == 9
    assert told[0].split("\t")[0] == f"{file}:2"
    assert "--problems FILE" in office("ingest", file).out


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [("bad.jsonl", '{"kind": "telepathy"}\n' * 7, 7), ("bad.csv", "Date,From,To\nno,a@example.org,b@example.org\n", 1)],
)
def test_where_every_record_is_broken_that_is_told_as_of_any_run(office: Cli, name: str, text: str, count: int) -> None:
    (office.home / name).write_text(text, encoding="utf-8")
    done = office("ingest", name, "--quiet", "--problems", "problems.txt")
    see = f"   to see what it reads: intrograph sources {name.partition('.')[2]}\n"
    assert (done.code, done.err) == (5, f"Error: not one record could be read.\n{see}")
    assert f"0 new, 0 seen before, {count} problem" in done.out
    assert done.out.count("  problem  ") == min(count, 5)
    assert len((office.home / "problems.txt").read_text(encoding="utf-8").splitlines()) == count
    again = office("ingest", name, "nowhere.mbox", "--json")
    assert (again.code, again.data_of_any()["problem_count"]) == (5, count + 1)
    assert [one["problems"] for one in office("jobs", "--json").data["runs"]] == [count, count]


def test_runs_and_their_problems_are_shown(office: Cli) -> None:
    assert "Nothing was brought in yet" in office("jobs").out
    file = lines(office, message(1), *({"kind": f"k{number}"} for number in range(12)))
    office("ingest", file)
    office("ingest", file)
    done = office("jobs", "--limit", "1")
    assert "15 June 2020 12:00 UTC  jsonl   0    1     12" in done.out
    assert "and 1 older run: --limit 2" in done.out
    assert "and 2 more: --json" in done.out
    data = office("jobs", "--json").data
    assert [(one["new"], one["seen"], one["problems"]) for one in data["runs"]] == [(0, 1, 12), (1, 0, 12)]
    assert len(data["problems"]) == 12


# --- whose, what, where ----------------------------------------------------------------------------------------------


def test_somebody_else_s_archive_is_asked_about(office: Cli) -> None:
    owner = {"type": "owner", "accounts": [{"network": "email", "id": "someone@example.org"}]}
    file = lines(office, owner, message(1, "someone@example.org"))
    done = office("ingest", file)
    assert (done.code, done.out) == (2, "")
    assert "--owner me" in done.err
    assert office("ingest", file, "--owner", "other").code == 0
    assert office("me", "--json").data["profile_accounts"] == [MIA]
    assert office("ingest", file, "--owner", "me").code == 0
    assert office("me", "--json").data["profile_accounts"] == [MIA, "email:someone@example.org"]


def test_a_question_beside_what_was_read_is_told(office: Cli) -> None:
    owner = {"type": "owner", "accounts": [{"network": "email", "id": "someone@example.org"}]}
    good = lines(office, message(1))
    done = office("ingest", "jsonl", good, lines(office, owner, name="other.jsonl"))
    assert done.code == 0
    assert "Answer needed: " in done.err
    assert "--owner me" in done.err


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ((), 2, "what is to be brought in?"),
        (("email",), 2, "what is to be read?"),
        (("emial", "x"), 2, "did you mean email?"),
        (("nowhere.mbox",), 5, "does not exist"),
        (("./empty",), 5, "empty"),
        (("./empty", "nowhere.mbox"), 5, "nowhere.mbox"),
        (("x-archive", "acts.jsonl"), 5, "jsonl"),
        (("linkedin", "hello.eml"), 5, "email"),
        (("wordpress", "acts.jsonl"), 5, "jsonl"),
        (("jsonl", "hello.eml"), 5, "email"),
        (("jsonl", "acts.jsonl", "--email", "x"), 2, "--email is an option of csv"),
        (("acts.jsonl", "--owner", "nobody"), 2, "nobody"),
        (("acts.jsonl", "--problems", "no/such/folder.txt"), 2, "can't be written"),
        (("picture.png",), 5, "looks like"),
    ],
)
def test_what_can_t_be_read_says_what_to_do(office: Cli, words: tuple[str, ...], code: int, why: str) -> None:
    lines(office, message(1))
    shutil.copy(FIXTURES / "email" / "hello.eml", office.home)
    (office.home / "empty").mkdir()
    (office.home / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    done = office("ingest", *words)
    assert done.code == code, done.err
    assert why in done.err
    assert done.out == ""


def test_a_file_called_like_a_source_is_named_by_its_path(office: Cli) -> None:
    Path(lines(office, message(1))).rename(office.home / "email")
    assert office("ingest", "./email", "--json").data["source"] == "jsonl"


def test_interrupted_it_says_that_the_same_command_goes_on(office: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dashboard.service.ingesting.pull", interrupt)
    done = office("ingest", lines(office, message(1)))
    assert (done.code, done.out) == (130, "")
    assert "the same command goes on from there" in done.err
    assert done.err.splitlines()[-1] == "Stopped."


# --- a table's columns -----------------------------------------------------------------------------------------------


def table(cli: Cli) -> str:
    (cli.home / "calls.csv").write_text("von;an;am\nmia@example.org;ann@example.org;2020-06-01\n", encoding="utf-8")
    return str(cli.home / "calls.csv")


def test_columns_are_given_by_options(office: Cli) -> None:
    words = ("--from", "von", "--to", "an", "--at", "am", "--kind", "call")
    done = office("ingest", "csv", table(office), *words, "--json")
    assert done.data["by_kind"] == {"call": 1}
    assert "guessed" in office("ingest", table(office)).err
    assert office("ingest", table(office), "--quiet").err == ""


def test_a_guess_is_shown_and_confirmed_on_a_terminal(office: Cli, tty: Callable[[], None]) -> None:
    tty()
    done = office("ingest", table(office), stdin="y\n")
    assert done.code == 0, done.err
    assert "Read it like this? [Y/n]" in done.err
    assert "1 message" in done.out


def test_a_wrong_guess_is_mended_column_by_column(office: Cli, tty: Callable[[], None]) -> None:
    tty()
    done = office("ingest", table(office), stdin="n\nno\nvon\nan\n\n\nam\ncall\n" + "\n" * 20)
    assert done.code == 0, done.err
    assert "1 call" in done.out
    command = next(line for line in done.err.splitlines() if "The same without questions: " in line)
    words = command.partition("intrograph ")[2].split()
    assert words[:2] == ["ingest", "csv"]
    assert "--kind call" in command


def test_an_answer_that_can_t_be_is_told_and_asked_again(office: Cli, tty: Callable[[], None]) -> None:
    (office.home / "t.csv").write_text("wer;wen;tag\nann@example.org;bob@example.org;2020-06-01\n", encoding="utf-8")
    tty()
    answers = ("perhaps", "n", "me", "", "nonsense", "-", "wen", "", "", "", "telepathy", "call")
    done = office("ingest", "t.csv", stdin="\n".join(answers) + "\n" * 20)
    assert done.code == 0, done.err
    assert "Is each row a person, and not something that people did? [y/n]: " in done.err
    assert "(wer, wen, tag, me): " in done.err
    assert done.err.count("Error: something must say whom it is addressed to; the columns are 'wer', 'wen', 'tag'") == 2
    assert "Error: --to nonsense: there is no column 'nonsense'; the columns are" in done.err
    assert "Error: --kind telepathy: there is no column" in done.err
    assert "ingest csv --from me --to wen" in done.err
    assert "1 call" in done.out


# --- sources ---------------------------------------------------------------------------------------------------------


def test_every_source_says_how_to_get_it(cli: Cli) -> None:
    done = cli("sources")
    for name in names():
        assert f"intrograph ingest {name} {'--search QUERY --dry-run' if name == 'x' else 'PATH'}" in done.out
    data = cli("sources", "--json").data
    assert [one["name"] for one in data] == list(names())
    assert all(one[key] for one in data for key in ("reads", "obtain", "wait", "second_hop"))
    assert "--date-format" in cli("sources", "csv").out
    assert cli("sources", "emial").code == 2
    assert not cli.store.exists()


# --- progress --------------------------------------------------------------------------------------------------------


def test_progress_in_words() -> None:
    at = Progress(
        source="email",
        place="/x/mail.mbox",
        phase="reading",
        read=12_340,
        done=45,
        total=100,
        seconds=2,
        rate=8_000.4,
        left=185,
    )
    assert progress_words(at) == "email: 12,340 acts, 8,000/s, 45 % of mail.mbox, 3 min 5 s left"
    unknown = Progress(
        source="csv", place="a.csv", phase="reading", read=0, done=None, total=None, seconds=0, rate=0, left=None
    )
    assert progress_words(unknown) == "csv: 0 acts, a.csv"
    end = Progress(
        source="csv", place=None, phase="summing up", read=1, done=None, total=None, seconds=0, rate=0, left=None
    )
    assert progress_words(end) == "csv: 1 acts; summing up"


def test_progress_in_a_log_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.0, 5.0, 9.9, 10.0])
    monkeypatch.setattr("dashboard.cli.console.monotonic", lambda: next(clock))
    told: list[str] = []
    show = in_log(told.append)
    for text in "abcd":
        show(text)
    assert told == ["b", "d"]
    silent("x")


def test_progress_on_a_terminal_is_one_changing_line(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w", encoding="utf-8") as stream, on_terminal(stream, colour=False) as show:
        show("email: [bold]1[/bold] acts \x1b[31m")
    assert "\x1b[31m" not in (tmp_path / "out").read_text(encoding="utf-8")


def test_what_is_no_table_is_told_before_anything_is_asked(office: Cli, tty: Callable[[], None]) -> None:
    (office.home / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    tty()
    done = office("ingest", "csv", "picture.png")
    assert (done.code, done.out) == (5, "")
    assert "picture.png" in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_a_folder_with_a_single_export_in_it_is_read(cli: Cli) -> None:
    shutil.make_archive(str(cli.home / "exports" / "archive"), "zip", FIXTURES / "mastodon" / "archive.zip")
    assert cli("ingest", "exports", "--json").data["source"] == "mastodon"


def test_a_folder_of_several_exports_is_read_whole(office: Cli) -> None:
    folder = office.home / "exports"
    folder.mkdir()
    line = '{"kind":"message","at":"2020-01-01T00:00:00Z","actor":"x:1","to":"x:2"}\n'
    (folder / "acts.jsonl").write_text(line, encoding="utf-8")
    (folder / "mail.eml").write_text(
        "From: a@example.org\nTo: b@example.org\nDate: Wed, 1 Jan 2020 10:00:00 +0000\n"
        "Message-ID: <1@example.org>\n\nHi\n",
        encoding="utf-8",
    )
    done = office("ingest", "exports", "--json")
    assert (done.data["new"], set(done.data["source"].split("+"))) == (2, {"jsonl", "email"})


@pytest.mark.parametrize("place", [".", "deeper", "deeper/still"])
def test_an_export_that_is_a_folder_hides_nothing_beside_it(cli: Cli, place: str) -> None:
    folder = cli.home / "exports" / place
    shutil.copytree(FIXTURES / "linkedin" / "Complete_LinkedInDataExport_05-14-2021", folder / "linkedin")
    shutil.copy(FIXTURES / "email" / "hello.eml", folder)
    (folder / "calls.csv").write_text("from,to,at,kind\nme,a@example.org,2020-01-01,call\n", encoding="utf-8")
    done = cli("ingest", "exports", "--json")
    assert done.data["source"] == "csv+email+linkedin"
    shutil.copy(FIXTURES / "email" / "hello.eml", folder / "linkedin")
    assert cli("ingest", str(folder / "linkedin"), "--json").data["source"] == "linkedin+email"


def test_me_in_a_table_is_the_same_whatever_i_am_called_later(cli: Cli) -> None:
    (cli.home / "calls.csv").write_text("from,to,at,kind\nme,a@example.org,2020-01-01,call\n", encoding="utf-8")
    assert cli("ingest", "calls.csv", "--json").data["new"] == 1
    for account in ("x:42", "mia@example.org"):
        assert cli("me", account).code == 0
        data = cli("ingest", "calls.csv", "--json").data
        assert (data["new"], data["seen"], data["reach"]["contacts"]) == (0, 1, 1)
    other = cli("--as", "work", "ingest", "calls.csv", "--json").data
    assert (other["new"], other["reach"]["people"]) == (1, 2)
    assert cli("--as", "work", "me", "--json").data["profile_accounts"] == ["manual:me#work"]


def test_a_table_of_people_is_told_by_what_came(office: Cli) -> None:
    (office.home / "people.csv").write_text("name,email,list\nIda Ray,ida@example.org,press\n", encoding="utf-8")
    first = office("ingest", "csv", "people.csv").out.splitlines()[0]
    assert first.startswith("csv: 1 account")
    assert "read, no acts, 0 problems" in first


def test_who_started_it_may_read_how_far_it_is_as_json(office: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTROGRAPH_PROGRESS", "json")
    owner = {"type": "owner", "accounts": [{"network": "email", "id": "someone@example.org"}]}
    told = office("ingest", lines(office, owner, message(1, "someone@example.org"))).err.splitlines()
    progress, question = json.loads(told[0])["progress"], json.loads(told[-4])["question"]
    assert (progress["source"], progress["place"], progress["phase"]) == ("jsonl", "acts.jsonl", "reading")
    assert (question["source"], question["owner"]) == ("jsonl", True)
