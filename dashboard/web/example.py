"""What the first page shows of the demo: its way from a comment to an introduction, drawn."""

from dashboard.demo.strauss import STRAUSS
from dashboard.web.picture import draw_ways
from graph.answers.answer import Hop, KindCount, Path
from graph.model import Closeness
from graph.people.person import Person

YOU, FRIEND = "You", "Rieva Lesonski"
STEPS = ((YOU, FRIEND, Closeness.CLOSE), (FRIEND, STRAUSS, Closeness.FAMILIAR))
"""The demo's best way on the day of the column, as its answer has it."""
WORDS = (
    "From the demo, April 2009: a comment on a column, and one friend, became an introduction. "
    "23 people, in a store of its own."
)
_WIDTH = 360


def draw_example() -> str:
    """Draw the way as an `svg` element, to be looked at only."""
    people = {name: Person(id=name, name=name) for name in (YOU, FRIEND, STRAUSS)}
    seen = (KindCount(kind="message", out=1, in_=1),)
    hops = tuple(
        Hop(
            source=people[source],
            target=people[target],
            strength=0.0,
            closeness=closeness,
            dormant=False,
            last=None,
            counts=seen,
            evidence=(),
        )
        for source, target, closeness in STEPS
    )
    way = Path(people=tuple(people.values()), strength=0.0, weakest=0.0, hops=hops)
    return draw_ways([way], me=YOU, chosen=1, step=0, width=_WIDTH, standalone=True, closeness=True, styled=True)
