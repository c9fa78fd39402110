"""Families as they are read: links resolved from claims, and copies that take the place of originals that are gone."""

import pytest

from tests.lineage.families import A, B, C, CommitGraph, D
from tracker.lineage.graph import reach
from tracker.lineage.read_family import read_family
from tracker.model import Oid


def links(graph: CommitGraph, *oids: Oid) -> set[tuple[Oid, Oid, str]]:
    """Return old commit, new commit and source of each link."""
    family = read_family(oids, graph)
    return {(old, link.new, link.source) for old, member in family.items() for link in member.all_links}


def original_and_copy(*, live: bool = False, exact: bool = True) -> CommitGraph:
    """Return the original A and its copy B. ``live``: something reaches A still."""
    return CommitGraph().commit(A, live=live).commit(B, copy_of=A, is_exact_copy=exact)


def test_exact_copy_replaces_an_original_that_is_gone() -> None:
    family = read_family([A, B], original_and_copy())
    (link,) = family[A].links
    assert (link.new, link.kind, link.source) == (B, "same", "copy")
    assert family[A].all_links == (link,)


def test_copy_stands_beside_an_original_that_is_live() -> None:
    assert links(original_and_copy(live=True), A, B) == set()


def test_copy_stands_beside_an_original_with_a_live_version() -> None:
    graph = original_and_copy().commit(C).rewrite(A, C, "changed")
    assert links(graph, A, B, C) == {(A, C, "post-rewrite")}


def test_copy_with_another_patch_or_author_replaces_nothing() -> None:
    assert links(original_and_copy(exact=False), A, B) == set()


def test_copy_that_is_gone_replaces_nothing() -> None:
    graph = CommitGraph().commit(A, live=False).commit(B, live=False, copy_of=A, is_exact_copy=True)
    assert links(graph, A, B) == set()


def test_copy_that_lives_on_in_a_later_version_replaces_its_original() -> None:
    graph = CommitGraph().commit(A, live=False).commit(B, live=False, copy_of=A, is_exact_copy=True).commit(C)
    graph.rewrite(B, C, "changed")
    assert links(graph, A, B, C) == {(A, B, "copy"), (B, C, "post-rewrite")}


@pytest.mark.parametrize(("first", "second"), [(10, 20), (20, 10), (10, 10)])
def test_first_of_several_copies_replaces_the_original(first: int, second: int) -> None:
    graph = CommitGraph().commit(A, live=False)
    for oid, time in ((B, first), (C, second)):
        graph.commit(oid, copy_of=A, is_exact_copy=True, committed_at=time)
    assert links(graph, A, B, C) == {(A, B if first <= second else C, "copy")}


def test_copy_of_a_copy_takes_the_place_of_both() -> None:
    graph = CommitGraph().commit(A, live=False).commit(B, live=False, copy_of=A, is_exact_copy=True)
    graph.commit(C, copy_of=B, is_exact_copy=True)
    assert links(graph, A, B, C) == {(A, B, "copy"), (B, C, "copy")}


def test_claims_about_commits_that_no_project_holds_stop_nothing() -> None:
    """They may be recorded later, by a backfill."""
    graph = original_and_copy().rewrite(A, C, "same").rewrite(B, D, "same")
    assert links(graph, A, B) == {(A, B, "copy"), (A, C, "post-rewrite"), (B, D, "post-rewrite")}


def test_copy_that_was_rewritten_into_its_original_closes_no_cycle() -> None:
    graph = CommitGraph().commit(A, live=False).commit(B, copy_of=A, is_exact_copy=True).commit(D, live=False)
    graph.rewrite(B, D, "same").rewrite(D, A, "same")
    family = read_family([A, B, D], graph)
    successors = {oid: [link.new for link in member.links] for oid, member in family.items()}
    assert not [oid for oid in family if oid in reach(oid, lambda one: successors.get(one, []))]


def test_order_in_which_commits_are_read_does_not_matter() -> None:
    graph = CommitGraph().commit(A, live=False).commit(B, live=False, copy_of=A, is_exact_copy=True)
    graph.commit(C, copy_of=B, is_exact_copy=True).commit(D, copy_of=A, is_exact_copy=True)
    assert links(graph, A, B, C, D) == links(graph, D, C, B, A)
