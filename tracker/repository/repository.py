"""A repository as the rest of the program sees it."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from tracker.errors import RepositoryError
from tracker.model import Change, Commit, Oid, Worktree
from tracker.repository import diffstat, location, process, reflog
from tracker.repository.commits import CommitReader
from tracker.repository.reflog import ReflogEntry

_OID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")


class Repository:
    """One repository, seen from one of its worktrees.

    ``git_dir`` is that worktree's own git directory, ``common_dir`` the one that all share, ``work_tree`` None in a
    bare repository. All are absolute and resolved.
    """

    def __init__(self, place: location.Location) -> None:
        self.git_dir = place.git_dir
        self.common_dir = place.common_dir
        self.work_tree = place.work_tree
        self._reader = CommitReader(place.common_dir)

    @classmethod
    def find(cls, path: Path | str) -> "Repository":
        """The repository around a path. Raises RepositoryError. The caller's GIT_ variables are not looked at."""
        return cls(location.find(Path(path).absolute()))

    @classmethod
    def at_git_dir(cls, git_dir: Path, work_tree: Path | None) -> "Repository":
        """The repository that a hook was told. Raises RepositoryError when there is none."""
        return cls(location.at(git_dir, work_tree))

    # -- refs and worktrees --------------------------------------------------------------------------------------

    @cached_property
    def object_format(self) -> str:
        """``sha1`` or ``sha256``."""
        return self._lines("rev-parse", "--show-object-format")[0]

    def worktrees(self) -> list[Worktree]:
        """Every work tree whose folder exists; a bare repository's own place is none."""
        found: list[Worktree] = []
        for block in self._text("worktree", "list", "--porcelain").split("\n\n"):
            words = dict(line.partition(" ")[::2] for line in block.split("\n") if line)
            path = words.get("worktree")
            if path is None or "bare" in words or not Path(path).is_dir():
                continue
            head = words.get("HEAD", "")
            unborn = not _OID.match(head) or not head.strip("0")
            found.append(Worktree(path, None if unborn else Oid(head), words.get("branch")))
        return found

    def tips(self) -> dict[str, Oid]:
        """Where every branch and every worktree's HEAD stands, by ``refs/heads/…`` and ``worktree <path>``."""
        lines = self._lines("for-each-ref", "--format=%(objectname) %(objecttype) %(refname)", "refs/heads")
        tips = {name: Oid(oid) for oid, kind, name in (line.split(" ", 2) for line in lines) if kind == "commit"}
        tips |= {f"worktree {tree.path}": tree.head for tree in self.worktrees() if tree.head is not None}
        return tips

    def remote_tips(self) -> list[Oid]:
        """Where every remote-tracking branch stands."""
        return [Oid(line) for line in self._lines("for-each-ref", "--format=%(objectname)", "refs/remotes")]

    def remotes(self) -> list[str]:
        """The names of the remotes."""
        return sorted(self._lines("remote"))

    def is_replaying(self) -> bool:
        """Whether a rebase or am is in progress in this worktree."""
        return any((self.git_dir / name).is_dir() for name in ("rebase-merge", "rebase-apply"))

    def hooks_dir(self) -> Path:
        """Where git looks for hooks; ``core.hooksPath`` may be relative to where hooks run, the work tree."""
        start = self.work_tree or self.git_dir
        name = self._text("rev-parse", "--git-path", "hooks", cwd=start).rstrip("\n")
        return Path(os.path.normpath(start / Path(name).expanduser()))

    def is_path_tracked(self, work_tree: Path, path: str) -> bool:
        """Whether the index of a work tree holds a path."""
        return bool(process.run(None, ["ls-files", "--", path], cwd=work_tree))

    # -- history -------------------------------------------------------------------------------------------------

    def walk(
        self,
        include: Iterable[Oid],
        exclude: Iterable[Oid] = (),
        *,
        since: str | None = None,
        not_remotes: bool = False,
    ) -> list[Oid]:
        """Commits reachable from ``include`` and not from ``exclude``, parents before children.

        ``since`` is a date as git reads it; ``not_remotes`` excludes what remote-tracking branches reach. Objects
        that are gone are passed over.
        """
        wanted = [*include]
        if not wanted:
            return []
        arguments = ["rev-list", "--topo-order", "--reverse", "--ignore-missing", "--stdin"]
        if since is not None:
            arguments.append(f"--since={since}")
        lines = [*wanted, *(f"^{oid}" for oid in exclude)]
        if not_remotes:
            lines += [f"^{oid}" for oid in self.remote_tips()]
        return [Oid(line) for line in process.run(self.common_dir, arguments, lines=lines).decode("ascii").split()]

    def moment(self, date: str) -> int:
        """A date as git reads dates, in seconds; what it can make nothing of is the present (git-rev-parse(1))."""
        answer = process.run(self.git_dir, ["rev-parse", f"--since={date}"]).decode("ascii", "replace")
        return int(answer.strip().removeprefix("--max-age="))

    def count(self, include: Iterable[Oid], most: int) -> int:
        """How many commits are reachable from ``include``; at most ``most`` are counted."""
        lines = [*include]
        arguments = ["rev-list", "--count", "--ignore-missing", f"--max-count={most}", "--stdin"]
        return int(process.run(self.common_dir, arguments, lines=lines)) if lines else 0

    def recent(self, tip: Oid, limit: int) -> list[Oid]:
        """The newest commits that ``tip`` reaches, newest first."""
        return [Oid(line) for line in self._lines("rev-list", f"--max-count={limit}", tip, "--")]

    def resolve(self, revisions: Sequence[str]) -> list[Oid]:
        """The commits that revisions name. Raises RepositoryError naming the one that git does not understand."""
        found: list[Oid] = []
        for revision in revisions:
            try:
                arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
                found.append(Oid(process.run(self.git_dir, arguments).decode("ascii").strip()))
            except RepositoryError as error:
                raise RepositoryError(f"'{revision}' names no commit here.") from error
        return found

    def existing_commits(self, oids: Iterable[Oid]) -> set[Oid]:
        """Those of the oids that are commits and are here."""
        wanted = [oid for oid in oids if _OID.match(oid)]
        if not wanted:
            return set()
        answer = process.run(self.common_dir, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], lines=wanted)
        words = (line.split() for line in answer.decode("ascii", "replace").splitlines())
        return {Oid(word[0]) for word in words if word[1:] == ["commit"]}

    def commits(self, oids: Sequence[Oid]) -> Iterator[Commit]:
        """Commits in the order asked for; those that are not here are left out."""
        return self._reader.read(oids)

    def engine(self) -> str:
        """Who reads commits here: ``pygit2``, or ``git`` where libgit2 cannot."""
        return self._reader.engine()

    def changes(self, oids: Sequence[Oid]) -> dict[Oid, Change]:
        """Diff statistics against the first parent; what git cannot tell here is left out (see ``diffstat``)."""
        return diffstat.changes(self.common_dir, oids)

    def patch_ids(self, oids: Sequence[Oid]) -> dict[Oid, str]:
        """Digests of patches, equal for a commit and its faithful copy; merges and empty commits have none."""
        return diffstat.patch_ids(self.common_dir, oids)

    def trees(self, oids: Sequence[Oid]) -> dict[Oid, str]:
        """The tree of each commit that is here."""
        wanted = sorted(self.existing_commits(oids))
        answer = process.run(
            self.common_dir, ["cat-file", "--batch-check=%(objectname)"], lines=[f"{oid}^{{tree}}" for oid in wanted]
        )
        return dict(zip(wanted, answer.decode("ascii").split(), strict=False)) if wanted else {}

    # -- what git noted ------------------------------------------------------------------------------------------

    def head_reflog(self, worktree: Worktree | None = None, limit: int = 2000) -> list[ReflogEntry]:
        """The newest moves of a worktree's HEAD (by default this one's), newest first; empty where none are kept."""
        git_dir = self.git_dir
        if worktree is not None:
            try:
                git_dir = location.find(Path(worktree.path)).git_dir
            except RepositoryError:
                return []
        return reflog.entries(git_dir, limit)

    def rewritten_list(self) -> list[tuple[Oid, Oid]]:
        """The pairs of a rebase in progress in this worktree."""
        return reflog.rewritten(self.git_dir)

    # -- configuration -------------------------------------------------------------------------------------------

    def config(self) -> dict[str, str]:
        """The ``agent-tracker.*`` settings of git's configuration, by lower-case name; the last value counts."""
        arguments = ["config", "-z", "--get-regexp", r"^agent-tracker\."]
        answer = process.run(self.git_dir, arguments, accept=(0, 1)).decode("utf-8", "replace")
        pairs = (item.partition("\n") for item in answer.split("\0") if item)
        return {name.split(".", 1)[1]: value for name, _, value in pairs}

    def user_emails(self) -> set[str]:
        """The addresses under which the user commits here, lower-case."""
        answer = process.run(self.git_dir, ["config", "-z", "--get-all", "user.email"], accept=(0, 1))
        return {email.lower() for email in answer.decode("utf-8", "replace").split("\0") if email}

    def _text(self, *arguments: str, cwd: Path | None = None) -> str:
        return os.fsdecode(process.run(self.git_dir, arguments, cwd=cwd))

    def _lines(self, *arguments: str) -> list[str]:
        # Not splitlines(): a ref may hold characters that Python takes for line ends, such as U+2028.
        return self._text(*arguments).split("\n")[:-1]
