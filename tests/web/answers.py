"""Ways to draw in tests; everybody here is invented."""

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import strategies as st

from graph.answers.answer import Hop, KindCount, Path
from graph.model import Closeness
from graph.people.person import Person

WORDS = {"c": Closeness.CLOSE, "f": Closeness.FAMILIAR, "s": Closeness.SLIGHT}
LAST = datetime(2009, 4, 15, 9, tzinfo=UTC)


def person(name: str, org: str | None = None, *accounts: str) -> Person:
    """Somebody whose id is a forum account of that name."""
    account = f"forum:{name.lower().replace(' ', '-')}"
    return Person(id=accounts[0] if accounts else account, name=name, org=org, accounts=accounts or (account,))


def way(steps: str, *people: Person) -> Path:
    """A way over people; each step a word of letters: c, f or s, then d for dormant, t for told only."""
    hops = tuple(
        Hop(
            source=source,
            target=target,
            strength=0.5,
            closeness=WORDS[looks[0]],
            dormant="d" in looks,
            last=None if "t" in looks else LAST,
            counts=() if "t" in looks else (KindCount(kind="reply", out=2, in_=1),),
            evidence=(),
        )
        for (source, target), looks in zip(pairwise(people), steps.split(), strict=True)
    )
    return Path(people=people, strength=0.3, weakest=0.5, hops=hops)


YOU = person("You", None, "email:you@example.org")
MARTA = person("Marta Quill", "The Harbour Ledger")
TOMAS = person("Tomás Birch", "Birch & Daughter")
INES = person("Ines Okoye", "Okoye Bakery")
NOOR = person("Noor Haddad", "Lantern Studio")
ELIF = person("Elif Sandström", "Quayside Press")
PRIYA = person("Priya Lund")
OLU = person("Olu Farrow")

FOUR = (
    way("c c c", YOU, TOMAS, INES, MARTA),
    way("c f", YOU, NOOR, MARTA),
    way("fd c", YOU, ELIF, MARTA),
    way("f c c c", YOU, PRIYA, OLU, INES, MARTA),
)

# Any text that Python can hold, lone surrogates, controls and markup among it.
anything = st.text(st.characters(exclude_categories=[]), max_size=60) | st.sampled_from(
    [
        "",
        "<script>alert(1)</script>",
        "\"'&]]>",
        "\u202eabc",
        "مرتا الكاتبة",
        "山田" * 30,
        "A" * 3000,
        "\ufffe\uffff\x00",
    ]
)


@st.composite
def answers(draw: st.DrawFn) -> tuple[Path, ...]:
    """Up to 10 different ways of 1 to 4 steps to one or two targets, over at most 9 people."""
    people = [
        Person(id=f"forum:{number}", name=draw(anything), org=draw(st.none() | anything), accounts=(f"forum:{number}",))
        for number in range(12)
    ]
    you, targets, others = people[0], people[1 : draw(st.integers(2, 3))], people[2:]
    looks = st.sampled_from(["c", "f", "s", "fd", "sd", "ct", "ft", "st"])
    inner = st.lists(st.sampled_from(range(len(others))), max_size=3, unique=True)
    ends = st.tuples(inner.map(tuple), st.sampled_from(range(len(targets))))
    drawn = draw(st.lists(ends, min_size=1, max_size=10, unique=True))
    ways = []
    for between, end in drawn:
        crowd = [you, *(others[one] for one in between if others[one] is not targets[end]), targets[end]]
        ways.append(way(" ".join(draw(looks) for _ in crowd[1:]), *crowd))
    return tuple({tuple(one.id for one in path.people): path for path in ways}.values())
