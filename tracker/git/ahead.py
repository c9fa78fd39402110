"""Let git work ahead: the diff statistics of the next commits are read while the caller uses the last ones."""

import contextlib
import os
import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Self

from tracker.git.diffstat import changes_of_parts
from tracker.model import Change, Oid

_STRIPE: Final = 4
"""Parts that follow each other and go to the same process: what it has unpacked for one serves the next."""

_MOST_WAITING: Final = 2 * _STRIPE
"""Parts of each process that may wait for the caller; then the process waits too, so that memory is bounded."""

_Result = dict[Oid, Change] | BaseException


class ChangesAhead:
    """The diff statistics of a list of commits, part by part, read by processes of git that run ahead of the caller.

    ``jobs``: how many processes, by default as many as the processors that this one may use. Used as a context manager,
    whose end stops the processes.
    """

    def __init__(self, common_dir: Path, parts: Sequence[Sequence[Oid]], jobs: int | None = None) -> None:
        number = max(1, min(jobs or _processors(), -(-len(parts) // _STRIPE)))
        self._place = 0
        self._jobs = [_Job(common_dir, _PartsOfJob(parts, job, number)) for job in range(number)]

    def __enter__(self) -> Self:
        for job in self._jobs:
            job.start()
        return self

    def __exit__(self, *error: object) -> None:
        for job in self._jobs:
            job.stop()

    def is_ready(self) -> bool:
        """Return True if the next part can be taken without waiting for git."""
        return not self._next().waiting.empty()

    def is_full(self) -> bool:
        """Return True if git waits until the next part is taken."""
        return self._next().waiting.full()

    def take(self) -> dict[Oid, Change]:
        """Return the statistics of the next part, unknown ones left out. Raises what reading it raised."""
        found = self._next().waiting.get()
        self._place += 1
        if isinstance(found, BaseException):
            raise found
        return found

    def _next(self) -> "_Job":
        return self._jobs[self._place // _STRIPE % len(self._jobs)]


class _PartsOfJob(Iterable[Sequence[Oid]]):
    """The parts that one of so many jobs reads."""

    def __init__(self, parts: Sequence[Sequence[Oid]], job: int, jobs: int) -> None:
        self._parts = parts
        self._places = [place for place in range(len(parts)) if place // _STRIPE % jobs == job]

    def __iter__(self) -> Iterator[Sequence[Oid]]:
        return (self._parts[place] for place in self._places)


class _Job:
    """A process of git and the thread that reads it; a daemon, so that an interrupted command does not wait for it."""

    def __init__(self, common_dir: Path, parts: Iterable[Sequence[Oid]]) -> None:
        self._common_dir, self._parts = common_dir, parts
        self._is_stopped = threading.Event()
        self.waiting: queue.Queue[_Result] = queue.Queue(_MOST_WAITING)

    def start(self) -> None:
        """Start the thread."""
        threading.Thread(target=self._run, name="git ahead", daemon=True).start()

    def stop(self) -> None:
        """Have the thread end its process, and itself, soon."""
        self._is_stopped.set()
        with contextlib.suppress(queue.Empty):
            while True:
                self.waiting.get_nowait()

    def _run(self) -> None:
        try:
            with contextlib.closing(changes_of_parts(self._common_dir, self._parts)) as results:
                for found in results:
                    self.waiting.put(found)
                    if self._is_stopped.is_set():
                        return
        except BaseException as error:  # noqa: BLE001 - raised again where the result is wanted
            self.waiting.put(error)


def _processors() -> int:
    """Return the number of processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
