"""Read refs: HEAD, branches, remote-tracking branches, FETCH_HEAD and the refs of other tools."""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.files import open_regular, read_regular
from tracker.git import process
from tracker.lazy_regex import LazyRegex
from tracker.model import OID_PATTERN, Oid, parse_oid
from tracker.text import escape_undecodable

_FETCH_HEAD_LINE: Final = LazyRegex(rf"({OID_PATTERN})\t")
_FETCH_HEAD_BYTES: Final = 16 << 20
"""Bytes of one FETCH_HEAD that are read."""

_ALWAYS: Final = ("refs/heads", "refs/remotes", "refs/replace")
"""Prefixes of the refs that are always held."""


class Ref(NamedTuple):
    """A ref with its full name. ``target``: the ref that a symbolic one points to, else empty."""

    name: str
    oid: Oid
    target: str


def head(git_dir: Path) -> Oid | None:
    """Return the commit at a worktree's HEAD, None before the first commit. Raises RepositoryError."""
    answer = process.run(git_dir, ["rev-parse", "--quiet", "--verify", "HEAD^{commit}"], accept=(0, 1, 128))
    return parse_oid(answer.decode("ascii", "replace").strip())


def current_branch(git_dir: Path) -> str | None:
    """Return a worktree's branch without ``refs/heads/``, None for a detached HEAD. Raises RepositoryError."""
    answer = process.run(git_dir, ["symbolic-ref", "--quiet", "--short", "HEAD"], accept=(0, 1, 128))
    return escape_undecodable(os.fsdecode(answer).rstrip("\n")) or None


class RefReader:
    """Reader of a repository's shared refs: branches, remote-tracking branches, those of other tools."""

    def __init__(self, common_dir: Path) -> None:
        self._common_dir = common_dir
        self._held: Sequence[str] | None = None
        self._snapshot: list[Ref] | None = None

    @contextlib.contextmanager
    def hold(self, patterns: Sequence[str]) -> Iterator[None]:
        """Answer every question inside the block from one reading of the refs, which the first question begins.

        ``patterns``: more refs to read, beside branches, remote-tracking and replacing ones. A block inside another one
        has the reading of the outer one.
        """
        if self._held is not None:
            yield
            return
        self._held = (*_ALWAYS, *patterns)
        try:
            yield
        finally:
            self._held = self._snapshot = None

    def below(self, patterns: Sequence[str]) -> dict[str, Oid]:
        """Return the oids of refs below the prefixes, or with exactly these names, by full ref name.

        A ``*`` in a pattern stands for any characters but slashes (git-for-each-ref(1)). Raises RepositoryError.
        """
        return {ref.name: ref.oid for ref in self._read(patterns)}

    def has_replaced(self) -> bool:
        """Return True if a ref below ``refs/replace`` shows another object in an object's place.

        Git is only asked where refs are not files. Raises RepositoryError.
        """
        if (self._common_dir / "reftable").is_dir():
            return bool(self.below(["refs/replace"]))
        if (self._common_dir / "refs" / "replace").is_dir():
            return True
        try:
            return b" refs/replace/" in read_regular(self._common_dir / "packed-refs")
        except OSError:
            return False

    def branch_tips(self) -> dict[str, Oid]:
        """Return the tips of the local branches, keyed by full ref name. Raises RepositoryError."""
        return {escape_undecodable(name): oid for name, oid in self.below(["refs/heads"]).items()}

    def remote_tips(self) -> list[Oid]:
        """Return the tips of the remote-tracking branches. Raises RepositoryError."""
        return [*self.below(["refs/remotes"]).values()]

    def default_branches(self) -> set[str]:
        """Return the full ref names of the local branches that remotes have as their default branch.

        ``main`` and ``master`` if no remote names one. Raises RepositoryError.
        """
        names = [ref.target.split("/", 3) for ref in self._read(["refs/remotes/*/HEAD"])]
        return {f"refs/heads/{name[3]}" for name in names if len(name) == 4} or {"refs/heads/main", "refs/heads/master"}

    def _read(self, patterns: Sequence[str]) -> list[Ref]:
        """Return the refs that match a pattern, from what is held if it has all of them."""
        if self._held is None or not all(_covers(self._held, pattern) for pattern in patterns):
            return _for_each_ref(self._common_dir, patterns)
        if self._snapshot is None:
            self._snapshot = _for_each_ref(self._common_dir, self._held)
        return [ref for ref in self._snapshot if any(_matches(pattern, ref.name) for pattern in patterns)]


def _for_each_ref(common_dir: Path, patterns: Sequence[str]) -> list[Ref]:
    answer = process.run(common_dir, ["for-each-ref", "--format=%(objectname) %(refname) %(symref)", *patterns])
    # Not splitlines(): a ref name may contain characters that Python takes for line ends, such as U+2028.
    rows = (line.split(" ") for line in os.fsdecode(answer).split("\n")[:-1])
    return [Ref(name, Oid(oid), target) for oid, name, target in rows]


def _covers(held: Iterable[str], pattern: str) -> bool:
    """Return True if all refs that match a pattern are among those below the held ones."""
    return any(f"{pattern.rstrip('/')}/".startswith(f"{one.rstrip('/')}/") for one in held)


def _matches(pattern: str, name: str) -> bool:
    """Return True if git-for-each-ref shows the ref with this full name for a pattern."""
    if "*" in pattern:
        return re.fullmatch("[^/]*".join(map(re.escape, pattern.split("*"))), name) is not None
    return name == pattern or name.startswith(pattern if pattern.endswith("/") else f"{pattern}/")


def fetched_tips(common_dir: Path) -> list[Oid]:
    """Return the commits of each worktree's last fetch, as FETCH_HEAD lists them (git-fetch(1))."""
    oids: list[Oid] = []
    for path in (common_dir / "FETCH_HEAD", *sorted((common_dir / "worktrees").glob("*/FETCH_HEAD"))):
        try:
            with open_regular(path) as file:
                lines = file.read(_FETCH_HEAD_BYTES).decode("ascii", "replace").split("\n")
        except OSError:  # git does not rely on the file either
            continue
        oids += [Oid(match[1]) for line in lines if (match := _FETCH_HEAD_LINE.match(line))]
    return oids


def short_names(common_dir: Path) -> list[str]:
    """Return the names of branches, tags and remote-tracking branches as a user writes them. Raises RepositoryError."""
    patterns = ["refs/heads", "refs/tags", "refs/remotes"]
    answer = process.run(common_dir, ["for-each-ref", "--format=%(refname:short)", *patterns])
    return escape_undecodable(os.fsdecode(answer)).splitlines()
