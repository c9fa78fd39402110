"""Statements without the words of those who made them, as machines share them (docs/sharing.md). Pure.

A bare statement and the one that has its words are one statement: where both meet, the one with words stays. So it does
not matter by which ways, and in which order, a ledger learns of them.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final, TypeVar

from tracker.attribution import CORRECTION_SIGNALS
from tracker.model import Evidence, Moment

S = TypeVar("S", bound=tuple[Any, ...])

_WORDS: Final = ("note", "task", "speaker", "evidence", "plan", "event", "withdrawn_by", "confirmed_by")
"""Fields of grades, bugs and reinstatements, and of their events, that hold words, programs or ids of calls."""
_OF_THE_PLACE: Final = frozenset({"environment", "host", "config", "branch", "user", "process", *CORRECTION_SIGNALS})
"""Signals whose values are texts of the machine or of its user; all others are in the commit itself."""
_SESSION: Final = "session"


def bare(statement: S) -> S:
    """Return a grade, bug or reinstatement, or the event of one, without words."""
    fields: tuple[str, ...] = getattr(statement, "_fields")  # noqa: B009 - of named tuples, which have no type of their own
    return statement._replace(**dict.fromkeys((name for name in _WORDS if name in fields), ""))  # type: ignore[attr-defined,no-any-return]


def bare_evidence(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return evidence without texts of the machine and its user, and without sessions."""
    return tuple(bare_one(one) for one in evidence if one.signal != _SESSION)


def bare_one(evidence: Evidence) -> Evidence:
    """Return one piece of evidence without texts of the machine and its user."""
    return evidence._replace(value="", speaker="") if evidence.signal in _OF_THE_PLACE else evidence


def bare_moments(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """Return moments with bare evidence."""
    return tuple(one._replace(evidence=bare_evidence(one.evidence)) for one in moments)


def is_known(statement: S, known: Collection[S], bare_form: Callable[[S], S]) -> bool:
    """Return True if a statement, or one whose bare form it is, is among those that are known."""
    return any(one == statement or bare_form(one) == statement for one in known)


def without_bare(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Return evidence without the bare forms of what is there with its text."""
    every = [*evidence]
    superfluous = {bare_one(one) for one in every if bare_one(one) != one}
    return [one for one in every if one not in superfluous]
