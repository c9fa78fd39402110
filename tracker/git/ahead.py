"""Let git work ahead: results for the next parts of a list are computed while the caller uses the last one."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")


def computed_ahead(work: Callable[[Part], Result], parts: Sequence[Part], jobs: int | None = None) -> Iterator[Result]:
    """Yield the result of each part in order, while the work for the next ones is done in threads.

    For work that waits for a process of git, which runs beside this one. ``jobs``: how many parts are worked on at a
    time, by default as many as the processors that this process may use. Raises what the work raises, at its part. A
    single part is worked on here, without a thread.
    """
    if len(parts) < 2:
        yield from map(work, parts)
        return
    most = max(1, jobs or _processors())
    begun = deque(_Begun(work, part) for part in parts[:most])
    for place in range(len(parts)):
        result = begun.popleft().result()
        if place + most < len(parts):
            begun.append(_Begun(work, parts[place + most]))
        yield result


def _processors() -> int:
    """Return the number of processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


class _Begun(Generic[Part, Result]):
    """Work that a thread does. The thread is a daemon, so that an interrupted command does not wait for it."""

    def __init__(self, work: Callable[[Part], Result], part: Part) -> None:
        self._work, self._part = work, part
        self._results: list[Result] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="git ahead", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._results.append(self._work(self._part))
        except BaseException as error:  # noqa: BLE001 - raised again where the result is wanted
            self._error = error

    def result(self) -> Result:
        """Wait for the result. Raises what the work raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._results[0]
