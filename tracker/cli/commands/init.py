"""``init``: track a repository. Safe to repeat; nothing is changed when the ledger cannot be used."""

import sys
from collections.abc import Mapping, Sequence
from typing import Final

from tracker.attribution import Catalogue
from tracker.cli import output
from tracker.errors import TrackerError, UsageError
from tracker.git import HooksPlace, Repository
from tracker.hooks import agent_docs, git_config_hooks
from tracker.hooks.directories import is_of_husky, is_writable_place, place_to_edit
from tracker.hooks.events import EVENTS, EVERY, FRAMED, FRAMEWORK_EVENTS, GUARD, framework_id
from tracker.hooks.hook_file import text_of
from tracker.hooks.install import install
from tracker.hooks.managers import calls_ours, line_to_add
from tracker.hooks.remove import lines_left, remove
from tracker.hooks.template import interpreter_flags, render
from tracker.project import start
from tracker.project.project import Project, open_project
from tracker.recording.reconcile import reconcile
from tracker.text import printable

_MOST_COUNTED: Final = 100_000
"""Commits of the history before that are counted: walking all of a very long one would take seconds."""


def run(
    path: str,
    flags: Mapping[str, str | None],
    *,
    hooks: str,
    guard: bool | None,
    instructions: bool | None,
    json: bool,
) -> int:
    """Track the repository at ``path``; the options are as the command line says. Raises TrackerError."""
    if guard and hooks == "none":
        raise UsageError("with --hooks none nothing would run the guard: leave out either that or --guard.")
    project = open_project(Repository.named(path), flags)
    told = agent_docs.planned(project.repository, instructions)  # refused before anything is changed
    with project.ledger.write():
        pass  # whatever is wrong with the ledger is said before the repository is touched
    before = tuple(project.ledger.notices)
    project_id, new = _begin(project)
    project = open_project(Repository.named(path), flags)  # its home is now what was remembered
    done, advice = _install(project, hooks, guard)
    done += agent_docs.carry_out(told)
    outcome = reconcile(project)
    older = _older(project) if new else 0
    for notice in (*before, *outcome.notices):
        output.warn(printable(notice))
    if json:
        output.print_json(
            {"schema": 1, "project": project_id, "new": new, "ledger": str(project.ledger.path), "hooks": hooks,
             "done": done, "advice": advice, "older_commits": older, "recorded": outcome.recorded}
        )  # fmt: skip
        return 0
    where = project.repository.work_tree or project.repository.common_dir
    output.say(f"{'Tracking' if new else 'Already tracking'} {printable(str(where))}.")
    output.say(f"Ledger: {printable(str(project.ledger.path))}")
    for line in (*done, *advice):
        output.say(printable(line))
    if older:
        number = f"{older} or more" if older == _MOST_COUNTED else str(older)
        output.say(f"{number} older commits are not recorded yet: 'agent-tracker backfill' records them.")
    return 0


def _older(project: Project) -> int:
    """How many commits a backfill would record: what local branches and work trees reached before."""
    repository = project.repository
    here, baseline = {*repository.tips().values()}, {*project.files.baseline()}
    new = {*repository.walk(here, baseline)} if here - baseline else set()
    return repository.count(here, _MOST_COUNTED) - len(new)


def _begin(project: Project) -> tuple[str, bool]:
    try:
        return start.begin(project)
    except OSError as error:
        raise TrackerError(
            f"{project.files.folder} cannot be written: {error.strerror or error}; nothing was changed."
        ) from error


def _install(project: Project, hooks: str, guard: bool | None) -> tuple[list[str], list[str]]:  # noqa: FBT001
    """What was done so that hooks run, and what is left for the user to do.

    ``guard``: whether its hook is among them, or taken back; None leaves it as it was.
    """
    taken = _remove_guard(project) if guard is False else []
    guarded = project.files.guards() if guard is None else guard
    done, advice = _install_hooks(project, hooks, EVERY if guarded else EVENTS)
    project.files.set_guard(on=guarded)
    return [*taken, *done], advice


def _remove_guard(project: Project) -> list[str]:
    """Take the guard's hook back from wherever it is; what was done."""
    common_dir = project.repository.common_dir
    done = git_config_hooks.remove(common_dir, (GUARD,))
    remove(project.files.hooks, (GUARD,))
    places = (common_dir / "hooks", *(place.directory for place in project.repository.hooks_places()))
    for place in dict.fromkeys(places):
        if place.is_dir() and is_writable_place(place, common_dir):
            done += remove(place, (GUARD,))
        else:
            done += lines_left(place, (GUARD,))
    return done


def _install_hooks(project: Project, hooks: str, events: Sequence[str]) -> tuple[list[str], list[str]]:
    if hooks == "pre-commit":
        return [], _pre_commit_advice(events)
    if hooks == "none":
        return [], []
    rendered = _rendered(project.rules, events)
    # Always there too, so that a line in somebody else's hook works whenever it is added.
    stubs = project.files.hooks
    install(stubs, rendered)
    if hooks == "config":
        return git_config_hooks.write(project.repository.common_dir, stubs, rendered), []
    done: list[str] = []
    advice: list[str] = []
    for place in project.repository.hooks_places():
        if not is_writable_place(place.directory, project.repository.common_dir):
            advice += _lines_to_add(project, place, events)
            continue
        if not place.directory.exists():
            project.files.note_made_hooks_dir()
        done += install(place.directory, rendered, place.work_tree)
    if advice and git_config_hooks.is_supported():
        advice.append("This git can do without those lines, an older one beside it could not: init --hooks config")
    return done, advice


def _rendered(rules: Catalogue, events: Sequence[str]) -> dict[str, bytes]:
    flags = interpreter_flags(sys.executable)
    return {event: render(event, interpreter=sys.executable, flags=flags, catalogue=rules) for event in events}


def _lines_to_add(project: Project, place: HooksPlace, events: Sequence[str]) -> list[str]:
    """The lines for the hooks of a directory that is not the repository's own, as far as they are not there."""
    configured = git_config_hooks.events_of(project.repository.configured_hooks(), project.files.hooks, events)
    files = {event: place_to_edit(place.directory, event) for event in events}
    missing = [
        event for event, file in files.items() if event not in configured and not calls_ours(text_of(file), event)
    ]
    if not missing:
        return []
    how = (
        "Add one line at the beginning of each of these files:"
        if is_of_husky(place.directory)
        else "Add one line to each of these hooks, after its first; begin a new one with #!/bin/sh, make it executable:"
    )
    heading = (
        f"git looks for hooks in {place.directory} ({place.setting or 'a link'}), which is not this repository's own:"
        f" nothing was written there. {how}"
    )
    return [heading, *(f"{files[event]}: {line_to_add(event)}" for event in missing)]


def _pre_commit_advice(events: Sequence[str]) -> list[str]:
    stages = ", ".join(FRAMEWORK_EVENTS)
    named = [event for event in FRAMED if event in events]
    ids = "".join(f"\n      - id: {framework_id(event)}" for event in named)
    types = " ".join(f"-t {event}" for event in named)
    text = (
        "Add to .pre-commit-config.yaml, with the address and version of agent-tracker's repository:\n"
        f"default_install_hook_types: [pre-commit, {stages}]\n"
        f"repos:\n  - repo: <agent-tracker>\n    rev: <version>\n    hooks:{ids}\n"
        f"then run: pre-commit install --install-hooks {types}"
    )
    return text.split("\n")
