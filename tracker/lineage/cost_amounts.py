"""The part of a commit's contribution to the totals that says what it cost. Pure.

A number that is unknown never counts as 0: the commits of which each is known are counted beside its sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from tracker.lineage.sums import COST_NUMBERS, NOTHING, Sums, sums
from tracker.model import AGES
from tracker.records import MOST_VERSIONS, RecordedCommit

if TYPE_CHECKING:
    from tracker.cost_records import CostRecord, ModelTokens
    from tracker.outcome_records import OutcomeRecord


def cost_amount(commit: RecordedCommit, cost: CostRecord | None, outcome: OutcomeRecord | None) -> Sums:
    """Return what the cost of a counted commit, with its other versions, adds to its account."""
    if cost is None or cost.calls is None:
        return NOTHING
    from tracker.cost_records import PRICED  # few transactions hold costs

    columns = Counter(
        cost_known=1,
        cost_by_time=is_by_time(cost),
        cost_at_least=is_at_least(cost),
        cost_calls=cost.calls,
        cost_subagent_calls=cost.subagent_calls or 0,
        cost_priced=PRICED in cost.flags,
    )
    for name in COST_NUMBERS:
        number = getattr(cost, name)
        columns[f"cost_{name}"] = number or 0
        columns[f"cost_{name}_known"] = number is not None
    if outcome is not None and len(commit.facts.parents) < 2:
        columns.update(_of_landed("landed_cost", cost, 0))
        if outcome.aged:
            columns.update(_of_landed("old_cost", cost, outcome.kept(AGES[0])))
    return sums(**columns)


def cost_with_versions(own: CostRecord | None, others: Iterable[CostRecord | None]) -> CostRecord | None:
    """Return what a commit and its other versions cost together; None if nothing is recorded of any.

    A version without a record was made outside of a session. One whose cost is unknown makes the sum a lower bound.
    """
    earlier = [one for one in others if one is not None]
    recorded = ([own] if own is not None else []) + earlier
    known = [one for one in recorded if one.calls is not None]
    if not known:
        return own or next(iter(recorded), None)
    if len(recorded) == 1:
        return known[0]
    from tracker.cost_records import FLAGS, CostRecord  # few transactions hold costs

    is_short = len(known) < len(recorded) or len(earlier) >= MOST_VERSIONS
    true = {flag for one in known for flag in one.flags} | ({"at_least"} if is_short else set())
    models: Counter[str] = Counter()
    for one in known:
        models.update(dict(one.models))
    summed: dict[str, Any] = {name: _sum(getattr(one, name) for one in known) for name in _SUMMED}
    return CostRecord(
        **summed,
        models=tuple(models.items()),
        found_by="time" if any(is_by_time(one) for one in known) else "id",
        flags=tuple(flag for flag in FLAGS if flag in true),
        read_at=max(one.read_at for one in known),
        by_model=_by_model(known),
    )


_SUMMED: Final = ("calls", "subagent_calls", *COST_NUMBERS, "span_ms", "credits")


def tokens_by_model(cost: CostRecord) -> Sequence[ModelTokens] | None:
    """Return the tokens of each model that was called for a commit; None if they are not known of every call."""
    if cost.by_model or not cost.calls:
        return cost.by_model if cost.calls is not None else None
    models, numbers = dict(cost.models), (cost.input, cost.cache_read, cost.output)
    if len(models) != 1 or sum(models.values()) != cost.calls or None in numbers:
        return None
    from tracker.cost_records import ModelTokens

    [model] = models
    return [ModelTokens(model, cost.input or 0, cost.cache_read or 0, cost.cache_write or 0, cost.output or 0)]


def _by_model(costs: Sequence[CostRecord]) -> tuple[ModelTokens, ...]:
    """Return the tokens of each model of several costs together; empty if those of one are unknown."""
    found: dict[str, ModelTokens] = {}
    for cost in costs:
        tokens = tokens_by_model(cost)
        if tokens is None:
            return ()
        for one in tokens:
            old = found.get(one.model, (one.model, 0, 0, 0, 0))
            found[one.model] = type(one)(one.model, *(a + b for a, b in zip(old[1:], one[1:], strict=True)))
    return tuple(found.values())


def is_by_time(cost: CostRecord) -> bool:
    """Return True if only the time of the commit says where its part of the session ends."""
    return cost.found_by == "time"


def is_at_least(cost: CostRecord) -> bool:
    """Return True if the true numbers may be larger."""
    return "at_least" in cost.flags


def sent(cost: CostRecord) -> int | None:
    """Return the tokens that were sent and not read from a cache.

    Stores without a number for writing the cache have these tokens in ``input``.
    """
    return None if cost.input is None else cost.input + (cost.cache_write or 0)


def _of_landed(place: str, cost: CostRecord, kept: int) -> dict[str, int]:
    """Return the columns of one of ``COST_PLACES``. ``kept``: lines of the commit that were still there."""
    fresh, has_tokens = sent(cost), sent(cost) is not None and cost.output is not None
    columns = {
        "commits": 1,
        "by_time": is_by_time(cost),
        "at_least": is_at_least(cost),
        "calls": cost.calls or 0,
        "kept": kept,
    }
    if has_tokens:
        columns |= {
            "tokens_commits": 1,
            "tokens_in": fresh or 0,
            "tokens_cached": cost.cache_read or 0,
            "tokens_out": cost.output or 0,
            "tokens_kept": kept,
        }
    if cost.active_ms is not None:
        columns |= {"time_commits": 1, "time_ms": cost.active_ms, "time_kept": kept}
    if cost.usd is not None:
        columns |= {"usd_commits": 1, "usd": cost.usd, "usd_kept": kept}
    return {f"{place}_{name}": value for name, value in columns.items()}


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [*numbers]
    return None if None in known else sum(number or 0 for number in known)
