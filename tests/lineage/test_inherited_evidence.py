"""Evidence that commits inherit along rewrites and from cherry-picked originals."""

from typing import Any

import pytest

from tests.ledger.example_ledger import agent_evidence
from tests.lineage.families import A, B, C, CommitGraph
from tracker.lineage.inherited_evidence import evidence_of
from tracker.lineage.makers import own_evidence
from tracker.model import Evidence, Oid, RewriteKind

VARIABLE = agent_evidence("codex")[0]
PROCESS = Evidence("process", "opencode", "opencode", "opencode", "agent", None, "high")
TRAILER = Evidence("trailer", "0003", "Assisted-by: codex:gpt-5.2", "codex", "agent", "gpt-5.2", "high")
COMMITTER = Evidence("committer", "", "x", "cline", "agent", None, "low")


def inherited_by(oid: Oid, graph: CommitGraph) -> set[Evidence]:
    """Return the evidence that a commit inherits, as it is of the commit that it comes from."""
    family = graph.family()
    return {one._replace(inherited=False) for one in evidence_of(family, own_evidence(family))[oid] if one.inherited}


def rewritten(kind: RewriteKind) -> CommitGraph:
    return CommitGraph().commit(A, evidence=(VARIABLE, TRAILER, COMMITTER)).commit(B).rewrite(A, B, kind)


def test_changed_commit_inherits_evidence_from_outside_the_commit_only() -> None:
    assert inherited_by(B, rewritten("changed")) == {VARIABLE}


@pytest.mark.parametrize("kind", ["same", "squashed"])
def test_commit_with_the_same_patch_and_squash_inherit_all_but_the_committer(kind: RewriteKind) -> None:
    assert inherited_by(B, rewritten(kind)) == {VARIABLE, TRAILER}


def test_dropped_commit_passes_nothing_on() -> None:
    assert inherited_by(B, rewritten("dropped")) == set()


def test_evidence_is_inherited_along_a_chain() -> None:
    graph = CommitGraph().commit(A, evidence=(TRAILER,)).commit(B).commit(C)
    graph.rewrite(A, B, "squashed").rewrite(B, C, "changed")
    assert inherited_by(C, graph) == {TRAILER}


def test_own_evidence_hides_the_same_that_is_inherited() -> None:
    graph = CommitGraph().commit(A, evidence=(VARIABLE,)).commit(B, evidence=(VARIABLE,)).rewrite(A, B, "changed")
    assert inherited_by(B, graph) == set()


def test_nothing_is_inherited_along_the_refused_link_of_a_claimed_cycle() -> None:
    graph = CommitGraph().commit(A, evidence=(VARIABLE,)).commit(B, evidence=(PROCESS,))
    graph.rewrite(A, B, "same").rewrite(B, A, "same", is_refused=True)
    assert inherited_by(B, graph) == {VARIABLE}
    assert inherited_by(A, graph) == set()


def test_cherry_pick_inherits_from_an_original_with_its_author_and_date() -> None:
    graph = CommitGraph().commit(A, evidence=(VARIABLE,)).commit(B, copy_of=A)
    assert inherited_by(B, graph) == {VARIABLE}


@pytest.mark.parametrize("field", ["author_name", "author_email", "authored_at", "author_offset"])
def test_copy_with_another_author_or_date_inherits_nothing(field: str) -> None:
    """The line of ``cherry-pick -x`` can be written by anybody."""
    changed: dict[str, Any] = {field: 12_345 if field in {"authored_at", "author_offset"} else "another"}
    graph = CommitGraph().commit(A, evidence=(VARIABLE,)).commit(B, copy_of=A, **changed)
    assert inherited_by(B, graph) == set()
