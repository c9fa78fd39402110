"""Lessons that are kept for the task at work in a worktree, so that the recorder need not look for any.

They are found when an agent states its task (``activity --task``) and lie in the git directory, one file for each
worktree. A recorder only reads that file. It is derived data: one that is missing or damaged means no lessons.
"""

import contextlib
import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from tracker import keys
from tracker.project.files import ProjectFiles

MOST: Final = 3
"""Lessons that are kept for one task."""

_SECONDS: Final = 86_400
"""Seconds for which a task counts as the one at work: nobody says when a task ends."""

_LONGEST_TASK: Final = 500

_TASK_FIELDS: Final[Mapping[str, type]] = {"agent_name": str, "task": str, "stated_at": int, "lessons": list}
_TEXT_FIELDS: Final = ("list", "source", "project", "agent_name", "subject", "note", "reasons")
_FIELDS: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(_TEXT_FIELDS, (str,)),
    "oid": (str, type(None)),
    "time": (int,),
    "grade": (int, type(None)),
}


def keep(
    files: ProjectFiles, work_tree: str, agent: str, task: str, stated_at: int, lessons: Sequence[Mapping[str, Any]]
) -> None:
    """Keep the lessons of a task, in place of those of the task before.

    ``stated_at``: seconds since the epoch. ``lessons``: as status.json has them. Raises OSError.
    """
    content = {"agent_name": agent, "task": task[:_LONGEST_TASK], "stated_at": stated_at, "lessons": lessons[:MOST]}
    files.small.write(_name(work_tree), orjson.dumps(content).decode())


def read(files: ProjectFiles, work_tree: str, now: int) -> dict[str, Any] | None:
    """Return task and lessons of a worktree as status.json has them; None if no task was stated there of late.

    ``now``: seconds since the epoch. A damaged file is set aside.
    """
    text = ""
    with contextlib.suppress(OSError):  # a file that this user may not read: the other contents of the status matter
        text = files.small.read(_name(work_tree))
    if not text:
        return None
    try:
        content = orjson.loads(text)
    except ValueError:
        content = None
    if not _is_ours(content):
        files.small.set_aside(_name(work_tree), "it holds no lessons of a task")
        return None
    return {name: content[name] for name in _TASK_FIELDS} if now - content["stated_at"] < _SECONDS else None


def _name(work_tree: str) -> str:
    return f"task-lessons-{keys.digest(os.path.realpath(work_tree), 4).hex()}"


def _is_ours(content: object) -> bool:
    """Return True if a file's content has the form in which lessons are kept; the git directory is untrusted."""
    return (
        isinstance(content, dict)
        and all(isinstance(content.get(name), kind) for name, kind in _TASK_FIELDS.items())
        and len(content["task"]) <= _LONGEST_TASK
        and len(content["lessons"]) <= MOST
        and all(map(_is_lesson, content["lessons"]))
    )


def _is_lesson(content: object) -> bool:
    return (
        isinstance(content, dict)
        and content.keys() == _FIELDS.keys()
        and all(isinstance(content[name], kinds) for name, kinds in _FIELDS.items())
    )
