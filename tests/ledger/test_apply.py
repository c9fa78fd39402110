"""Entries into tables: any order, any split into flushes, any repetition gives the same ledger."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker import keys
from tracker.errors import EntryRefused, Superseded
from tracker.feedback_records import BugRecord, RetrospectiveRecord
from tracker.ledger import Ledger, entries, entry_checks, migrations
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.entries import GradeEntry
from tracker.ledger.scan import gather
from tracker.ledger.tables import ACTIVITIES, AGENTS, BUGS, COMMITS, LOG, RETROSPECTIVES, REVERTS, STANDINGS, TOTALS
from tracker.lineage import contributions
from tracker.model import RATERS, Evidence, GradeValue, Oid, ProjectId, RewriteKind
from tracker.records import CommitRecord
from tracker.reports import verify
from tracker.scoring import DEFAULT

PROJECTS = (ProjectId("aa" * 16), ProjectId("bb" * 16))
OIDS = tuple(Oid(f"{number:040x}") for number in range(1, 6))


def record(number: int, *, live: bool, origin: str = "local", agent: str = "human") -> CommitRecord:
    evidence: tuple[Evidence, ...] = ()
    if agent != "human":
        evidence = (Evidence("environment", "X", "1", agent, "agent", None, "high"),)
    return CommitRecord(
        parents=(), author_name="A", author_email="a@x", authored_at=1_700_000_000 + number * 3_000_000,
        author_offset=0, committer_name="A", committer_email="a@x", committed_at=1_700_000_000, committer_offset=0,
        subject=f"feat: {number}", task_kind="feat", files=number, insertions=10 * number, deletions=number,
        agent=agent, kind="human" if agent == "human" else "agent", model=None,
        confidence="low" if agent == "human" else "high", signal="none" if agent == "human" else "environment",
        also=(), evidence=evidence, origin="local" if origin == "local" else "fetched", learnt="post-commit",
        recorded_at=1, live=live,
    )  # fmt: skip


def project_entry(project: ProjectId) -> entries.ProjectEntry:
    return entries.ProjectEntry(project, f"/{project}", project[:2], (), "sha1", (), 1)


def flush(ledger: Ledger, batch: Sequence[entries.Entry]) -> None:
    buffer = EntryBuffer()
    for entry in batch:
        assert buffer.add(entry), buffer.refused
    buffer.flush(ledger)


def contents(ledger: Ledger) -> tuple[list[object], list[object]]:
    """Totals, and commits without what only says when they were written."""
    with ledger.read() as snapshot:
        totals: list[object] = [(key, total) for key, total in snapshot.scan(TOTALS)]
        commits: list[object] = [
            (key, one._replace(sequence=0, replaces=tuple(sorted(one.replaces)))) for key, one in snapshot.scan(COMMITS)
        ]
    return totals, commits


def differences(ledger: Ledger) -> list[str]:
    with ledger.read() as snapshot:
        return list(verify.differences(snapshot, gather(snapshot)))


def standings(ledger: Ledger) -> dict[tuple[str, str], contributions.Sums]:
    with ledger.read() as snapshot:
        return {(one.agent, one.project): one.sums for _, one in snapshot.scan(STANDINGS)}


def own_grades(ledger: Ledger, oid: Oid) -> tuple[GradeValue | None, GradeValue | None]:
    with ledger.read() as snapshot:
        record = snapshot.get(COMMITS, keys.commit(PROJECTS[0], oid))
    assert record is not None
    return record.agent_grade, record.user_grade


LIVENESS = st.builds(
    entries.LivenessEntry, project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS), live=st.booleans()
)
PAIRS = st.builds(
    entries.PairEntry,
    project=st.sampled_from(PROJECTS),
    old=st.sampled_from(OIDS),
    new=st.sampled_from(OIDS),
    kind=st.sampled_from(["same", "changed", "squashed", "dropped"]),
    source=st.just("test"),
).filter(lambda pair: pair.old != pair.new)
ORIGINALS = dict(zip(OIDS, (OIDS[3], None, OIDS[1], None, OIDS[0]), strict=True))
"""What each commit is a copy of, if it is any: that is a fact of git, whoever tells of it."""


def seen(project: ProjectId, oid: Oid, agent: str | None, picked: bool) -> entries.EvidenceEntry:
    evidence = (Evidence("environment", "X", agent, agent, "agent", None, "high"),) if agent else ()
    return entries.EvidenceEntry(project, oid, evidence, "post-commit", ORIGINALS[oid] if picked else None)


SEEN = st.builds(
    seen,
    project=st.sampled_from(PROJECTS),
    oid=st.sampled_from(OIDS),
    agent=st.sampled_from(["codex", "opencode", None]),
    picked=st.booleans(),
)
GRADES = st.builds(
    entries.GradeEntry,
    project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS), rater=st.sampled_from(["agent", "user"]),
    grade=st.sampled_from([-1, 1, 2, 5, None]), note=st.just(""), task=st.just(""), time=st.integers(0, 10_000),
    source=st.just("test"), speaker=st.just(""), event=st.just(""),
)  # fmt: skip
PUSHES = st.builds(entries.PushEntry, project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS))
BUGS_FOUND = st.builds(
    entries.BugEntry, agent=st.just("codex"), project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS),
    note=st.just(""), evidence=st.just(""), time=st.integers(0, 10_000), speaker=st.just(""),
)  # fmt: skip
SESSIONS = st.builds(
    entries.RetrospectiveEntry,
    agent=st.sampled_from(["codex", "opencode"]), project=st.sampled_from(PROJECTS),
    subject=st.sampled_from(["session-1", "session-2"]), is_session=st.just(True), task=st.just(""),
    agent_grade=st.sampled_from([-1, 2, None]), user_grade=st.sampled_from([1, 5, None]), notes=st.just(""),
    time=st.integers(0, 10_000), policy=st.just(DEFAULT), source=st.just(""), speaker=st.just(""),
)  # fmt: skip
SAID = GRADES | PUSHES | BUGS_FOUND | SESSIONS
PRESENT = st.builds(entries.PresenceEntry, project=st.sampled_from(PROJECTS), away=st.booleans())
FORGOTTEN = st.builds(entries.ForgetEntry, project=st.sampled_from(PROJECTS), oid=st.sampled_from(OIDS))
DECLARED: dict[int, GradeValue] = {0: 2, 2: 2, 3: -1}
BASE: list[entries.Entry] = [
    *(project_entry(project) for project in PROJECTS),
    *(
        entries.CommitEntry(
            project,
            oid,
            record(number, live=bool(number % 2), agent="human" if number % 3 else "codex")._replace(
                reverts={1: (OIDS[0],), 4: (OIDS[1],)}.get(number, ()), declared=DECLARED.get(number)
            ),
        )
        for project in PROJECTS
        for number, oid in enumerate(OIDS)
    ),
]
"""The second commit takes back the first, the fifth takes that back, and the trailers of three declare a grade."""


@settings(max_examples=60, deadline=None)
@given(st.lists(LIVENESS | PAIRS | SEEN | SAID | FORGOTTEN | PRESENT, max_size=14), st.integers(0, 2**32))
def test_totals_always_agree_with_the_facts(changes: list[entries.Entry], seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger")
        flush(ledger, BASE)
        assert differences(ledger) == []
        while changes:
            size = chance.randint(1, len(changes))
            flush(ledger, changes[:size])
            changes = changes[size:]
            assert differences(ledger) == []


@settings(max_examples=40, deadline=None)
@given(
    st.lists(PAIRS | SEEN | GRADES, max_size=9, unique_by=lambda one: getattr(one, "time", one)), st.integers(0, 2**32)
)
def test_order_and_repetition_do_not_matter(changes: list[entries.Entry], seed: int) -> None:
    """Pairs, evidence and grades (of which the latest holds) commute; liveness is a last word, which does not."""
    chance = random.Random(seed)
    shuffled = [*changes, *chance.sample(changes, len(changes) // 2)]
    chance.shuffle(shuffled)
    # One pair has one kind, whoever says so first: the kind is a function of the two commits.
    kinds: dict[tuple[str, str, str], entries.PairEntry] = {}
    for change in changes:
        if isinstance(change, entries.PairEntry):
            kinds.setdefault((change.project, change.old, change.new), change)

    def settled(change: entries.Entry) -> entries.Entry:
        return kinds[change.project, change.old, change.new] if isinstance(change, entries.PairEntry) else change

    with tempfile.TemporaryDirectory() as folder:
        one, two = Ledger(Path(folder) / "one"), Ledger(Path(folder) / "two")
        flush(one, [*BASE, *map(settled, changes)])
        flush(two, BASE)
        for change in map(settled, shuffled):
            flush(two, [change])
        assert contents(one) == contents(two)


@settings(max_examples=15, deadline=None)
@given(st.lists(SAID | PAIRS | SEEN, max_size=10, unique_by=lambda one: getattr(one, "time", one)), st.randoms())
def test_what_is_said_counts_the_same_in_any_order_and_split(
    changes: list[entries.Entry], chance: random.Random
) -> None:
    kinds: dict[tuple[str, str], entries.PairEntry] = {}
    for change in changes:
        if isinstance(change, entries.PairEntry):
            kinds.setdefault((change.old, change.new), change)
    told = [change for change in changes if not isinstance(change, entries.PairEntry)] + [*kinds.values()]
    shuffled = chance.sample(told, len(told))
    with tempfile.TemporaryDirectory() as folder:
        one, two = Ledger(Path(folder) / "one"), Ledger(Path(folder) / "two")
        flush(one, [*BASE, *told])
        flush(two, BASE)
        while shuffled:
            size = chance.randint(1, len(shuffled))
            flush(two, shuffled[:size])
            shuffled = shuffled[size:]
        assert contents(one) == contents(two)
        assert differences(one) == differences(two) == []


@settings(max_examples=15, deadline=None)
@given(st.lists(GRADES | PUSHES, max_size=8), st.lists(st.sampled_from(["same", "changed"]), max_size=4), st.randoms())
def test_a_rewrite_that_keeps_the_work_keeps_the_scores(
    said: list[entries.Entry], kinds: list[RewriteKind], chance: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger")
        flush(
            ledger, [*BASE, *(entries.LivenessEntry(project, oid, live=True) for project in PROJECTS for oid in OIDS)]
        )
        flush(ledger, said)
        before = standings(ledger)
        tips = {oid: oid for oid in OIDS}
        for number, kind in enumerate(kinds):
            first = chance.choice(OIDS)
            old, new = tips[first], Oid(f"{100 + number:040x}")
            tips[first] = new
            with ledger.read() as snapshot:
                known = snapshot.get(COMMITS, keys.commit(PROJECTS[0], old))
            assert known is not None
            # As git makes it: the message, with its trailer and what it takes back, goes along.
            copy = known._replace(agent_grade=None, user_grade=None, agent_graded_at=0, user_graded_at=0, carried=(),
                                  pushed=False, counted=False, replaces=())  # fmt: skip
            for project in PROJECTS:
                flush(
                    ledger,
                    [
                        entries.CommitEntry(project, new, copy._replace(live=True)),
                        entries.LivenessEntry(project, old, live=False),
                        entries.PairEntry(project, old, new, kind, "test"),
                    ],
                )
        assert standings(ledger) == before
        assert differences(ledger) == []


@settings(max_examples=15, deadline=None)
@given(st.lists(GRADES, max_size=6), st.lists(GRADES, min_size=1, max_size=6))
def test_grading_again_and_taking_back_leave_no_trace(first: list[GradeEntry], then: list[GradeEntry]) -> None:
    """A commit that is graded again and again, and then as it was, counts as if that had never been."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger")
        flush(ledger, [*BASE, *first])
        before = contents(ledger)[0]
        held = {
            (oid, rater): grade for oid in OIDS for rater, grade in zip(RATERS, own_grades(ledger, oid), strict=True)
        }
        flush(ledger, [one._replace(time=20_000 + number) for number, one in enumerate(then)])
        back = [one._replace(grade=held[one.oid, one.rater], time=30_000 + number) for number, one in enumerate(then)]
        flush(ledger, back)
        assert contents(ledger)[0] == before
        assert differences(ledger) == []


