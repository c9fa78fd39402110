"""The totals of set-ups, read from the ledger: one pass over its accounts, however many commits there are."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from tracker.attribution import Catalogue
from tracker.attribution.instruction_files import setup_digest
from tracker.ledger import Snapshot
from tracker.ledger.tables import RETROSPECTIVES, SETUPS, TOTALS
from tracker.lineage import sums
from tracker.lineage.session_grades import session_amounts
from tracker.lineage.sums import Sums
from tracker.model import Kind, ProjectId, TaskKind
from tracker.reports.set_ups.set_up import By, SetUp, Variant, set_up_of

K = TypeVar("K")


class Scope(NamedTuple):
    """The commits that figures are of. ``projects``: None for all. ``first``, ``last``: months (``keys.month``)."""

    projects: frozenset[ProjectId] | None = None
    first: int | None = None
    last: int | None = None

    def has(self, project: ProjectId, month: int) -> bool:
        """Return True if an account of that project and month belongs to it."""
        return (
            (self.projects is None or project in self.projects)
            and (self.first is None or month >= self.first)
            and (self.last is None or month <= self.last)
        )


class SetUpRow(NamedTuple):
    """The sums of one set-up in one project, kind of task and month."""

    set_up: SetUp
    project: ProjectId
    task_kind: TaskKind
    month: int
    sums: Sums


class SetUpReader:
    """Reads the totals of set-ups. ``rules``: the catalogue, which says which instruction files an agent reads."""

    def __init__(self, snapshot: Snapshot, rules: Catalogue, by: By) -> None:
        self._snapshot = snapshot
        self._rules = rules
        self._by = by
        self._known: dict[tuple[str | None, ...], SetUp] = {}

    def rows(self, scope: Scope) -> Iterator[SetUpRow]:
        """Yield the rows of a scope, without the grades of sessions, which belong to no commit."""
        of_sessions = {
            account.key(): amount
            for account, amount in _summed(session_amounts(one for _, one in self._snapshot.scan(RETROSPECTIVES)))
        }
        for key, record in self._snapshot.scan(TOTALS):
            if scope.has(record.project, record.month):
                row = record.sums
                if key in of_sessions:
                    row = sums.add(row, of_sessions[key], -1)
                variant = (record.agent, record.kind, record.model, record.version, record.setup)
                yield SetUpRow(self.set_up(*variant), record.project, record.task_kind, record.month, row)

    def set_up(self, agent: str, kind: Kind, model: str | None, version: str | None, setup: str | None) -> SetUp:
        """Return the set-up of a commit or an account. ``setup``: key in ``setups``."""
        variant = (agent, kind, model, version, setup)
        if variant not in self._known:
            instructions = self._instructions(agent, setup) if setup and self._by == "instructions" else None
            self._known[variant] = set_up_of(Variant(agent, kind, model, version, instructions), self._by)
        return self._known[variant]

    def _instructions(self, agent: str, setup: str) -> str | None:
        record = self._snapshot.get(SETUPS, bytes.fromhex(setup))
        return setup_digest(record, agent, self._rules) if record else None


def summed_by(rows: Iterable[SetUpRow], key: Callable[[SetUpRow], K]) -> dict[K, Sums]:
    """Return the sums of rows, keyed by what ``key`` returns for each."""
    groups: dict[K, list[Sums]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row.sums)
    return {group: sums.total(of_group) for group, of_group in groups.items()}


def _summed(amounts: Iterable[tuple[K, Sums]]) -> Iterator[tuple[K, Sums]]:
    groups: dict[K, list[Sums]] = {}
    for key, amount in amounts:
        groups.setdefault(key, []).append(amount)
    return ((key, sums.total(of_key)) for key, of_key in groups.items())
