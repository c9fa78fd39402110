"""Render what git runs from shell templates.

``hooks/entry`` is our part of a file in a hooks directory. It runs a script that is in our folder in the git directory:
``hooks/event`` records, ``hooks/pre-commit`` is the guard, ``hooks/pre-push`` shows the hint. Functions that several
need are in ``hooks/common``. In the wheel these files are package data (``tracker/_hooks``).
"""

import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from tracker import __version__
from tracker.attribution import Catalogue
from tracker.digests import blake2b
from tracker.errors import TrackerError
from tracker.hooks import placeholders
from tracker.hooks.events import EVENTS, GUARD, HINT
from tracker.hooks.guard_rules import REFUSED
from tracker.hooks.hook_text import check
from tracker.project import push_hint

_RECORDING: Final = "event"
_OTHERS: Final = (GUARD, HINT)
"""Events with a template of their own, which has the event's name."""
_HOST: Final = "host"
_PLUGIN: Final = "plugin.js"
_COMMON: Final = "common"
_ENTRY: Final = "entry"

_INCLUDE: Final = re.compile(r"^@COMMON (\w+)@$", re.MULTILINE)
_SECTION: Final = re.compile(r"^@IF (\w+)@\n(.*?)^@END@\n", re.MULTILINE | re.DOTALL)
_FUNCTION: Final = re.compile(r"^(\w+)\(\) \{$", re.MULTILINE)


def template(event: str) -> str:
    """Return the template of the hook for ``event``, with the common functions that it names inserted."""
    return _with_common_functions(_read(event if event in _OTHERS else _RECORDING))


def _with_common_functions(text: str) -> str:
    blocks = _read(_COMMON).strip("\n").split("\n\n")
    functions = {found[1]: block for block in blocks if (found := _FUNCTION.search(block))}
    return _INCLUDE.sub(lambda line: functions[line[1]], text)


def render_host_script(
    interpreter: str,
    flags: Sequence[str],
    *,
    sessions: Sequence[str],
    calls: Sequence[str],
    elsewhere: Sequence[str],
    without_ids: Sequence[str],
) -> bytes:
    """Return the script that agents' hosts run (``tracker.hosts``). Raises TrackerError as ``render`` does.

    ``interpreter``: empty for a script that finds the program on the PATH. ``sessions``, ``calls``: the keys of their
    ids in what hosts say. ``elsewhere``: the hosts whose hooks run in another folder than their agents work in.
    ``without_ids``: the hosts that give their calls no ids.
    """
    _check_path(interpreter)
    values = {
        "@VERSION@": __version__,
        "@PYTHON@": shlex.quote(interpreter),
        "@INTERPRETER_FLAGS@": shlex.quote(" ".join(flags)),
        "@SECRETS@": placeholders.SECRET_FORMS,
        "@SESSION_KEYS@": " | ".join(f"{key}:" for key in sessions),
        "@CALL_KEYS@": " | ".join(f"{key}:" for key in calls),
        "@ELSEWHERE@": " | ".join(f"*-tool:{host}" for host in elsewhere),
        "@WITHOUT_IDS@": " | ".join(without_ids),
    }
    names = re.compile("|".join(map(re.escape, values)))
    text = names.sub(lambda match: values[match[0]], _with_common_functions(_read(_HOST)))
    return text.encode("utf-8", "surrogateescape")


def plugin_text(file: str, host: str, display: str, script: str) -> str:
    """Return a plugin for a host that runs JavaScript. ``script``: an expression for the path of our script."""
    values = {"@SCRIPT@": script, "@HOST@": host, "@DISPLAY@": display}
    text = f"{_read(_PLUGIN)}\n{_read(file).lstrip()}"
    return re.sub("|".join(values), lambda match: values[match[0]], text)


def _check_path(interpreter: str) -> None:
    if "\n" in interpreter:
        raise TrackerError(f"a hook cannot hold a path with a line break: {interpreter!r}.")


