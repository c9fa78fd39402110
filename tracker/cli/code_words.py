"""Words for the codes of the ledger, as tables and sheets show them to people. JSON keeps the codes."""

from collections.abc import Mapping
from typing import Final

from tracker.lineage import contributions
from tracker.model import GRADE_NAMES, HUMAN, Rater
from tracker.records import CommitStanding
from tracker.reports.maker_words import PERSON

_EVIDENCE: Final[Mapping[str, str]] = {
    "correction": "correction",
    "withdrawal": "withdrawal",
    "user": "you named it",
    "process": "process",
    "environment": "environment",
    "host": "agent's host",
    "config": "git config",
    "author": "author",
    "record": "other tool",
    "trailer": "trailer",
    "co-author": "co-author",
    "model": "model named",
    "terminal": "terminal",
    "committer": "committer",
    "prose": "message",
    "branch": "branch name",
    "assist": "suggestion",
    "session": "session log",
    "none": "none",
}
"""Sorts of evidence, by signal."""

_TOLD: Final[Mapping[str, str]] = {
    "output": "git printed this commit in the output of its command",
    "hidden": "it came during its command, and no hook of git saw it",
    "tool": "it came during its command",
}
"""Sentences for how a host knew of a commit, by source."""

_SEVERAL: Final = "several"
"""Stands for the grades of a squash, whose parts have grades of their own."""


def evidence(signal: str) -> str:
    """Return the word for a sort of evidence."""
    return _EVIDENCE.get(signal, signal)


def told_by_host(source: str) -> str:
    """Return the words for how an agent's host knew of a commit (``attribution.host_evidence.Source``)."""
    return _TOLD.get(source, source)


def named(agent: str | None) -> str:
    """Return the name of whom an evidence or correction names: an agent, a person, or "nobody"."""
    return PERSON if agent == HUMAN else agent or "nobody"


def grade(standing: CommitStanding, rater: Rater) -> str:
    """Return a rater's grade in a word, empty where there is none.

    "~" before it marks the grade of an earlier version with other content.
    """
    value, is_provisional = contributions.grade(standing, rater)
    if value is None:
        return _SEVERAL if any(one.rater == rater for one in standing.carried) else ""
    return f"~{GRADE_NAMES[value]}" if is_provisional else GRADE_NAMES[value]
