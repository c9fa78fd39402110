"""The player sheet as lines of text, at most 60 columns wide: ASCII but for names, which stay as they are."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tracker.cli import cells
from tracker.model import HUMAN
from tracker.text import number_of

WIDTH: Final = 60
"""Columns of a sheet: few enough to fit beside other things on the screen."""
_LABEL_WIDTH: Final = 15
_BAR_WIDTH: Final = 20
HALTED: Final = "Halted"
"""The beginning of lines that name halted agents."""
_REASONS: Final[Mapping[str, str]] = {
    "name": "you named it",
    "environment": "it runs this command",
    "last commit": "it made the last commit here",
}
"""The reason why this agent is shown, by ``agent_from``."""
_PEOPLE: Final = "person or unmarked"
"""As ``reports.maker_words`` has it, which the help of ``status`` does not import."""
_NEW: Final = "no commit yet: it is new"
_COUNTS: Final = ("commits", "fetched_commits", "bugs", "reverts", "fetched_reverts")


def sheet_lines(content: Mapping[str, Any], elsewhere: Sequence[str] = ()) -> list[str]:
    """Return the player sheet as lines of at most ``WIDTH`` columns.

    ``content``: as ``status --json`` prints it. ``elsewhere``: the projects that count all commits of this one.
    """
    if content["agent_name"] is None:
        return _lines_without_agent(content, elsewhere)
    is_human = content["kind"] == "human"
    name = _wrapped("Who", _PEOPLE) if is_human else _wrapped("Agent", content["agent_name"])
    lines = [*name, _line("Shown because", _REASONS[content["agent_from"]])]
    if content["kind"] == "bot":
        lines.append(_line("Kind", "a bot, which has no score"))
    if content["model"]:
        lines += _wrapped("Model here", content["model"])
    if content["skill_points"] is not None:
        lines += _score_lines(content)
    here = content["here"]
    everywhere = {name: content[f"total_{name}"] for name in _COUNTS}
    is_new = not (any(everywhere.values()) or any(here.values()) or elsewhere)
    lines += _wrapped("In this project", _NEW if is_new else _counted_here(here, elsewhere))
    if any(everywhere[name] != here[name] for name in _COUNTS):
        lines += _wrapped("All projects", _counted(everywhere))
    if here["fetched_commits"] or everywhere["fetched_commits"]:
        lines.append(_FETCHED)
    if here["waiting_for_user"] or here["waiting_for_agent"]:
        lines.append(_line("To be graded", _waiting(here)))
    if content["uncommitted_changes"] != 0:
        lines.append(_line("Uncommitted", _changes(content["uncommitted_changes"])))
    if content["pending_grades"]:
        lines.append(_line("Pending", f"{number_of(content['pending_grades'], 'grade')} for the next commit"))
    return [*lines, *balance_lines(content.get("opening_balances", ())), *_other_lines(content)]


def balance_lines(balances: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the lines of an agent's standings in other programs, as ``status --json`` has them."""
    return [line for one in balances for line in _wrapped("Before", _balance(one))]


def _balance(one: Mapping[str, Any]) -> str:
    points = [
        f"{one[name]} {words}"
        for name, words in (("skill_points", "SP"), ("experience_points", "XP"), ("communication_score", "CS"))
        if one[name] is not None
    ]
    counts = [number_of(one[name], name[:-1]) for name in ("commits", "bugs") if one[name] is not None]
    return f"{', '.join([*points, *counts])} in {one['program']} (not counted here)"


def _other_lines(content: Mapping[str, Any]) -> list[str]:
    """Return the lines of the other agents: those of the project, then those that are halted, wherever."""
    others = {name: one for name, one in content["agents"].items() if name != content["agent_name"]}
    here = [name for name, one in others.items() if one["here"]["commits"] or one["here"]["fetched_commits"]]
    halted = [name for name, one in others.items() if one["halted"]]
    lines = (
        _wrapped("Also here", ", ".join(sorted(_PEOPLE if name == HUMAN else name for name in here))) if here else []
    )
    return [*lines, *_wrapped("Others halted", ", ".join(halted))] if halted else lines


def _counted(counts: Mapping[str, int]) -> str:
    """Return counts in words, without those that are 0."""
    own = [
        number_of(counts["commits"], "commit") if counts["commits"] else "",
        _reverted(counts["reverts"]),
        number_of(counts["bugs"], "bug") if counts["bugs"] else "",
    ]
    fetched = number_of(counts["fetched_commits"], "fetched commit") if counts["fetched_commits"] else ""
    if counts["fetched_reverts"]:
        fetched += f" ({_reverted(counts['fetched_reverts'])})"
    return ", ".join(part for part in (*own, fetched) if part) or "nothing that counts"


