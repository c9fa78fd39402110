"""Random ledgers with records of every kind that is exchanged, and what two ledgers must agree in."""

import contextlib
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.ledger import random_entries
from tests.ledger.example_ledger import agent_evidence, contents, project_entry
from tests.ledger.random_entries import OIDS, PROJECTS
from tracker.balance_records import BalanceRecord
from tracker.cost_records import CostRecord, ModelTokens
from tracker.errors import TrackerError
from tracker.exchange.event_lines import line_of
from tracker.exchange.ledger_events import ledger_events
from tracker.ledger import Ledger, computed_entries, entries, joined_entries, tables
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.commits import find_commit
from tracker.ledger.tables import AGENTS, BUGS, COMMUNICATION
from tracker.model import DiffStat, Evidence, Moment, ProjectId
from tracker.outcome_records import OutcomeRecord, OutcomesRunRecord
from tracker.profile_records import ProfileRecord
from tracker.scoring import DEFAULT

_SETUPS: Final = ("0" * 32, "1" * 32)
_AGENTS: Final = ("codex", "opencode", "claude-code")
_LATEST: Final = 3
"""Statements are made in so few seconds that many share one."""


def make_ledger(
    path: Path, seed: int, size: int = 40, history: int = 0, projects: Sequence[ProjectId] | None = None
) -> Ledger:
    """Return a ledger with entries that the seed decides, most of which change something.

    ``history``: decides what git says of the commits, which is the same in all ledgers. ``projects``: those of it;
    None for some that ledgers share.
    """
    chance, ledger = random.Random(seed), Ledger(path)
    projects = PROJECTS[: chance.choice([1, 2, 3])] if projects is None else projects
    _flush(ledger, [project_entry(one)._replace(time=chance.randrange(1, 5)) for one in projects])
    _flush(ledger, [entries.SetupEntry(key, (("AGENTS.md", key),)) for key in _SETUPS])
    _flush(ledger, [_outcomes(chance, one) for one in projects])  # no outcome is without a run
    go_on(ledger, seed, size, history)
    if chance.random() < 0.5:  # enough bugs for a halt, which the user ends
        bug = entries.BugEntry("claude-code", projects[0], None, "wrong", "", _time(chance), "a person")
        _flush(ledger, [bug] * 8)
        _flush(ledger, [entries.ReinstatementEntry("claude-code", projects[0], "plan", _time(chance), DEFAULT)])
    return ledger


def go_on(ledger: Ledger, seed: int, size: int = 40, history: int = 0) -> None:
    """Write further entries into a ledger, about the projects that it has."""
    chance = random.Random(seed)
    known = random_entries.history(random.Random(history), may_circle=not history % 5)
    with ledger.read() as snapshot:
        projects = [ProjectId(key.hex()) for key in snapshot.keys(tables.PROJECTS)]
    while size > 0:
        batch = [_entry(chance, chance.choice(projects), known) for _ in range(chance.choice([1, 1, 2, 6]))]
        size -= len(batch)
        _flush(ledger, [one for one in batch if not isinstance(one, _BUGS)])
        for bug in (one for one in batch if isinstance(one, _BUGS) and _is_recorded(ledger, one)):
            _flush(ledger, [bug])


_BUGS: Final = (entries.BugEntry, entries.SuggestionEntry)


def _is_recorded(ledger: Ledger, bug: entries.BugEntry | entries.SuggestionEntry) -> bool:
    """Return True if a bug is about no commit or a recorded one: commands take no other."""
    with ledger.read() as snapshot:
        return bug.oid is None or find_commit(snapshot, bug.project, bug.oid) is not None


def _flush(ledger: Ledger, batch: Sequence[entries.Entry]) -> None:
    buffer = EntryBuffer()
    for entry in batch:
        buffer.add(entry)
    with contextlib.suppress(TrackerError):  # no bug to withdraw, no agent that is halted
        buffer.flush(ledger)


def _entry(chance: random.Random, project: ProjectId, known: random_entries.History) -> entries.Entry:
    if chance.random() < 0.5:
        return random_entries.entry(chance, project, known)
    return chance.choice(_KINDS)(chance, project)


def _text(chance: random.Random) -> str:
    return chance.choice(["", "", "slow", "naïve, 日本"])


def _time(chance: random.Random) -> int:
    return chance.randrange(1, _LATEST + 1)


def _grade(chance: random.Random, project: ProjectId) -> entries.Entry:
    rater, grade = chance.choice(["agent", "user"]), chance.choice([-1, 1, 2, 5, None])
    source = chance.choice(["command line", entries.TRAILER])
    return entries.GradeEntry(
        project, chance.choice(OIDS), rater, grade, _text(chance), "", _time(chance), source, "a person",  # type: ignore[arg-type]
        chance.choice(["", "", "one", "two"]),
    )  # fmt: skip


def _bug(chance: random.Random, project: ProjectId) -> entries.Entry:
    oid = chance.choice([None, *OIDS])
    return entries.BugEntry(chance.choice(_AGENTS), project, oid, _text(chance), "", _time(chance), "a person")


def _withdrawal(chance: random.Random, project: ProjectId) -> entries.Entry:
    return entries.BugWithdrawalEntry(project, chance.choice(OIDS), _time(chance), "a person")


def _suggestion(chance: random.Random, project: ProjectId) -> entries.Entry:
    agent, by = chance.sample(_AGENTS, 2)
    return entries.SuggestionEntry(agent, project, chance.choice(OIDS), _text(chance), "", _time(chance), by)


def _decision(chance: random.Random, project: ProjectId) -> entries.Entry:
    decisions: list[entries.SuggestionDecision] = ["confirmed", "dismissed", "open"]
    oid, by = chance.choice(OIDS), chance.choice(_AGENTS)
    return entries.SuggestionDecisionEntry(project, oid, by, chance.choice(decisions), _time(chance))


