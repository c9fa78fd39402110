"""Answers as hosts understand them: each is one JSON object. Pure."""

from typing import Any

from tracker.hosts.host_table import Event, Host


def text_for_model(host: Host, event: Event, own_name: str, text: str) -> dict[str, Any]:
    """Return the answer that shows a text to the model. ``own_name``: the event as the host called it, if it did."""
    answer = {host.answers_in: text}
    if not host.nests:
        return answer
    name = own_name if own_name and own_name == host.failed else host.events.get(event, "")
    return {"hookSpecificOutput": {"hookEventName": name, **answer}}


def another_turn(host: Host, reason: str) -> dict[str, Any]:
    """Return the answer by which the agent goes on, with a reason that it reads."""
    return {"decision": host.again, "reason": reason}
