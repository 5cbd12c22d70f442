"""What `exclude` and `keep` took out, and then comes again in the same file: nothing is new, nothing is a problem."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from tests.dashboard.conftest import NOW, Cli
from tests.graph.records import interactions_of


def shared_mail(*to: str, item: Mapping[str, object] | None = None, **fields: str) -> dict[str, object]:
    """A line of jsonl: Mia writes to several."""
    return {
        "kind": "message",
        "at": "2020-06-01T10:00:00Z",
        "actor": {"network": "email", "id": "mia@example.org"},
        "to": [{"network": "email", "id": one} for one in to],
        "item": item,
        "private": True,
        **fields,
    }


LEFT = "noor@harbour.example"
DOC = "doc@clinic.example"
COLUMN = {"url": "https://clinic.example/column", "title": "Sleep", "author": {"network": "email", "id": DOC}}
SHARED = {
    "with an id": [shared_mail(LEFT, DOC, id="m1", thread="t1")],
    "without one": [shared_mail(LEFT, DOC)],
    "in copy": [shared_mail(LEFT) | {"to": [{"network": "email", "id": DOC, "role": "cc"}, {"id": f"email:{LEFT}"}]}],
    "to them alone": [shared_mail(DOC, id="m2")],
    "the same without them": [shared_mail(LEFT, DOC), shared_mail(LEFT)],
    "on what they wrote": [shared_mail(LEFT, id="m3", item=COLUMN)],
    "on what they wrote, to nobody": [shared_mail(item=COLUMN) | {"kind": "comment"}],
    "an answer to them": [
        shared_mail(LEFT, id="m4") | {"actor": {"network": "email", "id": DOC}},
        shared_mail(DOC, LEFT, id="m5", parent="email:m4#message"),
    ],
    "a quote that names them": [shared_mail(LEFT, DOC, id="m6", excerpt=f"ask {DOC}")],
}


@pytest.mark.parametrize("lines", SHARED.values(), ids=SHARED.keys())
def test_what_an_exclusion_removed_from_is_known_when_it_is_read_again(
    office: Cli, lines: list[dict[str, object]]
) -> None:
    file = office.home / "shared.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    assert office("ingest", str(file), "--json").data["new"] == len(lines)
    assert office("exclude", "clinic.example", "--yes").code == 0
    before = content_of(office)
    assert "clinic" not in before
    for _ in range(2):
        data = office("ingest", str(file), "--json").data
        assert (data["new"], data["problems"]) == (0, [])
        assert content_of(office) == before


def test_one_more_exclusion_is_no_conflict_either(office: Cli) -> None:
    file = office.home / "shared.jsonl"
    file.write_text(json.dumps(shared_mail(LEFT, DOC, "jo@school.example", id="m1")), encoding="utf-8")
    assert office("ingest", str(file), "--json").data["new"] == 1
    for what in ("clinic.example", "school.example"):
        assert office("exclude", what, "--yes").code == 0
    before = content_of(office)
    assert office("ingest", str(file), "--json").data["problems"] == []
    assert content_of(office) == before


@pytest.mark.parametrize("read_under_it", [False, True])
@pytest.mark.parametrize("lines", SHARED.values(), ids=SHARED.keys())
def test_what_an_exclusion_removed_from_is_whole_again_once_it_has_ended(
    office: Cli, lines: list[dict[str, object]], read_under_it: bool
) -> None:
    """No conflict is told, nothing stays narrowed, and nothing is held twice."""
    file = office.home / "shared.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    if not read_under_it:
        office("ingest", str(file))
    before = acts_of(office)
    for _ in range(2):
        assert office("exclude", "clinic.example", "--yes").code == 0
        if read_under_it:
            office("ingest", str(file))
            assert "clinic" not in "".join(acts_of(office))
        assert office("exclude", "--remove", "clinic.example").code == 0
        for _ in range(2):
            data = office("ingest", str(file), "--json").data
            assert (data["problems"], sum(data["by_kind"].values())) == ([], len(lines))
        assert data["new"] == 0
        assert not before or acts_of(office) == before
        before = acts_of(office)
        assert len(before) == len(lines)


def test_of_two_exclusions_the_one_that_stands_still_narrows(office: Cli) -> None:
    jo = "jo@school.example"
    file = office.home / "shared.jsonl"
    lines = [shared_mail(LEFT, DOC, jo, id="m1"), shared_mail(LEFT, DOC, jo), shared_mail(LEFT, DOC)]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    office("ingest", str(file))
    for what in ("clinic.example", "school.example"):
        assert office("exclude", what, "--yes").code == 0
    assert office("exclude", "--remove", "clinic.example").code == 0
    for _ in range(2):
        assert office("ingest", str(file), "--json").data["problems"] == []
        held = acts_of(office)
        assert len(held) == 2, "the mails without an id differ by nothing now"
        assert all(DOC in each and jo not in each for each in held)
    assert office("exclude", "--remove", "school.example").code == 0
    assert office("ingest", str(file), "--json").data["problems"] == []
    assert [jo in each for each in sorted(acts_of(office), key=lambda each: jo in each)] == [False, True, True]


def acts_of(cli: Cli) -> list[str]:
    """The acts above that the store holds, as text."""
    store = cli.open()
    try:
        found = [each for each in interactions_of(store) if each.at == datetime(2020, 6, 1, 10, tzinfo=UTC)]
        return [repr((each.id, each.actor.id, [(to.account.id, to.role) for to in each.to])) for each in found]
    finally:
        store.close()


def content_of(cli: Cli) -> str:
    """Everything that the store holds of people and acts, as text."""
    store = cli.open()
    try:
        return repr((list(store.accounts()), interactions_of(store), store.assertions(), store.overview()))
    finally:
        store.close()


# --- keep ------------------------------------------------------------------------------------------------------------


def test_what_is_too_old_is_told_as_left_out_each_time_and_the_summary_adds_up(office: Cli) -> None:
    lines: list[dict[str, object]] = [shared_mail(LEFT, id=f"old{n}", at=f"201{n}-06-01T10:00:00Z") for n in range(3)]
    lines += [lines[0], shared_mail(LEFT, id="new"), shared_mail(LEFT, id="edge", at="2019-06-15T00:00:00Z")]
    lines += [shared_mail(LEFT, id="bad", at="1969-06-01T10:00:00Z")]
    lines += [{**shared_mail(LEFT), "kind": "follow", "at": None}]
    file = office.home / "years.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    assert office("keep", "1y", "--yes").code == 0
    for new in (3, 0):
        data = office("ingest", str(file), "--json").data
        assert (data["new"], data["seen"], data["dropped"]) == (new, 3 - new, 0)
        assert data["skipped"] == {"older than your keep rule": 4}
        assert data["problem_count"] == 1
        assert sum(data["by_kind"].values()) == data["new"] + data["seen"]
    assert office("jobs", "--json").data["runs"][0]["new"] == 0


def test_what_has_become_too_old_is_dropped_and_told(office: Cli) -> None:
    file = office.home / "mail.jsonl"
    file.write_text(json.dumps(shared_mail(LEFT, id="m1", at="2019-06-16T10:00:00Z")), encoding="utf-8")
    assert office("keep", "1y", "--yes").code == 0
    assert office("ingest", str(file), "--json").data["new"] == 1
    later = NOW + timedelta(days=3)
    data = office("ingest", str(file), "--json", now=later).data
    assert (data["new"], data["dropped"], data["skipped"]) == (0, 1, {"older than your keep rule": 1})
    assert office("people", "search", LEFT).code == 3
    assert office("ingest", str(file), "--json", now=later).data["dropped"] == 0
