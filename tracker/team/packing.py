"""A commit's grades, outcome and cost as small numbers, and the columns of sums that groups of them add up to. Pure.

The server counts commits by these numbers, so that one pass over millions of events gives all figures. Each number is
valid whatever its bits are, so what a stranger wrote into the server can be wrong, but cannot break a reader.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from tracker.cost_records import CostRecord
from tracker.lineage.cost_amounts import is_at_least, is_by_time, sent
from tracker.lineage.sums import SIZES
from tracker.model import AGES, GRADE_NAMES, RATERS, GradeValue, Rater

_GRADES: Final = [(rater, value) for rater in reversed(RATERS) for value in GRADE_NAMES]
"""The grades in the order of their bits, three for each: the user's first."""
_MOST_GRADES: Final = 7

GRADES_BITS: Final = 3 * len(_GRADES)
OUTCOME_BITS: Final = 16
COST_BITS: Final = 6

_SINGLE: Final = ("taken_back", "again", "fixed", "blamed")
"""Columns of one bit each, from bit 3 on."""
_AGED, _FIRST_SINGLE, _REVERTED, _TROUBLE, _SIZE, _WELL, _HALF, _ADDED = 1, 3, 7, 8, 9, 11, 12, 15
"""Bits of the outcome; bit 0: landed. ``aged`` and ``size`` take two."""

_BY_TIME, _AT_LEAST, _TOKENS, _TIME, _MONEY = 1, 2, 3, 4, 5
"""Bits of the cost: what is known of it; bit 0: anything is."""

LARGEST: Final = (1 << 31) - 1
"""The largest number in a column of the server (``integer``); larger ones are stored as it."""


def pack_grades(given: Iterable[tuple[Rater, GradeValue]]) -> int:
    """Return the grades of a commit as a number; a commit that was squashed of several may have several."""
    found = [*given]
    return sum(min(_MOST_GRADES, found.count(grade)) << 3 * place for place, grade in enumerate(_GRADES))


def pack_outcome(columns: Mapping[str, int], aged: int, size: str) -> int:
    """Return what became of a commit as a number.

    ``columns``: as ``outcome_amounts.outcome_columns`` returns them. ``aged``: how many of ``AGES`` it had reached.
    ``size``: the class of its size.
    """
    number = [*SIZES].index(size) << _SIZE
    if not columns.get("landed"):
        return number
    number |= 1 | min(aged, len(AGES)) << _AGED
    flags = {
        **{_FIRST_SINGLE + place: columns.get(name) for place, name in enumerate(_SINGLE)},
        _REVERTED: columns.get("settled_reverted"),
        _TROUBLE: columns.get(f"trouble_{size}"),
        _WELL: columns.get(f"well_{size}"),
        **{_HALF + place: columns.get(f"half_{days}") for place, days in enumerate(AGES)},
        _ADDED: columns.get(f"old_{AGES[0]}"),
    }
    return number | sum(1 << bit for bit, is_set in flags.items() if is_set)


class PackedCost(NamedTuple):
    """A commit's cost as it is sent. ``cost``: its bits; numbers that are not known are None. ``usd``: millionths."""

    cost: int = 0
    calls: int | None = None
    tokens_in: int | None = None
    tokens_cached: int | None = None
    tokens_out: int | None = None
    active_ms: int | None = None
    usd: int | None = None


def pack_cost(cost: CostRecord | None) -> PackedCost:
    """Return the cost of a commit as it is sent."""
    if cost is None or cost.calls is None:
        return PackedCost()
    fresh, has_tokens = sent(cost), sent(cost) is not None and cost.output is not None
    known = [True, is_by_time(cost), is_at_least(cost), has_tokens, cost.active_ms is not None, cost.usd is not None]
    return PackedCost(
        sum(1 << bit for bit, is_set in enumerate(known) if is_set),
        *map(
            _bounded,
            (
                cost.calls,
                fresh if has_tokens else None,
                cost.cache_read or 0 if has_tokens else None,
                cost.output if has_tokens else None,
                cost.active_ms,
                cost.usd,
            ),
        ),
    )


def _bounded(number: int | None) -> int | None:
    return None if number is None else min(max(number, 0), LARGEST)


class Packed(NamedTuple):
    """Equal commits: their number, and the sums of their lines and costs. ``kept``: at each of ``AGES``.

    ``spent``: calls, tokens in, cached and out, milliseconds, millionths of a dollar.
    """

    commits: int
    grades: int
    outcome: int
    cost: int
    added: int
    kept: tuple[int, int, int]
    spent: tuple[int, int, int, int, int, int]


_COMMITS: Final = 0
_LINES_ADDED: Final = 1
_KEPT: Final = (2, 3, 4)
_SURVIVING: Final = (5, 6, 7)
_CALLS, _FRESH, _CACHED, _OUT, _ACTIVE, _USD = range(8, 14)
"""Places in the numbers of a ``Packed`` (``columns_of``). ``_SURVIVING``: the kept lines, of which no more count than
were added."""

