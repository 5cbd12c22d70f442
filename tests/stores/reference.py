"""What a store must answer, worked out plainly from the records; and what it does answer, in a form to compare."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import strategies as st

from graph.model import (
    KINDS,
    UNDATED_KINDS,
    Account,
    Addressee,
    Closeness,
    Declared,
    Interaction,
    Introduction,
    IntroductionState,
    IntroductionStep,
    Item,
    Kind,
    Member,
    Record,
    Role,
    SameAs,
    end_of,
    from_micros,
)
from graph.records.pack import pack
from graph.store.documents import Written
from graph.store.features import HALF_LIVES, UNDATED, Filters, TieRows
from graph.store.store import Store
from tests.graph.records import NOW, interactions_of

ANN, BOB, CARA, DEE, ZOE = "email:ann@example.org", "x:1", "x:2", "bluesky:did:plc:dee", "web:example.org#zoë"
PEOPLE = [ANN, BOB, CARA, DEE, ZOE]
PAGES = ["https://example.org/a", "https://example.org/b", "https://example.net/c"]
SOURCES = ["csv", "jsonl", "x"]
PRECISE = 1e-9


def write(store: Store, *records: Record | Iterable[Record]) -> Written:
    """Write records in one batch."""
    return store.write(pack(flat(records), now=NOW))


def flat(records: Iterable[Record | Iterable[Record]]) -> list[Record]:
    found: list[Record] = []
    for one in records:
        if isinstance(one, Iterable):
            found += one
        else:
            found.append(one)
    return found


# --- ties ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """One row of `TieRows` by names; comparable within 1e-9 where made by `tie`."""

    count: int
    first: datetime | None
    last: datetime | None
    days: int
    decayed: object
    sources: frozenset[str]


Ties = dict[tuple[str, str, Kind], Tie]


def lets(filters: Filters, act: Interaction) -> bool:
    """Tell whether filters let an act through: the contract's words."""
    if filters.kinds is not None and act.kind.value not in filters.kinds:
        return False
    if act.at is None:
        return filters.since is None and filters.as_of is None
    if filters.since is not None and act.at < filters.since:
        return False
    return filters.as_of is None or act.at < end_of(filters.as_of)


def expected_ties(acts: Iterable[Interaction], filters: Filters) -> Ties:
    """Sum acts (of different ids) up, one by one."""
    grouped: defaultdict[tuple[str, str, Kind], list[tuple[datetime | None, float, str]]] = defaultdict(list)
    for act in acts:
        addressees = {one.account.id for one in act.to}
        for target in addressees - {act.actor.id}:
            if lets(filters, act):
                grouped[act.actor.id, target, act.kind].append((act.at, 1 / len(addressees), act.source))
    return {key: _sum_up(group) for key, group in grouped.items()}


def _sum_up(group: list[tuple[datetime | None, float, str]]) -> Tie:
    dated = [(at, weight) for at, weight, _ in group if at is not None]
    dates = [at for at, _ in dated]
    last = max(dates, default=None)
    decayed = [
        sum(weight * 2 ** (-((last - at) / timedelta(days=1)) / half_life) for at, weight in dated) if last else 0.0
        for half_life in HALF_LIVES
    ]
    return Tie(
        count=len(group),
        first=min(dates, default=None),
        last=last,
        days=len({at.date() for at in dates}),
        decayed=pytest.approx(decayed, rel=PRECISE, abs=PRECISE),
        sources=frozenset(source for *_, source in group),
    )


def ties_of(store: Store, filters: Filters | None = None) -> Ties:
    """Give a store's rows by name, after a look at their form."""
    rows = store.tie_rows(filters or Filters())
    assert_sorted(rows)
    ids = store.account_ids({int(key) for key in [*rows.source, *rows.target]})
    names = store.source_names()
    return {
        (ids[int(rows.source[at])], ids[int(rows.target[at])], KINDS[rows.kind[at]]): Tie(
            count=int(rows.count[at]),
            first=_date(int(rows.first[at])),
            last=_date(int(rows.last[at])),
            days=int(rows.days[at]),
            decayed=rows.decayed[at].tolist(),
            sources=frozenset(name for bit, name in enumerate(names) if int(rows.sources[at]) >> bit & 1),
        )
        for at in range(len(rows.source))
    }


def assert_sorted(rows: TieRows) -> None:
    """See that rows have the shapes and types that the contract names, each pair and kind once and in order."""
    types = [getattr(rows, name).dtype.name for name in ("source", "target", "kind", "count", "first", "last", "days")]
    assert types == ["int32", "int32", "uint8", "int32", "int64", "int64", "int32"]
    assert (rows.decayed.dtype.name, rows.sources.dtype.name) == ("float64", "int64")
    assert rows.decayed.shape == (len(rows.source), len(HALF_LIVES))
    places = list(zip(rows.source.tolist(), rows.target.tolist(), rows.kind.tolist(), strict=True))
    assert all(one < other for one, other in pairwise(places))


def _date(micros: int) -> datetime | None:
    return None if micros == UNDATED else from_micros(micros)


# --- everything ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """All that a store tells, whatever its keys are."""

    acts: list[Interaction]
    accounts: list[Account]
    items: object
    assertions: list[SameAs]
    declared: list[Declared]
    introductions: list[Introduction]
    lists: dict[str, list[str]]
    profiles: dict[str, list[str]]
    ties: object


def dump(store: Store) -> Dump:
    """Read everything."""
    accounts = list(store.accounts())
    return Dump(
        acts=interactions_of(store),
        accounts=accounts,
        items=store.items_by([account.id for account in accounts], Filters(), limit=1_000),
        assertions=store.assertions(),
        declared=store.declared(),
        introductions=store.introductions(),
        lists=store.lists(),
        profiles=store.profiles(),
        ties={key: _comparable(tie) for key, tie in ties_of(store).items()},
    )


