"""Write our section into the files from which agents read their instructions (AGENTS.md, CLAUDE.md), and remove it.

Decides which file gets the section and which files must not be written; nothing else in them changes. Changes are
planned before anything is written, so that a refusal comes before ``init`` has done anything.
"""

import contextlib
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError, TrackerError, UsageError, error_sentence
from tracker.files import atomic_write
from tracker.git import Repository
from tracker.hooks import agent_docs_section
from tracker.model import Worktree

NAMES: Final = ("AGENTS.md", "CLAUDE.md")
"""The files in the order of preference; if none exists the first is created."""

_LARGEST: Final = 4 << 20
"""Bytes of a file of instructions; a larger file is refused."""


class DocumentChange(NamedTuple):
    """A file's content before and after, None for no file. ``is_tracked``: by git."""

    path: Path
    before: bytes | None
    after: bytes | None
    is_tracked: bool


def plan_changes(repository: Repository, wanted: bool | None) -> list[DocumentChange]:  # noqa: FBT001 - as the command line says
    """Return the changes that add the section to this worktree, or remove it; none if ``wanted`` is None.

    Raises UsageError when there is no worktree to add it to, TrackerError when a file cannot or must not be changed,
    OSError when one cannot be read.
    """
    work_tree = repository.work_tree
    if wanted and work_tree is None:
        raise UsageError(
            f"{repository.git_dir} has no worktree here, so there is no {NAMES[0]} to write the instructions into:"
            " run this in a worktree of it."
        )
    if wanted is None or work_tree is None:
        return []
    return _additions(repository, work_tree) if wanted else _removals(repository, work_tree)


def apply_changes(changes: Sequence[DocumentChange]) -> list[str]:
    """Apply planned changes and return one sentence for each. Raises TrackerError when a file has changed, OSError."""
    done: list[str] = []
    for change in changes:
        if _content(change.path) != change.before:
            raise TrackerError(
                f"{change.path} was changed by another program just now, so it is left as it is: try again."
            )
        if change.after is None:
            change.path.unlink()
        elif change.before is None:
            atomic_write(change.path, change.after, mode=0o666)  # the umask decides, as for any file of the user's
        else:
            atomic_write(change.path, change.after, mode=stat.S_IMODE(change.path.stat().st_mode), exact=True)
        done.append(_sentence(change))
    return done


def remove_sections(
    repository: Repository, worktrees: Iterable[Worktree], *, tracked_too: bool
) -> tuple[list[str], list[str]]:
    """Remove the section from every file of some worktrees.

    ``tracked_too``: also from files that git tracks, where the section may be that of all who work on the project.
    Returns a sentence for each file changed, and one for each file that is left.
    """
    # git does not list a worktree named by GIT_WORK_TREE among those of a bare repository.
    current = [repository.work_tree] if repository.work_tree is not None else []
    done: list[str] = []
    left: list[str] = []
    for work_tree in dict.fromkeys([*current, *(Path(tree.path).resolve() for tree in worktrees)]):
        for path in _existing(repository, work_tree):
            try:
                changes = _change(repository, work_tree, path, _removed)
                left += [_kept_sentence(one) for one in changes if one.is_tracked and not tracked_too]
                done += apply_changes([one for one in changes if tracked_too or not one.is_tracked])
            except (TrackerError, OSError) as error:
                left.append(error_sentence(error))
    return done, left


def _kept_sentence(change: DocumentChange) -> str:
    return (
        f"{change.path} keeps its section for agents, since git tracks it and it was not written by init here:"
        " take it out yourself if nobody uses it any more."
    )


def _additions(repository: Repository, work_tree: Path) -> list[DocumentChange]:
    """Plan the section for the first file that exists; update it in the other file if that has it already."""
    first = next((name for name in NAMES if os.path.lexists(work_tree / name)), NAMES[0])
    chosen = _followed(repository, work_tree, first)
    changes = _change(repository, work_tree, chosen, agent_docs_section.add)
    for path in _existing(repository, work_tree):
        if path != chosen:
            changes += _change(repository, work_tree, path, _updated)
    return changes


