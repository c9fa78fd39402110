"""Entries of the ledger for the original's rows.

Grades and makers go to the commits that are recorded here, in the project that the row names or the first one that
holds the commit; of others a reason says what to do. Points and scores are opening balances: shown, counted nowhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tracker.attribution import Catalogue, resolve_agent_name
from tracker.balance_records import BalanceRecord
from tracker.exchange.original.grades import (
    PROGRAM,
    SOURCE,
    SPEAKER,
    grade_of,
    joined_grades,
    of_communication,
    of_retrospective,
    records_of,
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
from tracker.ledger.commits import find_commit, holders_of
from tracker.ledger.entries import Entry
from tracker.ledger.grade_history import grades_of
from tracker.ledger.joined_entries import (
    JoinActivityEntry,
    JoinBalanceEntry,
    JoinEvidenceEntry,
    JoinGradeEntry,
    JoinRetrospectiveEntry,
)
from tracker.ledger.tables import PROJECTS
from tracker.model import Evidence, Oid, ProjectId, parse_oid

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
    """Makes entries of rows, with the commits that a snapshot of the ledger holds. ``rules``: names of agents."""

    def __init__(self, snapshot: Snapshot, rules: Catalogue) -> None:
        self._snapshot = snapshot
        self._rules = rules
        self._paths = {
            path.removesuffix("/.git"): ProjectId(key.hex())
            for key, record in snapshot.scan(PROJECTS)
            for path in record.paths
        }

    def plan(self, rows: Iterable[Row]) -> Plan:
        """Return the entries of all rows, of which each makes one or is left out with a reason."""
        plan = Plan([], [])
        graded: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            try:
                self._plan_row(row, plan, graded)
            except NoRow as error:
                plan.left_out.append(LeftOut(row, str(error)))
        for kinds in graded.values():
            self._plan_grades(kinds, plan)
        return plan

    def _plan_row(self, row: Row, plan: Plan, graded: dict[tuple[str, str], dict[str, list[Row]]]) -> None:
        if row.kind in _NOT_NEEDED:
            plan.left_out.append(LeftOut(row, _NOT_NEEDED[row.kind], is_needed=False))
        elif row.kind == "agents":
            plan.entries.append(Planned(JoinBalanceEntry(self._balance(row)), row))
        elif row.kind == "activities":
            plan.entries.append(Planned(JoinActivityEntry(self._activity(row)), row))
        elif row.kind == "commits":
            plan.entries.append(Planned(self._maker(row), row))
        elif row.kind == "communication":
            of_communication(row)  # a row that is wrong stops no other one of its commit
            graded[text(row, "agent_id"), text(row, "commit_hash")][row.kind].append(row)
        else:
            of_retrospective(row)
            plan.entries.append(Planned(JoinRetrospectiveEntry(self._retrospective(row)), row))
            graded[self._account_in_key(row, text(row, "commit")), text(row, "commit")][row.kind].append(row)

    def _plan_grades(self, kinds: dict[str, list[Row]], plan: Plan) -> None:
        """Plan the grades of one commit; a retrospective of one that is not recorded is kept all the same."""
        rows = [*kinds["communication"], *kinds["retrospectives"]]
        try:
            project, oid = self._commit(rows[0])
            grades = records_of(
                joined_grades(kinds["retrospectives"], kinds["communication"]), self._imported(project, oid)
            )
        except NoRow as error:
            plan.left_out.extend(LeftOut(row, str(error)) for row in kinds["communication"])
            graded = (row for row in kinds["retrospectives"] if parse_oid(text(row, "commit")) is not None)
            plan.left_out.extend(LeftOut(row, f"it is imported, and its grades are not: {error}") for row in graded)
            return
        plan.entries.extend(Planned(JoinGradeEntry(project, oid, grade), rows[0]) for grade in grades)

    def _commit(self, row: Row) -> tuple[ProjectId, Oid]:
        """Return the recorded commit that a row is about. Raises NoRow with what to do where there is none."""
        named = text(row, "commit") if row.kind == "retrospectives" else text(row, "commit_hash")
        oid = parse_oid(named)
        if oid is None:
            raise NoRow("it is about a session, or its commit has no full object name")
        holders: Sequence[ProjectId] = holders_of(self._snapshot, oid)
        path = row.value.get("project_path")
        if not holders:
            where = path if isinstance(path, str) else "its repository"
            raise NoRow(f"its commit {oid[:12]} is not recorded: run 'agent-tracker backfill' in {where}, import again")
        own = self._paths.get(path.rstrip("/")) if isinstance(path, str) else None
        return (own if own in holders and own is not None else holders[0]), oid

    def _imported(self, project: ProjectId, oid: Oid) -> list[GradeRecord]:
        """Return the grades of a commit that were imported before."""
        commit = find_commit(self._snapshot, project, oid)
        grades = grades_of(self._snapshot, (project, oid), commit.standing) if commit else []
        return [one for one in grades if one.source == SOURCE]

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
        project, oid = self._commit(row)
        account = text(row, "agent_id")
        evidence = Evidence("record", PROGRAM, account, self._agent(account), "agent", None, "medium")
        return JoinEvidenceEntry(project, oid, evidence)

    def _activity(self, row: Row) -> ActivityRecord:
        agent = self._agent(self._account_in_key(row, text(row, "timestamp")))
        task, actions, outcome, decisions = (
            optional_text(row, name) for name in ("task", "actions", "outcome", "decisions")
        )
        time = milliseconds(row, "timestamp") // 1000
        return ActivityRecord(agent, task, actions, outcome, decisions, time, speaker=SPEAKER)

    def _retrospective(self, row: Row) -> RetrospectiveRecord:
        subject = text(row, "commit")
        # No project, also where one holds the commit: the record must be the same whenever it is imported.
        return RetrospectiveRecord(
            agent=self._agent(self._account_in_key(row, subject)),
            subject=subject,
            task=optional_text(row, "task"),
            agent_grade=grade_of(row, "agent_grade") if row.value.get("agent_grade") is not None else None,
            user_grade=grade_of(row, "user_grade") if row.value.get("user_grade") is not None else None,
            score_before=count(row, "score_before"),
            score_after=count(row, "score_after"),
            notes=_notes(row),
            time=milliseconds(row, "timestamp") // 1000,
            is_session=parse_oid(subject) is None,
            source=SOURCE,
            speaker=SPEAKER,
        )

    def _agent(self, account: str) -> str:
        """Return the agent that an account of the original belongs to: its name may have a scope behind a colon."""
        name = account.partition(":")[0].strip()
        if not name:
            raise NoRow("it names no agent")
        return resolve_agent_name(name, self._rules)[0]

    def _account_in_key(self, row: Row, rest: str) -> str:
        """Return the account that the key of a row begins with, before a colon and ``rest``. Raises NoRow."""
        account = row.key.removesuffix(f":{rest}")
        if account == row.key or not account:
            raise NoRow("its key does not name the agent")
        return account


def _notes(row: Row) -> str:
    """Return both raters' notes of a retrospective, each with its rater's name."""
    notes = [(rater, optional_text(row, f"{rater}_note")) for rater in ("agent", "user")]
    return "\n".join(f"{rater}: {note}" for rater, note in notes if note)
