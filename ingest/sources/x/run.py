"""One run of X: its targets one after the other, page by page, within the budget."""

from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial

from graph.model import Account, Checkpoint, Gone, Interaction, Member, Problem, Record, SameAs, Skipped, latest_date
from graph.store.documents import Cost
from ingest.source import Context, Estimate, Stop
from ingest.sources.x.client import WITH_POSTS, Client, RefusedError
from ingest.sources.x.pages import Page, parse_list, parse_posts, parse_users
from ingest.sources.x.position import Below, Growth, Position, Sweep, begin_older, dump, load, seconds
from ingest.sources.x.prices import MOST, PAGE, SEARCHES, Bill, estimate
from ingest.sources.x.wanted import Wanted

_ENDPOINTS = {
    "mentions": "get_users_mentions",
    "posts": "get_users_tweets",
    "search": "search_recent_tweets",
    "conversation": "search_recent_tweets",
    "list": "get_list_tweets",
}
_IDLE = 200
"""After how many pages with nothing new in them X is thought to go round in circles."""
_TITLES = {
    "handle": "{}",
    "mentions": "mentions of {}",
    "posts": "posts of {}",
    "search": "search {}",
    "conversation": "conversation {}",
    "list": "list {}",
    "members": "members of list {}",
}


class _SpentError(Exception):
    """One page more would pass the budget."""


