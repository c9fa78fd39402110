"""Rules of the source text that no linter checks: sizes, how docstrings begin, and a README for each room."""

import ast
import functools
import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
MODULES: Final = sorted((ROOT / "tracker").rglob("*.py"))
SOURCES: Final = [path for folder in ("tracker", "tests", "scripts") for path in sorted((ROOT / folder).rglob("*.py"))]
ROOMS: Final = [ROOT / "tracker", *sorted(path.parent for path in (ROOT / "tracker").glob("*/__init__.py"))]

LONGEST_MODULE: Final = 300
LONGEST_MEDIAN: Final = 130
LONGEST_P90: Final = 25
"""Lines; the measures of the model codebases that this one follows."""

RIDDLES: Final = (
    "What", "Whether", "The same", "All but", "Whoever", "Those", "Where", "Which", "How", "Who", "When", "Why",
)  # fmt: skip
"""Openings of a docstring that can be understood only with its neighbours."""


@functools.cache
def statements(path: Path) -> list[ast.stmt]:
    """Return all statements of a file, those inside others too; each file is parsed once, and expressions skipped."""
    found: list[ast.stmt] = []
    blocks: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while blocks:
        inner = [node for node in ast.iter_child_nodes(blocks.pop()) if not isinstance(node, ast.expr)]
        found += [node for node in inner if isinstance(node, ast.stmt)]
        blocks += inner
    return found


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def function_lengths() -> Iterator[int]:
    for path in MODULES:
        for node in statements(path):
            if isinstance(node, ast.FunctionDef):
                yield (node.end_lineno or node.lineno) - node.lineno + 1


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and text of every string that stands as a statement: docstrings of all kinds."""
    for node in statements(path):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def test_modules_are_short() -> None:
    sizes = {str(path.relative_to(ROOT)): lines_of(path) for path in MODULES}
    assert {name: size for name, size in sizes.items() if size > LONGEST_MODULE} == {}
    assert statistics.median(size for name, size in sizes.items() if "__init__" not in name) <= LONGEST_MEDIAN


def test_functions_are_short() -> None:
    assert statistics.quantiles(function_lengths(), n=10)[-1] <= LONGEST_P90


def test_docstrings_begin_plainly() -> None:
    opening = re.compile(rf"(?:{'|'.join(RIDDLES)})\b")
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text.splitlines()[0]}"
        for path in SOURCES
        for line, text in docstrings(path)
        if opening.match(text.strip())
    ]
    assert found == []


@pytest.mark.parametrize("room", ROOMS, ids=[room.name for room in ROOMS])
def test_readme_of_a_room_names_its_modules(room: Path) -> None:
    readme = (room / "README.md").read_text(encoding="utf-8")
    modules = {path.stem for path in room.glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in room.glob("*/__init__.py")} if room.name != "tracker" else set[str]()
    assert {name for name in modules | packages if not re.search(rf"`{name}(?:\.py|/)?`", readme)} == set()
