"""What X bills: what a run may cost, and what it bought.

Prices of November 2026, in thousandths of a dollar: X bills each post, user and list that it gives, whether asked for
or come along, once a UTC day. What an app's own owner gets of their own costs less.
"""

from collections.abc import Iterable
from datetime import timedelta
from math import ceil

from graph.store.documents import Cost
from ingest.kit.x_posts import valid_id
from ingest.source import Estimate
from ingest.sources.x.position import Position, begin_older, count_since

POST, USER, LIST, OWN_POST = 5, 10, 5, 1


PAGE = 100
MOST = {"mentions": 800, "posts": 3_200}
"""How many of them X hands out; of all else a page is reckoned."""
SEARCHES = ("search", "conversation")
_SEARCHED = timedelta(days=7).total_seconds()
"""How far back X's search goes."""


def cost_of(*, requests: int = 0, posts: int = 0, own: int = 0, users: int = 0, lists: int = 0) -> Cost:
    """Price what is bought; own posts and mentions come beside the other posts."""
    mills = POST * posts + OWN_POST * own + USER * users + LIST * lists
    return Cost(requests=requests, posts=posts + own, users=users, usd=mills / 1000)


def estimate(kind: str, held: Position, *, own: bool, since: int, now: int) -> Estimate:
    """Tell what reading a target may cost.

    Args:
        kind: What of X it is.
        held: How far it is read.
        own: Whether its posts are mine, or mention me.
        since: Nothing older is read: seconds since 1970, 0 for all.
        now: Likewise.
    """
    if kind == "handle":
        return Estimate(cost=cost_of(requests=1, users=1), sure=True)
    if kind == "members":
        users = held.size or PAGE
        cost = cost_of(requests=ceil(users / PAGE) + (not held.name), users=users, lists=not held.name)
        return Estimate(cost=cost, sure=bool(held.size))
    posts, along, users = _count(kind, held, since, now)
    mine = posts if own else 0
    cost = cost_of(requests=max(1, ceil(posts / PAGE)), posts=along + posts - mine, own=mine, users=users)
    return Estimate(cost=cost, sure=bool(held.since) and held.sweep is None)


def _count(kind: str, held: Position, since: int, now: int) -> tuple[int, int, int]:
    """Tell how many posts, posts that come along and users there may be."""
    most = MOST.get(kind, PAGE)
    if not held.since or held.sweep is not None:
        left = max(most - (held.sweep.curve[-1][1] if held.sweep and held.sweep.curve else 0), PAGE)
        return left, 0, left
    begin = max(held.since_at, since, now - round(_SEARCHED) if kind in SEARCHES else 0)
    posts, along, users = count_since(held.curve, held.since_at - (now - begin))
    if kind == "list":  # whose newest page is always bought
        posts, along, users = map(max, (posts, along, users), held.page)
    older = most if begin_older(kind, held, since) is not None else 0
    return posts + older, along, users + older


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
