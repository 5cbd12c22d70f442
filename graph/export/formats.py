"""What can be exported, and in which formats: the one table that the command line and the page read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from graph.errors import Remedy, UsageError
from graph.export.csv import paths_csv, people_csv, ties_csv
from graph.export.gexf import gexf
from graph.export.graphml import graphml
from graph.export.json import answer_json, graph_json, people_json, ties_json
from graph.export.md import paths_md
from graph.export.mermaid import paths_mermaid
from graph.export.redact import without_private
from graph.export.tables import Material, PersonRecord, TieRecord, people_of, ties_of
from graph.export.vcard import people_vcard

Writer = Callable[[Material], Iterator[str]]

FORMATS: Mapping[str, Mapping[str, Writer]] = {
    "paths": {
        "csv": lambda material: paths_csv(material.answer(), material.words),
        "json": lambda material: answer_json(material.answer(), material.words),
        "graphml": lambda material: graphml(*_graph_of_paths(material)),
        "gexf": lambda material: gexf(*_graph_of_paths(material)),
        "md": lambda material: paths_md(material.answer(), material.words),
        "mermaid": lambda material: paths_mermaid(material.answer()),
    },
    "ties": {
        "csv": lambda material: ties_csv(material.ties()),
        "json": lambda material: ties_json(material.ties()),
    },
    "people": {
        "csv": lambda material: people_csv(material.people()),
        "json": lambda material: people_json(material.people()),
        "vcard": lambda material: people_vcard(material.people(), material.ties()),
    },
    "graph": {
        "json": lambda material: graph_json(material.people(), material.ties()),
        "graphml": lambda material: graphml(material.people(), material.ties()),
        "gexf": lambda material: gexf(material.people(), material.ties()),
    },
}
"""By what is exported and format: who writes it."""


def export(what: str, form: str, material: Material, *, include_private: bool = False) -> Iterator[str]:
    """Write an export as text, piece by piece; encode it as UTF-8 and keep its line ends.

    Args:
        what: `paths`, `ties`, `people` or `graph`.
        form: The format.
        material: Where the records come from.
        include_private: Whether paths may cite private evidence and say how close people are, which is not for other
            eyes; the caller has asked the user.

    Raises:
        UsageError: If that does not go in that format; the message says what does.
    """
    writer = find_writer(what, form)
    if include_private:
        return writer(material)
    return writer(replace(material, answer=lambda: without_private(material.answer())))


def find_writer(what: str, form: str) -> Writer:
    """Find who writes something in a format.

    Raises:
        UsageError: If nobody does; the message says what goes.
    """
    if what not in FORMATS:
        raise UsageError(f"there is no export of {what!r}; there is {_listed(FORMATS)}")
    writer = FORMATS[what].get(form)
    if writer is None:
        others = [one for one, forms in FORMATS.items() if form in forms]
        elsewhere = f"; {form} is there for {_listed(others)}" if others else ""
        message = (
            f"{what} can't be written as {form!r}, but as" if form else f"in which format? {what} can be written as"
        )
        to = ("--to", "NAME") if what == "paths" else ()
        raise UsageError(
            f"{message} {_listed(FORMATS[what])}{elsewhere}",
            remedies=[Remedy(("export", what, *to, "--format", next(iter(FORMATS[what]))))],
        )
    return writer


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _graph_of_paths(material: Material) -> tuple[list[PersonRecord], list[TieRecord]]:
    answer = material.answer()
    return people_of(answer), ties_of(answer)
