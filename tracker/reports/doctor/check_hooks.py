"""The hooks: whether they are where git looks from every work tree, whole, or run by the hook manager there."""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tracker.git import HooksPlace, Repository
from tracker.hooks import files as hook_files
from tracker.hooks import git_config_hooks
from tracker.hooks.files import State
from tracker.project.project import Project
from tracker.reports.doctor.finding import Finding

_COMPLAINTS: Final[Mapping[State, str]] = {
    "ours-outdated": "is of another version of agent-tracker, or of its catalogue",
    "no-interpreter": "starts a Python that is gone, so it records nothing",
    "foreign": "does not run agent-tracker",
    "framework": "does not run agent-tracker",
    "lefthook": "does not run agent-tracker",
    "absent": "is not there",
    "not-executable": "is not executable, so git does not run it",
}
_GUARD_COMPLAINTS: Final[Mapping[State, str]] = {
    **_COMPLAINTS,
    "no-interpreter": "starts a Python that is gone, so it stops nobody",
    **dict.fromkeys(("foreign", "framework", "lefthook"), "does not run agent-tracker's guard"),
}
_OWN_COMPLAINTS: Final = frozenset({"ours-outdated", "no-interpreter", "not-executable"})
_INIT: Final = "agent-tracker init"
_INIT_PRINTS: Final = "agent-tracker init  (prints the lines to add there)"


def findings(project: Project) -> Iterator[Finding]:
    """What is wrong with the hooks that git runs in this repository."""
    repository = project.repository
    events = hook_files.EVERY if project.files.guards() else hook_files.EVENTS
    configured = git_config_hooks.events_of(repository.configured_hooks(), project.files.hooks, events)
    relied_on = set(configured)
    rules = hook_files.rules_digest(project.rules)
    for place in repository.hooks_places():
        inspected = hook_files.inspect(place.directory, place.work_tree, rules, events)
        states = {event: state for event, state in inspected.items() if event not in configured}
        relied_on |= {event for event, state in states.items() if state == "calls-ours"}
        yield from _at(repository, place, states)
    for event, state in hook_files.inspect(project.files.hooks, rules=rules, events=events).items():
        if event in relied_on and state in _COMPLAINTS:
            yield Finding(f"the hook {project.files.hooks / event} {_complaint(event, state)}.", _INIT)


def _complaint(event: str, state: State) -> str:
    return (_GUARD_COMPLAINTS if event == hook_files.GUARD else _COMPLAINTS)[state]


def _at(repository: Repository, place: HooksPlace, states: dict[str, State]) -> Iterator[Finding]:
    """What is wrong with the hooks of one directory that git looks in."""
    if not hook_files.is_writable_place(place.directory, repository.common_dir):
        yield from _not_ours_to_write(place, states)
        return
    wanted = _named_in_configuration(place)
    if wanted.keys() - {hook_files.GUARD}:
        yield from _through_the_framework(repository, place, states, wanted)
        return
    if hook_files.GUARD in wanted:  # the framework may run that alone
        framed = {event: state for event, state in states.items() if event == hook_files.GUARD}
        yield from _through_the_framework(repository, place, framed, wanted)
        states = {event: state for event, state in states.items() if event not in framed}
    for event, state in states.items():
        if state in _COMPLAINTS:
            what = f"the hook {place.directory / event} {_complaint(event, state)}."
            yield Finding(what, _mend(place.directory, event))


def _mend(hooks_dir: Path, event: str) -> str:
    kept = hook_files.kept_in_the_way(hooks_dir, event)
    if kept is None:
        return _INIT
    before, after = shlex.quote(str(kept)), shlex.quote(str(hooks_dir / f"{event}.before"))
    return f"mv -n {before} {after} && {_INIT}"


def _not_ours_to_write(place: HooksPlace, states: dict[str, State]) -> Iterator[Finding]:
    broken = [event for event, state in states.items() if state in _COMPLAINTS]
    if not broken:
        return
    where = f"{place.directory} ({place.setting})" if place.setting else str(place.directory)
    if not place.directory.exists():
        made = (
            f"(cd {shlex.quote(str(place.work_tree))} && npx husky)"
            if hook_files.is_of_husky(place.directory)
            else _INIT_PRINTS
        )
        yield Finding(
            f"from {place.work_tree} git looks for hooks in {where}, which is not there, so no hook runs.", made
        )
        return
    sleeping = [event for event in broken if states[event] == "not-executable"]
    if sleeping:
        names = " ".join(shlex.quote(str(place.directory / event)) for event in sleeping)
        yield Finding(f"{', '.join(sleeping)} in {where} cannot be run, so git passes over them.", f"chmod +x {names}")
    silent = [event for event in broken if states[event] != "not-executable"]
    if silent:
        yield Finding(
            f"git looks for hooks in {where}, outside this repository's git directory, and {', '.join(silent)}"
            f" there {'does' if len(silent) == 1 else 'do'} not run agent-tracker.",
            _INIT_PRINTS,
        )


def _through_the_framework(
    repository: Repository, place: HooksPlace, states: Mapping[str, State], wanted: Mapping[str, str]
) -> Iterator[Finding]:
    """A repository whose pre-commit configuration names us needs the framework's hook for each of our ids."""
    relied_on: set[str] = set()
    for event in hook_files.FRAMED:
        if event not in states or states[event] in {"ours", "ours-behind-pre-commit", "calls-ours"}:
            continue
        if states[event] in _OWN_COMPLAINTS:
            yield Finding(f"the hook {place.directory / event} {_complaint(event, states[event])}.", _INIT)
        elif event not in wanted:
            yield Finding(
                f"the pre-commit configuration does not name {hook_files.framework_id(event)}.",
                "agent-tracker init --hooks pre-commit  (prints what to add)",
            )
        elif states[event] != "framework":
            yield Finding(
                f"pre-commit is not installed for {event}, so {hook_files.framework_id(event)} does not run.",
                f"pre-commit install --install-hooks -t {event}",
            )
        else:
            relied_on.add(wanted[event])
    for name in sorted(relied_on):
        if repository.has_unstaged_changes(place.work_tree, name):
            yield Finding(
                f"{name} in {place.work_tree} has changes that are not staged, and pre-commit runs no hook until they"
                " are.",
                f"git -C {shlex.quote(str(place.work_tree))} add {shlex.quote(name)}",
            )


def named_in_configuration(repository: Repository) -> set[str]:
    """The events whose id stands in the pre-commit configuration that the framework's hooks read."""
    return set(_named_in_configuration(repository.hooks_place()))


def _named_in_configuration(place: HooksPlace) -> dict[str, str]:
    """The same, with the name of the configuration file."""
    names = {hook_files.framework_configuration(place.directory / event) for event in hook_files.FRAMED}
    wanted: dict[str, str] = {}
    for name in {*filter(None, names), ".pre-commit-config.yaml"}:
        text = hook_files.text_of(place.work_tree / name).decode("utf-8", "replace")
        wanted |= {event: name for event in hook_files.FRAMED if hook_files.framework_id(event) in text}
    return wanted
