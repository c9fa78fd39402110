"""Application of what another ledger recorded: each fact is joined with what is known here.

Facts that say what a commit or project is are joined at once. What people and agents said follows when attributions are
derived, as everywhere (``apply``). An entry about a commit or project that is not recorded here changes nothing, and is
returned to whoever flushed it: it may come before what it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from tracker import keys
from tracker.ledger import join_commits, join_computed, join_feedback, join_projects
from tracker.ledger import joined_entries as entries
from tracker.ledger.tables import PROJECTS, SETUPS

if TYPE_CHECKING:
    from tracker.ledger.agents import AgentsUpdate
    from tracker.ledger.apply_bugs import Bugs
    from tracker.ledger.apply_grades import Grades
    from tracker.ledger.entries import Entry
    from tracker.ledger.joined_entries import JoinEntry
    from tracker.ledger.totals import TotalsUpdate
    from tracker.ledger.working_commits import WorkingCommits
    from tracker.model import Oid, ProjectId


class Joins:
    """Joins in one write transaction.

    ``homeless``: entries that need a commit, project, run of outcomes or instruction files that are not recorded here.
    ``changed``: by type, how many entries changed anything.
    """

    def __init__(
        self, commits: WorkingCommits, totals: TotalsUpdate, agents: AgentsUpdate, grades: Grades, bugs: Bugs
    ) -> None:
        self._commits = commits
        self._transaction = commits.transaction
        self._totals = totals
        self._agents = agents
        self._grades = grades
        self._bugs = bugs
        self._retrospectives = join_feedback.Retrospectives(commits.transaction, totals, agents)
        self._activities = join_feedback.Activities(commits.transaction, agents)
        self._compared: set[ProjectId] = set()
        self.homeless: list[JoinEntry] = []
        self.changed: Counter[type[Entry]] = Counter()

    def apply(self, entry: JoinEntry) -> Callable[[], None] | None:
        """Join one entry; return what is to be done when attributions are derived, if anything."""
        if not self._has_home(entry):
            self.homeless.append(entry)
            return None
        if isinstance(entry, entries.JoinGradeEntry):
            return self._join_grade(entry)
        later = self._of_feedback(entry)
        if later is not None:
            return partial(self._count, entry, later)
        self._count(entry, partial(self._join_facts, entry))
        return None

    def _join_facts(self, entry: JoinEntry) -> bool:
        """Join what was found of a project or commit, or computed; return True if that changed anything."""
        match entry:
            case entries.JoinProjectEntry():
                return join_projects.join_project(self._commits, entry)
            case entries.JoinCommitEntry():
                is_changed = join_commits.join_commit(self._commits, entry)
                if is_changed and entry.project not in self._compared:
                    self._compared.add(entry.project)
                    join_projects.mark_to_compare(self._transaction, entry.project)
                return is_changed
            case entries.JoinEvidenceEntry():
                return join_commits.join_evidence(self._commits, entry)
            case entries.JoinOutcomesEntry():
                return join_computed.join_outcomes(self._commits, self._totals, entry)
            case entries.JoinOutcomeEntry():
                return join_computed.join_outcome(self._commits, self._totals, entry)
            case entries.JoinCostEntry():
                return join_computed.join_cost(self._commits, self._totals, entry)
            case entries.JoinBalanceEntry(balance):
                return join_feedback.join_balance(self._transaction, self._agents, balance)
            case entries.JoinProfileEntry():
                return join_computed.join_profile(self._transaction, entry)
            case _:
                raise TypeError(type(entry))  # those of feedback are joined later

    def _of_feedback(self, entry: JoinEntry) -> Callable[[], bool] | None:
        """Return the join of feedback, which follows the attribution of commits; None for an entry of another kind."""
        match entry:
            case entries.JoinBugEntry():
                return partial(self._bugs.join, entry.record)
            case entries.JoinReinstatementEntry(record):
                return partial(self._bugs.join_reinstatement, record)
            case entries.JoinRetrospectiveEntry(record):
                return partial(self._retrospectives.join, record)
            case entries.JoinActivityEntry(record):
                return partial(self._activities.join, record)
            case _:
                return None

    def _join_grade(self, entry: entries.JoinGradeEntry) -> Callable[[], None] | None:
        """Join a grade: the commit's last one follows at once, the record when the commit's agent is known."""
        commit = (entry.project, entry.oid)
        records = self._grades.join(commit, entry.record)
        if not records:
            return None
        self.changed[type(entry)] += 1
        return partial(self._grades.record_all, commit, records)

    def _count(self, entry: JoinEntry, join: Callable[[], bool]) -> None:
        self.changed[type(entry)] += join()

    def _has_home(self, entry: JoinEntry) -> bool:
        """Return True if the project, the commit and the instruction files that an entry needs are recorded here."""
        if isinstance(entry, entries.JoinProjectEntry | entries.JoinCostEntry | entries.JoinBalanceEntry):
            return True
        about: object = getattr(entry, "record", entry)
        project: ProjectId | None = getattr(entry, "project", getattr(about, "project", None))
        if project is None:
            return True
        if self._transaction.get(PROJECTS, keys.project(project)) is None:
            return False
        if isinstance(entry, entries.JoinCommitEntry) and not self._has_setup(entry.facts.setup):
            return False
        if isinstance(entry, entries.JoinOutcomeEntry):
            return join_computed.is_of_recorded_run(self._transaction, entry)
        oid: Oid | None = getattr(entry, "oid", None) if isinstance(entry, _ABOUT_COMMITS) else None
        return oid is None or self._commits.get((project, oid)) is not None

    def _has_setup(self, setup: str | None) -> bool:
        return setup is None or self._transaction.get(SETUPS, bytes.fromhex(setup)) is not None


_ABOUT_COMMITS = (entries.JoinEvidenceEntry, entries.JoinGradeEntry, entries.JoinBugEntry)
"""Entries that change nothing without their commit; an outcome may be of a commit that is not recorded."""
