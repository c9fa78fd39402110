"""The output of ``bug``: the list of bugs and of reverted commits, and what a charge did to an agent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from tracker.cli import cells, output
from tracker.text import number_of, printable

if TYPE_CHECKING:
    from tracker.feedback.bugs import Reverted, Stakes
    from tracker.feedback_records import BugRecord, BugState
    from tracker.model import Oid, ProjectId

SCHEMA: Final = 1
_NAMES: Final[Mapping[BugState, str]] = {
    "suggested": "suggested",
    "superseded": "replaced by a later one",
    "charged": "charged",
    "withdrawn": "withdrawn",
    "dismissed": "dismissed",
}
"""Words for the states of bugs, in the order in which they are counted."""
_LONGEST_SUBJECT: Final = 60


def print_result(oid: Oid, state: BugState, found: Stakes, *, unasked: bool = False, json: bool) -> None:
    """Print what became of a report, and how far the agent is from a halt now.

    ``unasked``: it halts the agent, and there was nobody to ask before.
    """
    if json:
        output.print_json(
            {
                "schema": SCHEMA,
                "oid": oid,
                "agent": found.agent,
                "state": state,
                "withdrawn": state == "withdrawn",
                "skill_points": found.score.skill_points if found.score else None,
                "halted": found.score.halted if found.score else None,
                "bugs_until_halt": found.bugs_until_halt,
                "moves_score": state in {"charged", "withdrawn"} and not found.is_fetched and found.score is not None,
                "halted_without_asking": unasked,
            }
        )
        return
    for line in result_lines(oid, state, found, unasked=unasked):
        output.say(printable(line))


def result_lines(oid: Oid, state: BugState, found: Stakes, *, unasked: bool = False) -> Iterator[str]:
    """Yield what ``print_result`` prints for people."""
    agent, name = found.agent, oid[:12]
    if state == "suggested":
        yield (
            f"Suggested: a person decides if {agent} is charged with a bug for {name}"
            " ('agent-tracker review'). Until then it counts for nothing."
        )
        return
    if state == "dismissed":
        yield f"Dismissed: no bug is charged to {agent} for {name}."
        return
    yield f"A bug of {name} is charged to {agent}." if state == "charged" else f"A bug of {name} is withdrawn."
    if state == "charged" and found.charged > 1:
        yield (
            f"{found.charged} bugs are charged for this commit now: if this is the same one again, take it back with"
            f" 'agent-tracker bug {name} --undo'."
        )
    if found.is_fetched:
        yield "The commit came by fetch, so its bugs are kept and move no score."
    elif found.score:
        yield halt_distance(found)
    if unasked:
        yield "The agent was halted without a question, since no person is at a terminal."


def halt_distance(found: Stakes) -> str:
    """Return a sentence with an agent's skill points and how many more bugs halt it."""
    points = found.score.skill_points if found.score else 0
    left = f"{found.agent} has {number_of(points, 'skill point') if points > 0 else 'no skill point'} left"
    if found.bugs_until_halt is None:
        return f"{left}; bugs take none."
    if found.bugs_until_halt == 0:
        scope = f" in all {found.projects} projects" if found.projects > 1 else ""
        command = f'agent-tracker reinstate {found.agent} --plan "…"'
        return f"{left}: it is halted{scope} until the user reinstates it ({command})."
    more = "one more bug halts it" if found.bugs_until_halt == 1 else f"{found.bugs_until_halt} more bugs halt it"
    return f"{left}; {more}."


def as_json(reported: Sequence[BugRecord], reverted: Sequence[Reverted]) -> Iterator[dict[str, Any]]:
    """Yield bugs, and reverted commits without one, as JSON objects."""
    for record in reported:
        yield {"schema": SCHEMA, "reported": True, **record._asdict(), "state": record.state}
    for one in reverted:
        yield {
            "schema": SCHEMA,
            "reported": False,
            "agent": one.commit.standing.agent,
            "project": one.project,
            "oid": one.oid,
            "subject": one.commit.facts.subject,
            "fetched": one.is_fetched,
        }


def listing(
    reported: Sequence[BugRecord], reverted: Sequence[Reverted], names: Mapping[ProjectId, str]
) -> Iterator[str]:
    """Yield the lines that list bugs, and reverted commits without one, for people.

    ``names``: those of several projects, which tell their lines apart; empty for one project.
    """
    if not reported and not reverted:
        yield "No bug was reported here, and no agent's commit was reverted."
        return
    if reported:
        yield f"{_counts(reported)}:"
        yield from (printable(f"  {_bug_line(record, names)}") for record in reported)
    else:
        yield "No bug was reported here."
    if any(record.state == "suggested" for record in reported):
        yield "A suggested bug counts for nothing until the user confirms it: agent-tracker review."
    if not reverted:
        return
    fetched = sum(one.is_fetched for one in reverted)
    were, have = ("was", "has") if len(reverted) == 1 else ("were", "have")
    fetched_part = _fetched_part(fetched, len(reverted))
    yield f"{number_of(len(reverted), 'commit')} of agents {were} reverted and {have} no bug{fetched_part}:"
    yield from (printable(f"  {_reverted_line(one, names)}") for one in reverted)
    yield f"If a bug was the reason: agent-tracker bug {reverted[0].oid[:12]}"
    if fetched:
        yield "Bugs of fetched commits are kept and move no score."


def _counts(reported: Sequence[BugRecord]) -> str:
    """Return the number of bugs in each state, as words."""
    states = Counter(record.state for record in reported)
    counts = ", ".join(f"{states[state]} {name}" for state, name in _NAMES.items() if states[state])
    return f"{len(reported)} {'bug' if len(reported) == 1 else 'bugs'} reported ({counts})"


def _fetched_part(fetched: int, number: int) -> str:
    if not fetched:
        return ""
    return " (fetched)" if fetched == number == 1 else f" ({fetched} of them fetched)"


def _bug_line(record: BugRecord, names: Mapping[ProjectId, str]) -> str:
    day = output.moment(record.time, "%Y-%m-%d")
    parts = [record.note, f"shown by: {record.evidence}" if record.evidence else ""]
    note = "; ".join(part for part in parts if part).replace("\n", " ")
    fetched = "" if record.is_local else ", fetched"
    agent = f"{record.agent}{_place(names, record.project)}"
    return f"{day}  {agent}  {(record.oid or '')[:12]}{fetched}  {_state(record)}  {note}".rstrip()


def _state(record: BugRecord) -> str:
    """Return who reported a bug, and who decided on it."""
    reported = "suggested" if record.suggested_by else "charged"
    told = f"{reported} by {record.speaker}" if record.speaker else reported
    if record.state == "charged":
        return f"{told}, confirmed by {record.confirmed_by or 'unknown'}" if record.suggested_by else told
    return told if record.state == "suggested" else f"{told}, {record.state} by {record.withdrawn_by or 'unknown'}"


def _place(names: Mapping[ProjectId, str], project: ProjectId) -> str:
    """Return the words that name a project among several."""
    return f" in {names.get(project, project)}" if names else ""


def _reverted_line(one: Reverted, names: Mapping[ProjectId, str]) -> str:
    fetched = "  fetched" if one.is_fetched else ""
    agent = f"{one.commit.standing.agent}{_place(names, one.project)}"
    return f"{one.oid[:12]}  {agent}{fetched}  {cells.cut(one.commit.facts.subject, _LONGEST_SUBJECT)}"
