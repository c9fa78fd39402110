"""One trial of an agent in its host's own sandbox, which closes the ledger: it reads there, and grades through MCP."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

from hosts.conversation import Call, Script
from hosts.programs import PROMPT, Host
from hosts.trial import Seen, Trial, TrialFailed

_OUTSIDE: Final = Path("/var/tmp")  # noqa: S108 - the sandbox lets its agent write below /tmp
_READING: Final = ("status", "log -n 1", "lessons parse", "explain HEAD")
_SESSION: Final = "01a2224f-2326-75e0-a768-0e66593123de"


def try_sandboxed(host: Host, path: str) -> tuple[Seen, list[str]]:
    """Let an agent read and grade a commit in its sandbox; return what is known of the commit, and what did not hold.

    Raises TrialFailed, also where the sandbox would hide the program that is tried.
    """
    program = Path(sys.executable).with_name("agent-tracker")
    if program.is_relative_to("/dev"):
        raise TrialFailed(f"the sandbox has a /dev of its own, without {program}: try it from another folder")
    with tempfile.TemporaryDirectory(prefix="agent-tracker-sandboxed-", dir=_OUTSIDE) as folder:
        trial = Trial(Path(folder), path)
        trial.run(["git", "commit", "-q", "--allow-empty", "-m", "feat: parse dates"], {"CODEX_THREAD_ID": _SESSION})
        output = trial.repository / "read.txt"
        commands = [f"{program} {words} >>{output} 2>&1 || echo FAILED {words} >>{output}" for words in _READING]
        given = {"folder": str(trial.repository), "commit": "HEAD", "grade": "good", "task": "a trial"}
        script = Script(["; ".join(commands)], {}, calls=[Call("mcp__agent_tracker/grade", given)])
        with trial.model_of(host, script) as needed:
            settings = trial.home / ".codex" / "config.toml"
            server = f'command = {json.dumps(str(program))}\nargs = ["mcp"]\ndefault_tools_approval_mode = "approve"\n'
            before = settings.read_text(encoding="utf-8")
            settings.write_text(f"{before}\n[mcp_servers.agent-tracker]\n{server}", encoding="utf-8")
            words = [host.program, *host.sandboxed, PROMPT]
            trial.run(words, {**needed, "PATH": os.pathsep.join([str(program.parent), path])})
        read = output.read_text(encoding="utf-8") if output.exists() else "FAILED all"
        line = json.loads(trial.run(["agent-tracker", "log", "--json", "-n", "1"]).splitlines()[0])
        faults = [one for one in read.splitlines() if one.startswith("FAILED")]
        faults += [] if line["grades"]["agent"] == 2 else ["not graded"]
        return trial.seen(), faults
