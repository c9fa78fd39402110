"""A repository as the rest of the program sees it."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from tracker.errors import RepositoryError
from tracker.git import diffstat, hooks_path, location, merging, paths_in_tree, process, reflog, refs_and_blobs
from tracker.git import walk as walk_
from tracker.git.commits import CommitReader
from tracker.git.hooks_path import HooksPlace
from tracker.git.reflog import ReflogEntry
from tracker.model import Change, Commit, Oid, Signature, Worktree
from tracker.text import escape_undecodable

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
    def named(cls, path: str) -> "Repository":
        """The repository that a command line names: around a path, or for ``.`` the one that git would work in here.

        Raises RepositoryError.
        """
        return cls(location.here()) if path == "." else cls.find(path)

    @classmethod
    def of_hook(cls) -> "Repository":
        """Open the repository that git runs the present hook in.

        That is GIT_DIR where git set it (linked worktrees, ``--git-dir``), else the one around the working directory.
        Raises RepositoryError.
        """
        given = os.environ.get("GIT_DIR")
        return cls.at_git_dir(Path(given).absolute(), Path.cwd()) if given else cls.find(Path.cwd())

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
        """Every work tree, also one whose folder is away; a bare repository's own place is none."""
        found: list[Worktree] = []
        for block in self._text("worktree", "list", "--porcelain").split("\n\n"):
            words = dict(line.partition(" ")[::2] for line in block.split("\n") if line)
            path = words.get("worktree")
            if path is None or "bare" in words:
                continue
            head = words.get("HEAD", "")
            unborn = not _OID.match(head) or not head.strip("0")
            place = self._main_work_tree(path) if not found else path
            branch = words.get("branch")
            found.append(Worktree(place, None if unborn else Oid(head), escape_undecodable(branch) if branch else None))
        return found

    def _main_work_tree(self, listed: str) -> str:
        """Where the main work tree really is.

        ``git worktree list`` takes the common directory's place for it, which is wrong for a submodule and wherever
        ``core.worktree`` or a ``.git`` file leads to a git directory elsewhere (builtin/worktree.c).
        """
        if self._configured_work_tree:
            return str((self.common_dir / self._configured_work_tree).resolve())
        if not (Path(listed) / ".git").exists() and self.git_dir == self.common_dir and self.work_tree is not None:
            return str(self.work_tree)
        return listed

    @cached_property
    def _configured_work_tree(self) -> str:
        return os.fsdecode(process.run(self.common_dir, ["config", "core.worktree"], accept=(0, 1))).rstrip("\n")

    def tips(self) -> dict[str, Oid]:
        """Where every branch and every worktree's HEAD stands, by ``refs/heads/…`` and ``worktree <path>``."""
        lines = self._lines("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads")
        tips = {escape_undecodable(name): Oid(oid) for oid, name in (line.split(" ", 1) for line in lines)}
        tips |= {
            f"worktree {escape_undecodable(tree.path)}": tree.head for tree in self.worktrees() if tree.head is not None
        }
        here = self.existing_commits({*tips.values()})  # a broken branch must not stop the others
        return {name: oid for name, oid in tips.items() if oid in here}

    def worktree_id(self) -> str:
        """The work tree's git directory relative to the common one: ``.``, or ``worktrees/<id>``."""
        return escape_undecodable(os.path.relpath(self.git_dir, self.common_dir))

    def default_branches(self) -> set[str]:
        """The local branches that remotes name as theirs to build on; ``main`` and ``master`` where none does."""
        named = [
            name.split("/", 3) for name in self._lines("for-each-ref", "--format=%(symref)", "refs/remotes/*/HEAD")
        ]
        return {f"refs/heads/{name[3]}" for name in named if len(name) == 4} or {"refs/heads/main", "refs/heads/master"}

    def head(self) -> Oid | None:
        """The commit that this worktree's HEAD stands at, None before the first one."""
        answer = process.run(self.git_dir, ["rev-parse", "--quiet", "--verify", "HEAD^{commit}"], accept=(0, 1, 128))
        oid = answer.decode("ascii", "replace").strip()
        return Oid(oid) if _OID.match(oid) else None

    def branch(self) -> str | None:
        """The branch that this worktree's HEAD is on, without ``refs/heads/``; None when it is detached."""
        answer = process.run(self.git_dir, ["symbolic-ref", "--quiet", "--short", "HEAD"], accept=(0, 1, 128))
        return escape_undecodable(os.fsdecode(answer).rstrip("\n")) or None

    def remote_tips(self) -> list[Oid]:
        """Where every remote-tracking branch stands, and what was fetched last in each worktree.

        A pull from an address moves no remote-tracking branch; FETCH_HEAD tells of it (git-fetch(1)).
        """
        tracked = [Oid(line) for line in self._lines("for-each-ref", "--format=%(objectname)", "refs/remotes")]
        return [*tracked, *reflog.fetched(self.common_dir)]

    def remotes(self) -> list[str]:
        """The names of the remotes."""
        return sorted(map(escape_undecodable, self._lines("remote")))

    def is_replaying(self) -> bool:
        """Whether a rebase or am is in progress in this worktree."""
        return any((self.git_dir / name).is_dir() for name in ("rebase-merge", "rebase-apply"))

    def picked_head(self) -> Oid | None:
        """The commit that a cherry-pick copies in this worktree now (gitrevisions(7), CHERRY_PICK_HEAD)."""
        try:
            text = (self.git_dir / "CHERRY_PICK_HEAD").read_text(encoding="ascii", errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return Oid(text) if _OID.match(text) else None

    def hooks_dir(self) -> Path:
        """Where git looks for hooks, from this work tree."""
        return self.hooks_place().directory

    def hooks_place(self) -> HooksPlace:
        """The same, with where ``core.hooksPath`` was set."""
        return hooks_path.place(self.git_dir, self.work_tree)

    def hooks_places(self) -> list[HooksPlace]:
        """Every directory that git looks for hooks in, this work tree's first, each once.

        A relative ``core.hooksPath`` is another one in each work tree, and ``extensions.worktreeConfig`` may set it
        for one alone (git-worktree(1)).
        """
        seen = (hooks_path.place(one.git_dir, one.work_tree) for one in self.from_every_worktree())
        places: dict[Path, HooksPlace] = {}
        for place in seen:
            places.setdefault(place.directory, place)
        return [*places.values()]

    def from_every_worktree(self) -> list["Repository"]:
        """The repository as it is seen from here, and from each other work tree that there is."""
        found = {self.git_dir: self}
        for path in (Path(tree.path) for tree in self.worktrees()):
            if not (path / ".git").exists():
                continue
            try:
                other = location.find(path)
            except RepositoryError:
                continue  # git refuses to work there, so it runs no hook there either
            if other.common_dir == self.common_dir:  # and not another repository in its place
                found.setdefault(other.git_dir, Repository(other))
        return [*found.values()]

    def configured_hooks(self) -> dict[str, list[str]]:
        """The commands that git's configuration names for each event, where this git runs them (2.54 and later)."""
        return hooks_path.configured(self.git_dir)

    def has_unstaged_changes(self, work_tree: Path, path: str) -> bool:
        """Whether a file of a work tree is another one than the index holds."""
        return bool(process.run(None, ["diff", "--name-only", "--no-ext-diff", "--", path], cwd=work_tree))

    def is_path_tracked(self, work_tree: Path, path: str) -> bool:
        """Whether the index of a work tree holds a path."""
        return bool(process.run(None, ["ls-files", "--", path], cwd=work_tree))

    def staged(self, index: Path | None) -> list[str]:
        """The paths that the next commit adds or changes: a renamed file by its new name, nothing that is deleted.

        ``index`` is the file that git made of what it is about to commit, where that is another one than the
        worktree's own (``git commit -a``, ``git commit PATH``). Before the first commit every path is new. Of a merge
        that is finished by hand, what one of the merged commits has already is left out.
        """
        options = ["-c", f"diff.orderFile={os.devnull}", "-c", "diff.relative=false"]
        arguments = ["diff", "--cached", "--name-only", "-z", "--no-renames", "--diff-filter=d", "--no-ext-diff"]
        variables = {"GIT_INDEX_FILE": str(index)} if index else None
        found: list[str] | None = None
        for parent in ([], *([oid] for oid in self._merged_heads())):
            answer = process.run(self.git_dir, [*arguments, *parent, "--"], options=options, variables=variables)
            paths = [os.fsdecode(path) for path in answer.split(b"\0") if path]
            found = paths if found is None else [path for path in found if path in {*paths}]
        return found or []

    def _merged_heads(self) -> list[Oid]:
        """The commits that a merge at work in this worktree joins to HEAD (gitrevisions(7), MERGE_HEAD)."""
        try:
            lines = (self.git_dir / "MERGE_HEAD").read_text(encoding="ascii", errors="replace").split()
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [Oid(line) for line in lines if _OID.match(line)]

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
        without = [*exclude, *(self.remote_tips() if not_remotes else ())]
        return walk_.walk(self.common_dir, wanted, without, since) if wanted else []

    def beyond(self, tips: Sequence[Oid], exclude: Iterable[Oid]) -> dict[Oid, list[Oid]]:
        """For each tip what it reaches and the excluded commits do not, parents before children."""
        return walk_.beyond(self.common_dir, tips, [*exclude]) if tips else {}

    def history_marks(self) -> str:
        """What else than tips decides what is reachable, as a digest: shallow boundaries, grafts, replaced objects."""
        return walk_.marks(self.common_dir)

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

    def resolve(self, revisions: Sequence[str]) -> tuple[list[Oid], list[Oid]]:
        """The commits that revisions or ranges name, to walk from and to leave out (gitrevisions(7)).

        Raises RepositoryError naming the one that git does not understand.
        """
        include: list[Oid] = []
        exclude: list[Oid] = []
        for revision in revisions:
            named = self._revision(f"{revision}^{{commit}}") or (self._revision(revision) if ".." in revision else [])
            if not named:
                raise RepositoryError(f"'{revision[:200]}' names no commit here.")
            include += [Oid(name) for name in named if not name.startswith("^")]
            exclude += [Oid(name[1:]) for name in named if name.startswith("^")]
        return include, exclude

    def _revision(self, text: str) -> list[str]:
        if text.startswith("-"):
            return []
        answer = process.run(self.git_dir, ["rev-parse", "--quiet", "--revs-only", text], accept=(0, 1, 128))
        return [name for name in answer.decode("ascii", "replace").split() if _OID.match(name.removeprefix("^"))]

    def existing_commits(self, oids: Iterable[Oid]) -> set[Oid]:
        """Those of the oids that are commits and are here."""
        return walk_.existing(self.common_dir, [oid for oid in oids if _OID.match(oid)])

    def expanded(self, names: Iterable[str]) -> dict[str, Oid]:
        """The commits that object names, whole or shortened, stand for; what stands for none is left out."""
        return walk_.expanded(self.common_dir, names)

    def authored(self, author: Signature) -> list[Oid]:
        """Commits of any branch, remote or HEAD with this very author and date, the newest first."""
        return walk_.authored(self.common_dir, author)

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

    def patch_id_between(self, base: Oid, tip: Oid) -> str | None:
        """The patch id of all that ``tip`` changed since it left ``base`` (``git diff base...tip``), if anything."""
        return diffstat.patch_id_between(self.common_dir, base, tip)

    def trees(self, oids: Sequence[Oid]) -> dict[Oid, str]:
        """The tree of each commit that is here."""
        wanted = sorted(self.existing_commits(oids))
        if not wanted:
            return {}
        # The commit names its tree: the tree itself may be away (a treeless clone, a damaged repository).
        arguments = ["rev-list", "--no-walk=unsorted", "--no-commit-header", "--format=%H %T", "--stdin"]
        answer = process.run(self.common_dir, arguments, lines=wanted).decode("ascii", "replace")
        rows = (line.split() for line in answer.split("\n"))
        return {Oid(row[0]): row[1] for row in rows if len(row) == 2}

    def holding(self, oids: Sequence[Oid], paths: Sequence[str]) -> dict[Oid, dict[str, str]]:
        """The objects at those of some paths that each commit's tree has; a path that ends with ``/`` is a folder."""
        return paths_in_tree.holding(self.common_dir, oids, paths)

    def merged_tree(self, ours: Oid, theirs: Oid) -> str | None:
        """The tree of a clean merge of two commits; None where it would conflict or cannot be worked out."""
        return merging.merged_tree(self.common_dir, ours, theirs)

    def blobs(self, places: Sequence[tuple[Oid, str]]) -> dict[tuple[Oid, str], str]:
        """The object at each path of a commit's tree, where there is one; paths with a line break are left out."""
        asked = [place for place in dict.fromkeys(places) if "\n" not in place[1]]
        if not asked:
            return {}
        lines = [f"{oid}:{path}" for oid, path in asked]
        answer = process.run(self.common_dir, ["cat-file", "--batch-check=%(objectname)"], lines=lines, accept=(0, 128))
        names = answer.decode("utf-8", "replace").split("\n")
        return {place: name for place, name in zip(asked, names, strict=False) if _OID.match(name)}

    def uncommitted_changes(self) -> int | None:
        """How many paths ``git status`` lists: changed, staged, or new and not ignored.

        None where there is no work tree, or git cannot tell.
        """
        if self.work_tree is None:
            return None
        arguments = ["status", "--porcelain", "-z", "--no-renames", "--ignore-submodules=dirty"]
        options = [f"--work-tree={self.work_tree}"]
        try:
            return process.run(self.git_dir, arguments, options=options, cwd=self.work_tree).count(b"\0")
        except RepositoryError:
            return None

    # -- what git noted ------------------------------------------------------------------------------------------

    def head_reflog(self, limit: int) -> list[ReflogEntry]:
        """The newest moves of this worktree's HEAD, newest first; empty where none are kept."""
        return reflog.entries(self.git_dir, limit)

    def head_reflogs(self, limit: int = 2000) -> list[ReflogEntry]:
        """The newest moves of every worktree's HEAD."""
        return [entry for entries in self.head_reflogs_by_worktree(limit) for entry in entries]

    def head_reflogs_by_worktree(self, limit: int = 2000) -> Iterator[list[ReflogEntry]]:
        """The same, one list for each worktree (gitrepository-layout: ``worktrees/<id>`` beside the main one)."""
        for git_dir in (self.common_dir, *sorted((self.common_dir / "worktrees").glob("*/"))):
            yield reflog.entries(git_dir, limit)

    def pushed_to(self, refs: Iterable[str], limit: int = 5000) -> set[Oid]:
        """The commits that pushes put remote-tracking branches to; ``limit``: moves of each that are looked at."""
        return {oid for ref in refs for oid in reflog.pushed_to(self.common_dir, ref, limit)}

    def rewritten_list(self) -> list[tuple[Oid, Oid]]:
        """The pairs of a rebase in progress in this worktree."""
        return reflog.rewritten(self.git_dir)

    def refs(self, patterns: Sequence[str]) -> dict[str, Oid]:
        """Where the refs below some prefixes stand, by name."""
        return refs_and_blobs.refs(self.common_dir, patterns)

    def notes(self, ref: str, oids: Sequence[Oid]) -> dict[Oid, str]:
        """The texts of commits' notes in one notes ref."""
        return refs_and_blobs.notes(self.common_dir, ref, oids)

    def noted(self, old: Oid | None, new: Oid) -> list[Oid]:
        """The commits whose notes differ between two states of a notes ref; all that have one when ``old`` is None."""
        return refs_and_blobs.noted(self.common_dir, old, new)

    def files(self, names: Iterable[str]) -> dict[str, str]:
        """The texts of files in the history, by their names as ``revision:path``; what is not there is left out."""
        return refs_and_blobs.files(self.common_dir, names)

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
