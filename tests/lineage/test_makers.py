"""The own evidence of a commit that speaks of its maker: who changes only a message or a date is not the maker."""

from tests.ledger.example_ledger import agent_evidence
from tests.lineage.families import A, B, C, CommitGraph
from tracker.lineage.makers import OwnEvidence, own_evidence
from tracker.model import Evidence, Moment, Oid, RewriteKind

CLAUDE = agent_evidence("claude-code")[0]
CODEX = agent_evidence("codex")[0]
CODEX_TRAILER = Evidence("trailer", "0003", "Assisted-by: codex:gpt-5.2", "codex", "agent", "gpt-5.2", "high")
CORRECTION = Evidence("correction", "0000000100", "codex", "codex", "agent", None, "high")
OWNED = (Moment("11111111", (CLAUDE,)),)
TOUCHED = (Moment("22222222", (CODEX,)),)
BY_HAND = (Moment("33333333", ()),)


def own(graph: CommitGraph, oid: Oid) -> OwnEvidence:
    return own_evidence(graph.family())[oid]


def rewritten(
    kind: RewriteKind, *evidence: Evidence, before: tuple[Moment, ...] = OWNED, moments: tuple[Moment, ...] = TOUCHED
) -> OwnEvidence:
    """Return what counts of a commit with this evidence, into which Claude Code's commit was rewritten."""
    graph = CommitGraph().commit(A, moments=before).commit(B, evidence=evidence, moments=moments)
    return own(graph.rewrite(A, B, kind), B)


def test_first_version_has_all_its_evidence_and_that_of_its_moments() -> None:
    graph = CommitGraph().commit(A, evidence=(CODEX_TRAILER,), moments=OWNED)
    assert {*own(graph, A).counting} == {CODEX_TRAILER, CLAUDE}
    assert (own(graph, A).has_moments, own(graph, A).set_aside) == (True, ())


def test_moment_of_a_version_with_the_same_patch_does_not_count() -> None:
    assert rewritten("same") == OwnEvidence((), has_moments=False, set_aside=())


def test_circumstances_of_a_version_with_the_same_patch_are_set_aside() -> None:
    assert rewritten("same", CODEX) == OwnEvidence((), has_moments=False, set_aside=(CODEX,))


def test_version_with_another_patch_has_the_maker_that_changed_it() -> None:
    found = rewritten("changed", CODEX_TRAILER)
    assert {*found.counting} == {CODEX_TRAILER, CODEX}
    assert found.has_moments


def test_mark_that_an_agent_adds_to_the_message_of_another_is_set_aside() -> None:
    assert rewritten("same", CODEX_TRAILER).set_aside == (CODEX_TRAILER,)


def test_mark_that_an_agent_adds_to_the_message_of_a_person_is_set_aside() -> None:
    assert rewritten("same", CODEX_TRAILER, before=BY_HAND).set_aside == (CODEX_TRAILER,)


def test_mark_that_a_person_adds_counts() -> None:
    """A person who credits an agent later knows what was done."""
    assert rewritten("same", CODEX_TRAILER, moments=BY_HAND).counting == (CODEX_TRAILER,)


def test_correction_counts_whoever_changed_the_message() -> None:
    assert rewritten("same", CORRECTION).counting == (CORRECTION,)


def test_mark_that_the_version_before_had_counts() -> None:
    graph = CommitGraph().commit(A, moments=OWNED, evidence=(CODEX_TRAILER,))
    graph.commit(B, moments=TOUCHED, evidence=(CODEX_TRAILER,)).rewrite(A, B, "same")
    assert own(graph, B).counting == (CODEX_TRAILER,)


def test_maker_is_that_of_the_first_version_of_several() -> None:
    graph = CommitGraph().commit(A, moments=BY_HAND).commit(B, moments=OWNED)
    graph.commit(C, moments=TOUCHED, evidence=(CODEX_TRAILER,)).rewrite(A, B, "same").rewrite(B, C, "same")
    assert own(graph, C).set_aside == (CODEX_TRAILER,)
    assert own(graph, B) == OwnEvidence((), has_moments=False, set_aside=())
