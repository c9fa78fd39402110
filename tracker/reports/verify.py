"""Verification of the ledger: everything derived against its facts, and its facts against git.

Reads only. Every difference is one sentence. The tables that only find other rows are compared by ``verify_indexes``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar

from tracker import keys
from tracker.git import Repository
from tracker.history.recorded_state import RecordedState
from tracker.ledger import Snapshot, lifetimes, totals
from tracker.ledger.commits import CommitId
from tracker.ledger.scan import LedgerFacts, derive_all
from tracker.ledger.tables import AGENT_TOTALS, BUGS, COMMUNICATION, LIFETIMES, STANDINGS, TOTALS
from tracker.lineage import contributions, sums
from tracker.lineage.sums import NOTHING
from tracker.model import TASK_KINDS, Oid, Progress
from tracker.records import RecordedCommit, TotalsRecord
from tracker.reports import verify_indexes
from tracker.reports.differing_fields import differing_columns, differing_fields
from tracker.text import printable

Item = TypeVar("Item")

_STEP: Final = 40
"""Half steps after which the progress is told."""


def differences(snapshot: Snapshot, facts: LedgerFacts, progress: Progress | None = None) -> Iterator[str]:
    """Yield every difference between the ledger and what follows from ``facts``, which are all of its commits.

    ``progress``: a commit is half done when its standing is derived, and done when it is summed up.
    """
    count = _HalfSteps(len(facts.commits), progress)
    commits = {
        (project, oid): RecordedCommit(facts.commits[project, oid], standing)
        for project, oid, standing in count.through(derive_all(snapshot, facts))
    }
    checks = {
        "commits": _task_kinds(facts),
        "standings": _standings(snapshot, commits),
        "totals": _totals(snapshot, count.through(commits.items())),
        "sums of totals": agent_total_differences(snapshot),
        "lifetimes": _lifetimes(snapshot, commits),
        "grades": _grades(snapshot, commits),
        "bugs": _bugs(snapshot, commits),
        **verify_indexes.checks(snapshot, facts, commits),
    }
    for name, found in checks.items():
        yield from _until_impossible(name, found)


def _until_impossible(name: str, found: Iterator[str]) -> Iterator[str]:
    """Yield what a check finds, up to a stored value of which no key can be made."""
    try:
        yield from found
    except ValueError:
        yield f"{name} were not compared to the end: a stored id cannot be read."


def _task_kinds(facts: LedgerFacts) -> Iterator[str]:
    """Yield commits whose kind of task is none."""
    for (project, oid), commit in facts.commits.items():
        if commit.task_kind not in TASK_KINDS:
            yield f"commit {oid} of project {project} has an unknown kind of task, {printable(commit.task_kind)}."


def _standings(snapshot: Snapshot, commits: Mapping[CommitId, RecordedCommit]) -> Iterator[str]:
    """Yield wrong fields of standings, standings that are missing, and those of commits that are not recorded."""
    found = 0
    for key, standing in snapshot.scan(STANDINGS):
        project, oid = keys.project_of(key), keys.oid_of_standing(key)
        commit = commits.get((project, oid))
        name = f"commit {oid} of project {project}"
        if commit is None or key != keys.standing(project, commit.facts.committed_at, oid):
            time = keys.time_of_standing(key)
            yield f"{name} has a standing at the commit time {time}, and no such commit is recorded."
            continue
        found += 1
        for difference in differing_fields(standing, commit.standing) if standing != commit.standing else ():
            yield f"the standing of {name} is wrong: {difference}."
    if found == len(commits):
        return
    for (project, oid), commit in commits.items():
        if snapshot.get(STANDINGS, keys.standing(project, commit.facts.committed_at, oid)) is None:
            yield f"commit {oid} of project {project} has no standing."


class _HalfSteps:
    """Counts two passes over all commits as one."""

    def __init__(self, commits: int, progress: Progress | None) -> None:
        self._commits = commits
        self._progress = progress
        self._steps = 0

    def through(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield the items of a pass, and tell the progress."""
        for item in items:
            self._steps += 1
            if self._progress and self._steps % _STEP == 0:
                self._progress(self._steps // 2, self._commits)
            yield item


def _totals(snapshot: Snapshot, commits: Iterable[tuple[CommitId, RecordedCommit]]) -> Iterator[str]:
    expected = {
        key: _padded(account.record(amount))
        for key, (account, amount) in totals.expected_totals(snapshot, commits).items()
        if any(amount)
    }
    for key, total in snapshot.scan(TOTALS):
        right = expected.pop(key, None)
        name = f"totals of {total.agent} in project {total.project}"
        if right is None:
            yield f"{name} are stored, and no facts give any."
        elif _padded(total) != right:
            yield f"{name} are wrong: {', '.join(differing_fields(_padded(total), right))}."
    for right in expected.values():
        yield f"totals of {right.agent} in project {right.project} are missing."


def _padded(total: TotalsRecord) -> TotalsRecord:
    """Return totals with all columns: a row that was written before a column was added has fewer."""
    return total._replace(sums=sums.add(total.sums, NOTHING))


def agent_total_differences(snapshot: Snapshot) -> Iterator[str]:
    """Yield sums of totals that are not the sums of the totals, are missing, or are of nothing."""
    expected = {keys.agent_totals(*owner): (owner, row) for owner, row in totals.expected_agent_totals(snapshot)}
    for key, record in snapshot.scan(AGENT_TOTALS):
        owner, right = expected.pop(key, (None, NOTHING))
        if owner is None:
            yield f"{record.agent} has a sum of totals in project {record.project} and no totals there."
        elif owner != (record.agent, record.project):
            stored = f"{record.agent} in project {record.project}"
            yield f"the sum of the totals of {owner[0]} in project {owner[1]} is stored as that of {stored}."
        elif (row := sums.add(record.sums, NOTHING)) != right:
            wrong = ", ".join(differing_columns(row, right))
            yield f"the sum of the totals of {owner[0]} in project {owner[1]} is wrong: {wrong}."
    for (agent, project), _ in expected.values():
        yield f"{agent} has totals and no sum of them in project {project}."


def _lifetimes(snapshot: Snapshot, commits: Mapping[CommitId, RecordedCommit]) -> Iterator[str]:
    expected = {
        key: lifetimes.record(account, counts)
        for key, (account, counts) in totals.expected_lifetimes(snapshot, commits.items()).items()
    }
    for key, row in snapshot.scan(LIFETIMES):
        right = expected.pop(key, None)
        if row != right:
            yield f"lifetimes of {row.agent} in project {row.project} are not those that the outcomes give."
    for right in expected.values():
        yield f"lifetimes of {right.agent} in project {right.project} are missing."


def _grades(snapshot: Snapshot, commits: Mapping[CommitId, RecordedCommit]) -> Iterator[str]:
    """Yield grades that are not stored under the agent that their commit is attributed to."""
    for key, grade in snapshot.scan(COMMUNICATION):
        project, oid = keys.project_of(key[keys.AGENT_BYTES :]), keys.oid_of(key[keys.AGENT_BYTES : -8])
        commit = commits.get((project, oid))
        if commit is None:
            yield f"a grade of {grade.agent}'s commit {oid} is stored without that commit."
        elif grade.agent != commit.standing.agent or not key.startswith(keys.agent(grade.agent)):
            yield f"a grade of commit {oid} is stored under {grade.agent}, but {commit.standing.agent} made it."


def _bugs(snapshot: Snapshot, commits: Mapping[CommitId, RecordedCommit]) -> Iterator[str]:
    """Yield bugs that are not stored in the account of their commit."""
    for key, bug in snapshot.scan(BUGS):
        commit = commits.get((bug.project, bug.oid)) if bug.oid else None
        charged = bug if commit is None else contributions.charged(bug, commit)
        if charged != bug or not key.startswith(keys.agent(bug.agent)):
            yield f"a bug of commit {bug.oid} is stored under {bug.agent}, not in the account of that commit."
        if bug.confirmed_at and not bug.suggested_by:
            yield f"a bug of commit {bug.oid} was confirmed, and no agent suggested it."
    for (project, oid, agent), number in _open_suggestions(snapshot).items():
        if number > 1:
            yield f"commit {oid} of project {project} has {number} open suggestions by {agent}, and may have one."


def _open_suggestions(snapshot: Snapshot) -> Counter[tuple[str, str | None, str]]:
    """Return the numbers of suggestions that wait for a decision, by project, commit and the agent that suggests."""
    found = (bug for _, bug in snapshot.scan(BUGS) if bug.state == "suggested")
    return Counter((bug.project, bug.oid, bug.suggested_by) for bug in found)


def differences_from_git(repository: Repository, facts: LedgerFacts, known: RecordedState) -> Iterator[str]:
    """Yield differences between the ledger and one repository: commits missing, or reachable in one of them only.

    Raises RepositoryError when git cannot read the repository.
    """
    project_id = known.project_id
    tips = set(known.tips.values())
    reachable = set(repository.walk(tips))
    expected = set(repository.walk(tips, known.record.baseline)) if known.record else set[Oid]()
    live = {oid for (owner, oid), commit in facts.commits.items() if owner == project_id and commit.live}
    recorded = {oid for owner, oid in facts.commits if owner == project_id}
    for oid in sorted(expected - live):
        yield f"commit {oid} is reachable but {'recorded as unreachable' if oid in recorded else 'not recorded'}."
    for oid in sorted(live - reachable):
        yield f"commit {oid} is unreachable but recorded as reachable."
