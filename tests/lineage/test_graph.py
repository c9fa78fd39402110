"""Families, groups and members of a graph of commits."""

from tests.ledger.example_ledger import agent_evidence
from tests.lineage.families import HERE, THERE, A, B, C, CommitGraph, D, E
from tracker.lineage import RaterGrade, reach
from tracker.lineage.graph import groups_of, predecessors_in, successors_in


def test_family_follows_rewrites_copies_and_reverts_in_both_directions() -> None:
    graph = CommitGraph().commit(A).commit(B).commit(C, copy_of=B).commit(D, reverts=(C,)).commit(E)
    graph.rewrite(A, B, "same")
    for oid in (A, B, C, D):
        assert graph.family_of(oid) == {A, B, C, D}
    assert graph.family_of(E) == {E}


def test_groups_are_connected_by_rewrites_only() -> None:
    graph = CommitGraph().commit(A).commit(B).commit(C, copy_of=B).commit(D).commit(E, reverts=(D,))
    graph.rewrite(A, B, "changed").rewrite(D, C, "dropped")
    assert groups_of(graph.family()) == [{A, B}, {C}, {D}, {E}]


def test_links_lead_to_successors_and_back_to_predecessors() -> None:
    graph = CommitGraph().commit(A).commit(B).commit(C)
    family = graph.rewrite(A, C, "squashed").rewrite(B, C, "squashed").family()
    assert (successors_in(family)(A), successors_in(family)(C)) == ([C], [])
    assert (predecessors_in(family)(C), predecessors_in(family)(A)) == ([A, B], [])


def test_reach_contains_the_start_only_if_a_cycle_leads_back() -> None:
    neighbours = {A: [B], B: [C], C: [B]}
    assert reach(A, lambda oid: neighbours[oid]) == {B, C}
    assert reach(B, lambda oid: neighbours[oid]) == {B, C}


def test_member_joins_the_records_of_all_projects() -> None:
    graph = CommitGraph()
    graph.commit(A, live=False, evidence=agent_evidence("codex"), user_grade=5, user_graded_at=10)
    graph.commit(A, project=THERE, evidence=agent_evidence("opencode"), user_grade=-1, user_graded_at=20, declared=2)
    member = graph.rewrite(A, B, "dropped").family()[A]
    assert [project for project, _ in member.holdings] == [HERE, THERE]
    assert {one.agent for one in member.evidence} == {"codex", "opencode"}
    assert (member.graded, member.declared, member.live) == ({"user": RaterGrade(20, -1)}, 2, True)
    assert (member.links, [link.kind for link in member.all_links]) == ([], ["dropped"])
