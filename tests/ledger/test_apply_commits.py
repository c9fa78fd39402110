"""Application of entries about commits and projects: additions to what is known, and their links."""

from typing import Any

import pytest

from tests.ledger.example_ledger import (
    OIDS,
    PROJECTS,
    agent_evidence,
    commit_facts,
    commit_in,
    contents,
    differences,
    flush,
    project_entry,
    replaced_in,
)
from tests.lineage.claims import claim
from tests.program import sized
from tracker import keys
from tracker.ledger import Ledger, Table, entries
from tracker.ledger.commits import claims_about, find_commit
from tracker.ledger.tables import COPIES, PATHS, REVERTS
from tracker.ledger.tables import PROJECTS as PROJECT_TABLE
from tracker.model import Oid
from tracker.records import ProjectRecord
from tracker.rewrite_records import Claim

PROJECT = PROJECTS[0]
A, B, C, *_ = OIDS


def commit_entry(oid: Oid, **fields: object) -> entries.CommitEntry:
    record = commit_facts(1, live=True)
    for name, value in fields.items():
        record = record._replace(**{name: value})  # type: ignore[arg-type]
    return entries.CommitEntry(PROJECT, oid, record)


def claims_in(ledger: Ledger, oid: Oid) -> list[Claim]:
    with ledger.read() as snapshot:
        return claims_about(snapshot, oid)


def links_of(ledger: Ledger, oid: Oid) -> list[tuple[Oid, str, str]]:
    return [(link.new, link.kind, link.source) for link in commit_in(ledger, oid).standing.links]


def project_in(ledger: Ledger) -> ProjectRecord:
    with ledger.read() as snapshot:
        record = snapshot.get(PROJECT_TABLE, keys.project(PROJECT))
    assert record is not None
    return record


@pytest.fixture
def tracked(ledger: Ledger) -> Ledger:
    """The ledger with one project without commits."""
    flush(ledger, [project_entry(PROJECT)])
    return ledger


def test_known_commit_gets_what_was_unknown_before(tracked: Ledger) -> None:
    unknown = commit_entry(A, files=None, insertions=None, deletions=None, origin="fetched", learnt="backfill")
    flush(tracked, [unknown, commit_entry(A, copy_of=B, evidence=agent_evidence("codex"))])
    facts, standing = commit_in(tracked, A)
    assert (facts.files, facts.insertions, facts.deletions) == (1, 10, 1)
    assert (facts.origin, facts.learnt, facts.copy_of, standing.agent) == ("local", "post-commit", B, "codex")
    assert differences(tracked) == []


def test_known_commit_keeps_what_is_known(tracked: Ledger) -> None:
    flush(
        tracked, [commit_entry(A, copy_of=B), commit_entry(A, copy_of=C, files=9, origin="fetched", learnt="backfill")]
    )
    facts = commit_in(tracked, A).facts
    assert (facts.files, facts.origin, facts.learnt, facts.copy_of) == (1, "local", "post-commit", B)
    assert differences(tracked) == []


def test_reread_records_replace_those_of_the_same_tool(tracked: Ledger) -> None:
    def recorded_by(tool: str, agent: str) -> entries.EvidenceEntry:
        evidence = agent_evidence(agent)[0]._replace(signal="record", name=tool)
        return entries.EvidenceEntry(PROJECT, A, (evidence,), "", reread=(tool,))

    flush(tracked, [commit_entry(A), recorded_by("git-ai", "codex"), recorded_by("entire", "cursor")])
    flush(tracked, [recorded_by("git-ai", "opencode")])
    found = {(one.name, one.agent) for one in commit_in(tracked, A).facts.evidence}
    assert found == {("git-ai", "opencode"), ("entire", "cursor")}


def test_evidence_read_again_replaces_all_but_corrections(tracked: Ledger) -> None:
    correction = agent_evidence("cursor")[0]._replace(signal="correction", name="0000000100")
    flush(tracked, [commit_entry(A, evidence=(*agent_evidence("codex"), correction))])
    flush(tracked, [entries.ReplacedEvidenceEntry(PROJECT, A, agent_evidence("opencode"), ())])
    found = {(one.signal, one.agent) for one in commit_in(tracked, A).facts.evidence}
    assert found == {("correction", "cursor"), ("environment", "opencode")}


@pytest.mark.parametrize(
    "entry",
    [
        entries.EvidenceEntry(PROJECT, A, agent_evidence("codex"), "post-commit"),
        entries.ReplacedEvidenceEntry(PROJECT, A, agent_evidence("codex"), ()),
        entries.LivenessEntry(PROJECT, A, live=True),
        entries.PushEntry(PROJECT, A),
        entries.GradeEntry(PROJECT, A, "user", 5, "", "", 1, "test"),
        entries.ForgetEntry(PROJECT, A),
    ],
    ids=lambda entry: type(entry).__name__,
)
def test_entry_about_an_unknown_commit_has_no_effect(entry: entries.Entry, tracked: Ledger) -> None:
    flush(tracked, [entry])
    with tracked.read() as snapshot:
        assert find_commit(snapshot, PROJECT, A) is None
    assert differences(tracked) == []


