"""A commit's grades, outcome and cost as small numbers, and the columns of sums that groups of them add up to. Pure.

The server counts commits by these numbers, so that one pass over millions of events gives all figures. Each number is
valid whatever its bits are, so what a stranger wrote into the server can be wrong, but cannot break a reader.
"""

from collections.abc import Iterable, Mapping
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


def columns_of(group: Packed) -> dict[str, int]:
    """Return the columns of ``lineage.sums`` that equal commits add up to."""
    columns = {"commits": group.commits, **_grade_columns(group), **_outcome_columns(group), **_cost_columns(group)}
    return {name: value for name, value in columns.items() if value}


def _grade_columns(group: Packed) -> dict[str, int]:
    counts = {grade: group.grades >> 3 * place & _MOST_GRADES for place, grade in enumerate(_GRADES)}
    columns = {f"{rater}_{GRADE_NAMES[value]}": n * group.commits for (rater, value), n in counts.items()}
    given = {
        rater: [GRADE_NAMES[value] for (one, value), n in counts.items() if one == rater and n] for rater in RATERS
    }
    is_pair = all(len(of_one) == 1 for of_one in given.values()) and sum(counts.values()) == len(RATERS)
    pair = {f"agent_{given['agent'][0]}_user_{given['user'][0]}": group.commits} if is_pair else {}
    return {**columns, **pair}


def _outcome_columns(group: Packed) -> dict[str, int]:
    def bit(place: int) -> int:
        return group.commits * (group.outcome >> place & 1)

    if not bit(0):
        return {}
    aged = group.outcome >> _AGED & 3
    columns = {"landed": group.commits, **{name: bit(_FIRST_SINGLE + place) for place, name in enumerate(_SINGLE)}}
    if not aged:
        return {**columns, "young": group.commits}
    size = size_of(group.outcome)
    columns |= {
        "settled_reverted": bit(_REVERTED),
        "settled_fixed": columns["fixed"],
        "settled_blamed": columns["blamed"],
        f"settled_{size}": group.commits,
        f"trouble_{size}": bit(_TROUBLE),
        f"well_{size}": bit(_WELL),
    }
    for place, days in enumerate(AGES[:aged] if group.outcome >> _ADDED & 1 else ()):
        columns[f"old_{days}"] = group.commits
        columns[f"half_{days}"] = bit(_HALF + place)
        columns[f"added_{days}"] = group.added
        columns[f"kept_{days}"] = min(group.kept[place], group.added)
    return columns


def size_of(outcome: int) -> str:
    """Return the class of size in a packed outcome."""
    return [*SIZES][min(outcome >> _SIZE & 3, len(SIZES) - 1)]


def _cost_columns(group: Packed) -> dict[str, int]:
    def has(bit: int) -> int:
        return group.commits * (group.cost >> bit & 1)

    if not has(0):
        return {}
    calls, fresh, cached, out, active, usd = group.spent
    columns = {
        "cost_known": group.commits,
        "cost_by_time": has(_BY_TIME),
        "cost_at_least": has(_AT_LEAST),
        "cost_calls": calls,
    }
    places = [("landed_cost", 0)] if group.outcome & 1 else []
    places += [("old_cost", group.kept[0])] if places and group.outcome >> _AGED & 3 else []
    for place, kept in places:
        columns |= {
            f"{place}_commits": group.commits,
            f"{place}_by_time": has(_BY_TIME),
            f"{place}_at_least": has(_AT_LEAST),
            f"{place}_calls": calls,
            f"{place}_kept": kept,
        }
        if has(_TOKENS):
            columns |= {f"{place}_tokens_commits": group.commits, f"{place}_tokens_kept": kept}
            columns |= {f"{place}_tokens_in": fresh, f"{place}_tokens_cached": cached, f"{place}_tokens_out": out}
        if has(_TIME):
            columns |= {f"{place}_time_commits": group.commits, f"{place}_time_ms": active, f"{place}_time_kept": kept}
        if has(_MONEY):
            columns |= {f"{place}_usd_commits": group.commits, f"{place}_usd": usd, f"{place}_usd_kept": kept}
    return columns
