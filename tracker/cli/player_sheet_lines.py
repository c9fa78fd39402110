"""The player sheet as lines of text, at most 60 ASCII columns wide."""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

WIDTH: Final = 60
"""Columns of a sheet: few enough to fit beside other things on the screen."""
_LABEL_WIDTH: Final = 14
_BAR_WIDTH: Final = 20
_CUT: Final = "..."
"""The end of a text that was cut."""


def sheet_lines(content: Mapping[str, Any]) -> list[str]:
    """Return the player sheet as lines of at most ``WIDTH`` ASCII columns.

    ``content``: as ``status --json`` prints it.
    """
    name = content["agent_name"]
    if name is None:
        return _lines_without_agent(content)
    lines = [_line("Agent", name), _line("Kind", content["kind"])]
    if content["model"]:
        lines.append(_line("Model", content["model"]))
    if content["skill_points"] is not None:
        lines += _score_lines(content)
    waiting = sum(one["agent_name"] == name for one in content["ungraded"])
    lines += [
        _line("Commits", f"{content['total_commits']} here, {content['fetched_commits']} fetched"),
        _line("Bugs", str(content["total_bugs"])),
        _line("Reverted", str(content["total_reverts"])),
        _line("To be graded", str(waiting)),
        _line("Uncommitted", _changes(content["uncommitted_changes"])),
    ]
    if content["pending_grades"]:
        lines.append(_line("Pending", f"{content['pending_grades']} for the next commit"))
    others = ", ".join(other["agent_name"] for other in content["other_agents"])
    if others:
        lines.append(_line("Also here", others))
    return lines


def _score_lines(content: Mapping[str, Any]) -> list[str]:
    """Return the lines that only agents with a score have."""
    needed, earned = content["experience_to_next_level"], content["level_experience"]
    filled = _BAR_WIDTH * earned // (earned + needed)
    bar = f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}]"
    lines = [
        _line("Trust tier", content["trust_tier"]),
        _line("Skill points", str(content["skill_points"])),
        _line("Halted", "YES: the user must reinstate it" if content["halted"] else "no"),
        _line("Experience", f"{content['experience_points']}  {bar} {needed} to go"),
        _line("Communication", f"{content['communication_score']}  ({content['communication_tier']})"),
    ]
    calibration = content["calibration"]
    if calibration["pairs"]:
        lines.append(
            _line(
                "Self-grades",
                f"{calibration['equal']} of {calibration['pairs']} as the user's, {calibration['agent_higher']} higher,"
                f" {calibration['agent_lower']} lower",
            )
        )
    return lines


def _changes(count: int | None) -> str:
    if count is None:
        return "no work tree"
    return f"{count} {'change' if count == 1 else 'changes'}" if count else "nothing"


def _lines_without_agent(content: Mapping[str, Any]) -> list[str]:
    """Return the sheet of a worktree without recorded local commits (a fresh clone): the project's agents."""
    others = content["other_agents"]
    return [
        _line("Project", content["project"]["name"]),
        "Nobody has committed here yet, so there is no current agent.",
        *(_line(one["agent_name"], f"{one['total_commits']} here, {one['fetched_commits']} fetched") for one in others),
        _line("Uncommitted", _changes(content["uncommitted_changes"])),
    ]


def _line(label: str, value: str) -> str:
    """Return a label and its value in their columns, each cut to its width."""
    return f"{_fitted(label, _LABEL_WIDTH):<{_LABEL_WIDTH}} {_fitted(value, WIDTH - _LABEL_WIDTH - 1)}"


def _fitted(text: str, width: int) -> str:
    """Return the text in at most ``width`` ASCII columns, without accents; other non-ASCII becomes question marks."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(
        character if character.isascii() and character.isprintable() else "?"
        for character in decomposed
        if not unicodedata.combining(character)
    )
    return plain if len(plain) <= width else plain[: width - len(_CUT)] + _CUT
