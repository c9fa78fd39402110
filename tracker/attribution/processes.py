"""Find an agent among the ancestors of this process, on systems that show processes as files (Linux, proc(5))."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tracker.attribution.capture_policy import LONGEST_COMMAND, NO, process_rule
from tracker.attribution.catalogue import Catalogue

SWITCH: Final = "AGENT_TRACKER_PROCESSES"
"""Environment variable; with the value 0, no or false hooks read no processes."""

_PROC: Final = Path("/proc")


class Ancestors(NamedTuple):
    """The evidence of the ancestors of this process.

    ``agent``: the pattern of the process rule that the nearest of them matches, else of a rule whose file exists, else
    None. ``are_read``: processes may be read, and the system shows them. ``are_all_read``: they were read up to the
    first process of the system or container. ``opener``: the name of the program that opened the session of this
    process and so its terminal, empty if it is not known.
    """

    agent: str | None = None
    are_read: bool = False
    are_all_read: bool = False
    opener: str = ""


def may_read_processes(variables: Mapping[str, str]) -> bool:
    """Return False if variables say that no processes are to be read."""
    return variables.get(SWITCH, "on").lower() not in NO


def look_up(rules: Catalogue, *variables: Mapping[str, str]) -> Ancestors:
    """Return what the ancestors of this process show, up to the nearest agent.

    No process is read if each of some sets of variables says so.
    """
    if not any(map(may_read_processes, variables)) or not _PROC.is_dir():
        return Ancestors()
    found = _walk(rules)
    return found if found.agent else found._replace(agent=_existing_file(rules))


def _walk(rules: Catalogue) -> Ancestors:
    """Return what the ancestors show by themselves.

    Their number has no limit: an agent could start any number of processes between itself and a command. A process that
    is met again shows that the ids were given to new processes meanwhile; so does one that is gone.
    """
    leader, child, opener = os.getsid(0), os.getpid(), ""
    process, seen = os.getppid(), set[int]()
    while process > 0:
        try:
            name, parent, command = _read(process)
        except OSError:
            break
        if child == leader:
            opener = name
        pattern = process_rule(name, command, rules)
        if pattern is not None or process in seen:
            return Ancestors(pattern, are_read=True, opener=opener)
        seen.add(process)
        child, process = process, parent
    return Ancestors(None, are_read=True, are_all_read=process == 0, opener=opener)


def _read(process: int) -> tuple[str, int, str]:
    """Return a process's name, the id of its parent, and its command line without null bytes. Raises OSError.

    The parent of the first process of the system or container, and of one that was started from outside it, is 0.
    """
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
