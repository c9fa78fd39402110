"""``status [AGENT]``: the player sheet of the current agent, or of a named one."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tracker.cli import open_project, output
from tracker.errors import TrackerError
from tracker.feedback.grades_for_next_commit import waiting_here
from tracker.git import Repository
from tracker.model import Worktree
from tracker.reports import player_sheet, status
from tracker.text import printable

WIDTH: Final = 60
"""Columns of a sheet, so that it fits beside whatever else an agent or a person has on the screen."""
_LABEL: Final = 14
_BAR: Final = 20
_CUT: Final = "..."


def run(path: str, flags: Mapping[str, str | None], agent: str | None, *, json: bool) -> int:
    """Show where an agent stands. Raises TrackerError, also for an agent that was never seen."""
    project = open_project.opened(path, flags)
    repository = project.repository
    seen_from = status.view(repository, _worktree(repository))
    changes = repository.uncommitted_changes()
    with project.ledger.read() as snapshot:
        content = status.describe(snapshot, project.files.id(), seen_from, project.settings.policy, agent)
        seen = agent is None or player_sheet.is_known(snapshot, agent)
    if not seen:
        raise TrackerError(
            f"no commit of '{printable(agent or '')}' was ever recorded, and nothing said of it:"
            " 'agent-tracker log --summary --everywhere' names the agents."
        )
    content["uncommitted_changes"] = changes
    content["pending_grades"] = len(waiting_here(project))
    if json:
        output.print_json(content)
        return 0
    for line in sheet(content):
        output.say(line)
    return 0


def _worktree(repository: Repository) -> Worktree:
    """The work tree that the command runs in; a bare repository has a stand-in without HEAD."""
    here = repository.work_tree
    for worktree in repository.worktrees():
        if here is not None and Path(worktree.path).resolve() == here.resolve():
            return worktree
    return Worktree(str(here or repository.common_dir), None, None)


def sheet(content: Mapping[str, Any]) -> list[str]:
    """The player sheet as lines of at most 60 ASCII columns, whatever names are in it."""
    name = content["agent_name"]
    if name is None:
        return _without_agent(content)
    lines = [_line("Agent", name), _line("Kind", content["kind"])]
    if content["model"]:
        lines.append(_line("Model", content["model"]))
    if content["skill_points"] is not None:
        lines += _score(content)
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


def _score(content: Mapping[str, Any]) -> list[str]:
    """What is shown of an agent that has a score."""
    needed, earned = content["experience_to_next_level"], content["level_experience"]
    filled = _BAR * earned // (earned + needed)
    bar = f"[{'#' * filled}{'.' * (_BAR - filled)}]"
    lines = [
        _line("Trust tier", content["trust_tier"]),
        _line("Skill points", str(content["skill_points"])),
        _line("Halted", "YES: the user must reinstate it" if content["halted"] else "no"),
        _line("Experience", f"{content['experience_points']}  {bar} {needed} to go"),
        _line("Communication", f"{content['communication_score']}  ({content['communication_tier']})"),
    ]
    told = content["calibration"]
    if told["pairs"]:
        lines.append(
            _line(
                "Self-grades",
                f"{told['equal']} of {told['pairs']} as the user's, {told['agent_higher']} higher,"
                f" {told['agent_lower']} lower",
            )
        )
    return lines


def _changes(count: int | None) -> str:
    if count is None:
        return "no work tree"
    return f"{count} {'change' if count == 1 else 'changes'}" if count else "nothing"


def _without_agent(content: Mapping[str, Any]) -> list[str]:
    """The sheet of a work tree in which nobody has committed yet, as in a fresh clone: who made what there is."""
    others = content["other_agents"]
    return [
        _line("Project", content["project"]["name"]),
        "Nobody has committed here yet, so no agent stands here.",
        *(_line(one["agent_name"], f"{one['total_commits']} here, {one['fetched_commits']} fetched") for one in others),
        _line("Uncommitted", _changes(content["uncommitted_changes"])),
    ]


def _line(label: str, value: str) -> str:
    """A label and its value in their columns; a label that is too long is cut, so that the values stay aligned."""
    return f"{_fitted(label, _LABEL):<{_LABEL}} {_fitted(value, WIDTH - _LABEL - 1)}"


def _fitted(text: str, width: int) -> str:
    """The text in at most ``width`` ASCII columns. Accents are left out, other scripts stand as question marks."""
    parts = unicodedata.normalize("NFKD", text)
    plain = "".join(
        character if character.isascii() and character.isprintable() else "?"
        for character in parts
        if not unicodedata.combining(character)
    )
    return plain if len(plain) <= width else plain[: width - len(_CUT)] + _CUT
