"""Read what one attempt of a reconcile begins with: the spool, the recorded state, and the project's files."""

import contextlib
from collections.abc import Sequence
from typing import NamedTuple

from tracker.history.changes import Begin
from tracker.history.recorded_state import RecordedState, read_recorded_state
from tracker.history.tool_maps import ToolMap, map_mark, read_map, with_new_heads
from tracker.model import Event, Oid, ProjectId
from tracker.project.project import Project


class Inputs(NamedTuple):
    """The spool, the recorded state and the project's files, as one attempt read them first.

    ``damaged``: number of spool files that were set aside. ``tool_map``: a map that was not read before, else None.
    ``deferred``: commits recorded while git waited; agents' session logs and other tools' records of them are read now.
    """

    events: Sequence[Event]
    damaged: int
    known: RecordedState
    begin: Begin
    tool_map: ToolMap | None
    deferred: Sequence[Oid]


def read_inputs(project: Project, project_id: ProjectId, *, git_waits: bool) -> Inputs:
    """Read the spool, and after it the recorded state; note a ledger that is behind the state that was seen last."""
    # The spool is read before the tips: a commit that an event saw made is then reachable, or named by the event.
    with contextlib.suppress(OSError):  # a read-only repository; reading the spool says what else is wrong
        project.files.make_spool()
    events, damaged = project.spool.read()
    seen = project.ledger_mark.seen() if project.is_own_ledger else None  # read first: others may write meanwhile
    with project.ledger.read() as snapshot:
        project.ledger_mark.check(seen, snapshot)
        known = read_recorded_state(snapshot, project_id)
    if known.record is not None and known.record.unfinished and project.files.is_backfilling():
        # It has all commits compared at its end, if that is needed; until then each command would do so.
        known = known._replace(record=known.record._replace(unfinished=False))
    baseline = known.record.baseline if known.record else project.files.baseline()
    begin = Begin(baseline, project.files.reflog_positions())
    tool_map = _unread_map(project, known)
    events = with_new_heads(project.repository, events, tool_map)
    deferred = () if git_waits else project.files.read_marks.deferred_commits()
    return Inputs(events, len(damaged), known, begin, tool_map, deferred)


def _unread_map(project: Project, known: RecordedState) -> ToolMap | None:
    """Return the map of a tool that rewrote history, if it changed since it was read last."""
    common_dir = project.repository.common_dir
    is_read = known.record is not None and project.files.read_marks.read_map_mark() == map_mark(common_dir)
    return None if is_read else read_map(common_dir)
