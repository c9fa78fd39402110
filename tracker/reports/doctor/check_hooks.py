"""Check the hooks: in place where git looks from each worktree, up to date, or run by the hook manager there."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Final

from tracker.git import HooksPlace, Repository
from tracker.hooks import git_config_hooks, git_lfs, template
from tracker.hooks.directories import is_husky_directory, is_own_directory
from tracker.hooks.events import EVENTS, FRAMED, GUARD, HINT, framework_id
from tracker.hooks.hook_file import is_ours, read_start
from tracker.hooks.inspect import State, framework_configuration, inspect, inspect_scripts
from tracker.project.project import Project
from tracker.reports.doctor.finding import Finding

_COMPLAINTS: Final[Mapping[State, str]] = {
    "ours-outdated": "is of another version of agent-tracker, or of its catalogue",
    "no-interpreter": "starts a Python that is gone, so it records nothing",
    "foreign": "does not run agent-tracker",
    "framework": "does not run agent-tracker",
    "lefthook": "does not run agent-tracker",
    "absent": "is not there",
    "altered": "was changed within the lines of agent-tracker",
    "cut-off": "may end before the lines of agent-tracker, so that they do not run",
    "put-back": "is older than the hook kept last, and so does not run it",
    "not-executable": "is not executable, so git does not run it",
}
"""The complaint about a hook that records, keyed by its state; the other states are in order."""

_GUARD_COMPLAINTS: Final[Mapping[State, str]] = {
    **_COMPLAINTS,
    "no-interpreter": "starts a Python that is gone, so it stops nobody",
    **dict.fromkeys(("foreign", "framework", "lefthook"), "does not run agent-tracker's guard"),
}
"""The complaint about the guard's hook, keyed by its state."""

_FAULTS_OF_OURS: Final = frozenset({"ours-outdated", "altered", "cut-off", "put-back", "not-executable"})
_RUNNING: Final = frozenset({"ours", "behind", "calls-ours", "put-back"})
_INIT: Final = "agent-tracker init"
_INIT_PRINTS: Final = "agent-tracker init  (prints the lines to add there)"


def findings(project: Project) -> Iterator[Finding]:
    """Yield what is wrong with the hooks that git runs in this repository. Raises RepositoryError."""
    repository = project.repository
    events = (*EVENTS, HINT, *([GUARD] if project.files.is_guarded() else []))
    configured = git_config_hooks.configured_events(repository.configured_hooks(), project.files.hooks, events)
    relied_on = set(configured)
    digest = template.digest(project.catalogue)
    for place in repository.hooks_places():
        inspected = inspect(place.directory, place.work_tree, digest, events)
        states = {event: state for event, state in inspected.items() if event not in configured}
        relied_on |= {event for event, state in states.items() if state in _RUNNING}
        if states.get(HINT) not in _FAULTS_OF_OURS:
            states.pop(HINT, None)  # where it does not run, another program has the place, or a setting forbids it
        if _takes_place_of_git_lfs(repository, place):
            states.pop(HINT, None)
            yield Finding(f"the hook {place.directory / HINT} has the place that the hook of git-lfs needs.", _INIT)
        yield from _directory(repository, place, states)
    # The scripts that our hooks, git's configuration or other programs' hooks run.
    for event, state in inspect_scripts(project.files.hooks, digest, events).items():
        if event in relied_on and state in _COMPLAINTS:
            yield Finding(f"the hook {project.files.hooks / event} {_complaint(event, state)}.", _INIT)


def _takes_place_of_git_lfs(repository: Repository, place: HooksPlace) -> bool:
    is_written = is_own_directory(place.directory, repository.common_dir) and is_ours(place.directory / HINT)
    return is_written and git_lfs.is_at_home(repository, place.directory)


def _complaint(event: str, state: State) -> str:
    return (_GUARD_COMPLAINTS if event == GUARD else _COMPLAINTS)[state]


def _directory(repository: Repository, place: HooksPlace, states: dict[str, State]) -> Iterator[Finding]:
    """Yield what is wrong with the hooks of one directory in which git looks. ``states``: keyed by event."""
    if place.directory.exists() and not place.directory.is_dir():
        setting = f" ({place.setting})" if place.setting else ""
        yield Finding(
            f"from {place.work_tree} git looks for hooks in {place.directory}{setting}, which is not a folder, so no"
            " hook runs.",
            _mend_place(repository, place),
        )
        return
    if not is_own_directory(place.directory, repository.common_dir):
        yield from _foreign_directory(place, states)
        return
    configurations = _configurations(place)
    if configurations.keys() - {GUARD}:
        yield from _framework(repository, place, states, configurations)
        return
    if GUARD in configurations:  # pre-commit may run the guard and nothing else of ours
        framed = {event: state for event, state in states.items() if event == GUARD}
        yield from _framework(repository, place, framed, configurations)
        states = {event: state for event, state in states.items() if event not in framed}
    for event, state in states.items():
        if state in _COMPLAINTS:
            what = f"the hook {place.directory / event} {_complaint(event, state)}."
            yield Finding(what, _INIT)


