"""Events of what is computed of commits and projects: outcomes, costs, profiles. Pure.

They follow from a repository or from a session's log, which another machine may not have. Times are integer seconds
since the epoch (UTC).
"""

from typing import NamedTuple

from tracker.cost_records import ModelTokens
from tracker.exchange.value_types import Count, Difference
from tracker.model import Oid, ProjectId


class OutcomesEvent(NamedTuple):
    """The outcomes of a project's commits were computed up to a commit (``outcome_records.OutcomesRunRecord``)."""

    project: ProjectId
    branch: str
    tip: Oid
    time: int
    rules: str
    computed_at: int = 0


class OutcomeEvent(NamedTuple):
    """The outcome of a commit (``outcome_records.OutcomeRecord``). ``run``: the digest of the run that found it."""

    project: ProjectId
    oid: Oid
    run: str
    landed_at: int
    added: Count
    changes: tuple[tuple[Count, Difference], ...] = ()
    reverted_by: Oid | None = None
    reverted_at: int = 0
    revert_found_by: str = ""
    again_by: Oid | None = None
    fixed_by: Oid | None = None
    fixed_at: int = 0
    fixed_lines: Count = Count(0)
    blamed_by: tuple[Oid, ...] = ()
    aged: Count = Count(0)


class CostEvent(NamedTuple):
    """The cost of the part of a session that led to a commit (``cost_records.CostRecord``)."""

    oid: Oid
    calls: Count | None = None
    subagent_calls: Count | None = None
    input: Count | None = None
    cache_read: Count | None = None
    cache_write: Count | None = None
    output: Count | None = None
    reasoning: Count | None = None
    models: tuple[tuple[str, Count], ...] = ()
    span_ms: Count | None = None
    active_ms: Count | None = None
    usd: Count | None = None
    credits: Count | None = None
    found_by: str = ""
    flags: tuple[str, ...] = ()
    read_at: int = 0
    unknown: str = ""
    by_model: tuple[ModelTokens, ...] = ()


class ProfileEvent(NamedTuple):
    """Languages, frameworks and dependencies of a project (``profile_records.ProfileRecord``)."""

    project: ProjectId
    tip: Oid
    computed_at: int
    rules: int
    languages: tuple[tuple[str, Count], ...] = ()
    manifests: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
