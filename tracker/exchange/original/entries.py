"""Entries of the ledger for the original's rows.

Grades and makers go to the commits that are recorded here, in the project that the row names or the first one that
holds the commit; of others a reason says what to do. Points and scores are opening balances: shown, counted nowhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from tracker.attribution import Catalogue, resolve_agent_name
from tracker.balance_records import BalanceRecord
from tracker.exchange.original.commit_names import CommitNames, Home
from tracker.exchange.original.grades import (
    PROGRAM,
    SPEAKER,
    grade_of,
    of_communication,
    of_retrospective,
)
from tracker.exchange.original.rows import (
    NoRow,
    Row,
    count,
    milliseconds,
    optional_text,
    seconds,
    text,
    thousandths,
)
from tracker.feedback_records import ActivityRecord, GradeRecord, RetrospectiveRecord
from tracker.ledger import Snapshot
from tracker.ledger.commits import CommitId, find_commit
from tracker.ledger.entries import Entry
from tracker.ledger.grade_history import grades_of
from tracker.ledger.joined_entries import (
    JoinActivityEntry,
    JoinBalanceEntry,
    JoinEvidenceEntry,
    JoinGradeEntry,
    JoinRetrospectiveEntry,
)
from tracker.ledger.restated_grades import SOURCE, forms, statements
from tracker.model import Evidence
from tracker.text import printable

_NOT_NEEDED: Final = {
    "migrations": "it tells of a migration between two versions of the original: there is nothing to import",
    "projects": "agent-tracker reads languages, frameworks and dependencies from the repository itself",
}
"""Reasons for which rows of a kind are never imported."""


class Planned(NamedTuple):
    """The entry of a row, and the row; several entries may follow from one."""

    entry: Entry
    row: Row


class LeftOut(NamedTuple):
    """A row that is not imported, and the reason as a clause. ``is_needed``: False for a kind that never is."""

    row: Row
    reason: str
    is_needed: bool = True


class Plan(NamedTuple):
    """The entries of rows, and the rows that are left out."""

    entries: list[Planned]
    left_out: list[LeftOut]


class Planner:
    """Makes entries of rows, with the commits that a snapshot of the ledger holds.

    ``rules``: names of agents. ``home``: the folder whose files the rows are, None for rows of a database.
    """

    def __init__(self, snapshot: Snapshot, rules: Catalogue, home: Home | None = None) -> None:
        self._snapshot = snapshot
        self._rules = rules
        self._names = CommitNames(snapshot, home)

    def plan(self, rows: Iterable[Row]) -> Plan:
        """Return the entries of all rows, of which each makes one or is left out with a reason."""
        plan = Plan([], [])
        given: dict[CommitId, dict[GradeRecord, Row]] = defaultdict(dict)
        known: dict[Entry, Row] = {}
        for row in rows:
            try:
                self._plan_row(row, plan, given, known)
            except NoRow as error:
                plan.left_out.append(LeftOut(row, str(error)))
        for commit, grades in given.items():
            self._plan_grades(commit, grades, plan)
        return plan

    def _plan_grades(self, commit: CommitId, grades: Mapping[GradeRecord, Row], plan: Plan) -> None:
        """Plan the grades of a commit, each statement once."""
        known = self._imported(commit)
        for one in statements([*grades, *known]):
            row = next((grades[form] for form in forms([one]) if form in grades), None)
            if row is not None and one not in known:
                plan.entries.append(Planned(JoinGradeEntry(*commit, one), row))

    def _plan_row(
        self, row: Row, plan: Plan, given: dict[CommitId, dict[GradeRecord, Row]], known: dict[Entry, Row]
    ) -> None:
        if row.kind in _NOT_NEEDED:
            plan.left_out.append(LeftOut(row, _NOT_NEEDED[row.kind], is_needed=False))
            return
        if row.kind == "communication":
            grades, commit = [of_communication(row)], self._names.commit(row, "commit_hash")
        else:
            entry = self._entry(row)
            if entry in known:
                plan.left_out.append(_repeated(row, known[entry]))
            else:
                known[entry] = row
                plan.entries.append(Planned(entry, row))
            if row.kind != "retrospectives":
                return
            grades = of_retrospective(row, _account_in_key(row, text(row, "commit")))
            if not grades or self._names.named(row, "commit") is None:
                return
            try:
                commit = self._names.commit(row, "commit")
            except NoRow as error:
                raise NoRow(f"it is imported, and its grades are not: {error}") from error
        for grade in grades:
            if grade in given[commit] and row.kind == "communication":
                plan.left_out.append(_repeated(row, given[commit][grade]))
            given[commit].setdefault(grade, row)

    def _entry(self, row: Row) -> Entry:
        """Return the entry of a row that is no grade alone. Raises NoRow."""
        if row.kind == "agents":
            return JoinBalanceEntry(self._balance(row))
        if row.kind == "activities":
            return JoinActivityEntry(self._activity(row))
        if row.kind == "commits":
            return self._maker(row)
        of_retrospective(row, "")  # one with a wrong grade is left out wholly
        return JoinRetrospectiveEntry(self._retrospective(row))

    def _imported(self, commit: CommitId) -> list[GradeRecord]:
        """Return the grades of a commit that were imported before."""
        recorded = find_commit(self._snapshot, *commit)
        grades = grades_of(self._snapshot, commit, recorded.standing) if recorded else []
        return [one._replace(agent="") for one in grades if one.source == SOURCE]

    def _balance(self, row: Row) -> BalanceRecord:
        account = text(row, "id")
        return BalanceRecord(
            agent=self._agent(account),
            program=PROGRAM,
            account=account,
            skill_points=thousandths(row, "skill_points"),
            experience_points=thousandths(row, "experience_points"),
            communication_score=thousandths(row, "communication_score"),
            commits=count(row, "total_commits"),
            bugs=count(row, "total_bugs"),
            model=optional_text(row, "model") or None,
            scope=optional_text(row, "scope"),
            is_active=row.value.get("active") is not False,
            created_at=seconds(row, "created_at"),
            updated_at=seconds(row, "updated_at"),
        )

    def _maker(self, row: Row) -> JoinEvidenceEntry:
        """Return the evidence that the original recorded a commit for an agent."""
        project, oid = self._names.commit(row, "commit_hash")
        account = text(row, "agent_id")
        evidence = Evidence("record", PROGRAM, account, self._agent(account), "agent", None, "medium")
        return JoinEvidenceEntry(project, oid, evidence)

    def _activity(self, row: Row) -> ActivityRecord:
        agent = self._agent(_account_in_key(row, text(row, "timestamp")))
        task, actions, outcome, decisions = (
            optional_text(row, name) for name in ("task", "actions", "outcome", "decisions")
        )
        time = milliseconds(row, "timestamp") // 1000
        return ActivityRecord(agent, task, actions, outcome, decisions, time, speaker=SPEAKER)

    def _retrospective(self, row: Row) -> RetrospectiveRecord:
        oid = self._names.named(row, "commit")
        # No project, also where one holds the commit: the record must be the same whenever it is imported.
        return RetrospectiveRecord(
            agent=self._agent(_account_in_key(row, text(row, "commit"))),
            subject=oid or text(row, "commit"),
            task=optional_text(row, "task"),
            agent_grade=grade_of(row, "agent_grade") if row.value.get("agent_grade") is not None else None,
            user_grade=grade_of(row, "user_grade") if row.value.get("user_grade") is not None else None,
            score_before=count(row, "score_before"),
            score_after=count(row, "score_after"),
            notes=_notes(row),
            time=milliseconds(row, "timestamp") // 1000,
            is_session=oid is None,
            source=SOURCE,
            speaker=SPEAKER,
        )

    def _agent(self, account: str) -> str:
        """Return the agent that an account of the original belongs to: its name may have a scope behind a colon."""
        name = account.partition(":")[0].strip()
        if not name:
            raise NoRow("it names no agent")
        return resolve_agent_name(name, self._rules)[0]


def _repeated(row: Row, first: Row) -> LeftOut:
    return LeftOut(row, f"it says the same as the row with the key {printable(first.key)}", is_needed=False)


def _account_in_key(row: Row, rest: str) -> str:
    """Return the account that the key of a row begins with, before a colon and ``rest``. Raises NoRow."""
    account = row.key.removesuffix(f":{rest}")
    if account == row.key or not account:
        raise NoRow("its key does not name the agent")
    return account


def _notes(row: Row) -> str:
    """Return both raters' notes of a retrospective, each with its rater's name."""
    notes = [(rater, optional_text(row, f"{rater}_note")) for rater in ("agent", "user")]
    return "\n".join(f"{rater}: {note}" for rater, note in notes if note)
