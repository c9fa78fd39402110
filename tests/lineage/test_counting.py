"""Representatives of groups, the project that counts, and landed, published and reverted commits."""

import pytest

from tests.lineage.families import HERE, THERE, A, B, C, CommitGraph, D, E
from tracker.lineage.counting import (
    counting_project,
    distances,
    landed_commits,
    made_elsewhere,
    published_commits,
    representatives,
    reverted_commits,
)
from tracker.lineage.graph import groups_of
from tracker.model import Oid


def representatives_of(graph: CommitGraph) -> set[Oid]:
    family = graph.family()
    return representatives(family, groups_of(family), distances([HERE, THERE], graph))


def reverted_in(graph: CommitGraph) -> set[Oid]:
    family = graph.family()
    return reverted_commits(family, groups_of(family))


class TestRepresentatives:
    def test_live_successor_represents_the_group(self) -> None:
        assert representatives_of(CommitGraph().commit(A).commit(B).rewrite(A, B, "same")) == {B}

    def test_predecessor_represents_the_group_while_no_successor_is_live(self) -> None:
        assert representatives_of(CommitGraph().commit(A).commit(B, live=False).rewrite(A, B, "same")) == {A}

    def test_group_without_live_commit_has_no_representative(self) -> None:
        graph = CommitGraph().commit(A, live=False).commit(B, live=False).rewrite(A, B, "same")
        assert representatives_of(graph) == set()

    def test_commit_is_superseded_through_a_commit_that_is_not_live(self) -> None:
        graph = CommitGraph().commit(A).commit(B, live=False).commit(C)
        assert representatives_of(graph.rewrite(A, B, "same").rewrite(B, C, "same")) == {C}

    def test_newest_of_two_successors_represents_the_group(self) -> None:
        graph = CommitGraph().commit(A, live=False).commit(B, committed_at=10).commit(C, committed_at=20)
        assert representatives_of(graph.rewrite(A, B, "same").rewrite(A, C, "same")) == {C}

    def test_smallest_oid_represents_equally_new_successors(self) -> None:
        graph = CommitGraph().commit(A, live=False).commit(B).commit(C)
        assert representatives_of(graph.rewrite(A, C, "same").rewrite(A, B, "same")) == {B}

    def test_end_of_the_first_links_represents_a_claimed_cycle(self) -> None:
        graph = CommitGraph().commit(A).commit(B).commit(C)
        graph.rewrite(A, B, "same").rewrite(B, C, "same").rewrite(C, A, "same", is_refused=True)
        assert representatives_of(graph) == {C}

    def test_dropped_link_makes_no_group(self) -> None:
        assert representatives_of(CommitGraph().commit(A).commit(B).rewrite(A, B, "dropped")) == {A, B}

    def test_commit_of_an_away_project_supersedes_no_present_one(self) -> None:
        graph = CommitGraph().commit(A).commit(B, project=THERE).rewrite(A, B, "same")
        graph.away.add(THERE)
        assert representatives_of(graph) == {A}

    def test_commit_of_an_away_project_counts_while_no_other_is_live(self) -> None:
        graph = CommitGraph().commit(A, live=False).commit(B, project=THERE).rewrite(A, B, "same")
        graph.away.add(THERE)
        assert representatives_of(graph) == {B}

    def test_commit_of_another_computer_supersedes_none_of_here(self) -> None:
        graph = CommitGraph().commit(A).commit(B, project=THERE).rewrite(A, B, "same")
        graph.elsewhere.add(THERE)
        assert representatives_of(graph) == {A}
        graph.away.add(HERE)
        assert representatives_of(graph) == {B}


class TestCountingProject:
    @pytest.mark.parametrize("reverse", [False, True])
    def test_smallest_project_id_counts_among_equals(self, reverse: bool) -> None:
        holdings = list(CommitGraph().commit(A).commit(A, project=THERE).holdings(A))
        assert counting_project(holdings[::-1] if reverse else holdings, {HERE, THERE}, {}, {}) == HERE

    def test_project_where_the_commit_was_made_goes_before_one_that_fetched_it(self) -> None:
        graph = CommitGraph().commit(A, origin="fetched").commit(A, project=THERE)
        assert counting_project(graph.holdings(A), {THERE}, {}, {}) == THERE

    def test_present_project_goes_before_an_away_one(self) -> None:
        graph = CommitGraph().commit(A).commit(A, project=THERE, origin="fetched")
        assert counting_project(graph.holdings(A), {HERE}, {HERE: 2}, {}) == THERE

    def test_project_here_goes_before_one_of_another_computer_and_that_before_one_that_is_gone(self) -> None:
        graph = CommitGraph().commit(A).commit(A, project=THERE, origin="fetched")
        assert counting_project(graph.holdings(A), {HERE}, {HERE: 1}, {}) == THERE
        assert counting_project(graph.holdings(A), {HERE}, {HERE: 1, THERE: 2}, {}) == HERE

    def test_projects_without_live_commit_do_not_count(self) -> None:
        graph = CommitGraph().commit(A, live=False).commit(A, project=THERE)
        assert counting_project(graph.holdings(A), {HERE}, {}, {}) == THERE
        assert counting_project(graph.holdings(A)[:1], {HERE}, {}, {}) is None

    def test_of_equal_clones_the_one_that_was_tracked_first(self) -> None:
        graph = CommitGraph().commit(A).commit(A, project=THERE)
        both = {HERE, THERE}
        assert counting_project(graph.holdings(A), both, {}, {HERE: 20, THERE: 10}) == THERE
        assert counting_project(graph.holdings(A), both, {}, {HERE: 10, THERE: 20}) == HERE
        assert counting_project(graph.holdings(A), both, {THERE: 2}, {HERE: 20, THERE: 10}) == HERE


