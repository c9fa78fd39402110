"""The colours in which git shows a diff, by the user's configuration (``color.ui``, ``color.diff.<slot>``)."""

from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.git.process import run

_DEFAULTS: Final = {"commit": "yellow", "meta": "bold", "frag": "cyan", "old": "red", "new": "green"}
"""Git's own colours (git's diff.c)."""


class DiffColors(NamedTuple):
    """The escape sequences of the parts of a diff; all empty where git shows none."""

    commit: str = ""
    meta: str = ""
    frag: str = ""
    old: str = ""
    new: str = ""
    reset: str = ""


NO_COLORS: Final = DiffColors()


def diff_colors(git_dir: Path) -> DiffColors:
    """Return git's colours of a diff at a terminal, none where the configuration or a dumb terminal has none."""
    try:
        if run(git_dir, ["config", "--get-colorbool", "color.diff", "true"]).strip() != b"true":
            return NO_COLORS
        slots = {
            slot: run(git_dir, ["config", "--get-color", f"color.diff.{slot}", default]).decode("ascii", "replace")
            for slot, default in _DEFAULTS.items()
        }
    except RepositoryError:  # a colour that git does not know: git itself shows no diff then
        return NO_COLORS
    return DiffColors(**slots, reset="\x1b[m")
