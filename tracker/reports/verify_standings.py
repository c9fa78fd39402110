"""Verification of standings against those that follow from the facts, and of fields of the facts that sums need."""

from collections.abc import Iterator

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.scan import DerivedCommit, HeldCommit
from tracker.ledger.tables import COMMITS, STANDINGS
from tracker.model import TASK_KINDS
from tracker.reports.differing_fields import differing_fields
from tracker.reports.verify_check import Check
from tracker.text import printable


class TaskKinds(Check[HeldCommit]):
    """Finds commits whose kind of task is none."""

    name = "commits"

    def follow(self, commit: HeldCommit) -> None:
        """Compare a commit."""
        for project, facts in commit.holdings:
            if facts.task_kind not in TASK_KINDS:
                kind = printable(facts.task_kind)
                self.found.append(f"commit {commit.oid} of project {project} has an unknown kind of task, {kind}.")


class Standings(Check[DerivedCommit]):
    """Finds wrong fields of standings, standings that are missing, and those of commits that are not recorded."""

    name = "standings"

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._met = 0

    def follow(self, commit: DerivedCommit) -> None:
        """Compare a commit."""
        for project, (facts, standing) in commit.held.items():
            stored = self._snapshot.get(STANDINGS, keys.standing(project, facts.committed_at, commit.oid))
            if stored is None:
                self.found.append(f"commit {commit.oid} of project {project} has no standing.")
                continue
            self._met += 1
            for difference in differing_fields(stored, standing) if stored != standing else ():
                self.found.append(f"the standing of commit {commit.oid} of project {project} is wrong: {difference}.")

    def rest(self) -> Iterator[str]:
        """Yield the differences that show when all commits were followed."""
        if self._snapshot.count(STANDINGS) == self._met:
            return
        for key, _ in self._snapshot.scan(STANDINGS):
            project, oid = keys.project_of(key), keys.oid_of_standing(key)
            facts = self._snapshot.get(COMMITS, keys.commit(project, oid))
            if facts is None or key != keys.standing(project, facts.committed_at, oid):
                time = keys.time_of_standing(key)
                name = f"commit {oid} of project {project}"
                yield f"{name} has a standing at the commit time {time}, and no such commit is recorded."
