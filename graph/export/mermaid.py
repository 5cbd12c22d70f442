"""Mermaid: the paths of an answer as a flowchart, for a page, a note or a README."""

import re
from collections.abc import Iterator

from graph.answers.answer import Answer
from graph.answers.targets import name_apart
from graph.records.clean import clean, line, shorten

_LABEL_LIMIT = 60
# What could end a label, open a comment, a directive, markup or a Markdown list goes as an entity code: ASCII
# punctuation but `,`, and the two characters by which Mermaid marks entity codes inside itself.
_SPECIAL = re.compile(r"[!-+/:-@\[-`{-~ﬂ¶]|(?<=\d)\.|^-")


def paths_mermaid(answer: Answer) -> Iterator[str]:
    """Write a node a person and an arrow a step, the best path's arrows thick; closeness in words, no numbers.

    For other eyes closeness is left out.

    Without a path, a chart of me and the target, unconnected, says so; as it does of each who is asked for together.
    """
    answer = name_apart(answer)
    nodes = {answer.me.id: answer.me}
    if answer.target is not None:
        nodes |= {one.id: one for one in (answer.target, *answer.targets)}
    for path in answer.paths:
        for person in path.people:
            nodes.setdefault(person.id, person)
    number = {person: f"n{index}" for index, person in enumerate(nodes)}
    yield "flowchart LR\n"
    for person_id, person in nodes.items():
        label = _label(line(person.name) or clean(person.id))
        yield (
            f'  {number[person_id]}(["{label}"])\n'
            if person_id == answer.me.id
            else f'  {number[person_id]}["{label}"]\n'
        )
    drawn: set[tuple[str, str]] = set()
    for rank, path in enumerate(answer.paths):
        for hop in path.hops:
            ends = (number[hop.source.id], number[hop.target.id])
            if ends not in drawn:
                drawn.add(ends)
                said = "" if answer.for_others else f"|{hop.closeness.value}|"
                yield f"  {ends[0]} {'==>' if rank == 0 else '-->'}{said} {ends[1]}\n"


def _label(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", shorten(text, _LABEL_LIMIT))
