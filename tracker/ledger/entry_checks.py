"""Checks that an entry must pass before it is buffered, so that nothing in it can fail inside a transaction. Pure."""

import re
from functools import cache
from typing import Any, Final

from tracker.errors import EntryRefused
from tracker.ledger import entries
from tracker.ledger.entries import GRADES_TO_CHOOSE, LONGEST_NOTE, Entry
from tracker.model import GRADES, LAST_SECOND, TASK_KINDS, parse_oid
from tracker.text import has_controls, has_surrogates

_TEXTS: Final = ("note", "notes", "task", "evidence", "actions", "outcome", "decisions", "plan", "subject")
"""Fields with text that people or agents write, whatever the entry."""

_OF_ACTORS: Final = ("source", "speaker", "event", "withdrawn_by", "confirmed_by", "suggested_by")
"""Fields with text that this program writes, which in another ledger's records may be anything."""

_MOST_POINTS: Final = 1000
"""Skill points of one reinstatement of another ledger."""

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
    _check_content(entry)
    if isinstance(entry, _FEEDBACK):
        _check_time(entry.time)
    record = getattr(entry, "record", None)
    if "place" in getattr(record, "_fields", ()):  # as all feedback has
        _check_joined(record)
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


def _check_content(entry: Any) -> None:
    """Check the fields of an entry, or of a record in one."""
    _check_forms(entry)
    _check_grades(entry)
    for name in _among(entry._fields, _TEXTS):
        text = getattr(entry, name)
        if not isinstance(text, tuple):  # a tuple is evidence of a commit's attribution, which is kept as found
            _check_text(name, text)


def _check_joined(record: Any) -> None:
    """Check feedback of another ledger as if it were given here, also in what this program writes itself."""
    _check_content(record)
    _check_time(record.time)
    for name in _among(record._fields, _OF_ACTORS):
        _check_text(name, getattr(record, name))
    if getattr(record, "skill_points", 1) not in range(1, _MOST_POINTS + 1):
        raise EntryRefused(f"{record.skill_points!r} is no number of skill points that end a halt.")


def _check_time(time: object) -> None:
    if not (type(time) is int and 0 <= time <= LAST_SECOND):
        raise EntryRefused(f"{time!r} is not a time in seconds between 1970 and 9999.")


@cache
def _among(fields: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of some names that are fields."""
    return tuple(name for name in names if name in fields)


def _check_forms(entry: Any) -> None:
    for names, form, title in _FORMS:
        for name in _among(entry._fields, names):
            value = getattr(entry, name)
            if value is not None and not (isinstance(value, str) and form(value)):
                raise EntryRefused(f"{value!r} is not a {title}.")


def _check_grades(entry: Any) -> None:
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
