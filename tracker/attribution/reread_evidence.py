"""Evaluate stored evidence with another catalogue. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tracker.attribution.catalogue import Catalogue
from tracker.attribution.runtime_evidence import ALONE, evidence_from_circumstances, evidence_of_branch
from tracker.attribution.verdict import combine
from tracker.model import Evidence, Moment

_STATED: Final = frozenset({"correction", "withdrawal", "user", "config", "record"})
"""Signals of what the user or another tool states: they do not depend on the catalogue."""


class _Circumstances(NamedTuple):
    """The circumstances of a commit, taken back from its evidence."""

    variables: dict[str, str]
    process: str | None
    branch: str | None
    terminal: bool
    alone: bool


def reevaluated_evidence(old: Iterable[Evidence], catalogue: Catalogue) -> list[Evidence]:
    """Return a commit's own evidence of its circumstances, evaluated with a catalogue.

    Statements of the user and of other tools stay as they are, and so does evidence that another machine shared without
    its values. Inherited evidence and the evidence in the commit itself are left out: read them from the other commit,
    and with ``evidence_from_commit``.
    """
    own = [one for one in old if not one.inherited]
    if _is_without_values(own):
        return own
    before = _circumstances(own)
    models = {(one.name, one.value): one.model for one in own if _is_of_variable(one) and one.model}
    found = evidence_from_circumstances(
        before.variables, catalogue, terminal=before.terminal, process=before.process, branch=before.branch,
        alone=before.alone,
    )  # fmt: skip
    return [
        *(one for one in own if one.signal in _STATED),
        *_unread(before, {one.name for one in found}),
        *(one._replace(model=models.get((one.name, one.value))) if one.signal == "session" else one for one in found),
    ]


def kept_evidence(evidence: Iterable[Evidence], catalogue: Catalogue) -> list[Evidence]:
    """Return the evidence from outside a commit that its hooks' events do not hold, evaluated with a catalogue.

    No catalogue changes statements, and models from session logs; it decides whose branch one is that a history had.
    """
    pieces = [*evidence]
    kept = [one for one in pieces if one.signal in _STATED or (one.signal == "session" and one.model)]
    branches = [one for one in pieces if one.signal == "branch"]
    return [*kept, *(evidence_of_branch(one.value, catalogue, one.name) if one.value else one for one in branches)]


def reevaluated_moments(moments: Iterable[Moment], catalogue: Catalogue) -> tuple[Moment, ...]:
    """Return the moments of a commit with their evidence evaluated with a catalogue."""
    return tuple(
        moment  # a host says its agent's name itself
        if moment.is_told
        else moment._replace(evidence=combine((), reevaluated_evidence(moment.evidence, catalogue)))
        for moment in moments
    )


def _is_without_values(evidence: Iterable[Evidence]) -> bool:
    """Return True if the values of variables were left out: no rule matches a variable that is empty."""
    return any(_is_of_variable(one) and one.agent is not None and not one.value for one in evidence)


def _circumstances(evidence: Sequence[Evidence]) -> _Circumstances:
    values = {one.signal: one for one in evidence}
    process, branch = values.get("process"), values.get("branch")
    return _Circumstances(
        variables={one.name: one.value for one in evidence if _is_of_variable(one)},
        process=process.name if process else None,
        branch=branch.value if branch else None,
        terminal="terminal" in values,
        alone="terminal" in values and values["terminal"].value == ALONE,
    )


def _is_of_variable(one: Evidence) -> bool:
    """Return True for evidence of one variable; the name of a combination joins several with +."""
    return one.signal in {"environment", "session"} and "+" not in one.name


def _unread(before: _Circumstances, read: set[str]) -> list[Evidence]:
    """Return what this catalogue does not know, so that another one can still evaluate it."""
    unread = [
        Evidence("environment", name, value, None, "agent", None, "low")
        for name, value in before.variables.items()
        if name not in read
    ]
    if before.process and before.process not in read:
        unread.append(Evidence("process", before.process, "", None, "agent", None, "low"))
    return unread
