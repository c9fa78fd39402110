"""The program's entrance: what git's hooks and agents' hosts call is dispatched first, all else goes to ``cli``."""

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tracker.project.project import Project

_OBJECTS: Final = 100_000
"""Objects made by a command before Python looks for unreachable cycles, in place of a few hundred or thousand.

The imports make many objects, and most commands no cycles; each search takes longer the more objects there are.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code. ``arguments``: instead of those of the process."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if sys.stdout is None or sys.stderr is None:  # closed by the caller
        null_device = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open until the end
        sys.stdout, sys.stderr = sys.stdout or null_device, sys.stderr or null_device
    if given[:1] == ["hook"]:
        from tracker.recording import run_recorder

        return run_recorder.main(given[1:], afterwards=_read_shared)
    if given[:1] == ["push-events"]:
        from tracker.sharing import push_process

        return push_process.main(given[1:])
    if given[:1] == ["host"]:
        from tracker.hosts import run_host

        return run_host.main(given[1:])
    if given[:1] == ["statusline"]:
        from tracker.hosts import status_line

        return status_line.main(given[1:])
    if given[:1] == ["guard"]:
        from tracker.hooks import guard

        return guard.main(given[1:])
    if given[:1] != ["mcp"]:  # it runs for days: an error leaves a cycle, with all that the failed call was given
        gc.set_threshold(_OBJECTS)
    from tracker.cli import app

    return app.main(given)


def _read_shared(project: "Project") -> None:
    """Read what other machines shared, in a recorder that nobody waits for."""
    if project.shared_remote is not None:
        from tracker.sharing.read import read_shared

        read_shared(project)


if __name__ == "__main__":
    sys.exit(main())
