"""Explain a commit's attribution: all evidence, the piece that decided, and the corrections."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tracker import attribution, lineage
from tracker.attribution.verdict import CORRECTION, WITHDRAWAL
from tracker.cost_records import CostRecord
from tracker.model import Evidence, Oid
from tracker.records import CommitStanding, RecordedCommit
from tracker.reports.commit_cost import cost_as_json
from tracker.reports.statements import Statement

SCHEMA: Final = 1

_REASONS: Final[Mapping[str, str]] = {
    "correction": "the user corrected the attribution, which outranks all other evidence",
    "user": "the user named it in the environment of the commit",
    "process": "it is the nearest agent among the processes that the commit descends from",
    "environment": "its environment variables were set when the commit was made, which outranks the message",
    "host": "the program in which it works told so when its tool had made the commit",
    "config": "this repository's git configuration names it",
    "author": "the commit's author is one of its identities",
    "record": "another tool recorded it for this commit",
    "trailer": "the message has its trailer",
    "co-author": "one of its identities is a co-author",
    "model": "the message names a model and no agent",
    "terminal": "the commit was made in a terminal, and no agent was found",
    "committer": "it is the committer, and no other evidence names an agent",
    "prose": "the text of the message says so, and no other evidence names an agent",
    "branch": "the branch has a name that only its machine writes, and no other evidence names an agent",
    "assist": "a bot is co-author, which means that a person accepted its suggestion",
    "none": "nothing names an agent: a person made it, or an agent that left no mark",
}
"""Reasons of attributions by the signal that decided: each a clause that follows "because"."""


def explain(
    oid: Oid, commit: RecordedCommit, statements: Sequence[Statement] = (), cost: CostRecord | None = None
) -> dict[str, Any]:
    """Return a commit's attribution with all its evidence, as ``explain --json`` prints it.

    The evidence is strongest first; ``strength`` is its weight. The corrections and ``statements`` are oldest first;
    their times are seconds since the epoch.
    """
    standing, evidence = commit.standing, lineage.all_evidence(commit)
    decisive = _decisive_evidence(standing, evidence)
    return {
        "schema": SCHEMA,
        "oid": oid,
        "agent": standing.agent,
        "kind": standing.kind,
        "model": standing.model,
        "model_id": standing.model_id,
        "agent_version": standing.agent_version,
        "confidence": standing.confidence,
        "signal": standing.signal,
        "also": standing.also,
        "why": _REASONS.get(standing.signal, ""),
        "evidence": [
            {**one._asdict(), "strength": attribution.strength(one), "decided": one == decisive} for one in evidence
        ],
        "corrections": _corrections(evidence),
        "cost": cost_as_json(cost),
        "statements": [one._asdict() for one in statements],
    }


def _decisive_evidence(standing: CommitStanding, evidence: Sequence[Evidence]) -> Evidence | None:
    """Return the evidence that the attribution follows: the effective correction, else the first with its signal."""
    correction = attribution.effective_correction(evidence)
    if correction is not None:
        return correction
    agreeing = (one for one in evidence if (one.signal, one.agent) == (standing.signal, standing.agent))
    return next(agreeing, None)


def _corrections(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    """Return all corrections of a commit, oldest first, also those that were withdrawn.

    The name of a correction begins with the time it was made, in nanoseconds; a withdrawal has the same name.
    """
    corrections = sorted((one for one in evidence if one.signal == CORRECTION), key=lambda one: one.name)
    withdrawn = {one.name for one in evidence if one.signal == WITHDRAWAL}
    return [
        {
            "time": int(correction.name.split(".", 1)[0]) // 1_000_000_000,
            "agent": correction.agent,
            "model": correction.model,
            "note": correction.value,
            "speaker": correction.speaker,
            "inherited": correction.inherited,
            "withdrawn": correction.name in withdrawn,
        }
        for correction in corrections
    ]
