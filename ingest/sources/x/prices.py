"""What X bills, and what a run bought.

Prices of November 2026, in thousandths of a dollar: X bills each post, user and list that it gives, whether asked for
or come along, once a UTC day. What an app's own owner gets of their own costs less.
"""

from collections.abc import Iterable

from graph.store.documents import Cost
from ingest.kit.x_posts import valid_id

POST, USER, LIST, OWN_POST = 5, 10, 5, 1


def cost_of(*, requests: int = 0, posts: int = 0, own: int = 0, users: int = 0, lists: int = 0) -> Cost:
    """Price what is bought; own posts and mentions come beside the other posts."""
    mills = POST * posts + OWN_POST * own + USER * users + LIST * lists
    return Cost(requests=requests, posts=posts + own, users=users, usd=mills / 1000)


class Bill:
    """What a run bought: each post and user once, at the price of the first time.

    Attributes:
        cost: All of it.
        last: What the last answer added, in dollars.
    """

    def __init__(self) -> None:
        self.cost = Cost()
        self.last = 0.0
        self._posts: set[int] = set()
        self._users: set[int] = set()

    def add(self, bought: tuple[Iterable[str], ...], *, own: bool, lists: int = 0) -> None:
        """Add an answer: the ids of the posts and users in its `data`, then of those in its `includes`."""
        posts, users, more, others = bought
        asked = _add(posts, self._posts)
        along = _add(more, self._posts)
        people = _add(users, self._users) + _add(others, self._users)
        plain, cheap = (along, asked) if own else (asked + along, 0)
        added = cost_of(requests=1, posts=plain, own=cheap, users=people, lists=lists)
        self.last = added.usd
        self.cost += added


def _add(ids: Iterable[str], held: set[int]) -> int:
    before = len(held)
    held.update(int(each) for each in ids if valid_id(each))
    return len(held) - before
