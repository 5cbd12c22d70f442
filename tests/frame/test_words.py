"""Facts below, words above: what is below the words writes no command, and no JSON of its own."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from dashboard.cli.commands import ALIASES, HELPS

ROOT = Path(__file__).resolve().parents[2]
BELOW = sorted(path for folder in ("graph", "ingest", "dashboard/service") for path in (ROOT / folder).rglob("*.py"))
_NAMES = "|".join(sorted([*HELPS, *ALIASES]))
_COMMAND = re.compile(rf"\bintrograph (?:-|\0|(?:{_NAMES})\b)|\bintrograph\0|`(?:intrograph|{_NAMES})\b")


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give the strings of a module with their lines, docstrings left out; what an f-string fills in is a zero."""
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):  # a docstring stands by itself
            inner.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                "".join(
                    str(getattr(part, "value", "")) if isinstance(part, ast.Constant) else "\0" for part in node.values
                ),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            yield node.lineno, node.value


def test_nothing_below_the_words_writes_a_command() -> None:
    written = ((path, line, text) for path in BELOW for line, text in texts(ast.parse(path.read_text())))
    assert [f"{path}:{line}: {text}" for path, line, text in written if _COMMAND.search(text)] == []


def test_a_command_would_be_found() -> None:
    code = '"""intrograph ask"""\nf"intrograph{a} me"\nx = "see intrograph sources"\ny = f"{x}: `people merge`"\n'
    found = [line for line, text in texts(ast.parse(code)) if _COMMAND.search(text)]
    assert found == [2, 3, 4]


def test_nothing_below_the_words_makes_json_of_answers() -> None:
    named = [
        node.name
        for path in BELOW
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    ]
    assert [name for name in named if name.endswith("_to_dict")] == []
