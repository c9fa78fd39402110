"""Read statistics of the newest commits with a library: ``library_reader.py MODULE REPOSITORY COMMITS``.

MODULE is ``pydriller`` or ``git`` (GitPython). What is read is what a backfill records without attribution: who made
the commit, when, its message, and the inserted and deleted lines of each file. Both are asked for commits by name: a
walk of PyDriller would list the whole history before it reads the newest commits.
The exit code is 1 if there are fewer commits.
"""

import sys


def read_with_pydriller(repository: str, commits: int) -> int:
    """Return the number of commits read."""
    from pydriller import Git  # type: ignore[import-not-found, import-untyped, unused-ignore]

    git = Git(repository)
    oids = git.repo.git.rev_list("HEAD", max_count=commits).split()
    for commit in map(git.get_commit, oids):
        _ = (commit.author.name, commit.author.email, commit.author_date, commit.msg)
        _ = sum(file.added_lines + file.deleted_lines for file in commit.modified_files)
    return len(oids)


def read_with_gitpython(repository: str, commits: int) -> int:
    """Return the number of commits read."""
    from git import Repo  # type: ignore[import-not-found, import-untyped, unused-ignore]

    number = 0
    for commit in Repo(repository).iter_commits("HEAD", max_count=commits):
        _ = (commit.author.name, commit.author.email, commit.authored_date, commit.message)
        _ = commit.stats.total["lines"]
        number += 1
    return number


if __name__ == "__main__":
    module, place, wanted = sys.argv[1:]
    read = {"pydriller": read_with_pydriller, "git": read_with_gitpython}[module](place, int(wanted))
    sys.exit(f"{read} of {wanted} commits were read." if read < int(wanted) else 0)
