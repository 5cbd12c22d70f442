"""Graphs and interactions to measure with: seeded, heavy-tailed, clustered, in the shape that mail and posts have.

The model is a configuration model in two layers. Each person has an activity drawn from a Pareto law (exponent of the
density about 2.5, as in mail and reply networks; Clauset, Shalizi, Newman 2009) and lives in one group whose size is
heavy-tailed too. Most of a person's links are drawn inside the group, which closes triangles; the rest anywhere,
which makes the world small. Most links hold in both directions; the two strengths are alike but not equal.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.model import Account
from graph.people.names import fold

PARETO_SHAPE = 1.5
INSIDE_GROUP = 0.6
MUTUAL = 0.8
HUB_SHARE = 0.1
GROUP_MEAN = 60.0
LATEST = datetime(2026, 1, 1, tzinfo=UTC)

ACTS_A_PAIR = 5
SEVERAL_ADDRESSEES = 0.05
MEAN_AGE_DAYS = 400.0

LONG_SURNAME = 0.6

_CHUNK = 50_000
_SHARES = {"mention": 0.3, "reply": 0.35, "quote": 0.05, "like": 0.1, "comment": 0.1, "message": 0.1}
_KINDS = tuple(_SHARES)
_POST = '"item":{"url":"https://social.example.org/post/NUMBER","kind":"post"},'
_THREAD = '"thread":"THREAD",'
_RESTS = {
    "mention": _POST + '"excerpt":"Worth a read, and thanks for the pointer (NUMBER).",',
    "reply": _POST + _THREAD + '"excerpt":"Good point; I have seen it the other way round, too (NUMBER).",',
    "quote": _POST + '"excerpt":"This, and the comments below it (NUMBER).",',
    "like": _POST,
    "comment": '"item":{"url":"https://blog.example.org/THREAD","title":"Notes THREAD","kind":"article"},'
    '"excerpt":"I tried this last year and it worked (NUMBER).",',
    "message": _THREAD + '"private":true,',
}
_FIRST = (
    "Ada", "Amir", "Ana", "Aoife", "Bao", "Bela", "Björn", "Carla", "Chidi", "Chloé", "Dario", "Dilek", "Edda",
    "Emeka", "Enzo", "Farah", "Femi", "Fleur", "Goran", "Hana", "Hugo", "Ines", "Ivo", "Jana", "Joon", "Kaito",
    "Karin", "Lea", "Liam", "Lucía", "Mads", "Maja", "Mei", "Milan", "Nadia", "Naveen", "Nora", "Noé", "Olga", "Omar",
    "Oona", "Paolo", "Priya", "Rafael", "Rosa", "Sami", "Sana", "Sofia", "Tariq", "Tess", "Tove", "Uma", "Viktor",
    "Wanda", "Xenia", "Yara", "Yusuf", "Zoë",
)  # fmt: skip
_LAST = (
    "Abara", "Adler", "Akman", "Almeida", "Amato", "Aydin", "Baas", "Bakker", "Banerjee", "Becker", "Berg", "Bianchi",
    "Blom", "Castro", "Chen", "Costa", "Dahl", "Diaz", "Dubois", "Eide", "Eriksen", "Fabre", "Farkas", "Fischer",
    "Fofana", "Garcia", "Gomes", "Haas", "Hahn", "Holm", "Horvat", "Ibarra", "Ito", "Jansen", "Kaya", "Keller",
    "Khan", "Kim", "Kowalski", "Lang", "Larsen", "Lefèvre", "Lind", "Lopez", "Mäkinen", "Marek", "Mensah", "Moreau",
    "Nagy", "Novak", "Okafor", "Olsen", "Ortiz", "Park", "Patel", "Perez", "Petrov", "Popescu", "Quist", "Rao",
    "Ricci", "Rossi", "Sato", "Schmid", "Silva", "Singh", "Sørensen", "Tanaka", "Toth", "Unger", "Vega", "Vos",
    "Weber", "Yilmaz", "Zhang",
)  # fmt: skip
_SYLLABLES = (
    "al", "ar", "ba", "ber", "bo", "bra", "ca", "cor", "da", "del", "din", "dra", "e", "el", "fa", "fer", "gar", "gro",
    "ha", "hol", "i", "jan", "ka", "ker", "kow", "la", "len", "lin", "lo", "ma", "mar", "mei", "mo", "na", "nor", "o",
    "ol", "pa", "per", "pol", "qui", "ra", "ren", "ro", "sa", "sch", "sen", "sö", "ska", "son", "sten", "ta", "ter",
    "to", "tra", "ul", "va", "vel", "vi", "wa", "wei", "ya", "zan", "zim",
)  # fmt: skip
_PLACES = ("Harbour", "Northgate", "Silver", "Aldwych", "Cedar", "Lakeside", "Meridian", "Old Mill", "Polar", "Tide")
_TRADES = (
    "Ledger", "Foundry", "Analytics", "Press", "Logistics", "Studio", "Bakery", "Ventures", "Institute", "Robotics",
    "Clinic", "Energy", "Partners", "Textiles", "Radio",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedTies:
    """A graph as parallel arrays, sorted by source and target, without loops or repeated pairs.

    Attributes:
        size: People; node ids are 0 … size - 1.
        source: int32.
        target: int32.
        strength: float32 in (0, 1].
    """

    size: int
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    strength: NDArray[np.float32]


def generate_ties(size: int, pairs: int, seed: int = 1, inside: float = INSIDE_GROUP) -> GeneratedTies:
    """Draw a graph of `size` people with exactly `pairs` ordered pairs, a share of them `inside` groups.

    Raises:
        ValueError: Where so many pairs do not fit (more than half of all possible ones).
    """
    if size < 2 or pairs > size * (size - 1) // 2:
        raise ValueError(f"{pairs} pairs among {size} people is too dense for this generator; ask for fewer pairs")
    rng = np.random.default_rng(seed)
    keys = _draw_pairs(rng, size, pairs, inside)
    source = (keys // size).astype(np.int32)
    target = (keys % size).astype(np.int32)
    strength = _draw_strengths(rng, source, target, size)
    return GeneratedTies(size=size, source=source, target=target, strength=strength)


def _draw_pairs(rng: np.random.Generator, size: int, pairs: int, inside: float) -> NDArray[np.int64]:
    """Draw unique ordered pairs as sorted keys source · size + target; what is drawn too much goes at random."""
    activity = _draw_activity(rng, size, pairs / size)
    group = _draw_groups(rng, size)
    keys = np.empty(0, dtype=np.int64)
    while keys.size < pairs:
        links = max(1000, int(1.3 * (pairs - keys.size) / (1.0 + MUTUAL)))
        first, second = _draw_links(rng, activity, group, links, inside)
        mutual = rng.random(first.size) < MUTUAL
        keys = np.concatenate((keys, first * size + second, second[mutual] * size + first[mutual]))
        keys.sort()
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    kept = np.ones(keys.size, dtype=bool)
    kept[rng.choice(keys.size, keys.size - pairs, replace=False, shuffle=False)] = False
    return keys[kept]


def _draw_activity(rng: np.random.Generator, size: int, mean_degree: float) -> NDArray[np.float64]:
    """Draw how active each person is; nobody is meant to have ties with more than HUB_SHARE of all people."""
    activity = rng.pareto(PARETO_SHAPE, size) + 1.0
    capped: NDArray[np.float64] = np.minimum(activity, HUB_SHARE * size * activity.mean() / mean_degree)
    return capped


def _draw_groups(rng: np.random.Generator, size: int) -> NDArray[np.int64]:
    """Give each person the number of a group; sizes are log-normal around GROUP_MEAN."""
    sizes = np.maximum(2, rng.lognormal(np.log(GROUP_MEAN) - 0.5, 1.0, size // 8 + 1)).astype(np.int64)
    member = np.searchsorted(np.cumsum(sizes), np.arange(size), side="right")
    return rng.permutation(member)


def _draw_links(
    rng: np.random.Generator, activity: NDArray[np.float64], group: NDArray[np.int64], links: int, share_inside: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw about `links` unordered links, loops and repeats possible as repeats are merged later; loops are dropped.

    Each person has half-links in proportion to their activity; half-links in random order are joined two by two: those
    inside a group after sorting by group, the others as they come.
    """
    share = activity * (2.0 * links / activity.sum())
    halves = np.floor(share + rng.random(share.size)).astype(np.int64)
    person = np.repeat(np.arange(share.size), halves)
    rng.shuffle(person)
    cut = int(share_inside * person.size)
    inside = person[:cut]
    inside = inside[np.argsort(group[inside], kind="stable")]
    person = np.concatenate((inside, person[cut:]))
    person = person[: person.size // 2 * 2]
    first, second = person[0::2], person[1::2]
    apart = first != second
    return first[apart], second[apart]


def _draw_strengths(
    rng: np.random.Generator, source: NDArray[np.int32], target: NDArray[np.int32], size: int
) -> NDArray[np.float32]:
    """Draw 1 - exp(-h) with a log-normal h: many ties are nearly gone, few are close; both directions are alike.

    The part that both directions share is a hash of the unordered pair turned into a normal number.
    """
    low, high = np.minimum(source, target).astype(np.uint64), np.maximum(source, target).astype(np.uint64)
    mixed = (low * np.uint64(size) + high) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    angle = (mixed >> np.uint64(32)).astype(np.float64) * (2.0 * np.pi / 2.0**32)
    radius = np.sqrt(-2.0 * np.log(((mixed & np.uint64(0xFFFFFFFF)).astype(np.float64) + 1.0) / 2.0**32))
    shared = radius * np.cos(angle)
    own = rng.standard_normal(source.size)
    strength = -np.expm1(-np.exp(-2.0 + 1.5 * shared + 0.5 * own))
    return np.maximum(strength, 1e-6).astype(np.float32)


def write_interactions(path: Path, people: int, interactions: int, seed: int = 1, first_id: int = 0) -> None:
    """Write interactions as canonical JSON lines; see `draw_lines`."""
    with path.open("w", encoding="utf-8") as file:
        for lines in draw_lines(people, interactions, seed, first_id):
            file.write(lines)


def draw_lines(people: int, interactions: int, seed: int = 1, first_id: int = 0) -> Iterator[str]:
    """Yield canonical JSON lines, many at a time, oldest act first.

    The accounts are the same for every seed; who acts towards whom, how often (Pareto) and when (most of it lately)
    is not. Ids count up from `first_id`, so that a second draw can add to a first one.
    """
    rng = np.random.default_rng(seed)
    actor, target, other = _draw_acts(rng, people, interactions, seed)
    kind = rng.choice(len(_SHARES), interactions, p=list(_SHARES.values()))
    seconds = np.sort(rng.exponential(MEAN_AGE_DAYS * 86_400.0, interactions).astype(np.int64) % 300_000_000)[::-1]
    at = np.datetime64(LATEST.replace(tzinfo=None), "s") - seconds
    accounts = [account_json(i) for i in range(people)]
    for start in range(0, interactions, _CHUNK):
        part = slice(start, start + _CHUNK)
        columns = (kind[part], np.datetime_as_string(at[part]), actor[part], target[part], other[part])
        rows = zip(*(column.tolist() for column in columns), strict=True)
        yield "".join([_line(first_id + start + i, accounts, *row) for i, row in enumerate(rows)])


def account_json(person: int) -> str:
    """Write the account of a person, the last brace left out so that a role can be added."""
    first = _FIRST[person * 7 % len(_FIRST)]
    last = _LAST[person // len(_FIRST) % len(_LAST)]
    plain = unicodedata.normalize("NFKD", first + last).encode("ascii", "ignore").decode().lower()
    handle = f"{plain}{person}"
    return (
        f'{{"network":"x","id":"{person + 1_000_000}","handle":"{handle}","name":"{first} {last}",'
        f'"url":"https://social.example.org/{handle}"'
    )


def draw_accounts(people: int, seed: int = 1) -> Iterator[Account]:
    """Yield accounts of as many people, with made-up names: some first names are common, and surnames are many."""
    rng = np.random.default_rng(seed)
    first = (rng.pareto(PARETO_SHAPE, people) * 20).astype(np.int64) % len(_FIRST)
    syllables = rng.integers(0, len(_SYLLABLES), (people, 3)).tolist()
    long = rng.random(people) < LONG_SURNAME
    org = (rng.pareto(PARETO_SHAPE, people) * 100).astype(np.int64) % (len(_PLACES) * len(_TRADES))
    for number, (one, parts, three, work) in enumerate(
        zip(first.tolist(), syllables, long.tolist(), org.tolist(), strict=True)
    ):
        name = f"{_FIRST[one]} {''.join(_SYLLABLES[part] for part in parts[: 3 if three else 2]).capitalize()}"
        place, trade = divmod(work, len(_TRADES))
        yield Account(
            id=f"x:{number + 1_000_000}",
            handle=f"{fold(name).replace(' ', '')}{number}",
            name=name,
            org=f"{_PLACES[place]} {_TRADES[trade]}",
        )


def _draw_acts(
    rng: np.random.Generator, people: int, interactions: int, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Draw who acts towards whom, in random order, and for few of the acts a second addressee (else -1)."""
    pairs = max(1, min(interactions // ACTS_A_PAIR, people * (people - 1) // 4))
    ties = generate_ties(people, pairs, seed)
    often = rng.pareto(PARETO_SHAPE, pairs) + 1.0
    pair = rng.choice(pairs, interactions, p=often / often.sum())
    actor, target = ties.source[pair], ties.target[pair]
    other = ties.target[(pair + 1) % pairs]
    alone = (other == actor) | (other == target) | (rng.random(interactions) >= SEVERAL_ADDRESSEES)
    return actor, target, np.where(alone, np.int32(-1), other)


def _line(number: int, accounts: list[str], kind: int, at: str, actor: int, target: int, other: int) -> str:
    name = _KINDS[kind]
    rest = _RESTS[name].replace("NUMBER", str(number)).replace("THREAD", str(number // 3))
    second = f',{accounts[other]},"role":"cc"}}' if other >= 0 else ""
    return (
        f'{{"type":"interaction","id":"x:{number}#{name}","kind":"{name}","at":"{at}Z","actor":{accounts[actor]}}},'
        f'"to":[{accounts[target]},"role":"to"}}{second}],{rest}'
        f'"source":"generated"}}\n'
    )
