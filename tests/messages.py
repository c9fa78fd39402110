"""Every sentence that a user can meet: all texts of several words in the program that are not about its code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1] / "tracker"
_EXPRESSION: Final = re.compile(r"\(\?|\\[bwds]|SELECT |CREATE |\[\^")
"""Signs of a regular expression or a query, which are no sentences."""
_WORD: Final = re.compile(r"[A-Za-z']{2,}")
_FEWEST_WORDS: Final = 3


class Message(NamedTuple):
    """One text, with names in braces for what is filled in. ``place``: file and line."""

    place: str
    text: str


def messages() -> list[Message]:
    """Return all messages, by file and line."""
    return [one for path in sorted(ROOT.rglob("*.py")) for one in _of_file(path)]


def _of_file(path: Path) -> Iterator[Message]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    name = path.relative_to(ROOT.parent).as_posix()
    skipped = {id(one) for one in _docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "command" and path.parent.name == "commands":
            yield Message(f"{name}:{node.lineno}", " ".join((ast.get_docstring(node) or "").split()))  # click prints it
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in ast.walk(node) if part is not node}
        if id(node) not in skipped and isinstance(node, (ast.Constant, ast.JoinedStr)):
            text = _text(node)
            if len(_WORD.findall(text)) >= _FEWEST_WORDS and " " in text and not _EXPRESSION.search(text):
                yield Message(f"{name}:{node.lineno}", text)


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield the texts that stand alone: of modules, classes and functions, and those below constants and fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(_part(value) for value in node.values)


def _part(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.FormattedValue)
    value = node.value
    if isinstance(value, ast.IfExp):
        chosen = [text for one in (value.body, value.orelse) for text in _words(one)]
        return "[" + "|".join(chosen) + "]" if any(chosen) else "{…}"
    return "{" + ast.unparse(value)[:40] + "}"


def _words(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return ["".join(_part(value) for value in node.values)]
    return ["{" + ast.unparse(node)[:40] + "}"]
