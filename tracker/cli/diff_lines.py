"""Lines of ``git show`` for a terminal: every text printable, coloured as git colours them.

Text of a repository may hold escape sequences, also such that look like git's colours. So git is asked for none, and
the colours go around text that was made printable.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from tracker.git.diff_colors import DiffColors
from tracker.text import printable

_TAB: Final = "\t"


class DiffPainter:
    """The reader of the lines of one ``git show``, which tells headers from content."""

    def __init__(self, colors: DiffColors) -> None:
        self._colors = colors
        self._part = "message"
        self._parents = 1

    def color(self, line: str) -> str:
        """Return the escape sequence of the next line, empty for none."""
        if line.startswith("diff --"):  # lines of a message are indented, those of a file begin with a sign
            self._part = "header"
        if self._part == "message":
            return self._colors.commit if line.startswith("commit ") else ""
        if line.startswith("@@"):
            self._part = "hunk"
            self._parents = max(1, len(line) - len(line.lstrip("@")) - 1)
            return self._colors.frag
        if self._part == "header":
            return self._colors.meta
        signs = line[: self._parents]
        return self._colors.new if "+" in signs else self._colors.old if "-" in signs else ""

    def painted(self, line: str, text: str) -> str:
        """Return ``text``, which is printable and stands for the next line, in that line's colour."""
        color = self.color(line)
        return f"{color}{text}{self._colors.reset}" if color and text else text


def decoded(line: bytes) -> str:
    """Return a line with printable characters and tabs alone; the end of a line of Windows is shown as ``^M``."""
    text = line.decode("utf-8", "replace")
    if text.endswith("\r"):
        text = text[:-1] + "^M"
    return _TAB.join(map(printable, text.split(_TAB)))


def painted_lines(lines: Iterable[str], colors: DiffColors) -> Iterator[bytes]:
    """Yield printable lines of ``git show`` for a pager."""
    painter = DiffPainter(colors)
    for line in lines:
        yield painter.painted(line, line).encode("utf-8", "replace")


def cut(text: str, width: int) -> str:
    """Return a printable text with spaces for its tabs, cut to so many columns."""
    from rich.cells import cell_len, set_cell_size

    text = text.expandtabs(8)
    return text if cell_len(text) <= width else set_cell_size(text, max(width - 1, 0)).rstrip() + "…"
