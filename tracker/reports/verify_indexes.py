"""Verification of the tables that only find other rows: holders, links, copies, reverts, paths, agents.

Reads only. Every difference is one sentence: a row that is missing, and a row that leads nowhere.
"""

from collections.abc import Iterator, Mapping

from tracker import keys
from tracker.ledger import Snapshot, maker_months
from tracker.ledger.agents import agent_rows
from tracker.ledger.commits import CommitId
from tracker.ledger.scan import LedgerFacts
from tracker.ledger.tables import (
    ACTIVITIES,
    AGENTS,
    BUGS,
    COPIES,
    MAKER_MONTHS,
    OIDS,
    PATHS,
    PREDECESSORS,
    PROJECTS,
    REINSTATEMENTS,
    RETROSPECTIVES,
    REVERTS,
    REWRITES,
    SETUPS,
    TIPS,
)
from tracker.model import Oid, ProjectId
from tracker.records import AgentRecord, RecordedCommit
from tracker.reports.differing_fields import differing_fields


def checks(
    snapshot: Snapshot, facts: LedgerFacts, commits: Mapping[CommitId, RecordedCommit]
) -> dict[str, Iterator[str]]:
    """Return every difference between the indexes and ``facts``, which are all commits, and ``commits``, as derived.

    Keyed by what is compared.
    """
    return {
        "holders": _holders(snapshot, facts),
        "projects": _projects(snapshot, facts),
        "paths": _paths(snapshot),
        "links": _predecessors(snapshot, commits),
        "copies and reverts": _copies_and_reverts(snapshot, facts),
        "instruction files": _setups(snapshot, facts),
        "agents": _agents(snapshot, commits),
        "journals": _journal_keys(snapshot),
        "maker months": _maker_months(snapshot, commits),
    }


def _holders(snapshot: Snapshot, facts: LedgerFacts) -> Iterator[str]:
    index: dict[Oid, list[ProjectId]] = {}
    for key in snapshot.keys(OIDS):
        index.setdefault(keys.oid_of_holder(key), []).append(keys.project_of_holder(key))
    for oid in facts.holders.keys() | index.keys():
        held, listed = sorted(facts.holders.get(oid, ())), index.get(oid, [])
        if held != listed:
            yield f"commit {oid} is held by {_named(held)}, and the index says by {_named(listed)}."


def _named(projects: list[ProjectId]) -> str:
    return " and ".join(f"project {one}" for one in projects) or "no project"


def _projects(snapshot: Snapshot, facts: LedgerFacts) -> Iterator[str]:
    known = {key for key, _ in snapshot.scan(PROJECTS)}
    owners = {"commits": {keys.project(project_id) for project_id, _ in facts.commits}}
    owners["tips"] = {key[: keys.PROJECT_BYTES] for key, _ in snapshot.scan(TIPS)}
    for name, projects in owners.items():
        for missing in sorted(projects - known):
            yield f"project {missing.hex()} has {name} and no record of its own."


def _paths(snapshot: Snapshot) -> Iterator[str]:
    """Yield paths of projects that do not lead to a project, and those that lead to one that was never there."""
    pointers, projects = dict(snapshot.scan(PATHS)), dict(snapshot.scan(PROJECTS))
    for key, project in projects.items():
        for path in project.paths:
            if keys.path(path) not in pointers:
                yield f"the path {path} of project {key.hex()} does not lead to it."
    by_id = {key.hex(): project for key, project in projects.items()}
    for key, pointer in pointers.items():
        owner = by_id.get(pointer.project)
        if owner is None or pointer.path not in owner.paths or key != keys.path(pointer.path):
            yield f"the path {pointer.path} leads to project {pointer.project}, which was never there."


def _predecessors(snapshot: Snapshot, commits: Mapping[CommitId, RecordedCommit]) -> Iterator[str]:
    """Yield claims and links that the index of predecessors lacks, and rows without a claim or link."""
    claimed = {keys.related_oids(key)[::-1] for key in snapshot.keys(REWRITES)}
    linked = {(link.new, oid) for (_, oid), commit in commits.items() for link in commit.standing.links}
    rows = {keys.related_oids(key): record for key, record in snapshot.scan(PREDECESSORS)}
    listed = {pair for pair, record in rows.items() if record.is_claimed or not record.is_linked}
    for new, old in sorted(claimed - listed):
        yield f"commit {new} is said to replace {old}, and the index does not list it."
    for new, old in sorted(listed - claimed):
        yield f"the index lists {old} as replaced by {new}, and nothing says so."
    replaced = {pair for pair, record in rows.items() if record.is_linked}
    for new, old in sorted(linked - replaced):
        yield f"commit {new} replaces {old}, and the index does not show the link."
    for new, old in sorted(replaced - linked):
        yield f"the index shows a link from {old} to {new}, and none follows from the facts."


