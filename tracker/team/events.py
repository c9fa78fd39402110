"""The event of a commit: the row that is sent of it, and nothing else is. Pure.

No note, subject, message, path, name or address is in it. A later event about the same commit takes its place.
"""

from typing import Final, NamedTuple

from tracker import keys
from tracker.lineage.contributions import grades
from tracker.lineage.outcome_amounts import outcome_columns
from tracker.model import AGES, KINDS, TASK_KINDS, Oid
from tracker.reports.set_ups.commits import SetUpCommit
from tracker.team.packed_column import FIRST_MONTH, LAST_MONTH
from tracker.team.packing import LARGEST, PackedCost, pack_cost, pack_grades, pack_outcome
from tracker.team.pseudonyms import GROUP_BYTES, Pseudonyms
from tracker.text import printable

LONGEST_AGENT: Final = 64
LONGEST_MODEL: Final = 120
LONGEST_VERSION: Final = 60
"""Characters; longer texts are cut."""


class Event(NamedTuple):
    """All that is sent of one commit, in the order of the server's columns.

    ``subject``, ``author``, ``project``, ``instructions``: pseudonyms. ``counted``: False takes an earlier event back:
    the commit was rewritten, or its branch is gone. ``kind``, ``task_kind``: positions in ``KINDS`` and ``TASK_KINDS``.
    ``grades``, ``outcome``, ``cost``: see ``packing``. ``added``, ``kept_…``: lines.
    """

    subject: bytes
    counted: bool
    author: bytes
    project: bytes
    agent: str
    kind: int
    model: str | None
    version: str | None
    instructions: bytes | None
    task_kind: int
    month: int
    grades: int
    outcome: int
    added: int
    kept_14: int
    kept_30: int
    kept_90: int
    cost: int
    calls: int | None
    tokens_in: int | None
    tokens_cached: int | None
    tokens_out: int | None
    active_ms: int | None
    usd: int | None


def event_of(one: SetUpCommit, address: str, instructions: str | None, names: Pseudonyms) -> Event:
    """Return the event of a counted commit.

    ``address``: of the project's remote. ``instructions``: digest of the instruction files that its agent reads.
    """
    facts, standing = one.commit
    outcome = one.outcome
    aged = outcome.aged if outcome is not None else 0
    columns = outcome_columns(one.commit, outcome, is_charged=one.is_blamed)
    kept_14, kept_30, kept_90 = (
        _lines(outcome.kept(days)) if outcome is not None and place < aged else 0 for place, days in enumerate(AGES)
    )
    cost = pack_cost(one.cost)
    return Event(
        subject=names.subject(one.oid),
        counted=True,
        author=names.author(facts.author_email),
        project=names.project(address),
        agent=_text(standing.agent, LONGEST_AGENT) or "-",
        kind=KINDS.index(standing.kind),
        model=_text(standing.model_id, LONGEST_MODEL),
        version=_text(standing.agent_version, LONGEST_VERSION),
        instructions=names.instructions(instructions) if instructions else None,
        task_kind=TASK_KINDS.index(facts.task_kind),
        month=min(max(keys.month(facts.authored_at), FIRST_MONTH), LAST_MONTH),
        grades=pack_grades(grades(standing)),
        outcome=pack_outcome(columns, aged, one.size),
        added=_lines(outcome.added) if outcome is not None and aged else 0,
        kept_14=kept_14,
        kept_30=kept_30,
        kept_90=kept_90,
        **cost._asdict(),
    )


def withdrawal(oid: Oid, names: Pseudonyms) -> Event:
    """Return the event that takes back what was sent of a commit: it holds nothing but the commit's pseudonym."""
    return Event(
        subject=names.subject(oid),
        counted=False,
        author=bytes(GROUP_BYTES),
        project=bytes(GROUP_BYTES),
        agent="-",
        kind=len(KINDS) - 1,
        model=None,
        version=None,
        instructions=None,
        task_kind=len(TASK_KINDS) - 1,
        month=FIRST_MONTH,
        grades=0,
        outcome=0,
        added=0,
        kept_14=0,
        kept_30=0,
        kept_90=0,
        **PackedCost()._asdict(),
    )


def _lines(number: int) -> int:
    return min(max(number, 0), LARGEST)


def _text(text: str | None, longest: int) -> str | None:
    """Return a text as it is stored: without characters that cannot be printed, and at most so long; None if empty."""
    return printable(text)[:longest] or None if text else None