def _comparable(tie: Tie) -> tuple[object, ...]:
    return (tie.count, tie.first, tie.last, tie.days, _near(tie.decayed), tie.sources)


@dataclass(frozen=True, slots=True, eq=False)
class _near:  # noqa: N801 - reads as a word
    values: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _near) and self.values == pytest.approx(other.values, rel=PRECISE, abs=PRECISE)

    __hash__ = None  # type: ignore[assignment] # near is no equivalence, so nothing may hash by it


# --- what Hypothesis draws -------------------------------------------------------------------------------------------

INSTANTS = [
    datetime(2018, 3, 1, tzinfo=UTC),
    datetime(2018, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2018, 3, 2, tzinfo=UTC),
    datetime(2019, 7, 9, 8, 30, tzinfo=UTC),
    datetime(2019, 7, 9, 18, 30, tzinfo=UTC),
    datetime(2020, 6, 14, 1, 2, 3, 4, tzinfo=UTC),
]
instants = st.sampled_from(INSTANTS)
people = st.sampled_from(PEOPLE)
words = st.sampled_from([None, "Ann Lee", "Zoë Öz", "Harbour Press", "q"])
shown_accounts = st.builds(Account, id=people, handle=words, name=words, org=words, at=st.none() | instants)
items = st.builds(
    Item,
    url=st.sampled_from([*PAGES, None]),
    title=st.sampled_from([None, "On tea", "On salt"]),
    kind=st.sampled_from([None, "post"]),
    author=st.none() | shown_accounts,
)
filters = st.builds(
    Filters,
    kinds=st.none() | st.frozensets(st.sampled_from([*(kind.value for kind in KINDS), "declared"]), max_size=6),
    since=st.none() | instants,
    as_of=st.none() | st.sampled_from([date(2018, 3, 1), date(2019, 7, 9), date(2030, 1, 1)]),
)


@st.composite
def acts(draw: st.DrawFn, native: Callable[[], str | None] | None = None) -> Interaction:
    """Draw an act; ids come from few, so that contents meet under one id, unless `native` makes them."""
    kind = draw(st.sampled_from([Kind.MESSAGE, Kind.REPLY, Kind.LIKE, Kind.FOLLOW, Kind.CONNECTION]))
    dates = (instants | st.none()) if kind in UNDATED_KINDS else instants
    return Interaction(
        id=draw(st.none() | st.sampled_from([f"test:{n}#{kind.value}" for n in range(4)])) if not native else native(),
        kind=kind,
        at=draw(dates),
        actor=draw(shown_accounts),
        to=tuple(draw(st.lists(st.builds(Addressee, account=shown_accounts, role=st.sampled_from(Role)), max_size=3))),
        item=draw(st.none() | items),
        thread=draw(st.sampled_from([None, "t1", "t2"])),
        parent=draw(st.sampled_from([None, "test:1#reply"])),
        excerpt=draw(st.sampled_from([None, "See you there", "Nice"])),
        private=draw(st.booleans()),
        source=draw(st.sampled_from(SOURCES)),
    )


@st.composite
def distinct_acts(draw: st.DrawFn, least: int = 0) -> list[Interaction]:
    """Draw acts of different ids."""
    numbers = iter(range(1_000))
    return draw(st.lists(acts(lambda: f"test:{next(numbers)}#act"), min_size=least, max_size=14))


pairs = st.tuples(people, people).filter(lambda pair: pair[0] != pair[1])
triples = st.permutations(PEOPLE).map(lambda order: order[:3])
retractions = st.none() | instants
assertions = st.builds(
    lambda pair, same, source, confidence, at, retracted: SameAs(
        a=pair[0], b=pair[1], same=same, source=source, confidence=confidence, at=at, retracted_at=retracted
    ),
    pairs,
    st.booleans(),
    st.sampled_from(["manual", "x"]),
    st.sampled_from([0.5, 1.0]),
    instants,
    retractions,
)
told = st.builds(
    lambda pair, closeness, at, how, since, by, retracted: Declared(
        a=Account(id=pair[0]),
        b=Account(id=pair[1]),
        closeness=closeness,
        at=at,
        how=how,
        since=since,
        by=by,
        retracted_at=retracted,
    ),
    pairs,
    st.sampled_from(Closeness),
    instants,
    st.sampled_from([None, "school", "work"]),
    st.none() | st.just(date(2001, 9, 1)),
    st.none() | people.map(lambda id_: Account(id=id_)),
    retractions,
)
steps = st.builds(
    IntroductionStep,
    state=st.sampled_from(IntroductionState),
    at=instants,
    note=st.sampled_from([None, "by phone"]),
    url=st.sampled_from([None, PAGES[0]]),
)
introductions = st.builds(
    lambda three, held, initiator, source, retracted: Introduction(
        by=Account(id=three[0]),
        person=Account(id=three[1]),
        to=Account(id=three[2]),
        steps=tuple(held),
        initiator=initiator,
        source=source,
        retracted_at=retracted,
    ),
    triples,
    st.lists(steps, min_size=1, max_size=3),
    st.none() | people.map(lambda id_: Account(id=id_)),
    st.sampled_from(["manual", "x"]),
    retractions,
)
members = st.builds(Member, list=st.sampled_from(["press", "team"]), account=shown_accounts)
records: st.SearchStrategy[Record] = st.one_of(
    acts(), acts(), acts(), shown_accounts, assertions, told, introductions, members
)


def ids_in(records_: Collection[Interaction]) -> list[str | None]:
    return [one.id for one in records_]
