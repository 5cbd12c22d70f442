"""Items: what interactions are on."""

import sqlite3

import orjson

from graph.batch import ItemRow
from graph.stores.sqlite.state import State

_FIND = "SELECT item.id, item.key FROM json_each(?) AS wanted CROSS JOIN item ON item.id = wanted.value"
_INSERT = "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, nullif(?, 0), ?)"
_AUTHOR_ID = "ifnull((SELECT id FROM account WHERE account.key = item.author), '')"
# As for accounts; an author is compared by id, since keys depend on the order of writing.
_UPDATE = f"""
UPDATE item SET
  title = iif((?3, ?2) > (title_at, title), ?2, title), title_at = max(title_at, ?3),
  kind = iif((?5, ?4) > (kind_at, kind), ?4, kind), kind_at = max(kind_at, ?5),
  author = iif((?7, ?8) > (author_at, {_AUTHOR_ID}), nullif(?6, 0), author), author_at = max(author_at, ?7)
WHERE key = ?1 AND (
  (?3, ?2) > (title_at, title) OR (?5, ?4) > (kind_at, kind) OR (?7, ?8) > (author_at, {_AUTHOR_ID})
)
"""  # noqa: S608 # our own names


def upsert_items(
    connection: sqlite3.Connection, state: State, rows: dict[str, ItemRow], accounts: dict[str, int]
) -> dict[str, int]:
    """Write what a batch says of items, and give their keys."""
    if not rows:
        return {}
    keys: dict[str, int] = {}
    if state.next_item > 1:
        keys.update(connection.execute(_FIND, (orjson.dumps(list(rows)).decode(),)))
    held = []
    for id_, key in keys.items():
        flat = _flat(rows[id_], accounts)
        author = rows[id_][3]
        held.append((key, *flat, author[1] if author else ""))
    connection.executemany(_UPDATE, held)
    new = [id_ for id_ in rows if id_ not in keys]
    keys.update({id_: key for key, id_ in enumerate(new, state.next_item)})
    state.next_item += len(new)
    connection.executemany(_INSERT, [(keys[id_], id_, *_flat(rows[id_], accounts)) for id_ in new])
    return keys


def _flat(row: ItemRow, accounts: dict[str, int]) -> tuple[str | int, ...]:
    _, title, kind, author = row
    return (
        title[1] if title else "",
        title[0] if title else 0,
        kind[1] if kind else "",
        kind[0] if kind else 0,
        accounts.get(author[1], 0) if author else 0,
        author[0] if author else 0,
    )
