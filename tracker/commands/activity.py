"""``activity``: add a line to an agent's journal, or show the newest ones."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from tracker import journaling, speaker, terminal
from tracker.errors import UsageError
from tracker.reading import bring_up_to_date
from tracker.records import ActivityRecord
from tracker.repository import Repository
from tracker.session import open_session

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
    session = open_session(Repository.named(path), flags, deadline=30.0)
    session.files.id()
    bring_up_to_date(session)
    if any(said):
        told = journaling.note_activity(session, agent, speaker.here(session.rules), *said)
        if not json:
            terminal.say(f"Noted in the journal of {terminal.harmless(told.agent)}.")
            return 0
        most, agent = 1, told.agent
    found = journaling.activities(session, agent, most)
    for record in found:
        if json:
            terminal.print_json({"schema": SCHEMA, **record._asdict()})
        else:
            for line in _lines(record):
                terminal.say(terminal.harmless(line))
    if not found and not json:
        terminal.say("No activity was noted here yet.")
    return 0


def _lines(record: ActivityRecord) -> list[str]:
    when = datetime.fromtimestamp(record.time, UTC).strftime("%Y-%m-%d %H:%M")
    told = (("actions", record.actions), ("outcome", record.outcome), ("decisions", record.decisions))
    return [
        f"{when}  {record.agent}: {record.task}",
        *(f"    {name}: {text}" for name, text in told if text),
    ]
