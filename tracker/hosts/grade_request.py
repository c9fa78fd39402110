"""Ask an agent for the grade of its own work, after a tool or at the end of its turn. Pure."""

from collections.abc import Sequence
from typing import Final

from tracker.model import Oid
from tracker.text import number_of

_MOST_NAMED: Final = 5


def request_after_tool(oids: Sequence[Oid], command: str) -> str:
    """Return the text that asks for grades of commits that were just made. ``command``: the absolute path of ours."""
    made = f"{number_of(len(oids), 'commit')} of yours {'was' if len(oids) == 1 else 'were'} recorded: {_names(oids)}."
    return f"agent-tracker: {made} {_how(oids, command)}"


def request_at_stop(oids: Sequence[Oid], command: str) -> str:
    """Return the reason for which an agent goes on: commits of this session have no grade by it."""
    have = f"{number_of(len(oids), 'commit')} of this session {'has' if len(oids) == 1 else 'have'} no grade by you yet"
    return f"agent-tracker: {have}: {_names(oids)}. {_how(oids, command)} Then end your turn."


def _names(oids: Sequence[Oid]) -> str:
    return ", ".join(oid[:9] for oid in oids[:_MOST_NAMED]) + (", …" if len(oids) > _MOST_NAMED else "")


def _how(oids: Sequence[Oid], command: str) -> str:
    each = "it" if len(oids) == 1 else "each of them"
    return (
        f"Grade your own work on {each} once, honestly: {command} grade {oids[0][:9]} --agent GRADE"
        ' --task "what was asked" --agent-note "what went well or wrong" (GRADE: bad, neutral, good or excellence).'
        " Never grade as the user."
    )
