"""What answers stand on: a generation of the store on a day, and all that was made of it."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date

from dashboard.service.newest import Newest
from graph.network.network import Network


@dataclass(slots=True, kw_only=True)
class Moment:
    """A generation of the store on a day, with what was made of it; what is made of another has no place here.

    When another one takes its place it is let go of as a whole, with what is still being made for it.

    Attributes:
        removals: How many removals were before it.
        ties: By filters.
        views: What is between the people of the network, by filters.
        bodies: What was sent to draw, as it was sent.
        made: Answers, and all else.
        network: The network, or that it is being made; None where nobody asked for it. `Maps.network` gives it.
    """

    generation: int
    removals: int
    day: date
    ties: Newest = field(default_factory=lambda: Newest(most=3))
    views: Newest = field(default_factory=lambda: Newest(most=4))
    bodies: Newest = field(default_factory=lambda: Newest(most=16))
    made: Newest = field(default_factory=lambda: Newest(most=64))
    network: "Future[Network | None] | None" = None

    @property
    def drawn(self) -> Network | None:
        """Give the network where it is made already."""
        return self.network.result() if self.network is not None and self.network.done() else None

    @property
    def key(self) -> str:
        """Name it to a browser."""
        return f"{self.generation}:{self.day}"
