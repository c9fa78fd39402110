"""What can keep commits from being recorded, looked for one by one; each finding names the command that mends it."""

from collections.abc import Iterator

from tracker.project.project import Session
from tracker.reports.doctor import agents, filesystem, hooks, ledger, missed_hooks, project
from tracker.reports.doctor.finding import Finding

__all__ = ["Finding", "findings"]


def findings(session: Session) -> Iterator[Finding]:
    """Everything that is wrong with a repository's recording. Raises TrackerError when that cannot be found out."""
    if session.files.find_id() is None:
        yield Finding("this repository is not tracked.", "agent-tracker init")
        return
    yield from ledger.findings(session)
    yield from filesystem.findings(session.ledger.path)
    yield from hooks.findings(session)
    yield from missed_hooks.findings(session)
    yield from project.findings(session)
    yield from agents.findings()