class XRun:
    """Reads what is wanted.

    A place is `KIND:WHAT`: `handle:@ann` is looked up, `mentions:x:ID` and `posts:x:ID` are of an account, `search:Q`,
    `members:ID` and `list:ID`, `conversation:ID`.

    Attributes:
        stopped: Why it ended early.
    """

    def __init__(self, wanted: Wanted, context: Context, client: Client | None) -> None:
        self.stopped: Stop | None = None
        self._wanted = wanted
        self._context = context
        self._client = client  # None to estimate
        self._bill = Bill()
        self._idle = 0  # pages that brought nothing new
        self._numbers: dict[str, str] = {}  # by handle
        self._names: dict[str, str] = {}  # by number, as they were asked for
        self._own: set[str] = {each for each in wanted.me if not each.startswith("@")}
        self._lost: set[str] = set()  # lists
        self._since = seconds(wanted.since) if wanted.since else 0

    @property
    def cost(self) -> Cost:
        """What was bought so far."""
        return self._bill.cost

    def close(self) -> None:
        """Let go of connections."""
        if self._client is not None:
            self._client.close()

    # --- what is read --------------------------------------------------------------------------------------------

    def places(self) -> Iterator[str]:
        """Name what is to be read; what somebody's number is, is found out before what is theirs is named."""
        named = set()
        for place in self._places():
            if self.stopped is not None:
                return
            if place not in named:
                named.add(place)
                yield place

    def _places(self) -> Iterator[str]:
        wanted = self._wanted
        if wanted.mentions or wanted.own:
            for name in wanted.me:
                number = yield from self._resolve(name)
                if number is not None:
                    self._own.add(number)
                    yield from (f"mentions:x:{number}",) * wanted.mentions
                    yield from (f"posts:x:{number}",) * wanted.own
        for name in wanted.users:
            number = yield from self._resolve(name)
            if number is not None:
                yield f"posts:x:{number}"
        if wanted.list is not None:
            yield f"members:{wanted.list}"
            if wanted.list not in self._lost:
                yield f"list:{wanted.list}"
        yield from (f"conversation:{each}" for each in wanted.conversations)
        if wanted.search is not None:
            yield f"search:{wanted.search}"

    def _resolve(self, name: str) -> Generator[str, None, str | None]:
        """Find an account's number: known already, or looked up; None where there is none."""
        if not name.startswith("@"):
            return name
        number = yield from self._find(name)
        if number is not None:
            self._names[number] = name
        return number

    def _find(self, name: str) -> Generator[str, None, str | None]:
        found = filter(_has_number, self._context.accounts_of(f"x:{name}"))
        known = {each.id for each in found if f"@{each.handle}".lower() == name.lower()}
        if len(known) == 1:
            return known.pop().removeprefix("x:")
        yield f"handle:{name}"
        return name if self._client is None else self._numbers.get(name)

    def read(self, place: str, context: Context) -> Iterator[Record]:
        """Yield the records of a place; what X does not give is a problem, and may end the run."""
        kind, what = _parts(place)
        read = {"handle": self._read_handle, "members": self._read_members}.get(kind, partial(self._read_posts, kind))
        try:
            yield from read(what, context)
        except _SpentError:
            self.stopped = Stop(why="budget")
        except RefusedError as error:
            if kind == "members":
                self._lost.add(what)
            if error.stop is not None:
                self.stopped = Stop(why=error.stop, words=str(error))
            if error.stop in (None, "unreachable"):
                yield self._problem(place, str(error))

    def _ask(self, endpoint: str, parse: "partial[Page]", params: Mapping[str, object], *, own: bool = False) -> Page:
        """Ask for a page, where the budget allows one more like the last."""
        assert self._client is not None  # noqa: S101 # nothing is read where it is estimated
        budget, spent = self._wanted.budget, self.cost.usd
        if budget is not None and (spent >= budget or round(spent + self._bill.last, 3) > budget):
            raise _SpentError
        page = self._client.ask(endpoint, parse, params)
        self._bill.add(page.bought, own=own, lists=page.name is not None)
        self._idle = 0 if self._bill.last or not page.next_token else self._idle + 1
        if self._idle == _IDLE:
            raise RefusedError(f"X gives nothing new in {_IDLE} pages one after the other")
        return page

    def _title(self, place: str) -> str:
        """Name a place as it was asked for."""
        kind, what = _parts(place)
        return _TITLES[kind].format(self._names.get(what, f"x:{what}") if kind in MOST else what)

    def _problem(self, place: str, why: str) -> Problem:
        return Problem(where=self._title(place), why=why)

    # --- people and lists ----------------------------------------------------------------------------------------

    def _read_handle(self, handle: str, context: Context) -> Iterator[Record]:
        parse = partial(parse_users, now=context.now, handle=handle[1:])
        page = self._ask("get_user", parse, {"username": handle[1:], "user_fields": ["name", "username"]})
        for account in page.users:
            self._numbers[handle] = account.id.removeprefix("x:")
            yield account
            # Who bore the handle before is somebody else, where that one's number is known.
            if not any(map(_has_number, self._context.accounts_of(f"x:{handle}"))):
                yield SameAs(a=f"x:{handle.lower()}", b=account.id, at=context.now, source="x")
        if not page.users:
            yield self._problem(f"handle:{handle}", _why(page))

    def _read_members(self, list_: str, context: Context) -> Iterator[Record]:
        held = load(context.resume)
        if not held.name:
            page = self._ask("get_list", partial(parse_list), {"id": list_})
            if page.faults:
                self._lost.add(list_)
                yield self._problem(f"members:{list_}", _why(page))
                return
            held.name = page.name or f"x list {list_}"
            yield Checkpoint(position=dump(held))
        count = held.size if held.next else 0
        while True:
            token = {"pagination_token": held.next} if held.next else {}
            params = {"id": list_, "max_results": PAGE, "user_fields": ["name", "username"], **token}
            try:
                page = self._ask("get_list_members", partial(parse_users, now=context.now), params)
            except RefusedError as error:
                if not (error.invalid and held.next):
                    raise
                held.next, count = "", 0
                continue
            if page.faults:
                self._lost.add(list_)
                yield self._problem(f"members:{list_}", _why(page))
                return
            yield from (Member(list=held.name, account=account) for account in page.users)
            count += len(page.users)
            last, held.next = held.next, page.next_token or ""
            if held.next in ("", last):
                break
            held.size = count
            yield Checkpoint(position=dump(held))
        held.next, held.size = "", max(count, 1)
        yield Checkpoint(position=dump(held))

    # --- posts ---------------------------------------------------------------------------------------------------

    def _read_posts(self, kind: str, what: str, context: Context) -> Iterator[Record]:
        held = load(context.resume)
        resumed = held.sweep is not None
        sweep: Sweep | None = held.sweep or self._begin(kind, held)
        while sweep is not None:
            yield from self._read_sweep(kind, what, held, sweep, context)
            # What came in since an interrupted sweep began is read by the next run.
            unfinished = resumed or held.sweep is not None
            sweep = None if unfinished else begin_older(kind, held, self._since)

    def _begin(self, kind: str, held: Position) -> Sweep:
        """Begin a sweep from the newest post back to what is known, or to the date that was asked for.

        What lies further back than X searches, X tells, by its own clock.
        """
        since = self._since
        if kind == "list" and since < (held.floor or 0):  # there is no other way to what is older
            known = held.below[-1] if held.below else Below()
            return Sweep(since=known.since if since <= known.since_at else "", start=since)
        if kind == "list" or held.since_at >= since:
            return Sweep(since=held.since, start=0 if held.since or kind == "list" else since)
        return Sweep(start=since)

    def _read_sweep(self, kind: str, what: str, held: Position, sweep: Sweep, context: Context) -> Iterator[Record]:
        growth, since = Growth(sweep.curve), self._wanted.since
        while True:
            try:
                page = self._ask_posts(kind, what, sweep, context)
            except RefusedError as error:
                if error.invalid and self._mend(kind, sweep):
                    continue
                if error.invalid and kind in SEARCHES and sweep.until:
                    break  # what is older is not searched any more
                raise
            if page.faults:
                held.sweep = sweep  # nothing is known of it
                yield from self._give_up(kind, what, page)
                return
            if any(each.at > latest_date(context.now) for each in page.posts):  # no store would take them
                raise RefusedError("this machine's clock is behind X's: set it right", stop="refused")
            yield from self._kept(page)
            known = int(sweep.since or 0) if kind == "list" else 0
            new = [each for each in page.posts if each.id > known]
            asked = [each for each in new if since is None or each.at >= since]
            sweep.note(asked)
            growth.add(new)
            last, sweep.next = sweep.next, page.next_token or ""
            held.sweep, held.page = sweep, max(held.page, _measure(page))
            if since is not None and len(asked) < len(new):
                sweep.since, sweep.start = "", seconds(since)  # what is older is still to be read
            if sweep.next in ("", last) or len(asked) < len(page.posts):
                break
            yield Checkpoint(position=dump(held), done=len(page.posts))
        held.close(sweep)
        yield Checkpoint(position=dump(held))

    def _ask_posts(self, kind: str, what: str, sweep: Sweep, context: Context) -> Page:
        params: dict[str, object] = {"id": what}
        if kind in SEARCHES:
            params = {"query": what if kind == "search" else f"conversation_id:{what}"}
        params |= WITH_POSTS
        if kind != "list":
            # A search takes ids or an instant, not both; what is older than --since ends it anyway.
            start = "" if sweep.until and "query" in params else _instant(sweep.start)
            given = {"since_id": sweep.since, "until_id": sweep.until, "start_time": start}
            params |= {name: value for name, value in given.items() if value}
        if sweep.next:
            params["next_token" if "query" in params else "pagination_token"] = sweep.next
        me = frozenset(f"x:{each}" for each in self._own)
        parse = partial(parse_posts, now=context.now, where=self._title(f"{kind}:{what}"), me=me)
        return self._ask(_ENDPOINTS[kind], parse, params, own=kind in MOST and what in self._own)

    def _mend(self, kind: str, sweep: Sweep) -> bool:
        """Change what X does not take: a token or an instant that is too old; tell whether there was any."""
        if sweep.next and kind == "list":
            sweep.next = sweep.top = sweep.oldest = ""
            sweep.curve = []
        elif sweep.next:
            sweep.next, sweep.until = "", sweep.oldest or sweep.until
        elif sweep.start or (sweep.since and kind in SEARCHES):
            sweep.start = 0  # a search starts seven days back by itself
            sweep.since = "" if kind in SEARCHES else sweep.since
        else:
            return False
        return True

    def _kept(self, page: Page) -> Iterator[Record]:
        """Give what is kept of a page; of somebody who is gone it goes where they were asked for, and may come back."""
        since = self._wanted.since
        for record in page.records:
            if isinstance(record, Gone) and record.account is not None:
                continue
            if since is not None and isinstance(record, Interaction) and record.at is not None and record.at < since:
                yield Skipped(why="acts older than --since")
            else:
                yield record

    def _give_up(self, kind: str, what: str, page: Page) -> Iterator[Record]:
        """Tell that a target is gone or protected: nobody sees its posts, and if it comes back they are read anew."""
        yield self._problem(f"{kind}:{what}", _why(page))
        yield from page.records
        if kind == "posts" and any(isinstance(each, Gone) and each.account == f"x:{what}" for each in page.records):
            yield Checkpoint(position=dump(Position()))

    def estimate(self, place: str, position: str | None) -> Estimate:
        """Tell what a place may cost: as it went before; the most that X hands out where it was never read."""
        kind, what = _parts(place)
        own = kind in MOST and what in self._own | set(self._wanted.me)
        return estimate(kind, load(position), own=own, since=self._since, now=seconds(self._context.now))


def _measure(page: Page) -> tuple[int, int, int]:
    """Count the posts of a page, and the posts and users that came along."""
    posts, _, along, users = (set(ids) for ids in page.bought)
    return len(posts), len(along - posts), len(users)


def _parts(place: str) -> tuple[str, str]:
    kind, _, what = place.partition(":")
    return kind, what.removeprefix("x:") if kind in MOST else what


def _has_number(account: Account) -> bool:
    return account.id.removeprefix("x:").isdigit()


def _instant(at: int) -> str:
    return datetime.fromtimestamp(at, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""


def _why(page: Page) -> str:
    return "; ".join(filter(None, page.faults.values())) or "X does not give it"