def _foreign_directory(place: HooksPlace, states: dict[str, State]) -> Iterator[Finding]:
    """Yield what is wrong with the hooks of a directory that agent-tracker must not write."""
    # A copy of our hook of another version runs today's script too.
    broken = [event for event, state in states.items() if state in _COMPLAINTS and state != "ours-outdated"]
    if not broken:
        return
    where = f"{place.directory} ({place.setting})" if place.setting else str(place.directory)
    if not place.directory.exists():
        husky = f"(cd {shlex.quote(str(place.work_tree))} && npx husky)"
        yield Finding(
            f"from {place.work_tree} git looks for hooks in {where}, which is not there, so no hook runs.",
            husky if is_husky_directory(place.directory) else _INIT_PRINTS,
        )
        return
    not_executable = [event for event in broken if states[event] == "not-executable"]
    if not_executable:
        names = " ".join(shlex.quote(str(place.directory / event)) for event in not_executable)
        yield Finding(
            f"{', '.join(not_executable)} in {where} cannot be run, so git passes over them.", f"chmod +x {names}"
        )
    not_calling = [event for event in broken if states[event] != "not-executable"]
    if not_calling:
        yield Finding(
            f"git looks for hooks in {where}, outside this repository's git directory, and {', '.join(not_calling)}"
            f" there {'does' if len(not_calling) == 1 else 'do'} not run agent-tracker.",
            _INIT_PRINTS,
        )


def _mend_place(repository: Repository, place: HooksPlace) -> str:
    """Return the command after which git looks into the repository's own hooks directory and finds our hooks there.

    A setting that is not the repository's own is not changed, since other repositories use it too.
    """
    scope, _, file = place.setting.partition(", ")
    if not scope:
        present, after = (shlex.quote(f"{place.directory}{suffix}") for suffix in ("", ".before"))
        return f"mv -n {present} {after} && {_INIT}"
    git = f"git -C {shlex.quote(str(place.work_tree))} config"
    if scope in {"local", "worktree"}:
        return f"{git} --file {shlex.quote(file)} --unset-all core.hooksPath && {_INIT}"
    if scope == "command":
        return f"{_INIT}  (after taking core.hooksPath out of GIT_CONFIG_COUNT or GIT_CONFIG_PARAMETERS)"
    own = shlex.quote(str(repository.common_dir / "hooks"))
    return f"{git} --local core.hooksPath {own} && {_INIT}"


def _framework(
    repository: Repository, place: HooksPlace, states: Mapping[str, State], configurations: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield what is missing for pre-commit to run our hooks, in a repository whose configuration names one of ours.

    ``configurations``: the file that names our hook, keyed by event.
    """
    relied_on: set[str] = set()
    for event in FRAMED:
        if event not in states or states[event] in _RUNNING - _FAULTS_OF_OURS:
            continue
        if states[event] in _FAULTS_OF_OURS:
            yield Finding(f"the hook {place.directory / event} {_complaint(event, states[event])}.", _INIT)
        elif event not in configurations:
            yield Finding(
                f"the pre-commit configuration does not name {framework_id(event)}.",
                "agent-tracker init --hooks pre-commit  (prints what to add)",
            )
        elif states[event] != "framework":
            yield Finding(
                f"pre-commit is not installed for {event}, so {framework_id(event)} does not run.",
                f"pre-commit install --install-hooks -t {event}",
            )
        else:
            relied_on.add(configurations[event])
    for name in sorted(relied_on):
        if repository.has_unstaged_changes(place.work_tree, name):
            yield Finding(
                f"{name} in {place.work_tree} has changes that are not staged, and pre-commit runs no hook until they"
                " are.",
                f"git -C {shlex.quote(str(place.work_tree))} add {shlex.quote(name)}",
            )


def named_in_configuration(repository: Repository) -> set[str]:
    """Return the events whose id is in the pre-commit configuration that the framework's hooks read."""
    return set(_configurations(repository.hooks_place()))


def _configurations(place: HooksPlace) -> dict[str, str]:
    """Return the name of the pre-commit configuration that names our hook, keyed by event."""
    names = {framework_configuration(place.directory / event) for event in FRAMED}
    configurations: dict[str, str] = {}
    for name in {*filter(None, names), ".pre-commit-config.yaml"}:
        text = read_start(place.work_tree / name).decode("utf-8", "replace")
        configurations |= {event: name for event in FRAMED if framework_id(event) in text}
    return configurations
