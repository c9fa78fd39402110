"""Processes that look like those above a commit: the names and command lines that a real agent's had."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_BASH: Final = "/bin/bash"
_LONGEST_NAME: Final = 15
"""Characters of a process's name (proc(5), comm)."""

Process = tuple[str, Sequence[str]]
"""The name of a process, and the words of its command line."""


def write_chain(folder: Path, processes: Sequence[Process], command: str) -> str:
    """Write programs of which each starts the next and the last runs a command of bash; return how to start the first.

    Each is bash under another name. Its command line has the first word, and the path of the first script in the
    original, below ``folder``; options before it are left out, as bash would read them.
    """
    for number, process in reversed([*enumerate(processes)]):
        command = _write_level(folder / str(number), process, command)
    return command


def _write_level(folder: Path, process: Process, command: str) -> str:
    name, words = process
    script = folder / "script" / _script_of(words).lstrip("/")
    script.parent.mkdir(parents=True)
    rename = f"printf %s {shlex.quote(name)} >/proc/$$/comm"  # what a program such as Node.js gives itself
    script.write_text(f"{rename}\n({command})\nexit $?\n", encoding="utf-8")  # bash waits, and does not become the next
    program = folder / "program" / Path(words[0]).name[:_LONGEST_NAME]
    program.parent.mkdir()
    program.symlink_to(_BASH)
    return f"exec -a {shlex.quote(words[0])} {shlex.quote(str(program))} {shlex.quote(str(script))}"


def _script_of(words: Sequence[str]) -> str:
    """Return the path of the script that a program runs; one of no meaning for a program that runs none."""
    paths = [word for word in words[1:] if word.startswith("/") and " " not in word]
    return paths[0] if paths else "run"
