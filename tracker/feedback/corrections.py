"""What a person says of recorded commits afterwards, taking that back, and reading all evidence again.

Nothing that was known is lost: a correction and its withdrawal are evidence of their own, kept with the commit.
"""

import time
from collections.abc import Iterable, Mapping, Sequence

from tracker import attribution, keys
from tracker.attribution import Catalogue, catalogue_file
from tracker.attribution.verdict import CORRECTION, WITHDRAWAL
from tracker.errors import TrackerError, UsageError
from tracker.git import Repository
from tracker.ledger.apply import Changed
from tracker.ledger.buffer import EntryBuffer, tell
from tracker.ledger.entries import EvidenceEntry, ReadAgainEntry, SetupEntry
from tracker.ledger.tables import COMMITS, OIDS
from tracker.model import Commit, Evidence, Kind, Oid, Progress, ProjectId
from tracker.project import settings
from tracker.project.project import Project
from tracker.recording import instruction_digests
from tracker.recording.batch_writer import BATCH
from tracker.recording.reconcile import publish, reconcile
from tracker.records import CommitRecord


def commits_named(repository: Repository, revisions: Sequence[str]) -> list[Oid]:
    """The commits that revisions name, each by itself, and all of a range's (gitrevisions(7)).

    Raises RepositoryError.
    """
    found: dict[Oid, None] = {}
    for revision in revisions:
        include, exclude = repository.resolve([revision])
        found |= dict.fromkeys(repository.walk(include, exclude) if exclude else include)
    return list(found)


def commit_named(repository: Repository, revision: str) -> Oid:
    """The one commit that a revision names. Raises RepositoryError, UsageError for a range of several."""
    found = commits_named(repository, [revision])
    if len(found) != 1:
        raise UsageError(f"'{revision[:80]}' names {len(found)} commits, and one is needed.")
    return found[0]


def recorded(project: Project, oids: Iterable[Oid]) -> dict[Oid, CommitRecord]:
    """The records of commits, which must all be there. Raises TrackerError naming the first that is not."""
    project_id, wanted = project.files.id(), [*oids]
    with project.ledger.read() as snapshot:
        records = {oid: snapshot.get(COMMITS, keys.commit(project_id, oid)) for oid in wanted}
    found = {oid: record for oid, record in records.items() if record is not None}
    for oid in wanted:
        if oid not in found:
            raise TrackerError(f"{oid[:12]} is not recorded here: 'agent-tracker backfill {oid[:12]}' records it.")
    return found


def correct(
    project: Project, oids: Sequence[Oid], agent: str, kind: Kind, model: str | None, note: str, speaker: str
) -> Sequence[Changed]:
    """Say who made some commits; what changed by that. Raises TrackerError for a commit that is not recorded.

    ``speaker``: who says so, as ``speaker.speak_for_user`` has it.
    """
    now = f"{time.time_ns():020d}"
    words = {
        oid: Evidence(CORRECTION, f"{now}.{oid[:16]}", note, agent, kind, model, "high", speaker=speaker)
        for oid in oids
    }
    return _say(project, words)


def withdraw(project: Project, oids: Sequence[Oid], speaker: str) -> Sequence[Changed]:
    """Take back the last correction of each of some commits. Raises TrackerError where there is none."""
    words: dict[Oid, Evidence] = {}
    for oid, record in recorded(project, oids).items():
        last = attribution.correction(record.evidence)
        if last is None:
            raise TrackerError(f"nobody corrected who made {oid[:12]}: nothing was changed.")
        words[oid] = Evidence(WITHDRAWAL, last.name, "", None, last.kind, None, "high", speaker=speaker)
    return _say(project, words)


def _say(project: Project, words: Mapping[Oid, Evidence]) -> Sequence[Changed]:
    project_id = project.files.id()
    recorded(project, words)
    found = instruction_digests.find(project.repository, [*words], project.rules)
    told: list[SetupEntry | EvidenceEntry] = [*dict.fromkeys(found.values())]
    for oid, word in words.items():
        setup = found[oid].key if oid in found else None
        told.append(EvidenceEntry(project_id, oid, (word,), "", setup=setup))
    changed = tell(project.ledger, told).changed
    publish(project, project_id)
    return changed


def read_again(project: Project, progress: Progress | None = None, *, rehearse: bool) -> list[Changed]:
    """Decide anew who made every recorded commit of a project, by its evidence and the catalogue as it is now.

    What the commit itself says is read from git, what its moment said from the ledger. ``rehearse``: only find out what
    would change. Batches are transactions complete in themselves; repeating it changes nothing.
    """
    project_id = project.files.id()
    place = settings.user_catalogue()
    for fault in catalogue_file.read(place)[1]:
        raise TrackerError(f"{place}, line {fault.line}: {fault.reason}: mend it first; nothing was changed.")
    if not rehearse:
        reconcile(project)
    with project.ledger.read() as snapshot:
        oids = sorted(keys.oid_of(key) for key, _ in snapshot.scan(COMMITS, keys.project(project_id)))
    changed: list[Changed] = []
    for start in range(0, len(oids), BATCH):
        batch = oids[start : start + BATCH]
        buffer = EntryBuffer()
        for entry in _entries(project, batch):
            buffer.add(entry)
        changed += buffer.flush(project.ledger, rehearse=rehearse).changed
        if progress:
            progress(start + len(batch), len(oids))
    if not rehearse:
        publish(project, project_id)
    return changed


def _entries(project: Project, oids: Sequence[Oid]) -> Iterable[ReadAgainEntry | SetupEntry]:
    """The evidence of commits by the catalogue of now, in every clone that holds them: they share it."""
    rules = project.rules
    with project.ledger.read() as snapshot:
        held: dict[Oid, list[tuple[ProjectId, CommitRecord]]] = {}
        for oid in oids:
            holders = snapshot.get(OIDS, bytes.fromhex(oid))
            records = (
                (holder, snapshot.get(COMMITS, keys.commit(holder, oid)))
                for holder in (holders.projects if holders else ())
            )
            held[oid] = [(holder, record) for holder, record in records if record is not None]
    missing = [oid for oid, records in held.items() if any(record.setup is None for _, record in records)]
    found = instruction_digests.find(project.repository, missing, rules)
    yield from dict.fromkeys(found.values())
    for commit in project.repository.commits(oids):
        setup = found[commit.oid].key if commit.oid in found else None
        for holder, record in held[commit.oid]:
            yield ReadAgainEntry(holder, commit.oid, evidence_now(commit, record, rules), setup)


def evidence_now(commit: Commit, record: CommitRecord, rules: Catalogue) -> tuple[Evidence, ...]:
    """All that is known of a commit by itself, as a catalogue reads it."""
    moment = attribution.evidence_read_again(record.evidence, rules)
    return attribution.combine(attribution.evidence_from_commit(commit, rules), moment)


def described(one: Changed) -> str:
    """What became of a commit's attribution, on one line; the text is the repository's."""

    def who(record: CommitRecord) -> str:
        return f"{record.agent} ({record.model})" if record.model else record.agent

    return f"{one.oid[:12]}  {who(one.before)} -> {who(one.now)}  {one.now.subject[:60]}"


def as_json(one: Changed) -> dict[str, object]:
    """The same as JSON: ``before`` and ``after``."""

    def side(record: CommitRecord) -> dict[str, object]:
        return {
            "agent": record.agent,
            "kind": record.kind,
            "model": record.model,
            "confidence": record.confidence,
            "signal": record.signal,
            "also": record.also,
        }

    return {"project_id": one.project, "oid": one.oid, "before": side(one.before), "after": side(one.now)}
