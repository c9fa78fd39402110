"""Decide if outcomes are brought up to date by a command that shows them: only where that is quick."""

import time
from typing import Final, NamedTuple

from tracker import keys
from tracker.ledger.tables import OUTCOME_RUNS
from tracker.model import DAY
from tracker.outcome_records import OutcomesRunRecord
from tracker.outcomes import checkpoint
from tracker.outcomes.default_branch import Branch, default_branch
from tracker.project.project import Project

MOST_READ: Final = 500
"""Commits up to which they are read at once: about a second."""


class State(NamedTuple):
    """The extent to which outcomes are computed.

    ``is_computed``: they were once complete. ``missing``: commits of the default branch that are not in them, counted
    up to ``MOST_READ`` + 1. ``is_due``: something is missing, or a day has passed, in which commits grew older.
    """

    is_computed: bool
    missing: int
    is_due: bool

    @property
    def is_quick(self) -> bool:
        """True if computing what is missing takes about a second."""
        return self.missing <= MOST_READ


def state_of(project: Project) -> State:
    """Return how far the outcomes of a project are computed. Raises RepositoryError, the LedgerUnavailable errors."""
    with project.ledger.read() as snapshot:
        run = snapshot.get(OUTCOME_RUNS, keys.project(project.files.id()))
    branch = default_branch(project.repository)
    if branch is None:
        return State(is_computed=False, missing=0, is_due=False)
    missing = _missing(project, branch, run)
    is_recent = run is not None and 0 <= time.time() - run.computed_at < DAY
    return State(run is not None and run.computed_at > 0, missing, missing > 0 or not is_recent)


def _missing(project: Project, branch: Branch, run: OutcomesRunRecord | None) -> int:
    if run is not None and run.tip == branch.tip:
        return 0
    repository = project.repository
    if run is not None and repository.existing_commits([run.tip]) and not repository.walk([run.tip], [branch.tip]):
        return len(repository.walk([branch.tip], [run.tip]))
    earlier = checkpoint.read(project.files.outcomes, run.rules, run.tip) if run is not None else None
    if earlier is not None and not repository.walk([earlier.main], [branch.tip]):
        return len(repository.walk([branch.tip], [earlier.main]))
    return repository.count([branch.tip], MOST_READ + 1)  # the pass begins anew
