"""Draw the README's picture, docs/demo.svg: the demo's first answer as a terminal shows it. `make picture`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from dashboard.demo.story import COLUMN_DAY, STRAUSS, tell_story
from dashboard.words.answer import answer_lines
from dashboard.words.program import Program
from dashboard.words.text import Line, Style, cells, command, plain, spans
from graph.stores import open_store

PICTURE = Path(__file__).with_name("demo.svg")

_MARGIN, _LINE, _CELL = 20, 21, 8.6
# On white, each at least 4.5 to 1 in contrast.
_STYLES = {
    Style.HEADING: "font-weight: bold",
    Style.NAME: "font-weight: bold",
    Style.COMMAND: "fill: #0a58be",
    Style.WARNING: "fill: #825400",
    Style.DIM: "fill: #656d76",
    Style.LINK: "fill: #0a58be; text-decoration: underline",
}


def read_answer() -> list[Line]:
    """Tell the story in a store that is thrown away; gives the first question and its answer."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "demo.db", now=now)
        try:
            answer = tell_story(store, "me", now).before
        finally:
            store.close()
    question: Line = ["$ ", command(Program().line("ask", STRAUSS, "--as-of", str(COLUMN_DAY)))]
    return [question, "", *answer_lines(answer, Program())]


def draw(lines: Sequence[Line]) -> str:
    """Draw lines as an SVG that needs nothing from elsewhere: the reader's own monospaced font."""
    width = round(2 * _MARGIN + _CELL * max(cells(plain(line)) for line in lines))
    height = 2 * _MARGIN + _LINE * len(lines)
    rules = "\n".join(f"    .{style.value} {{ {rule} }}" for style, rule in _STYLES.items())
    rows = "\n".join(
        f'  <text x="{_MARGIN}" y="{_MARGIN + _LINE * number + 15}" xml:space="preserve">{_draw_line(line)}</text>'
        for number, line in enumerate(lines)
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
  <title>{escape(plain(lines[0]))}</title>
  <style>
    text {{ font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2328 }}
{rules}
  </style>
  <rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" fill="#ffffff" stroke="#d0d7de"/>
{rows}
</svg>
"""


def _draw_line(line: Line) -> str:
    return "".join(f'<tspan class="{span.style.value}">{escape(span.text)}</tspan>' for span in spans(line))


if __name__ == "__main__":
    PICTURE.write_text(draw(read_answer()), encoding="utf-8")