@pytest.mark.parametrize("unknown", [(A,), (B,), (A, B)], ids=["old", "new", "both"])
def test_claim_about_unknown_commits_counts_once_they_are_recorded(unknown: tuple[Oid, ...], tracked: Ledger) -> None:
    """A backfill may record them later."""
    flush(tracked, [commit_entry(oid, evidence=agent_evidence("codex")) for oid in (A,) if oid not in unknown])
    flush(tracked, [commit_entry(oid) for oid in (B,) if oid not in unknown])
    flush(tracked, [entries.ClaimEntry(A, claim(B, same=True))])
    assert differences(tracked) == []
    flush(tracked, [commit_entry(A, evidence=agent_evidence("codex")), commit_entry(B)])
    assert links_of(tracked, A) == [(B, "same", "post-rewrite")]
    assert (replaced_in(tracked, B), commit_in(tracked, B).standing.agent) == ([A], "codex")
    assert differences(tracked) == []


def test_claim_of_one_source_is_kept_once_whatever_the_order(tracked: Ledger) -> None:
    first, later = claim(B, "reflog", same=True, time=1), claim(B, "reflog", same=True, time=2)
    flush(tracked, [commit_entry(A), commit_entry(B), entries.ClaimEntry(A, later), entries.ClaimEntry(A, first)])
    assert claims_in(tracked, A) == [first]
    flush(tracked, [entries.ClaimEntry(A, later)])
    assert claims_in(tracked, A) == [first]
    assert differences(tracked) == []


def test_claim_of_a_stronger_source_names_the_link(tracked: Ledger) -> None:
    flush(tracked, [commit_entry(A), commit_entry(B), entries.ClaimEntry(A, claim(B, "match", same=True))])
    assert links_of(tracked, A) == [(B, "same", "match")]
    flush(tracked, [entries.ClaimEntry(A, claim(B, "amend", same=True))])
    assert links_of(tracked, A) == [(B, "same", "amend")]
    flush(tracked, [entries.ClaimEntry(A, claim(B, "content", same=True))])
    assert links_of(tracked, A) == [(B, "same", "amend")]
    assert len(claims_in(tracked, A)) == 3
    assert replaced_in(tracked, B) == [A]
    assert differences(tracked) == []


def test_claims_of_a_clone_count_for_the_same_commits(tracked: Ledger) -> None:
    there = PROJECTS[1]
    clone = [entries.CommitEntry(there, oid, commit_facts(1, live=True)) for oid in (A, B)]
    flush(tracked, [commit_entry(A), commit_entry(B), project_entry(there), *clone])
    flush(tracked, [entries.ClaimEntry(A, claim(B, same=True))])
    assert links_of(tracked, A) == [(B, "same", "post-rewrite")]
    assert differences(tracked) == []


def test_removed_commit_replaces_nothing_until_it_is_recorded_again(tracked: Ledger) -> None:
    flush(tracked, [commit_entry(A), commit_entry(B), commit_entry(C)])
    pairs = ((A, B), (A, C), (B, C))
    flush(tracked, [entries.ClaimEntry(old, claim(new, "reflog", same=True, author=old)) for old, new in pairs])
    before = contents(tracked)
    assert replaced_in(tracked, C) == [A, B]
    flush(tracked, [entries.ForgetEntry(PROJECT, B)])
    assert replaced_in(tracked, C) == [A]
    assert (C, "same", "reflog") in links_of(tracked, A)
    assert differences(tracked) == []
    flush(tracked, [commit_entry(B)])
    assert contents(tracked) == before


def test_new_path_of_a_project_goes_first_and_leads_to_it(tracked: Ledger) -> None:
    flush(tracked, [project_entry(PROJECT)._replace(path="/moved", time=9)])
    assert project_in(tracked).paths == ("/moved", f"/{PROJECT}")
    with tracked.read() as snapshot:
        for path in ("/moved", f"/{PROJECT}"):
            pointer = snapshot.get(PATHS, keys.path(path))
            assert pointer is not None
            assert pointer.project == PROJECT


def test_project_keeps_baseline_and_history_unless_they_are_given(tracked: Ledger) -> None:
    flush(tracked, [project_entry(PROJECT)._replace(baseline=(A,), history="digest")])
    flush(tracked, [project_entry(PROJECT)._replace(baseline=None, history=None)])
    assert (project_in(tracked).baseline, project_in(tracked).history) == ((A,), "digest")


def test_presence_is_recorded_for_known_projects_only(tracked: Ledger) -> None:
    flush(tracked, [entries.PresenceEntry(project, away=True) for project in PROJECTS])
    assert project_in(tracked).away
    with tracked.read() as snapshot:
        assert snapshot.count(PROJECT_TABLE) == 1
    flush(tracked, [project_entry(PROJECT)])
    assert not project_in(tracked).away


@pytest.mark.parametrize("field", ["copy_of", "reverts"])
def test_any_number_of_copies_and_reverts_of_one_commit_is_recorded(tracked: Ledger, field: str) -> None:
    """Each is a row of its own: one record of all of them would become too large to be stored."""
    others = sized(30_000, 6_000)
    table: Table[Any] = COPIES if field == "copy_of" else REVERTS
    with tracked.write() as transaction:
        for number in range(others):
            transaction.put(table, keys.related(A, Oid(f"{number + 2**100:040x}")), table.codec.record())
    flush(tracked, [commit_entry(A), commit_entry(B, **{field: A if field == "copy_of" else (A,)})])
    with tracked.read() as snapshot:
        assert keys.related(A, B) in {*snapshot.keys(table)}
        assert snapshot.count(table) == others + 1
