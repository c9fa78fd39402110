"""Let the command that an agent runs testify for its commit, where the agent switches git's hooks off.

Gemini CLI runs its commands with ``core.hooksPath`` emptied through git's variables, so no hook sees its commits. A
command of agent-tracker that it runs directly after one has the same environment, and is the only witness.
"""

import os
import time
from collections.abc import Mapping
from typing import Final

from tracker import attribution, keys
from tracker.errors import LedgerUnavailable, RepositoryError
from tracker.git.reflog import COMMITTED
from tracker.ledger.tables import COMMITS
from tracker.model import Commit, Event, Oid
from tracker.project.project import Project
from tracker.recording.capture_event import event_of_process

_FRESHEST: Final = 120
"""Seconds after a commit within which a command of the same agent testifies for it."""
_HOOKS_PATH: Final = "core.hookspath"


def are_hooks_switched_off(variables: Mapping[str, str]) -> bool:
    """Return True if git's variables name another hooks directory, or none (git-config(1), ``GIT_CONFIG_COUNT``)."""
    count = variables.get("GIT_CONFIG_COUNT", "")
    numbers = range(min(int(count), 100)) if count.isdecimal() and len(count) < 4 else ()
    named = {variables.get(f"GIT_CONFIG_KEY_{number}", "").lower() for number in numbers}
    return _HOOKS_PATH in named or f"'{_HOOKS_PATH}'" in variables.get("GIT_CONFIG_PARAMETERS", "").lower()


def testify(project: Project) -> None:
    """Write the event of the commit at HEAD as its hook would have, if no hook saw it and this process's agent made it.

    That is where the environment switches hooks off and names an agent, and git-commit made HEAD here a moment ago. As
    anywhere else, what cannot be read or written is left out.
    """
    if not project.is_own_ledger or not are_hooks_switched_off(os.environ):
        return
    try:
        commit = _commit_just_made(project)
        if commit is None or _is_seen(project, commit.oid):
            return
        event = _event(project, commit)
        evidence = attribution.evidence_from_circumstances(
            dict(event.environment),
            project.catalogue,
            terminal=event.terminal,
            process=event.process,
            alone=event.alone,
        )
        if attribution.has_agent_at_work(evidence):
            project.files.make_spool()
            project.spool.write(event)
    except (RepositoryError, LedgerUnavailable, OSError):
        return  # the command itself says what is wrong; the commit is recorded without this evidence


def _commit_just_made(project: Project) -> Commit | None:
    """Return the commit at HEAD if git-commit made it in this worktree a moment ago."""
    repository = project.repository
    head = repository.head()
    newest = next(iter(repository.reflogs.of_head(1)), None)
    if head is None or newest is None or newest.new != head or newest.action not in COMMITTED:
        return None
    commit = next(iter(repository.commits([head])), None)
    is_fresh = commit is not None and 0 <= time.time() - commit.committer.time <= _FRESHEST
    return commit if is_fresh else None


def _is_seen(project: Project, oid: Oid) -> bool:
    """Return True if an event of a commit waits, or was recorded with it; also while a hook writes one."""
    if project.spool.is_written_to() or any(event.head == oid for event in project.spool.read()[0]):
        return True
    if project.ledger.is_new():
        return False
    with project.ledger.read(begin=False) as snapshot:
        facts = snapshot.get(COMMITS, keys.commit(project.files.id(), oid))
    return facts is not None and bool(facts.moments)


def _event(project: Project, commit: Commit) -> Event:
    """Return the event that the commit's hook would have written, which runs at the top of the worktree."""
    repository = project.repository
    event = event_of_process("post-commit", (), repository, commit.oid, project.catalogue)
    return event._replace(
        work_tree=str(repository.work_tree or event.work_tree), author_date=f"@{commit.author.time} +0000"
    )
