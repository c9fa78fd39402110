"""Commits and moments to attribute, with the program's own catalogue."""

from typing import Final

from tracker.attribution import attribute, catalogue_file, evidence_from_circumstances, evidence_from_commit
from tracker.model import Attribution, Commit, Oid, Signature

RULES: Final = catalogue_file.load()
PERSON: Final = ("Ada Person", "ada@example.com")
CURSOR: Final = "Co-authored-by: Cursor <cursoragent@cursor.com>"
OPUS: Final = "Co-authored-by: Claude Opus 4.8 <noreply@anthropic.com>"
"""Trailers of two agents."""


def commit(
    message: str = "feat: x", author: tuple[str, str] = PERSON, committer: tuple[str, str] | None = None
) -> Commit:
    """Return a commit by these people, as (name, address); the author is the committer too by default."""
    authored, committed = Signature(*author, 0, 0), Signature(*(committer or author), 0, 0)
    return Commit(Oid("a" * 40), (), authored, committed, message)


def attribution_of_commit(
    message: str = "feat: x", author: tuple[str, str] = PERSON, committer: tuple[str, str] | None = None
) -> Attribution:
    """Return the attribution of a commit by its own text alone."""
    return attribute(evidence_from_commit(commit(message, author, committer), RULES))


def attribution_of_moment(
    terminal: bool = False, process: str | None = None, branch: str | None = None, **environment: str
) -> Attribution:
    """Return the attribution of a commit by its circumstances alone."""
    return attribute(evidence_from_circumstances(environment, RULES, terminal=terminal, process=process, branch=branch))
