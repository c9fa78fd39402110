"""Combine evidence, and decide from it who made a commit.

Pure. The result depends on the set of evidence alone, in no way on its order. The order of signals is that of the
attribution study (docs/attribution.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tracker.attribution.model_names import fits
from tracker.model import CONFIDENCES, HUMAN, UNKNOWN_AGENT, Attribution, Evidence

CORRECTION: Final = "correction"
WITHDRAWAL: Final = "withdrawal"

CORRECTION_SIGNALS: Final = frozenset({CORRECTION, WITHDRAWAL})
"""Signals of what the user stated about a commit after it was recorded."""

_MOST_EVIDENCE: Final = 40
"""Pieces of evidence kept of a commit's own, and as many of inherited ones; corrections are not counted."""

STRENGTH: Final[Mapping[str, int]] = {
    CORRECTION: 100, WITHDRAWAL: 99, "user": 92, "process": 78, "environment": 76, "host": 74, "config": 70,
    "author": 60, "record": 55, "trailer": 50, "co-author": 45, "model": 40, "terminal": 30, "committer": 20,
    "prose": 16, "branch": 12, "assist": 8, "session": 4,
}  # fmt: skip
"""The weight of each signal; the largest wins. Statements of the user go first, then the circumstances of the commit,
then an agent as author, then other tools' records, then the message: trailers that programs write about themselves go
before the identities that they write."""

_CERTAIN: Final[Mapping[str, int]] = {"process": 90, "environment": 84}
"""The weight of two signals with high confidence."""
_BOT_AUTHOR: Final = 35
"""The weight of a bot as author. Agents that the message names go first, because workflows run agents too."""

_NOT_DECIDING: Final = frozenset({"assist", "session"}) | CORRECTION_SIGNALS
"""Signals whose agent is not taken as the maker; corrections are taken separately."""

_SEEN_AT_WORK: Final = ("environment", "host", "session")
"""Signals whose model was at work when the commit was made."""


def strength(evidence: Evidence) -> int:
    """Return the weight of a piece of evidence; inherited evidence weighs a little less than the commit's own."""
    base = STRENGTH.get(evidence.signal, 0)
    if evidence.confidence == "high":
        base = _CERTAIN.get(evidence.signal, base)
    if evidence.signal == "author" and evidence.kind == "bot":
        base = _BOT_AUTHOR
    if evidence.signal == "record" and evidence.agent == UNKNOWN_AGENT:
        base = STRENGTH["model"]
    return 2 * base - evidence.inherited


def _sorting(evidence: Evidence) -> tuple[object, ...]:
    """Return a sort key that puts the strongest first; different pieces of evidence have different keys."""
    return (
        -strength(evidence),
        -CONFIDENCES.index(evidence.confidence),
        evidence.order,
        evidence.name,
        evidence.agent or "",
        evidence.value,
        evidence.model or "",
        evidence.kind,
        evidence.version or "",
        evidence.vendors,
        evidence.speaker,
    )


def combine(old: Iterable[Evidence], new: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return the union of two sets of evidence, strongest first, without the weakest if there are too many.

    Inherited evidence is dropped when the commit has the same of its own, and never displaces its own. Corrections and
    withdrawals are always kept. The function is commutative, associative and idempotent.
    """
    union = {*old, *new}
    own = [one for one in union if not one.inherited]
    others = [one for one in union if one.inherited and one._replace(inherited=False) not in union]
    return tuple(sorted([*_strongest(own), *_strongest(others)], key=_sorting))


def _strongest(evidence: Sequence[Evidence]) -> list[Evidence]:
    rest = sorted((one for one in evidence if one.signal not in CORRECTION_SIGNALS), key=_sorting)
    return [*(one for one in evidence if one.signal in CORRECTION_SIGNALS), *rest[:_MOST_EVIDENCE]]


def attribute(evidence: Iterable[Evidence]) -> Attribution:
    """Return the attribution that the strongest evidence gives; the order of the evidence does not matter.

    Its confidence is the highest of all evidence that names the same agent: a trailer confirms Aider's process.
    """
    ordered = sorted(evidence, key=_sorting)
    if not ordered:
        return _unnamed(ordered)
    corrected = effective_correction(ordered)
    naming = [one for one in ordered if one.agent and one.signal not in _NOT_DECIDING]
    naming = [corrected, *naming] if corrected else naming
    if not naming:
        return _unnamed(ordered)
    winner = naming[0]
    agent = winner.agent or HUMAN
    others = {one.agent for one in naming if one.confidence != "low" or one.signal == "committer"}
    others |= {one.agent for one in ordered if one.signal == "assist"}
    others -= {agent, HUMAN, UNKNOWN_AGENT, None}
    telling = [*naming, *(one for one in ordered if one.signal == "session")]
    version = next((one.version for one in telling if one.agent == agent and one.version), None)
    model = _model(winner, ordered) if winner.kind == "agent" else None
    confirming = (one.confidence for one in naming if one.agent == agent)
    confidence = max([winner.confidence, *confirming], key=CONFIDENCES.index)
    also = tuple(sorted(one for one in others if one))
    return Attribution(agent, winner.kind, model, confidence, winner.signal, also, version)


def _unnamed(ordered: Sequence[Evidence]) -> Attribution:
    """Return the attribution when no evidence names an agent.

    A model that the user states means an unknown agent. A bot as co-author means a person who accepted a suggestion.
    """
    model = next((one.model for one in ordered if one.model and one.signal in {"user", "config"}), None)
    if model is not None:
        return Attribution(UNKNOWN_AGENT, "agent", model, "medium", "user")
    assists = tuple(sorted({one.agent for one in ordered if one.signal == "assist" and one.agent}))
    if assists:
        return Attribution(HUMAN, "human", None, "medium", "assist", assists)
    return Attribution(HUMAN, "human", None, "low", "none")


def _model(winner: Evidence, ordered: Sequence[Evidence]) -> str | None:
    """Return the model of the winning agent; None when no evidence states one.

    The model of a correction goes first, then one that the user states for the agents of a place. Then what was seen
    when the commit was made: by a variable of the agent, by its host, by its own log of the session. Agents write wrong
    models into messages, so these go after that: evidence that names the agent, then other models that it can run.
    """
    if winner.signal == CORRECTION and winner.model:
        return winner.model
    of_agent = [one for one in ordered if one.agent == winner.agent]
    if winner.signal == CORRECTION:  # an earlier correction no longer counts
        of_agent = [one for one in of_agent if one.signal != CORRECTION]
    models = [one.model for one in ordered if one.model and one.agent is None and one.signal in {"user", "config"}]
    models += [one.model for seen in _SEEN_AT_WORK for one in of_agent if one.signal == seen and one.model]
    models += [one.model for one in (winner, *of_agent) if one.model]
    models += [
        one.model
        for one in ordered
        if one.model and one.signal in {"co-author", "model"} and fits(one.model, winner.vendors)
    ]
    return models[0] if models else None


# -- corrections -------------------------------------------------------------------------------------------------


def effective_correction(evidence: Iterable[Evidence]) -> Evidence | None:
    """Return the correction that applies: the latest that was not withdrawn, the commit's own before inherited ones.

    A correction's ``name`` begins with its time in nanoseconds since the epoch; a withdrawal has the name of what it
    withdraws.
    """
    pieces = [*evidence]
    withdrawn = {one.name for one in pieces if one.signal == WITHDRAWAL}
    valid = [one for one in pieces if one.signal == CORRECTION and one.name not in withdrawn]
    return max(valid, key=lambda one: (not one.inherited, one.name, one.agent or "", one.model or ""), default=None)
