"""Calls of agents' hosts: before and after a command of the agent, where no commit came, and the status line."""

import json
import sys
from pathlib import Path
from typing import Any, Final

from benchmark.rivals import Rival, as_json, compare
from benchmark.sandbox import MeasurementFailed, Sandbox, tracker_words
from benchmark.sizes import Sizes
from benchmark.timing import progress
from tracker.hosts.script import script_path, write_script

_SESSION: Final = "32738aae-809f-4798-a400-256779b51372"
_HOST: Final = "claude-code"
EMPTY: Final = "empty sh script"
BEFORE: Final = "before a command"
AFTER: Final = "after a command, no commit"
PYTHON: Final = "python -I -c pass"
LINE: Final = "status line"


def measure_host_calls(sandbox: Sandbox, sizes: Sizes) -> dict[str, Any]:
    """Return seconds of the calls in which no commit came, and of the status line, with ratios to their floors.

    Raises MeasurementFailed when a program fails.
    """
    path = sandbox.repository("hosts")
    sandbox.track(path, "hosts")
    sandbox.git("commit", "-q", "--allow-empty", "-m", "feat: something", place=path)
    sandbox.tracker("sync", place=path)
    folder = sandbox.home / "hosts-script"
    write_script(folder)
    empty = sandbox.home / "empty.sh"
    empty.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    progress("calls of hosts")
    words = {"session_id": _SESSION, "cwd": str(path), "tool_name": "Bash", "tool_input": {"command": "make test"}}
    said = f"{json.dumps(words | {'tool_use_id': 'toolu_1dc611ecfeac42998517ee77'})}\n".encode()
    script = str(script_path(folder))

    def called(*program: str) -> Rival:
        return Rival(lambda _: sandbox.run(*program, place=path, stdin=said))

    calls = {
        EMPTY: called("sh", str(empty)),
        BEFORE: called("sh", script, _HOST, "before-tool"),
        AFTER: called("sh", script, _HOST, "after-tool"),
    }
    lines = {PYTHON: called(sys.executable, "-I", "-c", "pass"), LINE: called(*tracker_words("statusline", _HOST))}
    found = {
        "calls": as_json(compare(calls, EMPTY, sizes.rounds)),
        "status_line": as_json(compare(lines, PYTHON, sizes.rounds)),
    }
    _check(path, sizes.rounds)
    return found


def _check(path: Path, rounds: int) -> None:
    """Raise MeasurementFailed unless each call before a command was remembered."""
    remembered = [*(path / ".git" / "agent-tracker" / "calls" / "head").iterdir()]
    lines = sum(len(one.read_text(encoding="utf-8").splitlines()) for one in remembered)
    if lines != rounds:
        raise MeasurementFailed(f"of {rounds} calls {lines} were remembered.")
