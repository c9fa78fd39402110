"""The output of ``glance``: JSON, or a headline, a table of who made the commits, and the command to go on with."""

import shlex
from collections import Counter
from typing import Final

from tracker.attribution.model_names import model_shown
from tracker.cli import output, tables
from tracker.cli.interval_bars import share_bar, share_shown
from tracker.git import Repository
from tracker.project.files import ProjectFiles
from tracker.recording.glance import Glance, Made
from tracker.reports.maker_words import PERSON_OR_UNMARKED, UNMARKED_MAKER, summed_maker_word
from tracker.text import printable

SCHEMA: Final = 1

_DAY: Final = "%Y-%m-%d"
_KINDS: Final = {"agent": "agent", "bot": "bot", "human": "person"}
_SHARES: Final = {"agent": "by agents", "bot": "by bots", "human": PERSON_OR_UNMARKED}

_TABLE: Final = tables.Layout(
    (
        tables.text("who", least=10, pleasant=16),
        tables.text("model", least=10, pleasant=24),
        tables.fixed("kind"),
        tables.number("commits"),
        tables.number("share"),
        tables.fixed(""),
        tables.fixed("first"),
        tables.fixed("last"),
    ),
    left_out=("kind", "first"),
    left_out_last=("last", "", "model"),
    only_shown=("",),
)
_BAR: Final = 20
"""Cells of the bar of all commits."""


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


def print_text(found: Glance, repository: Repository, path: str, since: str | None) -> None:
    """Print who made the commits, and the one command to go on with.

    ``path`` and ``since``: the repository and the date as the user named them.
    """
    place = printable(str(repository.work_tree or repository.common_dir))
    if found.rows:
        output.paragraph(_headline(found, place))
        output.say("")
        tables.print_table(_TABLE, [_cells(row, found.commits) for row in found.rows])
        output.say("")
    else:
        output.paragraph(f"No commit was found in {place}{f' since {since}' if since else ''}.")
    if any(row.maker == UNMARKED_MAKER for row in found.rows):
        output.paragraph("Unmarked are commits of people, and of agents that leave no mark.")
    output.say(_next_step(repository, path))


def _headline(found: Glance, place: str) -> str:
    kinds = Counter[str]()
    for row in found.rows:
        kinds[row.kind] += row.commits
    shares = ", ".join(
        f"{share_shown(kinds[kind] / found.commits)} {words}" for kind, words in _SHARES.items() if kinds[kind]
    )
    first, last = min(row.first for row in found.rows), max(row.last for row in found.rows)
    commits = "1 commit" if found.commits == 1 else f"{found.commits} commits"
    return f"{commits} of {place}, {output.moment(first, _DAY)} to {output.moment(last, _DAY)}: {shares}."


def _cells(row: Made, commits: int) -> tables.Row:
    """Return the cells of a row. ``commits``: of all rows."""
    is_unmarked = row.maker == UNMARKED_MAKER
    return (
        summed_maker_word(row.maker, row.kind),
        model_shown(row.model) if row.model else ("unknown" if row.kind == "agent" else ""),
        "" if is_unmarked else _KINDS[row.kind],
        str(row.commits),
        share_shown(row.commits / commits),
        tables.Cell(share_bar(row.commits / commits, _BAR, output.encoding_of_bars()), "bar"),
        output.moment(row.first, _DAY),
        output.moment(row.last, _DAY),
    )


def _next_step(repository: Repository, path: str) -> str:
    """Return the sentence with the command that knows more of the repository."""
    if ProjectFiles(repository.common_dir).is_tracked():
        option = "" if path == "." else f" -C {shlex.quote(path)}"
        return printable(f"This repository is tracked. What its ledger knows: agent-tracker log --summary{option}")
    argument = "" if path == "." else f" {shlex.quote(path)}"
    return printable(f"Nothing was written. To record who makes each commit from now on: agent-tracker init{argument}")
