"""Random sequences of operations on a repository, a linked worktree and a clone."""

import contextlib
import os
import signal
from pathlib import Path

from tests.support import Repo, recorders
from tracker.model import GRADES, GradeValue, Rater

MESSAGES = (
    "feat: plain",
    "fix(core)!: with scope\n\nA body.",
    "ein Umlaut: ä, 日本語",
    "docs: by claude\n\nCo-Authored-By: Claude Opus 4.5 <noreply@anthropic.com>",
    "two of them\n\nCo-authored-by: Cursor <cursoragent@cursor.com>\nCo-authored-by: Copilot <copilot@github.com>",
    "subject\nthat goes on\n\nAssisted-by: codex:gpt-5.2",
)

OPERATIONS = (
    "commit", "commit", "commit", "commit-nothing", "amend", "reword", "branch", "switch", "merge", "squash",
    "rebase", "rebase-apply", "pick", "revert", "reset-back", "reset-soft", "delete-branch", "worktree-commit",
    "detach", "pull", "push", "plumbing", "abort-rebase", "rename", "stash", "sync", "wait", "kill", "kill", "grade",
    "grade", "clone-commit", "clone-amend", "clone-rebase", "host-squash", "host-rebase", "fixup",
)  # fmt: skip


class RandomHistory:
    """A repository with a linked worktree, and a clone, on which operations run that git may also refuse."""

    def __init__(self, place: Path, repo: Repo, hooks: str = "native") -> None:
        self.place = place
        self.repo = repo
        self.number = 0
        repo.tracker("init", "--hooks", hooks)
        repo.commit("feat: first", file="base.txt", text="\n".join(map(str, range(30))))
        self.other = repo.clone(place / "other")
        self.other.git("config", "user.email", "grace@example.org")
        self.other.tracker("init", "--hooks", hooks)
        self.other.tracker("backfill")
        self.grades: list[tuple[str, Rater, GradeValue, int]] = []
        repo.git("remote", "add", "other", str(self.other.path))
        repo.git("worktree", "add", "-q", "-b", "beside", str(place / "beside"))
        self.beside = repo.at(place / "beside")

    def branches(self) -> list[str]:
        listed = self.repo.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
        return [name for name in listed if name != "beside"] or ["beside"]

    def run(self, operation: str, choice: int) -> None:
        """Run an operation of ``OPERATIONS``; ``choice`` selects its commits, branches or message."""
        self.number += 1
        getattr(self, "_" + operation.replace("-", "_"))(choice)
        for worktree in (self.repo, self.beside):
            for state in ("rebase", "merge", "cherry-pick", "revert"):
                worktree.git(state, "--abort", code=None)

    def _message(self, choice: int) -> str:
        return MESSAGES[choice % len(MESSAGES)]

    def _commit(self, choice: int) -> None:
        self.repo.commit(self._message(choice), file=f"{'tests/' if choice % 3 else ''}f{choice % 4}.txt")

    def _commit_nothing(self, choice: int) -> None:
        self.repo.git("commit", "-q", "--allow-empty", "-m", self._message(choice))

    def _amend(self, choice: int) -> None:
        self.repo.write("amended.txt", f"{self.number}\n")
        self.repo.git("add", "-A")
        self.repo.git("commit", "-q", "--amend", "--no-edit")

    def _reword(self, choice: int) -> None:
        self.repo.git("commit", "-q", "--amend", "--allow-empty", "-m", self._message(choice))

    def _branch(self, choice: int) -> None:
        self.repo.git("switch", "-q", "-c", f"b{self.number}", f"HEAD~{choice % 3}", code=None)

    def _switch(self, choice: int) -> None:
        names = self.branches()
        self.repo.git("switch", "-q", names[choice % len(names)], code=None)

    def _merge(self, choice: int) -> None:
        names = self.branches()
        self.repo.git("merge", "-q", "--no-edit", names[choice % len(names)], code=None)

    def _squash(self, choice: int) -> None:
        names = self.branches()
        self.repo.git("merge", "-q", "--squash", names[choice % len(names)], code=None)
        self.repo.git("commit", "-q", "-m", "squashed", code=None)
        self.repo.git("reset", "-q", "--hard")

    def _rebase(self, choice: int) -> None:
        names = self.branches()
        self.repo.git("rebase", "-q", names[choice % len(names)], code=None)

    def _rebase_apply(self, choice: int) -> None:
        names = self.branches()
        self.repo.git("rebase", "-q", "--apply", names[choice % len(names)], code=None)

    def _abort_rebase(self, choice: int) -> None:
        self.repo.git("rebase", "-q", "-i", "--exec", "false", f"HEAD~{1 + choice % 2}", code=None)
        self.repo.git("rebase", "--abort", code=None)

    def _pick(self, choice: int) -> None:
        oids = self.repo.git("rev-list", "--no-merges", "--branches").split()
        self.repo.git("cherry-pick", oids[choice % len(oids)], code=None)

    def _revert(self, choice: int) -> None:
        oids = self.repo.git("rev-list", "--no-merges", "HEAD").split()
        self.repo.git("revert", "--no-edit", oids[choice % len(oids)], code=None)

    def _reset_back(self, choice: int) -> None:
        self.repo.git("reset", "-q", "--hard", f"HEAD@{{{1 + choice % 3}}}", code=None)

    def _reset_soft(self, choice: int) -> None:
        self.repo.git("reset", "-q", "--soft", "HEAD~2", code=None)
        self.repo.git("commit", "-q", "-m", "several in one", code=None)

    def _delete_branch(self, choice: int) -> None:
        names = self.branches()
        self.repo.git("branch", "-q", "-D", names[choice % len(names)], code=None)  # git refuses the current one

    def _worktree_commit(self, choice: int) -> None:
        self.beside.commit(self._message(choice))

    def _detach(self, choice: int) -> None:
        self.repo.git("switch", "-q", "--detach", code=None)
        self._commit(choice)

    def _pull(self, choice: int) -> None:
        self.other.commit(f"feat: elsewhere {self.number}", file="elsewhere.txt")
        self.repo.git("pull", "-q", "--no-edit", *(["--rebase"] if choice % 2 else []), "other", "main", code=None)

    def _push(self, choice: int) -> None:
        self.repo.git("push", "-q", "other", f"HEAD:refs/heads/pushed{self.number}", code=None)

    def _plumbing(self, choice: int) -> None:
        oid = self.repo.git("commit-tree", "-p", "HEAD", "-m", "by plumbing", "HEAD^{tree}").strip()
        self.repo.git("update-ref", "HEAD", oid)

    def _rename(self, choice: int) -> None:
        names = self.repo.git("ls-files").splitlines() or ["nothing"]
        self.repo.git("mv", names[0], f"renamed-{self.number}.txt", code=None)
        self.repo.git("commit", "-q", "-m", "refactor: rename", code=None)

    def _stash(self, choice: int) -> None:
        self.repo.write("base.txt", f"stashed {self.number}\n")
        self.repo.git("stash", "-q", code=None)

    def _kill(self, choice: int) -> None:
        """Kill all recorders, whatever they are doing."""
        for process in recorders(self.place):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _grade(self, choice: int) -> None:
        lines = self.repo.log("--all")
        rater: Rater = "agent" if choice % 2 else "user"
        graded = (lines[choice % len(lines)]["oid"], rater, GRADES[choice % 4], self.number)
        self.grades.append(graded)
        self.repo.grade(*graded)

    def _fixup(self, choice: int) -> None:
        self.repo.commit(f"fixup {self.number}", file="amended.txt")
        todo = {"GIT_SEQUENCE_EDITOR": "sed -i '2s/^pick/fixup/'"}
        self.repo.git("rebase", "-q", "-i", f"HEAD~{2 + choice % 2}", env=todo, code=None)

    def _clone_commit(self, choice: int) -> None:
        self.other.commit(self._message(choice), file=f"clone{choice % 2}.txt")

    def _clone_amend(self, choice: int) -> None:
        self.other.git("commit", "-q", "--amend", "--allow-empty", "-m", self._message(choice))

    def _clone_rebase(self, choice: int) -> None:
        self.other.git("fetch", "-q", "origin")
        names = self.other.git("for-each-ref", "--format=%(refname:short)", "refs/remotes").split()
        self.other.git("rebase", "-q", names[choice % len(names)], code=None)
        self.other.git("rebase", "--abort", code=None)

    def _host_squash(self, choice: int) -> None:
        self._land(choice, ["merge", "-q", "--squash"])

    def _host_rebase(self, choice: int) -> None:
        self._land(choice, ["cherry-pick", "--allow-empty"])

    def _land(self, choice: int, command: list[str]) -> None:
        """Merge the current branch in the clone with this git command, and pull the result."""
        branch = f"pushed{self.number}"
        self.repo.git("push", "-q", "other", f"HEAD:refs/heads/{branch}", code=None)
        commits = branch if command[0] == "merge" else f"HEAD..{branch}"
        self.other.git(*command, commits, code=None)
        self.other.git("commit", "-q", "-m", f"landed (#{self.number})", code=None)
        self.other.git("cherry-pick", "--abort", code=None)
        self.other.git("reset", "-q", "--hard")
        self.repo.git("switch", "-q", "-C", f"landed{self.number}", "HEAD~1", code=None)
        self.repo.git("pull", "-q", "--no-edit", "other", "main", code=None)

    def _sync(self, choice: int) -> None:
        self.repo.tracker("sync")

    def _wait(self, choice: int) -> None:
        self.repo.settle()