def _removals(repository: Repository, work_tree: Path) -> list[DocumentChange]:
    """Plan to remove the section from each file that has it."""
    return [
        change for path in _existing(repository, work_tree) for change in _change(repository, work_tree, path, _removed)
    ]


def _updated(text: bytes | None) -> bytes | None:
    return agent_docs_section.add(text) if text is not None and agent_docs_section.holds(text) else text


def _removed(text: bytes | None) -> bytes | None:
    return None if text is None else agent_docs_section.remove(text)


def _change(
    repository: Repository, work_tree: Path, path: Path, rule: Callable[[bytes | None], bytes | None]
) -> list[DocumentChange]:
    """Return what ``rule`` changes in a file, at most one change. Raises TrackerError when it must not be changed."""
    before = _content(path)
    try:
        after = rule(before)
    except ValueError as error:
        raise TrackerError(f"{path} is left as it is, since {error}: repair that first.") from error
    if after == before:
        return []
    if not os.access(path.parent, os.W_OK | os.X_OK) or (before is not None and not os.access(path, os.W_OK)):
        raise TrackerError(f"{path} cannot be written, so it is left as it is.")
    return [DocumentChange(path, before, after, _is_tracked(repository, work_tree, path))]


def _followed(repository: Repository, work_tree: Path, name: str) -> Path:
    """Return the path of a file in a worktree, links followed. Raises TrackerError when that must not be written."""
    path = work_tree / name
    if not path.is_symlink():
        return path
    try:
        target = Path(os.path.realpath(path, strict=True))
    except OSError as error:
        raise TrackerError(f"{path} is a symbolic link that leads nowhere: nothing is written there.") from error
    top, common_dir = work_tree.resolve(), repository.common_dir
    if not target.is_relative_to(top):
        raise TrackerError(f"{path} is a symbolic link out of the worktree, to {target}: nothing is written there.")
    is_in_git_dir = common_dir.is_relative_to(top) and target.is_relative_to(common_dir)
    if is_in_git_dir or ".git" in (part.lower() for part in target.relative_to(top).parts):
        raise TrackerError(f"{path} is a symbolic link into git's own folder: nothing is written there.")
    return target


def _existing(repository: Repository, work_tree: Path) -> list[Path]:
    """Return the files that exist, each once; links that ``_followed`` refuses never lead to a section of ours."""
    found: list[Path] = []
    for name in NAMES:
        with contextlib.suppress(TrackerError):
            found.append(_followed(repository, work_tree, name))
    return [path for path in dict.fromkeys(found) if path.is_file()]


def _content(path: Path) -> bytes | None:
    """Return a file's content, None if there is none. Raises TrackerError when it is not regular or too large."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for a writer
        raise TrackerError(f"{path} is no regular file, so it is left as it is.")
    if status.st_size > _LARGEST:
        raise TrackerError(f"{path} is larger than {_LARGEST >> 20} MiB, so it is left as it is.")
    return path.read_bytes()


def _is_tracked(repository: Repository, work_tree: Path, path: Path) -> bool:
    """Return True if git tracks a file; False if that is unknown, as in a submodule."""
    try:
        return repository.is_path_tracked(work_tree, f":(literal){path}")
    except RepositoryError:
        return False


def _sentence(change: DocumentChange) -> str:
    """Return what a change did, for the user."""
    had = change.before is not None and agent_docs_section.holds(change.before)
    commit = " git tracks it: commit that." if change.is_tracked else ""
    if change.after is None:
        return f"Removed {change.path}, which held the instructions for agents and nothing else.{commit}"
    if not agent_docs_section.holds(change.after):
        return f"Took the instructions for agents out of {change.path}.{commit}"
    if change.before is None:
        return f"Wrote {change.path} with the instructions for agents.{commit}"
    deed = "Brought the instructions for agents up to date in" if had else "Added the instructions for agents to"
    return f"{deed} {change.path}.{commit}"
