"""Attribute every recorded commit of a project again, with the catalogue as it is now."""

from collections.abc import Iterable, Mapping, Sequence

from tracker import attribution, keys
from tracker.attribution import Catalogue, catalogue_file
from tracker.attribution.unread_sources import UnreadSources
from tracker.errors import TrackerError
from tracker.ledger.apply import Changed
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.commits import holders_of
from tracker.ledger.entries import ReplacedEvidenceEntry, SetupEntry
from tracker.ledger.tables import COMMITS
from tracker.model import Commit, Evidence, Oid, Progress, ProjectId
from tracker.project import settings
from tracker.project.project import Project
from tracker.recording import instruction_digests
from tracker.recording.batch_writer import BATCH
from tracker.recording.history_branches import HistoryHints, read_hints
from tracker.recording.reconcile import reconcile, refresh_status
from tracker.records import CommitFacts


def reattribute(project: Project, progress: Progress | None = None, *, rehearse: bool) -> list[Changed]:
    """Attribute every recorded commit of a project again and return those that changed, each once.

    Evidence in the commit is read from git, evidence from its hook's event from the ledger. ``rehearse``: write
    nothing, only return what would change. Each batch of commits is one transaction; repeating it changes nothing.

    Raises TrackerError, before anything is changed, when the user's catalogue is invalid; RepositoryError and the
    LedgerUnavailable errors.
    """
    _check_user_catalogue(project)
    project_id = project.files.id()
    if not rehearse:
        reconcile(project)
    with project.ledger.read() as snapshot:
        oids = sorted(keys.oid_of(key) for key, _ in snapshot.scan(COMMITS, keys.project(project_id)))
    hints = read_hints(project.repository, project.catalogue, UnreadSources())
    changed: dict[Oid, Changed] = {}
    for start in range(0, len(oids), BATCH):
        batch = oids[start : start + BATCH]
        buffer = EntryBuffer()
        for entry in _entries(project, batch, hints):
            buffer.add(entry)
        for one in buffer.flush(project.ledger, rehearse=rehearse).changed:
            if one.oid not in changed or one.project == project_id:  # other clones hold it too
                changed[one.oid] = one
        if progress:
            progress(start + len(batch), len(oids))
    if not rehearse:
        refresh_status(project, project_id)
    return [*changed.values()]


def _check_user_catalogue(project: Project) -> None:
    """Raise TrackerError with the first fault of the user's catalogue, if it has any."""
    path = settings.user_catalogue_path(project.recording_places)
    for fault in catalogue_file.read_user_entries(path)[1]:
        raise TrackerError(f"{path}, line {fault.line}: {fault.reason}: repair it first; nothing was changed.")


def _entries(
    project: Project, oids: Sequence[Oid], hints: HistoryHints
) -> Iterable[ReplacedEvidenceEntry | SetupEntry]:
    """Yield the evidence of commits under the present catalogue, for each project (clone) that holds them."""
    holders = _holders(project, oids)
    without_setup = [oid for oid, held in holders.items() if any(facts.setup is None for _, facts in held)]
    setups = instruction_digests.read_setups(project.repository, without_setup, project.catalogue)
    yield from dict.fromkeys(setups.values())
    for commit in project.repository.commits(oids):
        setup = setups[commit.oid].key if commit.oid in setups else None
        for holder, facts in holders[commit.oid]:
            evidence = _evidence(commit, facts, project.catalogue, hints)
            moments = attribution.reevaluated_moments(facts.moments, project.catalogue)
            yield ReplacedEvidenceEntry(holder, commit.oid, evidence, moments, setup)


def _holders(project: Project, oids: Sequence[Oid]) -> Mapping[Oid, list[tuple[ProjectId, CommitFacts]]]:
    """Return for each commit the projects that hold it, each with its facts of it."""
    holders: dict[Oid, list[tuple[ProjectId, CommitFacts]]] = {}
    with project.ledger.read() as snapshot:
        for oid in oids:
            records = (
                (holder, snapshot.get(COMMITS, keys.commit(holder, oid))) for holder in holders_of(snapshot, oid)
            )
            holders[oid] = [(holder, record) for holder, record in records if record is not None]
    return holders


def _evidence(commit: Commit, facts: CommitFacts, rules: Catalogue, hints: HistoryHints) -> tuple[Evidence, ...]:
    """Return all evidence for a commit, as a catalogue interprets it.

    The branches of older history count as they are now, unless no branch reaches the commit any more.
    """
    kept = attribution.kept_evidence(facts.evidence, rules)
    if commit.oid in hints.known:
        kept = [one for one in kept if one.signal != "branch"]
        if facts.learnt == "backfill" and commit.oid in hints.evidence:
            kept.append(hints.evidence[commit.oid])
    return attribution.combine(attribution.evidence_from_commit(commit, rules), kept)
