"""Complete the evidence of agents' sessions with the models that the agents' own session logs name."""

from collections.abc import Iterable, Mapping, Sequence

from tracker import attribution, keys
from tracker.attribution import Catalogue
from tracker.attribution.unread_sources import UnreadSources
from tracker.ledger.tables import COMMITS
from tracker.model import Commit, Evidence, Oid, ProjectId
from tracker.project.project import Project
from tracker.recording.event_evidence import EventEvidence, named_sessions


def complete_models(
    project: Project,
    project_id: ProjectId,
    found: Mapping[Oid, EventEvidence],
    deferred: Iterable[Oid],
    unread: UnreadSources,
) -> dict[Oid, EventEvidence]:
    """Return the evidence of events with models from session logs, where the commits themselves name none.

    ``deferred``: commits recorded while git waited, whose session logs were not read then; those that get a model are
    added. Session logs that cannot be read are added to ``unread``. Without the setting ``read-sessions`` nothing is
    read. Raises RepositoryError and the LedgerUnavailable errors.
    """
    completed, catalogue = dict(found), project.catalogue
    if not project.settings.read_sessions:
        return completed
    wanted = dict(named_sessions(found))
    wanted |= _recorded_sessions(project, project_id, [oid for oid in deferred if oid not in wanted])
    for commit in project.repository.commits([*wanted]):
        models = _models(commit, wanted[commit.oid], catalogue, unread)
        if models:
            known = completed.get(commit.oid, EventEvidence((), (), ""))
            completed[commit.oid] = known._replace(evidence=(*known.evidence, *models))
    return completed


def _recorded_sessions(project: Project, project_id: ProjectId, oids: Iterable[Oid]) -> dict[Oid, tuple[Evidence, ...]]:
    """Return the session evidence of recorded commits, their own only; other commits are left out."""
    with project.ledger.read() as snapshot:
        records = {oid: snapshot.get(COMMITS, keys.commit(project_id, oid)) for oid in oids}
    return {
        oid: tuple(one for moment in record.moments for one in moment.evidence if one.signal == "session")
        for oid, record in records.items()
        if record is not None
    }


def _models(
    commit: Commit, evidence: Sequence[Evidence], catalogue: Catalogue, unread: UnreadSources
) -> list[Evidence]:
    """Return the evidence of sessions whose log names a model, of agents whose model the commit does not name."""
    from tracker.attribution import agent_session_logs  # few recorders need it

    named = {one.agent for one in attribution.evidence_from_commit(commit, catalogue) if one.model}
    left = [one for one in evidence if one.agent not in named]
    stores = agent_session_logs.user_stores()
    completed = agent_session_logs.complete_models(left, commit.committer.time, stores, unread)
    return [one for one in completed if one.model]
