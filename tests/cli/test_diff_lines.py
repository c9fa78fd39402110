"""Lines of diffs for a terminal: nothing of a repository's text reaches it as a control, and colours are git's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.cli.diff_lines import cut, decoded, painted_lines
from tracker.git.diff_colors import NO_COLORS, DiffColors
from tracker.git.grade_trailers import without_grades

COLORS = DiffColors("C", "M", "F", "-", "+", ".")


def colors_of(*lines: str) -> list[str]:
    """Return the first character of each painted line, a space where it has no colour."""
    painted = [line.decode() for line in painted_lines(lines, COLORS)]
    return [text[0] if text != line else " " for text, line in zip(painted, lines, strict=True)]


@given(st.lists(st.binary(max_size=40), max_size=9))
def test_no_bytes_of_a_repository_become_controls(lines: list[bytes]) -> None:
    for line in painted_lines(map(decoded, lines), NO_COLORS):
        assert line.decode("utf-8").replace("\t", "").isprintable()


@given(st.text(max_size=60), st.integers(1, 50))
def test_cut_text_fits(text: str, width: int) -> None:
    from rich.cells import cell_len

    assert cell_len(cut(decoded(text.encode("utf-8", "replace")), width)) <= width


def test_parts_of_a_diff_have_their_colours() -> None:
    assert colors_of(
        "commit 1234", "Author: A", "    commit to this", "diff --git a/x b/x", "--- a/x", "+++ b/x", "@@ -1 +1 @@ f",
        " same", "-old", "+new", "--- old rule", "+++ new rule", "\\ No newline at end of file", "diff --git a/y b/y",
        "new file mode 100644",
    ) == ["C", " ", " ", "M", "M", "M", "F", " ", "-", "+", "-", "+", " ", "M", "M"]  # fmt: skip


def test_lines_of_a_merge_have_a_sign_for_each_parent() -> None:
    assert colors_of("diff --cc x", "@@@ -1 -1 +1 @@@", "- main", " -topic", "++both", "  - no sign, a list") == [
        "M", "F", "-", "-", "+", " ",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("a\nAgent-Grade: good\nb", "a\nb"),
        ("a\n    agent-note : folded\n      further\n    Why: x", "a\n    Why: x"),
        ("Agent-Notes: kept\nan Agent-Grade: kept", "Agent-Notes: kept\nan Agent-Grade: kept"),
    ],
)
def test_an_agents_grade_is_left_out_of_a_message(message: str, left: str) -> None:
    assert "\n".join(without_grades(message.split("\n"))) == left