def test_a_flush_is_all_or_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger", size_limit=1 << 20)
    flush(ledger, BASE)
    before = contents(ledger)
    buffer = EntryBuffer()
    for number in range(3000):
        buffer.add(entries.CommitEntry(PROJECTS[0], Oid(f"{number:040x}"), record(number % 7, live=True)))
    with pytest.raises(Exception, match="size limit"):
        buffer.flush(ledger)
    assert len(buffer) == 3000
    assert contents(ledger) == before
    buffer.flush(Ledger(tmp_path / "ledger", size_limit=64 << 20))
    assert differences(ledger) == []


def test_an_entry_that_cannot_be_stored_does_not_stop_the_others(tmp_path: Path) -> None:
    buffer = EntryBuffer()
    bad: list[entries.Entry] = [
        entries.TipEntry(PROJECTS[0], "refs/heads/\ud800", OIDS[0]),
        entries.TipEntry(ProjectId("short"), "refs/heads/main", OIDS[0]),
        entries.TipEntry(PROJECTS[0], "refs/heads/main", Oid("nonsense")),
        entries.GradeEntry(PROJECTS[0], OIDS[0], "user", 7, "", "", 1, "test"),  # type: ignore[arg-type]
        entries.GradeEntry(PROJECTS[0], OIDS[0], "user", 1, "x" * 5000, "", 1, "test"),
        entries.PairEntry(PROJECTS[0], OIDS[0], OIDS[0], "same", "test"),
    ]
    assert [buffer.add(entry) for entry in [*bad, *BASE]] == [False] * len(bad) + [True] * len(BASE)
    assert [refused.entry for refused in buffer.refused] == bad
    assert all(refused.reason for refused in buffer.refused)
    ledger = Ledger(tmp_path / "ledger")
    assert buffer.flush(ledger).recorded == 10
    assert differences(ledger) == []


