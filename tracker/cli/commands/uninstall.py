"""``uninstall``: undo all that ``init`` did in a repository. The ledger stays."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.options import ledger_option, path_argument
from tracker.errors import LedgerUnavailable
from tracker.text import number_of, printable

if TYPE_CHECKING:
    from tracker.project.project import Project

_LOCK_DEADLINE: Final = 30.0
"""Seconds to wait for running recorders; one that takes longer finds the project gone and ends by itself."""


@click.command(
    "uninstall",
    cls=Command,
    examples=(
        "agent-tracker uninstall",
        "agent-tracker uninstall ~/src/greeter",
    ),
)
@path_argument
@ledger_option
@click.option("--force", is_flag=True, help="Go on, and drop the waiting events, when they cannot be recorded first.")
def command(*, path: str, ledger: str | None, force: bool) -> int:
    """Take back everything that init did in a repository.

    The ledger stays.
    """
    from tracker.cli.hook_installation import remove_hooks
    from tracker.cli.open_project import open_tracked
    from tracker.feedback import actor, decisions
    from tracker.files import FileLock
    from tracker.hooks import agent_docs
    from tracker.hooks.events import GUARD, framework_id
    from tracker.reports import doctor
    from tracker.reports.status_file import existing_worktrees
    from tracker.sharing.switch import turn_off

    project = open_tracked(path, ledger)
    if decisions.is_guard_wanted(project):
        actor.decide_for_user(actor.current_actor(project), project.settings, "removing the guard")
    # Without the lock a running recorder would write again the files that are removed here.
    with FileLock(project.files.lock).hold(_LOCK_DEADLINE):
        _record_waiting(project, force=force)
        pending_count = len(project.pending_grades.read())
        sharing_ended = turn_off(project)
        hooks = remove_hooks(project)
        sections_removed, sections_left = agent_docs.remove_sections(
            project.repository,
            existing_worktrees(project.repository),
            tracked_too=project.files.has_written_instructions(),
        )
        # Read now, when the hooks that we had kept are back in their places: they may be the framework's.
        framework_events = doctor.check_hooks.named_in_configuration(project.repository)
        files_removed = _remove_files(project)
    for line in (*sharing_ended, *hooks.done, *sections_removed, *files_removed, *hooks.to_do, *sections_left):
        output.say(printable(line))
    if pending_count:
        output.say(f"Dropped {number_of(pending_count, 'pending grade')}.")
    if framework_events:
        ids = ", ".join(framework_id(event) for event in sorted(framework_events))
        effect = "the next event starts tracking again" if framework_events - {GUARD} else "the guard stays active"
        output.say(f"The pre-commit configuration still names {ids}: remove that, or {effect}.")
    output.say(f"No longer tracked. The ledger stays: {printable(str(project.ledger.path))}")
    if hosts := _hosts_with_us():
        output.paragraph(f"agent-tracker stays in {hosts}: 'agent-tracker hosts uninstall' takes it out of them.")
    return 0


def _hosts_with_us() -> str:
    """Return the names of the hosts of this user that call us, empty if there is none."""
    from tracker.hosts.host_table import HOSTS
    from tracker.hosts.install import place_of_user, state_of

    try:
        place = place_of_user()
    except RuntimeError:  # an account without a home
        return ""
    return ", ".join(host.display for host in HOSTS if state_of(host, place).is_installed)


def _record_waiting(project: Project, *, force: bool) -> None:
    """Record the events that wait in the spool.

    Raises LedgerUnavailable when that is not possible, unless ``force``: then it prints a warning.
    """
    from tracker.recording.reconcile import reconcile

    try:
        reconcile(project)
    except LedgerUnavailable as error:
        if not force:
            raise
        output.warn(f"{error} The events that wait in the spool are dropped (--force).")


def _remove_files(project: Project) -> list[str]:
    """Remove the status files and our folder in the git directory; return a sentence for each status file."""
    from tracker.reports.status_file import existing_worktrees

    done: list[str] = []
    with project.files.status_lock().hold(_LOCK_DEADLINE):
        project.files.remove_id()
        for worktree in existing_worktrees(project.repository):
            done += _remove_status(project, Path(worktree.path))
        project.files.remove()
    return done


def _remove_status(project: Project, work_tree: Path) -> list[str]:
    """Remove the status file, and its folder if that holds nothing else. A file that is not ours stays."""
    from tracker.reports.status_file import FOLDER, IGNORE_FILES, NAME, PATH, is_ours

    folder = work_tree / FOLDER
    if folder.is_symlink() or project.repository.is_path_tracked(work_tree, PATH):
        return []
    if not is_ours(folder / NAME):
        return []
    done: list[str] = []
    ignore = folder / ".gitignore"
    with contextlib.suppress(OSError):  # an ignore file that cannot be read or removed stays
        if ignore.is_file() and ignore.read_text(encoding="utf-8", errors="replace") in IGNORE_FILES:
            ignore.unlink()
    with contextlib.suppress(OSError):
        (folder / NAME).unlink()
        done.append(f"Removed {folder / NAME}.")
    with contextlib.suppress(OSError):  # the folder is not empty, or there is none
        folder.rmdir()
    return done
