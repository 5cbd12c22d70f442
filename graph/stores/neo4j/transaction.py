"""One transaction of a Neo4j database: the primitives that `graph.store.backend` names, as Cypher.

The graph is one to read in Neo4j's own tools: `(:Account)-[:SENT]->(:Interaction)-[:TO {role}]->(:Account)`,
`(:Interaction)-[:ON]->(:Item)-[:BY]->(:Account)`. What is unknown has no property; instants are micros since 1970.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import starmap
from operator import itemgetter
from typing import Any, Protocol

import numpy as np
from neo4j import Result
from numpy.typing import NDArray

from graph.model import KIND_CODES, KINDS, ROLE_CODES, ROLES
from graph.records.rows import ACCOUNT_FIELDS, AccountRow, Dated, InteractionRow, ItemRow, dump_dates, load_dated
from graph.store.backend import Found, Held, NearTie, State, Sum, Total, Window
from graph.store.books import ERASING
from graph.store.features import ACT_COLUMNS, DAY, Acts, make_acts
from graph.stores.neo4j.derived import RECORDS, Derived, weigh_ways

VERSION = 2
"""Of the nodes and their properties; counted up with each change."""
_CHUNK = 10_000
ITEM_FIELDS = ("title", "kind")
# Whoever comes second finds the first one's store: `only` is unique.
_MAKE = """
MERGE (s:Store {only: 1})
ON CREATE SET s += $fields, s.created = $created, s.version = $version, s.generation = 0, s.removals = 0, s.keys = 0
SET s.only = 1 SET s.uid = coalesce(s.uid, $fields.uid), s.sources = coalesce(s.sources, [])
"""
_ACCOUNT = f"a.id, a.at, a.dates, {', '.join(f'a.{field}' for field in ACCOUNT_FIELDS)}"
_ITEM = "i.id, i.at, i.dates, i.title, i.kind, head([(i)-[:BY]->(a) | a.id])"
_SAME = " AND ".join(f"coalesce(a.{field}, '') = coalesce(row.fields.{field}, '')" for field in ACCOUNT_FIELDS)
_PUT_ACCOUNTS = f"""
UNWIND $rows AS row MERGE (a:Account {{id: row.id}})
ON CREATE SET a.key = row.key, a.changed = $changed
SET a.changed = CASE WHEN {_SAME} THEN a.changed ELSE $changed END, a += row.fields
"""
_INTERACTION = """
RETURN i.id, i.digest, i.kind, i.at, head([(a)-[:SENT]->(i) | a.id]), head([(i)-[:ON]->(item) | item.id]),
i.thread, i.parent, i.excerpt, i.private, i.source, [(i)-[to:TO]->(b) | [b.id, to.role]], i.share
"""
_PUT_ITEMS = """
UNWIND $rows AS row MERGE (i:Item {id: row.id}) SET i += row.fields
WITH i, row OPTIONAL MATCH (i)-[by:BY]->() DELETE by
WITH i, row WHERE row.author IS NOT NULL MATCH (a:Account {id: row.author}) CREATE (i)-[:BY]->(a)
"""
_PUT = """
UNWIND $rows AS row MATCH (a:Account {id: row.actor})
CREATE (a)-[:SENT]->(i:Interaction) SET i = row.fields
WITH i, row UNWIND row.to AS one MATCH (b:Account {id: one[0]}) CREATE (i)-[:TO {role: one[1]}]->(b)
"""
_PUT_ON = _PUT.replace("CREATE", "MATCH (item:Item {id: row.item}) CREATE", 1).replace("SET", "-[:ON]->(item) SET", 1)
_LET = "coalesce(i.at, 0) >= $lower AND coalesce(i.at, 0) < $upper AND i.kind IN $kinds"
_PAIR = "(:Account {id: pair[0]})-[:SENT]->(i:Interaction)-[:TO]->(:Account {id: pair[1]})"
_BETWEEN = f"UNWIND $pairs AS pair MATCH {_PAIR} WHERE {_LET} RETURN DISTINCT coalesce(i.at, 0), i.id"
_NEWEST_BETWEEN = f"""
UNWIND $pairs AS pair UNWIND $kinds AS kind CALL {{
  WITH pair, kind MATCH {_PAIR} WHERE {_LET} AND i.kind = kind
  RETURN i ORDER BY coalesce(i.at, 0) DESC, i.id LIMIT $limit
}} RETURN DISTINCT coalesce(i.at, 0), i.id
"""
_ON_ITEMS = f"""
MATCH (b:Account)<-[:BY]-(:Item)<-[:ON]-(i:Interaction)<-[:SENT]-(a:Account)
WHERE b.id IN $authors AND a.id IN $actors AND {_LET} RETURN coalesce(i.at, 0), i.id
"""
_TOUCHING = """
MATCH (a:Account) WHERE a.id IN $ids
CALL {
  WITH a MATCH (a)-[:SENT]->(i) RETURN i UNION WITH a MATCH (a)<-[:TO]-(i) RETURN i
  UNION WITH a MATCH (a)<-[:BY]-(:Item)<-[:ON]-(i) RETURN i
} RETURN DISTINCT coalesce(i.at, 0), i.id
"""
_NEWEST_ITEMS = f"""
MATCH (b:Account)<-[:BY]-(item:Item)<-[:ON]-(i:Interaction)
WHERE b.id IN $authors AND i.at IS NOT NULL AND NOT i.private AND {_LET}
RETURN item.id, max(i.at) AS newest ORDER BY newest DESC, item.id LIMIT $limit
"""
_SUMS = f"""
UNWIND $pairs AS pair MATCH {_PAIR} WHERE {_LET}
RETURN pair[0], pair[1], i.kind, count(i), coalesce(min(i.at), 0), coalesce(max(i.at), 0),
count(DISTINCT i.thread) + sum(CASE WHEN i.thread IS NULL THEN 1 ELSE 0 END)
"""
_NAMED = """
MATCH (a:Account) WHERE EXISTS {(a)-[:SENT]->()} OR EXISTS {(a)<-[:TO]-()} OR EXISTS {(a)<-[:BY]-()} RETURN a.id
"""
# Lists for each actor: a row an act would take ten times as long to stream.
_ACTS = """
MATCH (a:Account)-[:SENT]->(i:Interaction)-[:TO]->(b:Account) WHERE a <> b
RETURN a.key, collect(b.key), collect($kinds[i.kind]), collect(coalesce(i.at, 0)), collect(i.share),
collect($origins[i.source])
"""


class Runner(Protocol):
    """What runs statements: the driver's transactions, managed or not."""

    def run(self, query: Any, parameters: dict[str, Any] | None = None) -> Result:
        """Run a statement."""
        ...