def _copies_and_reverts(snapshot: Snapshot, facts: LedgerFacts) -> Iterator[str]:
    copies = {keys.related_oids(key) for key in snapshot.keys(COPIES)}
    found = {(commit.copy_of, oid) for (_, oid), commit in facts.commits.items() if commit.copy_of}
    for original, copy in sorted(found - copies):
        yield f"commit {copy} is a copy of {original}, and the index does not list it."
    for original, copy in sorted(copies - found):
        yield f"commit {copy} is listed as a copy of {original}, and no recorded commit is one."
    reverts = {keys.related_oids(key) for key in snapshot.keys(REVERTS)}
    stated = {(target, oid) for (_, oid), commit in facts.commits.items() for target in commit.reverts}
    for target, reverter in sorted(stated - reverts):
        yield f"commit {reverter} reverts {target}, and the index does not list it."
    for target, reverter in sorted(reverts - stated):
        yield f"commit {reverter} is listed as a revert of {target}, and no recorded commit says so."


def _setups(snapshot: Snapshot, facts: LedgerFacts) -> Iterator[str]:
    known = {key.hex() for key, _ in snapshot.scan(SETUPS)}
    for (_, oid), commit in facts.commits.items():
        if commit.setup is not None and commit.setup not in known:
            yield f"the instruction files of commit {oid} are not recorded."


def _agents(snapshot: Snapshot, commits: Mapping[CommitId, RecordedCommit]) -> Iterator[str]:
    """Yield rows of agents that do not show their newest commits, missing rows, and rows of agents with nothing."""
    expected = {keys.agent(agent): AgentRecord(agent) for _, _, agent in _journals(snapshot)}
    expected |= {keys.agent(row.name): row for row in agent_rows(commits)}
    for key, record in snapshot.scan(AGENTS):
        right = expected.pop(key, None)
        if right is None:
            yield f"the agent {record.name} has a record, and neither commits nor a journal."
        elif record != right:
            yield f"the agent {right.name} is recorded wrongly: {', '.join(differing_fields(record, right))}."
    for right in expected.values():
        yield f"the agent {right.name} has commits or a journal, and no record."


def _maker_months(snapshot: Snapshot, commits: Mapping[CommitId, RecordedCommit]) -> Iterator[str]:
    """Yield sums of makers and months that do not follow from the commits."""
    if not maker_months.is_kept(snapshot):
        return
    expected = maker_months.expected_rows(snapshot, commits.items())
    for key, row in snapshot.scan(MAKER_MONTHS):
        right = expected.pop(key, None)
        name = f"the sums of {row.agent} in month {row.month} of project {row.project}"
        if right is None:
            yield f"{name} are stored, and no commits give any."
            continue
        if row != right:
            yield f"{name} are wrong: {', '.join(differing_fields(row, right))}."
    for right in expected.values():
        yield f"the sums of {right.agent} in month {right.month} of project {right.project} are missing."


def _journal_keys(snapshot: Snapshot) -> Iterator[str]:
    for name, key, agent in _journals(snapshot):
        if not key.startswith(keys.agent(agent)):
            yield f"a {name} of {agent} is stored under another agent."


def _journals(snapshot: Snapshot) -> Iterator[tuple[str, bytes, str]]:
    """Yield every entry of a journal: its name for a reader, its key and its agent."""
    yield from (("bug", key, record.agent) for key, record in snapshot.scan(BUGS))
    yield from (("retrospective", key, record.agent) for key, record in snapshot.scan(RETROSPECTIVES))
    yield from (("activity", key, record.agent) for key, record in snapshot.scan(ACTIVITIES))
    yield from (("reinstatement", key, record.agent) for key, record in snapshot.scan(REINSTATEMENTS))
