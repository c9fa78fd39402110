"""Outcomes of commits, summed for each set-up: facts from git, each with the number of commits that it is of."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.tables import BUGS, OUTCOMES, STANDINGS
from tracker.model import Oid, ProjectId
from tracker.outcome_records import DAY, OutcomeRecord
from tracker.records import CommitStanding

AGES: Final = (14, 30, 90)
"""Days after which lines are counted. 14 is the window in which most studies look for churn."""

DEFINITIONS: Final = (
    "Landed: on the default branch. Ages are counted from the day on which a commit landed.",
    "Reverted: a later commit says 'This reverts commit …', or its patch is the inverse. Again: and done again later.",
    "Fixed within 7 days: a commit of the kind fix removed lines that this commit had added.",
    "Blamed: a bug was charged to it, or a trailer 'Fixes:' of a later commit names it.",
    "Kept: of the lines that commits of that age had added, those still there. Moved, renamed and indented ones are.",
    "Generated, vendored and lock files are left out (.gitattributes: linguist-generated, linguist-vendored, -diff).",
)
"""Definitions of the figures, printed beside them."""


class CommitOutcome(NamedTuple):
    """One landed commit: who made it, and what became of it. ``blamed``: a bug, or a later commit, names it."""

    oid: Oid
    standing: CommitStanding
    record: OutcomeRecord
    blamed: bool

    def age(self, now: int) -> int:
        """Return the days since it landed."""
        return (now - self.record.landed_at) // DAY


class Kept(NamedTuple):
    """Lines at one age: ``commits`` are as old and added ``added`` lines, of which ``kept`` were there at that age."""

    commits: int = 0
    added: int = 0
    kept: int = 0


class OutcomeSums(NamedTuple):
    """The sums of one set-up. ``kept``: by age in days. ``pending``: commits too young for the first age."""

    landed: int = 0
    reverted: int = 0
    again: int = 0
    fixed: int = 0
    blamed: int = 0
    pending: int = 0
    kept: tuple[Kept, ...] = (Kept(),) * len(AGES)

    def add(self, one: CommitOutcome, now: int) -> "OutcomeSums":
        """Return the sums with one more commit."""
        record, age = one.record, one.age(now)
        return OutcomeSums(
            self.landed + 1,
            self.reverted + (record.reverted_by is not None),
            self.again + (record.again_by is not None),
            self.fixed + (record.fixed_by is not None),
            self.blamed + one.blamed,
            self.pending + (age < AGES[0]),
            tuple(
                kept
                if age < days
                else Kept(kept.commits + (record.added > 0), kept.added + record.added, kept.kept + record.kept(days))
                for kept, days in zip(self.kept, AGES, strict=True)
            ),
        )


def read_outcomes(snapshot: Snapshot, project: ProjectId) -> Iterator[CommitOutcome]:
    """Yield the landed commits of a project that the ledger has recorded, oldest first."""
    charged = {bug.oid for _, bug in snapshot.scan(BUGS) if bug.project == project and not bug.withdrawn_at}
    for key, standing in snapshot.scan(STANDINGS, keys.project(project)):
        oid = keys.oid_of_standing(key)
        record = snapshot.get(OUTCOMES, keys.commit(project, oid))
        if record is not None:
            yield CommitOutcome(oid, standing, record, oid in charged or bool(record.blamed_by))


def sums_by(
    outcomes: Iterator[CommitOutcome], group: Callable[[CommitOutcome], str], now: int
) -> dict[str, OutcomeSums]:
    """Return the sums of commits, keyed by what ``group`` returns for each."""
    found: dict[str, OutcomeSums] = {}
    for one in outcomes:
        name = group(one)
        found[name] = found.get(name, OutcomeSums()).add(one, now)
    return found
