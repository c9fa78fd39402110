"""git-lfs beside our pre-push: where it is at home, so that ours is not written, and giving it its hook back.

git-lfs writes its pre-push, which uploads the contents of files, only where there is none, and says nothing of it. So
ours does the same work where git-lfs came into use later (``hooks/entry``).
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.git import HooksPlace, Repository, process
from tracker.hooks.directories import is_own_directory
from tracker.hooks.events import HINT
from tracker.hooks.hook_file import is_foreign, is_ours, read_ours, read_start, runs_moved
from tracker.hooks.kept_hooks import kept_hooks
from tracker.hooks.managers import runs_git_lfs

_FOLDER_OF_CONTENTS: Final = re.compile("[0-9a-f]{2}")
_OF_THIS_REPOSITORY: Final = frozenset({"local", "worktree"})
_PATIENCE: Final = 60.0


class StandIn(NamedTuple):
    """Our file that does the work of git-lfs's pre-push: the hook of a place, or one that another hook there runs."""

    place: HooksPlace
    file: Path


def is_in_use(repository: Repository) -> bool:
    """Return True if git-lfs keeps contents of files of a repository. ``hooks/entry`` has the same rule.

    There are contents, or it is told where to put them, or attributes name its filter. Its folder alone says nothing:
    ``git lfs env`` makes it. Nor does a place for contents that is set for all repositories. Raises RepositoryError.
    """
    folder = repository.common_dir / "lfs"
    if any(_FOLDER_OF_CONTENTS.fullmatch(name) for name in _names(folder / "objects")):
        return True
    scope = _setting_scope(repository, r"^lfs\.storage$")
    if scope in _OF_THIS_REPOSITORY:
        return True
    if not scope and not folder.is_dir():
        return False
    trees = [one.work_tree for one in repository.in_every_worktree()]
    files = [repository.common_dir / "info" / "attributes", *(tree / ".gitattributes" for tree in trees if tree)]
    return any(_names_filter(read_start(file)) for file in files)


def is_at_home(repository: Repository, hooks_dir: Path) -> bool:
    """Return True if the place of pre-push is git-lfs's, so that ours must not take it. Raises RepositoryError.

    It is if the hook there, or one that ours runs, runs git-lfs, or if git-lfs is in use. A file of ours that another
    program's hook runs has taken no place; if git-lfs came into use before that program, it needs it.
    """
    hook = hooks_dir / HINT
    if any(runs_git_lfs(_text_of_others(path)) for path in (hook, *kept_hooks(hooks_dir, HINT))):
        return True
    is_behind = is_foreign(hook) and runs_moved(hooks_dir, HINT) is not None
    return not is_behind and is_in_use(repository)


def stand_ins(repository: Repository) -> list[StandIn]:
    """Return our pre-push files that do what git-lfs's would, those with a kept hook too, which may be gone.

    None if git-lfs is not in use, or its filter has no settings any more. Raises RepositoryError.
    """
    found: list[StandIn] = []
    for place in repository.hooks_places():
        if is_own_directory(place.directory, repository.common_dir):
            hook = place.directory / HINT
            file = hook if is_ours(hook) else runs_moved(place.directory, HINT)
            found += [StandIn(place, file)] if file else []
    is_needed = found and is_in_use(repository) and _setting_scope(repository, r"^filter\.lfs\.")
    return found if is_needed else []


def give_back(before: Sequence[StandIn]) -> tuple[list[str], list[str]]:
    """Have git-lfs write its hook where ours is gone and no other one has the place.

    ``before``: what ``stand_ins`` returned before ours was removed. Returns sentences about what was done, and about
    what is left for the user to do.
    """
    done: list[str] = []
    to_do: list[str] = []
    for place, file in before:
        hook = place.directory / HINT
        if os.path.lexists(file):
            continue  # it is still ours, or the hook is back that ours kept
        if file != hook:
            to_do.append(
                f"{hook} ran agent-tracker's hook, which did the work of git-lfs: add the line for {HINT} that 'git lfs"
                " update --manual' prints, or pushes leave out the contents of LFS files."
            )
        elif _update(place):
            done.append(f"git-lfs has its {HINT} hook in {place.directory}, where agent-tracker's hook did its work.")
        else:
            to_do.append(
                f"git-lfs has no {HINT} hook in {place.directory}, where agent-tracker's hook did its work: run"
                " 'git lfs update' before you push, or the push leaves out the contents of LFS files."
            )
    return done, to_do


def _update(place: HooksPlace) -> bool:
    """Have git-lfs write its hooks where there are none; return True if its pre-push is there then.

    It ends with an error as soon as one of its other hooks finds its place taken; pre-push is its first.
    """
    try:
        process.run(None, ["lfs", "update"], cwd=place.work_tree, accept=(0, 1, 2), patience=_PATIENCE)
    except RepositoryError:
        return False
    return runs_git_lfs(read_start(place.directory / HINT))


def _text_of_others(path: Path) -> bytes:
    """Return the text of a hook without our part."""
    ours = read_ours(path)
    return read_start(path) if ours is None else ours.before + ours.after


def _names_filter(attributes: bytes) -> bool:
    return any(b"filter=lfs" in line for line in attributes.split(b"\n") if not line.lstrip().startswith(b"#"))


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:
        return []


def _setting_scope(repository: Repository, pattern: str) -> str:
    """Return the scope of the strongest setting whose name matches, empty if there is none. Raises RepositoryError."""
    arguments = ["config", "-z", "--show-scope", "--get-regexp", pattern]
    fields = process.run(repository.git_dir, arguments, accept=(0, 1)).decode("utf-8", "surrogateescape").split("\0")
    return "" if fields == [""] else fields[-3]  # of each setting the scope, then the name and the value
