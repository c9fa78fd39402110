"""The player sheet: 60 columns of ASCII, aligned, whatever the names are."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tracker.cli.player_sheet_lines import WIDTH, sheet_lines


def content(name: str, others: list[str]) -> dict[str, Any]:
    return {
        "agent_name": name, "kind": "agent", "model": name, "skill_points": -3, "experience_points": 10**9,
        "communication_score": 0, "level": 3, "level_experience": 29, "experience_to_next_level": 1,
        "trust_tier": "established", "communication_tier": "breaking point", "halted": True, "total_commits": 10**7,
        "fetched_commits": 10**7, "total_bugs": 3, "total_reverts": 1,
        "calibration": {"pairs": 10**5, "equal": 10**5, "agent_higher": 10**5, "agent_lower": 10**5, "gap": 0},
        "ungraded": [], "uncommitted_changes": 12, "pending_grades": 1,
        "other_agents": [{"agent_name": other, "total_commits": 1, "fetched_commits": 2} for other in others],
        "project": {"name": name},
    }  # fmt: skip


@given(st.text(min_size=1), st.lists(st.text(), max_size=3))
@example("日本語のとても長い名前のエージェント" * 5, ["é" * 80, "\x1b[31mred", "a\u0301\u0302b"])
def test_it_is_narrow_plain_and_aligned(name: str, others: list[str]) -> None:
    for content_ in (content(name, others), content(name, others) | {"agent_name": None}):
        for line in sheet_lines(content_):
            assert len(line) <= WIDTH == 60
            assert line.isascii()
            assert line.isprintable()
            assert line[14] == " " or line.startswith("Nobody has committed here yet")


def test_what_it_shows() -> None:
    lines = sheet_lines(content("Zoë", []))
    assert lines[0] == "Agent          Zoe"
    assert "Halted         YES: the user must reinstate it" in lines
    assert "Experience     1000000000  [###################.] 1 to go" in lines
    assert "Uncommitted    12 changes" in lines
