"""What is kept beside the graph: lists, profiles, rules, cursors, runs and their problems, and the overview."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from graph.model import KINDS, Member, Problem, Rule, from_micros, to_micros
from graph.store.documents import Cursor, Overview, Run
from graph.stores.sqlite.narrowed import make_stale
from graph.stores.sqlite.schema import read_date

_PROBLEMS_KEPT = 1_000
_TEXT_LIMIT = 1_000
_COUNT = """
SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM declared WHERE at > retracted),
  (SELECT count(*) FROM introduction
   WHERE retracted < (SELECT max(at) FROM step WHERE step.introduction = introduction.id))
"""


def save_cursor(connection: sqlite3.Connection, cursor: Cursor) -> None:
    """Keep where an input goes on, or that it is done."""
    removals = connection.execute("SELECT removals FROM state").fetchone()[0]
    counts = cursor.counts if cursor.removals == removals else ""
    if cursor.position is None and not counts:
        connection.execute("DELETE FROM job WHERE name = ?", (cursor.job,))
    else:
        connection.execute("INSERT OR REPLACE INTO job VALUES (?, ?, ?)", (cursor.job, cursor.position or "", counts))


def read_cursor(connection: sqlite3.Connection, job: str) -> Cursor:
    """Tell where an input goes on, or what was read of it where it is done."""
    row = connection.execute("SELECT position, counts FROM job WHERE name = ?", (job,)).fetchone()
    position, counts = row or ("", "")
    return Cursor(job=job, position=position or None, counts=counts)


def forget_done(connection: sqlite3.Connection) -> None:
    """Let every input be read again: something of what they told was removed."""
    connection.execute("DELETE FROM job WHERE counts <> ''")


def save_run(connection: sqlite3.Connection, run: Run, problems: Sequence[Problem], key: int | None) -> int:
    """Keep a run, with its first problems, instead of what was kept under its key; give the key."""
    (key,) = connection.execute(
        "INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING key",
        (key, run.source, to_micros(run.at), run.new, run.seen, run.problems, run.seconds),
    ).fetchone()
    connection.executemany(
        "INSERT INTO problem(run, place, why, count) VALUES (?, ?, ?, ?)",
        [
            (key, problem.where[:_TEXT_LIMIT], problem.why[:_TEXT_LIMIT], problem.count)
            for problem in problems[:_PROBLEMS_KEPT]
        ],
    )
    return key


def read_runs(connection: sqlite3.Connection) -> list[Run]:
    """List the runs, newest first."""
    rows = connection.execute(
        "SELECT source, at, new, seen, problems, seconds FROM run ORDER BY at DESC, key DESC"
    ).fetchall()
    return [
        Run(source=source, at=from_micros(at), new=new, seen=seen, problems=problems, seconds=seconds)
        for source, at, new, seen, problems, seconds in rows
    ]


def read_problems(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Give the problems that are kept, in the order of their runs."""
    for where, why, count in connection.execute("SELECT place, why, count FROM problem ORDER BY key"):
        yield Problem(where=where, why=why, count=count)


def read_newest_problems(connection: sqlite3.Connection) -> list[Problem]:
    """Give the kept problems of the newest run."""
    rows = connection.execute(
        "SELECT place, why, count FROM problem WHERE run = (SELECT key FROM run ORDER BY at DESC, key DESC LIMIT 1)"
        " ORDER BY key"
    ).fetchall()
    return [Problem(where=where, why=why, count=count) for where, why, count in rows]


def save_members(connection: sqlite3.Connection, members: Collection[Member], keys: dict[str, int]) -> None:
    """Put accounts on lists."""
    connection.executemany(
        "INSERT OR IGNORE INTO member VALUES (?, ?)",
        [(member.list, keys[member.account.id]) for member in members if member.account.id in keys],
    )


def drop_members(connection: sqlite3.Connection, members: Collection[Member], keys: dict[str, int]) -> None:
    """Take accounts off lists."""
    connection.executemany(
        "DELETE FROM member WHERE list = ? AND account = ?",
        [(member.list, keys[member.account.id]) for member in members if member.account.id in keys],
    )


def read_lists(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Give the account ids on each list."""
    return _grouped(
        connection.execute(
            "SELECT list, id FROM member JOIN account ON account.key = member.account ORDER BY list, id"
        ).fetchall()
    )


def save_profile(connection: sqlite3.Connection, profile: str, keys: Collection[int]) -> None:
    """Fix the accounts of a profile."""
    connection.execute("DELETE FROM profile WHERE name = ?", (profile,))
    if not keys:
        connection.execute("DELETE FROM recent WHERE profile = ?", (profile,))
    connection.executemany("INSERT INTO profile VALUES (?, ?)", [(profile, key) for key in keys])


def read_profiles(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Give the account ids of each profile."""
    return _grouped(
        connection.execute(
            "SELECT profile.name, id FROM profile JOIN account ON account.key = profile.account ORDER BY 1, 2"
        ).fetchall()
    )


def save_rule(connection: sqlite3.Connection, rule: Rule, *, on: bool) -> None:
    """Add or remove a standing order."""
    if rule.kind == "exclude" and not on:
        make_stale(connection)
    query = "INSERT OR IGNORE INTO rule VALUES (?, ?)" if on else "DELETE FROM rule WHERE kind = ? AND value = ?"
    connection.execute(query, (rule.kind, rule.value))


def read_rules(connection: sqlite3.Connection) -> list[Rule]:
    """Give the standing orders."""
    rows = connection.execute("SELECT kind, value FROM rule ORDER BY kind, value").fetchall()
    return [Rule(kind=kind, value=value) for kind, value in rows]


def read_overview(connection: sqlite3.Connection) -> Overview:
    """Count what is in the store."""
    rows = connection.execute(
        "SELECT kind, source.name, count(*), ifnull(min(nullif(at, 0)), 0), max(at)"
        " FROM interaction JOIN source ON source.key = source GROUP BY kind, source"
    ).fetchall()
    by_kind: dict[str, int] = defaultdict(int)
    by_source: dict[str, int] = defaultdict(int)
    for kind, source, count, _, _ in sorted(rows):
        by_kind[KINDS[kind].value] += count
        by_source[source] += count
    firsts = [first for *_, first, _ in rows if first]
    lasts = [last for *_, last in rows if last]
    accounts, declared, introductions = connection.execute(_COUNT).fetchone()
    return Overview(
        accounts=accounts,
        interactions=sum(by_kind.values()),
        by_kind=dict(by_kind),
        by_source=dict(sorted(by_source.items())),
        first=read_date(min(firsts, default=0)),
        last=read_date(max(lasts, default=0)),
        declared=declared,
        introductions=introductions,
    )


def _grouped(rows: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, id_ in rows:
        grouped.setdefault(name, []).append(id_)
    return grouped
