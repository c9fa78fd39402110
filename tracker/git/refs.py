"""Read refs: HEAD, branches, remote-tracking branches, FETCH_HEAD and the refs of other tools."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tracker.git import process
from tracker.model import OID_PATTERN, Oid, parse_oid
from tracker.text import escape_undecodable

_FETCH_HEAD_LINE: Final = re.compile(rf"({OID_PATTERN})\t")
_FETCH_HEAD_BYTES: Final = 16 << 20
"""Bytes of one FETCH_HEAD that are read."""


def head(git_dir: Path) -> Oid | None:
    """Return the commit at a worktree's HEAD, None before the first commit. Raises RepositoryError."""
    answer = process.run(git_dir, ["rev-parse", "--quiet", "--verify", "HEAD^{commit}"], accept=(0, 1, 128))
    return parse_oid(answer.decode("ascii", "replace").strip())


def current_branch(git_dir: Path) -> str | None:
    """Return a worktree's branch without ``refs/heads/``, None for a detached HEAD. Raises RepositoryError."""
    answer = process.run(git_dir, ["symbolic-ref", "--quiet", "--short", "HEAD"], accept=(0, 1, 128))
    return escape_undecodable(os.fsdecode(answer).rstrip("\n")) or None


def branch_tips(git_dir: Path) -> dict[str, Oid]:
    """Return the tips of the local branches, keyed by full ref name. Raises RepositoryError."""
    rows = _lines(git_dir, "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads")
    return {escape_undecodable(name): Oid(oid) for oid, name in (row.split(" ", 1) for row in rows)}


def default_branches(git_dir: Path) -> set[str]:
    """Return the full ref names of the local branches that remotes have as their default branch.

    ``main`` and ``master`` if no remote names one. Raises RepositoryError.
    """
    names = [
        name.split("/", 3) for name in _lines(git_dir, "for-each-ref", "--format=%(symref)", "refs/remotes/*/HEAD")
    ]
    return {f"refs/heads/{name[3]}" for name in names if len(name) == 4} or {"refs/heads/main", "refs/heads/master"}


def remotes(git_dir: Path) -> list[str]:
    """Return the names of the remotes, sorted. Raises RepositoryError."""
    return sorted(map(escape_undecodable, _lines(git_dir, "remote")))


def remote_tips(git_dir: Path, common_dir: Path) -> list[Oid]:
    """Return the tips of the remote-tracking branches and the commits of each worktree's last fetch.

    A pull from a URL moves no remote-tracking branch, but writes FETCH_HEAD (git-fetch(1)). Raises RepositoryError.
    """
    tracked = [Oid(line) for line in _lines(git_dir, "for-each-ref", "--format=%(objectname)", "refs/remotes")]
    return [*tracked, *_fetched(common_dir)]


def refs_below(common_dir: Path, patterns: Sequence[str]) -> dict[str, Oid]:
    """Return the oids of refs below the prefixes, or with exactly these names, by full name. Raises RepositoryError."""
    rows = _lines(common_dir, "for-each-ref", "--format=%(objectname) %(refname)", *patterns)
    return {name: Oid(oid) for oid, name in (row.split(" ", 1) for row in rows)}


def _fetched(common_dir: Path) -> list[Oid]:
    """Return the first word of every line in the worktrees' FETCH_HEAD files."""
    oids: list[Oid] = []
    for path in (common_dir / "FETCH_HEAD", *sorted((common_dir / "worktrees").glob("*/FETCH_HEAD"))):
        try:
            with path.open("rb") as file:
                lines = file.read(_FETCH_HEAD_BYTES).decode("ascii", "replace").split("\n")
        except (FileNotFoundError, NotADirectoryError):
            continue
        oids += [Oid(match[1]) for line in lines if (match := _FETCH_HEAD_LINE.match(line))]
    return oids


def _lines(git_dir: Path, *arguments: str) -> list[str]:
    # Not splitlines(): a ref name may contain characters that Python takes for line ends, such as U+2028.
    return os.fsdecode(process.run(git_dir, arguments)).split("\n")[:-1]