def _counted_here(here: Mapping[str, int], elsewhere: Sequence[str]) -> str:
    """Return the counts of this project; where there are none, and its commits count elsewhere, that."""
    is_told = elsewhere and not any(here.values())
    return _counted(here) + (f": the commits here {_elsewhere(elsewhere)}" if is_told else "")


def _elsewhere(names: Sequence[str]) -> str:
    return f"count in {' and '.join(names)}"


def _reverted(count: int) -> str:
    """Return the count of commits that a later message says it reverts: ``outcomes`` also knows reverts by content."""
    return f"{count} named in {'a revert' if count == 1 else 'reverts'}" if count else ""


def _waiting(here: Mapping[str, int]) -> str:
    parts = [f"{here['waiting_for_user']} by the user" if here["waiting_for_user"] else "",
             f"{here['waiting_for_agent']} by the agent" if here["waiting_for_agent"] else ""]  # fmt: skip
    return ", ".join(part for part in parts if part)


def _score_lines(content: Mapping[str, Any]) -> list[str]:
    """Return the lines that only agents with a score have."""
    needed, earned = content["experience_to_next_level"], content["level_experience"]
    filled = _BAR_WIDTH * earned // (earned + needed)
    bar = f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}]"
    lines = [_line(HALTED, "YES: stop until the user reinstates it")] if content["halted"] else []
    lines += [
        _line("Trust tier", content["trust_tier"]),
        *_wrapped("Expected", content["trust_expectation"]),
        _line("Skill points", str(content["skill_points"])),
        _line("Experience", f"{content['experience_points']}  {bar} {needed} to go"),
        _line("Communication", f"{content['communication_score']}  ({content['communication_tier']})"),
    ]
    calibration = content["calibration"]
    if calibration["pairs"]:
        lines += _wrapped("Self-grades", _calibrated(calibration))
    return lines


def _calibrated(calibration: Mapping[str, int]) -> str:
    text = f"{calibration['equal']} of {calibration['pairs']} equal to the user's"
    if calibration["agent_higher"]:
        text += f", {calibration['agent_higher']} higher"
    return text + (f", {calibration['agent_lower']} lower" if calibration["agent_lower"] else "")


def _changes(count: int | None) -> str:
    if count is None:
        return "no worktree"
    return f"{count} {'change' if count == 1 else 'changes'}" if count else "nothing"


def _lines_without_agent(content: Mapping[str, Any], elsewhere: Sequence[str]) -> list[str]:
    """Return the sheet of a worktree without recorded local commits (a fresh clone): the project's agents."""
    here = {name: one["here"] for name, one in content["agents"].items() if any(one["here"].values())}
    halted = [name for name, one in content["agents"].items() if one["halted"]]
    return [
        *_wrapped("Project", content["project"]["name"]),
        "No recorded commit was made here, so no agent is shown.",
        *(_wrapped("All commits", _elsewhere(elsewhere)) if elsewhere else ()),
        *(
            [_line("Older commits", "not recorded: agent-tracker backfill")]
            if not here and not elsewhere and content["head"]["oid"]
            else ()
        ),
        *(
            line
            for name, counts in here.items()
            for line in _wrapped(_PEOPLE if name == HUMAN else name, _counted(counts))
        ),
        *([_FETCHED] if any(counts["fetched_commits"] for counts in here.values()) else []),
        *(_wrapped(HALTED, ", ".join(halted)) if halted else ()),
        _line("Uncommitted", _changes(content["uncommitted_changes"])),
    ]


def _wrapped(label: str, text: str) -> list[str]:
    """Return a label and a text on as many lines as they need: only a name wider than a line is broken.

    A label wider than its column, such as an agent's name, has lines of its own.
    """
    first, *others = _folded(text, WIDTH - _LABEL_WIDTH - 1)
    shown = cells.shown(label, None)
    own = _folded(shown, WIDTH) if cells.width(shown) > _LABEL_WIDTH else []
    return [*own, _line("" if own else shown, first), *(_line("", other) for other in others)]


def _folded(text: str, width: int) -> list[str]:
    """Return a text as lines of at most ``width`` columns."""
    parts = cells.wrapped(cells.shown(text, None), width)
    return [piece for part in parts for piece in cells.folded(part, width)]


def _line(label: str, value: str) -> str:
    """Return a label and its value, which fit their columns."""
    return f"{cells.filled(label, _LABEL_WIDTH)} {value}"


_FETCHED: Final = _line("", "(fetched: made elsewhere, moves no score)")
"""The line below counts of fetched commits."""
