"""The command ``host HOST EVENT``, which the hosts of agents start: exit code 0, one JSON object or nothing.

What a host says is on standard input (``payload``). Errors go to the project's logs: neither the agent nor its user is
to be disturbed by them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from tracker.hosts.host_table import EVENTS, HOSTS, Event, Host, event_named, host_named
from tracker.hosts.payload import Payload, read_payload
from tracker.hosts.program import program_path

if TYPE_CHECKING:
    from tracker.git import Repository
    from tracker.project.project import Project

_DEADLINE: Final = 0.5
"""Seconds to wait for the ledger's writer lock, as a host waits for us after each tool."""
_ASKED: Final = "asked-sessions"
"""The file of the sessions that were asked for grades at their end."""
_NEWEST: Final = 100
"""The newest commits among which those of a session are looked for at its end."""


def main(arguments: Sequence[str]) -> int:
    """Answer a host and return the exit code, which is always 0."""
    host = host_named(arguments[0]) if arguments else None
    event = event_named(arguments[1]) if len(arguments) == 2 else None
    if host is None or event is None:
        print(_usage(), file=sys.stderr)
        return 0
    repository: Repository | None = None
    try:
        payload = read_payload()
        repository = _tracked_repository(host, payload)
        answer = None if repository is None else _answer(host, event, payload, repository)
        if answer:
            sys.stdout.write(f"{orjson.dumps(answer).decode()}\n")
            sys.stdout.flush()
    except Exception:  # noqa: BLE001 - a host's tool never fails for us; the log keeps what happened
        from tracker.recording.failure_log import log_failure

        log_failure(repository.common_dir if repository else None)
    except KeyboardInterrupt:
        pass  # the user ended the tool
    return 0


def _usage() -> str:
    hosts = ", ".join(host.agent for host in HOSTS)
    return f"usage: agent-tracker host HOST EVENT; HOST is one of {hosts}; EVENT is one of {', '.join(EVENTS)}."


def _tracked_repository(host: Host, payload: Payload) -> Repository | None:
    """Return the tracked repository in which the tool ran; None if there is none."""
    from tracker.errors import RepositoryError
    from tracker.git import Repository
    from tracker.project.files import ProjectFiles

    # First where the script looks, which reads no JSON to find the calls of this folder.
    places = [] if host.runs_elsewhere and payload.folder else [Path.cwd()]
    for place in dict.fromkeys((*places, *([Path(payload.folder)] if payload.folder else []))):
        try:
            repository = Repository.discover(place)
        except (RepositoryError, OSError, ValueError):  # a text from outside need be no path
            continue
        if ProjectFiles(repository.common_dir).is_tracked():
            return repository
    return None


def _answer(host: Host, event: Event, payload: Payload, repository: Repository) -> dict[str, Any] | None:
    if event == "before-tool":
        _before_tool(payload, repository)
        return None
    from tracker.project.project import open_project

    project = open_project(repository, {}, _DEADLINE, in_hook=True)
    if not project.is_own_ledger:
        return None
    if event == "after-tool":
        return _after_tool(host, payload, project)
    return _session_start(host, payload, project) if event == "session-start" else _stop(host, payload, project)


def _before_tool(payload: Payload, repository: Repository) -> None:
    from tracker.hosts.calls import Calls
    from tracker.project.files import ProjectFiles

    Calls(repository, ProjectFiles(repository.common_dir)).remember(payload.session, payload.call, repository.head())


def _after_tool(host: Host, payload: Payload, project: Project) -> dict[str, Any] | None:
    """Tell of the commits that the tool made, and ask for their grades."""
    from tracker.hosts.answers import text_for_model
    from tracker.hosts.calls import Calls
    from tracker.hosts.grade_request import request_after_tool
    from tracker.hosts.told_commits import tell, waiting_for_agent
    from tracker.hosts.tool_commits import commits_since

    repository = project.repository
    calls, head = Calls(repository, project.files), repository.head()
    begin = calls.end(payload.session, payload.call) if payload.session else None
    came = [] if begin is None else commits_since(repository, begin)
    if begin is not None and begin.is_doubtful:
        came = [oid for oid in came if oid.startswith(payload.printed)]
    told = tell(project, host, payload, came)
    calls.set_apart(head, payload.session)
    waiting = waiting_for_agent(project, host, payload.session, told) if told else []
    return (
        text_for_model(host, "after-tool", payload.event, request_after_tool(waiting, program_path()))
        if waiting
        else None
    )


def _session_start(host: Host, payload: Payload, project: Project) -> dict[str, Any] | None:
    """Say where the host's agent stands."""
    from tracker.hosts.answers import text_for_model
    from tracker.hosts.session_lines import session_lines
    from tracker.hosts.told_commits import record_quietly
    from tracker.reports import status

    record_quietly(project)
    if project.ledger.is_new():
        return None
    seen = status.worktree_status(project.repository, project.files, status.current_worktree(project.repository))
    asker = status.Asker(host.agent, "environment")
    with project.ledger.read(begin=False) as snapshot:
        content = status.describe(snapshot, project.files.id(), seen, project.settings.policy, asker)
    return text_for_model(host, "session-start", payload.event, "\n".join(session_lines(content, program_path())))


def _stop(host: Host, payload: Payload, project: Project) -> dict[str, Any] | None:
    """Ask once for the grades of the commits of this session that have none by the agent."""
    from tracker.hosts.answers import another_turn
    from tracker.hosts.grade_request import request_at_stop
    from tracker.hosts.remembered_words import RememberedWords
    from tracker.hosts.told_commits import of_session, record_quietly, waiting_for_agent

    asked = RememberedWords(project.files, _ASKED)
    head = project.repository.head()
    if payload.is_asked_again or not payload.session or head is None or asked.has(payload.session):
        return None
    if not record_quietly(project):
        return None
    newest = project.repository.newest_commits(head, _NEWEST)
    waiting = waiting_for_agent(project, host, payload.session, of_session(project, payload.session, newest))
    if not waiting:
        return None
    asked.add(payload.session)  # before it is asked: rather never than twice
    return another_turn(host, request_at_stop(waiting, program_path()))
