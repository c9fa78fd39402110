"""The door of the git room: one repository, with everything that the other rooms read from it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from tracker.git import hooks_path, in_progress, index, location, merging, notes_and_files, rev_parse, trees
from tracker.git.commits import read_commits
from tracker.git.config import ConfigReader
from tracker.git.diffs import DiffReader
from tracker.git.hooks_path import HooksPlace
from tracker.git.location import Location
from tracker.git.objects import ObjectReader
from tracker.git.oid_list import OidList
from tracker.git.reflogs import Reflogs
from tracker.git.refs import RefReader, current_branch, fetched_tips, head
from tracker.git.walk import Author, Walker
from tracker.git.worktrees import WorktreeReader
from tracker.model import Change, Commit, Oid, Signature, Worktree
from tracker.text import escape_undecodable

if TYPE_CHECKING:
    from tracker.git.remote_urls import Remote


class Repository:
    """One repository, seen from one of its worktrees. The modules of this room do the work.

    ``git_dir``: the git directory of that worktree. ``common_dir``: the one that all worktrees share. ``work_tree``:
    its top folder, None in a bare repository. All are absolute and resolved. ``reflogs``: reads the reflogs.
    """

    def __init__(self, place: Location) -> None:
        self.git_dir, self.common_dir, self.work_tree = place
        self._place = place
        self.reflogs = Reflogs(place)
        self._objects = ObjectReader(place.common_dir)
        self._config = ConfigReader(place.git_dir, place.common_dir)
        self._refs = RefReader(place.common_dir)
        self._walker = Walker(place.common_dir, self._objects, self._refs.has_replaced)
        self._worktrees = WorktreeReader(place, self._config)
        self._diffs = DiffReader(place.common_dir)

    @classmethod
    def discover(cls, path: Path | str) -> "Repository":
        """Open the repository around a path, ignoring the caller's GIT_ variables. Raises RepositoryError."""
        return cls(location.discover(Path(path).absolute()))

    @classmethod
    def from_argument(cls, path: str) -> "Repository":
        """Open the repository around a path; for ``.`` the one that git's commands use. Raises RepositoryError."""
        return cls(location.discover_current()) if path == "." else cls.discover(path)

    @classmethod
    def from_hook(cls) -> "Repository":
        """Open the repository that git runs the current hook in. Raises RepositoryError."""
        return cls(location.of_hook())

    @classmethod
    def at_git_dir(cls, git_dir: Path, work_tree: Path | None) -> "Repository":
        """Open the repository with this git directory, without running git. Raises RepositoryError."""
        return cls(location.of_git_dir(git_dir, work_tree))

    # -- refs and worktrees --------------------------------------------------------------------------------------

    @contextmanager
    def one_look(self, patterns: Sequence[str] = ()) -> Iterator[None]:
        """Hold all refs, and the moves of HEADs, as they were when they were asked for first inside the block.

        ``patterns``: prefixes of refs that will be asked for, beside those of branches and remotes.
        """
        with self._refs.hold(patterns), self.reflogs.hold():
            yield

    @cached_property
    def object_format(self) -> str:
        """Hash function of object names: ``sha1`` or ``sha256``. Raises RepositoryError."""
        return self._config.object_format()

    def is_bare(self) -> bool:
        """Return True if it has no main worktree; linked ones it may have. Raises RepositoryError."""
        return self._config.is_bare()

    def head(self) -> Oid | None:
        """Return the commit at this worktree's HEAD, None before the first commit. Raises RepositoryError."""
        return head(self.git_dir)

    def branch(self) -> str | None:
        """Return this worktree's branch without ``refs/heads/``, None for a detached HEAD. Raises RepositoryError."""
        return current_branch(self.git_dir)

    def tips(self) -> dict[str, Oid]:
        """Return the tips of all branches and worktrees, keyed by ``refs/heads/…`` and ``worktree <path>``.

        Refs to missing commits are left out. Raises RepositoryError.
        """
        heads = self.worktrees()  # before the branches: a branch that is made meanwhile is found by one of the two
        tips = self._refs.branch_tips()
        tips |= {f"worktree {escape_undecodable(tree.path)}": tree.head for tree in heads if tree.head}
        existing = self.existing_commits({*tips.values()})  # a broken branch must not stop the others
        return {name: oid for name, oid in tips.items() if oid in existing}

    def default_branches(self) -> set[str]:
        """Return the full ref names of the remotes' default branches, else main and master. Raises RepositoryError."""
        return self._refs.default_branches()

    def remotes(self) -> list[str]:
        """Return the names of the remotes, sorted. Raises RepositoryError."""
        return [*map(escape_undecodable, self._config.remotes())]

    def push_targets(self, places: Mapping[str, str] | None = None) -> "list[Remote]":
        """Return the remotes and where pushes go (``ConfigReader.push_targets``). Raises RepositoryError."""
        return self._config.push_targets(places)

    def remote_tips(self) -> list[Oid]:
        """Return the tips of remote-tracking branches and the commits of each worktree's last fetch.

        A pull from a URL moves no remote-tracking branch, but writes FETCH_HEAD (git-fetch(1)). Raises RepositoryError.
        """
        return [*self._refs.remote_tips(), *fetched_tips(self.common_dir)]

    def refs(self, patterns: Sequence[str]) -> dict[str, Oid]:
        """Return the oids of refs below the prefixes, keyed by full ref name. Raises RepositoryError."""
        return self._refs.below(patterns)

    def worktrees(self) -> list[Worktree]:
        """Return every worktree, also those whose folder is missing. Raises RepositoryError."""
        return self._worktrees.read()

    def worktree_id(self) -> str:
        """Return ``.`` for the main worktree, else ``worktrees/<id>``."""
        return self._worktrees.identifier()

    def in_every_worktree(self) -> list["Repository"]:
        """Return this repository, then it as seen from each other existing worktree. Raises RepositoryError."""
        return [self, *map(Repository, self._worktrees.locations()[1:])]

    def is_replaying(self) -> bool:
        """Return True if a rebase or am is in progress in this worktree."""
        return in_progress.is_replaying(self.git_dir)

    def cherry_pick_head(self) -> Oid | None:
        """Return the commit that a cherry-pick copies now in this worktree, None if there is none."""
        return in_progress.cherry_pick_head(self.git_dir)

    def rewritten_pairs(self) -> list[tuple[Oid, Oid]]:
        """Return the (old, new) pairs of a rebase or am in progress in this worktree."""
        return in_progress.rewritten_pairs(self.git_dir)

    def staged_paths(self, index_file: Path | None) -> list[str]:
        """Return the paths that the next commit adds or changes. Raises RepositoryError.

        ``index_file``: the index that git prepared for it, if it is not the worktree's own.
        """
        return index.staged_paths(self.git_dir, index_file)

    def has_unstaged_changes(self, work_tree: Path, path: str) -> bool:
        """Return True if a file of a worktree differs from its state in the index. Raises RepositoryError."""
        return index.has_unstaged_changes(work_tree, path)

    def is_path_tracked(self, work_tree: Path, path: str) -> bool:
        """Return True if the index of a worktree contains a path. Raises RepositoryError."""
        return index.is_path_tracked(work_tree, path)

    def count_uncommitted(self) -> int | None:
        """Return the number of paths that ``git status`` lists; None without a worktree, and when git fails."""
        return index.count_uncommitted(self._place, self._config.filters())

    # -- history -------------------------------------------------------------------------------------------------

    def walk(self, include: Iterable[Oid], exclude: Iterable[Oid] = (), *, since: int | None = None) -> list[Oid]:
        """Return the commits reachable from ``include`` and not from ``exclude``, parents before children.

        ``since``: seconds since the epoch; older commits are left out. Missing objects are ignored. Raises
        RepositoryError.
        """
        tips = [*include]
        return self._walker.walk(tips, [*exclude], since) if tips else []

    def walk_all(self, include: Iterable[Oid], since: int | None = None) -> OidList:
        """Return what ``walk`` returns without excluded commits, in little memory. Raises RepositoryError."""
        tips = [*include]
        return self._walker.walk_all(tips, since) if tips else OidList()

    def difference(self, old: Oid, new: Oid) -> tuple[list[Oid], list[Oid]]:
        """Return the commits that one reaches and not the other; empty if one is missing. Raises RepositoryError."""
        return self._walker.difference(old, new)

    def walk_each(self, tips: Sequence[Oid], exclude: Iterable[Oid]) -> dict[Oid, list[Oid]]:
        """Return ``walk([tip], exclude)`` of each tip, keyed by tip, in one walk. Raises RepositoryError."""
        return self._walker.walk_each(tips, [*exclude]) if tips else {}

    def reachability_digest(self) -> str:
        """Return a digest of shallow boundary, grafts and replaced objects. Raises RepositoryError."""
        return self._walker.reachability_digest(self._refs.below(["refs/replace"]))

    def count(self, include: Iterable[Oid], most: int) -> int:
        """Return the number of commits reachable from ``include``, counted up to ``most``. Raises RepositoryError."""
        return self._walker.count([*include], most)

    def newest_commits(self, tip: Oid, limit: int) -> list[Oid]:
        """Return up to ``limit`` commits reachable from ``tip``, newest first. Raises RepositoryError."""
        return self._walker.newest(tip, limit)

    def commits_by_authors(self, authors: Collection[Signature]) -> dict[Author, list[Oid]]:
        """Return the commits of all refs and reflogs with these authors and author dates. Raises RepositoryError.

        They are keyed by author and author time, newest first.
        """
        return self._walker.by_authors(authors)

    def resolve(self, revisions: Sequence[str]) -> tuple[list[Oid], list[Oid]]:
        """Return the commits of revisions or ranges: those to include in a walk, and those to exclude.

        Raises RepositoryError for a revision that names no commit.
        """
        return rev_parse.resolve(self.git_dir, revisions)

    def existing_commits(self, oids: Iterable[Oid]) -> set[Oid]:
        """Return the oids that are those of existing commits. Raises RepositoryError."""
        return rev_parse.existing_commits(self._objects, self.common_dir, oids)

    def expand_oids(self, names: Iterable[str]) -> dict[str, Oid]:
        """Return the commits of full or shortened object names, keyed by name. Raises RepositoryError."""
        return rev_parse.expand(self.common_dir, names)

    # -- objects -------------------------------------------------------------------------------------------------

    def commits(self, oids: Sequence[Oid]) -> Iterator[Commit]:
        """Yield commits in the given order; missing ones are left out. Raises RepositoryError."""
        return read_commits(self._objects, oids)

    def changes(self, oids: Sequence[Oid]) -> dict[Oid, Change]:
        """Return diff statistics against the first parent; unknown ones are left out. Raises RepositoryError."""
        return self._diffs.changes(oids)

    def patch_ids(self, oids: Sequence[Oid], bases: Mapping[Oid, Oid] = MappingProxyType({})) -> dict[Oid, str]:
        """Return patch ids, equal for a commit and its exact copy; merges have none. Raises RepositoryError.

        ``bases``: further commits, whose patch is the difference from an ancestor, keyed by commit.
        """
        return self._diffs.patch_ids(oids, bases)

    def patch_id_between(self, base: Oid, tip: Oid) -> str | None:
        """Return the patch id of ``git diff base...tip``, None for an empty diff. Raises RepositoryError."""
        return self._diffs.patch_id_between(base, tip)

    def trees(self, oids: Sequence[Oid]) -> dict[Oid, str]:
        """Return the tree of each existing commit, keyed by the commit. Raises RepositoryError."""
        return trees.trees(self._objects, oids)

    def objects_at(self, places: Sequence[tuple[Oid, str]]) -> dict[tuple[Oid, str], str]:
        """Return the object name at each existing (commit, path). Raises RepositoryError."""
        return trees.objects_at(self._objects, places)

    def objects_at_paths(self, oids: Sequence[Oid], paths: Sequence[str]) -> dict[Oid, dict[str, str]]:
        """Return the objects at some paths in each commit's tree, by commit and path. Raises RepositoryError."""
        return trees.objects_at_paths(self._objects, oids, paths)

    def merged_tree(self, ours: Oid, theirs: Oid) -> str | None:
        """Return the tree of a clean merge, None for conflicts or when unknown. Raises RepositoryError."""
        return merging.merged_tree(self.common_dir, ours, theirs, self._config.merge_drivers())

    def notes(self, ref: str, oids: Sequence[Oid]) -> dict[Oid, str]:
        """Return the texts of commits' notes in one notes ref, keyed by commit. Raises RepositoryError."""
        return notes_and_files.notes(self._objects, ref, oids)

    def commits_with_changed_notes(self, old: Oid | None, new: Oid) -> list[Oid]:
        """Return the commits whose notes differ between two commits of a notes ref. Raises RepositoryError."""
        return notes_and_files.commits_with_changed_notes(self.common_dir, old, new)

    def files(self, names: Iterable[str]) -> dict[str, str]:
        """Return the texts of files, keyed by their names ``revision:path``. Raises RepositoryError."""
        return notes_and_files.files(self._objects, names)

    def config(self, places: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the ``agent-tracker.*`` settings (``ConfigReader.settings``). Raises RepositoryError."""
        return self._config.settings(places)

    def user_emails(self) -> set[str]:
        """Return the user's e-mail addresses, in lower case. Raises RepositoryError."""
        return self._config.user_emails()

    def hooks_place(self) -> HooksPlace:
        """Return this worktree's hooks directory. Raises RepositoryError."""
        return hooks_path.hooks_place(self._place)

    def hooks_places(self) -> list[HooksPlace]:
        """Return the hooks directories of all worktrees, this one's first, each once. Raises RepositoryError."""
        return hooks_path.distinct_hooks_places(self._worktrees.locations())

    def configured_hooks(self) -> dict[str, list[str]]:
        """Return the hook commands in git's configuration, keyed by event. Raises RepositoryError."""
        return hooks_path.configured_hooks(self.git_dir)
