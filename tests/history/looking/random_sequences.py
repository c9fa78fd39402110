"""Random sequences of operations, the same git commands in every run, on two worktrees and a clone."""

import copy
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.agent_environments import CLAUDE_CODE
from tests.history.looking.watched import Look, WatchedRepo
from tests.recording.random_history import OPERATIONS as ALL_OPERATIONS
from tests.recording.random_history import RandomHistory
from tests.support import Repo
from tracker.model import GRADES

_ABOUT_RECORDING: Final = frozenset({"sync", "wait", "kill", "grade"})
"""Operations of ``RandomHistory`` that look, or whose choice depends on what was recorded."""

_MORE: Final = (
    "agent-commit", "agent-commit", "agent-amend", "agent-reword", "pick-back", "rebase-forced", "rebase-exec",
    "move-commit", "soft-in-steps", "grade-head", "beside-rebase", "beside-amend", "checkout-B",
)  # fmt: skip

OPERATIONS: Final = (*(name for name in ALL_OPERATIONS if name not in _ABOUT_RECORDING), *_MORE)

Sequences = Sequence[tuple[str, int]]
"""Operations, each with the number that selects its commits, branches or message."""


class RepeatableHistory(RandomHistory):
    """Random operations that depend only on git: agents and a person work, and nobody looks by an operation."""

    def watch(self, look: Look, look_at_clone: Look) -> None:
        """Call ``look`` after each of git's commands in the two worktrees, the other one after those in the clone."""
        self.repo, self.beside = WatchedRepo(self.repo, look), WatchedRepo(self.beside, look)
        self.other = WatchedRepo(self.other, look_at_clone)

    def run(self, operation: str, choice: int) -> None:
        """Run an operation, and end what git was left in the middle of."""
        self.number += 1
        getattr(self, "_" + operation.replace("-", "_"))(choice)
        for worktree in (self.repo, self.beside, self.other):
            git_dir = worktree.path / ".git"
            if git_dir.is_file():
                git_dir = Path(git_dir.read_text(encoding="utf-8").removeprefix("gitdir: ").rstrip("\n"))
            for state, sign in _UNFINISHED.items():
                if (git_dir / sign).exists():
                    worktree.git(state, "--abort", code=None)

    def _agent_commit(self, choice: int) -> None:
        self.repo.commit(self._message(choice), file=f"agent{choice % 3}.txt", env=CLAUDE_CODE)

    def _agent_amend(self, choice: int) -> None:
        self.repo.write(f"agent{choice % 3}.txt", f"{self.number}\n")
        self.repo.git("add", "-A")
        self.repo.git("commit", "-q", "--amend", "--no-edit", env=CLAUDE_CODE)

    def _agent_reword(self, choice: int) -> None:
        self.repo.git("commit", "-q", "--amend", "--allow-empty", "-m", self._message(choice), env=CLAUDE_CODE)

    def _pick_back(self, choice: int) -> None:
        self.repo.git("reset", "-q", "--hard", f"HEAD~{1 + choice % 2}", code=None)
        self.repo.git("cherry-pick", "--allow-empty", f"ORIG_HEAD~{choice % 2}", code=None)

    def _rebase_forced(self, choice: int) -> None:
        self.repo.git("rebase", "-q", "--force-rebase", f"HEAD~{1 + choice % 3}", code=None)

    def _rebase_exec(self, choice: int) -> None:
        self.repo.git("rebase", "-q", "--exec", "true", f"HEAD~{1 + choice % 3}", code=None)

    def _move_commit(self, choice: int) -> None:
        names = self.branches()
        self.repo.git("branch", "-q", "-f", "moved", "HEAD")
        self.repo.git("reset", "-q", "--hard", "HEAD~1", code=None)
        self.repo.git("switch", "-q", names[choice % len(names)], code=None)
        self.repo.git("cherry-pick", "moved", code=None)
        self.repo.git("cherry-pick", "--abort", code=None)
        self.repo.git("branch", "-q", "-D", "moved", code=None)

    def _soft_in_steps(self, choice: int) -> None:
        for _ in range(2 + choice % 2):
            self.repo.git("reset", "-q", "--soft", "HEAD~1", code=None)
        self.repo.git("commit", "-q", "-m", "in steps", code=None)

    def _grade_head(self, choice: int) -> None:
        """Grade HEAD's commit as far as it is recorded: in every run it is, because the grade itself records it."""
        oid = self.repo.head()
        Repo.tracker(self.repo, "sync")
        self.repo.grade(oid, "user", GRADES[choice % len(GRADES)], self.number)

    def _beside_rebase(self, choice: int) -> None:
        names = self.branches()
        self.beside.git("rebase", "-q", names[choice % len(names)], code=None)

    def _beside_amend(self, choice: int) -> None:
        self.beside.git("commit", "-q", "--amend", "--allow-empty", "-m", self._message(choice))

    def _checkout_B(self, choice: int) -> None:  # noqa: N802 - the name of git's option
        names = self.branches()
        self.repo.git("checkout", "-q", "-B", names[choice % len(names)], f"HEAD~{choice % 3}", code=None)


_UNFINISHED: Final = {
    "rebase": "rebase-merge", "am": "rebase-apply/applying", "merge": "MERGE_HEAD", "cherry-pick": "CHERRY_PICK_HEAD",
    "revert": "REVERT_HEAD",
}  # fmt: skip
"""Commands that git may be left in the middle of, with the file in its directory that says so."""


class SavedHistory:
    """The repositories at the beginning of every sequence, restored for each run at the same path."""

    def __init__(self, place: Path, environment: dict[str, str], hooks: str) -> None:
        self._place = place
        repo = Repo.make(place / "repo", environment)
        self._history = RepeatableHistory(place, repo, hooks=hooks)
        for one in (repo, self._history.other):
            one.record_later()
            one.settle()
        for one in (repo, self._history.beside, self._history.other):
            one.__dict__["_is_recorded_later"] = True
        shutil.copytree(place, self._copy, symlinks=True)

    @property
    def _copy(self) -> Path:
        return self._place.with_name(f"{self._place.name}.saved")

    def paths(self) -> Sequence[Path]:
        """Return the folders of the repository and the clone."""
        return self._history.repo.path, self._history.other.path

    def restore(self) -> RepeatableHistory:
        """Return the repositories as they were saved."""
        shutil.rmtree(self._place)
        shutil.copytree(self._copy, self._place, symlinks=True)
        return copy.deepcopy(self._history)
