"""What a Neo4j database holds for those who look at it with its own tools, derived from the rest of it.

`(:Account)-[:OF]->(:Person)`, a profile's people labelled `Me`; between people one relationship a kind of act, from who
did it, `{count, first, last, weight}`; `TIE {strength, cost, day}`; `(:Introduction)` with BY, OF and TO. Of all this
intrograph itself reads what stands between people, to find who is near an ask.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

from graph.model import DECLARED, INTRODUCTION, KINDS, MUTUAL_KINDS, Declared, Introduction, SameAs, start_of, to_micros
from graph.people.identity import Persons, derive_persons
from graph.people.person import choose_name
from graph.records.rare import shown, stands
from graph.records.rows import AccountRow, InteractionRow
from graph.store import books
from graph.store.backend import Transaction
from graph.store.features import DAY
from graph.store.unpacking import make_account
from graph.ties.formula import FORMULA
from graph.ties.introductions import mutual_acts, state_at

TYPES = {
    "mention": "MENTIONS",
    "reply": "REPLIES_TO",
    "quote": "QUOTES",
    "repost": "REPOSTS",
    "like": "LIKES",
    "comment": "COMMENTS_ON",
    "message": "MESSAGES",
    "copied": "COPIES",
    "meeting": "MEETS",
    "call": "CALLS",
    "follow": "FOLLOWS",
    "connection": "CONNECTED_TO",
    "recommendation": "RECOMMENDS",
    INTRODUCTION: "INTRODUCED_TO",
    DECLARED: "KNOWS",
}
"""The relationship between two people that stands for each kind of evidence."""
RECORDS = frozenset((books.PROFILE, *(kind for kind, _ in books.MERGED.values())))
"""The kinds of the documents that it depends on."""
_Pair = tuple[str, str]
_Sum = tuple[str, str, str, int, int | None, int | None, float]
"""Acts of one account towards another: ids, kind, count, micros of the first and the last dated one, weight."""
_HALF_LIFE = FORMULA.half_life_days * DAY
_REFERENCE = 946_684_800_000_000
"""2000: as of when weights are summed up, so that they can be added; over some centuries none overflows."""
_WEIGHT = "sum(CASE WHEN i.at IS NULL THEN 0.0 ELSE 2.0 ^ ((i.at - $reference) / $half_life) / i.share END)"
_FIGURES = f"count(i), min(i.at), max(i.at), {_WEIGHT}"
_MAKE_PERSONS = """
UNWIND $rows AS row MATCH (a:Account {id: row[0]})
MERGE (p:Person {id: row[1]}) SET p.name = row[2], p.accounts = row[3] MERGE (a)-[:OF]->(p)
"""
_NAME = """
UNWIND $rows AS row MATCH (:Account {id: row[0]})-[:OF]->(p:Person)
FOREACH (one IN CASE WHEN p.accounts = 1 THEN [p] ELSE [] END | SET one.name = row[1])
WITH p WHERE p.accounts > 1 RETURN DISTINCT p.id
"""
_DROP_PERSONS = """
UNWIND $rows AS id MATCH (:Account {id: id})-[:OF]->(p:Person) SET p.accounts = p.accounts - 1
WITH p, count(*) AS lost WHERE p.accounts = 0 DETACH DELETE p
"""
_ENDS = "MATCH (:Account {id: row[0]})-[:OF]->(p:Person), (:Account {id: row[1]})-[:OF]->(q:Person) WHERE p <> q"
_ADD = f"""
UNWIND $rows AS row {_ENDS}
MERGE (p)-[r:%s]->(q)
SET r.count = coalesce(r.count, 0) + row[3], r.weight = coalesce(r.weight, 0.0) + row[6],
r.first = CASE WHEN row[4] >= r.first THEN r.first ELSE coalesce(row[4], r.first) END,
r.last = CASE WHEN row[5] <= r.last THEN r.last ELSE coalesce(row[5], r.last) END
"""
_PAIRS = """
UNWIND $rows AS id MATCH (a:Account)-[:SENT]->(:Interaction {id: id})-[:TO]->(b:Account) WHERE a <> b
MATCH (a)-[:OF]->(p), (b)-[:OF]->(q) RETURN DISTINCT a.id, b.id, p.id, q.id
"""
_CLEAR = f"""
UNWIND $rows AS row
MATCH (:Person {{id: row[0]}})-[r:{"|".join(TYPES[kind] for kind in KINDS)}]->(q:Person) WHERE q.id IN row[1] DELETE r
"""
_SUM = f"""
UNWIND $rows AS row
MATCH (:Person {{id: row[0]}})<-[:OF]-(a)-[:SENT]->(i)-[:TO]->(b)-[:OF]->(q) WHERE a <> b AND q.id IN row[1]
RETURN a.id, b.id, i.kind, {_FIGURES}
"""
_SUM_TOUCHING = f"""
MATCH (a:Account)-[:SENT]->(i)-[:TO]->(b:Account) WHERE a.id IN $ids AND a <> b RETURN a.id, b.id, i.kind, {_FIGURES}
UNION ALL
MATCH (b:Account)<-[:TO]-(i)<-[:SENT]-(a:Account) WHERE b.id IN $ids AND NOT a.id IN $ids
RETURN a.id, b.id, i.kind, {_FIGURES}
"""
_ME = """
UNWIND $rows AS row MATCH (:Account {id: row[1]})-[:OF]->(p:Person)
SET p:Me, p.profiles = [name IN coalesce(p.profiles, []) WHERE name <> row[0]] + row[0]
"""
_KNOWS = f"""
UNWIND $rows AS row {_ENDS}
CREATE (p)-[:KNOWS {{closeness: row[2], since: row[3], how: row[4]}}]->(q)
"""
_INTRODUCTIONS = """
UNWIND $rows AS row MATCH (:Account {id: row[1]})-[:OF]->(by), (:Account {id: row[2]})-[:OF]->(person),
(:Account {id: row[3]})-[:OF]->(to)
CREATE (i:Introduction {id: row[0], state: row[4], at: row[5]})
CREATE (i)-[:BY]->(by) CREATE (i)-[:OF]->(person) CREATE (i)-[:TO]->(to)
"""
# What two people did to each other weighs x from p to q, and y back.
_EVIDENCE = """
WITH p, q, r, startNode(r) = p AS out, type(r) = "TIE" AS tie, type(r) IN $mutual AS mutual,
$floors[r.closeness] AS floor,
coalesce($weights[type(r)] * r.weight * 2.0 ^ (($reference - $at) / $half_life), 0.0) AS weight
WITH p, q, coalesce(max(floor), 0.0) AS floor, collect(CASE WHEN tie AND out THEN r END) AS forth,
collect(CASE WHEN tie AND NOT out THEN r END) AS back,
count(CASE WHEN NOT tie AND (mutual OR out) THEN 1 END) * count(CASE WHEN NOT tie AND (mutual OR NOT out) THEN 1 END)
AS proofs, sum(CASE WHEN mutual OR out THEN weight ELSE 0.0 END) AS x,
sum(CASE WHEN mutual OR NOT out THEN weight ELSE 0.0 END) AS y
"""
# As `Formula` has it. Below a millionth 1 - exp(-h) loses digits, and its series is as good. Without types an empty
# database plans to scan all relationships for each row.
_TIE = f"""
UNWIND $rows AS row {_ENDS}
WITH DISTINCT CASE WHEN p.id < q.id THEN [p, q] ELSE [q, p] END AS pair WITH pair[0] AS p, pair[1] AS q
OPTIONAL MATCH (p)-[r:TIE|{"|".join(TYPES.values())}]-(q) {_EVIDENCE}
WITH * WHERE proofs > 0 OR size(forth) + size(back) > 0
UNWIND [[p, q, x, y, forth], [q, p, y, x, back]] AS way
WITH way[0] AS a, way[1] AS b, way[4] AS held, floor, proofs,
CASE WHEN x + y > 0 THEN (1 - $reverse) * 2 * x * y / (x + y) + $reverse * way[3] ELSE 0.0 END AS h
WITH a, b, held, proofs, floor, CASE WHEN h < 1e-6 THEN h - h * h / 2 ELSE 1 - exp(-h) END AS chance
WITH a, b, held, CASE WHEN proofs = 0 THEN 0.0 WHEN floor > chance THEN floor ELSE chance END AS strength
FOREACH (_ IN CASE WHEN strength > 0 AND size(held) = 0 THEN [1] ELSE [] END |
CREATE (a)-[:TIE {{strength: strength, cost: -log(strength), day: $day}}]->(b))
FOREACH (t IN CASE WHEN strength > 0 THEN held ELSE [] END |
SET t.strength = strength, t.cost = -log(strength), t.day = $day)
FOREACH (t IN CASE WHEN strength > 0 THEN [] ELSE held END | DELETE t)
"""
_TIES_OF = f"""
UNWIND $rows AS id MATCH (p:Person {{id: id}})-[r:{"|".join(TYPES.values())}]-(q:Person)
WHERE $among IS NULL OR q.id IN $among {_EVIDENCE}
WITH * WHERE proofs > 0 RETURN p.id, collect([q.id, x, y, floor])
"""
_Read = Callable[..., Iterable[tuple[Any, ...]]]
_Write = Callable[..., list[tuple[Any, ...]]]
_Weighed = tuple[str, str, float, float, float]
"""A proven tie: person ids, what was done there and back, the least chance."""


def weigh_ways(read: _Read, me: str, others: Collection[str], day: date) -> list[_Weighed]:
    """Weigh the ties on ways from me to others, at most four steps long, and those towards the others.

    Two steps are walked from either end, and kept what both come to.

    Args:
        read: Runs a statement.
        me: A person id.
        others: Person ids.
        day: As of when they are weighed.
    """

    def weigh(people: Collection[str], among: Collection[str] | None = None) -> list[_Weighed]:
        """Weigh the ties of people, from each of them, to anybody or to some."""
        rows = read(_TIES_OF, rows=list(set(people)), among=None if among is None else list(among), **_formula(day))
        return [(source, *tie) for source, ties in rows for tie in ties]

    def ends(ties: list[_Weighed]) -> set[str]:
        return {target for _, target, *_ in ties}

    first, last = weigh([me]), weigh(others)
    asked, askers = ends(first), ends(last)
    reached, wanted = {me} | asked, {*others} | askers
    if len(asked) <= len(askers):
        ahead = weigh(asked)
        reached |= ends(ahead)
        behind = weigh(askers, reached)
        wanted |= ends(behind)
    else:
        behind = weigh(askers)
        wanted |= ends(behind)
        ahead = weigh(asked, wanted)
        reached |= ends(ahead)
    ways = {tie[:2]: tie for tie in (*first, *(one for one in ahead if one[1] in wanted))}
    for source, target, out, back, floor in (*last, *(one for one in behind if one[1] in reached)):
        ways.setdefault((target, source), (target, source, back, out, floor))
    return list(ways.values())


class Derived:
    """What one transaction has to bring up to date; `settle` ends it.

    Args:
        transaction: The transaction.
        write: Runs a statement.
        each: Runs a statement over rows, some thousands at a time.
        day: As of which ties are evaluated.
    """

    def __init__(self, transaction: Transaction, write: _Write, each: _Write, day: date) -> None:
        self._transaction = transaction
        self._write = write
        self._each = each
        self._day = day
        self._before: Persons | None = None  # set where rare records change
        self._unnamed: set[str] = set()
        self._touched: set[_Pair] = set()

    def make_persons(self, new: Collection[str], rows: Mapping[str, AccountRow]) -> None:
        """Make a person of each new account, and call people as their accounts say now."""
        names = {id_: choose_name([make_account(id_, row)]) for id_, row in rows.items()}
        self._each(_MAKE_PERSONS, [(id_, id_, names[id_], 1) for id_ in new])
        joined = self._each(_NAME, [(id_, names[id_]) for id_ in names.keys() - set(new)])
        self._unnamed.update(id_ for (id_,) in joined)

    def drop_persons(self, accounts: Collection[str]) -> None:
        """Remove the people who have no other accounts than these, which are about to go."""
        self._each(_DROP_PERSONS, accounts)

    def begin_records(self) -> None:
        """Note that profiles, assertions, declared ties or introductions are about to change."""
        if self._before is None:
            self._before = self._persons()

    def add(self, rows: Iterable[InteractionRow]) -> None:
        """Count interactions that were just written."""
        sums: dict[tuple[str, str, str], list[Any]] = {}
        for row in rows:
            at, kind = row.at or None, KINDS[row.kind].value
            weight = weigh(row.at) / max(row.share, 1) if at else 0.0
            for to, _ in row.to:
                held = sums.setdefault((row.actor, to, kind), [0, at, at, 0.0])
                held[0] += 1
                if at:
                    held[1], held[2] = min(held[1] or at, at), max(held[2] or at, at)
                held[3] += weight
        self._add((*key, *figures) for key, figures in sums.items())

    def pairs_of(self, interactions: Collection[str]) -> list[tuple[str, str, str, str]]:
        """Give who acted towards whom in interactions: accounts, and people."""
        return self._each(_PAIRS, interactions)

    def count_again(self, pairs: Iterable[tuple[str, str, str, str]]) -> None:
        """Count what people did to each other, after some of it was removed."""
        ends: dict[str, set[str]] = {}
        for actor, addressee, source, target in pairs:
            self._touched.add((actor, addressee))
            ends.setdefault(source, set()).add(target)
        rows = [(source, list(targets)) for source, targets in ends.items()]
        self._each(_CLEAR, rows)
        self._add(self._each(_SUM, rows, **_scale()))

    def settle(self) -> None:
        """Bring people, introductions and ties up to date with all that the transaction wrote."""
        if self._before is not None:
            self._regroup(self._before, self._persons())
            self._restate()
        if self._unnamed:
            self._make(self._persons(), self._unnamed)
        touched = {(min(pair), max(pair)) for pair in self._touched}
        self._each(_TIE, touched, **_formula(self._day))

    def _persons(self) -> Persons:
        return derive_persons(map(shown, books.read_records(self._transaction, SameAs)))

    def _make(self, persons: Persons, ids: Collection[str]) -> Collection[str]:
        """Make people of their accounts, and give the ids of these."""
        held = {id_: make_account(id_, row) for id_, row in self._transaction.accounts(_members(persons, ids))}
        groups: dict[str, list[str]] = {}
        for id_ in held:
            groups.setdefault(persons.person_of(id_), []).append(id_)
        names = {person: choose_name([held[id_] for id_ in group]) for person, group in groups.items()}
        rows = [(id_, one, names[one], len(group)) for one, group in groups.items() for id_ in group]
        self._each(_MAKE_PERSONS, rows)
        return held.keys()

    def _regroup(self, before: Persons, after: Persons) -> None:
        """Make anew the people who are others now, and count what they did and what was done to them."""
        accounts = {*before.person_by_account, *after.person_by_account}
        moved = {id_ for id_ in accounts if before.person_of(id_) != after.person_of(id_)}
        people = {persons.person_of(id_) for id_ in moved for persons in (before, after)}
        self._each("UNWIND $rows AS id MATCH (p:Person {id: id}) DETACH DELETE p", people)
        held = self._make(after, people)
        if held:
            self._add(self._write(_SUM_TOUCHING, ids=list(held), **_scale()))

    def _restate(self) -> None:
        """Write anew who is me, and declared ties and introductions: there are few."""
        self._write("MATCH (p:Me) REMOVE p:Me, p.profiles")
        profiles = books.read_profiles(self._transaction)
        self._each(_ME, [(profile, id_) for profile, ids in profiles.items() for id_ in ids])
        pairs = self._write("MATCH (p:Person)-[r:KNOWS|INTRODUCED_TO]->(q:Person) DELETE r RETURN p.id, q.id")
        self._touched.update(pairs)
        self._write("MATCH (i:Introduction) DETACH DELETE i")
        declared = [one for one in books.read_records(self._transaction, Declared) if stands(one)]
        known = list(map(known_row, declared))
        self._touched.update(row[:2] for row in known)
        self._each(_KNOWS, known)
        told = [shown(one) for one in books.read_records(self._transaction, Introduction) if stands(one)]
        acts: list[_Sum] = []
        for one in told:
            mutual = map(to_micros, mutual_acts(one, None, None))
            acts += [(one.person.id, one.to.id, INTRODUCTION, 1, at, at, weigh(at)) for at in mutual]
        self._each(_INTRODUCTIONS, list(map(introduction_row, told)))
        self._add(acts)

    def _add(self, sums: Iterable[_Sum]) -> None:
        """Add acts to what stands between people."""
        kinds: dict[str, list[_Sum]] = {}
        for row in sums:
            if row[0] != row[1]:
                kinds.setdefault(row[2], []).append(row)
                self._touched.add(row[:2])
        for kind, rows in kinds.items():
            self._each(_ADD % TYPES[kind], rows)


def _members(persons: Persons, ids: Iterable[str]) -> set[str]:
    return {account for id_ in ids for account in persons.members(id_)}


def known_row(one: Declared) -> tuple[Any, ...]:
    """Give the ends of a declared tie, as account ids, and what it says: closeness, since when, how."""
    return one.a.id, one.b.id, one.closeness.value, one.since, one.how


def introduction_row(one: Introduction) -> tuple[Any, ...]:
    """Give an introduction's id, by whom, of whom, to whom, as account ids, its state and the micros of that."""
    last = state_at(one, None)
    stands_at = (last.state.value, to_micros(last.at)) if last else (None, None)
    return one.id, one.by.id, one.person.id, one.to.id, *stands_at


def weigh(at: Any) -> Any:
    """Weigh an act of some micros as of `_REFERENCE`, or each of an array."""
    return 2.0 ** ((at - _REFERENCE) / _HALF_LIFE)


def _formula(day: date) -> dict[str, Any]:
    return {
        "weights": {TYPES[kind]: weight for kind, weight in FORMULA.weights.items()},
        "mutual": [TYPES[kind] for kind in (*MUTUAL_KINDS, INTRODUCTION, DECLARED)],
        "floors": {closeness.value: floor for closeness, floor in FORMULA.floors.items()},
        "reverse": FORMULA.reverse_share,
        "at": to_micros(start_of(day)),
        "day": day,
        **_scale(),
    }


def _scale() -> dict[str, float]:
    return {"reference": _REFERENCE, "half_life": _HALF_LIFE}
