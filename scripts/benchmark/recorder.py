"""The processor time of one recorder, beside that of the least program that could do its work."""

import re
import resource
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmark.sandbox import MeasurementFailed, Sandbox, tracker_words
from benchmark.spread import spread, spread_of_ratios
from benchmark.timing import progress
from tracker.hooks.events import EVENTS

FLOOR: Final = "floor"
COMMIT: Final = "recorder, one commit"
AMEND: Final = "recorder, an amend"
NOTHING: Final = "recorder, nothing new"

_FLOOR_PROGRAM: Final = """
import sys
import lmdb, orjson, pygit2
repository = pygit2.Repository(sys.argv[1])
commit = repository[repository.head.target]
with lmdb.open(sys.argv[2]) as environment, environment.begin(write=True) as transaction:
    transaction.put(str(commit.id).encode(), orjson.dumps([commit.message, commit.author.name]))
"""
"""Opens a repository with libgit2, reads a commit and stores it durably."""


def measure_recorder(sandbox: Sandbox, rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """Return the processor time of each variant in ms, and its ratio to the floor in a round.

    The times include those of the git processes. Raises MeasurementFailed when a commit is not recorded.
    """
    path = sandbox.repository("recorder")
    files = sandbox.track(path, "recorder")
    start_no_recorder(path / ".git" / "agent-tracker" / "hooks")
    recorder = recorder_words(path)
    floor = [sys.executable, "-I", "-c", _FLOOR_PROGRAM, str(path), str(sandbox.home / "floor.mdb")]
    progress(f"measuring a recorder, {rounds} rounds")
    times: dict[str, list[float]] = {name: [] for name in (FLOOR, COMMIT, AMEND, NOTHING)}
    for number in range(rounds + 1):
        commit_change(sandbox, path, number)
        seconds = {COMMIT: _processor_time(sandbox, path, recorder), NOTHING: _processor_time(sandbox, path, recorder)}
        commit_change(sandbox, path, number, "--amend")
        seconds |= {AMEND: _processor_time(sandbox, path, recorder), FLOOR: _processor_time(sandbox, path, floor)}
        if any(files.spool.iterdir()):
            raise MeasurementFailed("a recorder left events unrecorded.")
        for name in times if number else ():  # the first round reads files that are not cached yet
            times[name].append(seconds[name])
    return _results(times)


def _results(times: Mapping[str, Sequence[float]]) -> dict[str, dict[str, dict[str, float]]]:
    return {
        name: {
            "ms": spread(1000 * one for one in seconds)._asdict(),
            "to_floor": spread_of_ratios(seconds, times[FLOOR])._asdict(),
        }
        for name, seconds in times.items()
    }


def recorder_words(path: Path) -> tuple[str, ...]:
    """Return the program and arguments of the recorder of a repository, as its hook starts it after a commit."""
    return tracker_words("hook", "post-commit", "--git-dir", str(path / ".git"), "--work-tree", str(path))


def commit_change(sandbox: Sandbox, path: Path, number: int, *options: str) -> None:
    """Commit a change of a file; where hooks start no recorder, the hook only writes its event."""
    (path / "file").write_text(f"{number} {options}\n", encoding="utf-8")
    sandbox.git("add", "file", place=path)
    sandbox.git("commit", "-q", "-m", f"feat: {number}", *options, place=path)


def _processor_time(sandbox: Sandbox, path: Path, words: Sequence[str]) -> float:
    """Return the seconds of processor time that a program and its child processes take."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    sandbox.run(*words, place=path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def start_no_recorder(scripts: Path) -> None:
    """Replace the interpreter in our scripts, in that folder, by a program that does nothing."""
    for hook in (scripts / event for event in EVENTS):
        text = hook.read_text(encoding="utf-8")
        hook.write_text(re.sub(r"(?m)^python=.*$", "python=/bin/true", text), encoding="utf-8")
