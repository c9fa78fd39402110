"""The lists and sheets of which snapshots are kept, and how a snapshot is written."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.snapshots.made_project import StillRepo

FOLDER: Final = Path(__file__).parent / "shown"
WIDTHS: Final = (80, 100, 140)
LISTS: Final[Mapping[str, str]] = {
    "log": "log -n 14",
    "log-everywhere": "log --everywhere --all -n 5",
    "log-summary": "log --summary",
    "status": "status claude-code",
    "status-halted": "status gemini-cli",
    "status-of-all": "status -C ..",
    "glance": "glance",
    "report": "report",
    "report-by-kind": "report --by kind",
    "recommend": "recommend",
    "recommend-why": "recommend --why codex",
    "outcomes": "outcomes",
    "explain": "explain HEAD~4 HEAD~5 HEAD~8",
    "grade": "grade HEAD~4",
    "bug": "bug",
    "retro": "retro",
    "activity": "activity",
    "lessons": "lessons 'many words for rows of dates'",
    "verify": "verify",
    "doctor": "doctor",
}
LOOKS: Final = tuple((columns, in_colour) for columns in WIDTHS for in_colour in (False, True))
"""Columns of a terminal, and if it has colours, of each part of a snapshot."""
_ESCAPE: Final = "␛"
"""Stands for the escape character, which editors do not show."""


def shown(repo: StillRepo, columns: int, *, in_colour: bool) -> dict[str, str]:
    """Return the output of each list at a terminal with so many columns."""
    key = (repo.path, columns, in_colour)
    if key not in _SHOWN:
        _SHOWN[key] = _run(repo, columns, in_colour=in_colour)
    return _SHOWN[key]


_SHOWN: Final[dict[tuple[Path, int, bool], dict[str, str]]] = {}
"""The output of projects at terminals, since several tests look at it."""


def _run(repo: StillRepo, columns: int, *, in_colour: bool) -> dict[str, str]:
    env = {} if in_colour else {"NO_COLOR": "1"}
    # doctor ends with 1: it has a finding.
    texts = repo.lists([shlex.split(text) for text in LISTS.values()], columns, env, code=1)
    return {name: _without_machine(name, text) for name, text in zip(LISTS, texts, strict=True)}


def snapshots(repo: StillRepo) -> dict[str, str]:
    """Return the snapshot of each list: its parts at every width, with colour and without."""
    written = dict.fromkeys(LISTS, "")
    for columns, in_colour in LOOKS:
        for name, part in parts(repo, columns, in_colour=in_colour).items():
            written[name] += part
    return written


def parts(repo: StillRepo, columns: int, *, in_colour: bool) -> dict[str, str]:
    """Return the part of each list's snapshot that holds its output at one width."""
    texts = shown(repo, columns, in_colour=in_colour)
    return {
        name: f"{heading(name, columns, in_colour=in_colour)}\n{text.replace(chr(27), _ESCAPE)}\n"
        for name, text in texts.items()
    }


def heading(name: str, columns: int, *, in_colour: bool) -> str:
    """Return the line that begins a part of a snapshot."""
    return f"== {LISTS[name]}: {columns} columns{', in colour' if in_colour else ''} =="


def _without_machine(name: str, text: str) -> str:
    """Return the text of a list without what depends on the machine: facts of ``doctor``, the folder of ``glance``."""
    if name == "glance":
        return text.partition("\n\n")[2]
    return re.sub(r"\A(?:(?!.*! ).*\n)*", "", text) if name == "doctor" else text
