"""Read statistics of the newest commits with a library: ``library_reader.py MODULE REPOSITORY COMMITS``.

MODULE is ``pydriller`` or ``git`` (GitPython). What is read is what a backfill records without attribution: who made
the commit, when, its message, and the inserted and deleted lines of each file.
"""

import sys
from itertools import islice


def read_with_pydriller(repository: str, commits: int) -> int:
    """Return the lines that the commits change."""
    from pydriller import Repository  # type: ignore[import-not-found, import-untyped, unused-ignore]

    changed = 0
    for commit in islice(Repository(repository, order="reverse").traverse_commits(), commits):
        _ = (commit.author.name, commit.author.email, commit.author_date, commit.msg)
        changed += sum(file.added_lines + file.deleted_lines for file in commit.modified_files)
    return changed


def read_with_gitpython(repository: str, commits: int) -> int:
    """Return the lines that the commits change."""
    from git import Repo  # type: ignore[import-not-found, import-untyped, unused-ignore]

    changed = 0
    for commit in Repo(repository).iter_commits("HEAD", max_count=commits):
        _ = (commit.author.name, commit.author.email, commit.authored_date, commit.message)
        changed += commit.stats.total["lines"]
    return changed


if __name__ == "__main__":
    module, place, number = sys.argv[1:]
    print({"pydriller": read_with_pydriller, "git": read_with_gitpython}[module](place, int(number)))
