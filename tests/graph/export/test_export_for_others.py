"""What others may read of exported paths: nothing that is measured of ties, which rests on private acts too."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.words.json import words_for
from dashboard.words.program import Program
from graph.answers.answer import (
    Advice,
    Answer,
    AskedLately,
    Caution,
    CautionKind,
    Hint,
    HintKind,
    Hop,
    KindCount,
    Near,
    Opening,
    Path,
    Way,
)
from graph.export.csv import PATH_COLUMNS
from graph.export.formats import FORMATS, export
from graph.model import Closeness
from tests.graph.export.cases import ME, NOON, PLANTED, RITA, STAN, chances, evidence, material, moments, person

FORMS = list(FORMATS["paths"])
NUMBERED = ["csv", "json", "graphml", "gexf"]
MAIL_DAY, ASKED = datetime(2017, 3, 29, tzinfo=UTC), datetime(2018, 9, 23, tzinfo=UTC)
OUT, IN = 7351, 6173
STRENGTHS = (0.8371, 0.4693)
SAID = re.compile(
    r"\b(?:close|familiar|slight)\b|nothing since|one conversation|a single kind|all of it was told"
    r"|told, not seen|connected, but|only the name|long: "
)
PUBLIC = evidence(RITA, STAN, title="Seen by all", url="https://example.com/seen", excerpt="I agree")
COLLEAGUE = Near(person=RITA, strength=STRENGTHS[1], target=STAN, org="Example Ltd")


def written(form: str, answer: Answer, *, include_private: bool = False) -> str:
    stuff = replace(material(answer), words=words_for(Program()))
    return "".join(export("paths", form, stuff, include_private=include_private))


def private_answer() -> Answer:
    """One way with every fact that private acts alone show, every caution among them; one public act."""
    mail = evidence(ME, RITA, kind="message", at=MAIL_DAY, title=PLANTED, excerpt=PLANTED, private=True)
    told = evidence(ME, RITA, kind="declared", closeness=Closeness.CLOSE, how=PLANTED, private=True)
    cautions = tuple(
        Caution(kind=kind, at=MAIL_DAY, detail="message", person=STAN, count=3)
        for kind in CautionKind
        if kind is not CautionKind.LONG
    )
    hops = tuple(
        Hop(
            source=source,
            target=target,
            strength=strength,
            closeness=closeness,
            dormant=True,
            last=MAIL_DAY,
            counts=(KindCount(kind="message", out=OUT, in_=IN),),
            evidence=proof,
            warnings=cautions,
        )
        for source, target, strength, closeness, proof in (
            (ME, RITA, STRENGTHS[0], Closeness.CLOSE, (mail, told)),
            (RITA, STAN, STRENGTHS[1], Closeness.FAMILIAR, (PUBLIC, replace(mail, source=RITA.id, target=STAN.id))),
        )
    )
    way = Path(
        people=(ME, RITA, STAN),
        strength=0.3928,
        weakest=STRENGTHS[1],
        hops=hops,
        warnings=(Caution(kind=CautionKind.LONG, count=3), *(replace(one, step=1) for one in cautions)),
        asked=ASKED,
        asked_lately=AskedLately(asks=OUT, last=ASKED),
    )
    openings = (Opening(evidence=replace(mail, target=STAN.id), about=STAN),)
    return Answer(asked="Stan", as_of=NOON.date(), me=ME, target=STAN, paths=(way,), openings=openings)


def private_advice() -> Answer:
    """No way; advice with figures, somebody who only wrote mail to the target, and guesses at my accounts."""
    writer = person("x:8", "Olga Brand")
    return Answer(
        asked="Stan",
        as_of=NOON.date(),
        me=ME,
        target=STAN,
        advice=Advice(
            answered=(
                Near(
                    person=RITA,
                    strength=STRENGTHS[0],
                    target=STAN,
                    way=Way(steps=1, weakest=STRENGTHS[1], people=(ME, RITA)),
                ),
            ),
            nearest=(
                COLLEAGUE,
                Near(
                    person=writer,
                    strength=STRENGTHS[0],
                    target=STAN,
                    acts=(KindCount(kind="message", out=OUT, in_=0),),
                    last=MAIL_DAY,
                ),
            ),
            more=(
                Hint(kind=HintKind.MINE, person=person(f"email:{PLANTED}@example.org", "Mo Example")),
                Hint(kind=HintKind.MORE_MINE, count=OUT),
                Hint(kind=HintKind.UNSEEN, person=STAN),
            ),
        ),
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("answer", [private_answer(), private_advice()], ids=["ways", "advice"])
def test_others_read_nothing_that_private_acts_show(form: str, answer: Answer) -> None:
    text = written(form, answer)
    assert "Stan Weiss" in text or not answer.paths
    assert not SAID.search(text)
    for planted in (PLANTED, "2017", "2018-09", str(OUT), str(IN), "0.8371", "0.4693", "0.3928", "Olga"):
        assert planted not in text
    assert not re.search(r"\b0\.\d", text)  # nor what stands in their place


@pytest.mark.parametrize("form", FORMS)
def test_i_read_them_where_i_say_so(form: str) -> None:
    text = written(form, private_answer(), include_private=True)
    assert re.search(r"\bclose\b", text)
    assert re.search(r"\bfamiliar\b", text)
    for planted in ("2017-03-29", "0.4693") if form in NUMBERED else ():
        assert planted in text
    for planted in (str(OUT), str(IN)) if form in {"json", "graphml", "gexf"} else ():
        assert planted in text
    if form in {"csv", "json", "md"}:
        assert {"nothing since", "one conversation", "a single kind", "all of it was told"} <= set(SAID.findall(text))
    if form in {"json", "md"}:
        assert PLANTED in text
        advice = written(form, private_advice(), include_private=True)
        assert f"message × {OUT}" in advice
        assert PLANTED in advice


def test_columns_and_keys_stay_and_are_empty() -> None:
    head, row = written("csv", private_answer()).splitlines()
    assert head == ",".join(PATH_COLUMNS)
    assert row == f"1,,,2,Mo Example → Rita Okafor → Stan Weiss,{ME.id},x:2,,,x:3,,,"

    mine = json.loads(written("json", private_answer(), include_private=True))
    told = json.loads(written("json", private_answer()))
    (path,), (full,) = told["paths"], mine["paths"]
    assert list(told) == list(mine)
    assert list(path) == list(full)
    assert [list(hop) for hop in path["hops"]] == [list(hop) for hop in full["hops"]]
    assert [path[key] for key in ("strength", "weakest", "asked", "asked_lately")] == [None] * 4
    assert path["warnings"] == []
    empty: dict[str, object] = {
        "strength": None,
        "last": None,
        "counts": {},
        "warnings": [],
        "closeness": None,
        "dormant": None,
    }
    assert [{key: hop[key] for key in empty} for hop in path["hops"]] == [empty, empty]
    assert [[one["title"] for one in hop["evidence"]] for hop in path["hops"]] == [[], ["Seen by all"]]

    advice = json.loads(written("json", private_advice()))["advice"]
    rita = {"id": RITA.id, "name": RITA.name}
    way = {"people": [{"id": ME.id, "name": ME.name}, rita], "weakest": None}
    answers = "Stan Weiss answers them"
    assert advice["answered"] == [{"person": rita, "strength": None, "why": answers, "way": way}]
    assert advice["nearest"] == [{"person": rita, "strength": None, "why": "also at Example Ltd"}]
    assert len(advice["more"]) == 1


def test_the_brief_reads_well() -> None:
    assert written("md", private_answer()) == (
        "# How to reach Stan Weiss\n"
        "\n"
        "As of 2026-04-12. One way.\n"
        "\n"
        "## 1. You → Rita Okafor → Stan Weiss\n"
        "\n"
        "Ask **Rita Okafor** to introduce you to **Stan Weiss**.\n"
        "\n"
        "**You → Rita Okafor**\n"
        "\n"
        "- No public evidence.\n"
        "\n"
        "**Rita Okafor → Stan Weiss**\n"
        "\n"
        "- 2026-04-12: Rita Okafor commented, addressing Stan Weiss: "
        "[Seen by all](<https://example.com/seen>) “I agree”\n"
    )


def test_arrows_say_nothing() -> None:
    assert written("mermaid", private_answer()).splitlines()[-2:] == ["  n0 ==> n2", "  n2 ==> n1"]


acts = st.integers(min_value=0, max_value=2**31 - 1)
measured = st.fixed_dictionaries(
    {
        "strength": chances,
        "closeness": st.sampled_from(Closeness),
        "dormant": st.booleans(),
        "last": st.none() | moments,
        "counts": st.lists(st.builds(KindCount, kind=st.just("message"), out=acts, in_=acts), max_size=2).map(tuple),
        "warnings": st.lists(st.builds(Caution, kind=st.just(CautionKind.DORMANT), at=moments), max_size=2).map(tuple),
    }
)


@settings(max_examples=40)
@given(ties=st.tuples(measured, measured), value=chances, asked=st.none() | moments, at=moments, subject=st.text())
def test_whatever_is_private_others_read_the_same(
    ties: tuple[dict[str, object], ...], value: float, asked: datetime | None, at: datetime, subject: str
) -> None:
    plain = private_answer()
    (way,) = plain.paths
    mail = evidence(ME, RITA, kind="message", at=at, title=subject, private=True)
    hops = tuple(
        replace(hop, **tie, evidence=(mail, *(one for one in hop.evidence if not one.private)))  # type: ignore[arg-type]
        for hop, tie in zip(way.hops, ties, strict=True)
    )
    warnings = tuple(one for hop in hops for one in hop.warnings)
    other = replace(way, strength=value, weakest=value, hops=hops, asked=asked, warnings=warnings)
    changed = replace(plain, paths=(other,), openings=(Opening(evidence=mail, about=RITA),))
    for form in FORMS:
        assert written(form, changed) == written(form, plain)
