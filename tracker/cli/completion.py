"""The program's side of completion in a shell: the script for each shell, and the words that fit at the cursor.

A script calls the program with the variable ``_AGENT_TRACKER_COMPLETE``, which names the shell, and the words of the
command line up to the one at the cursor. The answer has a line for each word that fits: ``plain``, the word and what it
means, separated by tabs; or ``dir`` or ``file`` where the shell knows better.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from tracker.text import printable

VARIABLE: Final = "_AGENT_TRACKER_COMPLETE"
SHELLS: Final = ("bash", "zsh", "fish")

_BREAKS: Final = frozenset("=:")
"""Characters at which bash breaks a word into three (``COMP_WORDBREAKS``)."""


def script(shell: str) -> str:
    """Return the completion script of a shell."""
    path = Path(__file__).parent / "completion_scripts" / f"agent-tracker.{shell}"
    return path.read_text(encoding="utf-8")


def answer(commands: click.Group, shell: str, words: Sequence[str]) -> list[str]:
    """Return the lines of the answer. ``words``: those after the program's name; the last one is to be completed."""
    from click.shell_completion import CompletionItem, ShellComplete

    whole, cursor = (_joined(words), words[-1]) if shell == "bash" else (list(words), words[-1])
    complete = ShellComplete(commands, {}, "agent-tracker", VARIABLE)
    found: list[CompletionItem[str]] = complete.get_completions(whole[:-1], whole[-1])
    option = whole[-1].partition("=")[0] + "=" if whole[-1].startswith("--") and "=" in whole[-1] else ""
    lines = []
    for item in found:
        value = item.value
        if shell == "bash":
            value = _after_break(value, whole[-1].removeprefix(option), cursor)
        elif shell == "fish":
            value = option + value
        lines.append(
            "\t".join((item.type, _on_one_line(value), _on_one_line(item.help or "")) if value else (item.type,))
        )
    return lines


def _joined(words: Sequence[str]) -> list[str]:
    """Return words of bash as they stand on the command line: ``--agent``, ``=``, ``codex`` are one, and unquoted."""
    from click.shell_completion import split_arg_string

    joined: list[str] = []
    glue = False
    for word in words:
        if joined and (glue or (word and not set(word) - _BREAKS)):
            joined[-1] += word
        else:
            joined.append(word)
        glue = bool(word) and not set(word) - _BREAKS
    return [" ".join(split_arg_string(word)) for word in joined]


def _after_break(value: str, typed: str, cursor: str) -> str:
    """Return the part of a word that bash puts at the cursor: what follows the last break in the part that is typed."""
    is_break = bool(cursor) and not set(cursor) - _BREAKS
    before = typed if is_break else typed.removesuffix(cursor)
    return value.removeprefix(before)


def _on_one_line(text: str) -> str:
    return printable(text, " ").replace("\t", " ")


def is_asked() -> bool:
    """Return True if a completion script has started this process."""
    return bool(os.environ.get(VARIABLE))
