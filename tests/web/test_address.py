"""The page's address: what it writes it reads again, and what it does not write it refuses in words."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.web.address import Address, list_address, read_address, write_address
from graph.answers.ask import Question
from graph.errors import UsageError
from graph.model import EVIDENCE_KINDS
from graph.store.features import Filters

names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=30)
days = st.dates(date(1971, 1, 2), date(2100, 1, 1))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    since = draw(st.none() | days)
    return Question(
        asked=draw(names),
        max_hops=draw(st.integers(1, 4)),
        avoid=tuple(draw(st.lists(names, max_size=3))),
        via=tuple(draw(st.lists(names, max_size=3))),
        min_strength=draw(st.sampled_from((0.0, 0.3, 0.6))),
        filters=Filters(
            kinds=draw(st.none() | st.frozensets(st.sampled_from(EVIDENCE_KINDS), min_size=1)),
            since=None if since is None else datetime(since.year, since.month, since.day, tzinfo=UTC),
            as_of=draw(st.none() | days),
        ),
    )


@given(question=questions(), way=st.integers(1, 50), step=st.none() | st.integers(1, 4))
def test_what_is_written_is_read_again(question: Question, way: int, step: int | None) -> None:
    address = read_address(write_address(question, way=way, step=step))

    assert address == Address(to=question.asked, way=way, step=step, question=question)


def test_an_organisation_is_asked_for_as_a_whole() -> None:
    question = read_address("?org=The+Harbour+Ledger").question

    assert (question.org, question.asked) == ("The Harbour Ledger", "anybody at The Harbour Ledger")
    assert write_address(question) == "?org=The+Harbour+Ledger"


def test_a_list_is_asked_for_as_a_whole_whatever_it_is_called() -> None:
    question = read_address(write_address(Question(asked="", list="../a&b “c”"))).question
    assert (question.list, question.asked) == ("../a&b “c”", "anybody on the list “../a&b “c””")
    assert list_address("../a&b", ["Noor Hadad"]) == "/lists?list=..%2Fa%26b&left=Noor+Hadad"


@pytest.mark.parametrize(
    ("search", "told"),
    [
        ("?way=0", "way=0, which is not a number from 1"),
        ("?steps=5", "steps=5, which is not a number from 1 to 4"),
        ("?strength=2", "strength=2, which is not a number from 0 to 1"),
        ("?strength=nan", "strength=nan"),
        ("?strength=x", "strength=x"),
        ("?asof=30.4.2009", "which is no day such as 2009-04-30"),
        ("?kinds=gossip", "kinds=gossip, which is no kind of interaction"),
        (f"?{'to=x&' * 200}", "too many parts"),
    ],
)
def test_what_the_page_does_not_write_is_refused_in_words(search: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read_address(search)
