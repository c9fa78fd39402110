"""``init``: track a repository. Safe to repeat; nothing is changed when the ledger cannot be used."""

import sys
from collections.abc import Mapping
from typing import Final

from tracker import catalogue, hookfiles, terminal, tracking
from tracker.attribution import environment_names
from tracker.errors import TrackerError
from tracker.reconcile import reconcile
from tracker.repository import Repository
from tracker.session import Session, open_session

_MOST_COUNTED: Final = 100_000
"""Commits of the history before that are counted: walking all of a very long one would take seconds."""


def run(path: str, flags: Mapping[str, str | None], *, hooks: str, json: bool) -> int:
    """Track the repository at ``path``; ``hooks`` is ``native``, ``pre-commit`` or ``none``. Raises TrackerError."""
    session = open_session(Repository.find(path), flags)
    with session.ledger.write():
        pass  # whatever is wrong with the ledger is said before the repository is touched
    before = tuple(session.ledger.notices)
    project, new = _begin(session)
    session = open_session(Repository.find(path), flags)  # its home is now what was remembered
    done, advice = _install(session) if hooks == "native" else ([], [])
    if hooks == "pre-commit":
        advice = _pre_commit_advice()
    outcome = reconcile(session)
    older = session.repository.count(session.files.baseline(), _MOST_COUNTED) if new else 0
    for notice in (*before, *outcome.notices):
        terminal.warn(terminal.harmless(notice))
    if json:
        terminal.print_json(
            {"schema": 1, "project": project, "new": new, "ledger": str(session.ledger.path), "hooks": hooks,
             "done": done, "advice": advice, "older_commits": older, "recorded": outcome.recorded}
        )  # fmt: skip
        return 0
    where = session.repository.work_tree or session.repository.common_dir
    terminal.say(f"{'Tracking' if new else 'Already tracking'} {terminal.harmless(str(where))}.")
    terminal.say(f"Ledger: {terminal.harmless(str(session.ledger.path))}")
    for line in (*done, *advice):
        terminal.say(terminal.harmless(line))
    if older:
        number = f"{older} or more" if older == _MOST_COUNTED else str(older)
        terminal.say(f"{number} older commits are not recorded yet: 'agent-tracker backfill' records them.")
    return 0


def _begin(session: Session) -> tuple[str, bool]:
    try:
        return tracking.begin(session)
    except OSError as error:
        raise TrackerError(
            f"{session.files.folder} cannot be written: {error.strerror or error}; nothing was changed."
        ) from error


def _install(session: Session) -> tuple[list[str], list[str]]:
    """Write the native hooks, or say which line to add where the hooks are not ours to write."""
    repository = session.repository
    flags = hookfiles.interpreter_flags(sys.executable)
    variables = environment_names(catalogue.load())
    rendered = {
        event: hookfiles.render(event, interpreter=sys.executable, flags=flags, variables=variables)
        for event in hookfiles.EVENTS
    }
    hooks_dir = repository.hooks_dir()
    if hookfiles.is_writable_place(hooks_dir, repository.common_dir):
        if not hooks_dir.exists():
            session.files.note_made_hooks_dir()
        return hookfiles.install(hooks_dir, rendered), []
    stubs = session.files.folder / "hooks"
    hookfiles.install(stubs, rendered)
    heading = (
        f"git looks for hooks in {hooks_dir}, which is not this repository's own: nothing was written there."
        " Add one line to each of these hooks (make the file executable):"
    )
    advice = [heading]
    advice += [f"{hooks_dir / event}: {hookfiles.line_to_add(stubs / event)}" for event in hookfiles.EVENTS]
    return [], advice


def _pre_commit_advice() -> list[str]:
    stages = ", ".join(hookfiles.FRAMEWORK_EVENTS)
    ids = "".join(f"\n      - id: agent-tracker-{stage}" for stage in hookfiles.FRAMEWORK_EVENTS)
    types = " ".join(f"-t {stage}" for stage in hookfiles.FRAMEWORK_EVENTS)
    text = (
        "Add to .pre-commit-config.yaml, with the address and version of agent-tracker's repository:\n"
        f"default_install_hook_types: [pre-commit, {stages}]\n"
        f"repos:\n  - repo: <agent-tracker>\n    rev: <version>\n    hooks:{ids}\n"
        f"then run: pre-commit install --install-hooks {types}"
    )
    return text.split("\n")
