"""Complete the evidence of agents' sessions with the models that the agents' own session logs name."""

from collections.abc import Iterable, Mapping, Sequence

from tracker import keys
from tracker.attribution.unread_sources import UnreadSources
from tracker.ledger.tables import COMMITS
from tracker.model import Commit, Evidence, Oid, ProjectId
from tracker.project.project import Project
from tracker.recording.event_evidence import EventEvidence, evidence_of_sessions, named_sessions


def complete_models(
    project: Project,
    project_id: ProjectId,
    found: Mapping[Oid, EventEvidence],
    deferred: Iterable[Oid],
    places: Mapping[Oid, str],
    unread: UnreadSources,
) -> dict[Oid, EventEvidence]:
    """Return the evidence of events with models from session logs.

    They are read also where the commit's message names a model: agents write wrong ones there.

    ``deferred``: commits recorded while git waited, whose session logs were not read then; those that get a model are
    added. ``places``: the worktrees in which commits were made, as far as events say; else all count. Session logs that
    cannot be read are added to ``unread``. Without the setting ``read-sessions`` nothing is read. Raises
    RepositoryError and the LedgerUnavailable errors.
    """
    completed = dict(found)
    if not project.settings.read_sessions:
        return completed
    wanted = dict(named_sessions(found))
    wanted |= _recorded_sessions(project, project_id, [oid for oid in deferred if oid not in wanted])
    every = [one.path for one in project.repository.worktrees()] if wanted else []
    for commit in project.repository.commits([*wanted]):
        place = places.get(commit.oid)
        models = _models(commit, wanted[commit.oid], ([place] if place else every, every), unread)
        if models:
            known = completed.get(commit.oid, EventEvidence((), (), ""))
            completed[commit.oid] = known._replace(evidence=(*known.evidence, *models))
    return completed


def _recorded_sessions(project: Project, project_id: ProjectId, oids: Iterable[Oid]) -> dict[Oid, tuple[Evidence, ...]]:
    """Return the evidence of recorded commits that leads to sessions, their own only; others are left out."""
    with project.ledger.read() as snapshot:
        records = {oid: snapshot.get(COMMITS, keys.commit(project_id, oid)) for oid in oids}
    return {oid: evidence_of_sessions(record.moments) for oid, record in records.items() if record is not None}


def _models(
    commit: Commit, evidence: Sequence[Evidence], worktrees: tuple[Sequence[str], Sequence[str]], unread: UnreadSources
) -> list[Evidence]:
    """Return the evidence of sessions whose log names a model."""
    from tracker.attribution import agent_session_logs  # few recorders need it

    stores = agent_session_logs.user_stores()
    completed = agent_session_logs.complete_models(evidence, commit.committer.time, worktrees, stores, unread)
    return [one for one in completed if one.model and one.signal == "session"]
