"""The network as an open page shows it: made in the background, and shown under filters."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING

from dashboard.faults import locate
from dashboard.service.newest import Newest
from graph.network.neighbourhood import Neighbourhood, build_neighbourhood
from graph.network.network import Network, View, build_network, evaluate_view
from graph.people import Directory, open_directory, resolve_me
from graph.store import Filters

if TYPE_CHECKING:
    from dashboard.service.desk import Desk

_PATIENCE = 1.0
"""Seconds in which a small network is made, so that nobody is told to wait for it."""
_VIEWS, _BODIES = 4, 16
_LOG = logging.getLogger("intrograph")


@dataclass(slots=True, kw_only=True)
class Maps:
    """The network of the standing generation, and what was shown of it; nothing of an earlier one is kept.

    Attributes:
        desk: Whose store it is of.
        bodies: What was sent, as it was sent.
        months: How many interactions there are by month, which takes seconds to count where there are millions.
    """

    desk: "Desk"
    bodies: Newest = field(default_factory=lambda: Newest(most=_BODIES), repr=False)
    months: Newest = field(default_factory=lambda: Newest(most=1), repr=False)
    _views: Newest = field(default_factory=lambda: Newest(most=_VIEWS), repr=False)
    _made: tuple[str, Network] | None = field(default=None, repr=False)
    _making: bool = False
    _turn: threading.Condition = field(default_factory=threading.Condition, repr=False)
    _wanted: "SimpleQueue[str] | None" = field(default=None, repr=False)

    def key(self) -> str:
        """Name what a network is made of: the generation that answers stand on, and the day."""
        return f"{self.desk.standing()}:{self.desk.today}"

    def network(self) -> tuple[str, Network] | None:
        """Give the network as it stands, with its key; None while it is made, which begins when it is asked for."""
        key = self.key()
        with self._turn:
            if self._made is None and not self._making:
                self._making = True
                self._begin().put(key)
            self._turn.wait_for(lambda: not self._making, _PATIENCE)
            return self._made if self._made and self._made[0] == key else None

    def made(self) -> Network | None:
        """Give the network where it is made already."""
        key = self.key()
        with self._turn:
            return self._made[1] if self._made and self._made[0] == key else None

    def view(self, network: Network, filters: Filters) -> View:
        """Evaluate what is between the people of the network under filters."""

        def evaluate() -> View:
            return evaluate_view(self.desk.store, network.keys, network.links, filters, self.desk.today)

        return self._views.get((self.key(), filters), evaluate)

    def neighbourhood(self, around: str, steps: int, grown: Sequence[str], filters: Filters) -> Neighbourhood:
        """Build the neighbourhood of somebody, of me where nobody is named, under filters; it needs no network.

        Raises:
            UsageError: If nobody here has that account.
            UnknownMeError: If it is not known who I am.
        """
        directory = open_directory(self.desk.store)
        around = around or resolve_me(directory, self.desk.profile).id
        me, aside = self._roles(directory)
        return build_neighbourhood(
            directory,
            self.desk.ties(filters),
            filters,
            self.desk.today,
            around=around,
            me=me,
            steps=steps,
            grown=grown,
            aside=aside,
        )

    def clear(self) -> None:
        """Let go of everything: somebody may have been forgotten."""
        self.bodies.clear()
        self.months.clear()
        self._views.clear()
        with self._turn:
            self._made = None

    def _begin(self) -> "SimpleQueue[str]":
        """Start the one thread that makes networks; it stays, as a store keeps a connection for each thread."""
        if self._wanted is None:
            self._wanted = SimpleQueue()
            threading.Thread(target=self._work, args=(self._wanted,), daemon=True).start()
        return self._wanted

    def _work(self, wanted: "SimpleQueue[str]") -> None:
        while True:
            self._make(wanted.get())

    def _make(self, key: str) -> None:
        made = None
        try:
            made = self._build()
        except Exception as error:  # noqa: BLE001 # the next who asks tries again
            _LOG.error("Internal error: %s", locate(error))
        with self._turn:
            self._made = (key, made) if made is not None and key == self.key() else None
            self._making = False
            self._turn.notify_all()

    def _build(self) -> Network:
        directory = open_directory(self.desk.store)
        me, aside = self._roles(directory)
        return build_network(directory, self.desk.ties(Filters()), me, aside, self.desk.today)

    def _roles(self, directory: Directory) -> tuple[str | None, list[str]]:
        """Give my person id, and those of the protected, who are drawn but never named as a way."""
        mine = directory.store.profiles().get(self.desk.profile)
        me = directory.persons.person_of(min(mine)) if mine else None
        rules = directory.store.rules()
        return me, [directory.persons.person_of(rule.value) for rule in rules if rule.kind == "protect"]
