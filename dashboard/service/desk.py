"""The desk: where the questions of an open page are answered, over one store that stays open.

What is made of the store is kept until that changes; while a run writes, answers stand on what was made before it, and
say so.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import combinations
from pathlib import Path

from dashboard.demo.showing import Showing
from dashboard.service.asking import Asked, ask_one
from dashboard.service.intake import Intake
from dashboard.service.maps import Maps, Moment
from dashboard.service.overview import Contents, read_contents
from dashboard.service.people import find_owner, merge, tell_apart
from dashboard.service.portrait import Holding, Portrait, count_held, draw_portrait
from dashboard.service.private_files import Presence, exclusive, mark_of
from dashboard.service.process import Launcher, end_runs
from dashboard.service.reaching import find_namesakes
from dashboard.service.runs import JOBS, PARCELS, RUNS, Runs
from graph.answers.advice import strongest
from graph.answers.answer import Answer, Hop
from graph.answers.ask import Question
from graph.answers.contacts import Contacts, count_by_month, read_contacts
from graph.answers.evidence import open_case, prove_hop
from graph.answers.reach import View, look_around
from graph.answers.targets import find_orgs
from graph.errors import StoreError, UsageError
from graph.people.person import Candidate, Directory, Person, open_directory
from graph.people.resolve import distinct_pairs, find_people, resolve_me
from graph.store.features import Filters
from graph.store.store import Store
from graph.ties.nodes import locate_people
from graph.ties.ties import Ties, load_ties

_SETTLED = 2.0
"""Seconds without a write after which a run counts as ended."""
_QUICK = 0.5
"""Where ties and network are made within so many seconds, they are after each write; else once the run has ended."""
_RECENT = 6


@dataclass(slots=True, kw_only=True)
class Desk:
    """One open store, who asks, and the clock.

    Attributes:
        store_option: The store as it was given on the command line, for commands that are shown; None for the usual.
        demo: Whether it is the demo's store.
        place: Where the store is, with a server's password; the store's own word for it where nothing is given.
        alone: Whether no other process serves the page at the same address.
        served_from: The host at which others open the page; None where this machine alone reaches it.
        runs: The commands that were run for the page.
        intake: What is brought in on the page.
        showing: The demo's page beside it, once it was asked for.
    """

    store: Store
    profile: str
    clock: Callable[[], datetime]
    store_option: str | None = None
    demo: bool = False
    place: str | None = field(default=None, repr=False)
    served_from: str | None = None
    alone: bool = True
    runs: Runs = field(init=False, repr=False)
    intake: Intake = field(init=False, repr=False)
    maps: Maps = field(init=False, repr=False)
    showing: Showing = field(default_factory=Showing, init=False, repr=False)
    _changing: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _changes: Path = field(init=False, repr=False)  # held while one is made; touched where one is to count at once
    _presence: Presence = field(init=False, repr=False)
    _held: Moment | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _seen: tuple[int, float] = field(default=(-1, 0.0), repr=False)  # the newest generation, and when it was first seen
    _costs: dict[str, float] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.maps = Maps(desk=self)
        place, folder = self.store.location, self.store.cache_path(RUNS)
        place = self.place or place if "://" in place else str(Path(place).absolute())  # they run in other folders
        launcher = Launcher(place=place, profile=self.profile, clock=self.clock)
        self.runs = Runs(folder / JOBS, launcher, self.renew)
        self.intake = Intake(folder / PARCELS, launcher, self.view, self.renew)
        self._presence, self._changes = Presence(folder / "serving"), folder / "changes"

    def open(self) -> None:
        """Begin to serve; what no server is at work on any more is cleaned up."""
        with suppress(OSError, StoreError):  # where nothing can be kept, nothing is brought in, and that says why
            self._presence.enter(self._clean)

    def close(self) -> None:
        """Serve no more; the last one to do so ends what runs."""
        self._presence.leave(self._end)

    def _clean(self) -> None:
        self.runs.clean()
        self.intake.end(places=False)

    def _end(self) -> None:
        end_runs(self.runs.folders())
        self.intake.end(places=True)

    @property
    def local(self) -> bool:
        """Whether this machine alone reaches the page: what reads its files by their path is for that alone."""
        return self.served_from is None

    @property
    def offers_demo(self) -> bool:
        """Whether the demo's page may be served beside this one: by one process, for whoever sits at this machine."""
        return self.local and self.alone

    @property
    def today(self) -> date:
        """The day of asking, in UTC."""
        return self.clock().date()

    def standing(self) -> Moment:
        """Give what answers stand on: the store as it is today, unless a run is writing at this moment.

        Another one takes its place in one assignment. Where somebody was forgotten it does so at once.
        """
        with self._lock:  # nothing is made while it is held
            changed = mark_of(self._changes)
            held, generation, day, now = self._held, self.store.generation(), self.today, time.monotonic()
            if held is not None and held.changed != changed:
                held = None
            if held is not None and (held.generation, held.day) == (generation, day):
                return held
            if generation != self._seen[0]:
                self._seen = generation, now
            removals = self.store.removals()
            slow = max(self._costs.values(), default=0.0) >= _QUICK
            writing = held is not None and held.generation != generation and now - self._seen[1] <= _SETTLED
            if held is not None and writing and slow and held.removals == removals:
                return held
            self._held = Moment(generation=generation, removals=removals, changed=changed, day=day)
            return self._held

    def stands(self, one: Moment) -> bool:
        """Tell whether answers still stand on that, as far as anybody asked."""
        return one is self._held

    @property
    def late(self) -> bool:
        """Tell whether there is newer data than answers stand on."""
        return self.standing().generation != self.store.generation()

    @contextmanager
    def timing(self, what: str) -> Iterator[None]:
        """Note how long it takes to make something that is worth standing on while a run writes."""
        start = time.monotonic()
        yield
        self._costs[what] = time.monotonic() - start

    def ask(self, question: Question) -> Asked:
        """Answer a question; where the name is not clear, with the candidates instead."""
        on = self.standing()

        def answer() -> Asked:
            return ask_one(self.store, question, self.profile, on.day, ties=self.ties(question.filters, on))

        return on.made.get(("answer", question), answer)

    def ties(self, filters: Filters, on: Moment | None = None) -> Ties:
        """Give the ties that the filters let through, of what answers stand on now if nothing else is given."""
        on = on or self.standing()

        def load() -> Ties:
            with self.timing("ties"):
                return load_ties(self.store, filters, on.day)

        return on.ties.get(filters, load)

    def contacts(self, question: Question, hop: Hop, limit: int) -> Contacts:
        """Give the newest interactions of a step, its first ones, and their counts by month."""
        case = open_case(self.store, open_directory(self.store), question.filters, self.today)
        return read_contacts(case, hop.source, hop.target, limit=limit)

    def months(self, question: Question, hops: Sequence[Hop]) -> dict[tuple[str, str], dict[date, int]]:
        """Count the interactions of steps by month, whatever the day that is asked for, up to today."""
        filters, on = replace(question.filters, as_of=None), self.standing()
        steps = {(hop.source.id, hop.target.id): hop for hop in hops}

        def count() -> dict[tuple[str, str], dict[date, int]]:
            case = open_case(self.store, open_directory(self.store), filters, on.day)
            return {step: count_by_month(case, hop.source, hop.target) for step, hop in steps.items()}

        return on.made.get(("months", filters, tuple(steps)), count)

    def portrait(self, account: str, as_of: date | None) -> Portrait:
        """Show the person who has an account, as of a day.

        Raises:
            NameUnknownError: If nobody here has it.
        """
        filters, on = Filters(as_of=as_of), self.standing()

        def draw() -> Portrait:
            return draw_portrait(self.store, self.profile, account, self.ties(filters, on), filters, on.day)

        return on.made.get(("portrait", account, as_of), draw)

    def held(self, account: str) -> Holding:
        """Count what is held on the person who has an account."""
        person = open_directory(self.store).person(account)
        return self.standing().made.get(("held", person), lambda: count_held(self.store, person))

    def all_months(self) -> Mapping[date, int]:
        """Count all interactions by month, in order."""
        return self.standing().made.get("all months", self.store.months)

    def search(self, text: str, limit: int = 8) -> list[Candidate]:
        """Find the people that a text may mean, best first."""
        return find_people(open_directory(self.store), text, limit)

    def places(self, text: str, limit: int = 3) -> list[tuple[str, int]]:
        """Find the organisations that a text may mean, with how many people are there."""
        return find_orgs(open_directory(self.store), text, limit)

    def somebody(self, account: str) -> Person:
        """Give the person who has an account; me where none is given.

        Raises:
            NameUnknownError: If nobody here has it. UnknownMeError if it is not known who I am.
        """
        directory = open_directory(self.store)
        return find_owner(directory, account) if account else resolve_me(directory, self.profile)

    def me(self, directory: Directory) -> str | None:
        """Give my person id; None where it is not known who I am."""
        mine = self.store.profiles().get(self.profile)
        return directory.persons.person_of(min(mine)) if mine else None

    def called(self, text: str) -> str:
        """Give the name of somebody who is given by an account id; what is no id stays as it is."""
        held = next(iter(self.store.accounts([text])), None)
        return text if held is None else open_directory(self.store).person(text).name

    def contents(self) -> Contents:
        """Count what is in the store, and tell who asks."""
        return self.standing().made.get("contents", lambda: read_contents(self.store, self.profile))

    def view(self) -> View | None:
        """Count the people around me; None where it is not known who asks, or nothing is known of me."""
        directory, ties = open_directory(self.store), self.ties(Filters())
        me = self.me(directory)
        nodes = locate_people(self.store, ties.nodes, {*directory.protected(), me or ""})
        node = nodes.pop(me or "", None)
        return None if node is None else look_around(ties, node, nodes.values())

    def nearest(self, question: Question, most: int) -> tuple[list[Hop], int]:
        """Give my strongest steps to the people that I can ask, none of them protected, and how many there are."""
        directory = open_directory(self.store)
        me, ties = resolve_me(directory, self.profile), self.ties(question.filters)
        case = open_case(self.store, directory, question.filters, self.today)
        protected = directory.protected()
        found = strongest(case, ties, me, towards=False)
        shown = [(person, strength) for person, strength in found if person.id not in protected]
        return [prove_hop(case, me, person, strength) for person, strength in shown[:most]], len(shown)

    def told_only(self, question: Question, steps: Iterable[tuple[Person, Person]]) -> set[tuple[str, str]]:
        """Give those of some steps that were told and not seen, by person ids."""
        case = open_case(self.store, open_directory(self.store), question.filters, self.today)
        return {(one.id, other.id) for one, other in steps if not prove_hop(case, one, other, 0).counts}

    def twins(self, person: Person) -> list[Person]:
        """Give the other people who bear somebody's name, and are not said to be somebody else."""
        directory = open_directory(self.store)
        return list(directory.people(one.id for one in find_namesakes(directory, person.accounts)).values())

    def may_be_one(self, people: Sequence[Person]) -> bool:
        """Tell whether nobody said of any two of some people that they are different ones."""
        apart = distinct_pairs(open_directory(self.store))
        return not any(tuple(sorted((a.id, b.id))) in apart for a, b in combinations(people, 2))

    def decide(self, ids: Sequence[str], *, same: bool) -> str:
        """Assert that people who were asked for together are one, or that they are different ones; give their name.

        Raises:
            UsageError: If they are not what they were when they were shown.
        """
        directory = open_directory(self.store)
        people = [directory.person(one) for one in dict.fromkeys(ids)]
        held = {one.id for one in self.store.accounts(list(ids))}
        as_shown = [one.id for one in people] == list(ids) and held.issuperset(ids)
        if len(people) < 2 or not as_shown or not self.may_be_one(people):
            raise UsageError("this was decided elsewhere meanwhile; ask again to see how it stands")
        if same:
            for other in people[1:]:
                merge(self.store, people[0].id, other.id, self.clock())
        else:
            tell_apart(self.store, people, self.clock())
        return people[0].name

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Keep all others from changing anything by hand meanwhile, whichever process serves them."""
        with self._changing, ExitStack() as held:
            with suppress(StoreError):  # where no lock can be kept, this process is the only one that is kept
                held.enter_context(exclusive(self._changes))
            yield

    def renew(self) -> None:
        """Stand on the store as it is now: what was said or fetched counts at once, whatever process it was said to."""
        self._held = None
        with suppress(OSError):  # without its folder nothing was said or fetched
            self._changes.touch(mode=0o600)

    def note_asked(self, answer: Answer) -> None:
        """Keep that somebody was asked for."""
        if answer.target is not None:
            self.store.record_ask(self.profile, answer.target.id, self.clock())

    def asked_before(self) -> list[tuple[Person, datetime]]:
        """Give whom was asked for lately, newest first."""
        recent = self.store.recent_asks(self.profile, _RECENT)
        directory = open_directory(self.store)
        people = {one.account: directory.person(one.account) for one in recent}
        newest: dict[str, tuple[Person, datetime]] = {}
        for one in recent:
            newest.setdefault(people[one.account].id, (people[one.account], one.at))
        return list(newest.values())
