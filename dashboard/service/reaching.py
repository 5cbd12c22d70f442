"""Reach: measured over all ties, which are brought up to date with it."""

from dataclasses import replace
from datetime import date

from dashboard.service.namesakes import ask_of_namesakes, find_my_namesakes
from graph.answers.reach import Reach, measure_reach
from graph.store.store import Store
from graph.ties.ties import refresh_ties


def measure(store: Store, profile: str, today: date) -> Reach:
    """Measure how far a profile's data see; first of what would show more is to say which accounts are mine too.

    Raises:
        UnknownMeError: If the store does not know who that profile is.
    """
    reach = measure_reach(store, refresh_ties(store, today), profile, today)
    return replace(reach, more=(*ask_of_namesakes(find_my_namesakes(store, profile)), *reach.more))