def test_a_reconcile_that_was_overtaken_is_refused(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, BASE)
    first, second = EntryBuffer(), EntryBuffer()
    for buffer in (first, second):
        buffer.add(entries.LivenessEntry(PROJECTS[0], OIDS[0], live=True))
    first.flush(ledger, advance=(PROJECTS[0], 0))
    with pytest.raises(Superseded):
        second.flush(ledger, advance=(PROJECTS[0], 0))
    assert differences(ledger) == []


def test_every_kind_of_entry_is_written_and_noted_in_the_change_feed(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    flush(ledger, BASE)
    flush(
        ledger,
        [
            entries.BugEntry("codex", PROJECTS[0], OIDS[0], "broke it", "", 1_700_000_000),
            entries.RetrospectiveEntry(
                "codex",
                PROJECTS[0],
                "session-1",
                is_session=True,
                task="research",
                agent_grade=2,
                user_grade=None,
                notes="went well",
                time=1_700_000_000,
                policy=DEFAULT,
            ),
            entries.ActivityEntry("codex", "task", "did", "done", "chose", 5),
            entries.GradeEntry(PROJECTS[0], OIDS[0], "user", 5, "good work", "task", 1_700_000_000, "test"),
        ],
    )
    with ledger.read() as snapshot:
        counts = [snapshot.count(table) for table in (BUGS, RETROSPECTIVES, ACTIVITIES, COMMITS)]
        noted = {change.table for _, change in snapshot.scan(LOG)}
        seen = {agent.name for _, agent in snapshot.scan(AGENTS)}
    assert counts == [1, 1, 1, 10]
    assert noted >= {"bugs", "retrospectives", "activities", "communication", "commits", "projects", "agents", "paths"}
    assert seen == {"human", "codex"}
    assert differences(ledger) == []


def test_the_same_commit_in_two_clones_counts_once(tmp_path: Path) -> None:
    for order in (PROJECTS, PROJECTS[::-1]):
        ledger = Ledger(tmp_path / order[0])
        for project in order:
            origin = "local" if project == PROJECTS[1] else "fetched"
            flush(
                ledger,
                [project_entry(project), entries.CommitEntry(project, OIDS[0], record(1, live=True, origin=origin))],
            )
        with ledger.read() as snapshot:
            (total,) = [total for _, total in snapshot.scan(TOTALS)]
        assert (total.project, total.sums[0]) == (PROJECTS[1], 1)


def test_what_one_clone_knows_of_a_commit_holds_in_all(tmp_path: Path) -> None:
    """Which clone a commit is counted in is arbitrary; who made it and how good it was must not be."""
    seen = (Evidence("environment", "X", "1", "codex", "agent", "m-1", "high"),)
    grade = entries.GradeEntry(PROJECTS[1], OIDS[0], "user", 5, "", "", 1, "test")
    first, second = (entries.CommitEntry(project, OIDS[0], record(1, live=True)) for project in PROJECTS)
    witnessed = entries.EvidenceEntry(PROJECTS[1], OIDS[0], seen, "post-commit")
    orders: list[list[entries.Entry]] = [
        [first, second, witnessed, grade],
        [second, witnessed, grade, first],
        [second, witnessed, first, grade],
    ]
    for number, order in enumerate(orders):
        ledger = Ledger(tmp_path / str(number))
        flush(ledger, [*map(project_entry, PROJECTS)])
        for entry in order:
            flush(ledger, [entry])
        with ledger.read() as snapshot:
            known = [(one.agent, one.model, one.user_grade) for _, one in snapshot.scan(COMMITS)]
            (total,) = [total for _, total in snapshot.scan(TOTALS)]
        assert known == [("codex", "m-1", 5)] * 2
        assert (total.agent, total.sums[0], total.sums[contributions.SUMS.index("user_excellence")]) == ("codex", 1, 1)
        assert differences(ledger) == []


def test_a_ledger_of_the_first_schema_is_brought_forward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that knew of reverts, and neither kept an index of them nor counted them, nor left fetched grades out."""
    ledger = Ledger(tmp_path / "ledger")
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", migrations.STEPS[:1])
        flush(ledger, BASE)
        flush(ledger, [entries.GradeEntry(PROJECTS[0], OIDS[0], "user", 5, "", "", 1, "test")])
        with ledger.write() as transaction:
            for key, _ in [*transaction.scan(REVERTS)]:
                transaction.delete(REVERTS, key)
            for key, commit in [*transaction.scan(COMMITS)]:
                transaction.put(COMMITS, key, commit._replace(reverted=False))
            bug = BugRecord("codex", PROJECTS[0], OIDS[0], "it broke", "", 1_700_000_000)
            transaction.put(BUGS, keys.report("codex", 7), bug)
            old = RetrospectiveRecord("codex", OIDS[0], "", None, None, 60, 62, "well", 1_700_000_000)
            transaction.put(RETROSPECTIVES, keys.agent("codex") + keys.digest(OIDS[0]), old)
            for key, total in [*transaction.scan(TOTALS)]:
                transaction.put(TOTALS, key, total._replace(sums=total.sums[:20]))
        assert differences(ledger)
    assert differences(ledger) == []
    with ledger.read() as snapshot:
        assert snapshot.count(REVERTS) == 2
        assert snapshot.meta("shape/bugs/1")[-1] == "is_local"
        assert [bug.month for _, bug in snapshot.scan(BUGS)] == [keys.month(record(0, live=False).authored_at)]
        assert [one.subject for _, one in snapshot.newest(RETROSPECTIVES, keys.agent("codex"))] == [OIDS[0]]


@pytest.mark.parametrize("oid", ["", "abc", "G" * 40, "a" * 41, "A" * 40])
def test_what_is_no_oid(oid: str) -> None:
    with pytest.raises(EntryRefused, match="not a full object name"):
        entry_checks.check(entries.ForgetEntry(PROJECTS[0], Oid(oid)))
