"""Read what the entries of a reconcile's commits need from outside the commits: events, other tools, session logs."""

import time
from collections.abc import Callable, Sequence

from tracker import attribution, keys
from tracker.attribution import other_tools
from tracker.attribution.unread_sources import UnreadSources
from tracker.history.changes import Changes
from tracker.history.cherry_picks import find_originals
from tracker.history.elsewhere import Elsewhere
from tracker.history.ledger_queries import recorded
from tracker.ledger.tables import COMMITS
from tracker.model import Moment, Oid
from tracker.project.project import Project
from tracker.project.read_marks import RECORD_REFS
from tracker.recording.context import RecordingContext
from tracker.recording.event_evidence import evidence_by_commit
from tracker.recording.head_order import HeadOrder
from tracker.recording.inputs import Inputs
from tracker.recording.origins import Origins
from tracker.recording.session_models import complete_models
from tracker.records import CommitFacts


def read_context(
    project: Project, inputs: Inputs, changes: Changes, origins: Origins, elsewhere: Elsewhere, *, git_waits: bool
) -> RecordingContext:
    """Read what the entries of this reconcile's commits need from outside the commits."""
    repository, catalogue, known = project.repository, project.catalogue, inputs.known
    unread = UnreadSources()
    tools = other_tools.NO_TOOL_EVIDENCE if git_waits else _tool_evidence(project, inputs, changes, unread)
    heads = sorted({event.head for event in inputs.events if event.head})
    commits = {commit.oid: commit for commit in repository.commits(heads)}
    config = attribution.evidence_from_config(project.settings.agent, project.settings.model, catalogue)
    order, known_moments = _order_of_commits(project, inputs)
    seen = evidence_by_commit(commits, inputs.events, config, catalogue, order, known_moments)
    new = [*changes.fresh, *changes.unreachable]
    makings = [event for event in inputs.events if event.head and event.hook in {"post-commit", "post-merge"}]
    places = {event.head: event.work_tree for event in reversed(makings) if event.head}
    if not git_waits:
        seen = complete_models(project, known.project_id, seen, inputs.deferred, places, unread)
    return RecordingContext(
        project_id=known.project_id,
        catalogue=catalogue,
        events=seen,
        origins=origins,
        copies=find_originals(repository, new, inputs.events, commits, elsewhere),
        tools=tools,
        learnt_by="reconcile",
        unread=unread,
        now=int(time.time()),
        seen_copies=frozenset(event.head for event in inputs.events if event.head and event.picked),
    )


def _order_of_commits(project: Project, inputs: Inputs) -> tuple[HeadOrder, Callable[[Oid], Sequence[Moment]]]:
    """Return the order of the commits, and a function that returns the recorded moments of a commit."""

    def facts(oid: Oid) -> CommitFacts | None:
        with project.ledger.read() as snapshot:
            return snapshot.get(COMMITS, keys.commit(inputs.known.project_id, oid))

    def is_older(oid: Oid) -> bool:
        known = facts(oid)
        return oid in inputs.begin.baseline or (known is not None and known.learnt == "backfill")

    def known_moments(oid: Oid) -> Sequence[Moment]:
        known = facts(oid)
        return known.moments if known else ()

    return HeadOrder(project.repository, is_older), known_moments


def _tool_evidence(
    project: Project, inputs: Inputs, changes: Changes, unread: UnreadSources
) -> other_tools.ToolEvidence:
    """Return what other tools recorded of new commits, and of recorded ones since their refs were read last."""
    known = inputs.known

    def recorded_ones(oids: Sequence[Oid]) -> set[Oid]:
        return recorded(project.ledger, known.project_id, oids)

    before = project.files.read_marks.remembered_refs(RECORD_REFS) if known.record else {}
    new = dict.fromkeys((*changes.fresh, *changes.unreachable, *inputs.deferred))
    return other_tools.read_tool_evidence(project.repository, [*new], before, project.catalogue, recorded_ones, unread)
