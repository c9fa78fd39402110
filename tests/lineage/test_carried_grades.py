"""Grades that commits carry from other versions of the same work, and from their own trailers."""

from typing import Any, Final

from tests.lineage.families import A, B, C, CommitGraph, D, E
from tracker.lineage.carried_grades import carried_grades
from tracker.model import Oid
from tracker.records import Carried

USER_GOOD: Final[dict[str, Any]] = {"user_grade": 2, "user_graded_at": 10}
USER_BAD: Final[dict[str, Any]] = {"user_grade": -1, "user_graded_at": 20}


def carried_by(oid: Oid, graph: CommitGraph) -> tuple[Carried, ...]:
    return carried_grades(graph.family())[oid]


def chain(*kinds: str) -> CommitGraph:
    """Return A, which the user graded as good, rewritten by these kinds of rewrite into B, C, D."""
    graph = CommitGraph().commit(A, **USER_GOOD)
    for old, new, kind in zip((A, B, C), (B, C, D), kinds, strict=False):
        graph.commit(new).rewrite(old, new, kind)  # type: ignore[arg-type]
    return graph


class TestKinds:
    def test_grade_is_carried_along_same_links(self) -> None:
        assert carried_by(C, chain("same", "same")) == (Carried("user", 2, A, "same"),)

    def test_kind_is_the_weakest_on_the_path(self) -> None:
        assert carried_by(D, chain("same", "changed", "same")) == (Carried("user", 2, A, "changed"),)
        assert carried_by(C, chain("squashed", "changed")) == (Carried("user", 2, A, "squashed"),)

    def test_dropped_link_carries_nothing(self) -> None:
        assert carried_by(B, chain("dropped")) == ()

    def test_grade_is_carried_backwards_along_same_links_only(self) -> None:
        graph = CommitGraph().commit(A).commit(B).commit(C, **USER_GOOD)
        graph.rewrite(A, B, "changed").rewrite(B, C, "same")
        assert carried_by(B, graph) == (Carried("user", 2, C, "same"),)
        assert carried_by(A, graph) == ()

    def test_best_of_two_paths_decides_the_kind(self) -> None:
        graph = CommitGraph().commit(A, **USER_GOOD).commit(B).commit(C)
        graph.rewrite(A, C, "changed").rewrite(A, B, "same").rewrite(B, C, "same")
        assert carried_by(C, graph) == (Carried("user", 2, A, "same"),)


class TestWhichGrade:
    def test_own_grade_is_not_carried(self) -> None:
        assert carried_by(A, chain("same")) == ()

    def test_own_grade_hides_grades_of_the_same_rater_only(self) -> None:
        graph = CommitGraph().commit(A, **USER_GOOD, agent_grade=1, agent_graded_at=10).commit(B, **USER_BAD)
        assert carried_by(B, graph.rewrite(A, B, "changed")) == (Carried("agent", 1, A, "changed"),)

    def test_withdrawn_grade_is_neither_carried_nor_hides_another(self) -> None:
        graph = CommitGraph().commit(A, **USER_GOOD).commit(B, user_grade=None, user_graded_at=20).commit(C)
        graph.rewrite(A, B, "same").rewrite(B, C, "same")
        assert carried_by(C, graph) == (Carried("user", 2, A, "same"),)

    def test_nearest_graded_version_hides_those_before(self) -> None:
        graph = CommitGraph().commit(A, **USER_GOOD).commit(B, **USER_BAD).commit(C)
        graph.rewrite(A, B, "same").rewrite(B, C, "same")
        assert carried_by(C, graph) == (Carried("user", -1, B, "same"),)

    def test_latest_grade_of_two_predecessors_is_carried(self) -> None:
        graph = CommitGraph().commit(A, **USER_GOOD).commit(B, **USER_BAD).commit(C)
        assert carried_by(C, graph.rewrite(A, C, "same").rewrite(B, C, "same")) == (Carried("user", -1, B, "same"),)

    def test_higher_of_two_grades_of_one_second_is_carried(self) -> None:
        graph = CommitGraph().commit(A, user_grade=5, user_graded_at=10).commit(B, **USER_GOOD).commit(C)
        assert carried_by(C, graph.rewrite(A, C, "same").rewrite(B, C, "same")) == (Carried("user", 5, A, "same"),)


class TestSquash:
    def test_squash_carries_the_grades_of_all_its_parts(self) -> None:
        graph = CommitGraph().commit(A, **USER_GOOD).commit(B, **USER_BAD).commit(C)
        graph.rewrite(A, C, "squashed").rewrite(B, C, "squashed")
        assert carried_by(C, graph) == (Carried("user", 2, A, "squashed"), Carried("user", -1, B, "squashed"))

    def test_later_version_of_a_part_replaces_the_earlier_one(self) -> None:
        graph = CommitGraph().commit(A, **USER_GOOD).commit(B, **USER_BAD).commit(C)
        graph.rewrite(A, B, "changed").rewrite(A, C, "squashed").rewrite(B, C, "squashed")
        assert carried_by(C, graph) == (Carried("user", -1, B, "squashed"),)


class TestTrailers:
    def test_commit_carries_the_grade_of_its_own_trailer(self) -> None:
        assert carried_by(A, CommitGraph().commit(A, declared=2)) == (Carried("agent", 2, A, "same"),)

    def test_given_grade_replaces_the_trailers(self) -> None:
        assert carried_by(A, CommitGraph().commit(A, declared=2, agent_grade=-1, agent_graded_at=5)) == ()

    def test_withdrawn_grade_leaves_the_trailers(self) -> None:
        graph = CommitGraph().commit(A, declared=2, agent_grade=None, agent_graded_at=5)
        assert carried_by(A, graph) == (Carried("agent", 2, A, "same"),)

    def test_trailer_kept_by_a_rewrite_does_not_hide_the_later_grade_of_the_original(self) -> None:
        graph = CommitGraph().commit(A, declared=2, agent_grade=-1, agent_graded_at=5).commit(B, declared=2)
        assert carried_by(B, graph.rewrite(A, B, "changed")) == (Carried("agent", -1, A, "changed"),)

    def test_trailer_changed_by_a_rewrite_replaces_the_grade_of_the_original(self) -> None:
        graph = CommitGraph().commit(A, declared=2, agent_grade=-1, agent_graded_at=5).commit(B, declared=5)
        assert carried_by(B, graph.rewrite(A, B, "changed")) == (Carried("agent", 5, B, "same"),)

    def test_cherry_pick_does_not_count_the_trailer_of_its_original_again(self) -> None:
        graph = CommitGraph().commit(A, declared=2).commit(B, declared=2, copy_of=A)
        assert carried_by(B, graph) == ()

    def test_trailer_counts_once_if_a_cycle_of_rewrites_is_claimed(self) -> None:
        graph = CommitGraph().commit(A, declared=2).commit(B, declared=2)
        graph.rewrite(A, B, "same").rewrite(B, A, "same", is_refused=True)
        assert carried_by(A, graph) == (Carried("agent", 2, A, "same"),)
        assert carried_by(B, graph) == (Carried("agent", 2, A, "same"),)

    def test_trailer_counts_once_behind_a_claimed_cycle_of_rewrites(self) -> None:
        graph = CommitGraph().commit(C).commit(D, declared=2).commit(E, declared=2)
        graph.rewrite(C, D, "same").rewrite(D, C, "same", is_refused=True).rewrite(D, E, "changed")
        assert carried_by(E, graph) == (Carried("agent", 2, D, "changed"),)
