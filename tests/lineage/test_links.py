"""Links resolved from claims: their kinds, which of contradicting claims holds, and what holds for any set of them."""

import random
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lineage.claims import SOURCES, claim
from tests.lineage.families import A, B, C, D, E
from tests.program import sized
from tracker.lineage.graph import reach
from tracker.lineage.links import resolve, without_later_merges
from tracker.model import CONTENT, MATCH, MELD, Oid
from tracker.records import Link
from tracker.rewrite_records import Claim

ClaimOf = tuple[Oid, Claim]
OIDS = (A, B, C, D, E)
CERTAIN = ("amend", "reflog", "tool", CONTENT, MELD)
CLAIMS = st.tuples(
    st.sampled_from(OIDS),
    st.builds(
        Claim, new=st.sampled_from(OIDS), source=st.sampled_from(SOURCES), is_same=st.booleans(),
        author=st.sampled_from(["one", "another"]), is_authored=st.booleans(), in_rebase=st.booleans(),
        time=st.integers(0, 3),
    ),
)  # fmt: skip


def links_of(*claims: ClaimOf) -> dict[Oid, list[Link]]:
    about: dict[Oid, list[Claim]] = defaultdict(list)
    for old, one in claims:
        about[old].append(one)
    return resolve(about)


def kinds(*claims: ClaimOf) -> set[tuple[Oid, Oid, str]]:
    """Return old commit, new commit and kind of each link."""
    return {(old, link.new, link.kind) for old, links in links_of(*claims).items() for link in links}


class TestSeveralMerges:
    @staticmethod
    def kept(live: set[Oid], *more: ClaimOf) -> set[Oid]:
        """Return the commits that A was merged into; the merge C is older than B."""
        about: dict[Oid, list[Claim]] = defaultdict(list)
        for old, one in [(A, claim(B, CONTENT, time=7)), (A, claim(C, CONTENT, time=3)), *more]:
            about[old].append(one)
        return {one.new for one in without_later_merges(about, live.__contains__)[A]}

    def test_oldest_live_one_holds_the_work(self) -> None:
        assert self.kept({B, C}) == {C}
        assert self.kept({B}) == {B}

    def test_version_of_a_merge_that_is_live_keeps_it(self) -> None:
        assert self.kept({B, D}, (C, claim(D))) == {C}

    def test_oldest_one_holds_the_work_if_none_is_live(self) -> None:
        assert self.kept(set()) == {C}

    def test_other_claims_are_kept(self) -> None:
        assert self.kept({C}, (A, claim(D))) == {C, D}


class TestKinds:
    def test_equal_content_is_the_same(self) -> None:
        assert kinds((A, claim(B, same=True))) == {(A, B, "same")}

    def test_other_content_is_changed(self) -> None:
        assert kinds((A, claim(B))) == {(A, B, "changed")}

    def test_several_commits_that_became_one_are_squashed(self) -> None:
        assert kinds((A, claim(C)), (B, claim(C))) == {(A, C, "squashed"), (B, C, "squashed")}

    def test_of_several_commits_the_one_with_the_new_content_was_kept_and_the_others_dropped(self) -> None:
        assert kinds((A, claim(C, same=True)), (B, claim(C))) == {(A, C, "same"), (B, C, "dropped")}

    def test_commit_whose_content_went_into_another_is_not_dropped(self) -> None:
        """A commit beside it may have become empty, so that the other has the content of the whole."""
        found = kinds((A, claim(C, CONTENT, same=True)), (B, claim(C, CONTENT)))
        assert found == {(A, C, "same"), (B, C, "squashed")}

    def test_one_commit_that_became_several_is_linked_to_each(self) -> None:
        assert kinds((A, claim(B)), (A, claim(C))) == {(A, B, "changed"), (A, C, "changed")}

    def test_claim_that_a_commit_replaced_itself_is_ignored(self) -> None:
        assert kinds((A, claim(A, same=True)), (A, claim(B))) == {(A, B, "changed")}

    def test_no_claims_give_no_links(self) -> None:
        assert resolve({A: [], B: []}) == {}


