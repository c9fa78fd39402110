"""Verification of a project's commits against its repository: commits missing, or reachable in one of them only.

Git lists what its tips reach in no order, and the ledger's commits are read in the order of oids. So git's oids are
kept in groups by their first byte, as bytes one after the other: about 20 for each commit, and one group at a time is
compared.
"""

from collections.abc import Collection, Iterator
from typing import Final

from tracker.errors import RepositoryError
from tracker.git import Repository
from tracker.git.reachable_commits import each_reachable
from tracker.history.recorded_state import RecordedState
from tracker.ledger.scan import HeldCommit
from tracker.model import Oid
from tracker.reports.verify_check import Check

_GROUPS: Final = 256
"""Values of the first byte of an oid."""


class GitCheck(Check[HeldCommit]):
    """Finds commits that git reaches and the ledger does not hold as reachable, and the other way round.

    Reads all of git's history when it is made. Raises RepositoryError when git cannot read the repository.
    """

    name = "git"

    def __init__(self, repository: Repository, known: RecordedState) -> None:
        super().__init__()
        self._project = known.project_id
        self._reachable = _Oids(repository, {*known.tips.values()})
        baseline = known.record.baseline if known.record else ()
        self._excluded = _Oids(repository, baseline) if baseline else None
        self._is_recorded = known.record is not None
        self._group = 0
        self._live: set[bytes] = set()
        self._dead: set[bytes] = set()
        self._unreachable: list[bytes] = []

    def follow(self, commit: HeldCommit) -> None:
        """Compare a commit."""
        for project, facts in commit.holdings:
            if project == self._project:
                oid = bytes.fromhex(commit.oid)
                while self._group < oid[0]:
                    self.found += self._compare_group()
                (self._live if facts.live else self._dead).add(oid)

    def rest(self) -> Iterator[str]:
        """Yield the differences that show when all commits were followed."""
        while self._group < _GROUPS:
            yield from self._compare_group()
        for oid in self._unreachable:
            yield f"commit {oid.hex()} is unreachable but recorded as reachable."

    def _compare_group(self) -> list[str]:
        """Return what the ledger lacks of the present group, keep what git lacks, and go on to the next group."""
        reachable = self._reachable.of(self._group)
        excluded = self._excluded.of(self._group) if self._excluded else set()
        missing = reachable - excluded - self._live if self._is_recorded else set()
        states = {oid: "recorded as unreachable" if oid in self._dead else "not recorded" for oid in sorted(missing)}
        self._unreachable += sorted(self._live - reachable)
        self._live, self._dead = set(), set()
        self._group += 1
        return [f"commit {oid.hex()} is reachable but {state}." for oid, state in states.items()]


class _Oids:
    """The commits that tips reach, by the first byte of their oids."""

    def __init__(self, repository: Repository, tips: Collection[Oid]) -> None:
        self._groups = [bytearray() for _ in range(_GROUPS)]
        self._size = 1
        try:
            for oid in each_reachable(repository.common_dir, tips):
                self._groups[oid[0]] += oid
                self._size = len(oid)
        except RepositoryError:  # a commit is missing or damaged: what can be reached without it is found one by one
            self._groups = [bytearray() for _ in range(_GROUPS)]
            for name in repository.walk(tips):
                self._groups[int(name[:2], 16)] += bytes.fromhex(name)
                self._size = len(name) // 2

    def of(self, first: int) -> set[bytes]:
        """Return the oids with this first byte."""
        group = bytes(self._groups[first])
        return {group[place : place + self._size] for place in range(0, len(group), self._size)}
