"""The text for an agent at the start of a session: where it stands, what that asks of it, lessons that fit. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tracker.text import number_of, printable

MOST_LINES: Final = 10
_MOST_LESSONS: Final = 3
_LONGEST: Final = 240
"""Characters of a text that somebody wrote."""


def session_lines(content: Mapping[str, Any], command: str) -> list[str]:
    """Return five to ten lines for an agent.

    ``content``: as ``reports.status.describe`` returns it for that agent. ``command``: the absolute path of ours.
    """
    lines = [
        _standing(content),
        *_expectation(content),
        *_lessons(content),
        *_waiting(content),
    ]
    last = [
        "Grade your own work on each commit once, honestly: bad, neutral, good or excellence.",
        f'{command} grade --agent GRADE --task "what was asked" --agent-note "what went well or wrong"',
        f'Earlier work near a task: {command} lessons "what is asked". Never grade as the user.',
    ]
    return [*lines[: MOST_LINES - len(last)], *last]


def _standing(content: Mapping[str, Any]) -> str:
    name = content["agent_name"]
    if content["skill_points"] is None:
        return f"agent-tracker records which agent makes which commit here. You are {name}."
    known = content["total_commits"] + content["total_fetched_commits"]
    if not known:
        return (
            f"agent-tracker records which agent makes which commit here. You are {name}, and new: no commit of yours is"
            " recorded yet."
        )
    here = content["here"]["commits"] if content["here"] else 0
    return (
        f"agent-tracker records which agent makes which commit here. You are {name}:"
        f" {number_of(content['skill_points'], 'skill point')}, communication score {content['communication_score']}"
        f" ({content['communication_tier']}), {number_of(here, 'commit')} in this project."
    )


def _expectation(content: Mapping[str, Any]) -> Iterator[str]:
    if content["halted"]:
        yield "You are HALTED: change nothing, and tell the user, who alone can reinstate you."
    elif content["trust_tier"]:
        yield f"Your trust tier is {content['trust_tier']}: {content['trust_expectation']}"


def _lessons(content: Mapping[str, Any]) -> list[str]:
    """Return what the user and earlier work want the agent to know: what was found for the task at work goes first."""
    own = content["agent_name"]
    task = (content["task_lessons"] or {}).get("lessons", ())
    found = [f"Lesson: {_cut(one['note'] or one['subject'])}" for one in task if one["note"] or one["subject"]]
    found += [f"The user of '{_cut(one['subject'], 60)}': {_cut(one['note'])}" for one in content["user_notes"]]
    notes = sorted(content["lessons"], key=lambda one: one["agent_name"] != own)
    found += [f"Lesson of {one['agent_name']}: {_cut(one['notes'])}" for one in notes]
    return found[:_MOST_LESSONS]


def _waiting(content: Mapping[str, Any]) -> Iterator[str]:
    own = [
        one for one in content["ungraded"] if one["agent_name"] == content["agent_name"] and "agent" in one["waits_for"]
    ]
    if own:
        names = ", ".join(one["oid"][:9] for one in own[:5])
        yield f"Without a grade by you: {names}."


def _cut(text: str, most: int = _LONGEST) -> str:
    """Return a text in one line of at most so many characters."""
    line = " ".join(printable(text[: 4 * most], " ").split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
