"""The recommendation: which set-ups lead, by which measure, and every number that it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from tracker.comparison.pooling import Cell, compare_pooled
from tracker.comparison.tallies import Tally, total
from tracker.comparison.verdict import Verdict, compare, has_enough
from tracker.lineage.sums import SIZES, Sums
from tracker.lineage.sums import total as total_sums
from tracker.model import TASK_KINDS, TaskKind
from tracker.reports.set_ups.figures import Figures
from tracker.reports.set_ups.read_sums import SetUpRow, summed_by
from tracker.reports.set_ups.set_up import SetUp
from tracker.reports.set_ups.trust import Trust, trust_in

Measure = Literal["grades", "kept"]
"""``grades``: commits that the user graded good or excellence, of those that the user graded. ``kept``: commits that
went well, of those that landed 14 days ago or longer."""

MEASURED: Final[Mapping[Measure, str]] = {
    "grades": "your own grades: of the commits that you graded, those with the grade good or excellence",
    "kept": "what became of the commits: those that went well, of those that landed 14 days ago or longer",
}
"""The measures in words."""


class Recommendation(NamedTuple):
    """Set-ups of agents compared.

    ``measure``: that by which they are compared. ``figures``: of each set-up, people and bots included, keyed by it.
    ``by_kind``: the tallies of the measure by set-up name and kind of task. ``verdict``: keyed by the names of set-ups.
    ``trust``: what the outcomes say on review. ``was_asked``: the user chose the measure. ``of_team``: of the members
    of a team, with projects partially pooled.
    """

    measure: Measure
    figures: Mapping[SetUp, Figures]
    by_kind: Mapping[str, Mapping[TaskKind, Tally]]
    verdict: Verdict
    trust: Trust
    was_asked: bool = False
    of_team: bool = False

    @property
    def rater(self) -> str:
        """The people who graded: you, or the members of a team."""
        return "members" if self.of_team else "you"

    @property
    def raters(self) -> str:
        """Whose the grades of these people are, as the beginning of a clause."""
        return "the members'" if self.of_team else "your"

    @property
    def is_comparison(self) -> bool:
        """True if at least two set-ups have enough commits of alike work to be compared."""
        return bool(self.verdict.better)

    @property
    def agents(self) -> Sequence[SetUp]:
        """The set-ups of agents, in the order of the verdict, then those without any commit of the measure."""
        by_name = {one.name: one for one in self.figures if one.is_agent}
        ranked = [by_name[name] for name in self.verdict.standings]
        others = sorted((one for one in by_name.values() if one not in ranked), key=self._by_commits)
        enough = [one for one in ranked if self.tally(one).commits and has_enough(self.tally(one))]
        return [*enough, *(one for one in ranked if one not in enough), *others]

    @property
    def others(self) -> Sequence[SetUp]:
        """People, bots and unknown agents, those with the most commits first: shown, never compared."""
        return sorted((one for one in self.figures if not one.is_agent), key=self._by_commits)

    def tally(self, set_up: SetUp) -> Tally:
        """Return a set-up's tally of the measure."""
        return total(self.by_kind.get(set_up.name, {}).values())

    @property
    def all(self) -> Figures:
        """The figures of all set-ups of agents together."""
        return Figures(total_sums(_row(one) for set_up, one in self.figures.items() if set_up.is_agent))

    def _by_commits(self, set_up: SetUp) -> tuple[int, str]:
        return -self.figures[set_up].commits, set_up.name


class TeamCells(NamedTuple):
    """The commits of each set-up in each of a team's projects, by measure. ``sampled``: the part of all commits."""

    by_measure: Mapping[Measure, Sequence[Cell]]
    sampled: float = 1.0


def recommend(
    rows: Iterable[SetUpRow], measure: Measure | None = None, team: TeamCells | None = None
) -> Recommendation:
    """Compare set-ups. ``measure``: None for the user's grades, or what became of commits where these are too few.

    ``team``: for rows that are of many projects together, what is known of these.
    """
    read = [*rows]
    agents = [row for row in read if row.set_up.is_agent]
    graded = _strata(agents, "grades")
    chosen: Measure = measure or ("grades" if _can_compare(graded) else "kept")
    tallies = graded if chosen == "grades" else _strata(agents, "kept")
    if measure is None and chosen == "kept" and not _can_compare(tallies) and _commits(graded) >= _commits(tallies):
        chosen, tallies = "grades", graded
    figures = {set_up: Figures(row) for set_up, row in summed_by(read, lambda row: row.set_up).items()}
    return Recommendation(
        measure=chosen,
        figures=figures,
        by_kind=_by_kind(agents, chosen),
        verdict=_verdict(tallies, chosen, team),
        trust=trust_in(agents),
        was_asked=measure is not None,
        of_team=team is not None,
    )


_Strata = dict[str, dict[str, Tally]]


def _verdict(tallies: _Strata, measure: Measure, team: TeamCells | None) -> Verdict:
    if team is None:
        return compare(tallies, kind_of=_kind_of_stratum)
    return compare_pooled(tallies, team.by_measure[measure], team.sampled, kind_of=_kind_of_stratum)


def _strata(rows: Sequence[SetUpRow], measure: Measure) -> _Strata:
    """Return tallies by set-up and stratum.

    Grades are compared within the same kind of task. What became of commits depends on the project and on their size
    too, so these are compared within the same project, kind and class of size.
    """
    found: _Strata = {}
    for (set_up, project, kind), row in summed_by(rows, lambda one: (one.set_up, one.project, one.task_kind)).items():
        figures, strata = Figures(row), found.setdefault(set_up.name, {})
        if measure == "grades":
            strata[kind] = strata.get(kind, Tally()) + figures.graded
            continue
        for size in SIZES:
            strata[f"{size}\n{project} {kind}"] = figures.settled_of_size(size)
    return {name: {stratum: one for stratum, one in of_one.items() if one.commits} for name, of_one in found.items()}


def _kind_of_stratum(stratum: str) -> str:
    """Return a stratum without its class of size."""
    return stratum.rpartition("\n")[2]


def _by_kind(rows: Sequence[SetUpRow], measure: Measure) -> dict[str, dict[TaskKind, Tally]]:
    found: dict[str, dict[TaskKind, Tally]] = {}
    sums = summed_by(rows, lambda one: (one.set_up.name, one.task_kind))
    for name, kind in sorted(sums, key=lambda one: (one[0], TASK_KINDS.index(one[1]))):
        figures = Figures(sums[name, kind])
        tally = figures.graded if measure == "grades" else figures.settled
        if tally.commits:
            found.setdefault(name, {})[kind] = tally
    return found


def _can_compare(tallies: _Strata) -> bool:
    return sum(has_enough(total(of_one.values())) for of_one in tallies.values()) > 1


def _commits(tallies: _Strata) -> int:
    return sum(total(of_one.values()).commits for of_one in tallies.values())


def _row(figures: Figures) -> Sums:
    return tuple(figures.columns.values())
