"""Hooks = backfill: a ledger built live and one built from history agree in all that git itself can prove."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import Repo

PROVABLE = (
    "oid", "parents", "author_name", "author_email", "authored_at", "author_offset", "committer_name",
    "committer_email", "committed_at", "committer_offset", "subject", "agent", "kind", "model", "confidence", "signal",
    "also", "origin", "live", "task_kind", "files", "insertions", "deletions",
)  # fmt: skip

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
    "detach", "pull", "push", "plumbing", "abort-rebase", "rename", "stash", "sync", "wait",
)  # fmt: skip


class World:
    """A repository, a clone of it, and a second work tree, on which operations are carried out if they can be."""

    def __init__(self, place: Path, repo: Repo) -> None:
        self.place = place
        self.repo = repo
        self.number = 0
        repo.tracker("init")
        repo.commit("feat: first", file="base.txt", text="\n".join(map(str, range(30))))
        self.other = repo.clone(place / "other")
        self.other.git("config", "user.email", "grace@example.org")
        repo.git("remote", "add", "other", str(self.other.path))
        repo.git("worktree", "add", "-q", "-b", "beside", str(place / "beside"))
        self.beside = repo.at(place / "beside")

    def branches(self) -> list[str]:
        listed = self.repo.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
        return [name for name in listed if name != "beside"] or ["beside"]

    def do(self, operation: str, choice: int) -> None:
        self.number += 1
        getattr(self, "_" + operation.replace("-", "_"))(choice)
        for tree in (self.repo, self.beside):
            for state in ("rebase", "merge", "cherry-pick", "revert"):
                tree.git(state, "--abort", code=None)

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
        every = self.repo.git("rev-list", "--no-merges", "--branches").split()
        self.repo.git("cherry-pick", every[choice % len(every)], code=None)

    def _revert(self, choice: int) -> None:
        every = self.repo.git("rev-list", "--no-merges", "HEAD").split()
        self.repo.git("revert", "--no-edit", every[choice % len(every)], code=None)

    def _reset_back(self, choice: int) -> None:
        self.repo.git("reset", "-q", "--hard", f"HEAD@{{{1 + choice % 3}}}", code=None)

    def _reset_soft(self, choice: int) -> None:
        self.repo.git("reset", "-q", "--soft", "HEAD~2", code=None)
        self.repo.git("commit", "-q", "-m", "several in one", code=None)

    def _delete_branch(self, choice: int) -> None:
        names = self.branches()
        self.repo.git("branch", "-q", "-D", names[choice % len(names)], code=None)  # not what is checked out

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
        name = self.repo.git("ls-files").splitlines()[0]
        self.repo.git("mv", name, f"renamed-{self.number}.txt")
        self.repo.git("commit", "-q", "-m", "refactor: rename")

    def _stash(self, choice: int) -> None:
        self.repo.write("base.txt", f"stashed {self.number}\n")
        self.repo.git("stash", "-q", code=None)

    def _sync(self, choice: int) -> None:
        self.repo.tracker("sync")

    def _wait(self, choice: int) -> None:
        self.repo.settle()


def provable(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {line["oid"]: {name: line[name] for name in PROVABLE} for line in lines}


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 50)), min_size=4, max_size=14))
def test_hooks_equal_backfill(environment: dict[str, str], operations: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        live = environment | {"AGENT_TRACKER_LEDGER": str(place / "live.lmdb")}
        world = World(place, Repo.make(place / "repo", live))
        repo = world.repo
        for operation, choice in operations:
            world.do(operation, choice)
        repo.settle()
        lines = repo.assert_recorded()
        again = {"AGENT_TRACKER_LEDGER": str(place / "again.lmdb")}
        repo.tracker("backfill", env=again)
        assert provable(repo.assert_recorded(env=again)) == provable(lines)
        assert repo.json("sync")["recorded"] == 0
