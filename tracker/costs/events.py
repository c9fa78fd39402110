"""Events of a session as every reader of a store yields them, and the numbers and times in foreign records. Pure.

All times are milliseconds since the epoch. A number that is not what it should be is None: unknown, never 0.
"""

from typing import Any, Final, NamedTuple

from tracker.attribution.session_log_files import seconds

MOST_TOKENS: Final = 10**9
"""Tokens of one call; a larger number is no number of tokens."""
MOST_IN_ALL: Final = 10**15
"""Tokens of a whole session."""
_MOST_MONEY: Final = 10**6
"""Dollars of one call."""
_EARLIEST: Final = 0.001
"""The first time in seconds that is one in milliseconds."""
_LATEST: Final = 4_102_444_800
"""Seconds since the epoch: the year 2100. A later time is damage."""
_PLACEHOLDER: Final = 2
"""Tokens of output that Claude Code wrote while an answer was still arriving (anthropics/claude-code#22686)."""


class Call(NamedTuple):
    """One answer of a model. ``key``: the provider's id of the answer, or another id that is the same in all copies.

    The four numbers of tokens are disjoint: ``input`` has nothing of the cache, and ``output`` contains ``reasoning``.
    ``nanodollars``: what the store says that it cost. ``credits``: billionths of GitHub's AI credits.
    ``is_placeholder``: the answer is longer than ``output`` can be.
    """

    key: str
    time: int
    model: str = ""
    input: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    output: int | None = None
    reasoning: int | None = None
    is_subagent: bool = False
    nanodollars: int | None = None
    credits: int | None = None
    is_placeholder: bool = False

    @property
    def tokens(self) -> int:
        """The sum of the tokens that are known."""
        return sum(part or 0 for part in (self.input, self.cache_read, self.cache_write, self.output))


class Cut(NamedTuple):
    """A tool's result that shows the ids of commits, in full or abbreviated, in the order of their making."""

    time: int
    ids: tuple[str, ...]


class Step(NamedTuple):
    """Anything else that the agent or its tools did."""

    time: int


class Prompt(NamedTuple):
    """The session's user said something."""

    time: int


class Lack(NamedTuple):
    """Something of the session is not in the events. ``time``: of the last event before it; None if it is unknown.

    ``is_pending``: the store is about to be completed: it has a call whose numbers are still to come.
    """

    time: int | None
    is_pending: bool = False


class Forked(NamedTuple):
    """The session began as a copy of another one; the calls of that one are not among the events."""


class Total(NamedTuple):
    """The store's own sum of the session, for checking. ``tokens``: of all kinds. ``usd``: millionths of a dollar."""

    tokens: int
    usd: int | None = None


Event = Call | Cut | Step | Prompt | Lack | Forked | Total


class SessionUnreadable(Exception):
    """A session has no events. ``reason``: one of ``cost_records.UNKNOWN``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def merged(first: Call, again: Call) -> Call:
    """Return one call from two records of it: the earlier time, and the larger of each number.

    A store may write a call once for each block of its content, and a block may be written before the answer is whole.
    """

    def larger(one: int | None, other: int | None) -> int | None:
        return max((value for value in (one, other) if value is not None), default=None)

    output = larger(first.output, again.output)
    return first._replace(
        time=min(first.time, again.time),
        model=first.model or again.model,
        input=larger(first.input, again.input),
        cache_read=larger(first.cache_read, again.cache_read),
        cache_write=larger(first.cache_write, again.cache_write),
        output=output,
        reasoning=larger(first.reasoning, again.reasoning),
        is_subagent=first.is_subagent or again.is_subagent,
        nanodollars=larger(first.nanodollars, again.nanodollars),
        credits=larger(first.credits, again.credits),
        is_placeholder=is_low(output) and (first.is_placeholder or again.is_placeholder),
    )


def is_low(output: int | None) -> bool:
    """Return True if a number of output tokens may be a placeholder."""
    return output is not None and output <= _PLACEHOLDER


def count(value: object, most: int = MOST_TOKENS) -> int | None:
    """Return a whole number from 0 to ``most``; None for everything else, such as texts, fractions and booleans."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        return None
    return int(value) if value == int(value) else None


def less(whole: int | None, *parts: int | None) -> int | None:
    """Return a number without parts that it contains; None if one is unknown, or if it cannot contain them."""
    if whole is None or any(part is None for part in parts):
        return None
    rest = whole - sum(part or 0 for part in parts)
    return rest if rest >= 0 else None


def nanodollars(value: object) -> int | None:
    """Return an amount in dollars as billionths; None for 0 too, which stores write for calls without a known price."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= _MOST_MONEY:
        return None
    return round(value * 10**9)


def milliseconds(value: object) -> int | None:
    """Return a time from ISO 8601, seconds or milliseconds; None for everything else."""
    time = None if isinstance(value, bool) else seconds(value)
    return round(time * 1000) if time is not None and _EARLIEST <= time < _LATEST else None


def object_in(value: object, *keys: str) -> dict[str, Any]:
    """Return the object at a path of keys in nested objects; an empty one when there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def objects_in(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list, or the values of an object; none for everything else."""
    listed = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in listed if isinstance(one, dict)]
