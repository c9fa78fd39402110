"""Find the rollouts of a session of Codex: the file of each of its threads.

A thread is a file, named by its id. Subagents are threads of their own, whose shells have their own id in the
environment; the session that they belong to is in their first record. Forks are sessions of their own.
"""

from pathlib import Path
from typing import Final, NamedTuple

from tracker.attribution.session_log_files import StoreLocation, listing, text_in
from tracker.costs.events import SessionUnreadable
from tracker.costs.session_files import first_record, head
from tracker.lazy_regex import LazyRegex

_MOST_HEADS: Final = 5000
"""Files whose beginning is read to find a session's subagents."""
_LONGEST_LINE_OF_PARENTS: Final = 10
_THREAD: Final = LazyRegex(r"-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl")


class Rollout(NamedTuple):
    """The file of one thread. ``parent``: the thread that spawned it. ``fork_of``: the thread that it began as.

    ``copies_history``: a fork of older versions, which wrote its parent's history again.
    """

    path: Path
    thread: str
    root: str
    parent: str
    fork_of: str
    is_subagent: bool
    copies_history: bool


class Rollouts:
    """All rollouts below the home of Codex, newest first; those of archived sessions last."""

    def __init__(self, place: StoreLocation) -> None:
        home = place.folder("CODEX_HOME", ".codex")
        days = home / "sessions"
        self._files = [
            file
            for day in (day for year in _entries(days) for month in _entries(year) for day in _entries(month))
            for file in _entries(day)
        ] + _entries(home / "archived_sessions")

    def find(self, thread: str) -> Rollout:
        """Return a thread's rollout. Raises FileNotFoundError, and SessionUnreadable when it is compressed."""
        for path in self._files:
            if path.name.endswith(f"-{thread}.jsonl") and path.is_file():
                return _rollout(path)
        if any(path.name.endswith(f"-{thread}.jsonl.zst") for path in self._files):
            raise SessionUnreadable("compressed")
        raise FileNotFoundError("there is no such session")

    def root(self, thread: str) -> Rollout:
        """Return the rollout of the session that a thread belongs to. Raises as ``find`` does."""
        rollout = self.find(thread)
        for _ in range(_LONGEST_LINE_OF_PARENTS):
            if not rollout.is_subagent:
                return rollout
            rollout = self.find(rollout.root if rollout.root not in {"", rollout.thread} else rollout.parent)
        raise SessionUnreadable("unreadable")

    def subagents(self, root: Rollout) -> tuple[list[Rollout], list[int | None]]:
        """Return the rollouts of the threads that a session spawned, at any depth, and when others began.

        The second list has the times, in milliseconds or None, of later threads that cannot be read: compressed or
        damaged. Nobody can see if they are the session's. Raises SessionUnreadable when there are too many threads.
        """
        # A thread's file is named by the time of its beginning, which is not before that of its session.
        later = [path for path in self._files if path.name >= root.path.name and path != root.path]
        if len(later) > _MOST_HEADS:
            raise SessionUnreadable("too_large")
        spawned: list[Rollout] = []
        hidden: list[int | None] = []
        for path in later:
            if path.suffix == ".zst":
                hidden.append(_begun(path))
            elif b'"parent_thread_id"' in head(path):
                try:
                    spawned.append(_rollout(path))
                except SessionUnreadable:
                    hidden.append(_begun(path))
        mine, grew = {root.thread}, True
        while grew:
            new = {one.thread for one in spawned if one.is_subagent and mine & {one.parent, one.root}} - mine
            mine |= new
            grew = bool(new)
        return [one for one in reversed(spawned) if one.thread in mine], hidden


def _begun(path: Path) -> int | None:
    """Return the time in a thread's id: the first 48 bits of one of version 7 (RFC 9562)."""
    thread = _THREAD.search(path.name)
    return int(thread[1].replace("-", "")[:12], 16) if thread and thread[1][14] == "7" else None


def _entries(folder: Path) -> list[Path]:
    return [*listing(folder)] if folder.is_dir() else []


def _rollout(path: Path) -> Rollout:
    record = first_record(path)
    if record.get("type") != "session_meta" or not text_in(record, "payload", "id"):
        raise SessionUnreadable("unreadable")
    return Rollout(
        path,
        text_in(record, "payload", "id"),
        text_in(record, "payload", "session_id"),
        text_in(record, "payload", "parent_thread_id"),
        text_in(record, "payload", "forked_from_id"),
        text_in(record, "payload", "thread_source") == "subagent",
        text_in(record, "payload", "history_mode") != "paginated",
    )
