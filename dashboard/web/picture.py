"""The picture of the ways: from you on the left to the target on the right, as SVG.

Every look is a class of `assets/picture.css`. Nothing moves, and nothing changes its place in the document, when
another way or step is chosen: each line is there twice, once among the others and once above them all as it looks where
it is chosen. A page that takes over the attributes of the elements of equal `data-key` changes smoothly, therefore.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from dashboard.web.lanes import MANY_LANES, Layout, Node, Role, Step, arrange
from dashboard.web.lettering import called, initials, safe
from dashboard.web.places import LEADING, Word, place_words
from dashboard.web.routes import draw
from dashboard.web.styles import written_out
from dashboard.web.svg import classes, number, tag, words
from dashboard.words.text import count, day, enumerate_words
from graph.answer import Path, Person

_RING, _DISC, _TARGET_RING = 17.5, 18.0, 21.5
_LETTERS = 4.3  # from the middle of a text of 12 px to its base


def draw_ways(paths: Sequence[Path], *, me: str, chosen: int, step: int, width: int, standalone: bool = False) -> str:
    """Draw ways as an `svg` element.

    Args:
        paths: The ways, best first.
        me: The person id of who asks.
        chosen: The rank of the chosen way, from 1; 0 for none.
        step: Its chosen step, from 1.
        width: The room there is, in px; the picture is wider where it has to be.
        standalone: For other eyes, outside of the page: names and steps only, in colours written out.
    """
    layout = arrange(paths, width)
    ways = [list(steps) for _, steps in groupby(layout.steps, key=attrgetter("way"))]
    targets = dict.fromkeys(called(path.people[-1]) for path in paths)
    title = f"{count(len(paths), 'way')} to {enumerate_words(targets)}"
    hidden = None if standalone else "true"
    parts = [
        tag("g", *_lines(ways, 0, 0, standalone=standalone), aria_hidden=hidden),
        tag("g", *_lines(ways, chosen, step, standalone=standalone, top=True), aria_hidden=hidden),
        tag("g", *_people(layout, chosen, standalone=standalone), *_ranks(layout, ways, chosen), aria_hidden=hidden),
    ]
    if standalone:
        parts[:0] = [tag("title", words(title)), tag("style", words(written_out("picture.css")))]
    else:
        parts.append(tag("g", *_steps(layout, me, chosen, step)))
    return tag(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        class_="ways",
        viewBox=f"0 0 {number(layout.width)} {number(layout.height)}",
        width=layout.width,
        height=layout.height,
        role="img" if standalone else "group",
        aria_label=None if standalone else title,
    )


def _lines(
    ways: Sequence[Sequence[Step]], chosen: int, step: int, *, standalone: bool, top: bool = False
) -> Iterator[str]:
    """Draw each way's lines, the best way last; their bridges let those below pass under them."""
    for steps in reversed(ways):
        way = steps[0].way
        kind = "top" if top else "way"
        looks = [_look(one, standalone=standalone) for one in steps]
        yield tag(
            "g",
            *(
                tag("path", class_=f"bridge {look}", d=draw(one.bridge))
                for one, look in zip(steps, looks, strict=True)
                if one.bridge
            ),
            *(
                tag(
                    "path",
                    class_=classes("band", on=(one.way, one.number) == (chosen, step)),
                    d=draw(one.line),
                    data_key=f"band:{way}:{one.number}",
                )
                for one in steps
                if top and not standalone
            ),
            *(
                tag("path", class_=f"line {look}", d=draw(one.line), data_key=f"{kind}-line:{way}:{one.number}")
                for one, look in zip(steps, looks, strict=True)
            ),
            class_=classes("way", top=top, on=top and way == chosen),
            style=f"--order:{way - 1}",
            data_way=str(way),
            data_key=f"{kind}:{way}",
        )


def _look(step: Step, *, standalone: bool) -> str:
    """Name the classes of a step's line; who is how close is not for other eyes."""
    if standalone:
        return ""
    return classes(step.hop.closeness.value, dormant=step.hop.dormant, told=not step.hop.counts)


