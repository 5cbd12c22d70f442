"""The desk: where the questions of an open page are answered, over one store that stays open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.service.asking import Asked, ask_one
from graph.ask import Question
from graph.store import Store


@dataclass(slots=True, kw_only=True)
class Desk:
    """One open store, who asks, and the clock."""

    store: Store
    profile: str
    clock: Callable[[], datetime]

    @property
    def today(self) -> date:
        """The day of asking, in UTC."""
        return self.clock().date()

    def ask(self, question: Question) -> Asked:
        """Answer a question; where the name is not clear, with the candidates instead."""
        return ask_one(self.store, question, self.profile, self.today)
