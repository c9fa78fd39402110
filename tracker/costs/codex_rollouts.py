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

    def subagents(self, root: Rollout) -> list[Rollout]:
        """Return the rollouts of the threads that a session spawned, at any depth. Raises SessionUnreadable."""
        begun = root.path.name
        # A thread's file is named by the time of its beginning, which is not before that of its session.
        later = [path for path in self._files if path.name >= begun and path.suffix == ".jsonl"]
        if len(later) > _MOST_HEADS:
            raise SessionUnreadable("too_large")
        spawned = [_rollout(path) for path in later if path != root.path and b'"parent_thread_id"' in head(path)]
        mine, grew = {root.thread}, True
        while grew:
            new = {one.thread for one in spawned if one.is_subagent and mine & {one.parent, one.root}} - mine
            mine |= new
            grew = bool(new)
        return [one for one in reversed(spawned) if one.thread in mine]

    def compressed_since(self, root: Rollout) -> list[int | None]:
        """Return the times, in milliseconds, at which compressed threads began after a session did; None if unknown.

        Nobody can see if they are its subagents.
        """
        names = (path.name for path in self._files if path.name.endswith(".jsonl.zst"))
        threads = (found[1] for name in names if name >= root.path.name and (found := _THREAD.search(name)))
        # The first 48 bits of an id of version 7 are its time (RFC 9562).
        return [int(thread.replace("-", "")[:12], 16) if thread[14] == "7" else None for thread in threads]


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
