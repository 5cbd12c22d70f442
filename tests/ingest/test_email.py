"""The source `email`: what a mail gives, and what is left out."""

from pathlib import Path

import pytest

from graph.errors import UsageError
from graph.model import Kind, Role
from graph.store.store import Store
from ingest.pull.pull import pull
from ingest.sources import email
from ingest.sources.email.mail import TO_MACHINES, TO_NOBODY, TO_ONESELF
from ingest.sources.email.triage import ANSWERS, DRAFTS, JUNK, LISTS, SENDERS
from tests.ingest.mails import ME, a_mail, acts_in, context, in_box, problems_in, read, skipped_in

# --- what a mail gives -----------------------------------------------------------------------------------------------


def test_from_to_is_a_message_and_from_cc_is_copied(tmp_path: Path) -> None:
    mail = a_mail(
        to="Bob <bob@x.example>, Ann <ANN@lee.example>", more="Cc: carl@x.example, bob@x.example\nBcc: dora@x.example\n"
    )
    message, copied = acts_in(read(in_box(tmp_path, mail)))
    assert (message.kind, message.id) == (Kind.MESSAGE, "email:m1@mail.example#message")
    assert [(each.account.id, each.role) for each in message.to] == [("email:bob@x.example", Role.TO)]
    assert (copied.kind, copied.id) == (Kind.COPIED, "email:m1@mail.example#copied")
    assert [(each.account.id, each.role) for each in copied.to] == [
        ("email:carl@x.example", Role.CC),
        ("email:dora@x.example", Role.BCC),
    ]
    assert message.actor.id == copied.actor.id == "email:ann@lee.example"
    assert message.private
    assert message.excerpt is None
    assert message.item is not None
    assert (message.item.title, message.item.kind) == ("mail 1", "email")


def test_words_are_kept_only_where_they_are_asked_for(tmp_path: Path) -> None:
    box = in_box(tmp_path, a_mail(body="The secret.\n\n> quoted\n"))
    assert [act.excerpt for act in acts_in(read(box))] == [None]
    assert [act.excerpt for act in acts_in(read(box, excerpts=True))] == ["The secret."]


def test_a_thread_is_gmails_or_the_first_reference_or_the_mail_itself(tmp_path: Path) -> None:
    box = in_box(
        tmp_path,
        a_mail(1),
        a_mail(2, more="References: <root@x> <mid@x>\n"),
        a_mail(3, more="References: <root@x>\nIn-Reply-To: <mid@x>\n"),
        a_mail(4, more="In-Reply-To: <mid@x>\n"),
        a_mail(5, more="X-GM-THRID: 17\nIn-Reply-To: <mid@x>\n"),
        a_mail(6, more="X-GM-THRID: nonsense\n"),
    )
    assert [(act.thread, act.parent) for act in acts_in(read(box))] == [
        ("m1@mail.example", None),
        ("root@x", "mid@x"),
        ("root@x", "mid@x"),
        ("mid@x", "mid@x"),
        ("17", "mid@x"),
        ("m6@mail.example", None),
    ]


def test_without_from_the_sender_counts_and_without_both_it_is_a_problem(tmp_path: Path) -> None:
    box = in_box(
        tmp_path,
        a_mail(1, sender="").replace("From: \n", "Sender: bob@x.example\n"),
        a_mail(2, sender="nobody at all"),
    )
    records = read(box)
    assert [act.actor.id for act in acts_in(records)] == ["email:bob@x.example"]
    (problem,) = problems_in(records)
    assert problem.where.startswith(f"{box}/byte ")
    assert problem.where.endswith(" (message m2)")
    assert "From" in problem.why


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("List-Id: <x.y.example>\n", LISTS),
        ("List-Unsubscribe: <https://x.example>\n", LISTS),
        ("Precedence: bulk\n", LISTS),
        ("Precedence: auto_reply\n", ANSWERS),
        ("Auto-Submitted: auto-generated\n", ANSWERS),
        ("X-Autoreply: yes\n", ANSWERS),
        ("Content-Type: multipart/report; report-type=delivery-status\n", ANSWERS),
        ('Content-Type: text/calendar; charset="utf-8"; method="REPLY"\n', ANSWERS),
        ("Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:COUNTER\n", ANSWERS),
        ("X-Gmail-Labels: Spam\n", JUNK),
        ("X-Gmail-Labels: Drafts\n", DRAFTS),
        ("Cc: " + ", ".join(f"p{i}@crowd.example" for i in range(20)) + "\n", "mail to more than 20 addressees"),
        ("Cc: " + ", ".join(f"p{i}@crowd.example" for i in range(200)) + "\n", "mail to more than 20 addressees"),
    ],
)
def test_what_is_no_act_between_people_is_left_out_and_counted(tmp_path: Path, more: str, why: str) -> None:
    box = in_box(tmp_path, a_mail(1, more=more), a_mail(2))
    records = read(box)
    assert [act.id for act in acts_in(records)] == ["email:m2@mail.example#message"]
    assert skipped_in(records) == {why: 1}


