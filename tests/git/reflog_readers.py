"""A reader of reflogs for tests, and what happens to reflogs."""

from collections.abc import Collection, Sequence
from pathlib import Path

from tests.support import Repo
from tracker.git.reflog import ReflogEntry
from tracker.git.reflog_reader import LogReading, read_new
from tracker.model import LogPosition

MAIN = "refs/heads/main"


class Reader:
    """Somebody who reads the reflogs of a repository again and again, each time from where the last reading ended."""

    def __init__(self, repo: Repo) -> None:
        self._common_dir = Path(repo.git("rev-parse", "--path-format=absolute", "--git-common-dir").strip())
        self.positions: dict[str, LogPosition] = {}

    def read(self, moved: Collection[str] = (MAIN,)) -> dict[str, list[str]]:
        """Return the messages of the new entries, oldest first, keyed by the name of the reflog."""
        return {name: [entry.message for entry in entries] for name, entries in self.entries(moved).items()}

    def entries(self, moved: Collection[str] = (MAIN,)) -> dict[str, Sequence[ReflogEntry]]:
        return {one.name: one.entries for one in self.readings(moved)}

    def readings(self, moved: Collection[str] = (MAIN,)) -> list[LogReading]:
        readings = [*read_new(self._common_dir, self.positions, moved)]
        self.positions |= {one.name: one.position for one in readings}
        return readings


def reader_of(untracked: Repo) -> Reader:
    """Return a reader of a repository with two commits, which has read them."""
    untracked.commit("one")
    untracked.commit("two")
    reader = Reader(untracked)
    reader.read()
    return reader


def log_of(repo: Repo, name: str = "HEAD") -> Path:
    return repo.path / ".git" / "logs" / name


def expire(repo: Repo, *, before: str, ref: str) -> None:
    """Remove the entries of a reflog that are older than a commit, as ``git gc`` does."""
    time = "now" if before == "now" else repo.git("show", "-s", "--format=%cI", before).strip()
    repo.git("reflog", "expire", f"--expire={time}", f"--expire-unreachable={time}", ref)


def add_visits(log: Path, count: int) -> None:
    """Add moves of HEAD to a reflog file: to the commit before and back, as ``git checkout`` writes them."""
    old, new, who = log.read_text(encoding="utf-8").splitlines()[-1].split(" ", 2)
    who = who.split("\t")[0]
    there, back = f"{new} {old} {who}\tcheckout: moving to {old}\n", f"{old} {new} {who}\tcheckout: moving to {new}\n"
    with log.open("a", encoding="utf-8") as file:
        file.writelines([there, back] * (count // 2))
