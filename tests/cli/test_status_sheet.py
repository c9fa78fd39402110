"""The player sheet: 60 columns, aligned, whatever the names are."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tracker.cli import cells
from tracker.cli.player_sheet_lines import WIDTH, sheet_lines

LABELS = (
    "Agent ",
    "Shown because ",
    "Model here ",
    "In this project ",
    "To be graded ",
    "Also here ",
    "Others halted ",
)


def counts(number: int) -> dict[str, int]:
    return dict.fromkeys(
        ("commits", "fetched_commits", "bugs", "reverts", "fetched_reverts", "waiting_for_user", "waiting_for_agent"),
        number,
    )


def content(name: str, others: list[str]) -> dict[str, Any]:
    return {
        "agent_name": name, "agent_from": "last commit", "kind": "agent", "model": name, "skill_points": -3,
        "experience_points": 10**9, "communication_score": 0, "level": 3, "level_experience": 29,
        "experience_to_next_level": 1, "trust_tier": "established", "trust_expectation": "Do what is asked. " * 9,
        "communication_tier": "breaking point", "halted": True,
        **{f"total_{what}": number for what, number in counts(10**7).items()}, "here": counts(12),
        "calibration": {"pairs": 10**5, "equal": 10**5, "agent_higher": 10**5, "agent_lower": 10**5, "gap": 0},
        "ungraded": [], "uncommitted_changes": 12, "pending_grades": 1,
        "agents": {other: {"halted": True, "here": counts(1)} for other in others},
        "project": {"name": name}, "head": {"oid": "1" * 40},
    }  # fmt: skip


@given(st.text(min_size=1), st.lists(st.text(), max_size=3))
@example("日本語のとても長い名前のエージェント" * 5, ["é" * 80, "\x1b[31mred", "a\u0301\u0302b"])
def test_it_is_narrow_plain_and_aligned(name: str, others: list[str]) -> None:
    for content_ in (content(name, others), content(name, others) | {"agent_name": None}):
        for line in sheet_lines(content_):
            assert cells.width(line) <= WIDTH == 60
            assert line.isprintable()
            known = next((label for label in LABELS if line.startswith(label)), None)
            assert known is None or line[15] == " "


def test_what_it_shows() -> None:
    lines = sheet_lines(content("Zoë", ["codex"]))
    assert lines[:2] == ["Agent           Zoë", "Shown because   it made the last commit here"]
    assert "Halted          YES: stop until the user reinstates it" in lines
    assert "Experience      1000000000  [###################.] 1 to go" in lines
    assert "In this project 12 commits, 12 named in reverts, 12 bugs, 12" in lines
    assert "To be graded    12 by the user, 12 by the agent" in lines
    assert "Uncommitted     12 changes" in lines
    assert lines[-2:] == ["Also here       codex", "Others halted   codex"]


def test_zeros_are_left_out() -> None:
    shown = content("codex", []) | {
        "halted": False, "uncommitted_changes": 0, "pending_grades": 0, "here": counts(0) | {"commits": 1},
        **{f"total_{what}": number for what, number in (counts(0) | {"commits": 1}).items()},
    }  # fmt: skip
    lines = sheet_lines(shown)
    assert "In this project 1 commit" in lines
    assert not [line for line in lines if line.startswith(("All", "To be", "Uncommitted", "Pending", "Halted"))]


def test_people_are_named_as_in_reports() -> None:
    person = sheet_lines(content("human", []) | {"kind": "human", "skill_points": None})
    assert person[:2] == ["Who             person or unmarked", "Shown because   it made the last commit here"]
    assert "Also here       person or unmarked" in sheet_lines(content("codex", ["human"]) | {"halted": False})
    fresh = sheet_lines(content("codex", ["human"]) | {"agent_name": None})
    place = fresh.index("person or unmarked")
    assert fresh[place + 1] == "                1 commit, 1 named in a revert, 1 bug, 1"


def test_a_name_wider_than_a_line_is_whole() -> None:
    name = "a" * 100
    lines = sheet_lines(content(name, ["b" * 100]) | {"project": {"name": name}})
    assert lines[:3] == [f"Agent           {'a' * 44}", f"                {'a' * 44}", f"                {'a' * 12}"]
    whole = "".join(line[16:] for line in lines)
    assert (whole.count(name), whole.count("b" * 100)) == (2, 2)  # the agent and model; also here, and halted
    fresh = sheet_lines(content("x", [name]) | {"agent_name": None})
    assert "".join(fresh).count("a" * 60 + "a" * 40) == 1


def test_names_stay_whole_and_as_they_are() -> None:
    lines = sheet_lines(content("エージェント", ["copilot-coding-agent", "🤖", "gemini-cli"]))
    assert lines[0] == "Agent           エージェント"
    assert "Also here       copilot-coding-agent, gemini-cli, 🤖" in lines
    fresh = sheet_lines(content("codex", ["copilot-coding-agent"]) | {"agent_name": None})
    place = fresh.index("copilot-coding-agent")
    assert fresh[place + 1] == "                1 commit, 1 named in a revert, 1 bug, 1"
