"""A quick look at the ledger: what can be compared in the same time however many commits there are.

Reads only. The numbers of rows that must be equal, the sums of totals, and the newest commits of a project; ``verify``
compares everything.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from tracker import keys
from tracker.git import Repository
from tracker.history.recorded_state import RecordedState
from tracker.ledger import Snapshot
from tracker.ledger.tables import COMMITS, OIDS, STANDINGS
from tracker.model import Oid, ProjectId
from tracker.reports.verify_sums import agent_total_differences

NEWEST: Final = 200
"""Commits of the project that are compared."""


def quick_differences(snapshot: Snapshot, project: ProjectId | None) -> Iterator[str]:
    """Yield differences that show in counts, in sums of totals, or in the newest commits of a project."""
    numbers = {what: snapshot.count(table) for what, table in (("standings", STANDINGS), ("holders", OIDS))}
    commits = snapshot.count(COMMITS)
    for what, number in numbers.items():
        if number != commits:
            yield f"there are {commits} commits and {number} {what}, and there must be as many."
    yield from agent_total_differences(snapshot)
    if project is not None:
        for key, _ in islice(snapshot.newest(STANDINGS, keys.project(project)), NEWEST):
            oid = keys.oid_of_standing(key)
            facts = snapshot.get(COMMITS, keys.commit(project, oid))
            if facts is None or key != keys.standing(project, facts.committed_at, oid):
                yield f"commit {oid} of project {project} has a standing, and is not recorded at that time."


def newest_in_git(repository: Repository, known: RecordedState) -> list[Oid] | None:
    """Return the newest commits of the branches and worktrees that the ledger remembers.

    None where older commits are left out: which those are is known from the whole history only. Raises RepositoryError
    when git cannot read the repository.
    """
    if known.record is None or known.record.baseline:
        return None
    tips = [*dict.fromkeys(known.tips.values())][:_MOST_TIPS]
    newest = (oid for tip in tips for oid in repository.newest_commits(tip, NEWEST // _MOST_TIPS))
    return [*dict.fromkeys(newest)]


def differences_from_newest(snapshot: Snapshot, project: ProjectId, newest: Iterable[Oid]) -> Iterator[str]:
    """Yield the commits that git reaches and that are not recorded as reachable."""
    for oid in newest:
        facts = snapshot.get(COMMITS, keys.commit(project, oid))
        if facts is None or not facts.live:
            yield f"commit {oid} is reachable but {'recorded as unreachable' if facts else 'not recorded'}."


_MOST_TIPS: Final = 10
"""Branches and worktrees whose newest commits are looked for."""
