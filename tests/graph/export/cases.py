"""Invented people, ties and answers for the export tests, hostile names and links among them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from shlex import quote
from typing import Any

from hypothesis import strategies as st

from dashboard.words.acts import evidence_title
from dashboard.words.json import encode_answer
from dashboard.words.people import candidate_words
from dashboard.words.program import Program
from graph.answers.answer import (
    Advice,
    Answer,
    Caution,
    CautionKind,
    EngageKind,
    Engagement,
    Evidence,
    Hint,
    HintKind,
    Hop,
    KindCount,
    Near,
    Note,
    NoteKind,
    Opening,
    Path,
    Way,
)
from graph.export.tables import Material, PersonRecord, TieRecord, Words
from graph.model import Account, Closeness, from_micros, to_micros
from graph.people.person import Candidate, Person
from graph.ties.formula import closeness_of

NOON = datetime(2026, 4, 12, 12, 30, tzinfo=UTC)
PLANTED = "plumbago"

HOSTILE_NAMES = (
    "Ann 👩‍👩‍👧 O'Neil 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "שלום עליכם",
    "\u202eevil\u202c \u2067turned\u2069",
    'He said "hi", then; left',
    "two\r\nlines\tand\u2028three",
    "long " + "x" * 10_000,
    '=HYPERLINK("http://evil.example","a")',
    "+49 30 123456",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\u200b=1+1",
    "＝1+1",
    "a;=1+1",
    "nul\x00 bell\x07 \x1b[31mred \x9b31m \ufffe \U0001ffff \ud800 \ufeff",
    "<script>alert(1)</script> & ]]> <!-- &lt; &amp;",
    "[click](javascript:alert(1)) *b* _i_ `c` ~~s~~ | ![x](y) <https://evil.example>",
    "see https://evil.example or www.evil.example or ann@evil.example",
    "# heading",
    "1. list",
    "- item",
    "```",
    "===",
    "end",
    "%%{init: {}}%%",
    '"] --> n0["x',
    "ﬂ°lt¶ß #quot; style a:b#c;",
    "back\\slash\\n; a,b",
    "",
    "   ",
)

UNSAFE_LINKS = (
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//example.org/x",
    "example.org",
    "https://",
    "mailto:",
    "http://[broken",
    "",
)

any_text = st.text(st.characters(exclude_categories=()), max_size=40)
moments = st.integers(min_value=366 * 86_400_000_000, max_value=to_micros(NOON)).map(from_micros)
chances = st.floats(min_value=0, max_value=1, width=32)
counts = st.integers(min_value=0, max_value=2**31 - 1)


def person(id_: str, name: str, *accounts: str) -> Person:
    return Person(id=id_, name=name, accounts=accounts or (id_,))


def hop(
    source: Person,
    target: Person,
    strength: float,
    *evidence: Evidence,
    last: datetime | None = None,
    dormant: bool = False,
) -> Hop:
    return Hop(
        source=source,
        target=target,
        strength=strength,
        closeness=closeness_of(strength),
        dormant=dormant,
        last=last,
        counts=(KindCount(kind="reply", out=3, in_=2), KindCount(kind="mention", out=0, in_=1)),
        evidence=evidence,
    )


def path(*hops: Hop, doubt: str = "") -> Path:
    value = 1.0
    for one in hops:
        value *= one.strength
    return Path(
        people=(hops[0].source, *(one.target for one in hops)),
        strength=round(value, 12),
        weakest=min(one.strength for one in hops),
        hops=hops,
        warnings=(Caution(kind=CautionKind.ONE_KIND, detail=doubt),) if doubt else (),
    )


WORDS = Words(
    path_warnings=lambda path: [caution.detail or "" for caution in path.warnings],
    near=lambda near: near.org or f"{near.target.name} answers them",
    hint=lambda hint: (
        (f"find {hint.person.name}", f"intrograph --as work know {quote(hint.person.name)}")
        if hint.person
        else ("ask", None)
    ),
    engagement=lambda one: f"{one.why}: {one.person.name}",
    note=lambda note: (note.name, None),
    candidate=candidate_words,
    title=evidence_title,
    encode=partial(encode_answer, program=Program(profile="work")),
)
"""Says what a test put into a fact."""

ME = person("email:me@example.org", "Mo Example", "email:me@example.org", "x:1")
RITA = person("x:2", "Rita Okafor")
STAN = person("x:3", "Stan Weiss", "x:3", "web:example.com#stan weiss")


def evidence(source: Person, target: Person, **fields: Any) -> Evidence:
    return replace(Evidence(kind="comment", at=NOON, source=source.id, target=target.id), **fields)


def small_answer() -> Answer:
    """Two ways from me to Stan, one of them direct, and everything else that an answer may hold."""
    public = evidence(
        RITA, STAN, url="https://example.com/post?a=1&b=(2)", title="On [small] business", excerpt="I *agree*, Stan"
    )
    told = evidence(
        ME, RITA, kind="declared", closeness=Closeness.CLOSE, how="from college", said_by="email:me@example.org"
    )
    return Answer(
        asked="Stan",
        as_of=date(2026, 4, 13),
        me=ME,
        target=STAN,
        candidates=(Candidate(id="x:9", name="Stan Other", accounts=("x:9",), match="name", network="x"),),
        paths=(
            path(
                hop(ME, RITA, 0.8125, told, last=NOON),
                hop(RITA, STAN, 0.5, public, last=NOON.replace(day=2)),
                doubt="Rita Okafor → Stan Weiss: one thread only",
            ),
            path(hop(ME, STAN, 0.125, evidence(STAN, ME, at=None, kind="follow"), dormant=True)),
        ),
        openings=(Opening(evidence=evidence(ME, STAN, title="Why not?", url="https://example.com/why"), about=STAN),),
        engage=(
            Engagement(
                person=STAN,
                item="Newest",
                url="https://example.com/new",
                title="Newest",
                at=NOON,
                why=EngageKind.WROTE,
            ),
        ),
        notes=(Note(kind=NoteKind.GUESS, name="one note", people=(RITA,)),),
    )


def empty_answer() -> Answer:
    """No way to Stan, with advice."""
    return Answer(
        asked="Stan",
        as_of=date(2026, 4, 13),
        me=ME,
        target=STAN,
        advice=Advice(
            answered=(
                Near(person=RITA, strength=0.5, target=STAN, way=Way(steps=2, weakest=0.25, people=(ME, STAN, RITA))),
            ),
            nearest=(Near(person=RITA, strength=0.25, target=STAN, org="Example Ltd"),),
            more=(Hint(kind=HintKind.ASK_AROUND, person=person("x:4", "a`b")), Hint(kind=HintKind.NO_TIES)),
        ),
    )


def answer_about(name: str, url: str | None = "https://example.com/x") -> Answer:
    """A way over somebody with that name, whose evidence bears it too, with that link."""
    somebody = person("x:5", name)
    piece = evidence(somebody, ME, title=name, excerpt=name, url=url, said_by=name)
    target = person("x:6", name)
    return Answer(
        asked=name,
        as_of=date(2026, 4, 13),
        me=ME,
        target=target,
        candidates=(Candidate(id="x:7", name=name, accounts=("x:7",), match=name, network="x", org=name),),
        paths=(path(hop(ME, somebody, 0.75, piece), hop(somebody, target, 0.5), doubt=name),),
        openings=(Opening(evidence=piece, about=somebody),),
        engage=(Engagement(person=target, item=name, url=url, title=name, at=NOON, why=EngageKind.WROTE),),
        advice=Advice(
            nearest=(Near(person=somebody, strength=0.1, target=target, org=name),),
            more=(Hint(kind=HintKind.ASK_AROUND, person=target),),
        ),
        notes=(Note(kind=NoteKind.GUESS, name=name),),
    )


def secret_answer() -> Answer:
    """A way whose private evidence, opening and item bear the secret; its public evidence does not."""
    private = evidence(ME, RITA, kind="message", title=f"{PLANTED} plan", excerpt=f"the {PLANTED}", private=True)
    linked = replace(private, url=f"https://example.org/{PLANTED}")
    public = evidence(RITA, STAN, title="seen by all")
    return Answer(
        asked="Stan",
        as_of=date(2026, 4, 13),
        me=ME,
        target=STAN,
        paths=(path(hop(ME, RITA, 0.75, private, linked), hop(RITA, STAN, 0.5, linked, public)),),
        openings=(Opening(evidence=linked, about=STAN),),
        engage=(
            Engagement(person=STAN, item=f"{PLANTED}", url=None, title=f"{PLANTED}", at=NOON, why=EngageKind.WROTE),
        ),
    )


def record(id_: str, name: str, **fields: Any) -> PersonRecord:
    return PersonRecord(id=id_, name=name, accounts=(Account(id=id_, name=name, **fields),))


def tie(source: str, target: str, source_name: str = "", target_name: str = "", **fields: Any) -> TieRecord:
    found = TieRecord(
        source=source,
        target=target,
        source_name=source_name,
        target_name=target_name,
        strength=0.5,
        answers=0.5,
        last=NOON,
        out=3,
        in_=2,
        counts=(KindCount(kind="reply", out=3, in_=2),),
    )
    return replace(found, **fields)


def people_named(names: Iterable[str]) -> list[PersonRecord]:
    return [
        record(f"x:{number}", name, org=name, title=name, handle=name, url=f"https://x.example/{number}")
        for number, name in enumerate(names, start=1)
    ]


def ties_between(people: list[PersonRecord]) -> list[TieRecord]:
    """A ring of ties, both ways round: proven, unproven and undated ones."""
    ties = []
    for number, one in enumerate(people):
        other = people[(number + 1) % len(people)]
        strength = (0.875, 0.0, 0.3125)[number % 3]
        last = None if number % 4 == 0 else NOON.replace(microsecond=number)
        ties.append(
            tie(one.id, other.id, one.name, other.name, strength=strength, answers=strength or 0.0625, last=last)
        )
        ties.append(tie(other.id, one.id, other.name, one.name, strength=0.0, answers=1e-07, out=0, counts=()))
    return ties


def material(
    answer: Answer | None = None, people: Iterable[PersonRecord] = (), ties: Iterable[TieRecord] = ()
) -> Material:
    held, held_people, held_ties = answer or small_answer(), list(people), list(ties)
    return Material(answer=lambda: held, people=lambda: iter(held_people), ties=lambda: iter(held_ties), words=WORDS)
