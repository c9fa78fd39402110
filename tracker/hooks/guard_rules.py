"""The guard's rules: names of environment files, and the sentence for each refusal.

Pure. Paths and agents' names are untrusted: sentences hold printable characters only and stay short.
"""

import shlex
from collections.abc import Sequence
from typing import Final

from tracker.text import printable

REFUSED: Final = 10
"""The exit code by which ``guard`` tells our hook that it refuses a commit; Python itself never exits with it."""

_TEMPLATES: Final = frozenset({"example", "sample", "template", "dist", "defaults"})
"""Last parts of the names of files that list variables without values and are meant to be committed."""

_MOST_NAMED: Final = 3
_LONGEST_NAMED: Final = 80
"""Characters of a path; of a longer one the end is shown, since it holds the name."""


def is_environment_file(path: str) -> bool:
    """Return True for ``.env`` and ``.env.*``, which may hold secrets, except templates; in any folder and case."""
    name = path.rsplit("/", 1)[-1].lower()
    return name == ".env" or (name.startswith(".env.") and name.rsplit(".", 1)[-1] not in _TEMPLATES)


def halted_refusal(agent: str, skill_points: int) -> str:
    """Return the sentence that refuses a commit by a halted agent."""
    command = shlex.join(["agent-tracker", "reinstate", printable(agent), "--plan"])
    return (
        f"agent-tracker: {printable(agent)} is halted ({skill_points} skill points), so it may not commit here: the"
        f" user ends that with '{command} TEXT'."
    )


def environment_files_refusal(agent: str, paths: Sequence[str]) -> str:
    """Return the sentence that refuses a commit with environment files; it shows the first three."""
    named = ", ".join(map(_shown, paths[:_MOST_NAMED]))
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    return (
        f"agent-tracker: {printable(agent)} may not commit environment files ({named}{more}): leave them out, or the"
        " user allows them with 'git config agent-tracker.allowEnvFiles true'."
    )


def failure_notice(reason: str, *, is_refused: bool = False, is_shown_once: bool = False) -> str:
    """Return the sentence about an error of the guard: it lets a commit through that no other rule refuses."""
    failed = "could not check all of this commit" if is_refused else "could not check this commit and let it through"
    once = " This is shown once." if is_shown_once else ""
    return f"agent-tracker: the guard {failed}: {printable(reason).removesuffix('.')}.{once}"


def _shown(path: str) -> str:
    text = printable(path)
    return text if len(text) <= _LONGEST_NAMED else f"...{text[-_LONGEST_NAMED:]}"
