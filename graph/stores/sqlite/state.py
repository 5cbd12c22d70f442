"""The one row of counters that every transaction of the embedded store begins with."""

import sqlite3
from dataclasses import dataclass, fields


@dataclass(slots=True, kw_only=True)
class State:
    """Where the store stands; the columns of table `state`, which says what each means."""

    uid: str
    secret: bytes
    created: int
    generation: int
    removals: int
    next_account: int
    next_item: int
    next_interaction: int
    absorbed: int
    next_touch: int
    pruned: int
    pruned_names: int
    recount: int

    @property
    def pending(self) -> int:
        """How many interaction keys `act` does not hold yet."""
        return self.next_interaction - 1 - self.absorbed


_COLUMNS = tuple(field.name for field in fields(State))
_READ = f"SELECT {', '.join(_COLUMNS)} FROM state"  # noqa: S608 # our own column names
_SAVE = f"UPDATE state SET {', '.join(f'{column} = ?' for column in _COLUMNS)}"  # noqa: S608 # our own column names


def load_state(connection: sqlite3.Connection) -> State:
    """Read the state, as of the transaction."""
    row = connection.execute(_READ).fetchone()
    return State(**dict(zip(_COLUMNS, row, strict=True)))


def save_state(connection: sqlite3.Connection, state: State) -> None:
    """Write the state back."""
    connection.execute(_SAVE, [getattr(state, column) for column in _COLUMNS])
