"""Choose the branch whose history decides what became of commits."""

from typing import NamedTuple

from tracker.git import Repository
from tracker.model import Oid


class Branch(NamedTuple):
    """A branch: the full name of its ref, and its last commit."""

    name: str
    tip: Oid


def default_branch(repository: Repository) -> Branch | None:
    """Return the default branch as far as this repository knows it; None if it has no commit.

    That is the default branch of the remotes, else ``main`` or ``master``, else the branch at HEAD. Where a remote's
    branch is further than the local one, it is taken instead. Raises RepositoryError.
    """
    tips = repository.tips()
    names = sorted(repository.default_branches() & tips.keys())
    current = f"refs/heads/{repository.branch()}"
    if not names and current in tips:
        names = [current]
    if not names:
        return None
    name = current if current in names else names[0]
    found = Branch(name, tips[name])
    short = name.removeprefix("refs/heads/")
    for remote, oid in sorted(repository.refs(["refs/remotes"]).items()):
        if remote.split("/", 3)[3:] == [short] and oid != found.tip and not repository.walk([found.tip], [oid]):
            found = Branch(remote, oid)
    return found
