"""The work of a commit for a review: read for the screen, shown whole in the pager, opened in the editor."""

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from tracker.cli import keyboard, output, review_screen
from tracker.cli.diff_lines import decoded, painted_lines
from tracker.cli.pager import chosen_pager
from tracker.cli.review_screen import Size, View
from tracker.errors import TrackerError
from tracker.feedback_records import BugRecord
from tracker.git import commit_text, user_programs
from tracker.git.diff_colors import NO_COLORS, DiffColors, diff_colors
from tracker.git.grade_trailers import without_grades
from tracker.model import Oid
from tracker.project.project import Project
from tracker.records import RecordedCommit
from tracker.text import printable

_MOST_COUNTED: Final = 1_000
"""Changed files up to which each is shown with its numbers: git compares all of them first."""
_MOST_OPENED: Final = 50
"""Files that are opened in the editor at once."""


class ReviewWork:
    """The commits of one project, as a review shows them."""

    def __init__(self, project: Project, keys: keyboard.Keys) -> None:
        self._repository = project.repository
        self._keys = keys

    @cached_property
    def _colors(self) -> DiffColors:
        return NO_COLORS if os.environ.get("NO_COLOR") else diff_colors(self._repository.git_dir)

    def lines(self, title: str, oid: Oid, commit: RecordedCommit, report: BugRecord | None) -> list[str]:
        """Return the screen of a commit, fitted to the terminal. Raises RepositoryError when git cannot be run."""
        files = commit.facts.files
        preview = commit_text.preview(self._repository.common_dir, oid, counted=files is None or files <= _MOST_COUNTED)
        view = View(title, oid, commit, report, self._body(oid), preview)
        return review_screen.screen(view, terminal_size(), self._colors)

    def _body(self, oid: Oid) -> list[str]:
        """Return the lines of a message below the subject, without an agent's grade of its own work."""
        for commit in self._repository.commits([oid]):
            _, _, body = commit.message.strip().partition("\n\n")
            return [line for line in without_grades(body.split("\n")) if line.strip()]
        return []

    def show_diff(self, oid: Oid) -> None:
        """Show the whole diff in the pager. Raises TrackerError, and KeyboardInterrupt for Ctrl-C."""
        if not commit_text.is_complete(self._repository.common_dir, oid):
            raise TrackerError("git cannot show it: objects are missing here, as in a shallow or partial clone.")
        with contextlib.closing(commit_text.shown(self._repository.git_dir, oid)) as raw, self._keys.handed_over():
            lines = _without_grades(map(decoded, raw))
            user_programs.page(chosen_pager(self._repository.git_dir), painted_lines(lines, self._colors))

    def open_files(self, oid: Oid) -> None:
        """Open the files that a commit changed, as they are in the worktree now, in the editor.

        Raises TrackerError when there are none, or the editor fails; KeyboardInterrupt when Ctrl-C ended it.
        """
        top = self._repository.work_tree
        if top is None:
            raise TrackerError("this repository has no worktree, so there are no files to open.")
        changed = [top / path for path in commit_text.paths(self._repository.common_dir, oid, _MOST_OPENED)]
        there = [str(path) for path in changed if _is_file(str(path))]
        if not there:
            raise TrackerError("none of the files that it changed is in the worktree now.")
        with self._keys.handed_over():
            code = user_programs.edit(self._repository.git_dir, there, top)
        if code:
            raise TrackerError(f"the editor ended with exit code {code}.")


def _without_grades(lines: Iterator[str]) -> Iterator[str]:
    """Yield the lines of ``git show`` without an agent's grade of its own work in the message, which is indented."""
    first: list[str] = []

    def message() -> Iterator[str]:
        for line in lines:
            if line.startswith("diff --"):
                first.append(line)
                return
            yield line

    yield from without_grades(message())
    yield from first
    yield from lines


def _is_file(path: str) -> bool:
    """Return True for a file of its own; a symbolic link may lead anywhere."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def terminal_size() -> Size:
    """Return the terminal's size now."""
    try:
        columns, rows = os.get_terminal_size(1)
    except OSError:
        columns, rows = 0, 0
    if columns and rows:
        return Size(columns, rows)
    return Size(*shutil.get_terminal_size((80, 24)))


def print_lines(lines: list[str]) -> None:
    """Print lines that were made printable, with git's colours around them."""
    for line in lines:
        output.say(line)


def tell(error: TrackerError) -> None:
    """Print the sentence of an error."""
    output.say(printable(str(error)))
