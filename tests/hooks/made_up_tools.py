"""Programs that change hook files in ways of their own, each as an installer of one hook.

Each way of renaming, wrapping, prepending and appending is that of a program, made up here so that nothing in
agent-tracker can know its names. Installing again does what such programs do: nothing where their mark is in the hook.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

NOTE: Final = 'echo "tool $*" >>"$NOTES"'
"""The command of each program: it notes its arguments."""

_CODE: Final = 'exit "$code"\n'


class Tool(NamedTuple):
    """A made-up program. ``install`` changes the hook at a path. ``lines`` are those that it puts into hook files."""

    install: Callable[[Path], None]
    lines: str


def _front(moved: Callable[[Path], Path], run: str) -> Tool:
    """Return a program that moves a hook and puts its own in the place. ``run``: how that runs the moved one."""
    text = (
        f'#!/bin/sh\n# front-of-hooks, generated\nd=$(dirname "$0")\nb=$(basename "$0")\ncode=0\n{run}\n{NOTE}\n{_CODE}'
    )

    def install(hook: Path) -> None:
        if hook.exists() and "front-of-hooks" not in hook.read_text():
            place = moved(hook)
            place.parent.mkdir(parents=True, exist_ok=True)
            hook.rename(place)
        hook.write_text(text)
        hook.chmod(0o755)

    return Tool(install, text)


def _edit(lines: str, change: Callable[[str], str]) -> Tool:
    """Return a program that changes the text of a hook, in place as an editor does. ``lines``: those that it adds."""

    def install(hook: Path) -> None:
        text = hook.read_text() if hook.exists() else "#!/bin/sh\n"
        if "tool-block" not in text:
            hook.write_text(change(text))
            hook.chmod(0o755)

    return Tool(install, lines)


def _after_first_line(text: str, added: str, first: str = "") -> str:
    line, _, rest = text.partition("\n")
    return f"{first or line}\n{added}{rest}"


def _in_the_middle(text: str) -> str:
    lines = text.splitlines(keepends=True)
    place = max([number for number, line in enumerate(lines) if re.match(r"[^#\s]", line)], default=1)
    return "".join([*lines[:place], _BLOCK, *lines[place:]])


_BLOCK: Final = f"# >>> tool-block\n{NOTE}\n# <<< tool-block\n"
_READING: Final = f'\n# >>> tool-block\n{NOTE}\ncat >>"$NOTES"\n# <<< tool-block\n'
_STRICT: Final = f"# >>> tool-block\nset -euo pipefail\nshopt -s nullglob\nhead=1 event=x kept=y line=z\n{NOTE}\n"
_WRAPPED: Final = f"main() {{ # tool-block\n{NOTE}\n"
_END: Final = '}\nmain "$@"\n'

TOOLS: Final = {
    "renames-with-suffix": _front(
        lambda hook: hook.with_name(f"{hook.name}-user"), '[ ! -x "$d/$b-user" ] || "$d/$b-user" "$@" || code=$?'
    ),
    "renames-with-prefix": _front(
        lambda hook: hook.with_name(f"_{hook.name}"), '[ ! -x "$d/_$b" ] || "$d/_$b" "$@" || code=$?'
    ),
    "renames-with-number": _front(
        lambda hook: hook.with_name(f"{hook.name}.bak-123"),
        'for f in "$0".bak-*; do [ ! -x "$f" ] || "$f" "$@" || code=$?; done',
    ),
    "moves-to-a-folder": _front(
        lambda hook: hook.parent / "hooks.d" / hook.name / "10-x",
        'for f in "$d/hooks.d/$b"/*; do [ ! -x "$f" ] || "$f" "$@" || code=$?; done',
    ),
    "moves-out-of-the-hooks-directory": _front(
        lambda hook: hook.parents[1] / "tool" / hook.name,
        'f=$(git rev-parse --git-dir)/tool/$b; [ ! -x "$f" ] || "$f" "$@" || code=$?',
    ),
    "renames-in-capitals-and-never-names-it": _front(
        lambda hook: hook.with_name(hook.name.upper()),
        'f=$d/$(echo "$b" | tr a-z A-Z); [ ! -x "$f" ] || "$f" "$@" || code=$?',
    ),
    "appends": _edit(_BLOCK, lambda text: f"{text}{_BLOCK}"),
    "appends-and-reads-input": _edit(_READING, lambda text: f"{text}{_READING}"),
    "appends-an-exit": _edit(f"{_BLOCK}exit 0\n", lambda text: f"{text}{_BLOCK}exit 0\n"),
    "prepends": _edit(_BLOCK, lambda text: _after_first_line(text, _BLOCK)),
    "prepends-strict-bash": _edit(_STRICT, lambda text: _after_first_line(text, _STRICT, "#!/usr/bin/env bash")),
    "wraps-in-a-function": _edit(_WRAPPED, lambda text: _after_first_line(text, _WRAPPED) + _END),
    "wraps-and-indents": _edit(
        _WRAPPED,
        lambda text: _after_first_line(re.sub(r"(?m)^(?=.)(?!#!)", "    ", text), _WRAPPED) + _END,
    ),
    "inserts-in-the-middle": _edit(_BLOCK, _in_the_middle),
}
"""The programs by what they do. Those that come first rename or move the hook, the others edit it."""