class TestNewCommitThatExistedBefore:
    """A rebase lists a commit that it skipped with the commit before it, which may have existed already."""

    def test_commit_with_the_author_of_no_old_one_replaces_nothing(self) -> None:
        assert kinds((A, claim(B, authored=False))) == {(A, B, "dropped")}

    def test_commit_with_the_same_content_needs_no_equal_author(self) -> None:
        assert kinds((A, claim(B, authored=False, same=True))) == {(A, B, "same")}

    def test_commit_made_in_the_rebase_replaces_what_it_lists(self) -> None:
        assert kinds((A, claim(B, authored=False, in_rebase=True))) == {(A, B, "changed")}

    def test_commit_with_the_author_of_one_old_one_replaces_all(self) -> None:
        found = kinds((A, claim(C, authored=False)), (B, claim(C)))
        assert found == {(A, C, "squashed"), (B, C, "squashed")}

    @pytest.mark.parametrize("source", CERTAIN)
    def test_certain_source_needs_no_equal_author(self, source: str) -> None:
        assert kinds((A, claim(B, source, authored=False))) == {(A, B, "changed")}

    @pytest.mark.parametrize("source", sorted({*SOURCES} - {*CERTAIN}))
    def test_other_source_needs_an_equal_author(self, source: str) -> None:
        assert kinds((A, claim(B, source, authored=False))) == {(A, B, "dropped")}


class TestAmendsDuringARebase:
    @pytest.mark.parametrize("source", ["amend", "reflog"])
    def test_amended_copy_of_a_listed_commit_is_no_source_of_its_own(self, source: str) -> None:
        """The rebase lists A; B is the copy that it made of A, and that was then amended into C."""
        assert kinds((A, claim(C)), (B, claim(C, source))) == {(A, C, "changed"), (B, C, "changed")}

    @pytest.mark.parametrize("source", ["amend", "reflog"])
    def test_amended_commit_of_another_author_time_was_melded(self, source: str) -> None:
        found = kinds((A, claim(C)), (B, claim(C, source, author="another")))
        assert found == {(A, C, "squashed"), (B, C, "squashed")}

    def test_amended_copy_with_the_new_content_drops_nothing(self) -> None:
        assert kinds((A, claim(C)), (B, claim(C, "amend", same=True))) == {(A, C, "changed"), (B, C, "same")}


class TestDropped:
    def test_commit_that_survived_elsewhere_was_not_dropped(self) -> None:
        found = kinds((A, claim(C)), (B, claim(C, same=True)), (A, claim(D, CONTENT)))
        assert found == {(A, D, "changed"), (B, C, "same")}

    def test_commit_dropped_twice_has_both_links(self) -> None:
        found = kinds((A, claim(B, authored=False)), (A, claim(C, authored=False)))
        assert found == {(A, B, "dropped"), (A, C, "dropped")}


class TestSeveralSources:
    @pytest.mark.parametrize(
        ("strong", "weak"),
        [("amend", "post-rewrite"), ("reflog", "tool"), ("post-rewrite", CONTENT), ("tool", CONTENT)],
    )
    def test_stronger_source_of_a_pair_names_the_link(self, strong: str, weak: str) -> None:
        for both in ((strong, weak), (weak, strong)):
            (link,) = links_of(*((A, claim(B, source)) for source in both))[A]
            assert link.source == strong

    @pytest.mark.parametrize("weak", [MATCH, MELD])
    @pytest.mark.parametrize("strong", ["amend", "reflog", "post-rewrite", "tool"])
    def test_weak_claim_yields_to_a_strong_one_about_either_commit(self, weak: str, strong: str) -> None:
        assert kinds((A, claim(B, strong)), (A, claim(C, weak))) == {(A, B, "changed")}
        assert kinds((A, claim(C, strong)), (B, claim(C, weak))) == {(A, C, "changed")}
        assert kinds((A, claim(B, strong)), (B, claim(C, weak))) == {(A, B, "changed"), (B, C, "changed")}

    @pytest.mark.parametrize("weak", [MATCH, MELD])
    def test_weak_claim_stands_beside_equal_content(self, weak: str) -> None:
        found = kinds((A, claim(B, CONTENT)), (A, claim(C, weak)))
        assert found == {(A, B, "changed"), (A, C, "changed")}


