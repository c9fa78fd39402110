"""The cost of one commit in one line, and as JSON. A number that is unknown is a question mark or null, never 0."""

from typing import Any, Final

from tracker.cost_records import CostRecord
from tracker.lineage.cost_amounts import is_at_least, is_by_time, sent

_REASONS: Final = {
    "no_reader": "agent-tracker cannot read this agent's sessions",
    "missing": "no such session was found within six days",
    "compressed": "the session is compressed",
    "too_large": "the session is too large to be read within a second",
    "unreadable": "the session is locked, damaged or of another form",
    "no_calls": "the session shows no calls before the commit",
}
"""Reasons in words, by ``CostRecord.unknown``."""
_MINUTE: Final = 60_000
_DOLLAR: Final = 1_000_000
_CREDIT: Final = 1_000_000_000


def cost_line(cost: CostRecord) -> str:
    """Return the cost of a commit, such as "12 calls (4 of subagents), 41k in + 1.2M cached, 9k out, 23 min"."""
    if cost.calls is None:
        return f"? ({_REASONS.get(cost.unknown, cost.unknown)})"
    subagents = f" ({cost.subagent_calls} of subagents)" if cost.subagent_calls else ""
    reasoning = f" ({shown(cost.reasoning)} of it reasoning)" if cost.reasoning else ""
    parts = [
        f"{cost.calls} call{'' if cost.calls == 1 else 's'}{subagents}",
        f"{shown(sent(cost))} in + {shown(cost.cache_read)} cached",
        f"{shown(cost.output)} out{reasoning}",
        f"{'?' if cost.active_ms is None else format(cost.active_ms / _MINUTE, '.1f')} min",
    ]
    if cost.usd is not None:
        parts.append(f"${cost.usd / _DOLLAR:.4f}")
    if cost.credits is not None:
        parts.append(f"{cost.credits / _CREDIT:.2f} AI credits")
    remarks = [text for flag, text in _REMARKS.items() if flag in cost.flags]
    return (
        marks(is_by_time(cost), is_at_least(cost)) + ", ".join(parts) + (f" ({'; '.join(remarks)})" if remarks else "")
    )


_REMARKS: Final = {
    "shared": "these calls made several commits and are counted with the first",
    "old_output": "the session does not state the output tokens",
    "priced": "money by your prices",
}


def marks(is_by_time: object, is_at_least: object) -> str:
    """Return the marks before a number: about, and at least."""
    return ("~" if is_by_time else "") + ("≥ " if is_at_least else "")


def shown(number: float | None) -> str:
    """Return a number in at most five characters, such as 950, 41k or 1.2M; a question mark for None."""
    if number is None:
        return "?"
    for factor, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= 0.9995 * factor:
            scaled = number / factor
            return f"{scaled:.1f}{unit}" if scaled < 9.95 else f"{scaled:.0f}{unit}"
    return f"{number:.1f}" if number != int(number) and number < 99.5 else f"{number:.0f}"


def cost_as_json(cost: CostRecord | None) -> dict[str, Any] | None:
    """Return the cost of a commit as ``log`` and ``explain`` print it; None if none is recorded."""
    if cost is None:
        return None
    return {
        "calls": cost.calls,
        "subagent_calls": cost.subagent_calls,
        "input": cost.input,
        "cache_read": cost.cache_read,
        "cache_write": cost.cache_write,
        "output": cost.output,
        "reasoning": cost.reasoning,
        "models": dict(cost.models),
        "seconds": None if cost.span_ms is None else cost.span_ms / 1000,
        "active_seconds": None if cost.active_ms is None else cost.active_ms / 1000,
        "usd": None if cost.usd is None else cost.usd / _DOLLAR,
        "credits": None if cost.credits is None else cost.credits / _CREDIT,
        "found_by": cost.found_by or None,
        "flags": cost.flags,
        "unknown": cost.unknown or None,
        "read_at": cost.read_at,
    }
