"""The ledger is the same whoever looked and when, after random sequences of operations on two worktrees and a clone.

``AGENT_TRACKER_TEST_SEQUENCES=500`` sets the number of sequences: 10 by default, 100 with
``AGENT_TRACKER_TEST_WHOLE=1``.
"""

import os
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.history.looking.comparison import compare_sequence
from tests.history.looking.random_sequences import OPERATIONS, SavedHistory, Sequences
from tests.history.looking.saved import saved_by_module
from tests.program import WHOLE, sized

_FEW: Final = 10
COUNT: Final = int(os.environ.get("AGENT_TRACKER_TEST_SEQUENCES") or sized(100, 2))
LOOKS: Final = ("always", "at random", "by killed recorders") if COUNT > _FEW else ("always",)

sequences: Final = st.lists(
    st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 50)), min_size=3, max_size=10 if COUNT > _FEW else 6
)
exploring: Final = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)

PICKED_BACK_AND_REBASED_BY_THE_HOST: Final = [("agent-commit", 23), ("pick-back", 28), ("host-rebase", 25)]
MELDED_AND_SQUASHED_BY_THE_HOST: Final = [
    ("rename", 11), ("switch", 31), ("rename", 11), ("squash", 47), ("rebase-apply", 50), ("reset-soft", 41),
    ("pick", 38), ("beside-amend", 11), ("reword", 20), ("host-squash", 46),
]  # fmt: skip
REBASED_BY_THE_HOST_AND_SQUASHED: Final = [
    ("pull", 38), ("agent-amend", 32), ("commit", 44), ("fixup", 26), ("host-rebase", 13), ("squash", 2),
    ("clone-rebase", 37), ("clone-amend", 1),
]  # fmt: skip
SQUASHED_BY_THE_HOST_AND_REBASED_IN_A_CLONE: Final = [
    ("fixup", 17), ("commit", 35), ("plumbing", 21), ("clone-rebase", 43), ("host-squash", 0), ("push", 0),
    ("clone-rebase", 0),
]  # fmt: skip


def further(sequence: Sequences) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that adds an example; it adds none by default."""
    return example(sequence=sequence) if WHOLE else lambda test: test


hooked = saved_by_module(SavedHistory, "native")
unhooked = saved_by_module(SavedHistory, "none")


@settings(exploring, max_examples=max(1, COUNT * 7 // 10))
@given(sequence=sequences)
@example(sequence=PICKED_BACK_AND_REBASED_BY_THE_HOST)
@further(MELDED_AND_SQUASHED_BY_THE_HOST)
@further(SQUASHED_BY_THE_HOST_AND_REBASED_IN_A_CLONE)
def test_looking_changes_nothing(sequence: Sequences, hooked: SavedHistory) -> None:
    compare_sequence(hooked, sequence, LOOKS, hooks=True)


@settings(exploring, max_examples=max(1, COUNT * 3 // 10))
@given(sequence=sequences)
@example(sequence=REBASED_BY_THE_HOST_AND_SQUASHED)
@pytest.mark.whole
def test_looking_changes_nothing_without_hooks(sequence: Sequences, unhooked: SavedHistory) -> None:
    compare_sequence(unhooked, sequence, LOOKS, hooks=False)
