"""Read again what other tools recorded of the commits that a project has: notes, Agent Trace, Entire's checkpoints.

A reconcile reads the records of new commits, and notes that changed. Records may also come with a later fetch: this
reads them all, for every recorded commit.
"""

from typing import NamedTuple

from tracker import keys
from tracker.attribution import other_tools
from tracker.attribution.unread_sources import UnreadSources
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.entries import EvidenceEntry
from tracker.ledger.tables import COMMITS
from tracker.model import Progress
from tracker.project.project import Project
from tracker.recording.batch_writer import BATCH
from tracker.recording.reconcile import reconcile, refresh_status


class ReadAgain(NamedTuple):
    """The result: recorded commits, those of which a tool recorded something, and those that changed by it.

    ``failed``: the sources that could not be read, each with the reason.
    """

    commits: int
    named: int
    changed: int
    failed: dict[str, str]


def read_records_again(project: Project, progress: Progress | None = None) -> ReadAgain:
    """Read the records of other tools for every recorded commit of a project, and add what they say.

    Repeating it changes nothing. Raises RepositoryError and the LedgerUnavailable errors.
    """
    project_id = project.files.id()
    reconcile(project)
    with project.ledger.read() as snapshot:
        oids = sorted(keys.oid_of(key) for key in snapshot.keys(COMMITS, keys.project(project_id)))
    unread = UnreadSources()
    refs = project.repository.refs(other_tools.REFS)  # none of them counts as changed: all commits are read
    named = changed = 0
    for start in range(0, len(oids), BATCH):
        batch = oids[start : start + BATCH]
        found = other_tools.read_tool_evidence(
            project.repository, batch, refs, project.catalogue, lambda _: (), unread
        ).evidence
        buffer = EntryBuffer()
        for oid, evidence in found.items():
            buffer.add(EvidenceEntry(project_id, oid, evidence, ""))
        named += len(found)
        changed += len(buffer.flush(project.ledger).changed)
        if progress:
            progress(start + len(batch), len(oids))
    refresh_status(project, project_id)
    return ReadAgain(len(oids), named, changed, dict(unread.failed))
