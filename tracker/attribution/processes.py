"""Find an agent among the ancestors of this process, on systems that show processes as files (Linux, proc(5))."""

import os
from pathlib import Path
from typing import Final

from tracker.attribution.capture_policy import LONGEST_COMMAND, NO, process_rule
from tracker.attribution.catalogue import Catalogue

SWITCH: Final = "AGENT_TRACKER_PROCESSES"
"""Environment variable; with the value 0, no or false hooks read no processes."""

_MOST_STEPS: Final = 32
"""Ancestors that are read at most."""
_PROC: Final = Path("/proc")


def can_read_processes() -> bool:
    """Return True if processes may be read, and the system shows them."""
    return os.environ.get(SWITCH, "on").lower() not in NO and _PROC.is_dir()


def nearest_agent(rules: Catalogue) -> str | None:
    """Return the pattern of the process rule that the nearest ancestor matches, else of a rule whose file exists.

    None when no rule matches or processes may not be read.
    """
    if not can_read_processes():
        return None
    return _matching_ancestor(rules) or _existing_file(rules)


def _matching_ancestor(rules: Catalogue) -> str | None:
    process = os.getppid()
    for _ in range(_MOST_STEPS):
        if process <= 1:
            break
        try:
            name, process, command = _read(process)
        except OSError:
            break
        pattern = process_rule(name, command, rules)
        if pattern is not None:
            return pattern
    return None


def _read(process: int) -> tuple[str, int, str]:
    """Return a process's name, the id of its parent, and its command line without null bytes. Raises OSError."""
    stat = (_PROC / str(process) / "stat").read_bytes().decode("utf-8", "replace")
    with (_PROC / str(process) / "cmdline").open("rb") as file:
        command = file.read(LONGEST_COMMAND).decode("utf-8", "replace").replace("\0", "")
    name, _, rest = stat.partition("(")[2].rpartition(")")
    return name, int(rest.split()[1]), command.rstrip("\n")


def _existing_file(rules: Catalogue) -> str | None:
    for agent in rules:
        for rule in agent.processes:
            if rule.match_by == "file" and Path(rule.pattern).exists():
                return rule.pattern
    return None
