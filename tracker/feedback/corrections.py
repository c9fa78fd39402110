"""The user's corrections of who made a commit, and their withdrawal.

Nothing is lost: a correction and its withdrawal are evidence too and stay with the commit.
"""

import time
from collections.abc import Mapping, Sequence

from tracker import attribution, lineage
from tracker.attribution.verdict import CORRECTION, WITHDRAWAL
from tracker.errors import TrackerError
from tracker.feedback.recorded_commits import recorded_commits
from tracker.ledger.apply import Changed
from tracker.ledger.buffer import write_feedback
from tracker.ledger.entries import EvidenceEntry, SetupEntry
from tracker.model import Evidence, Kind, Oid
from tracker.project.project import Project
from tracker.recording import instruction_digests
from tracker.recording.reconcile import refresh_status
from tracker.records import CommitStanding, RecordedCommit
from tracker.reports.maker_words import maker_word


def correct(
    project: Project, oids: Sequence[Oid], agent: str, kind: Kind, model: str | None, note: str, speaker: str
) -> Sequence[Changed]:
    """Record that ``agent`` made some commits, and return the commits that changed by that.

    ``speaker``: the actor, as ``actor.speak_for_user`` returns it. Raises TrackerError when a commit is not recorded,
    and the LedgerUnavailable errors.
    """
    now, corrections = time.time_ns(), dict[Oid, Evidence]()
    for oid, commit in recorded_commits(project, oids).items():
        known = attribution.effective_correction(lineage.all_evidence(commit))
        if known is not None and (known.agent, known.model, known.value) == (agent, model, note):
            continue  # stated already
        name = f"{max(now, _last_time(commit) + 1):020d}.{oid[:16]}"
        corrections[oid] = Evidence(CORRECTION, name, note, agent, kind, model, "high", speaker=speaker)
    return _record(project, corrections)


def _last_time(commit: RecordedCommit) -> int:
    """Return the time of the last correction of a commit, in nanoseconds since the epoch, or 0.

    If the clock was ahead then, a new correction must still be the last.
    """
    names = [one.name for one in lineage.all_evidence(commit) if one.signal == CORRECTION]
    return max((int(time) for name in names if (time := name.partition(".")[0]).isdecimal()), default=0)


def withdraw(project: Project, oids: Sequence[Oid], speaker: str) -> Sequence[Changed]:
    """Withdraw the last correction of each of some commits, and return the commits that changed by that.

    Raises TrackerError when a commit is not recorded or has no correction, and the LedgerUnavailable errors.
    """
    withdrawals: dict[Oid, Evidence] = {}
    for oid, commit in recorded_commits(project, oids).items():
        last = attribution.effective_correction(lineage.all_evidence(commit))
        if last is None:
            raise TrackerError(f"no correction of who made {oid[:12]} is left to withdraw: nothing was changed.")
        withdrawals[oid] = Evidence(WITHDRAWAL, last.name, "", None, last.kind, None, "high", speaker=speaker)
    return _record(project, withdrawals)


def _record(project: Project, evidence: Mapping[Oid, Evidence]) -> Sequence[Changed]:
    """Add one piece of evidence to each commit, with its set-up, in one transaction; refresh the status files."""
    project_id = project.files.id()
    recorded_commits(project, evidence)
    setups = instruction_digests.read_setups(project.repository, [*evidence], project.catalogue)
    entries: list[SetupEntry | EvidenceEntry] = [*dict.fromkeys(setups.values())]
    for oid, one in evidence.items():
        setup = setups[oid].key if oid in setups else None
        entries.append(EvidenceEntry(project_id, oid, (one,), "", setup=setup))
    changed = write_feedback(project.ledger, entries).changed
    refresh_status(project, project_id)
    return changed


def change_line(one: Changed) -> str:
    """Return a changed attribution as one line. The subject in it is the repository's: print it as untrusted text."""

    def named(standing: CommitStanding) -> str:
        return f"{maker_word(standing)} ({standing.model})" if standing.model else maker_word(standing)

    before, now = named(one.before.standing), named(one.now.standing)
    return f"{one.oid[:12]}  {before} -> {now}  {one.now.facts.subject[:60]}"


def change_as_json(one: Changed) -> dict[str, object]:
    """Return a changed attribution as an object for JSON, with the attributions ``before`` and ``after``."""

    def side(standing: CommitStanding) -> dict[str, object]:
        return {
            "agent": standing.agent,
            "kind": standing.kind,
            "model": standing.model,
            "confidence": standing.confidence,
            "signal": standing.signal,
            "also": standing.also,
        }

    return {
        "project_id": one.project,
        "oid": one.oid,
        "before": side(one.before.standing),
        "after": side(one.now.standing),
    }
