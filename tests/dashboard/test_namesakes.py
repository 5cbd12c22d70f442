"""Whoever bears my name is asked about, so that I am not offered as my own introducer."""

from graph.model import Account, SameAs
from graph.rows import pack
from tests.dashboard.conftest import MIA, NOW, Cli

OTHERS = [f"email:mia{number}@example.org" for number in range(5)]


def add(office: Cli, *records: Account | SameAs) -> None:
    store = office.open()
    store.write(pack(records, now=NOW))
    store.settle()
    store.close()


def more(office: Cli) -> list[str]:
    return [line for line in office("reach", "--json").data["more"] if line.startswith("Is ") or "your name" in line]


def test_who_bears_my_name_is_asked_about_until_it_is_said(office: Cli) -> None:
    assert more(office) == []
    add(office, Account(id=OTHERS[0], name="Mia  MOSS"), Account(id="x:77", name="Mia Mossman"))
    assert more(office) == [f"Is {OTHERS[0]} (Mia MOSS) you too? Then say: `intrograph me {OTHERS[0]}`."]
    assert office("me", OTHERS[0]).code == 0
    assert more(office) == []


def test_who_is_said_to_be_another_is_not_asked_about(office: Cli) -> None:
    add(office, Account(id=OTHERS[0], name="Mia Moss"), SameAs(a=MIA, b=OTHERS[0], at=NOW, same=False))
    assert more(office) == []


def test_of_many_only_a_few_are_shown(office: Cli) -> None:
    add(office, *(Account(id=other, name="Mia Moss") for other in OTHERS))
    assert len(more(office)) == 4
    assert more(office)[-1] == "2 more bear your name: `intrograph people suggest`."


def test_a_name_of_one_word_says_nothing(office: Cli) -> None:
    add(office, Account(id=MIA, name="Mia", at=NOW), Account(id=OTHERS[0], name="Mia"))
    assert more(office) == []
