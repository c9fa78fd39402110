"""Kaplan-Meier curves of the commits of set-ups, from the lifetimes in the ledger."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tracker import keys
from tracker.comparison.survival import Lifetime, Point, survival_curve
from tracker.ledger import Snapshot
from tracker.ledger.tables import LIFETIMES, OUTCOME_RUNS
from tracker.model import DAY, ProjectId
from tracker.reports.set_ups.read_sums import Scope, SetUpReader
from tracker.reports.set_ups.set_up import SetUp

FEWEST_AT_RISK: Final = 10
"""Commits of an age below which a curve ends: one more commit would move it by more than a tenth."""
LONGEST: Final = 365
"""Days up to which curves are drawn."""


class Curve(NamedTuple):
    """A curve of commits that still have half of their lines.

    ``steps``: where it falls. ``last``: the age in days up to which at least ``FEWEST_AT_RISK`` commits are known.
    ``ages``: up to which age each commit was followed, in days, lowest first.
    """

    steps: Sequence[Point]
    last: int
    ages: Sequence[int]

    @property
    def commits(self) -> int:
        """Commits that it is of."""
        return len(self.ages)

    def at(self, day: int) -> Point | None:
        """Return the point of an age in days; None where too few commits are that old."""
        if day > self.last:
            return None
        before = [point for point in self.steps if point.days <= day]
        kept, low, high = (before[-1].kept, before[-1].low, before[-1].high) if before else (1.0, 1.0, 1.0)
        return Point(day, kept, low, high, self.commits - bisect_left(self.ages, day))


def read_curves(snapshot: Snapshot, reader: SetUpReader, scope: Scope) -> dict[SetUp, Curve]:
    """Return the curve of each set-up with landed commits that added lines.

    A commit that is still there has been followed up to the day on which its project's outcomes were last computed.
    """
    lives: dict[SetUp, list[Lifetime]] = {}
    today: dict[ProjectId, int] = {}
    for _, row in snapshot.scan(LIFETIMES):
        if not scope.has(row.project, row.month):
            continue
        if row.project not in today:
            run = snapshot.get(OUTCOME_RUNS, keys.project(row.project))
            today[row.project] = run.computed_at // DAY if run else 0
        of_one = lives.setdefault(reader.set_up(row.agent, row.kind, row.model, row.version, row.setup), [])
        of_one += [Lifetime(age, removed=True, number=number) for age, number in row.ended]
        of_one += [Lifetime(max(0, today[row.project] - day), removed=False, number=n) for day, n in row.going]
    return {set_up: curve_of(of_one) for set_up, of_one in lives.items()}


def curve_of(lives: Sequence[Lifetime]) -> Curve:
    """Return the curve of commits with these lifetimes, up to the age at which too few are left to follow."""
    ages = sorted(int(one.days) for one in lives for _ in range(one.number))
    last = min(LONGEST, ages[-FEWEST_AT_RISK]) if len(ages) >= FEWEST_AT_RISK else -1
    return Curve([point for point in survival_curve(lives) if point.days <= last], last, ages)


def most_lasting(curves: Mapping[SetUp, Curve]) -> int:
    """Return the highest age in days that any curve reaches; -1 if none is drawn."""
    return max((curve.last for curve in curves.values()), default=-1)
