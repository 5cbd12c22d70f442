"""Whoever bears my name is asked about, so that I am not offered as my own introducer; and whoever is forgotten."""

from collections.abc import Callable

from graph.model import Account, SameAs
from graph.records.pack import pack
from tests.dashboard.conftest import MIA, NOW, Cli

OTHERS = [f"email:mia{number}@example.org" for number in range(5)]


def add(office: Cli, *records: Account | SameAs) -> None:
    store = office.open()
    store.write(pack(records, now=NOW))
    store.refresh()
    store.close()


def more(office: Cli) -> list[str]:
    return [line for line in office("reach", "--json").data["more"] if line.startswith("Is ") or "your name" in line]


def test_who_bears_my_name_is_asked_about_until_it_is_said(office: Cli) -> None:
    assert more(office) == []
    add(office, Account(id=OTHERS[0], name="Mia  MOSS"), Account(id="x:77", name="Mia Mossman"))
    assert more(office) == [f"Is {OTHERS[0]} (Mia MOSS) you too? Then say: intrograph me {OTHERS[0]}"]
    assert office("me", OTHERS[0]).code == 0
    assert more(office) == []


def test_who_is_said_to_be_another_is_not_asked_about(office: Cli) -> None:
    add(office, Account(id=OTHERS[0], name="Mia Moss"), SameAs(a=MIA, b=OTHERS[0], at=NOW, same=False))
    assert more(office) == []


def test_of_many_only_a_few_are_shown(office: Cli) -> None:
    add(office, *(Account(id=other, name="Mia Moss") for other in OTHERS))
    assert len(more(office)) == 4
    assert more(office)[-1] == "2 more bear your name: intrograph people suggest"


def test_a_name_of_one_word_says_nothing(office: Cli) -> None:
    add(office, Account(id=MIA, name="Mia", at=NOW), Account(id=OTHERS[0], name="Mia"))
    assert more(office) == []


# --- of somebody whom I look into or forget --------------------------------------------------------------------------

PARK, OTHER_PARK = "email:steve.park@example.org", "email:steve@example.com"
SAID = f"1 more account bears this name and is not part of this person: {OTHER_PARK}"
MERGE = f"if they are one person: intrograph people merge {PARK} {OTHER_PARK}"


def test_about_names_the_accounts_that_it_leaves_out(office: Cli) -> None:
    shown = office("about", PARK).out
    assert SAID in shown
    assert MERGE in shown
    assert office("about", PARK, "--json").data["namesakes"] == [{"id": OTHER_PARK, "name": "Steve Park"}]
    piped = office("about", PARK, "--export", "-")
    assert SAID in piped.err
    assert OTHER_PARK not in piped.out
    assert office("about", "bob", "--json").data["namesakes"] == []
    assert "this name" not in office("about", "bob").out


def test_forget_names_them_before_it_asks_and_in_the_receipt(office: Cli, tty: Callable[[], None]) -> None:
    refused = office("forget", PARK)
    assert refused.code == 2
    assert refused.err.index(SAID) < refused.err.index("for good?")
    tty()
    asked = office("forget", PARK, stdin="n\n")
    assert asked.err.index(MERGE) < asked.err.index("for good?")
    done = office("forget", PARK, "--yes")
    assert SAID in done.out
    assert f"intrograph forget {OTHER_PARK}" in done.out
    assert "people merge" not in done.out
    assert SAID not in done.err
    assert office("people", "show", OTHER_PARK).code == 0
    assert office("forget", OTHER_PARK, "--yes", "--json").data["namesakes"] == []


def test_forget_says_nothing_of_who_is_joined_or_said_to_be_another(office: Cli) -> None:
    assert office("about", "ann lee", "--json").data["namesakes"] == []  # on X too, joined
    add(office, SameAs(a=PARK, b=OTHER_PARK, at=NOW, same=False))
    assert office("about", PARK, "--json").data["namesakes"] == []
    assert office("forget", PARK, "--yes", "--json").data["namesakes"] == []


def test_of_many_namesakes_a_few_are_named(office: Cli) -> None:
    add(office, *(Account(id=f"x:{number}", name="steve park") for number in range(1001, 1007)))
    shown = office("forget", PARK, "--yes").out
    assert "7 more accounts bear this name and are not part of this person: " in shown
    assert " and 2 more" in shown
