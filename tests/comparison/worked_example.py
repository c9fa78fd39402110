"""The worked example of the comparison: three set-ups, of which one led by its documentation work alone."""

from typing import Final

from tracker.comparison.tallies import Tally

EXAMPLE: Final = {
    "claude": {"feat": Tally(14, 20), "fix": Tally(6, 10), "docs": Tally(4, 4)},
    "codex": {"feat": Tally(5, 6), "docs": Tally(17, 18)},
    "qwen": {"feat": Tally(3, 4), "fix": Tally(1, 5)},
}