_Column = tuple[str, int, int]
"""A column of ``lineage.sums``, the place of the number that it is, and how often it counts."""
_KNOWN: Final = 1 << 12
"""Results that are kept of each function; commits have far fewer combinations of grades, outcomes and costs."""


def columns_of(group: Packed) -> dict[str, int]:
    """Return the columns of ``lineage.sums`` that equal commits add up to."""
    surviving = (min(one, group.added) for one in group.kept)
    numbers = (group.commits, group.added, *group.kept, *surviving, *group.spent)
    columns = (
        *_grade_columns(group.grades),
        *_outcome_columns(group.outcome),
        *_cost_columns(group.cost, is_landed=group.outcome & 1 > 0, is_aged=group.outcome >> _AGED & 3 > 0),
    )
    found = {name: numbers[place] * times for name, place, times in columns if numbers[place]}
    return found | {"commits": group.commits}


@lru_cache(_KNOWN)
def _grade_columns(grades: int) -> Sequence[_Column]:
    counts = {grade: grades >> 3 * place & _MOST_GRADES for place, grade in enumerate(_GRADES)}
    columns = [(f"{rater}_{GRADE_NAMES[value]}", _COMMITS, n) for (rater, value), n in counts.items() if n]
    given = {
        rater: [GRADE_NAMES[value] for (one, value), n in counts.items() if one == rater and n] for rater in RATERS
    }
    is_pair = all(len(of_one) == 1 for of_one in given.values()) and sum(counts.values()) == len(RATERS)
    pair = [(f"agent_{given['agent'][0]}_user_{given['user'][0]}", _COMMITS, 1)] if is_pair else []
    return columns + pair


@lru_cache(_KNOWN)
def _outcome_columns(outcome: int) -> Sequence[_Column]:
    def has(place: int) -> bool:
        return outcome >> place & 1 > 0

    if not has(0):
        return []
    aged = outcome >> _AGED & 3
    single = {name for place, name in enumerate(_SINGLE) if has(_FIRST_SINGLE + place)}
    if not aged:
        return [(name, _COMMITS, 1) for name in ("landed", "young", *sorted(single))]
    size = size_of(outcome)
    flags = {
        "settled_reverted": has(_REVERTED),
        "settled_fixed": "fixed" in single,
        "settled_blamed": "blamed" in single,
        f"trouble_{size}": has(_TROUBLE),
        f"well_{size}": has(_WELL),
    }
    names = ["landed", f"settled_{size}", *sorted(single), *(name for name, is_set in flags.items() if is_set)]
    columns = [(name, _COMMITS, 1) for name in names]
    for place, days in enumerate(AGES[:aged] if has(_ADDED) else ()):
        columns += [(f"old_{days}", _COMMITS, 1), (f"added_{days}", _LINES_ADDED, 1)]
        columns += [(f"kept_{days}", _SURVIVING[place], 1)]
        columns += [(f"half_{days}", _COMMITS, 1)] if has(_HALF + place) else []
    return columns


def size_of(outcome: int) -> str:
    """Return the class of size in a packed outcome."""
    return [*SIZES][min(outcome >> _SIZE & 3, len(SIZES) - 1)]


@lru_cache(_KNOWN)
def _cost_columns(cost: int, *, is_landed: bool, is_aged: bool) -> Sequence[_Column]:
    def has(bit: int) -> bool:
        return cost >> bit & 1 > 0

    if not has(0):
        return []
    flags = [name for name, bit in (("by_time", _BY_TIME), ("at_least", _AT_LEAST)) if has(bit)]
    columns = [("cost_known", _COMMITS, 1), ("cost_calls", _CALLS, 1), *((f"cost_{one}", _COMMITS, 1) for one in flags)]
    for place in ("landed_cost", "old_cost")[: is_landed + (is_landed and is_aged)]:
        kept = [_KEPT[0]] if place == "old_cost" else []
        parts = [("commits", _COMMITS), ("calls", _CALLS), *((one, _COMMITS) for one in flags)]
        parts += [("kept", one) for one in kept]
        if has(_TOKENS):
            parts += [("tokens_commits", _COMMITS), *(("tokens_kept", one) for one in kept)]
            parts += [("tokens_in", _FRESH), ("tokens_cached", _CACHED), ("tokens_out", _OUT)]
        if has(_TIME):
            parts += [("time_commits", _COMMITS), ("time_ms", _ACTIVE), *(("time_kept", one) for one in kept)]
        if has(_MONEY):
            parts += [("usd_commits", _COMMITS), ("usd", _USD), *(("usd_kept", one) for one in kept)]
        columns += [(f"{place}_{name}", number, 1) for name, number in parts]
    return columns
