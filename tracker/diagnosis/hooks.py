"""The hooks: whether they are where git looks, of this version, executable, or called by the hook manager there."""

from collections.abc import Iterator
from typing import Final

from tracker import hookfiles
from tracker.diagnosis.finding import Finding
from tracker.repository import Repository
from tracker.session import Session

_COMPLAINTS: Final = {
    "ours-outdated": "is of another version of agent-tracker",
    "no-interpreter": "starts a Python that is gone, so it records nothing",
    "foreign": "does not run agent-tracker",
    "framework": "does not run agent-tracker",
    "absent": "is not there",
    "not-executable": "is not executable, so git does not run it",
}


def findings(session: Session) -> Iterator[Finding]:
    """What is wrong with the hooks that git runs in this repository."""
    hooks_dir = session.repository.hooks_dir()
    states = hookfiles.inspect(hooks_dir)
    wanted = named_in_configuration(session.repository)
    if wanted:
        yield from _through_the_framework(states, wanted)
        return
    broken = {event: state for event, state in states.items() if state in _COMPLAINTS}
    if broken and not hookfiles.is_writable_place(hooks_dir, session.repository.common_dir):
        yield Finding(
            f"git looks for hooks in {hooks_dir}, outside this repository's git directory, and {', '.join(broken)}"
            f" there {'does' if len(broken) == 1 else 'do'} not run agent-tracker.",
            "agent-tracker init  (prints the lines to add there)",
        )
        return
    for event, state in broken.items():
        yield Finding(f"the hook {hooks_dir / event} {_COMPLAINTS[state]}.", "agent-tracker init")


def _through_the_framework(states: dict[str, hookfiles.State], wanted: set[str]) -> Iterator[Finding]:
    """A repository whose pre-commit configuration names us needs the framework's hook for each of our ids."""
    for event in hookfiles.FRAMEWORK_EVENTS:
        if states[event] in {"ours", "ours-behind-pre-commit", "calls-ours"}:
            continue
        if event not in wanted:
            yield Finding(
                f"the pre-commit configuration does not name agent-tracker-{event}.",
                "agent-tracker init --hooks pre-commit  (prints what to add)",
            )
        elif states[event] != "framework":
            yield Finding(
                f"pre-commit is not installed for {event}, so agent-tracker-{event} does not run.",
                f"pre-commit install --install-hooks -t {event}",
            )


def named_in_configuration(repository: Repository) -> set[str]:
    """The events whose id stands in the pre-commit configuration that the framework's hooks read."""
    hooks_dir, work_tree = repository.hooks_dir(), repository.work_tree
    names = {hookfiles.framework_configuration(hooks_dir / event) for event in hookfiles.FRAMEWORK_EVENTS}
    wanted: set[str] = set()
    for name in {*filter(None, names), ".pre-commit-config.yaml"}:
        try:
            text = (work_tree / name).read_text(encoding="utf-8", errors="replace") if work_tree else ""
        except OSError:
            continue
        wanted |= {event for event in hookfiles.FRAMEWORK_EVENTS if f"agent-tracker-{event}" in text}
    return wanted
