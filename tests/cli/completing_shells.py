"""Real shells in which a test presses Tab: each runs the program from the PATH, and tells which words it was given."""

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.support import Repo

_PROMPT: Final = "now> "
_BASH_COMPLETION: Final = Path("/usr/share/bash-completion/bash_completion")

_PROGRAM: Final = """#!/bin/sh
if [ -n "${{_AGENT_TRACKER_COMPLETE-}}" ] || [ "${{1-}}" = completion ]; then
	exec {python} -I -m tracker "$@"
fi
printf '%s\\n' "$@" > {told}
"""
"""The program: for the completion script the real one; what a test completes is only written down."""


class Shell(NamedTuple):
    """A shell with our completion. ``start``: the words that start it, for a folder with its start file."""

    name: str
    start: Callable[[Path], list[str]]
    file: str
    text: str

    def complete(self, repo: Repo, line: str, place: Path) -> list[str]:
        """Type a line, press Tab and Enter, and return the words that the program was given."""
        place.mkdir(exist_ok=True)
        told = place / "told"
        told.unlink(missing_ok=True)
        for name in ("agent-tracker", "git-agent-tracker"):
            program = place / name
            program.write_text(_PROGRAM.format(python=shlex.quote(sys.executable), told=shlex.quote(str(told))))
            program.chmod(0o755)
        start = place / self.file
        start.parent.mkdir(parents=True, exist_ok=True)
        start.write_text(self.text)
        env = {
            "PATH": f"{place}{os.pathsep}{os.environ['PATH']}",
            "ZDOTDIR": str(place),
            "XDG_CONFIG_HOME": str(place),
            "HOME": str(place),
            "XDG_DATA_HOME": repo.environment["XDG_DATA_HOME"],
        }
        terminal = repo.at_terminal(*self.start(place), env=env)
        terminal.expect(_PROMPT)
        terminal.press(f"{line}\t\n")
        terminal.expect(_PROMPT)
        terminal.press("exit\n")
        terminal.finish()
        assert told.exists(), terminal.shown
        return told.read_text(encoding="utf-8").splitlines()


BASH: Final = Shell(
    "bash",
    lambda place: ["bash", "--noprofile", "--rcfile", str(place / "bashrc"), "-i"],
    "bashrc",
    f'[ ! -r {_BASH_COMPLETION} ] || . {_BASH_COMPLETION}\neval "$(agent-tracker completion bash)"\nPS1="{_PROMPT}"\n',
)
ZSH: Final = Shell(
    "zsh",
    lambda _: ["zsh", "-i"],
    ".zshrc",
    f'autoload -U compinit\ncompinit -u\neval "$(agent-tracker completion zsh)"\nPS1="{_PROMPT}"\n',
)
FISH: Final = Shell(
    "fish",
    lambda _: ["fish", "-i"],
    "fish/config.fish",
    "set fish_greeting\nset -g fish_autosuggestion_enabled 0\n"
    f'function fish_prompt; echo -n "{_PROMPT}"; end\nagent-tracker completion fish | source\n',
)
SHELLS: Final = [
    pytest.param(
        shell,
        id=shell.name,
        marks=pytest.mark.skipif(shutil.which(shell.name) is None, reason=f"{shell.name} is not installed"),
    )
    for shell in (BASH, ZSH, FISH)
]
HAS_BASH_COMPLETION: Final = _BASH_COMPLETION.exists()