class TestMergedVersions:
    """A branch was rebased, and its old version is what was merged as one commit."""

    def test_new_version_of_a_merged_commit_was_merged_too(self) -> None:
        found = kinds((A, claim(B, same=True)), (A, claim(C, CONTENT)))
        assert found == {(A, B, "same"), (A, C, "changed"), (B, C, "changed")}

    def test_every_later_version_of_a_merged_commit_was_merged_too(self) -> None:
        versions = [(A, claim(B, same=True)), (B, claim(C, same=True)), (C, claim(D, "amend", same=True))]
        found = kinds(*versions, (A, claim(E, CONTENT)))
        assert {old for old, new, _ in found if new == E} == {A, B, C, D}

    def test_version_that_a_merge_holds_is_not_dropped(self) -> None:
        """The amend alone says that A went into C, where B has the content already."""
        amends = [(A, claim(C, "amend", authored=False)), (B, claim(C, "amend", same=True, authored=False))]
        assert (A, C, "dropped") in kinds(*amends)
        found = kinds(*amends, (E, claim(A, "amend", same=True)), (E, claim(B, CONTENT)))
        assert (A, C, "dropped") not in found
        assert {(A, B, "changed"), (B, C, "same")} <= found

    def test_version_of_a_changed_version_was_not_merged(self) -> None:
        found = kinds((A, claim(B)), (B, claim(C, same=True)), (A, claim(E, CONTENT)))
        assert {old for old, new, _ in found if new == E} == {A}

    def test_versions_of_the_merged_commit_itself_lead_on(self) -> None:
        found = kinds((A, claim(B, same=True)), (A, claim(B, CONTENT, same=True)), (B, claim(C, same=True)))
        assert found == {(A, B, "same"), (B, C, "same")}

    def test_changed_version_was_not_merged(self) -> None:
        assert kinds((A, claim(B)), (A, claim(C, CONTENT))) == {(A, B, "changed"), (A, C, "changed")}

    def test_link_that_is_claimed_itself_is_not_added_again(self) -> None:
        links = links_of((A, claim(B, same=True)), (A, claim(C, CONTENT)), (B, claim(C, CONTENT, same=True)))
        assert [link.kind for link in links[B]] == ["same"]

    def test_two_old_versions_add_one_link(self) -> None:
        versions = [(old, claim(C, same=True)) for old in (A, B)]
        merged = [(old, claim(D, CONTENT)) for old in (A, B)]
        assert len(links_of(*versions, *merged)[C]) == 1


class TestCycles:
    def test_earlier_claim_holds(self) -> None:
        assert kinds((A, claim(B, "amend", time=1)), (B, claim(A, "amend", time=2))) == {(A, B, "changed")}
        assert kinds((A, claim(B, "amend", time=2)), (B, claim(A, "amend", time=1))) == {(B, A, "changed")}

    def test_stronger_claim_holds_also_if_it_is_later(self) -> None:
        found = kinds((A, claim(B, "post-rewrite", time=1)), (B, claim(A, "amend", time=9)))
        assert found == {(B, A, "changed")}

    def test_one_claim_of_two_in_one_second_holds(self) -> None:
        assert kinds((A, claim(B, "amend")), (B, claim(A, "amend"))) == {(A, B, "changed")}

    def test_only_the_last_link_of_a_long_cycle_is_refused(self) -> None:
        ring = [*zip(OIDS, (*OIDS[1:], OIDS[0]), strict=True)]
        found = kinds(*((old, claim(new, "amend", time=time)) for time, (old, new) in enumerate(ring)))
        assert {(old, new) for old, new, _ in found} == {*ring[:-1]}

    def test_dropped_link_closes_no_cycle(self) -> None:
        found = kinds((A, claim(B, "amend")), (B, claim(A, authored=False)))
        assert found == {(A, B, "changed"), (B, A, "dropped")}


@settings(max_examples=sized(400, 40))
@given(st.lists(CLAIMS, max_size=9), st.randoms(use_true_random=False))
def test_links_depend_on_the_set_of_claims_only(claims: list[ClaimOf], chance: random.Random) -> None:
    shuffled = [*claims, *chance.sample(claims, len(claims) // 2)]
    chance.shuffle(shuffled)
    assert links_of(*shuffled) == links_of(*claims)


@settings(max_examples=sized(400, 40))
@given(st.lists(CLAIMS, max_size=12))
def test_links_form_no_cycle_and_each_pair_has_one(claims: list[ClaimOf]) -> None:
    links = links_of(*claims)
    for old, found in links.items():
        assert len({link.new for link in found}) == len(found)
        assert {link.new for link in found} <= {*OIDS} - {old}
    successors = {old: [link.new for link in found if link.kind != "dropped"] for old, found in links.items()}
    assert not [oid for oid in OIDS if oid in reach(oid, lambda one: successors.get(one, ()))]


@settings(max_examples=sized(400, 40))
@given(st.lists(CLAIMS, max_size=9))
def test_commit_is_dropped_only_where_no_link_says_that_it_survived(claims: list[ClaimOf]) -> None:
    for found in links_of(*claims).values():
        assert len({link.kind == "dropped" for link in found}) == 1


@given(st.lists(CLAIMS, max_size=6))
def test_other_families_do_not_change_links(claims: list[ClaimOf]) -> None:
    apart = {oid: Oid(f"{number:040x}") for number, oid in enumerate(OIDS, start=100)}
    others = [(apart[old], one._replace(new=apart[one.new])) for old, one in claims[::-1]]
    together = links_of(*claims, *others)
    assert {old: links for old, links in together.items() if old in OIDS} == links_of(*claims)
