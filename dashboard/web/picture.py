"""The picture of the ways: from you on the left to the target on the right, as SVG.

Every look is a class of `assets/picture.css`. Nothing moves, and nothing changes its place in the document, when
another way or step is chosen: each line is there twice, once among the others and once above them all as it looks where
it is chosen. A page that takes over the attributes of the elements of equal `data-key` changes smoothly, therefore.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from dashboard.web.lanes import MANY_LANES, arrange
from dashboard.web.lettering import called, initials, safe
from dashboard.web.places import LEADING, Word, place_words
from dashboard.web.routes import draw
from dashboard.web.sketch import Figure, Node, Sketch, Step
from dashboard.web.styles import written_out
from dashboard.web.svg import classes, number, tag, words
from dashboard.words.lines import count, enumerate_words
from dashboard.words.proof import step_label
from dashboard.words.ways import strength_note
from graph.answers.answer import Path

_RING, _DISC, _TARGET_RING = 17.5, 18.0, 21.5
_LETTERS = 4.3  # from the middle of a text of 12 px to its base


def draw_ways(
    paths: Sequence[Path],
    *,
    me: str,
    chosen: int,
    step: int,
    width: int,
    standalone: bool = False,
    closeness: bool = False,
    styled: bool = False,
) -> str:
    """Draw ways as an `svg` element.

    Args:
        paths: The ways, best first.
        me: The person id of who asks.
        chosen: The rank of the chosen way, from 1; 0 for none.
        step: Its chosen step, from 1.
        width: The room there is, in px; the picture is wider where it has to be.
        standalone: For outside of the page, or to be looked at only: names and steps, in colours written out.
        closeness: Whether such a picture tells how close people are too, which is not for other eyes.
        styled: Whether such a picture stands on the page, which has the styles.
    """
    layout = arrange(paths, width)
    ways = [list(steps) for _, steps in groupby(layout.steps, key=attrgetter("way"))]
    title = f"{count(len(paths), 'way')} to {enumerate_words(dict.fromkeys(called(path.people[-1]) for path in paths))}"
    told = closeness or not standalone
    on_top = ways[chosen - 1 : chosen] if standalone else ways
    placed = place_words(layout, chosen, step, only_chosen=layout.lanes > MANY_LANES) if told else {}
    layers = (
        _lines(ways, told=told),
        _lines(on_top, told=told, top=(chosen, 0 if standalone else step)),
        (*_people(layout, chosen, only_names=standalone), *_ranks(layout, ways, chosen)),
    )
    parts = [tag("g", *layer, aria_hidden=None if standalone else "true") for layer in layers]
    if standalone:
        looks = () if styled else (tag("style", words(written_out("picture.css"))),)
        parts[:0] = [tag("title", words(title)), *looks]
        parts += [
            tag("g", *_lettering(word), class_=classes("word", on=way == chosen), transform=_move(word))
            for (way, _), word in placed.items()
            if not word.quiet
        ]
    else:
        parts.append(tag("g", *_steps(layout, placed, me, chosen, step)))
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


def _lines(ways: Sequence[Sequence[Step]], *, told: bool, top: tuple[int, int] | None = None) -> Iterator[str]:
    """Draw each way's lines, the best way last; their bridges let those below pass under them.

    On `top` they are drawn as chosen, seen where their way is the first number, the second being the chosen step.
    """
    kind = "way" if top is None else "top"
    for steps in reversed(ways):
        way = steps[0].way
        lines = [(one, draw(one.line), _look(one) if told else "") for one in steps]
        bridges = [tag("path", class_=f"bridge {look}", d=draw(one.bridge)) for one, _, look in lines if one.bridge]
        bands = [
            tag("path", class_=classes("band", on=(way, one.number) == top), d=d, data_key=f"band:{way}:{one.number}")
            for one, d, _ in lines
            if top is not None
        ]
        yield tag(
            "g",
            *bridges,
            *bands,
            *(
                tag("path", class_=f"line {look}".rstrip(), d=d, data_key=f"{kind}-line:{way}:{one.number}")
                for one, d, look in lines
            ),
            class_=classes("way", top=top is not None, on=top is not None and way == top[0]),
            style=f"--order:{way - 1}",
            data_way=str(way),
            data_key=f"{kind}:{way}",
        )


def _look(step: Step) -> str:
    return classes(step.hop.closeness.value, dormant=step.hop.dormant, told=not step.hop.counts)


def _people(layout: Sketch, chosen: int, *, only_names: bool) -> Iterator[str]:
    on_way = {place for one in layout.steps if chosen in (0, one.way) for place in one.ends}
    for place, node in enumerate(layout.nodes):
        on = place in on_way and (chosen > 0 or node.role is not Figure.PERSON)
        yield draw_node(node, on=on, only_name=only_names)


def draw_node(node: Node, *, on: bool, only_name: bool = False) -> str:
    """Draw somebody: a disc with initials, the name under it, and under that what tells them apart."""
    person, (x, y) = node.person, node.at
    whole = called(person) if only_name or not person.org else f"{called(person)}, {safe(person.org)}"
    second = () if only_name and not node.again else node.second
    texts = [*(("name", text) for text in node.name), *(("second", text) for text in second)]
    return tag(
        "g",
        tag("title", words(whole)),
        *_circles(node),
        tag(
            "text",
            words("You" if node.role is Figure.YOU else initials(called(person))),
            class_="letters",
            x=x,
            y=y + _LETTERS,
        ),
        *(
            tag("text", words(text), class_=kind, x=x, y=base)
            for (base, _, _), (kind, text) in zip(node.lines(), texts, strict=False)
        ),
        class_=classes("node", node.role.name.lower(), again=bool(node.again), on=on),
        data_key=f"node:{safe(person.id)}" + ":again" * node.again,
    )


def _circles(node: Node) -> Iterator[str]:
    x, y = node.at
    if node.role is Figure.TARGET:
        yield tag("circle", class_="ring", cx=x, cy=y, r=_TARGET_RING)
    radius = _RING if node.role is Figure.PERSON else _DISC if node.role is Figure.TARGET else node.role.value
    yield tag("circle", class_="disc", cx=x, cy=y, r=radius)


def _ranks(layout: Sketch, ways: Sequence[Sequence[Step]], chosen: int) -> Iterator[str]:
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


def _steps(layout: Sketch, placed: Mapping[tuple[int, int], Word], me: str, chosen: int, step: int) -> Iterator[str]:
    """Draw what is pointed at and focused: an unseen line on each step, and its word."""
    covered = {one.ends for one in layout.steps if one.way == chosen}
    for one in sorted(layout.steps, key=lambda one: (-one.way, one.number)):
        on = one.way == chosen
        pressed = on and one.number == step
        word = placed[one.way, one.number]
        button = {
            "role": "button",
            "tabindex": "0",
            "aria_label": step_label(one.number, one.hop, me),
            "aria_pressed": "true" if pressed else "false",
        }
        yield tag(
            "g",
            tag(
                "path",
                tag("title", words(strength_note(one.hop))),
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
    return tag(
        "g",
        tag("rect", class_="ring", x=-width / 2 - 4, y=-height / 2 - 4, width=width + 8, height=height + 8, rx=15.0),
        tag("rect", class_="pill", x=-width / 2, y=-height / 2, width=width, height=height, rx=11.0),
        *_lettering(word),
        class_=looks,
        transform=_move(word),
        data_key=key,
        aria_hidden="true",
    )


def _lettering(word: Word) -> Iterator[str]:
    first = _LETTERS - LEADING * (len(word.lines) - 1) / 2
    for place, text in enumerate(word.lines):
        yield tag("text", text, y=first + LEADING * place)


def _move(word: Word) -> str:
    return f"translate({number(word.at[0])},{number(word.at[1])})"
