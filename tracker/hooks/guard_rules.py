"""What the guard refuses and in what words: which names are environment files, and a sentence for each refusal.

Pure. Paths and agents' names are untrusted: what is not printable never reaches a terminal, and a sentence stays short.
"""

import shlex
from collections.abc import Sequence
from typing import Final

from tracker.text import printable

REFUSED: Final = 10
"""The exit code by which the guard tells its stub that a commit is refused; no interpreter ends with it by itself."""

_TEMPLATES: Final = frozenset({"example", "sample", "template", "dist", "defaults"})
"""Last parts of the names of files that show which variables there are, and are meant to be committed."""

_MOST_NAMED: Final = 3
_LONGEST_NAMED: Final = 80
"""Characters of a path; of a longer one the end is shown, which has the name."""


def is_environment_file(path: str) -> bool:
    """Whether a path is that of an environment file, which may hold secrets: ``.env`` or ``.env.*``, no template."""
    name = path.rsplit("/", 1)[-1].lower()
    return name == ".env" or (name.startswith(".env.") and name.rsplit(".", 1)[-1] not in _TEMPLATES)


def of_halted(agent: str, skill_points: int) -> str:
    """Why a halted agent may not commit."""
    command = shlex.join(["agent-tracker", "reinstate", printable(agent), "--plan"])
    return (
        f"agent-tracker: {printable(agent)} is halted ({skill_points} skill points), so it may not commit here: the"
        f" user ends that with '{command} TEXT'."
    )


def of_environment_files(agent: str, paths: Sequence[str]) -> str:
    """Why an agent may not commit these environment files."""
    named = ", ".join(map(_shown, paths[:_MOST_NAMED]))
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    return (
        f"agent-tracker: {printable(agent)} may not commit environment files ({named}{more}): leave them out, or the"
        " user allows them with 'git config agent-tracker.allowEnvFiles true'."
    )


def of_nobody(reason: str) -> str:
    """That the guard cannot tell who is halted, and so stops nobody for it."""
    return f"agent-tracker: the guard stops no halted agent until this is mended (said once): {printable(reason)}"


def _shown(path: str) -> str:
    text = printable(path)
    return text if len(text) <= _LONGEST_NAMED else f"...{text[-_LONGEST_NAMED:]}"