@pytest.mark.parametrize(
    "more", ["Auto-Submitted: no\n", "Content-Type: text/calendar; method=REQUEST\n", "Precedence: normal\n"]
)
def test_what_only_looks_automatic_is_kept(tmp_path: Path, more: str) -> None:
    assert len(acts_in(read(in_box(tmp_path, a_mail(more=more))))) == 1


@pytest.mark.parametrize(
    ("sender", "to", "why"),
    [
        ("no-reply@x.example", ME, SENDERS),
        ("ann@lists.x.example", ME, LISTS),
        ("ann@x.example", "noreply@x.example, shop@googlegroups.com", TO_MACHINES),
        ("ann@x.example", "ANN@x.example", TO_ONESELF),
        ("ann@x.example", "undisclosed-recipients:;", TO_NOBODY),
        ("ann@x.example", "Bob", TO_NOBODY),
        ("ann@x.example", "Bob, ann@x.example", TO_NOBODY),
    ],
)
def test_mail_that_no_person_wrote_or_gets_is_left_out(tmp_path: Path, sender: str, to: str, why: str) -> None:
    records = read(in_box(tmp_path, a_mail(1, sender, to)))
    assert acts_in(records) == []
    assert skipped_in(records) == {why: 1}


def test_what_i_sent_is_kept_though_a_mailer_marked_it(tmp_path: Path) -> None:
    mark = "List-Unsubscribe: <https://x.example>\nPrecedence: bulk\n"
    box = in_box(tmp_path, a_mail(1, ME, "bob@x.example", mark), a_mail(2, more=mark))
    assert [act.actor.id for act in acts_in(read(box, me=frozenset({f"email:{ME}"})))] == [f"email:{ME}"]
    assert acts_in(read(box)) == []


def test_what_a_list_sends_back_to_me_or_what_answered_for_me_is_not_kept(tmp_path: Path) -> None:
    box = in_box(
        tmp_path,
        a_mail(1, ME, "bob@x.example", "List-Id: <x.y.example>\n"),
        a_mail(2, ME, "bob@x.example", "Auto-Submitted: auto-replied\n"),
    )
    assert skipped_in(read(box, me=frozenset({f"email:{ME}"}))) == {LISTS: 1, ANSWERS: 1}


def test_how_many_addressees_are_too_many_is_an_option(tmp_path: Path) -> None:
    box = in_box(tmp_path, a_mail(to="a@x.example, b@x.example, c@x.example"))
    assert skipped_in(read(box, options={"max-addressees": "2"})) == {"mail to more than 2 addressees": 1}
    assert len(acts_in(read(box, options={"max-addressees": "3"}))) == 1
    for wrong in ("0", "-1", "many"):
        with pytest.raises(UsageError, match=wrong):
            read(box, options={"max-addressees": wrong})


@pytest.mark.parametrize(("year", "kept"), [("1970", 0), ("1971", 1), ("2026", 1), ("2106", 0)])
def test_a_date_outside_1971_to_tomorrow_is_a_problem(tmp_path: Path, year: str, kept: int) -> None:
    box = in_box(tmp_path, a_mail().replace("Mon, 2 Mar 2020", f"2 Mar {year}"))
    records = read(box)
    assert (len(acts_in(records)), len(problems_in(records))) == (kept, 1 - kept)


def test_tomorrow_ends_at_its_midnight(tmp_path: Path) -> None:
    mails = [
        a_mail(n).replace("Mon, 2 Mar 2020 10", f"{day} Nov 2026 {hour}") for n, day, hour in ((1, 2, 23), (2, 3, "00"))
    ]
    records = read(in_box(tmp_path, *mails))
    assert [act.id for act in acts_in(records)] == ["email:m1@mail.example#message"]


def test_a_problem_names_no_address(tmp_path: Path) -> None:
    box = in_box(tmp_path, a_mail().replace("2020", "2106").replace("<m1@mail.example>", "<ann@lee.example>"))
    undated = a_mail(2).replace("Date: Mon, 2 Mar 2020", "Date: ann@lee.example")
    (tmp_path / "undated.eml").write_text(undated)
    for path in (box, tmp_path / "undated.eml"):
        (problem,) = problems_in(read(path))
        assert "@" not in problem.where.removeprefix(str(path)) + problem.why


# --- into a store ----------------------------------------------------------------------------------------------------


def test_one_mail_in_inbox_sent_and_all_mail_is_one(store: Store, tmp_path: Path) -> None:
    for folder in ("Inbox", "Sent", "All Mail"):
        in_box(tmp_path, a_mail(1, ME, "b@x.example"), name=f"Mail/{folder}.mbox")
    summary = pull(store, email.SOURCE, [tmp_path / "Mail"], context=context())
    assert (summary.by_kind, summary.new, summary.problem_count) == ({"message": 3}, 1, 0)
    assert store.profiles() == {"me": [f"email:{ME}"]}
