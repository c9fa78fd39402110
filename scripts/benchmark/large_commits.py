"""Recording one commit of very many files, beside git's own statistics of it."""

from collections.abc import Iterator
from typing import Any, Final

from benchmark.checks import check_recorded
from benchmark.rivals import Rival, as_json, compare
from benchmark.sandbox import Sandbox
from benchmark.sizes import Sizes
from benchmark.timing import progress

SHOW: Final = "git show --numstat -M"
SYNC: Final = "sync"
_START: Final = 1_500_000_000
_LINES: Final = 10
"""Lines of a file."""


def measure_large_commits(sandbox: Sandbox, sizes: Sizes) -> dict[str, Any]:
    """Return by number of files the seconds of ``sync`` and of git for each file, and the ratios to git.

    Raises MeasurementFailed when a program fails or the commit is not recorded.
    """
    results: dict[str, Any] = {}
    for files in sizes.large_commits:
        progress(f"recording commits of {files} files")
        large = _LargeCommits(sandbox, files)
        results[str(files)] = as_json(compare(large.rivals(), SHOW, sizes.backfill_rounds))
    return results


class _LargeCommits:
    """A repository whose every commit adds so many files."""

    def __init__(self, sandbox: Sandbox, files: int) -> None:
        self._sandbox = sandbox
        self._files = files
        self._path = sandbox.repository(f"large-{files}")
        self._output = ""
        sandbox.fill(self._path, _commit(files, "first", ""))
        sandbox.track(self._path, f"large-{files}", hooks="none")
        check_recorded(sandbox.tracker("backfill", "--json", place=self._path), 1)

    def rivals(self) -> dict[str, Rival]:
        """Return ``sync`` after one commit more, and git showing the newest commit, as programs to compare."""
        return {
            SHOW: Rival(self._show, parts=self._files),
            SYNC: Rival(self._sync, self._add, lambda _: check_recorded(self._output, 1), self._files),
        }

    def _show(self, _: int) -> None:
        self._sandbox.run("git", "show", "--numstat", "-M", "main", place=self._path, keep_output=False)

    def _add(self, number: int) -> None:
        self._sandbox.fill(self._path, _commit(self._files, f"round{number}", "from refs/heads/main^0\n"))

    def _sync(self, _: int) -> None:
        self._output = self._sandbox.tracker("sync", "--json", place=self._path)


def _commit(files: int, folder: str, parent: str) -> Iterator[bytes]:
    """Yield a commit that adds files in a new folder, file by file."""
    message = f"feat: add {folder}\n"
    text = f"commit refs/heads/main\ncommitter Ada <ada@example.com> {_START} +0000\ndata {len(message)}\n{message}"
    yield f"{text}{parent}".encode("ascii")
    for file in range(files):
        content = "".join(f"line {line} of file {file} of {folder}\n" for line in range(_LINES))
        name = f"{folder}/part{file % 200}/file{file}.txt"
        yield f"M 100644 inline {name}\ndata {len(content)}\n{content}\n".encode("ascii")
