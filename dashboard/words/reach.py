"""Reach as text."""

from collections.abc import Iterator

from dashboard.words.text import Line, count, enumerate_words, heading, number, table, wrapped
from graph.reach import Reach


def reach_lines(reach: Reach) -> Iterator[Line]:
    """Tell how far one's data see."""
    yield heading("Your reach")
    kinds = [f"{number(many)} {word}" for word, many in _by_closeness(reach) if many]
    yield f"  people you can ask     {number(reach.contacts)}" + (f" ({enumerate_words(kinds)})" if kinds else "")
    if reach.dormant:
        yield f"  of these silent        {number(reach.dormant)}, for a year or more"
    yield f"  people behind them     {number(reach.behind)}"
    if reach.one_way:
        yield f"  seen in one direction  {count(reach.one_way, 'person', 'people')}: attention is not a tie yet"
    yield f"  people in the store    {number(reach.people)}"
    if reach.sources:
        yield heading("By source")
        rows = [("source", "you can ask", "behind them")]
        rows += [(one.source, number(one.contacts), number(one.behind)) for one in reach.sources]
        yield from table(rows)
    if reach.more:
        yield heading("What would show more")
        for line in reach.more:
            yield from wrapped(line, "  · ")


def _by_closeness(reach: Reach) -> list[tuple[str, int]]:
    return [("close", reach.close), ("familiar", reach.familiar), ("slight", reach.slight)]
