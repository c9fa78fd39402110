"""``status [AGENT]``: the player sheet of the current agent, or of a named one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tracker import reading, scoring, status, terminal
from tracker.errors import TrackerError
from tracker.model import Worktree
from tracker.repository import Repository
from tracker.session import open_session

_WIDTH: Final = 60
_BAR: Final = 20


def run(path: str, flags: Mapping[str, str | None], agent: str | None, *, json: bool) -> int:
    """Show where an agent stands. Raises TrackerError, also for an agent that was never seen."""
    session = open_session(Repository.named(path), flags)
    session.files.id()
    reading.bring_up_to_date(session)
    seen_from = status.view(session.repository, _worktree(session.repository))
    with session.ledger.read() as snapshot:
        content = status.describe(snapshot, session.files.id(), seen_from, agent)
        seen = agent is None or status.is_known(snapshot, agent)
    if not seen:
        raise TrackerError(f"no commit of '{terminal.harmless(agent or '')}' was ever recorded.")
    if json:
        terminal.print_json(content)
        return 0
    for line in sheet(content):
        terminal.say(line)
    return 0


def _worktree(repository: Repository) -> Worktree:
    """The work tree that the command runs in; a bare repository has a stand-in without HEAD."""
    here = repository.work_tree
    for worktree in repository.worktrees():
        if here is not None and Path(worktree.path).resolve() == here.resolve():
            return worktree
    return Worktree(str(here or repository.common_dir), None, None)


def sheet(content: Mapping[str, Any]) -> list[str]:
    """The player sheet as lines of at most 60 ASCII columns."""
    name = content["agent_name"]
    if name is None:
        return _without_agent(content)
    lines = [_line("Agent", name), _line("Kind", content["kind"])]
    if content["model"]:
        lines.append(_line("Model", content["model"]))
    if content["skill_points"] is not None:
        needed, level = content["experience_to_next_level"], content["level"]
        step = scoring.DEFAULT.level_step * level
        filled = _BAR * (step - needed) // step
        lines += [
            _line("Trust tier", content["trust_tier"]),
            _line("Skill points", str(content["skill_points"]) + ("  HALTED" if content["halted"] else "")),
            _line(
                "Experience", f"{content['experience_points']}  [{'#' * filled}{'.' * (_BAR - filled)}] {needed} to go"
            ),
            _line("Communication", f"{content['communication_score']}  ({content['communication_tier']})"),
        ]
    lines += [
        _line("Commits", f"{content['total_commits']} here, {content['fetched_commits']} fetched"),
        _line("Bugs", str(content["total_bugs"])),
        _line("To be graded", str(sum(one["agent_name"] == name for one in content["ungraded"]))),
    ]
    others = ", ".join(other["agent_name"] for other in content["other_agents"])
    if others:
        lines.append(_line("Also here", others))
    return lines


def _without_agent(content: Mapping[str, Any]) -> list[str]:
    """The sheet of a work tree in which nobody has committed yet, as in a fresh clone: who made what there is."""
    others = content["other_agents"]
    return [
        _line("Project", content["project"]["name"]),
        "Nobody has committed here yet, so no agent stands here.",
        *(_line(one["agent_name"], f"{one['total_commits']} here, {one['fetched_commits']} fetched") for one in others),
    ]


def _line(label: str, value: str) -> str:
    plain = "".join(character if character.isascii() and character.isprintable() else "?" for character in value)
    return f"{label:<14} {plain}"[:_WIDTH].rstrip()
