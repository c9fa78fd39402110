"""The state of sharing as text and as JSON."""

from typing import Any, Final

from tracker.cli import output
from tracker.cli.tables import Layout, fixed, number, print_table, text
from tracker.project.share_files import UNSEALED
from tracker.sharing.send import NO_KEY
from tracker.sharing.state import ShareState, Writer
from tracker.text import number_of, printable

_SHOWN: Final = 10
"""Digits of a writer's name in a table."""
_LAYOUT: Final = Layout(
    (fixed("writer"), fixed("whose"), number("yours"), number("reports"), fixed("read"), text("note"))
)


def print_state(state: ShareState) -> None:
    """Print the state of sharing for people."""
    if state.remote is None:
        if state.is_unsealed:
            output.paragraph(f"{UNSEALED[0].upper()}{UNSEALED[1:]}")
            return
        output.say("This project shares nothing: 'agent-tracker init --share' turns that on.")
        return
    output.say(printable(f"Shared through {state.remote}, as writer {state.writer[:_SHOWN]}."))
    if not state.has_key:
        output.paragraph(f"Nothing is sent: {NO_KEY}")
    elif state.waiting is None:
        output.say("How much waits for the next push cannot be found out: run 'agent-tracker doctor'.")
    else:
        output.say(
            f"{number_of(state.waiting, 'event')} {'waits' if state.waiting == 1 else 'wait'} for the next push."
        )
    if not state.sees_every_branch:
        output.paragraph(
            printable(
                f"Fetches of this clone do not bring every branch of {state.remote}, so nothing here shows what it has"
                " of the others: a push asks it, and then sends more than what is known to wait."
            )
        )
    if state.failure:
        time, sentence = state.failure
        output.paragraph(printable(f"Not sent at {output.moment(time)}: {sentence}"))
    if not state.writers:
        output.say("No other writer was seen yet: 'git fetch' brings what they pushed.")
        return
    print_table(_LAYOUT, [_row(one) for one in state.writers])


def _row(writer: Writer) -> tuple[str, ...]:
    seen = writer.seen
    whose = "you" if seen.trusted and not seen.reports else "others" if not seen.trusted else "both"
    note = f"not all of it was read: {seen.fault}" if seen.fault else ""
    return (
        writer.name[:_SHOWN], whose, str(seen.trusted), str(seen.reports), output.moment(seen.time), note
    )  # fmt: skip


def as_json(state: ShareState) -> dict[str, Any]:
    """Return the state of sharing as it is printed in JSON."""
    return {
        "remote": state.remote,
        "writer": state.writer,
        "waiting": state.waiting,
        "failure": {"time": state.failure[0], "reason": state.failure[1]} if state.failure else None,
        "writers": [
            {
                "writer": one.name,
                "trusted_events": one.seen.trusted,
                "reports": one.seen.reports,
                "read_at": one.seen.time,
                "fault": one.seen.fault or None,
            }
            for one in state.writers
        ],
    }
