"""Installing git hooks for ``init`` and removing them for ``uninstall``, in all hooks directories of a repository.

Directories that belong to the repository are written; for others (``core.hooksPath``) the user gets the lines to add.
"""

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tracker.git import HooksPlace
from tracker.hooks import git_config_hooks, git_lfs
from tracker.hooks.directories import hook_to_edit, is_husky_directory, is_own_directory
from tracker.hooks.events import EVENTS, EVERY, FRAMED, FRAMEWORK_EVENTS, GUARD, HINT, framework_id
from tracker.hooks.hook_file import is_ours, moved_files, read_start
from tracker.hooks.hook_text import HookParts
from tracker.hooks.install import install, install_scripts
from tracker.hooks.managers import calls_ours, line_to_add
from tracker.hooks.remove import leftover_lines, remove
from tracker.hooks.template import interpreter_flags, render, render_part
from tracker.project.project import Project


class HookChanges(NamedTuple):
    """The sentences about what was done with hooks, and about what is left for the user to do."""

    done: list[str]
    to_do: list[str]


def install_hooks(project: Project, method: str, guard: bool | None) -> HookChanges:  # noqa: FBT001
    """Install the hooks of a repository.

    ``method``: the value of ``init --hooks``. ``guard``: install the guard's hook too, or remove it; None keeps it as
    it is. The hook of a push is installed where it shows the hint, or the project shares its events. Raises
    TrackerError and OSError.
    """
    stand_ins = git_lfs.stand_ins(project.repository)
    pushes = [HINT] if project.settings.hints or project.shared_remote else []
    unwanted = [*([] if pushes else [HINT]), *([GUARD] if guard is False else [])]
    removed = [line for event in unwanted for line in _remove_event(project, event)]
    guarded = project.files.is_guarded() if guard is None else guard
    wanted = [*EVENTS, *pushes, *([GUARD] if guarded else [])]
    changes = _install(project, method, wanted)
    project.files.set_guarded(on=guarded)
    given_back, to_give_back = git_lfs.give_back(stand_ins)
    return HookChanges([*removed, *changes.done, *given_back], [*changes.to_do, *to_give_back])


def remove_hooks(project: Project) -> HookChanges:
    """Remove all our hooks; ``to_do`` names the lines in other programs' hooks that have no effect any more."""
    common_dir = project.repository.common_dir
    directories = _directories(project)
    own = [directory for directory in directories if is_own_directory(directory, common_dir)]
    own.sort(key=lambda directory: -len(directory.parts))  # one inside another one first: its files are its own
    stand_ins = git_lfs.stand_ins(project.repository)
    done = git_config_hooks.remove(common_dir, EVERY)
    for directory in own:
        done += remove(directory, _parts(project, directory, EVERY))
        if project.files.has_made_hooks_dir():
            with contextlib.suppress(OSError):  # it holds hooks of the user
                directory.rmdir()
    leftover = [line for directory in directories if directory not in own for line in leftover_lines(directory)]
    given_back, to_give_back = git_lfs.give_back(stand_ins)
    return HookChanges([*done, *given_back], [*leftover, *to_give_back])


def _remove_event(project: Project, event: str) -> list[str]:
    """Remove one hook wherever it is installed; return a sentence for each thing done or left to do."""
    common_dir = project.repository.common_dir
    done = git_config_hooks.remove(common_dir, (event,))
    with contextlib.suppress(FileNotFoundError):
        (project.files.hooks / event).unlink()
    for directory in _directories(project):
        if directory.is_dir() and is_own_directory(directory, common_dir):
            done += remove(directory, _parts(project, directory, EVERY), (event,))
        else:
            done += leftover_lines(directory, (event,))
    return done


def _directories(project: Project) -> list[Path]:
    """Return the hooks directories in which git looks now, and those in which it did when our hooks were written.

    ``core.hooksPath`` may have been set, changed or unset since.
    """
    common_dir = project.repository.common_dir
    before = [common_dir / folder for folder in ("hooks", *project.files.hooks_folders())]
    return [*dict.fromkeys([*before, *(place.directory for place in project.repository.hooks_places())])]


def _install(project: Project, method: str, events: Sequence[str]) -> HookChanges:
    """Install the hooks of ``events`` by the chosen method."""
    if method == "pre-commit":
        return HookChanges([], _pre_commit_advice(events))
    if method == "none":
        return HookChanges([], [])
    # What our hook files run, and also a line in another program's hook, whenever it is added.
    install_scripts(project.files.hooks, _render(project, events))
    if method == "config":
        done = git_config_hooks.write(project.repository.common_dir, project.files.hooks, events)
        return HookChanges(done, [])
    return _install_native(project, events)