def _people(layout: Layout, chosen: int, *, standalone: bool) -> Iterator[str]:
    on_way = {place for one in layout.steps if chosen in (0, one.way) for place in one.ends}
    for place, node in enumerate(layout.nodes):
        person, (x, y) = node.person, node.at
        on = place in on_way and (chosen > 0 or node.role is not Role.PERSON)
        whole = called(person) if standalone or not person.org else f"{called(person)}, {safe(person.org)}"
        letters = "You" if node.role is Role.YOU else initials(called(person))
        second = () if standalone and not node.again else node.second
        texts = [*(("name", text) for text in node.name), *(("second", text) for text in second)]
        yield tag(
            "g",
            tag("title", words(whole)),
            *_circles(node),
            tag("text", words(letters), class_="letters", x=x, y=y + _LETTERS),
            *(
                tag("text", words(text), class_=kind, x=x, y=base)
                for (base, _, _), (kind, text) in zip(node.lines(), texts, strict=False)
            ),
            class_=classes("node", node.role.name.lower(), again=bool(node.again), on=on),
            data_key=f"node:{safe(person.id)}" + ":again" * node.again,
        )


def _circles(node: Node) -> Iterator[str]:
    x, y = node.at
    if node.role is Role.TARGET:
        yield tag("circle", class_="ring", cx=x, cy=y, r=_TARGET_RING)
    radius = _RING if node.role is Role.PERSON else _DISC if node.role is Role.TARGET else node.role.value
    yield tag("circle", class_="disc", cx=x, cy=y, r=radius)


def _ranks(layout: Layout, ways: Sequence[Sequence[Step]], chosen: int) -> Iterator[str]:
    """Write each way's rank at its first person; where several start, the chosen or the best is seen."""
    starts = [steps[0].ends[1] for steps in ways]
    seen = {start: rank for rank, start in reversed(list(enumerate(starts, 1)))}
    if chosen:
        seen[starts[chosen - 1]] = chosen
    for rank, start in enumerate(starts, 1):
        node = layout.nodes[start]
        off = node.role.value - 18
        yield tag(
            "text",
            str(rank),
            class_=classes("rank", on=rank == chosen, quiet=seen[start] != rank or len(ways) == 1),
            x=node.at[0] - 24 - off,
            y=node.at[1] - 15 - off,
            data_key=f"rank:{rank}",
        )


def _steps(layout: Layout, me: str, chosen: int, step: int) -> Iterator[str]:
    """Draw what is pointed at and focused: an unseen line on each step, and its word."""
    placed = place_words(layout, chosen, step, only_chosen=layout.lanes > MANY_LANES)
    covered = {one.ends for one in layout.steps if one.way == chosen}
    for one in sorted(layout.steps, key=lambda one: (-one.way, one.number)):
        on = one.way == chosen
        pressed = on and one.number == step
        word = placed[one.way, one.number]
        button = {
            "role": "button",
            "tabindex": "0",
            "aria_label": _label(one, me),
            "aria_pressed": "true" if pressed else "false",
        }
        yield tag(
            "g",
            tag(
                "path",
                tag("title", f"{one.hop.strength:.2f}. An order of what to try first, not a probability."),
                class_=classes("step", under=not on and one.ends in covered),
                d=draw(one.line),
                data_from=called(one.hop.source),
                data_to=called(one.hop.target),
                data_way=str(one.way),
                data_step=str(one.number),
                data_key=f"step:{one.way}:{one.number}",
                **(button if on else {"role": "presentation", "aria_hidden": "true"}),
            ),
            _word(word, f"word:{one.way}:{one.number}", classes("word", on=on, chosen=pressed, quiet=word.quiet)),
        )


def _word(word: Word, key: str, looks: str) -> str:
    width, height = word.size
    first = _LETTERS - LEADING * (len(word.lines) - 1) / 2
    return tag(
        "g",
        tag("rect", class_="ring", x=-width / 2 - 4, y=-height / 2 - 4, width=width + 8, height=height + 8, rx=15.0),
        tag("rect", class_="pill", x=-width / 2, y=-height / 2, width=width, height=height, rx=11.0),
        *(tag("text", text, y=first + LEADING * place) for place, text in enumerate(word.lines)),
        class_=looks,
        transform=f"translate({number(word.at[0])},{number(word.at[1])})",
        data_key=key,
        aria_hidden="true",
    )


def _label(step: Step, me: str) -> str:
    """Say a step: `Step 2: Tomás Birch to Ines Okoye, close, last 15 April 2009`."""
    hop = step.hop
    facts = [hop.closeness.value, *(["dormant"] if hop.dormant else [])]
    facts.append(f"last {day(hop.last)}" if hop.last else "told, not seen" if not hop.counts else "undated")
    return f"Step {step.number}: {_name(hop.source, me)} to {_name(hop.target, me)}, {', '.join(facts)}"


def _name(person: Person, me: str) -> str:
    return "You" if person.id == me else called(person)
