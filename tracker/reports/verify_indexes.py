"""Verification of the tables that only find other rows: holders, links, copies, reverts, paths, instruction files.

Every difference is one sentence: a row that is missing, and a row that leads nowhere.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from tracker import keys
from tracker.ledger import Snapshot, Table
from tracker.ledger.scan import DerivedCommit, HeldCommit, Relations, projects_with_commits
from tracker.ledger.tables import COPIES, OIDS, PATHS, PREDECESSORS, PROJECTS, REVERTS, REWRITES, SETUPS, TIPS
from tracker.model import ELSEWHERE, Oid, ProjectId
from tracker.reports.verify_check import Check


class Holders(Check[HeldCommit]):
    """Finds commits whose projects the index does not list, and rows without such a commit. Both are read in order."""

    name = "holders"

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._rows = groupby(_holder_keys(snapshot), keys.oid_of_holder)
        self._next = self._read()

    def follow(self, commit: HeldCommit) -> None:
        """Compare a commit."""
        while self._next is not None and self._next[0] < commit.oid:
            self.found.append(_wrongly_held(self._next[0], [], self._next[1]))
            self._next = self._read()
        held, listed = [project for project, _ in commit.holdings], list[ProjectId]()
        if self._next is not None and self._next[0] == commit.oid:
            listed, self._next = self._next[1], self._read()
        if held != listed:
            self.found.append(_wrongly_held(commit.oid, held, listed))

    def rest(self) -> Iterator[str]:
        """Yield the differences that show when all commits were followed."""
        while self._next is not None:
            yield _wrongly_held(self._next[0], [], self._next[1])
            self._next = self._read()

    def _read(self) -> tuple[Oid, list[ProjectId]] | None:
        """Return the next commit of the index with the projects that it lists; None at its end."""
        row = next(self._rows, None)
        return None if row is None else (row[0], [keys.project_of_holder(key) for key in row[1]])


def _holder_keys(snapshot: Snapshot) -> Iterator[bytes]:
    """Return the keys of the index in the order of oids, also where one begins with the whole of a shorter one."""
    sizes = sorted({len(key) for key in snapshot.keys(OIDS)})
    return heapq.merge(*(_keys_of_size(snapshot, size) for size in sizes), key=keys.oid_of_holder)


def _keys_of_size(snapshot: Snapshot, size: int) -> Iterator[bytes]:
    return (key for key in snapshot.keys(OIDS) if len(key) == size)


def _wrongly_held(oid: Oid, held: Sequence[ProjectId], listed: Sequence[ProjectId]) -> str:
    return f"commit {oid} is held by {_named(held)}, and the index says by {_named(listed)}."


def _named(projects: Sequence[ProjectId]) -> str:
    return " and ".join(f"project {one}" for one in projects) or "no project"


class Setups(Check[HeldCommit]):
    """Finds commits whose instruction files are not recorded."""

    name = "instruction files"

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._known = {key.hex() for key in snapshot.keys(SETUPS)}

    def follow(self, commit: HeldCommit) -> None:
        """Compare a commit."""
        for _, facts in commit.holdings:
            if facts.setup is not None and facts.setup not in self._known:
                self.found.append(f"the instruction files of commit {commit.oid} are not recorded.")


class Links(Check[DerivedCommit]):
    """Finds claims and links that the index of predecessors lacks, and rows without a claim or link."""

    name = "links"

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._linked: set[tuple[Oid, Oid]] = set()

    def follow(self, commit: DerivedCommit) -> None:
        """Take note of the links of a commit."""
        for recorded in commit.held.values():
            for link in recorded.standing.links:
                self._linked.add((link.new, commit.oid))

    def rest(self) -> Iterator[str]:
        """Yield the differences that show when all commits were followed."""
        claimed = {keys.related_oids(key)[::-1] for key in self._snapshot.keys(REWRITES)}
        rows = {keys.related_oids(key): record for key, record in self._snapshot.scan(PREDECESSORS)}
        listed = {pair for pair, record in rows.items() if record.is_claimed or not record.is_linked}
        for new, old in sorted(claimed - listed):
            yield f"commit {new} is said to replace {old}, and the index does not list it."
        for new, old in sorted(listed - claimed):
            yield f"the index lists {old} as replaced by {new}, and nothing says so."
        replaced = {pair for pair, record in rows.items() if record.is_linked}
        for new, old in sorted(self._linked - replaced):
            yield f"commit {new} replaces {old}, and the index does not show the link."
        for new, old in sorted(replaced - self._linked):
            yield f"the index shows a link from {old} to {new}, and none follows from the facts."


def project_differences(snapshot: Snapshot) -> Iterator[str]:
    """Yield projects that have commits or tips and no record of their own."""
    known = {*snapshot.keys(PROJECTS)}
    owners = {"commits": {keys.project(project) for project in projects_with_commits(snapshot)}}
    owners["tips"] = {*snapshot.beginnings(TIPS, keys.PROJECT_BYTES)}
    for name, projects in owners.items():
        for missing in sorted(projects - known):
            yield f"project {missing.hex()} has {name} and no record of its own."


def path_differences(snapshot: Snapshot) -> Iterator[str]:
    """Yield paths of projects that do not lead to a project, and those that lead to one that was never there."""
    pointers, projects = dict(snapshot.scan(PATHS)), dict(snapshot.scan(PROJECTS))
    for key, project in projects.items():
        for path in project.paths:
            if keys.path(path) not in pointers and not path.startswith(ELSEWHERE):
                yield f"the path {path} of project {key.hex()} does not lead to it."
    by_id = {key.hex(): project for key, project in projects.items()}
    for key, pointer in pointers.items():
        owner = by_id.get(pointer.project)
        if owner is None or pointer.path not in owner.paths or key != keys.path(pointer.path):
            yield f"the path {pointer.path} leads to project {pointer.project}, which was never there."


def relation_differences(snapshot: Snapshot, relations: Relations) -> Iterator[str]:
    """Yield copies and reverts that the indexes lack, and rows of the indexes that no commit gives."""
    copies, found = _pairs(snapshot, COPIES), _pairs_of(relations.copies)
    for original, copy in sorted(found - copies):
        yield f"commit {copy} is a copy of {original}, and the index does not list it."
    for original, copy in sorted(copies - found):
        yield f"commit {copy} is listed as a copy of {original}, and no recorded commit is one."
    reverts, stated = _pairs(snapshot, REVERTS), _pairs_of(relations.reverters)
    for target, reverter in sorted(stated - reverts):
        yield f"commit {reverter} reverts {target}, and the index does not list it."
    for target, reverter in sorted(reverts - stated):
        yield f"commit {reverter} is listed as a revert of {target}, and no recorded commit says so."


def _pairs(snapshot: Snapshot, table: Table[Any]) -> set[tuple[Oid, Oid]]:
    return {keys.related_oids(key) for key in snapshot.keys(table)}


def _pairs_of(related: Mapping[Oid, Sequence[Oid]]) -> set[tuple[Oid, Oid]]:
    return {(one, other) for one, others in related.items() for other in others}
