"""Reach as text."""

from collections.abc import Iterator

from dashboard.words.lines import Line, count, enumerate_words, heading, number, table
from dashboard.words.notes import hint_words
from dashboard.words.program import Program, led
from graph.answers.reach import Reach, SourceReach


def reach_lines(reach: Reach, program: Program) -> Iterator[Line]:
    """Tell how far one's data see."""
    yield heading("Your reach")
    by_closeness = ("close", reach.close), ("familiar", reach.familiar), ("slight", reach.slight)
    kinds = [f"{number(many)} {word}" for word, many in by_closeness if many]
    yield f"  people you can ask     {number(reach.contacts)}" + (f" ({enumerate_words(kinds)})" if kinds else "")
    if reach.dormant:
        yield f"  of these silent        {number(reach.dormant)}, for a year or more"
    yield f"  people behind them     {number(reach.behind)}"
    if reach.one_way:
        yield f"  seen in one direction  {count(reach.one_way, 'person')}: attention is not a tie yet"
    yield f"  people in the store    {number(reach.people)}"
    if reach.sources:
        yield heading("By source")
        rows = [("source", "you can ask", "behind them")]
        rows += [(source_words(one), number(one.contacts), number(one.behind)) for one in reach.sources]
        yield from table(rows)
    if reach.more:
        yield heading("What would show more")
        for hint in reach.more:
            yield from led(*hint_words(hint, program), "  · ")


def source_words(one: SourceReach) -> str:
    """Name a source, or who told it."""
    return one.source or f"told by {enumerate_words(one.tellers or ('you',))}"
