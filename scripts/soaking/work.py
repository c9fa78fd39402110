"""One worker of a soak: makes commits and rewrites them in its worktree, and keeps a diary of what it did."""

import contextlib
import random
from pathlib import Path
from typing import Final

from soaking.diary import Diary
from soaking.place import TRUNK, GitFailed, Worktree, soak_environment
from soaking.workers import Worker

_WEIGHTS: Final = {
    "commit": 50, "change": 10, "amend": 9, "reword": 6, "pick": 8, "reword_copy": 2, "rebase": 6, "rebase_same": 2,
    "land": 4, "merge": 2, "reset": 4, "pick_back": 3, "squash": 4, "fixup": 3, "side_branch": 3, "revert": 2,
}  # fmt: skip
"""The weights by which operations are drawn."""

_UNFINISHED: Final = ("rebase", "merge", "cherry-pick", "revert")


def work(home: Path, path: Path, number: int, worker: Worker, commits: int, seed: int) -> None:
    """Make this many commits in a worktree, with rewrites between them. Raises GitFailed if a commit fails."""
    worktree = Worktree(path, soak_environment(home) | worker.environment, terminal=worker.terminal)
    chance = random.Random(seed)  # noqa: S311 - no secret
    _Work(
        worktree, Diary(home / f"diary-{number}", f"p{number} {worker.maker}"), f"p{number}", worker.maker, chance
    ).run(commits)


