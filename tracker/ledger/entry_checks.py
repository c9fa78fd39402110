"""Checks that an entry must pass before it is buffered, so that nothing in it can fail inside a transaction. Pure."""

import re
from functools import cache
from typing import Final

from tracker.errors import EntryRefused
from tracker.ledger import entries
from tracker.ledger.entries import GRADES_TO_CHOOSE, LONGEST_NOTE, Entry
from tracker.model import GRADES, LAST_SECOND, TASK_KINDS, parse_oid
from tracker.text import has_controls, has_surrogates

_TEXTS: Final = ("note", "notes", "task", "evidence", "actions", "outcome", "decisions", "plan", "subject")
"""Fields with text that people or agents write, whatever the entry."""

_GRADES: Final = ("grade", "agent_grade", "user_grade")

_HEX_32: Final = re.compile(r"[0-9a-f]{32}\Z")
_FORMS: Final = (
    (("project",), _HEX_32.match, "project id"),
    (("oid", "old", "new", "copy_of"), parse_oid, "full object name"),
    (("key", "setup"), _HEX_32.match, "digest of instruction files"),
)
"""Fields whose values have a fixed form, whatever the entry, with that form's name."""

_FEEDBACK: Final = (
    entries.GradeEntry,
    entries.BugEntry,
    entries.BugWithdrawalEntry,
    entries.SuggestionEntry,
    entries.SuggestionDecisionEntry,
    entries.ReinstatementEntry,
    entries.RetrospectiveEntry,
    entries.ActivityEntry,
)
"""Entries whose time is shown to people, so that it must be representable as a date."""


def check(entry: Entry) -> None:
    """Raise EntryRefused, with the reason as a sentence, if an entry must not reach the ledger."""
    _check_forms(entry)
    _check_grades(entry)
    for name in _among(entry._fields, _TEXTS):
        text = getattr(entry, name)
        if not isinstance(text, tuple):  # a tuple is evidence of a commit's attribution, which is kept as found
            _check_text(name, text)
    if isinstance(entry, _FEEDBACK) and not (type(entry.time) is int and 0 <= entry.time <= LAST_SECOND):
        raise EntryRefused(f"{entry.time!r} is not a time in seconds between 1970 and 9999.")
    if isinstance(entry, entries.SuggestionEntry | entries.SuggestionDecisionEntry) and not entry.suggested_by:
        raise EntryRefused("a suggestion needs the agent that made it.")
    if isinstance(entry, entries.ClaimEntry):
        if parse_oid(entry.claim.new) is None:
            raise EntryRefused(f"{entry.claim.new!r} is not a full object name.")
        if len(entry.old) != len(entry.claim.new):
            raise EntryRefused(f"{entry.old} and {entry.claim.new} are of two kinds of repository.")
        if entry.old == entry.claim.new:
            raise EntryRefused(f"{entry.old} cannot replace itself.")
    if isinstance(entry, entries.CommitEntry) and entry.facts.task_kind not in TASK_KINDS:
        raise EntryRefused(f"{entry.facts.task_kind!r} is not a kind of task.")


@cache
def _among(fields: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of some names that are fields."""
    return tuple(name for name in names if name in fields)


def _check_forms(entry: Entry) -> None:
    for names, form, title in _FORMS:
        for name in _among(entry._fields, names):
            value = getattr(entry, name)
            if value is not None and not (isinstance(value, str) and form(value)):
                raise EntryRefused(f"{value!r} is not a {title}.")


def _check_grades(entry: Entry) -> None:
    for name in _among(entry._fields, _GRADES):
        grade = getattr(entry, name)
        if grade is not None and grade not in GRADES:
            raise EntryRefused(f"{grade!r} is not a grade: choose {GRADES_TO_CHOOSE}.")


def _check_text(name: str, text: object) -> None:
    if not isinstance(text, str):
        raise EntryRefused(f"the {name} is not a text.")
    if len(text) > LONGEST_NOTE:
        raise EntryRefused(
            f"the {name} is {len(text)} characters long, and at most {LONGEST_NOTE} are kept: shorten it."
        )
    if has_surrogates(text):
        raise EntryRefused(f"the {name} is not UTF-8: write it as plain text.")
    if has_controls(text):
        raise EntryRefused(f"the {name} contains control characters (a terminal's colours?): write it as plain text.")
