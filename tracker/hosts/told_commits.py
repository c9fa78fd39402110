"""Record what a host tells of the commits that a tool of its agent made, and find those that wait for a grade."""

import contextlib
import os
import time
from collections.abc import Mapping, Sequence
from typing import Final

from tracker import keys
from tracker.attribution import Catalogue, evidence_from_circumstances
from tracker.attribution.host_evidence import Source, told_model, told_session, told_version
from tracker.attribution.ownership import is_own_work
from tracker.errors import TrackerError
from tracker.hosts.host_table import Host
from tracker.hosts.payload import Payload
from tracker.hosts.remembered_words import RememberedWords
from tracker.hosts.tool_commits import sources_of
from tracker.ledger.commits import find_commits
from tracker.ledger.tables import COMMITS
from tracker.lineage import contributions
from tracker.model import HOST_EVENT, Event, Moment, Oid
from tracker.project.project import Project
from tracker.recording.reconcile import reconcile
from tracker.records import RecordedCommit

_TOLD: Final = "told-commits"
"""The file of the commits that were told, with their sessions."""


def tell(project: Project, host: Host, payload: Payload, oids: Sequence[Oid]) -> list[Oid]:
    """Record that some new commits came during a tool of a host; return those that were not told before.

    What is told is in the spool before the ledger is opened, so that one that is busy loses nothing. Whether it counts
    is decided by what git's hooks saw (``attribution.moments``), whichever is recorded first. Raises RepositoryError,
    OSError and the LedgerUnavailable errors.
    """
    told = RememberedWords(project.files, _TOLD)
    new = [oid for oid in oids if not told.has(f"{payload.session} {oid}")]
    if not new:
        return []
    project.files.make_spool()
    sources = sources_of(project.repository, host, payload, new)
    for oid in reversed(new):
        project.spool.write(_event(project, host, payload, oid, sources[oid]))
        told.add(f"{payload.session} {oid}")
    reconcile(project)
    return new


def waiting_for_agent(project: Project, host: Host, session: str, oids: Sequence[Oid]) -> list[Oid]:
    """Return those of some commits that count, were made by this agent in this session, and have no grade by it."""
    with project.ledger.read(begin=False) as snapshot:
        found = find_commits(snapshot, project.files.id(), oids)
    return [
        oid
        for oid in oids
        if oid in found
        and _waits(found[oid], host, project.catalogue)
        and _is_of_session(found[oid].facts.moments, session)
    ]


def _is_of_session(moments: Sequence[Moment], session: str) -> bool:
    """Return True unless git's hooks saw only other sessions make a commit."""
    seen = {one.value for moment in moments if not moment.is_told for one in moment.evidence if one.signal == "session"}
    return not seen or session in seen


def of_session(project: Project, session: str, oids: Sequence[Oid]) -> list[Oid]:
    """Return those of some commits that a session made, as far as hooks or hosts have said so."""
    moments = _moments(project, oids)
    return [
        oid
        for oid in oids
        if any(one.signal == "session" and one.value == session for moment in moments[oid] for one in moment.evidence)
    ]


def _waits(commit: RecordedCommit, host: Host, catalogue: Catalogue) -> bool:
    is_named = commit.standing.kind == "agent" and is_own_work(host.agent, commit.standing, catalogue)
    return is_named and commit.facts.live and contributions.waits_for(commit, "agent")


def _moments(project: Project, oids: Sequence[Oid]) -> dict[Oid, tuple[Moment, ...]]:
    """Return the recorded moments of some commits; none of one that is not recorded."""
    project_id = project.files.id()
    with project.ledger.read(begin=False) as snapshot:
        records = {oid: snapshot.get(COMMITS, keys.commit(project_id, oid)) for oid in oids}
    return {oid: record.moments if record else () for oid, record in records.items()}


def _event(project: Project, host: Host, payload: Payload, oid: Oid, source: Source) -> Event:
    """Return the event of what a host tells of a commit; of its words only what has the form of ids and names."""
    model, version = _of_environment(host, os.environ, project.catalogue)
    return Event(
        name="",
        hook=HOST_EVENT,
        arguments=(
            host.agent,
            told_session(payload.session),
            told_model(payload.model or model),
            told_version(payload.version or version),
            source,
        ),
        time=int(time.time()),
        work_tree=str(project.repository.work_tree or project.repository.common_dir),
        head=oid,
        author_date=None,
        picking=False,
        merging=False,
        terminal=False,
        environment=(),
        pairs=(),
    )


def _of_environment(host: Host, environment: Mapping[str, str], catalogue: Catalogue) -> tuple[str, str]:
    """Return the model and the version that the host's own variables name, empty where they name none."""
    found = evidence_from_circumstances(environment, catalogue, terminal=False)
    own = [one for one in found if one.agent == host.agent]
    model = next((one.model for one in own if one.model), None)
    version = next((one.version for one in own if one.version), None)
    return model or "", version or ""


def record_quietly(project: Project) -> bool:
    """Record what is new, and return True if it was possible: a ledger that cannot be written is still readable."""
    with contextlib.suppress(TrackerError, OSError):
        reconcile(project)
        return True
    return False
