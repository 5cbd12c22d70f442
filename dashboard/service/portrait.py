"""A person as a page shows them: who they are, how we met, whom they know, and what is held on them."""

from dataclasses import dataclass
from datetime import date

from dashboard.service.people import Profile, find_owner, show_person
from graph.answers.advice import strongest
from graph.answers.answer import Hop
from graph.answers.evidence import Case, open_case, prove_hop
from graph.answers.story import Story, Trio, find_trios, read_story
from graph.model import Interaction
from graph.people.person import Person, open_directory
from graph.people.resolve import resolve_me
from graph.store.features import Filters
from graph.store.store import Store
from graph.ties.nodes import locate_people
from graph.ties.ties import Ties

_RELATIONSHIPS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """What a page shows of somebody.

    Attributes:
        mine: The step from me to them, its strength 0 where nothing is proven; None where they are me.
        story: None where they are me.
        relationships: Their strongest ones, as ways use them: from me to them, and from them to others.
        others: How many more there are.
        trios: The introductions that they make or are part of, newest first.
    """

    profile: Profile
    me: Person
    mine: Hop | None
    story: Story | None
    relationships: tuple[Hop, ...]
    others: int
    trios: tuple[Trio, ...]

    @property
    def person(self) -> Person:
        """Whom it shows."""
        return self.profile.person


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What is held on somebody: how many interactions that name them, and whether any text of a private one is."""

    interactions: int
    private_text: bool


def draw_portrait(store: Store, profile: str, account: str, ties: Ties, filters: Filters, today: date) -> Portrait:
    """Gather what a page shows of the person who has an account.

    Raises:
        NameUnknownError: If nobody here has it. UnknownMeError if it is not known who asks.
    """
    directory = open_directory(store)
    me = resolve_me(directory, profile)
    person, case = find_owner(directory, account), open_case(store, directory, filters, today)
    hops, others = _relationships(case, ties, me, person)
    is_me = person.id == me.id
    return Portrait(
        profile=show_person(store, account),
        me=me,
        mine=None if is_me else prove_hop(case, me, person, _strength(case, ties, me, person)),
        story=None if is_me else read_story(case, me, person),
        relationships=hops,
        others=others,
        trios=tuple(find_trios(case, person)),
    )


def _relationships(case: Case, ties: Ties, me: Person, person: Person) -> tuple[tuple[Hop, ...], int]:
    """Give somebody's strongest relationships, and how many more there are."""
    found = strongest(case, ties, person, towards=False, limit=_RELATIONSHIPS + 1)
    steps = [(person, other, strength) for other, strength in found if other.id != me.id]
    node = locate_people(case.store, ties.nodes, [person.id]).get(person.id)
    total = 0 if node is None else len(ties.arrays.outgoing.row(node)[0]) - (_strength(case, ties, person, me) > 0)
    if (mine := _strength(case, ties, me, person)) > 0:
        steps.append((me, person, mine))
        total += 1
    shown = sorted(steps, key=lambda step: -step[2])[:_RELATIONSHIPS]
    return tuple(prove_hop(case, *step) for step in shown), total - len(shown)


def _strength(case: Case, ties: Ties, source: Person, target: Person) -> float:
    nodes = locate_people(case.store, ties.nodes, [source.id, target.id])
    return ties.strength(nodes[source.id], nodes[target.id]) if len(nodes) == 2 else 0.0


def count_held(store: Store, person: Person) -> Holding:
    """Count what is held on somebody, of whatever day it is; it takes a pass over all interactions."""
    held, private_text = 0, False
    for one in store.about(person.accounts):
        if isinstance(one, Interaction):
            held += 1
            private_text |= one.private and bool(one.excerpt)
    return Holding(interactions=held, private_text=private_text)