class TestMadeElsewhere:
    def test_work_of_another_computer_is_the_users_own_where_it_was_fetched(self) -> None:
        graph = CommitGraph().commit(A, origin="fetched").commit(A, project=THERE)
        assert made_elsewhere(graph.family(), {THERE: 1}) == {(HERE, A)}
        assert made_elsewhere(graph.family(), {}) == set()
        assert made_elsewhere(graph.family(), {THERE: 2}) == set()
        assert made_elsewhere(graph.family(), {HERE: 1, THERE: 1}) == set()

    def test_so_is_what_takes_its_place(self) -> None:
        graph = CommitGraph().commit(A, project=THERE, live=False).commit(B, origin="fetched")
        graph.commit(B, project=THERE, origin="fetched").rewrite(A, B, "same")
        assert made_elsewhere(graph.family(), {THERE: 1}) == {(HERE, B)}
        assert landed_commits(graph.family()) == {(THERE, B)}


class TestLanded:
    def test_fetched_successor_of_a_local_commit_has_landed(self) -> None:
        graph = CommitGraph().commit(A).commit(B, live=False).commit(C, origin="fetched")
        graph.rewrite(A, B, "same").rewrite(B, C, "squashed")
        assert landed_commits(graph.family()) == {(HERE, C)}

    def test_commit_lands_in_the_project_where_its_predecessor_was_made(self) -> None:
        graph = CommitGraph().commit(A).commit(A, project=THERE, origin="fetched")
        graph.commit(B, origin="fetched").commit(B, project=THERE, origin="fetched").rewrite(A, B, "same")
        assert landed_commits(graph.family()) == {(HERE, B)}

    def test_predecessors_of_local_commits_have_not_landed(self) -> None:
        graph = CommitGraph().commit(A, origin="fetched").commit(B).rewrite(A, B, "same")
        assert landed_commits(graph.family()) == set()


def test_all_commits_of_a_pushed_group_are_published() -> None:
    family = CommitGraph().commit(A, pushed=True).commit(B).commit(C).rewrite(A, B, "changed").family()
    assert published_commits(family, groups_of(family)) == {A, B}


class TestReverted:
    def test_all_commits_of_a_reverted_group_are_reverted(self) -> None:
        graph = CommitGraph().commit(A, live=False).commit(B).commit(C, reverts=(A,)).rewrite(A, B, "same")
        assert reverted_in(graph) == {A, B}

    def test_revert_that_is_not_live_has_no_effect(self) -> None:
        assert reverted_in(CommitGraph().commit(A).commit(B, live=False, reverts=(A,))) == set()

    def test_revert_of_a_revert_restores_the_first(self) -> None:
        graph = CommitGraph().commit(A).commit(B, reverts=(A,)).commit(C, reverts=(B,))
        assert reverted_in(graph) == {B}

    def test_one_revert_in_effect_is_enough(self) -> None:
        graph = CommitGraph().commit(A).commit(B, reverts=(A,)).commit(C, reverts=(B,)).commit(D, reverts=(A,))
        assert reverted_in(graph) == {A, B}

    def test_group_does_not_revert_itself(self) -> None:
        assert reverted_in(CommitGraph().commit(A).commit(B, reverts=(A,)).rewrite(A, B, "changed")) == set()

    def test_in_a_circle_of_reverts_nothing_is_reverted_but_by_what_is_outside(self) -> None:
        graph = CommitGraph().commit(A, reverts=(B,)).commit(B, reverts=(A,)).commit(C)
        assert reverted_in(graph) == set()
        assert reverted_in(graph.commit(D, reverts=(A,))) == {A}
        assert reverted_in(graph.commit(E, reverts=(C,))) == {A, C}

    def test_chain_of_reverts_may_be_longer_than_the_stack(self) -> None:
        graph = CommitGraph()
        oids = [Oid(f"{number:040x}") for number in range(1200)]
        for oid, reverted in zip(oids, [None, *oids], strict=False):
            graph.commit(oid, reverts=(reverted,) if reverted else ())
        assert len(reverted_in(graph)) == 600
