"""``log`` of one agent or model looks only where the sums of makers and months say so, and lists what all would."""

import contextlib
import itertools
import random
from pathlib import Path

import pytest

from tests.ledger.example_ledger import OIDS as COMMITS_OF_EXAMPLE
from tests.ledger.example_ledger import agent_evidence, commit_facts, flush, project_entry
from tests.ledger.random_entries import PROJECTS, entry, history
from tests.program import sized
from tracker import keys
from tracker.errors import LedgerDamaged
from tracker.ledger import Ledger, Snapshot, Transaction, entries, maker_months
from tracker.ledger.apply import apply_entries
from tracker.ledger.tables import STANDINGS
from tracker.reports.log import Filters, LoggedCommit, LogPages, select_commits
from tracker.reports.maker_rows import spans_of

MONTH = 31 * 24 * 3600
AGENTS = (None, "codex", "opencode", "unmarked", "person", "human", "nobody")
MODELS = (None, "m-1", "", "m-9")


class _Undone(Exception):
    """Raised to take the transaction back."""


def chosen(chance: random.Random) -> Filters:
    """Return filters of which some select by agent, model, time and project."""
    since, until = (chance.choice([None, None, 1_700_000_000 + chance.choice([0, 1, 5, 3_000_000])]) for _ in range(2))
    projects = chance.choice([None, frozenset(PROJECTS[:1]), frozenset(PROJECTS[:2])])
    most = chance.choice([None, None, 1, 3])
    return Filters(projects, chance.choice(AGENTS), chance.choice(MODELS), since, until, chance.random() < 0.3, most)


def in_pages(snapshot: Snapshot, filters: Filters, size: int) -> list[LoggedCommit]:
    pages, found = LogPages(filters, size), list[LoggedCommit]()
    while not pages.is_done:
        found += pages.read(snapshot)
    return found


def without_index(transaction: Transaction, filters: Filters) -> list[LoggedCommit]:
    """Return what a ledger of a schema without the sums of makers and months gives, which is read from end to end."""
    schema = transaction.meta("schema")
    transaction.put_meta("schema", maker_months.SCHEMA - 1)
    try:
        return select_commits(transaction, filters)
    finally:
        transaction.put_meta("schema", schema)


def test_any_filter_lists_the_same_in_the_same_order_as_without_the_index(tmp_path: Path) -> None:
    ledger, listed = Ledger(tmp_path / "ledger"), 0
    for seed in range(sized(1_000, 80)):
        chance = random.Random(seed)
        known = history(chance, may_circle=False)
        with contextlib.suppress(_Undone), ledger.write() as transaction:
            apply_entries(transaction, [project_entry(project) for project in PROJECTS])
            for _ in range(chance.randrange(3, 9)):
                project = chance.choice(PROJECTS)
                apply_entries(transaction, [entry(chance, project, known) for _ in range(6)])
            for _ in range(12):
                filters = chosen(chance)
                right = without_index(transaction, filters)
                assert select_commits(transaction, filters) == right, (seed, filters)
                assert in_pages(transaction, filters, chance.choice([1, 2, 50])) == right, (seed, filters)
                listed += len(right) if filters.agent or filters.model else 0
            raise _Undone
    assert listed > 100, "the filters select something"


@pytest.fixture
def recorded(tmp_path: Path) -> Ledger:
    """A ledger with commits of one agent in two months, between commits of a person in all months."""
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, [project_entry(PROJECTS[0])])
    makers = (None, "codex", None, "codex", None)
    for number, (oid, maker) in enumerate(zip(COMMITS_OF_EXAMPLE, makers, strict=True)):
        evidence = agent_evidence(maker, "m-1") if maker else ()
        facts = commit_facts(1, live=True)._replace(committed_at=1_700_000_000 + number * MONTH, evidence=evidence)
        flush(ledger, [entries.CommitEntry(PROJECTS[0], oid, facts)])
    return ledger


def listed(ledger: Ledger, filters: Filters) -> list[str]:
    with ledger.read() as snapshot:
        return [one.oid for one in select_commits(snapshot, filters)]


def test_commits_of_others_are_not_decoded(recorded: Ledger) -> None:
    """The standings of the person's commits are damaged here, and only what reads them notices."""
    of_agent = [COMMITS_OF_EXAMPLE[3], COMMITS_OF_EXAMPLE[1]]
    with recorded.write() as transaction:
        for number in (0, 2, 4):
            key = keys.standing(PROJECTS[0], 1_700_000_000 + number * MONTH, COMMITS_OF_EXAMPLE[number])
            transaction.put_bytes(STANDINGS.name, key, b"not a record")
    assert listed(recorded, Filters(None, agent="codex")) == of_agent
    assert listed(recorded, Filters(None, model="m-1", most=1)) == of_agent[:1]
    assert listed(recorded, Filters(None, agent="codex", since=1_700_000_000 + 2 * MONTH)) == of_agent[:1]
    assert listed(recorded, Filters(None, agent="codex", until=1_700_000_000 + 2 * MONTH)) == of_agent[1:]
    assert listed(recorded, Filters(None, agent="nobody")) == []
    with pytest.raises(LedgerDamaged):
        listed(recorded, Filters(None, agent="codex", include_dead=True))


def test_spans_are_those_of_the_commits_and_apart(recorded: Ledger) -> None:
    first = 1_700_000_000
    with recorded.read() as snapshot:
        assert spans_of(snapshot, PROJECTS[0], "codex", None) == [(first + n * MONTH,) * 2 for n in (3, 1)]
        spans = spans_of(snapshot, PROJECTS[0], None, None)
    assert all(earlier.last < later.first for later, earlier in itertools.pairwise(spans))


def test_dead_commits_are_listed_where_the_sums_have_none(recorded: Ledger) -> None:
    with recorded.write() as transaction:
        apply_entries(transaction, [entries.LivenessEntry(PROJECTS[0], COMMITS_OF_EXAMPLE[3], live=False)])
    assert listed(recorded, Filters(None, agent="codex")) == [COMMITS_OF_EXAMPLE[1]]
    every = Filters(None, agent="codex", include_dead=True)
    assert listed(recorded, every) == [COMMITS_OF_EXAMPLE[3], COMMITS_OF_EXAMPLE[1]]
