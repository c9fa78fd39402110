"""Read what the reflogs of HEADs and branches gained since a stored position.

A reflog only grows at its end, so a position is the size that it had and a digest of its last line then. Expiry
(git-reflog(1)) rewrites the file; the line is then searched in it, and if it is gone too, everything is new.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from tracker.digests import blake2b
from tracker.files import open_regular
from tracker.git import reflog, reflog_newest, reflog_places
from tracker.git.reflog import ReflogEntry
from tracker.model import LogPosition
from tracker.text import escape_undecodable

_MOST_BYTES: Final = 16 << 20
"""Bytes of one reflog that are read at most, from its end."""
_TAIL_BYTES: Final = 4096
"""Bytes before a position that are read to find the line that ends there."""
_MOST_ENTRIES: Final = (2000, 100_000)
"""Entries of a reflog that is not a file which are read: first, and at most if a position is not among them."""
BRANCHES: Final = "refs/heads/"


class LogReading(NamedTuple):
    """The entries that a reflog gained, oldest first, and the position behind them.

    ``name``: ``HEAD`` or ``worktrees/<id>/HEAD`` for the HEAD of a worktree, else the full name of a branch.
    ``continues``: the name under which the log was read before: its own, or that of a branch that was renamed. None if
    it was not, or no line that was read then is left in it.
    """

    name: str
    entries: Sequence[ReflogEntry]
    position: LogPosition
    continues: str | None

    @property
    def begins_anew(self) -> bool:
        """True if the ref was made since the last reading, or again."""
        return self.continues is None and bool(self.entries) and not self.entries[0].old.strip("0")


_Positions = Mapping[str, LogPosition]
"""Positions by the name of the log."""


class _Log(NamedTuple):
    """A log that may have grown, and a function that returns what it gained since the first position that fits."""

    name: str
    read: Callable[[_Positions], LogReading | None]


def read_new(common_dir: Path, positions: _Positions, moved_branches: Collection[str]) -> Iterator[LogReading]:
    """Yield the reflogs that gained entries since ``positions``, which are keyed by name; HEADs first.

    ``moved_branches``: full names of the branches whose tip has changed. A log that has not the line of its position is
    read from its beginning, unless it is that of another branch under a new name.
    """
    if reflog_places.are_files(common_dir):
        files = [*_files(common_dir)]
        logs = [_Log(name, partial(_read_file, name, path)) for name, path in _grown(files, positions, moved_branches)]
        missing = positions.keys() - {name for name, _, _ in files}
    else:
        logs, missing = [*_logs_in_git(common_dir, moved_branches)], set[str]()
    renamed = {name: positions[name] for name in sorted(missing) if name.startswith(BRANCHES)}
    others: list[_Log] = []
    for log in logs:
        own = {log.name: positions[log.name]} if log.name in positions else {}
        is_branch = log.name.startswith(BRANCHES)
        reading = log.read(own) if own or not is_branch else None
        if is_branch and (reading is None or reading.continues is None):
            renamed |= own
            others += [log] if reading is not None or not own else []
        elif reading is not None and reading.position != positions.get(log.name):
            yield reading
    for log in others:
        reading = log.read(renamed)
        if reading is not None and reading.position != positions.get(log.name):
            yield reading


def _grown(
    files: Iterable[tuple[str, Path, int]], positions: _Positions, moved_branches: Collection[str]
) -> Iterator[tuple[str, Path]]:
    """Yield name and path of the files that may have grown."""
    for name, path, size in files:
        is_same_size = name in positions and positions[name].size == size
        if is_same_size and name.startswith(BRANCHES) and name not in moved_branches:
            continue  # nearly all branches of a large repository: their files need not be opened
        yield name, path


def end_positions(common_dir: Path) -> dict[str, LogPosition]:
    """Return the positions at the end of all reflogs, keyed by name; of files only the ends are read."""
    if not reflog_places.are_files(common_dir):
        heads = ((name, reflog_newest.entries_from_git(at, 1)) for name, at in reflog_places.heads(common_dir))
        last = reflog_newest.last_entries_of_branches_from_git(common_dir)
        last |= {name: entries[0] for name, entries in heads if entries}
        return {name: LogPosition(0, _digest_of_entry(entry)) for name, entry in last.items()}
    positions = ((name, _end_of_file(path, size)) for name, path, size in _files(common_dir))
    return {name: position for name, position in positions if position is not None}


def _end_of_file(path: Path, size: int) -> LogPosition | None:
    """Return the position behind the last whole line of a file of ``size`` bytes; None if it has none there."""
    try:
        with open_regular(path) as file:
            file.seek(max(0, size - _TAIL_BYTES))
            tail = file.read(min(size, _TAIL_BYTES))
    except OSError:
        return None
    end = tail.rfind(b"\n") + 1
    return LogPosition(size - len(tail) + end, _digest_before(tail, end)) if end else None


def _files(common_dir: Path) -> Iterator[tuple[str, Path, int]]:
    """Yield name, path and size of each reflog of a HEAD or a branch."""
    for name, git_dir in reflog_places.heads(common_dir):
        path = git_dir / "logs" / "HEAD"
        try:
            yield name, path, path.stat().st_size
        except OSError:
            continue
    root = common_dir / "logs"
    for folder, folders, names in os.walk(root / "refs" / "heads"):
        folders.sort()
        for name in sorted(names):
            path = Path(folder) / name
            try:
                yield escape_undecodable(path.relative_to(root).as_posix()), path, path.stat().st_size
            except OSError:
                continue


def _read_file(name: str, path: Path, known: _Positions) -> LogReading | None:
    """Return what a file gained since the first of the known positions that fits; None if it cannot be read."""
    try:
        with open_regular(path) as file:
            size = file.seek(0, os.SEEK_END)
            for old_name, one in known.items():
                begin = max(0, one.size - _TAIL_BYTES)
                file.seek(begin)
                is_near = 0 < one.size <= size <= begin + _MOST_BYTES
                data = file.read(size - begin) if is_near else b""
                if data and _digest_before(data, one.size - begin) == one.last_line:
                    return _reading(name, data[one.size - begin :], one, old_name)
            begin = max(0, size - _MOST_BYTES)
            file.seek(begin)
            data = file.read(size - begin)
    except OSError:
        return None
    expired = max(((_after_line(data, one.last_line), old_name) for old_name, one in known.items()), default=(0, ""))
    end, continues = expired if expired[0] else (0, None)
    last_line = known[continues].last_line if continues is not None else ""
    return _reading(name, data[end:], LogPosition(begin + end, last_line), continues)


def _reading(name: str, data: bytes, position: LogPosition, continues: str | None) -> LogReading:
    """Return the entries in the bytes that follow a position; an incomplete last line is left for the next time."""
    whole = data[: data.rfind(b"\n") + 1]
    last = _digest_before(whole, len(whole)) if whole else position.last_line
    return LogReading(name, reflog.parse_lines(whole), LogPosition(position.size + len(whole), last), continues)


def _digest_before(data: bytes, end: int) -> str:
    """Return the digest of the line that ends at ``end``; empty at the beginning of the data."""
    if end <= 0:
        return ""
    if data[end - 1 : end] != b"\n":
        return "not the end of a line"
    return _digest(data[data.rfind(b"\n", 0, end - 1) + 1 : end])


def _after_line(data: bytes, digest: str) -> int:
    """Return the offset behind the last line with this digest; 0 if there is none."""
    end = len(data) if digest else 0
    while end > 0:
        begin = data.rfind(b"\n", 0, end - 1) + 1
        if _digest(data[begin:end]) == digest:
            return end
        end = begin
    return 0


def _digest(line: bytes) -> str:
    return blake2b(line[-_TAIL_BYTES // 2 :], digest_size=6).hexdigest()


def _logs_in_git(common_dir: Path, moved_branches: Collection[str]) -> Iterator[_Log]:
    """Yield the reflogs that are not files: of every HEAD, and of the branches that have moved."""
    for name, git_dir in reflog_places.heads(common_dir):
        yield _Log(name, partial(_read_from_git, name, git_dir, "HEAD"))
    for name in sorted(moved_branches):
        yield _Log(name, partial(_read_from_git, name, common_dir, name))


def _read_from_git(name: str, git_dir: Path, ref: str, known: _Positions) -> LogReading | None:
    """Return the entries of a log behind the newest one that is known; None if there is no log."""
    entries: list[ReflogEntry] = []
    digests: list[str] = []
    names = {one.last_line: old_name for old_name, one in known.items()}
    for most in _MOST_ENTRIES:
        entries = reflog_newest.entries_from_git(git_dir, most, ref)
        digests = [_digest_of_entry(entry) for entry in entries]
        if not names.keys().isdisjoint(digests) or len(entries) < most:
            break
    end = next((place for place, digest in enumerate(digests) if digest in names), len(entries))
    continues = names[digests[end]] if end < len(entries) else None
    return LogReading(name, entries[:end][::-1], LogPosition(0, digests[0]), continues) if entries else None


def _digest_of_entry(entry: ReflogEntry) -> str:
    return _digest(f"{entry.old} {entry.new} {entry.time} {entry.message}".encode("utf-8", "replace"))
