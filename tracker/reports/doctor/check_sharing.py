"""Check a repository that several users share: each can leave events, and one can record them."""

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from tracker.git import Repository
from tracker.project.files import ProjectFiles
from tracker.project.permissions import SHARED, is_closed, is_closed_to_this_user
from tracker.project.project import Project
from tracker.reports.doctor.finding import Finding
from tracker.text import number_of


def _share(git_dir: Path) -> str:
    """Return what opens a repository to its group."""
    return (
        "the repository's owner runs: git config core.sharedRepository group; chmod -R g+rwXs"
        f" {shlex.quote(str(git_dir))}; agent-tracker init"
    )


def closed_folder(repository: Repository) -> Finding | None:
    """Return a finding if our folder in the git directory is another user's and closed to this one."""
    folder = ProjectFiles(repository.common_dir).folder
    if not is_closed(folder):
        return None
    return Finding(
        f"{folder} belongs to {_owner(folder)} and is closed to you: your commits are recorded when {_owner(folder)}"
        " records here, without what your hooks would say of them.",
        _share(repository.common_dir),
    )


def findings(project: Project) -> Iterator[Finding]:
    """Yield events that only other users can read, and folders that keep other users from leaving any."""
    files = project.files
    if files.permissions is SHARED and not stat.S_IMODE(files.spool.stat().st_mode) & stat.S_IWGRP:
        yield Finding(
            f"this repository is shared by a group, and {files.folder} is not: other users' hooks cannot leave events.",
            "agent-tracker init",
        )
    unreadable = [path for path in files.spool.iterdir() if not os.access(path, os.R_OK) and not path.is_symlink()]
    if unreadable:
        yield Finding(
            f"{number_of(len(unreadable), 'event')} in {files.spool} can only be recorded by other users, who own the"
            " files.",
            _share(project.repository.common_dir),
        )


def ledger_of_another_user(path: Path) -> Finding | None:
    """Return a finding if a ledger cannot be opened because it is another user's."""
    if not is_closed_to_this_user(path):
        return None
    return Finding(
        f"this repository records into the ledger {path} of another user, which is closed to you: what your hooks see"
        " waits until that user commits here or runs a command.",
        "that user runs: agent-tracker sync",
    )


def _owner(path: Path) -> str:
    """Return the name of a file's owner, or the number of the user."""
    try:
        return path.owner()
    except (KeyError, NotImplementedError, OSError):  # no such account; Windows; the file is gone
        return f"user {path.lstat().st_uid}"
