"""Properties of applying entries: any order, any split into flushes and any repetition gives the same ledger."""

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.entry_strategies import (
    CLAIMS,
    COSTS,
    EVIDENCE,
    FEEDBACK,
    GRADES,
    LIVENESS,
    OUTCOMES,
    PRESENCE,
    PUSHES,
    REMOVALS,
    unique_times,
)
from tests.ledger.example_ledger import BASE, OIDS, PROJECTS, agent_totals, commit_in, contents, differences, flush
from tests.lineage.claims import claim
from tests.program import sized
from tracker.ledger import Ledger, entries
from tracker.ledger.rebuild_totals import rebuild_totals
from tracker.lineage import contributions
from tracker.lineage.sums import by_column
from tracker.model import RATERS, Oid, RewriteKind
from tracker.records import CommitFacts

SEEDS = st.integers(0, 2**32)


@contextmanager
def ledgers(count: int) -> Iterator[list[Ledger]]:
    """Give new ledgers: hypothesis calls a test many times with one ``tmp_path``."""
    with tempfile.TemporaryDirectory() as folder:
        yield [Ledger(Path(folder) / str(number)) for number in range(count)]


def split(batch: Sequence[entries.Entry], chance: random.Random) -> Iterator[Sequence[entries.Entry]]:
    """Yield the entries in parts of random size."""
    while batch:
        size = chance.randint(1, len(batch))
        yield batch[:size]
        batch = batch[size:]


@settings(max_examples=sized(60, 12), deadline=None)
@given(st.lists(LIVENESS | CLAIMS | EVIDENCE | FEEDBACK | REMOVALS | PRESENCE | OUTCOMES | COSTS, max_size=14), SEEDS)
def test_totals_follow_from_the_facts_after_each_flush(changes: list[entries.Entry], seed: int) -> None:
    with ledgers(1) as [ledger]:
        flush(ledger, BASE)
        assert differences(ledger) == []
        for part in split(changes, random.Random(seed)):
            flush(ledger, part)
            assert differences(ledger) == []


@settings(max_examples=sized(20, 5), deadline=None)
@given(st.lists(FEEDBACK | EVIDENCE | OUTCOMES | COSTS | CLAIMS, max_size=12))
def test_totals_computed_anew_are_those_that_were_added_up(changes: list[entries.Entry]) -> None:
    with ledgers(1) as [ledger]:
        flush(ledger, [*BASE, *changes])
        before = contents(ledger)
        with ledger.write() as transaction:
            rebuild_totals(transaction)
        assert contents(ledger) == before