def render(event: str, *, interpreter: str, flags: Sequence[str], catalogue: Catalogue) -> bytes:
    """Return the script for ``event``, which our hook file runs.

    It starts ``interpreter`` with ``flags``, and reads of the environment what the catalogue allows. Raises
    TrackerError when the interpreter's path holds a line break.
    """
    _check_path(interpreter)
    values = {
        "@VERSION@": __version__,
        "@RULES@": digest(catalogue),
        "@EVENT@": event,
        "@PYTHON@": shlex.quote(interpreter),
        "@INTERPRETER_FLAGS@": shlex.quote(" ".join(flags)),
        "@MOST_HINTED@": str(push_hint.MOST),
        **placeholders.values(catalogue),
    }
    names = re.compile("|".join(map(re.escape, values)))
    script = names.sub(lambda match: values[match[0]], template(event)).encode("utf-8", "surrogateescape")
    return script.replace(b"@CHECK@", check(script.partition(b"\n")[2]), 1)


def render_part(event: str, folder: Path, catalogue: Catalogue, *, kept: bool) -> bytes:
    """Return our part of the hook file for ``event``.

    ``folder``: the hooks directory, relative to the git directory of all worktrees. So a repository can be moved.
    ``kept``: there is a kept hook to run; only ``init`` makes one. A shell parses everything up to the end of the file,
    so what an event does not need is left out.
    """
    chosen = {
        "kept": kept,
        "guard": event == GUARD,
        "hint": event == HINT,
        "records": event in EVENTS,
        "post_rewrite": event == "post-rewrite",
        "plain": not kept and event in EVENTS,
        "stands_in": event == HINT,
        "input": event in {"post-rewrite", HINT},
    }
    text = _SECTION.sub(lambda section: section[2] if chosen[section[1]] else "", _read(_ENTRY))
    evidence = placeholders.values(catalogue)
    values = {
        "@REWIND@\n": "agent_tracker_rewind\n" if chosen["post_rewrite"] else "",
        "@AGENT_VARIABLES@": evidence["@AGENT_VARIABLES@"],
        "@AGENT_VALUES@": evidence["@AGENT_VALUES@"].replace("evidence=1", "agent_tracker_evidence=1"),
        "@VERSION@": __version__,
        "@RULES@": digest(catalogue),
        "@EVENT@": event,
        "@FOLDER@": shlex.quote(str(folder)),
        "@REFUSED@": str(REFUSED),
    }
    names = re.compile("|".join(map(re.escape, values)))
    part = names.sub(lambda match: values[match[0]], text).encode("utf-8", "surrogateescape")
    return part.replace(b"@CHECK@", check(part), 1)


@cache
def digest(catalogue: Catalogue) -> str:
    """Return a digest of the templates and of what the catalogue puts into them (8 hexadecimal digits).

    Our part and our scripts name it in their first line; with another digest they are out of date.
    """
    text = "\0".join([*map(_read, (_RECORDING, *_OTHERS, _COMMON, _ENTRY)), *placeholders.values(catalogue).values()])
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()


@cache
def interpreter_flags(interpreter: str) -> tuple[str, ...]:
    """Return the flags that keep Python from importing the repository's own modules. Tried once by each process.

    ``-I`` ignores the user's site directory too; if this package is only there, ``-P -E`` is returned instead. Raises
    OSError when the interpreter cannot be started, subprocess.TimeoutExpired after 60 seconds.
    """
    done = subprocess.run(
        [interpreter, "-I", "-c", "import tracker"], cwd=os.sep, capture_output=True, check=False, timeout=60
    )
    return ("-I",) if done.returncode == 0 else ("-P", "-E")


@cache
def _read(name: str) -> str:
    """Return the text of a file of ``hooks/``: package data, or in a checkout the file itself."""
    packaged = Path(__file__).parents[1] / "_hooks" / name
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "hooks" / name).read_text(encoding="utf-8")
