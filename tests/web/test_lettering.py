import pytest

from dashboard.web.lettering import called, fit, initials, measure, safe
from dashboard.words.ways import networks_words
from graph.people.person import Person


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Tomás Birch", "TB"),
        ("Maximiliane von Hohenstein", "MH"),
        ("Þórbergur Þórðarson", "ÞÞ"),
        ("jonas", "J"),
        ("(Ann) Lee", "AL"),
        ("مرتا الكاتبة", "م"),
        ("山田 太郎", "山"),
        ("☃ ☃", "?"),
        ("", "?"),
    ],
)
def test_initials_are_the_first_and_last_of_latin_names_and_one_of_others(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_names_are_cut_to_fit_and_end_in_an_ellipsis() -> None:
    assert fit("Noor Haddad", 13, 100, 2) == ("Noor Haddad",)
    assert fit("Þórbergur Þórðarson", 13, 98, 2) == ("Þórbergur", "Þórðarson")
    first, second = fit("Maximiliane von Hohenstein-Wartburg-Lichtenfels", 13, 120, 2)
    assert first == "Maximiliane von"
    assert second.startswith("Hohenstein-")
    assert second.endswith("…")
    assert fit("Wolfeschlegelsteinhausen", 13, 60, 2)[0].endswith("…")
    assert fit("山田太郎山田太郎", 13, 60, 2) == ("山田太郎", "山田太郎")
    assert fit("The Harbour Ledger", 12, 60, 1)[0].endswith("…")
    assert fit("", 12, 60, 1) == ("",)
    assert all(measure(line, 12) <= 60 for line in fit("The Harbour Ledger of the north", 12, 60, 2))


def test_wide_letters_are_wide_and_marks_take_no_room() -> None:
    assert measure("山田", 10) == 20
    assert measure("e\u0301", 10) == measure("e", 10)
    assert measure("ILL", 10) < measure("OMM", 10)


def test_who_has_no_name_goes_by_an_account() -> None:
    assert called(Person(id="forum:ann", name="\u200e")) == "forum:ann"
    assert safe("a\ufffeb\x00\nc") == "a\ufffdb c"


def test_networks_are_named_once_each() -> None:
    jonas = Person(id="email:j", name="Jonas", accounts=("email:j", "email:k", "forum:j", "linkedin:in/j"))
    assert networks_words(jonas) == "mail, forum, LinkedIn"
