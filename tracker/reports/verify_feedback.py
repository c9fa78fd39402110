"""Verification of grades, bugs and journals: each is stored under the agent and in the account that it belongs to."""

from collections import Counter
from collections.abc import Iterator, Mapping

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.commits import CommitId
from tracker.ledger.scan import DerivedCommit
from tracker.ledger.tables import ACTIVITIES, BALANCES, BUGS, COMMUNICATION, REINSTATEMENTS, RETROSPECTIVES
from tracker.lineage import contributions
from tracker.model import Oid, ProjectId
from tracker.records import RecordedCommit
from tracker.reports.verify_check import Check


class Grades(Check[DerivedCommit]):
    """Finds grades that are not stored under the agent that their commit is attributed to."""

    name = "grades"

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._makers: dict[CommitId, str | None] = {_graded(key): None for key in snapshot.keys(COMMUNICATION)}

    def follow(self, commit: DerivedCommit) -> None:
        """Take note of a commit that has feedback."""
        for project, recorded in commit.held.items() if self._makers else ():
            if (project, commit.oid) in self._makers:
                self._makers[project, commit.oid] = recorded.standing.agent

    def rest(self) -> Iterator[str]:
        """Yield the differences that show when all commits were followed."""
        for key, grade in self._snapshot.scan(COMMUNICATION):
            project, oid = _graded(key)
            maker = self._makers[project, oid]
            if maker is None:
                yield f"a grade of {grade.agent}'s commit {oid} is stored without that commit."
            elif grade.agent != maker or not key.startswith(keys.agent(grade.agent)):
                yield f"a grade of commit {oid} is stored under {grade.agent}, but {maker} made it."


def _graded(key: bytes) -> CommitId:
    """Return the commit in the key of a grade."""
    return keys.project_of(key[keys.AGENT_BYTES :]), keys.oid_of_grade(key)


class Bugs(Check[DerivedCommit]):
    """Finds bugs that are not stored in the account of their commit, and suggestions that cannot be."""

    name = "bugs"

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._held: dict[Oid, Mapping[ProjectId, RecordedCommit]] = {
            bug.oid: {} for _, bug in snapshot.scan(BUGS) if bug.oid
        }

    def follow(self, commit: DerivedCommit) -> None:
        """Take note of a commit that has feedback."""
        if commit.oid in self._held:
            self._held[commit.oid] = commit.held

    def rest(self) -> Iterator[str]:
        """Yield the differences that show when all commits were followed."""
        for key, bug in self._snapshot.scan(BUGS):
            charged = contributions.charged(bug, self._held[bug.oid]) if bug.oid else bug
            if charged != bug or not key.startswith(keys.agent(bug.agent)):
                yield f"a bug of commit {bug.oid} is stored under {bug.agent}, not in the account of that commit."
            if bug.confirmed_at and not bug.suggested_by:
                yield f"a bug of commit {bug.oid} was confirmed, and no agent suggested it."
        for (project, oid, agent), number in _open_suggestions(self._snapshot).items():
            if number > 1:
                yield f"commit {oid} of project {project} has {number} open suggestions by {agent}, and may have one."


def _open_suggestions(snapshot: Snapshot) -> Counter[tuple[str, str | None, str]]:
    """Return the numbers of suggestions that wait for a decision, by project, commit and the agent that suggests."""
    found = (bug for _, bug in snapshot.scan(BUGS) if bug.state == "suggested")
    return Counter((bug.project, bug.oid, bug.suggested_by) for bug in found)


def journal_differences(snapshot: Snapshot) -> Iterator[str]:
    """Yield entries of journals that are not stored under their agent."""
    for name, key, agent in journals(snapshot):
        if not key.startswith(keys.agent(agent)):
            yield f"a {name} of {agent} is stored under another agent."


def journals(snapshot: Snapshot) -> Iterator[tuple[str, bytes, str]]:
    """Yield every entry of a journal: its name for a reader, its key and its agent."""
    yield from (("bug", key, record.agent) for key, record in snapshot.scan(BUGS))
    yield from (("retrospective", key, record.agent) for key, record in snapshot.scan(RETROSPECTIVES))
    yield from (("activity", key, record.agent) for key, record in snapshot.scan(ACTIVITIES))
    yield from (("reinstatement", key, record.agent) for key, record in snapshot.scan(REINSTATEMENTS))
    yield from (("opening balance", key, record.agent) for key, record in snapshot.scan(BALANCES))
