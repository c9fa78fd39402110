"""The output of ``glance``: JSON, or a headline, a table of who made the commits, and the command to go on with."""

import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Final

from tracker.cli import output
from tracker.git import Repository
from tracker.project.files import ProjectFiles
from tracker.recording.glance import Glance, Made
from tracker.text import printable

SCHEMA: Final = 1

_DAY: Final = "%Y-%m-%d"
_KINDS: Final = {"agent": "agent", "bot": "bot", "human": "person"}
_UNMARKED: Final = "human or unmarked"
_SHARES: Final = {"agent": "by agents", "bot": "by bots", "human": _UNMARKED}

_HEADINGS: Final = ("who", "model", "kind", "commits", "share", "", "first", "last")
_BAR: Final = _HEADINGS.index("")
_OMITTED: Final = ("", "first", "kind", "last")
"""Headings of the columns that a narrow terminal is shown without, in this order; then models are cut."""
_LONGEST_BAR: Final = 20
"""Columns of the bar of all commits; on a narrower terminal it is shorter, down to ``_SHORTEST_BAR``."""
_SHORTEST_BAR: Final = 5
_GAP: Final = 2
_BLOCKS: Final = " ▏▎▍▌▋▊▉█"
"""From nothing to a whole column, in eighths."""


def print_json(found: Glance) -> None:
    """Print one line for each agent and model, with the fields that ``log --summary --json`` has too."""
    for row in found.rows:
        output.print_json(
            {
                "schema": SCHEMA,
                "agent": row.maker,
                "kind": row.kind,
                "model": row.model,
                "commits": row.commits,
                "share": row.commits / found.commits,
                "first": row.first,
                "last": row.last,
            }
        )


def print_text(found: Glance, repository: Repository, path: str) -> None:
    """Print who made the commits, and the one command to go on with. ``path``: the repository as the user named it."""
    place = printable(str(repository.work_tree or repository.common_dir))
    if found.rows:
        output.say(_headline(found, place))
        output.say("")
        _print_table(found)
        output.say("")
    else:
        output.say(f"No commit was found in {place}.")
    if any(row.maker == _UNMARKED for row in found.rows):
        output.say("Without a mark of an agent a commit counts as human or unmarked: not every agent leaves one.")
    output.say(_next_step(repository, path))


def _headline(found: Glance, place: str) -> str:
    kinds = Counter[str]()
    for row in found.rows:
        kinds[row.kind] += row.commits
    shares = ", ".join(
        f"{_percent(kinds[kind], found.commits)} {words}" for kind, words in _SHARES.items() if kinds[kind]
    )
    first, last = min(row.first for row in found.rows), max(row.last for row in found.rows)
    commits = "1 commit" if found.commits == 1 else f"{found.commits} commits"
    return f"{commits} of {place}, {output.moment(first, _DAY)} to {output.moment(last, _DAY)}: {shares}."


def _print_table(found: Glance) -> None:
    rows = [_cells(row, found.commits) for row in found.rows]
    headings, rows = _fitted(rows, [row.commits / found.commits for row in found.rows])
    output.table(headings, rows, wide="model")


def _cells(row: Made, commits: int) -> list[str]:
    """Return the cells of a row, with an empty one for the bar."""
    return [
        row.maker,
        row.model or "-",
        "-" if row.maker == _UNMARKED else _KINDS[row.kind],
        str(row.commits),
        _percent(row.commits, commits),
        "",
        output.moment(row.first, _DAY),
        output.moment(row.last, _DAY),
    ]


def _fitted(rows: Sequence[Sequence[str]], shares: Sequence[float]) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows with bars, without the columns for which the terminal has no room.

    Elsewhere than on a terminal there are no bars, and every other column.
    """
    headings, cells = [*_HEADINGS], [[*row] for row in rows]
    if not sys.stdout.isatty():
        return _without("", headings, cells)
    from rich.cells import cell_len
    from rich.console import Console

    def room() -> int:
        widths = [max(map(cell_len, column)) for column in zip(headings, *cells, strict=True)]
        return Console().width - sum(widths) - _GAP * (len(widths) - 1)

    left = min(room(), _LONGEST_BAR)
    if left >= _SHORTEST_BAR:
        for row, share in zip(cells, shares, strict=True):
            row[_BAR] = _bar(share, left)
        return headings, cells
    for heading in _OMITTED:
        if heading and room() >= 0:
            break
        headings, cells = _without(heading, headings, cells)
    return headings, cells


def _without(heading: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows without one column."""
    kept = [place for place, name in enumerate(headings) if name != heading]
    return [headings[place] for place in kept], [[row[place] for place in kept] for row in rows]


def _bar(share: float, width: int) -> str:
    """Return a bar of up to ``width`` columns: in eighths of a column, or in ``#`` where the encoding has no blocks."""
    eighths = max(1, round(share * width * 8))
    try:
        _BLOCKS.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "#" * max(1, round(share * width))
    return _BLOCKS[-1] * (eighths // 8) + _BLOCKS[eighths % 8].strip()


def _percent(part: int, whole: int) -> str:
    share = part / whole
    return "<1%" if share < 0.005 else f"{share:.0%}"


def _next_step(repository: Repository, path: str) -> str:
    """Return the sentence with the command that knows more of the repository."""
    if ProjectFiles(repository.common_dir).is_tracked():
        option = "" if path == "." else f" -C {shlex.quote(path)}"
        return printable(f"This repository is tracked; its ledger knows more: agent-tracker log --summary{option}")
    argument = "" if path == "." else f" {shlex.quote(path)}"
    return printable(f"Nothing was written. To record who makes each commit from now on: agent-tracker init{argument}")
