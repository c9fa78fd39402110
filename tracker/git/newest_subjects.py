"""Read the newest subjects of a repository's branches, without its other objects: for a search in history."""

from pathlib import Path
from typing import NamedTuple

from tracker.git import process
from tracker.model import Oid, parse_oid


class LoggedSubject(NamedTuple):
    """A commit as git's log shows it. ``time``: of the commit, in seconds since the epoch."""

    oid: Oid
    time: int
    subject: str


def newest_subjects(common_dir: Path, most: int, patience: float) -> list[LoggedSubject]:
    """Return at most ``most`` commits that branches reach, newest first.

    ``patience``: seconds after which git is ended. Raises RepositoryError, also when git gives no answer in time.
    """
    arguments = [
        "rev-list",
        "--branches",
        f"--max-count={most}",
        "--no-commit-header",
        "--format=%H%x00%ct%x00%s",
        "--",
    ]
    # With exit code 128 git met a commit that is missing or damaged, and printed those before it.
    answer = process.run(common_dir, arguments, accept=(0, 128), patience=patience).decode("utf-8", "replace")
    if not answer:
        process.run(common_dir, ["rev-parse", "--git-dir"], patience=patience)  # raises where git reads nothing at all
    rows = (line.split("\0", 2) for line in answer.split("\n"))
    return [
        LoggedSubject(oid, int(row[1]), row[2])
        for row in rows
        if len(row) == len(LoggedSubject._fields) and row[1].isdecimal() and (oid := parse_oid(row[0]))
    ]
