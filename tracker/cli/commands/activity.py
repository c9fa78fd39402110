"""``activity``: add a line to an agent's journal, or show the newest ones."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from tracker.cli import open_project, output
from tracker.errors import UsageError
from tracker.feedback import activities, actor
from tracker.feedback_records import ActivityRecord
from tracker.text import printable

SCHEMA: Final = 1


class Said(NamedTuple):
    """The words of the command line; empty where nothing was said."""

    task: str
    actions: str
    outcome: str
    decisions: str


def run(path: str, flags: Mapping[str, str | None], agent: str | None, said: Said, most: int, *, json: bool) -> int:
    """Note an activity, or list the newest. Raises TrackerError; nothing is half done."""
    if any(said) and not said.task.strip():
        raise UsageError("an activity has a task: say which with --task.")
    project = open_project.opened(path, flags, open_project.WRITING)
    if any(said):
        noted = activities.note_activity(project, agent, actor.here(project.rules), *said)
        if json:
            _show(noted, json=True)
        else:
            output.say(f"Noted in the journal of {printable(noted.agent)}.")
        return 0
    found = activities.activities(project, agent, most)
    for record in found:
        _show(record, json=json)
    if not found and not json:
        output.say("No activity was noted here yet.")
    return 0


def _show(record: ActivityRecord, *, json: bool) -> None:
    if json:
        output.print_json({"schema": SCHEMA, **record._asdict()})
        return
    for line in _lines(record):
        output.say(printable(line))


def _lines(record: ActivityRecord) -> list[str]:
    when = output.moment(record.time)
    told = (("actions", record.actions), ("outcome", record.outcome), ("decisions", record.decisions))
    return [
        f"{when}  {record.agent}: {record.task}",
        *(f"    {name}: {text}" for name, text in told if text),
    ]