class Neo4jTransaction:
    """What is read and written in one transaction."""

    def __init__(self, runner: Runner, day: date) -> None:
        self._runner = runner
        self._derived = Derived(self, self._write, self._each, day)
        self._changes = self._related = self._dropped = 0

    def state(self) -> State:
        """Read where the store stands."""
        fields = "s.uid, s.secret, s.created, s.generation, s.removals"
        ((uid, secret, created, generation, removals),) = self._read(f"MATCH (s:Store) RETURN {fields}")
        return State(uid=uid, secret=bytes.fromhex(secret), created=created, generation=generation, removals=removals)

    def advance(self, *, removals: int) -> None:
        """Count one more generation, and that many removals."""
        query = "MATCH (s:Store) SET s.generation = s.generation + 1, s.removals = s.removals + $removals"
        self._write(query, removals=removals)

    def adopt(self, secret: bytes, created: int, sources: Sequence[str]) -> None:
        """Take another store's secret, creation and sources."""
        fields = {"secret": secret.hex(), "created": created, "sources": list(sources)}
        self._write("MATCH (s:Store) SET s += $fields", fields=fields)

    def changes(self) -> int:
        """Count the statements that changed something."""
        return self._changes

    def make(self, created: int) -> None:
        """Make the store, where the database holds none; one that was imported has neither uid nor an empty list."""
        fields = {"uid": secrets.token_hex(16), **_fresh()}
        self._write(_MAKE, fields=fields, created=created, version=VERSION)

    def renew(self) -> None:
        """Give the store another secret; it stays the one that its caches are called by, and its counts go on."""
        self._write("MATCH (s:Store) SET s += $fields", fields=_fresh())

    def drop_nodes(self, many: int) -> bool:
        """Remove at most so many of our nodes, documents last; tell whether more may be left."""
        documents = (f"(n:Document WHERE n.kind <> '{ERASING}')", "(n:Document)")
        for nodes in ("(n:Account|Interaction|Item|Person|Introduction)", *documents):
            before = self._dropped
            self._write(f"MATCH {nodes} WITH n LIMIT $many DETACH DELETE n", many=many)
            if self._dropped > before:
                return True
        return False

    def settle(self) -> None:
        """Bring what is derived up to date with all that was written."""
        self._derived.settle()

    def lock(self) -> None:
        """Let nobody else write until this transaction ends."""
        self._runner.run("MATCH (s:Store) SET s.only = 1", {}).consume()

    # --- documents -----------------------------------------------------------------------------------------------

    def kinds(self) -> list[str]:
        """Name the kinds of documents."""
        return sorted(kind for (kind,) in self._read("MATCH (d:Document) RETURN DISTINCT d.kind"))

    def documents(self, kind: str, ids: Collection[str] | None = None) -> list[tuple[str, bytes]]:
        """Give documents of a kind, in the order of their ids."""
        if ids is None:
            rows: Iterable[Any] = self._read("MATCH (d:Document {kind: $kind}) RETURN d.id, d.body", kind=kind)
        else:
            query = "UNWIND $ids AS id MATCH (d:Document {kind: $kind, id: id}) RETURN d.id, d.body"
            rows = self._select(query, set(ids), kind=kind)
        return sorted((id_, body.encode()) for id_, body in rows)

    def put_documents(self, kind: str, documents: Mapping[str, bytes]) -> None:
        """Write documents."""
        self._note_records(kind, documents)
        rows = [[id_, body.decode()] for id_, body in documents.items()]
        self._each(
            "UNWIND $rows AS row MERGE (d:Document {kind: $kind, id: row[0]}) SET d.body = row[1]", rows, kind=kind
        )

    def drop_documents(self, kind: str, ids: Collection[str]) -> None:
        """Remove documents."""
        self._note_records(kind, ids)
        self._each("UNWIND $rows AS id MATCH (d:Document {kind: $kind, id: id}) DELETE d", list(ids), kind=kind)

    # --- accounts and items --------------------------------------------------------------------------------------

    def accounts(self, ids: Collection[str] | None = None) -> Iterator[tuple[str, AccountRow]]:
        """Give accounts in the order of their ids."""
        if ids is None:
            rows: Iterable[Any] = self._read(f"MATCH (a:Account) RETURN {_ACCOUNT}")
        else:
            rows = self._select(f"UNWIND $ids AS id MATCH (a:Account {{id: id}}) RETURN {_ACCOUNT}", set(ids))
        return ((id_, _load_fields(*fields)) for id_, *fields in sorted(rows, key=itemgetter(0)))

    def put_accounts(self, rows: Mapping[str, AccountRow]) -> None:
        """Write accounts; those whose texts changed are of the generation that this transaction makes."""
        if not rows:
            return
        new = rows.keys() - self.keys_of(rows).keys()
        query = "MATCH (s:Store) SET s.keys = s.keys + $many RETURN s.keys - $many, s.generation + 1"
        ((first, changed),) = self._write(query, many=len(new))
        keys = {id_: key for key, id_ in enumerate(sorted(new), first + 1)}
        made = [
            {"id": id_, "key": keys.get(id_), "fields": dump_fields(row, ACCOUNT_FIELDS)} for id_, row in rows.items()
        ]
        self._each(_PUT_ACCOUNTS, made, changed=changed)
        self._derived.make_persons(new, rows)

    def drop_accounts(self, ids: Collection[str]) -> None:
        """Remove accounts."""
        self._derived.drop_persons(ids)
        self._each("UNWIND $rows AS id MATCH (a:Account {id: id}) DETACH DELETE a", list(ids))

    def texts_since(self, generation: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Give key, id and fields of accounts that changed."""
        fields = ", ".join(f"coalesce(a.{field}, '')" for field in ACCOUNT_FIELDS)
        query = f"MATCH (a:Account) WHERE a.changed > $generation RETURN a.key, a.id, {fields}"
        return ((key, tuple(texts)) for key, *texts in self._read(query, generation=generation))

    def items(self, ids: Collection[str] | None = None) -> Iterator[tuple[str, ItemRow]]:
        """Give items."""
        if ids is None:
            rows: Iterable[Any] = self._read(f"MATCH (i:Item) RETURN {_ITEM}")
        else:
            rows = self._select(f"UNWIND $ids AS id MATCH (i:Item {{id: id}}) RETURN {_ITEM}", set(ids))
        return ((id_, _load_fields(*fields)) for id_, *fields in rows)

    def put_items(self, rows: Mapping[str, ItemRow]) -> None:
        """Write items."""
        made = [
            {"id": id_, "fields": dump_fields(row, ITEM_FIELDS), "author": row[2][1] or None}
            for id_, row in rows.items()
        ]
        self._each(_PUT_ITEMS, made)

    def drop_bare_items(self, ids: Collection[str]) -> None:
        """Remove those of the items that no interaction is on."""
        bare = "UNWIND $rows AS id MATCH (i:Item {id: id}) WHERE NOT EXISTS {(i)<-[:ON]-()} DETACH DELETE i"
        self._each(bare, list(ids))

    def keys_of(self, ids: Collection[str]) -> dict[str, int]:
        """Map account ids to keys."""
        return dict(self._select("UNWIND $ids AS id MATCH (a:Account {id: id}) RETURN a.id, a.key", set(ids)))

    def ids_of(self, keys: Collection[int]) -> dict[int, str]:
        """Map account keys to ids."""
        query = "UNWIND $ids AS key MATCH (a:Account {key: key}) RETURN a.key, a.id"
        return dict(self._select(query, list(map(int, keys))))

    def keys_by_id(self) -> NDArray[np.int32]:
        """Give all account keys in the order of their ids."""
        rows = sorted(self._read("MATCH (a:Account) RETURN a.id, a.key"))
        return np.fromiter((key for _, key in rows), dtype=np.int32)

    def named(self) -> set[str]:
        """Give the accounts that interactions and items name."""
        return {id_ for (id_,) in self._read(_NAMED)}

    # --- interactions --------------------------------------------------------------------------------------------

    def held(self, ids: Collection[str]) -> dict[str, Held]:
        """Tell what is held under ids."""
        query = "UNWIND $ids AS id MATCH (i:Interaction {id: id}) RETURN i.id, i.digest, i.source"
        return {id_: Held(bytes.fromhex(digest), source) for id_, digest, source in self._select(query, set(ids))}

    def interactions(self, ids: Collection[str] | None = None) -> Iterator[InteractionRow]:
        """Give interactions."""
        if ids is None:
            rows: Iterable[Any] = self._read(f"MATCH (i:Interaction) {_INTERACTION}")
        else:
            rows = self._select(f"UNWIND $ids AS id MATCH (i:Interaction {{id: id}}) {_INTERACTION}", set(ids))
        for id_, digest, kind, at, actor, item, thread, parent, excerpt, private, source, to, share in rows:
            yield InteractionRow(
                id=id_,
                digest=bytes.fromhex(digest),
                kind=KIND_CODES[kind],
                at=at or 0,
                actor=actor,
                item=item or "",
                thread=thread or "",
                parent=parent or "",
                excerpt=excerpt or "",
                private=int(private),
                source=source,
                to=tuple(sorted((one, ROLE_CODES[role]) for one, role in to)),
                share=share,
            )

    def put(self, rows: Collection[InteractionRow]) -> None:
        """Write interactions."""
        if not rows:
            return
        sources = "MATCH (s:Store) SET s.sources = s.sources + [name IN $names WHERE NOT name IN s.sources]"
        self._write(sources, names=sorted({row.source for row in rows}))
        before = self._related
        made = [dump_interaction(row) for row in rows]
        self._each(_PUT, [one for one in made if not one["item"]])
        self._each(_PUT_ON, [one for one in made if one["item"]])
        if self._related - before != sum(1 + bool(row.item) + len(row.to) for row in rows):
            raise KeyError("an account or item that an interaction names is not held")
        self._derived.add(rows)

    def drop(self, ids: Collection[str]) -> None:
        """Remove interactions."""
        pairs = self._derived.pairs_of(ids)
        self._each("UNWIND $rows AS id MATCH (i:Interaction {id: id}) DETACH DELETE i", list(ids))
        self._derived.count_again(pairs)

    def find_between(self, pairs: Collection[tuple[str, str]], window: Window, limit: int | None = None) -> list[Found]:
        """Find what the first of a pair did to the second."""
        wanted = _listed(pairs)
        if limit is None:
            return self._found(_BETWEEN, pairs=wanted, **_bound(window))
        return self._found(_NEWEST_BETWEEN, pairs=wanted, limit=limit, **_bound(window))

    def find_on_items(self, actors: Collection[str], authors: Collection[str], window: Window) -> list[Found]:
        """Find what actors did on items by authors."""
        return self._found(_ON_ITEMS, actors=list(actors), authors=list(authors), **_bound(window))

    def find_touching(self, accounts: Collection[str]) -> list[Found]:
        """Find what accounts did, what was addressed to them, and what is on their items."""
        return sorted(self._found(_TOUCHING, ids=list(accounts)))

    def find_before(self, at: int) -> list[str]:
        """Give the ids of the dated interactions before an instant."""
        return [id_ for (id_,) in self._read("MATCH (i:Interaction) WHERE i.at < $at RETURN i.id", at=at)]

    def find_replies(self, ids: Collection[str]) -> list[str]:
        """Give the ids of the replies to these."""
        query = "UNWIND $ids AS id MATCH (i:Interaction {parent: id}) RETURN i.id"
        return [id_ for (id_,) in self._select(query, set(ids))]

    def newest_items(self, authors: Collection[str], window: Window, limit: int) -> list[tuple[str, int]]:
        """Give the newest items by authors."""
        rows = self._read(_NEWEST_ITEMS, authors=list(authors), limit=limit, **_bound(window))
        return [(id_, at) for id_, at in rows]

    def sums(self, pairs: Collection[tuple[str, str]], window: Window) -> Iterator[Sum]:
        """Sum the acts of pairs up."""
        rows = self._read(_SUMS, pairs=_listed(pairs), **_bound(window))
        found = {(actor, addressee, KIND_CODES[kind]): figures for actor, addressee, kind, *figures in rows}
        order = {pair: place for place, pair in enumerate(pairs)}
        for actor, addressee, kind in sorted(found, key=lambda one: (order[one[:2]], one[2])):
            acts, first, last, threads = found[actor, addressee, kind]
            yield Sum(actor, addressee, kind, acts, first, last, min(threads, 2))

    def totals(self) -> list[Total]:
        """Count the interactions by kind and source."""
        figures = "count(i), coalesce(min(i.at), 0), coalesce(max(i.at), 0)"
        rows = self._read(f"MATCH (i:Interaction) RETURN i.kind, i.source, {figures}")
        return [Total(KIND_CODES[kind], *rest) for kind, *rest in rows]

    def days(self) -> Iterator[tuple[int, int]]:
        """Count the dated interactions by day."""
        query = "MATCH (i:Interaction) WHERE i.at IS NOT NULL RETURN i.at / $day AS day, count(i) ORDER BY day"
        return ((day, count) for day, count in self._read(query, day=DAY))

    def acts(self) -> Acts:
        """Give all acts."""
        origins = {name: place for place, name in enumerate(self.sources())}
        parts = [np.zeros((0, len(ACT_COLUMNS)), dtype=np.int64)]
        for actor, *acts in self._read(_ACTS, kinds=KIND_CODES, origins=origins):
            parts.append(np.array([[actor] * len(acts[0]), *acts], dtype=np.int64).T)
        return make_acts(np.concatenate(parts))

    def near(self, me: str, others: Collection[str], day: date) -> list[NearTie]:
        """Weigh the ties near me and others."""
        return list(starmap(NearTie, weigh_ways(self._read, me, others, day)))

    def sources(self) -> list[str]:
        """Name the sources, in the order of their first interaction."""
        ((names,),) = self._read("MATCH (s:Store) RETURN s.sources")
        return list(names)

    # --- within --------------------------------------------------------------------------------------------------

    def _note_records(self, kind: str, ids: Collection[str]) -> None:
        if ids and kind in RECORDS:
            self._derived.begin_records()

    def _read(self, query: str, **parameters: object) -> Iterator[tuple[Any, ...]]:
        return (tuple(record.values()) for record in self._runner.run(query, parameters))

    def _write(self, query: str, **parameters: object) -> list[tuple[Any, ...]]:
        result = self._runner.run(query, parameters)
        rows = [tuple(record.values()) for record in result]
        counters = result.consume().counters
        self._changes += counters.contains_updates
        self._related += counters.relationships_created
        self._dropped += counters.nodes_deleted
        return rows

    def _select(self, query: str, ids: Collection[object], **parameters: object) -> Iterator[tuple[Any, ...]]:
        for chunk in _chunks(ids):
            yield from self._read(query, ids=chunk, **parameters)

    def _each(self, query: str, rows: Collection[object], **parameters: object) -> list[tuple[Any, ...]]:
        return [row for chunk in _chunks(rows) for row in self._write(query, rows=chunk, **parameters)]

    def _found(self, query: str, **parameters: object) -> list[Found]:
        return [Found(at, id_) for at, id_ in self._read(query, **parameters)]


def _fresh() -> dict[str, Any]:
    return {"secret": secrets.token_hex(32), "sources": []}


def dump_interaction(row: InteractionRow) -> dict[str, Any]:
    """Give the properties of an interaction, and whom and what it joins: '' where there is no item."""
    fields = {
        "id": row.id,
        "digest": row.digest.hex(),
        "kind": KINDS[row.kind].value,
        "at": row.at or None,
        "thread": row.thread or None,
        "parent": row.parent or None,
        "excerpt": row.excerpt or None,
        "private": bool(row.private),
        "source": row.source,
        "share": row.share,
    }
    return {
        "actor": row.actor,
        "item": row.item,
        "fields": fields,
        "to": [[id_, ROLES[role].value] for id_, role in row.to],
    }


def dump_fields(row: tuple[Dated, ...], names: tuple[str, ...]) -> dict[str, Any]:
    """Give the properties of a row: its texts, and its dates."""
    newest, dates = dump_dates(row)
    texts = {name: text or None for name, (_, text) in zip(names, row, strict=False)}
    return {**texts, "at": newest or None, "dates": dates or None}


def _load_fields(at: int | None, dates: str | None, *texts: str | None) -> tuple[Dated, ...]:
    """Give the row of its properties."""
    return load_dated(at or 0, dates or "", [text or "" for text in texts])


def _bound(window: Window) -> dict[str, Any]:
    return {"lower": window.lower, "upper": window.upper, "kinds": [KINDS[code].value for code in window.kinds]}


def _listed(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """List pairs for a query; what somebody sent to themselves is no act."""
    return [[actor, addressee] for actor, addressee in pairs if actor != addressee]


def _chunks(values: Collection[object]) -> Iterator[list[object]]:
    listed = list(values)
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]
