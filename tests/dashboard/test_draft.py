"""A draft cites what its readers saw or may see, is short, and asks so that a no is easy."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.service.drafting import Draft, draft_request
from dashboard.words.draft import OWN, REASON, left_out, told, write_letter
from graph.answers.answer import Evidence
from graph.answers.ask import Question, ask
from graph.model import Item, Kind
from graph.people.person import Person
from graph.records.pack import pack
from graph.store.store import Store
from tests.dashboard.conftest import ANN, ANN_X, BOB, CARA, MIA, NOW, SECRET, ZED, Cli, act
from tests.graph.export.cases import HOSTILE_NAMES, any_text

TURNED = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")  # what breaks or turns a line
NOON = datetime(2026, 4, 12, 12, tzinfo=UTC)
NOOR = Person(id="email:noor@example.org", name="Noor Haddad", accounts=("email:noor@example.org",))
INES = Person(id="forum:ines", name="Ines Okoye")
MARTA = Person(id="forum:marta", name="Marta Quill")
SEEN = Evidence(
    kind="reply", at=NOON, source=INES.id, target=NOOR.id, url="https://forum.example/t/1", title="Opening on Sundays"
)
MINE = Evidence(
    kind="comment",
    at=datetime(2025, 3, 17, tzinfo=UTC),
    source="me",
    target=MARTA.id,
    url="https://ledger.example/regulars",
    title="What the regulars know",
    excerpt="We kept a notebook",
    on_item=True,
)
CHAIN = Draft(people=(NOOR, INES, MARTA), as_of=NOON.date(), seen=(SEEN,), opening=MINE)


def drafts(store: Store, asked: str) -> list[Draft]:
    answer = ask(store, Question(asked=asked), profile="me", today=NOW.date())
    return [draft_request(store, answer, rank) for rank in range(1, len(answer.paths) + 1)]


def written(draft: Draft) -> str:
    letter = write_letter(draft)
    beside = [piece for pair in (*told(draft), *left_out(draft)) for piece in pair]
    return "\n".join([letter.subject, letter.note, letter.forward, draft.mail or "", *beside])


def test_nothing_private_is_in_any_draft(office: Cli) -> None:
    hidden = Item(url=f"https://example.org/{SECRET.replace(' ', '-')}", title=SECRET)
    store = office.open()
    for one, other in ((MIA, ANN), (ANN_X, BOB), (BOB, CARA), (MIA, CARA), (ANN, ZED)):
        for kind, days in ((Kind.MESSAGE, 0.5), (Kind.MEETING, 0.2), (Kind.REPLY, 0.1)):
            marked = kind is Kind.REPLY or days < 0.5  # a mail whose source said nothing of it is one, too
            said = act(kind, one, other, days, item=hidden, excerpt=SECRET, private=marked)
            store.write(pack([said], now=NOW))
    store.refresh()
    store.close()
    noted = ("--note", SECRET)
    for words in (
        ("know", BOB, "--closeness", "close", "--how", SECRET),
        ("know", BOB, "--and", CARA, "--closeness", "close", "--how", SECRET),
        ("log", "call", BOB, "--at", "2020-06-14", *noted, "--title", SECRET),
        ("introduce", "--by", BOB, "--person", ANN, "--to", CARA, "--state", "met", "--at", "2020-06-14", *noted),
        ("protect", ZED),
    ):
        assert office(*words).code == 0

    store = office.open()
    found = [draft for whom in (ANN, BOB, CARA) for draft in drafts(store, whom)]
    store.close()
    text = "\n".join(map(written, found))
    assert len(found) > 4
    assert "x.com" in text  # of what is public something is cited
    assert "On columns" in text
    assert "That you know of Cara and Ann\nfrom your data alone; read it before you send it" in text
    for planted in (SECRET, SECRET.replace(" ", "-"), "Zed", "close,"):
        assert planted not in text


def test_a_request_names_the_chain_and_asks_so_that_a_no_is_easy() -> None:
    letter = write_letter(CHAIN)

    assert letter.subject == "An introduction to Marta Quill?"
    assert letter.note == (
        "Hi Noor,\n\n"
        "Would you ask Ines Okoye whether Ines would introduce me to Marta Quill? I saw the two of you on "
        "forum.example in April, talking about “Opening on Sundays”.\n\n"
        f"{REASON}\n\n"
        "If it suits you, please let Ines ask Marta first. The lines below are for forwarding as they are. If it does "
        "not suit you, a plain no is fine."
    )
    assert letter.forward == (
        "Hello Marta,\n\n"
        f"I commented on your “What the regulars know” on 17 March 2025: “We kept a notebook”. {REASON} "
        "I would be glad to talk with you. A no is fine."
    )
    assert list(told(CHAIN)) == [
        ("Ines replied to Noor, April 2026", "public, on forum.example"),
        ("Your comment of 17 March 2025", "public, on ledger.example"),
    ]
    assert list(told(replace(CHAIN, later=((),))))[1] == ("That you know of Ines and Marta", OWN)


@pytest.mark.parametrize(
    ("draft", "asks"),
    [
        (replace(CHAIN, people=(NOOR, MARTA), seen=()), "If you know Marta Quill, would you introduce me?"),
        (
            replace(CHAIN, seen=()),
            "If you know Ines Okoye, would you ask Ines whether Ines would introduce me to Marta Quill?",
        ),
        (
            replace(CHAIN, people=(NOOR, MARTA), seen=(replace(SEEN, kind="connection", at=None, url=None),)),
            "Would you introduce me to Marta Quill? I think the two of you know each other.",
        ),
    ],
)
def test_nothing_is_claimed_that_no_public_act_shows(draft: Draft, asks: str) -> None:
    assert write_letter(draft).note.split("\n\n")[1] == asks


def test_whom_i_can_write_to_myself_gets_a_note_alone(office: Cli) -> None:
    office("introduce", "--by", BOB, "--person", "me", "--to", CARA, "--at", "2020-06-14", "--state", "accepted")
    store = office.open()
    found = drafts(store, CARA)
    store.close()

    assert len(found) > 1
    for draft in found:  # whichever way is chosen
        assert write_letter(draft).subject == "Following up on Bob’s introduction"
        assert next(told(draft)) == ("That Bob introduced you, 14 June 2020", "Cara took part in it")
        assert write_letter(draft).note == (
            "Hi Cara,\n\nBob Béranger introduced us on 14 June. "
            "I commented on your “On columns” on 10 June: “I disagree”.\n\n"
            f"{REASON}\n\nIf it does not suit you, a plain no is fine."
        )
        assert write_letter(draft).forward == ""


@settings(max_examples=60)
@given(names=st.tuples(*[st.sampled_from(HOSTILE_NAMES) | any_text] * 3), title=any_text, own=st.text(max_size=3_000))
def test_hostile_data_is_one_line_and_the_whole_stays_short(names: tuple[str, str, str], title: str, own: str) -> None:
    people = tuple(replace(one, name=name) for one, name in zip(CHAIN.people, names, strict=True))
    seen, opening = replace(SEEN, title=title), replace(MINE, title=title, excerpt=own)
    letter = write_letter(replace(CHAIN, people=people, seen=(seen,), opening=opening))

    lines = f"{letter.subject}\n{letter.note}\n{letter.forward}".split("\n")
    assert len(lines) == 1 + 7 + 3
    assert not any(map(TURNED.search, lines))
    assert max(map(len, lines)) < 700
    assert REASON in lines
    if max(len(one.split()) for one in (*names, title)) < 4:
        assert len(f"{letter.note} {letter.forward}".split()) <= 120


@pytest.mark.parametrize(
    ("account", "mail"),
    [
        ("email:noor@example.org", "noor@example.org"),
        ("email:a@b?bcc=evil@x", None),
        ("email:a,evil@example.org", None),
        ("email:a@example.org?subject=hi", None),
        ("x:12", None),
    ],
)
def test_a_mail_begins_to_an_address_only(office: Cli, account: str, mail: str | None) -> None:
    store = office.open()
    answer = ask(store, Question(asked=CARA), profile="me", today=NOW.date())
    way = answer.paths[0]
    people = (way.people[0], replace(way.people[1], accounts=(account,)), *way.people[2:])
    draft = draft_request(store, replace(answer, paths=(replace(way, people=people),)), 1)
    store.close()

    assert draft.mail == mail