def _reinstatement(chance: random.Random, project: ProjectId) -> entries.Entry:
    return entries.ReinstatementEntry(chance.choice(_AGENTS), project, "plan", _time(chance), DEFAULT)


def _retrospective(chance: random.Random, project: ProjectId) -> entries.Entry:
    is_session = chance.random() < 0.7
    return entries.RetrospectiveEntry(
        chance.choice(_AGENTS), project, chance.choice(["s-1", "s-2"]) if is_session else chance.choice(OIDS),
        is_session, "", chance.choice([None, -1, 2]), chance.choice([None, 1, 5]), _text(chance),
        _time(chance), DEFAULT,
    )  # fmt: skip


def _activity(chance: random.Random, project: ProjectId) -> entries.Entry:
    return entries.ActivityEntry(
        chance.choice(_AGENTS), "cart", "", _text(chance), "", _time(chance), chance.choice([None, project])
    )


def _correction(chance: random.Random, project: ProjectId) -> entries.Entry:
    evidence = agent_evidence(chance.choice(_AGENTS))[0]
    signal, name = chance.choice(["correction", "correction", "withdrawal"]), f"000{chance.randrange(3)}"
    return entries.EvidenceEntry(project, chance.choice(OIDS), (evidence._replace(signal=signal, name=name),), "")


def _record(chance: random.Random, project: ProjectId) -> entries.Entry:
    made_by = Evidence(
        "record", chance.choice(["git-ai", "other"]), "", chance.choice(_AGENTS), "agent", None, "medium"
    )
    return joined_entries.JoinEvidenceEntry(project, chance.choice(OIDS), made_by)


def _replaced_evidence(chance: random.Random, project: ProjectId) -> entries.Entry:
    oid, agent = chance.choice(OIDS), chance.choice(_AGENTS)
    moments = (Moment(f"{oid[-4:]}one", agent_evidence(chance.choice(_AGENTS))),) if chance.random() < 0.5 else ()
    return entries.ReplacedEvidenceEntry(project, oid, agent_evidence(agent, "m-1"), moments, chance.choice(_SETUPS))


def _measured(chance: random.Random, project: ProjectId) -> entries.Entry:
    return entries.MeasuredEntry(project, chance.choice(OIDS), DiffStat(1, chance.randrange(9), 2), "test")


def _outcomes(chance: random.Random, project: ProjectId) -> entries.Entry:
    run = OutcomesRunRecord("refs/heads/main", chance.choice(OIDS), _time(chance), "rules", chance.choice([0, 5, 6]))
    return computed_entries.OutcomesEntry(project, run, anew=chance.random() < 0.5)


def _outcome(chance: random.Random, project: ProjectId) -> entries.Entry:
    oid, other = chance.sample(OIDS, 2)
    outcome = OutcomeRecord(
        1_700_000_000, chance.randrange(20), ((0, 9), (20, -chance.randrange(9))), chance.choice([None, other]), aged=2
    )
    if chance.random() < 0.2:
        return computed_entries.NoOutcomeEntry(project, oid)
    return computed_entries.OutcomeEntry(project, oid, outcome)


def _cost(chance: random.Random, project: ProjectId) -> entries.Entry:
    if chance.random() < 0.3:
        return computed_entries.CostEntry(chance.choice(OIDS), CostRecord(read_at=_time(chance), unknown="missing"))
    cost = CostRecord(
        2, 0, chance.randrange(99), 1, 2, 3, models=(("m-1", 2),), found_by=chance.choice(["id", "time"]),
        read_at=_time(chance), by_model=(ModelTokens("m-1", 1, 2, 3, 4),),
    )  # fmt: skip
    return computed_entries.CostEntry(chance.choice(OIDS), cost)


def _profile(chance: random.Random, project: ProjectId) -> entries.Entry:
    profile = ProfileRecord(OIDS[0], _time(chance), 1, (("Python", chance.randrange(9)),), dependencies=("pypi/flask",))
    return computed_entries.ProfileEntry(project, profile)


def _balance(chance: random.Random, project: ProjectId) -> entries.Entry:
    agent = chance.choice(_AGENTS)
    balance = BalanceRecord(agent, "other", f"{agent}:api", 2700, chance.randrange(9), updated_at=_time(chance))
    return joined_entries.JoinBalanceEntry(balance)


def _move(chance: random.Random, project: ProjectId) -> entries.Entry:
    return project_entry(project)._replace(path=f"/{chance.choice('xy')}/{project}", time=chance.randrange(1, 9))


_KINDS: Final[Sequence[Callable[[random.Random, ProjectId], entries.Entry]]] = (
    _grade, _grade, _bug, _bug, _withdrawal, _suggestion, _decision, _reinstatement, _retrospective, _activity,
    _correction, _record, _replaced_evidence, _measured, _outcomes, _outcome, _outcome, _cost, _profile, _balance,
    _move,
)  # fmt: skip


def exported(ledger: Ledger) -> bytes:
    """Return all events of a ledger, as an export writes them."""
    with ledger.read() as snapshot:
        return b"".join(map(line_of, ledger_events(snapshot)))


def meaning(ledger: Ledger) -> tuple[object, ...]:
    """Return what reports and scores of a ledger are made of, without what depends on the order of recording."""
    totals, commits = contents(ledger)
    with ledger.read() as snapshot:
        agents = [*snapshot.scan(AGENTS)]
        bugs = sorted((record for _, record in snapshot.scan(BUGS)), key=repr)
        grades = sorted(((key[:-8].hex(), record) for key, record in snapshot.scan(COMMUNICATION)), key=repr)
    return totals, commits, agents, bugs, grades
