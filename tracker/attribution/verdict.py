"""Who made a commit, by all that is known: a function of the evidence alone, the same in whatever order it came.

Pure. The order of signals is that of the attribution study (docs/attribution.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tracker.attribution.model_names import fits
from tracker.model import CONFIDENCES, HUMAN, UNKNOWN_AGENT, Attribution, Evidence

CORRECTION: Final = "correction"
WITHDRAWAL: Final = "withdrawal"

WORDS: Final = frozenset({CORRECTION, WITHDRAWAL})
"""What the user said of a commit afterwards."""

_MOST_EVIDENCE: Final = 40

STRENGTH: Final[Mapping[str, int]] = {
    CORRECTION: 100, WITHDRAWAL: 99, "user": 92, "process": 78, "environment": 76, "config": 70, "author": 60,
    "record": 55, "trailer": 50, "co-author": 45, "model": 40, "terminal": 30, "committer": 20, "prose": 16,
    "branch": 12, "assist": 8, "session": 4,
}  # fmt: skip
"""Which signal wins. The user's word beats all, capture time beats history, an agent as author beats what other tools
recorded and marks in the message; what programs write of themselves beats the identities that they write."""

_CERTAIN: Final[Mapping[str, int]] = {"process": 90, "environment": 84}
"""The same for signals of the moment that are sure."""
_BOT_AUTHOR: Final = 35
"""A bot as author yields to agents that the message names: workflows run agents too."""

_UNNAMING: Final = frozenset({"assist", "session"}) | WORDS


def strength(evidence: Evidence) -> int:
    """How much a piece of evidence weighs; what is inherited a little less than the same of the commit's own."""
    base = STRENGTH.get(evidence.signal, 0)
    if evidence.confidence == "high":
        base = _CERTAIN.get(evidence.signal, base)
    if evidence.signal == "author" and evidence.kind == "bot":
        base = _BOT_AUTHOR
    if evidence.signal == "record" and evidence.agent == UNKNOWN_AGENT:
        base = STRENGTH["model"]
    return 2 * base - evidence.inherited


def _sorting(evidence: Evidence) -> tuple[object, ...]:
    """Ascending, the strongest first: strength, confidence, then first in order; no two that differ are equal."""
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
    """Both, without duplicates, strongest first; the weakest are left out where there are too many.

    What a commit knows itself is not also kept as inherited, and is never pushed out by that. What a person said is
    never left out. Commutative, associative and idempotent.
    """
    union = {*old, *new}
    own = [one for one in union if not one.inherited]
    others = [one for one in union if one.inherited and one._replace(inherited=False) not in union]
    return tuple(sorted([*_strongest(own), *_strongest(others)], key=_sorting))


def _strongest(evidence: Sequence[Evidence]) -> list[Evidence]:
    rest = sorted((one for one in evidence if one.signal not in WORDS), key=_sorting)
    return [*(one for one in evidence if one.signal in WORDS), *rest[:_MOST_EVIDENCE]]


def attribute(evidence: Iterable[Evidence]) -> Attribution:
    """Who made the commit, by the strongest evidence; the same whatever order the evidence is in."""
    ordered = sorted(evidence, key=_sorting)
    if not ordered:
        return _unnamed(ordered)
    word = correction(ordered)
    naming = [one for one in ordered if one.agent and one.signal not in _UNNAMING]
    naming = [word, *naming] if word else naming
    if not naming:
        return _unnamed(ordered)
    winner = naming[0]
    agent = winner.agent or HUMAN
    others = {one.agent for one in naming if one.confidence != "low" or one.signal == "committer"}
    others |= {one.agent for one in ordered if one.signal == "assist"}
    others -= {agent, HUMAN, UNKNOWN_AGENT, None}
    version = next((one.version for one in naming if one.agent == agent and one.version), None)
    model = _model(winner, ordered) if winner.kind == "agent" else None
    also = tuple(sorted(one for one in others if one))
    return Attribution(agent, winner.kind, model, winner.confidence, winner.signal, also, version)


def _unnamed(ordered: Sequence[Evidence]) -> Attribution:
    """Nobody was named. A model that the user names is surely an agent's; a suggestion was taken by a person."""
    model = next((one.model for one in ordered if one.model and one.signal in {"user", "config"}), None)
    if model is not None:
        return Attribution(UNKNOWN_AGENT, "agent", model, "medium", "user")
    assists = tuple(sorted({one.agent for one in ordered if one.signal == "assist" and one.agent}))
    if assists:
        return Attribution(HUMAN, "human", None, "medium", "assist", assists)
    return Attribution(HUMAN, "human", None, "low", "none")


def _model(winner: Evidence, ordered: Sequence[Evidence]) -> str | None:
    """The model, which is a fact of its own: what names the agent says first, then what may be about it."""
    if winner.signal == CORRECTION:
        told = [winner, *(one for one in ordered if one.agent == winner.agent and one.signal != CORRECTION)]
    else:
        told = [winner, *(one for one in ordered if one.agent == winner.agent)]
    models = [one.model for one in ordered if one.model and one.agent is None and one.signal in {"user", "config"}]
    models += [one.model for one in told if one.model]
    models += [
        one.model for one in ordered if one.model and one.signal in {"co-author", "model"} and _may_be_of(winner, one)
    ]
    return models[0] if models else None


def _may_be_of(winner: Evidence, one: Evidence) -> bool:
    """Whether a model that is told of another agent, or of none, may be the winner's."""
    return bool(one.model) and fits(one.model or "", winner.vendors)


# -- corrections -------------------------------------------------------------------------------------------------


def correction(evidence: Iterable[Evidence]) -> Evidence | None:
    """The correction that holds: the last that was not taken back, the commit's own before one that it inherits.

    ``name`` begins with the time it was made, in seconds; a withdrawal has the name of what it takes back.
    """
    known = [*evidence]
    withdrawn = {one.name for one in known if one.signal == WITHDRAWAL}
    standing = [one for one in known if one.signal == CORRECTION and one.name not in withdrawn]
    return max(standing, key=lambda one: (not one.inherited, one.name, one.agent or "", one.model or ""), default=None)
