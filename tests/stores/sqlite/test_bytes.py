"""What is removed is gone from every byte of every file beside the store."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import StoreError
from graph.model import Account, Declared, Interaction, Item, Kind, Member, Problem, Rule, SameAs
from graph.records.pack import pack
from graph.store.documents import Cursor, Run
from graph.store.features import Filters
from graph.store.store import Store
from tests.graph.records import NOW, act, days_ago, known
from tests.stores.reference import ANN, BOB, write
from tests.stores.sqlite.test_file import database_of, opened

SECRET = "Zebulon Quagmire"  # noqa: S105 # a name to search the files for
HANDLE = "zebquag"
GONE = f"x:@{HANDLE}"
WORDS = [word.encode() for word in ("Zebulon", "Quagmire", "quagmire", HANDLE, "quicklime")]


def left(folder: Path) -> set[bytes]:
    """Give the words that any file of a folder holds."""
    found = set()
    for path in folder.iterdir():
        content = path.read_bytes()
        found |= {word for word in WORDS if word in content}
        utf32 = [word for word in WORDS if word.decode().encode("utf-32-le") in content]
        found |= set(utf32)
    return found


def plant(store: Store) -> None:
    person = Account(id=GONE, handle=HANDLE, name=SECRET, url=f"https://x.com/{HANDLE}", org="Quagmire & Co")
    page = Item(url=f"https://{HANDLE}.example.org/zebulon-quagmire", title=f"By {SECRET}", author=person)
    crowd = [act(ANN, f"email:p{n:04}@example.org", at=days_ago(300), native=f"test:{n}#message") for n in range(800)]
    write(store, crowd)
    store.refresh()
    write(
        store,
        person,
        act(GONE, ANN, at=days_ago(200), native="test:zebquag-1#message", excerpt="quicklime", private=True),
        act(ANN, GONE, at=days_ago(200), item=Item(title="About quicklime"), private=True),
        act(GONE, ANN, item=Item(url=f"https://x.com/{HANDLE}/status/1", title="The quicklime diary")),
        act(ANN, (BOB, GONE), at=days_ago(200), thread=f"thread of {SECRET}"),
        Interaction(kind=Kind.LIKE, at=days_ago(200), actor=Account(id=BOB), to=(), item=page),
        act(BOB, ANN, at=days_ago(200), excerpt=f"I met {SECRET} today", native="test:x#message"),
        known(ANN, GONE),
        Declared(
            a=Account(id=ANN), b=Account(id=BOB), closeness=known(ANN, BOB).closeness, at=NOW, how=f"{SECRET} said"
        ),
        SameAs(a=GONE, b=BOB, at=NOW),
        Member(list="press", account=Account(id=GONE)),
    )
    store.write(pack([], now=NOW), Cursor(job=f"/home/{SECRET}/x", position="1"))
    store.set_rule(Rule(kind="protect", value=GONE), on=True)
    store.record_run(
        Run(source="x", at=NOW, new=0, seen=0, problems=1, seconds=0.0),
        [Problem(where="a:1", why=f"{SECRET}: no date")],
    )
    store.set_profile(SECRET, [GONE])
    for profile, account in (("quicklime", GONE), (SECRET, ANN)):
        store.record_ask(profile, account, NOW)
    store.refresh()
    assert store.search(SECRET)
    store.tie_rows(Filters(since=days_ago(100)))


def forget(store: Store) -> None:
    store.forget([GONE])


def match(store: Store) -> None:
    store.remove_matching([GONE])


def erase(store: Store) -> None:
    store.erase()


@pytest.mark.parametrize("remove", [forget, match, erase])
@pytest.mark.parametrize("settled", [True, False])
def test_no_byte_stays(tmp_path: Path, remove: Callable[[Store], None], settled: bool) -> None:
    with opened(tmp_path / "people.db") as store:
        plant(store)
        write(store, act(GONE, BOB, at=days_ago(1)))
        if settled:
            store.refresh()
        assert left(tmp_path) == set(WORDS)
        remove(store)
        assert left(tmp_path) == set()
        store.refresh()
        store.search(SECRET)
        assert left(tmp_path) == set()
    assert left(tmp_path) == set()


@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize("order", [1, -1], ids=["newer last", "older last"])
def test_a_renamed_account_leaves_no_old_name(tmp_path: Path, order: int, settled: bool) -> None:
    names = [
        Account(id="x:77", name=SECRET, handle=HANDLE, at=days_ago(9)),
        Account(id="x:77", name="Someone Plain", handle="plain", at=NOW),
    ]
    with opened(tmp_path / "people.db") as store:
        write(store, [Account(id=f"x:{n}") for n in range(100, 900)])
        for account in names[::order]:
            write(store, account)
            if settled:
                store.refresh()
        store.forget(["x:77"])
        assert left(tmp_path) == set()


def test_what_is_older_than_is_kept_is_gone(tmp_path: Path) -> None:
    with opened(tmp_path / "people.db") as store:
        write(store, act(ANN, BOB, at=days_ago(500), excerpt="quicklime"), act(ANN, "x:quagmire", at=days_ago(500)))
        store.refresh()
        assert left(tmp_path) == {b"quicklime", b"quagmire"}
        store.remove_before(days_ago(100))
        assert left(tmp_path) == set()


def test_one_who_still_reads_is_named_and_the_next_run_ends_it(tmp_path: Path) -> None:
    with opened(tmp_path / "people.db") as store, opened(tmp_path / "people.db") as other:
        plant(store)
        database_of(store).connection.execute("PRAGMA busy_timeout = 100")
        reader = other.about([GONE])
        next(reader)
        with pytest.raises(StoreError, match=r"another program still reads .*people\.db-wal keeps old pages"):
            store.forget([GONE])
        assert store.search(SECRET) == []
        list(reader)
        assert store.forget([GONE]).accounts == 0
        assert left(tmp_path) == set()
