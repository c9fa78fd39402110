"""The moments at which hooks saw one commit made: what is kept of very many, and what they say of the maker."""

import random
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.attribution import attribute, evidence_of_moments, merge_moments
from tracker.model import Evidence, Moment

AGENTS: Final = tuple(f"agent-{number}" for number in range(7))


def moment(number: int, agent: str | None = "codex", **circumstances: bool) -> Moment:
    """Return the moment of one event in a session of its own; without an agent it names nobody."""
    variable = Evidence("environment", "X", "1", agent, "agent", None, "high")
    session = Evidence("session", "S", f"{number}", agent, "agent", None, "low")
    return Moment(f"{number:08x}", (variable, session) if agent else (), **circumstances)


MOMENTS = st.lists(
    st.builds(
        moment, st.integers(0, 10_000), st.sampled_from([None, *AGENTS]), is_replayed=st.booleans(),
        is_late=st.booleans(),
    ),
    max_size=60, unique_by=lambda one: one.event,
)  # fmt: skip


@settings(max_examples=50)
@given(MOMENTS, st.randoms(use_true_random=False))
def test_kept_moments_do_not_depend_on_the_order_or_the_parts_in_which_they_came(
    moments: list[Moment], chance: random.Random
) -> None:
    chance.shuffle(moments)
    kept: tuple[Moment, ...] = ()
    while moments:
        size = chance.randint(1, len(moments))
        part, moments = moments[:size], moments[size:]
        before = kept
        kept = merge_moments(kept, part)
        assert merge_moments(merge_moments((), part), before) == kept
        assert merge_moments(kept, part) == kept


@settings(max_examples=50)
@given(MOMENTS, st.booleans())
def test_kept_moments_name_whom_all_of_them_name(moments: list[Moment], is_rewritten: bool) -> None:
    def maker(of: tuple[Moment, ...]) -> str:
        return attribute(evidence_of_moments(of, is_rewritten=is_rewritten)).agent

    assert maker(merge_moments((), moments)) == maker(tuple(moments))


@pytest.mark.parametrize("count", [1000, 3000])
def test_number_of_kept_moments_is_bounded(count: int) -> None:
    """A program may run the hook for one commit again and again."""
    alike = merge_moments((), map(moment, range(count)))
    assert len(alike) == 8
    different = merge_moments(alike, (moment(count + number, f"agent-{number}") for number in range(count)))
    assert len(different) <= 32


def test_moments_of_an_ordinary_commit_are_all_kept() -> None:
    moments = tuple(moment(number, "codex" if number % 2 else None) for number in range(6))
    assert merge_moments(moments[:3], moments[3:]) == moments


def test_moments_with_most_rivals_are_kept() -> None:
    """So a commit that nobody may be named for is not named after others are dropped."""
    moments = [moment(number)._replace(rivals=int(number == 99) * 8) for number in range(100)]
    assert evidence_of_moments(merge_moments((), moments), is_rewritten=False) == ()