class _Work:
    def __init__(self, worktree: Worktree, diary: Diary, name: str, maker: str, chance: random.Random) -> None:
        self.worktree = worktree
        self.diary = diary
        self.name = name
        self.maker = maker
        self.chance = chance
        self.made = 0
        self.own: dict[str, str] = {}
        """The work of each commit that this process made itself, by oid."""
        self.copies: dict[str, str] = {}
        """The work of each commit that it copied, by oid."""

    def run(self, commits: int) -> None:
        while self.made < commits:
            operation = self.chance.choices([*_WEIGHTS], [*_WEIGHTS.values()])[0]
            try:
                getattr(self, f"_{operation}")()
            except GitFailed:
                if operation in {"commit", "change"}:
                    raise
                self._give_up()

    def _give_up(self) -> None:
        """End what git refused to finish: a conflict, or a branch that moved meanwhile."""
        for command in _UNFINISHED:
            with contextlib.suppress(GitFailed):
                self.worktree.git(command, "--abort")
        self.worktree.git("reset", "-q", "--hard")

    # -- new commits ---------------------------------------------------------------------------------------------

    def _commit(self) -> None:
        self._write(f"{self.name}/{self.made}.txt")
        self._note_own(f"{self.name}-{self.made}", "commit", "-m", f"feat: {self.name} {self.made}")

    def _change(self) -> None:
        self._write(f"{self.name}/log.txt", append=True)
        self._note_own(f"{self.name}-{self.made}", "commit", "-m", f"fix: {self.name} {self.made}")

    def _note_own(self, piece: str, *command: str) -> None:
        """Run a git command that makes a commit of this process, and note it as this piece of work."""
        self.worktree.git(command[0], "-q", *command[1:])
        self.made += 1
        self._own(self.worktree.head(), [piece])

    def _own(self, oid: str, pieces: list[str]) -> None:
        self.own[oid] = pieces[0]
        self.diary.made(oid, self.maker, pieces)

    def _write(self, name: str, *, append: bool = False) -> None:
        path = self.worktree.path / name
        path.parent.mkdir(exist_ok=True)
        text = "".join(f"{self.name} {self.made} {self.chance.random()} line {line}\n" for line in range(4))
        with path.open("a" if append else "w", encoding="utf-8") as file:
            file.write(text)
        self.worktree.git("add", "--", name)

    def _revert(self) -> None:
        oid = self._last_own()
        if oid:
            self.worktree.git("revert", "--no-edit", oid)
            self._own(self.worktree.head(), [f"{self.name}-revert-{self.made}-{self.chance.random()}"])

    def _pick(self) -> None:
        branches = self.worktree.lines("for-each-ref", "--format=%(refname:short)", "refs/heads")
        branch = self.chance.choice(branches)
        listed = self.worktree.lines("rev-list", "--no-merges", "--max-count=10", f"{TRUNK}..{branch}", "^HEAD")
        if listed:
            self._copy(self.chance.choice(listed))

    def _copy(self, original: str) -> None:
        self.worktree.git("cherry-pick", original)
        oid, piece = self.worktree.head(), f"{self.name}-copy-{self.chance.random()}"
        self.copies[oid] = piece
        self.diary.copied(oid, original, [piece])

    def _side_branch(self) -> None:
        """Commit on a branch, perhaps copy it, and delete the branch."""
        back = self.worktree.git("branch", "--show-current").strip()
        self.worktree.git("switch", "-q", "-c", f"{back}-side")
        self._commit()
        side = self.worktree.head()
        self.worktree.git("switch", "-q", back)
        if self.chance.random() < 0.5:
            self._copy(side)
        self.worktree.git("branch", "-q", "-D", f"{back}-side")

    # -- rewrites ------------------------------------------------------------------------------------------------

    def _amend(self) -> None:
        if self._is_unlanded(1) and (piece := self.own.get(self.worktree.head())):
            self._write(f"{self.name}/amended-{self.made}.txt")
            self.worktree.git("commit", "-q", "--amend", "--no-edit")
            self._own(self.worktree.head(), [piece])

    def _reword(self) -> None:
        if self._is_unlanded(1) and self.worktree.head() in self.own:
            self._reword_head()

    def _reword_copy(self) -> None:
        """Reword what somebody else made: it stays theirs."""
        if self._is_unlanded(1) and self.worktree.head() in self.copies:
            self._reword_head()

    def _reword_head(self) -> None:
        old = self.worktree.head()
        subject = self.worktree.git("log", "-1", "--format=%s").strip()
        self.worktree.git("commit", "-q", "--amend", "-m", f"{subject}, reworded")
        self._continue(self.worktree.head(), old)

    def _continue(self, new: str, old: str) -> None:
        for known in (self.own, self.copies):
            if old in known:
                known[new] = known[old]
        self.diary.continued(new, old)

    def _rebase(self) -> None:
        self._rebase_with("-q", TRUNK)

    def _rebase_same(self) -> None:
        if self._is_unlanded(2):
            self._rebase_with("-q", *self.chance.choice((["--force-rebase"], ["--exec", "true"])), "HEAD~2")

    def _rebase_with(self, *arguments: str) -> None:
        """Rebase, and note each new commit as the one of the same subject; the driver writes no subject twice."""
        before = self._by_subject()
        self.worktree.git("rebase", *arguments)
        for subject, new in self._by_subject().items():
            if subject in before:
                self._continue(new, before[subject])

    def _by_subject(self) -> dict[str, str]:
        lines = self.worktree.lines("log", "--no-merges", "--format=%H %s", f"{TRUNK}..HEAD")
        return {subject: oid for oid, _, subject in (line.partition(" ") for line in lines)}

    def _squash(self) -> None:
        count = self.chance.choice((2, 2, 3))
        oids = self.worktree.lines("rev-list", f"--max-count={count}", "HEAD")
        if self._is_unlanded(count) and all(oid in self.own for oid in oids):
            self.worktree.git("reset", "-q", "--soft", f"HEAD~{count}")
            self.worktree.git("commit", "-q", "-m", f"feat: {self.name} squash {self.chance.random()}")
            self._own(self.worktree.head(), [self.own[oid] for oid in oids])

    def _fixup(self) -> None:
        """Commit a fixup of the commit before HEAD, and squash it in."""
        oids = self.worktree.lines("rev-list", "--max-count=2", "HEAD")
        if not (self._is_unlanded(2) and all(oid in self.own for oid in oids)):
            return
        self._write(f"{self.name}/fixed-{self.made}.txt")
        piece = f"{self.name}-fixup-{self.chance.random()}"
        self.worktree.git("commit", "-q", "--fixup", oids[1])
        self._own(self.worktree.head(), [piece])
        self.worktree.git("rebase", "-q", "-i", "--autosquash", "HEAD~3")
        last, fixed = self.worktree.lines("rev-list", "--max-count=2", "HEAD")
        self._continue(last, oids[0])
        self._own(fixed, [self.own[oids[1]], piece])

    def _reset(self) -> None:
        if self._is_unlanded(2):
            self.worktree.git("reset", "-q", "--hard", "HEAD~1")

    def _pick_back(self) -> None:
        """Reset the last commit away and pick it back: the same work, made anew."""
        if self._is_unlanded(2):
            old = self.worktree.head()
            self.worktree.git("reset", "-q", "--hard", "HEAD~1")
            self.worktree.git("cherry-pick", old)
            self._continue(self.worktree.head(), old)

    def _land(self) -> None:
        self.worktree.git("push", "-q", ".", f"HEAD:{TRUNK}")

    def _merge(self) -> None:
        before = self.worktree.head()
        self.worktree.git("merge", "-q", "--no-edit", TRUNK)
        oid = self.worktree.head()
        if oid != before and len(self.worktree.lines("rev-parse", f"{oid}^@")) > 1 and oid not in self.own:
            self._own(oid, [f"{self.name}-merge-{self.chance.random()}"])

    # -- what is there -------------------------------------------------------------------------------------------

    def _is_unlanded(self, count: int) -> bool:
        """Return True if the last commits are no merges and not on trunk, so that this process may rewrite them."""
        return len(
            self.worktree.lines("rev-list", f"--max-count={count}", "--no-merges", f"{TRUNK}..HEAD")
        ) == count and (not self.worktree.lines("rev-list", "--max-count=1", "--min-parents=2", f"HEAD~{count}..HEAD"))

    def _last_own(self) -> str | None:
        listed = self.worktree.lines("rev-list", "--max-count=5", "--no-merges", "HEAD")
        return next((oid for oid in listed if oid in self.own), None)
