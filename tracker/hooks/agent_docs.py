"""The files of a work tree that agents read their instructions from, as far as our section in them goes.

Which of them gets it, what may be written and what is refused, and that nothing else in them changes. Changes are
worked out before anything is written, so that whoever is refused is refused before anything else was done.
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
"""In the order in which they are looked for; where there is none the first is made."""

_LARGEST: Final = 4 << 20
"""Bytes of a file of instructions; no agent reads one that comes near."""


class Change(NamedTuple):
    """What a file holds and what it is to hold, None for no file; and whether git tracks it."""

    path: Path
    before: bytes | None
    after: bytes | None
    is_tracked: bool


def planned(repository: Repository, wanted: bool | None) -> list[Change]:  # noqa: FBT001 - as the command line says
    """The changes that make the work tree at hand hold the section, or not hold it; none for ``wanted`` None.

    Raises UsageError where there is no work tree to put it in, TrackerError where a file cannot or must not be
    changed, OSError where one cannot be read.
    """
    work_tree = repository.work_tree
    if wanted and work_tree is None:
        raise UsageError(
            f"{repository.git_dir} has no work tree here, so there is no {NAMES[0]} to write the instructions into:"
            " run this in a work tree of it."
        )
    if wanted is None or work_tree is None:
        return []
    return _additions(repository, work_tree) if wanted else _removals(repository, work_tree)


def carry_out(changes: Sequence[Change]) -> list[str]:
    """Write what was planned; what was done, one sentence each. Raises TrackerError and OSError."""
    done: list[str] = []
    for change in changes:
        if _content(change.path) != change.before:
            raise TrackerError(
                f"{change.path} was changed just now by somebody else, so it is left as it is: try again."
            )
        if change.after is None:
            change.path.unlink()
        elif change.before is None:
            atomic_write(change.path, change.after, mode=0o666)  # the umask decides, as for any file of the user's
        else:
            atomic_write(change.path, change.after, mode=stat.S_IMODE(change.path.stat().st_mode), exact=True)
        done.append(_sentence(change))
    return done


def take_back(repository: Repository, worktrees: Iterable[Worktree]) -> tuple[list[str], list[str]]:
    """Take the section out of every file of work trees: what was done, and why a file is left as it is."""
    # The one that GIT_WORK_TREE names is not among those of a bare repository.
    here = [repository.work_tree] if repository.work_tree is not None else []
    done: list[str] = []
    left: list[str] = []
    for work_tree in dict.fromkeys([*here, *(Path(tree.path).resolve() for tree in worktrees)]):
        for path in _existing(repository, work_tree):
            try:
                done += carry_out(_change(repository, work_tree, path, _removed))
            except (TrackerError, OSError) as error:
                left.append(error_sentence(error))
    return done, left


def _additions(repository: Repository, work_tree: Path) -> list[Change]:
    """The section for the first file that there is; where the other one holds it already it is brought up to date."""
    first = next((name for name in NAMES if os.path.lexists(work_tree / name)), NAMES[0])
    chosen = _followed(repository, work_tree, first)
    changes = _change(repository, work_tree, chosen, agent_docs_section.add)
    for path in _existing(repository, work_tree):
        if path != chosen:
            changes += _change(repository, work_tree, path, _updated)
    return changes


def _removals(repository: Repository, work_tree: Path) -> list[Change]:
    return [
        change for path in _existing(repository, work_tree) for change in _change(repository, work_tree, path, _removed)
    ]


def _updated(text: bytes | None) -> bytes | None:
    return agent_docs_section.add(text) if text is not None and agent_docs_section.holds(text) else text


def _removed(text: bytes | None) -> bytes | None:
    return None if text is None else agent_docs_section.remove(text)


def _change(
    repository: Repository, work_tree: Path, path: Path, rule: Callable[[bytes | None], bytes | None]
) -> list[Change]:
    """What a rule makes of a file, nothing when that is what it holds. Raises TrackerError where it must stay so."""
    before = _content(path)
    try:
        after = rule(before)
    except ValueError as error:
        raise TrackerError(f"{path} is left as it is, since {error}: mend that by hand first.") from error
    if after == before:
        return []
    if not os.access(path.parent, os.W_OK | os.X_OK) or (before is not None and not os.access(path, os.W_OK)):
        raise TrackerError(f"{path} cannot be written, so it is left as it is.")
    return [Change(path, before, after, _is_tracked(repository, work_tree, path))]


def _followed(repository: Repository, work_tree: Path, name: str) -> Path:
    """The file that a name in a work tree stands for. Raises TrackerError for a link to what is not ours to write."""
    place = work_tree / name
    if not place.is_symlink():
        return place
    try:
        target = Path(os.path.realpath(place, strict=True))
    except OSError as error:
        raise TrackerError(f"{place} is a symbolic link that leads nowhere: nothing is written there.") from error
    top, common_dir = work_tree.resolve(), repository.common_dir
    if not target.is_relative_to(top):
        raise TrackerError(f"{place} is a symbolic link out of the work tree, to {target}: nothing is written there.")
    is_git_s = common_dir.is_relative_to(top) and target.is_relative_to(common_dir)
    if is_git_s or ".git" in (part.lower() for part in target.relative_to(top).parts):
        raise TrackerError(f"{place} is a symbolic link into git's own folder: nothing is written there.")
    return target


def _existing(repository: Repository, work_tree: Path) -> list[Path]:
    """The files that are there, each once; nothing of ours was ever written through a link that is not followed."""
    found: list[Path] = []
    for name in NAMES:
        with contextlib.suppress(TrackerError):
            found.append(_followed(repository, work_tree, name))
    return [path for path in dict.fromkeys(found) if path.is_file()]


def _content(path: Path) -> bytes | None:
    """What a file holds, None where there is none. Raises TrackerError for what is no file that an agent would read."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):  # before it is opened: a pipe would wait for whoever writes to it
        raise TrackerError(f"{path} is no regular file, so it is left as it is.")
    if found.st_size > _LARGEST:
        raise TrackerError(f"{path} is larger than {_LARGEST >> 20} MiB, so it is left as it is.")
    return path.read_bytes()


def _is_tracked(repository: Repository, work_tree: Path, path: Path) -> bool:
    """Whether git tracks a file, as far as that can be told: it may belong to a submodule."""
    try:
        return repository.is_path_tracked(work_tree, f":(literal){path}")
    except RepositoryError:
        return False


def _sentence(change: Change) -> str:
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
