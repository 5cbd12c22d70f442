"""Every store answers alike: the same questions, with every option, over the demo and over real mail."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path

import pytest

from benchmarks.enron_jsonl import FOLDER, write_jsonl
from dashboard.demo.strauss import LATER_DAY, run_demo
from dashboard.words.json import encode_answer
from dashboard.words.program import Program
from graph.answers.ask import Question, ask
from graph.export.json import dumps
from graph.model import Account, Introduction, IntroductionState, IntroductionStep, start_of
from graph.records.pack import pack
from graph.store.features import Filters
from graph.store.store import Store
from graph.stores import open_store
from ingest.pull.pull import pull
from ingest.registry import source
from ingest.source import Context
from tests.stores.reference import dump

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
TODAY = NOW.date()
_IN_HALF_A_YEAR = re.compile(r'"at": "2001-(0[6-9]|1[01])').search


def questions(asked: str, others: tuple[str, str], day: date) -> Iterator[Question]:
    """Ask with each option of `ask`."""
    plain = Question(asked=asked, filters=Filters(as_of=day))
    yield plain
    yield replace(plain, k=3)
    yield replace(plain, max_hops=2)
    yield replace(plain, avoid=others[:1])
    yield replace(plain, via=others[1:])
    yield replace(plain, min_strength=0.4)
    # Today's ties are looked for otherwise than those of another day.
    yield from (Question(asked=asked), Question(asked=asked, avoid=others[:1], via=others[1:], max_hops=3, k=3))
    yield replace(plain, filters=Filters(as_of=day, kinds=frozenset({"message", "reply", "declared"})))
    yield replace(plain, filters=Filters(as_of=day, since=datetime(day.year - 1, 6, 1, tzinfo=UTC)))


def answers(store: Store, asked: tuple[str, ...], others: tuple[str, str], day: date) -> list[str]:
    encode = partial(encode_answer, program=Program())
    return [
        dumps(ask(store, question, profile="me", today=TODAY), encode)
        for name in asked
        for question in questions(name, others, day)
    ]


def asked_before(*days: date) -> Introduction:
    """An introduction that the demo's You asked somebody for, ten days before each of these."""
    by, me, to = (Account(id=one) for one in ("forum:tomas-birch", "email:you@example.org", "forum:wim-castellan"))
    steps = (IntroductionStep(state=IntroductionState.ASKED, at=start_of(day - timedelta(days=10))) for day in days)
    return Introduction(by=by, person=me, to=to, steps=tuple(steps), initiator=me)


def fill_with_mail(store: Store, folder: Path) -> None:
    """Bring in the mails of the half year that is asked about: the others would take a server much longer."""
    everything = StringIO()
    write_jsonl(FOLDER, everything)
    lines = folder / "enron.jsonl"
    asked = [one for one in everything.getvalue().splitlines() if '"account"' in one[:20] or _IN_HALF_A_YEAR(one)]
    lines.write_text("\n".join(asked), encoding="utf-8")
    pull(store, source("jsonl"), [lines], context=Context(now=NOW))
    store.set_profile("me", ["email:john.lavorato@enron.example"])


def test_the_demo_is_answered_alike(tmp_path: Path, neo4j_place: str) -> None:
    with closing(open_store(tmp_path / "a.db", now=NOW)) as one, closing(open_store(neo4j_place, now=NOW)) as other:
        for store in (one, other):
            run_demo(store, "me", NOW)
            store.write(pack([asked_before(LATER_DAY, TODAY)], now=NOW))
            store.refresh()
        assert dump(one) == dump(other)
        asked, others = ("Marta Quill", "Steve Strauss", "Ines Okoye"), ("Elif Sandström", "Noor Haddad")
        # Whom one has to ask is one of those who are asked for.
        org = Question(asked="", org="The Harbour Ledger", via=asked[:1])
        encode = partial(encode_answer, program=Program())
        found = [dumps(ask(store, org, profile="me", today=TODAY), encode) for store in (one, other)]
        assert found[0] == found[1]
        told = answers(one, asked, others, LATER_DAY)
        assert told == answers(other, asked, others, LATER_DAY)
        assert any('"asked_lately": {"asks": 1' in one for one in told)


@pytest.mark.skipif(not (FOLDER / "edges.csv.gz").exists(), reason="the Enron set does not lie beside the checkout")
@pytest.mark.slow
def test_real_mail_is_answered_alike(tmp_path: Path, neo4j_place: str) -> None:
    with closing(open_store(tmp_path / "a.db", now=NOW)) as one, closing(open_store(neo4j_place, now=NOW)) as other:
        for store in (one, other):
            fill_with_mail(store, tmp_path)
        asked, others = ("Jeffery Skilling", "Kay Mann", "Rick Buy"), ("Sally Beck", "Louise Kitchen")
        day = date(2001, 10, 1)
        told = answers(one, asked, others, day)
        assert told == answers(other, asked, others, day)
        assert sum(bool(json.loads(answer)["paths"]) for answer in told) > len(told) / 2