@settings(max_examples=sized(40, 12), deadline=None)
@given(unique_times(CLAIMS | EVIDENCE | GRADES, max_size=9), SEEDS)
def test_order_and_repetition_of_entries_do_not_matter(changes: list[entries.Entry], seed: int) -> None:
    """Liveness is left out: its last entry holds, so its order matters."""
    chance = random.Random(seed)
    shuffled = [*changes, *chance.sample(changes, len(changes) // 2)]
    chance.shuffle(shuffled)
    with ledgers(2) as [at_once, one_by_one]:
        flush(at_once, [*BASE, *changes])
        flush(one_by_one, BASE)
        for change in shuffled:
            flush(one_by_one, [change])
        assert contents(at_once) == contents(one_by_one)


COMMIT_ENTRIES = st.lists(st.sampled_from(BASE[len(PROJECTS) :]), unique_by=lambda entry: tuple(entry)[:2])


@settings(max_examples=sized(60, 12), deadline=None)
@given(COMMIT_ENTRIES, st.lists(CLAIMS, max_size=8), SEEDS)
def test_order_of_claims_about_commits_that_some_projects_hold_does_not_matter(
    commits: list[entries.Entry], claims: list[entries.Entry], seed: int
) -> None:
    """A commit may be in both projects, in one, or in none."""
    shuffled = [*commits, *claims]
    random.Random(seed).shuffle(shuffled)
    with ledgers(2) as [at_once, one_by_one]:
        flush(at_once, [*BASE[: len(PROJECTS)], *commits, *claims])
        assert differences(at_once) == []
        flush(one_by_one, BASE[: len(PROJECTS)])
        for entry in shuffled:
            flush(one_by_one, [entry])
        assert differences(one_by_one) == []
        assert contents(at_once) == contents(one_by_one)


@settings(max_examples=sized(15, 5), deadline=None)
@given(unique_times(FEEDBACK | CLAIMS | EVIDENCE, max_size=10), st.randoms())
def test_order_and_split_of_feedback_do_not_matter(changes: list[entries.Entry], chance: random.Random) -> None:
    with ledgers(2) as [at_once, in_parts]:
        flush(at_once, [*BASE, *changes])
        flush(in_parts, BASE)
        for part in split(chance.sample(changes, len(changes)), chance):
            flush(in_parts, part)
        assert contents(at_once) == contents(in_parts)
        assert differences(at_once) == differences(in_parts) == []


@settings(max_examples=sized(15, 5), deadline=None)
@given(st.lists(GRADES | PUSHES, max_size=8), st.lists(st.sampled_from(["same", "changed"]), max_size=4), st.randoms())
def test_rewrites_that_keep_the_work_keep_the_totals_of_agents(
    feedback: list[entries.Entry], kinds: list[RewriteKind], chance: random.Random
) -> None:
    with ledgers(1) as [ledger]:
        flush(ledger, BASE)
        flush(ledger, [entries.LivenessEntry(project, oid, live=True) for project in PROJECTS for oid in OIDS])
        flush(ledger, feedback)
        before = graded_work(ledger)
        tips = {oid: oid for oid in OIDS}
        for number, kind in enumerate(kinds):
            first = chance.choice(OIDS)
            old, new = tips[first], Oid(f"{100 + number:040x}")
            tips[first] = new
            rewritten = rewritten_facts(commit_in(ledger, old).facts)
            for project in PROJECTS:
                flush(
                    ledger,
                    [
                        entries.CommitEntry(project, new, rewritten),
                        entries.LivenessEntry(project, old, live=False),
                        entries.ClaimEntry(old, claim(new, same=kind == "same", time=number)),
                    ],
                )
        assert graded_work(ledger) == before
        assert differences(ledger) == []


def graded_work(ledger: Ledger) -> dict[tuple[str, str], dict[str, int]]:
    """Return the totals of agents, without what waits for a grade: a changed commit waits for a new one."""
    rows = {key: by_column(row) for key, row in agent_totals(ledger).items()}
    return {
        key: {name: value for name, value in row.items() if not name.startswith("waiting_")}
        for key, row in rows.items()
    }


def rewritten_facts(old: CommitFacts) -> CommitFacts:
    """Return the facts of a rewritten commit: git keeps the message, with its trailer and what it reverts."""
    return old._replace(live=True, agent_grade=None, user_grade=None, agent_graded_at=0, user_graded_at=0, pushed=False)


@settings(max_examples=sized(15, 5), deadline=None)
@given(st.lists(GRADES, max_size=6), st.lists(GRADES, min_size=1, max_size=6))
def test_restored_grades_restore_the_totals(first: list[entries.GradeEntry], changed: list[entries.GradeEntry]) -> None:
    with ledgers(1) as [ledger]:
        flush(ledger, [*BASE, *first])
        totals = contents(ledger)[0]
        before = {oid: commit_in(ledger, oid).standing for oid in OIDS}
        grades = {(oid, rater): contributions.own_grade(before[oid], rater) for oid in OIDS for rater in RATERS}
        flush(ledger, [entry._replace(time=20_000 + number) for number, entry in enumerate(changed)])
        restored = [
            entry._replace(grade=grades[entry.oid, entry.rater], time=30_000 + number)
            for number, entry in enumerate(changed)
        ]
        flush(ledger, restored)
        assert contents(ledger)[0] == totals
        assert differences(ledger) == []
