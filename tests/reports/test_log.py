"""Selection of commits for ``log``: by the index of commit times, newest first, each oid once."""

from pathlib import Path

import pytest

from tests.ledger.example_ledger import OIDS, PROJECTS, agent_evidence, commit_facts, flush, project_entry
from tracker import keys
from tracker.ledger import Ledger, entries
from tracker.ledger.tables import COMMITS
from tracker.model import Oid, ProjectId
from tracker.reports.log import Filters, LoggedCommit, LogPages, select_commits

HERE, THERE = PROJECTS
A, B, C, D, E = OIDS
EVERYWHERE = Filters(projects=None)
ONE = frozenset([HERE])
OTHERS = [Oid(f"{number:040x}") for number in (7, 8, 9)]


def commit_at(time: int, oid: Oid, project: ProjectId = HERE, *, live: bool = True, agent: str = "") -> entries.Entry:
    evidence = agent_evidence(agent, "m-1") if agent else ()
    facts = commit_facts(1, live=live)._replace(committed_at=time, evidence=evidence)
    return entries.CommitEntry(project, oid, facts)


@pytest.fixture
def recorded(tmp_path: Path) -> Ledger:
    """A ledger with two clones: three commits in one second, recorded in the order E, C, A, and others around it."""
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, [project_entry(project) for project in PROJECTS])
    flush(ledger, [commit_at(500, E), commit_at(500, C, agent="codex"), commit_at(500, A)])
    flush(ledger, [commit_at(900, D, live=False), commit_at(100, B), commit_at(100, B, THERE)])
    return ledger


def selected(ledger: Ledger, filters: Filters) -> list[LoggedCommit]:
    with ledger.read() as snapshot:
        return select_commits(snapshot, filters)


def oids(ledger: Ledger, filters: Filters) -> list[Oid]:
    return [commit.oid for commit in selected(ledger, filters)]


def test_newest_goes_first_and_within_a_second_the_last_recorded(recorded: Ledger) -> None:
    assert oids(recorded, Filters(ONE)) == [A, C, E, B]
    assert oids(recorded, Filters(ONE, include_dead=True)) == [D, A, C, E, B]


def test_within_a_second_no_commit_goes_after_its_parent(recorded: Ledger) -> None:
    facts = commit_facts(1, live=True)._replace(committed_at=500)
    chain = [(OTHERS[number], OTHERS[number - 1 : number]) for number in (2, 0, 1)]  # the last was recorded first
    flush(recorded, [entries.CommitEntry(HERE, oid, facts._replace(parents=tuple(parents))) for oid, parents in chain])
    assert [oid for oid in oids(recorded, Filters(ONE)) if oid in OTHERS] == [*OTHERS[::-1]]


@pytest.mark.parametrize("most", [0, 1, 2, 9])
def test_limit_keeps_the_newest(recorded: Ledger, most: int) -> None:
    assert oids(recorded, Filters(ONE, most=most)) == [A, C, E, B][:most]


def test_commit_of_two_clones_is_selected_once_where_it_is_counted(recorded: Ledger) -> None:
    assert [(one.oid, one.project) for one in selected(recorded, EVERYWHERE)] == [
        (A, HERE), (C, HERE), (E, HERE), (B, HERE),
    ]  # fmt: skip
    assert [(one.oid, one.project) for one in selected(recorded, Filters(frozenset([THERE])))] == [(B, THERE)]


def test_filters_select_by_agent_model_and_time(recorded: Ledger) -> None:
    assert oids(recorded, Filters(ONE, agent="codex")) == [C]
    assert oids(recorded, Filters(ONE, model="m-1")) == [C]
    assert oids(recorded, Filters(ONE, since=500)) == [A, C, E]
    assert oids(recorded, Filters(ONE, until=499)) == [B]
    assert oids(recorded, Filters(ONE, since=101, until=499)) == []


def test_page_reads_no_facts_of_commits_that_it_does_not_show(recorded: Ledger) -> None:
    """Older facts are damaged here, and the page of the newest commits does not notice."""
    with recorded.write() as transaction:
        for oid in (B, D):
            transaction.put_bytes(COMMITS.name, keys.commit(HERE, oid), b"not a record")
    assert oids(recorded, Filters(ONE, most=3)) == [A, C, E]


def test_commits_from_before_1970_go_last_in_their_order(recorded: Ledger) -> None:
    flush(recorded, [commit_at(-100, Oid("e" * 40)), commit_at(-50, Oid("f" * 40))])
    assert oids(recorded, Filters(ONE)) == [A, C, E, B, Oid("f" * 40), Oid("e" * 40)]


@pytest.mark.parametrize("most", [None, 0, 1, 3, 4, 9])
@pytest.mark.parametrize("size", [1, 2, 3, 50])
@pytest.mark.parametrize("projects", [None, ONE], ids=["everywhere", "one"])
def test_pages_hold_what_one_list_holds(
    recorded: Ledger, projects: frozenset[ProjectId] | None, size: int, most: int | None
) -> None:
    filters = Filters(projects, include_dead=True, most=most)
    pages, found = LogPages(filters, size), list[LoggedCommit]()
    while not pages.is_done:
        with recorded.read() as snapshot:
            found += pages.read(snapshot)
    assert found == selected(recorded, filters)
    with recorded.read() as snapshot:
        assert pages.read(snapshot) == []


def test_page_ends_with_a_second(recorded: Ledger) -> None:
    pages = LogPages(Filters(ONE), 1)
    with recorded.read() as snapshot:
        assert [commit.oid for commit in pages.read(snapshot)] == [A, C, E]
    flush(recorded, [commit_at(950, OTHERS[0]), commit_at(500, OTHERS[1])])  # recorded meanwhile
    with recorded.read() as snapshot:
        assert [commit.oid for commit in pages.read(snapshot)] == [B]


@pytest.mark.parametrize("until", [-1, 0, 99, 100, 499, 500, 899, 900, 10**18, 2**64])
def test_rows_are_read_from_the_date_that_was_asked_for(recorded: Ledger, until: int) -> None:
    every = selected(recorded, Filters(ONE, include_dead=True))
    expected = [commit.oid for commit in every if commit.facts.committed_at <= until]
    assert oids(recorded, Filters(ONE, include_dead=True, until=until)) == expected
