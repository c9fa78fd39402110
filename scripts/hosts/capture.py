"""The surroundings in which a real agent commits: environment, processes, terminal.

``python capture.py FILE TOP`` writes them down; the command that an agent's model asks for runs it before the commit.
``FILE``: where to write JSON. ``TOP``: the id of the process at which the ancestors end, which is left out.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any, Final

_OF_THE_SHELL: Final = frozenset({"_", "PWD", "OLDPWD", "SHLVL", "LOGNAME", "SHELL", "COLUMNS", "LINES"})
_OF_THE_TRIAL: Final = frozenset({"HOME", "PATH", "TMPDIR", "LANG", "TERM", "IS_SANDBOX", "GEMINI_CLI_TRUST_WORKSPACE"})
_NOT_KEPT: Final = re.compile("KEY$|TOKEN|SECRET|SOCKET|BASE_URL|_DISABLE_|^DISABLE_|(ANTHROPIC|GEMINI|OPENAI)_MODEL$")
_MOST_WORDS: Final = 3
_LONGEST: Final = 200
_HOME: Final = "/home/dev"
"""The folder that takes the place of that of the trials."""


def main(file: str, top: int) -> None:
    """Write the environment, the ancestors below a process from the outermost to the nearest, and if stderr is one."""
    ancestors: list[tuple[str, list[str]]] = []
    process = os.getppid()
    while process not in {0, top}:
        folder = Path("/proc") / str(process)
        name, _, rest = (folder / "stat").read_text().partition("(")[2].rpartition(")")
        words = (folder / "cmdline").read_bytes().decode("utf-8", "replace").rstrip("\0").split("\0")
        ancestors.append((name, words))
        process = int(rest.split()[1])
    found = {"environment": dict(os.environ), "processes": ancestors[::-1], "has_terminal": os.isatty(2)}
    Path(file).write_text(json.dumps(found), encoding="utf-8")


def keep_surroundings(trial: Path, folder: Path, file: Path, seen: Any) -> None:
    """Write what a trial captured into a file, without secrets, the machine's paths and what is no agent's.

    ``folder``: that of all trials. ``seen``: what agent-tracker said of the commit. An agent that commits without a
    shell, such as Aider, has captured nothing.
    """
    captured = trial / "home" / "captured.json"
    if not captured.exists():
        return
    found = json.loads(captured.read_text(encoding="utf-8"))
    found = json.loads(_without_places(json.dumps(found), trial, folder))
    variables = {
        name: value
        for name, value in found["environment"].items()
        if name not in _OF_THE_SHELL | _OF_THE_TRIAL
        and (name.startswith("GIT_CONFIG_KEY_") or not _NOT_KEPT.search(name))
    }
    processes = [[name, [word[:_LONGEST] for word in words[:_MOST_WORDS]]] for name, words in found["processes"]]
    kept = {
        "agent": seen.agent,
        "version": seen.version,
        "has_terminal": found["has_terminal"],
        "environment": dict(sorted(variables.items())),
        "processes": processes,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _without_places(text: str, *places: Path) -> str:
    """Return a text with the home of a user in place of some folders, also where an agent makes a name of the path."""
    for place in map(str, (one.resolve() for one in places)):
        text = text.replace(place, _HOME).replace(place.replace("/", "-"), _HOME.replace("/", "-"))
    return text


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
