"""The processes that this one descends from, where the system shows them as files (Linux: proc(5))."""

import os
from pathlib import Path
from typing import Final

from tracker.attribution.capture_policy import LONGEST_COMMAND, NO, process_rule
from tracker.attribution.catalogue import Catalogue

SWITCH: Final = "AGENT_TRACKER_PROCESSES"
"""Set to 0 it keeps hooks from looking at processes."""

_MOST_STEPS: Final = 32
_PROC: Final = Path("/proc")


def are_looked_at() -> bool:
    """Whether processes are looked at, and the system shows them."""
    return os.environ.get(SWITCH, "on").lower() not in NO and _PROC.is_dir()


def nearest_agent(rules: Catalogue) -> str | None:
    """The rule that the nearest agent's process matches, by its pattern; None where none does or nothing is shown."""
    if not are_looked_at():
        return None
    parent = os.getppid()
    for _ in range(_MOST_STEPS):
        if parent <= 1:
            break
        try:
            line = (_PROC / str(parent) / "stat").read_bytes().decode("utf-8", "replace")
            with (_PROC / str(parent) / "cmdline").open("rb") as file:
                command = file.read(LONGEST_COMMAND).decode("utf-8", "replace").replace("\0", "")
        except OSError:
            break
        name, _, rest = line.partition("(")[2].rpartition(")")
        found = process_rule(name, command.rstrip("\n"), rules)
        if found is not None:
            return found
        parent = int(rest.split()[1])
    return next(
        (rule.pattern for agent in rules for rule in agent.processes if _is_there(rule.how, rule.pattern)), None
    )


def _is_there(how: str, pattern: str) -> bool:
    return how == "file" and Path(pattern).exists()