def _render(project: Project, events: Sequence[str]) -> dict[str, bytes]:
    """Return the script of each event."""
    flags = interpreter_flags(sys.executable)
    return {
        event: render(event, interpreter=sys.executable, flags=flags, catalogue=project.catalogue) for event in events
    }


def _parts(project: Project, directory: Path, events: Sequence[str]) -> dict[str, HookParts]:
    """Return our part of each event's file in a hooks directory of the repository's own."""
    folder = Path(_relative(directory, project))
    return {
        event: HookParts(*(render_part(event, folder, project.catalogue, kept=kept) for kept in (False, True)))
        for event in events
    }


def _relative(directory: Path, project: Project) -> str:
    """Return the path of a directory relative to the git directory."""
    return os.path.relpath(directory.resolve(), project.repository.common_dir.resolve())


def _install_native(project: Project, events: Sequence[str]) -> HookChanges:
    """Write the hooks into each hooks directory of the repository's own, with advice for the others."""
    changes = HookChanges([], [])
    for place in project.repository.hooks_places():
        if not is_own_directory(place.directory, project.repository.common_dir):
            changes.to_do.extend(_lines_to_add(project, place, events))
            continue
        if not place.directory.exists():
            project.files.remember_made_hooks_dir()
        folder = _relative(place.directory, project)
        if folder != "hooks":
            project.files.remember_hooks_folder(folder)
        wanted = [*events]
        if HINT in events and git_lfs.is_at_home(project.repository, place.directory):
            wanted.remove(HINT)
            if project.shared_remote:
                changes.to_do.append(_line_for_sharing(place))
            if is_ours(place.directory / HINT) or moved_files(place.directory, HINT):
                changes.done.extend(remove(place.directory, _parts(project, place.directory, EVERY), (HINT,)))
        changes.done.extend(install(place.directory, _parts(project, place.directory, wanted), place.work_tree))
    if changes.to_do and git_config_hooks.is_supported():
        changes.to_do.append(
            "After 'agent-tracker init --hooks config' this git needs no such lines; an older git on this machine would"
            " then run no hook."
        )
    return changes


def _line_for_sharing(place: HooksPlace) -> str:
    """Return the line that has events sent where git-lfs has the place of our hook."""
    return (
        f"git-lfs has the pre-push hook. To send events with your pushes, add this line to {place.directory / HINT},"
        f" after its first line: {line_to_add(HINT)}"
    )


def _lines_to_add(project: Project, place: HooksPlace, events: Sequence[str]) -> list[str]:
    """Return the lines that are missing in the hooks of a directory that is not the repository's own."""
    configured = git_config_hooks.configured_events(project.repository.configured_hooks(), project.files.hooks, events)
    # The hook of a hint is left to the user: whoever shares these files would get the line too.
    wanted = [event for event in events if event != HINT or project.shared_remote]
    files = {event: hook_to_edit(place.directory, event) for event in wanted}
    missing = [
        event
        for event, file in files.items()
        if event not in configured and not calls_ours(read_start(file), event) and not is_ours(file)
    ]
    if not missing:
        return []
    if place.directory.exists() and not place.directory.is_dir():
        where = f"{place.directory} ({place.setting})"
        return [f"git looks for hooks in {where}, which is not a folder: 'agent-tracker doctor' names what to do."]
    instruction = (
        "Add one line at the beginning of each of these files:"
        if is_husky_directory(place.directory)
        else "Add one line to each of these hooks, after its first line; begin a hook that does not exist with"
        " #!/bin/sh and make it executable:"
    )
    heading = (
        f"git looks for hooks in {place.directory} ({place.setting or 'a link'}), which is not this repository's own:"
        f" nothing was written there. {instruction}"
    )
    return [heading, *(f"{files[event]}: {line_to_add(event)}" for event in missing)]


def _pre_commit_advice(events: Sequence[str]) -> list[str]:
    """Return the lines for the configuration of the pre-commit framework (pre-commit.com)."""
    stages = ", ".join(FRAMEWORK_EVENTS)
    supported = [event for event in FRAMED if event in events]
    ids = "".join(f"\n      - id: {framework_id(event)}" for event in supported)
    types = " ".join(f"-t {event}" for event in supported)
    text = (
        "Add to .pre-commit-config.yaml, with the address and version of agent-tracker's repository:\n"
        f"default_install_hook_types: [pre-commit, {stages}]\n"
        f"repos:\n  - repo: <agent-tracker>\n    rev: <version>\n    hooks:{ids}\n"
        f"then run: pre-commit install --install-hooks {types}"
    )
    return text.split("\n")
