"""The hook of the hint beside the user's own pre-push, husky and the pre-commit framework."""

from pathlib import Path

import pytest

from tests.doctor import findings
from tests.git_version import runs_configured_hooks
from tests.hooks.hook_managers import PRE_COMMIT
from tests.hooks.installation_order import ORDERS, PROGRAM_FIRST, TRACKER_FIRST
from tests.hooks.noting_hooks import make_hook
from tests.hooks.pushes import add_remote, agent_commits, hints, line, push, push_by_script
from tests.hooks.snapshot import snapshot, without
from tests.shell import run_shell
from tests.support import Repo
from tracker.hooks.managers import line_to_add

USERS = '#!/bin/sh\n{ echo "users $*"; cat; } >>"$NOTES"\n'
"""A hook that notes its arguments and its standard input."""


@pytest.fixture
def bare(untracked: Repo) -> Repo:
    return add_remote(untracked)


def first_push(repo: Repo, bare: Repo) -> str:
    """Return what a hook notes of the first push of one branch: its arguments and its input."""
    return f"users origin file://{bare.path}\nrefs/heads/main {repo.head()} refs/heads/main {'0' * 40}\n"


class TestHookOfTheUser:
    @pytest.mark.parametrize("is_at_terminal", [True, False])
    def test_arguments_and_input(
        self, untracked: Repo, bare: Repo, hooks_dir: Path, notes: Path, is_at_terminal: bool
    ) -> None:
        make_hook(hooks_dir / "pre-push", USERS)
        untracked.tracker("init")
        untracked.tracker("init")
        agent_commits(untracked)
        shown = push(untracked) if is_at_terminal else push_by_script(untracked)
        assert hints(shown) == (line(1) if is_at_terminal else [])
        assert notes.read_text() == first_push(untracked, bare)
        assert bare.head("main") == untracked.head()

    @pytest.mark.parametrize("end", ["", "exec true\n", 'trap "exit 0" EXIT\n'])
    def test_refused_push(self, untracked: Repo, bare: Repo, hooks_dir: Path, notes: Path, end: str) -> None:
        make_hook(hooks_dir / "pre-push", f"{USERS}exit 7\n")
        untracked.tracker("init")
        hook = hooks_dir / "pre-push"
        hook.write_text(f"{hook.read_text()}{end}")
        agent_commits(untracked)
        assert hints(push(untracked, code=1)) == line(1)
        push_by_script(untracked, code=1)
        assert notes.read_text() == first_push(untracked, bare) * 2
        assert bare.git("for-each-ref") == ""

    @pytest.mark.whole
    def test_many_refs(self, untracked: Repo, bare: Repo, hooks_dir: Path, notes: Path) -> None:
        make_hook(hooks_dir / "pre-push", USERS)
        untracked.tracker("init")
        agent_commits(untracked)
        refs = "".join(f"create refs/heads/b{number} HEAD\n" for number in range(300))
        untracked.git("update-ref", "--stdin", stdin=refs)
        assert hints(push(untracked)) == line(1)
        assert notes.read_text().count("refs/heads/") == 602

    def test_lines_that_another_program_adds_get_the_input(
        self, untracked: Repo, bare: Repo, hooks_dir: Path, notes: Path
    ) -> None:
        untracked.tracker("init")
        hook = hooks_dir / "pre-push"
        hook.write_text(hook.read_text() + USERS.partition("\n")[2])
        agent_commits(untracked)
        assert hints(push(untracked)) == line(1)
        assert notes.read_text() == first_push(untracked, bare)

    @pytest.mark.whole
    def test_uninstall_restores_files(self, untracked: Repo, bare: Repo, hooks_dir: Path, notes: Path) -> None:
        make_hook(hooks_dir / "pre-push", USERS).chmod(0o750)
        agent_less = snapshot(untracked)
        untracked.tracker("init")
        agent_commits(untracked)
        assert hints(push(untracked)) == line(1)
        untracked.tracker("init")
        untracked.tracker("uninstall")
        assert snapshot(untracked) == agent_less
        assert not untracked.folder.exists()

    def test_written_over_ours(self, untracked: Repo, bare: Repo, hooks_dir: Path, notes: Path) -> None:
        untracked.tracker("init")
        (hooks_dir / "pre-push").unlink()
        make_hook(hooks_dir / "pre-push", USERS)
        assert findings(untracked) == [], "a hint that is not shown is no fault"
        agent_commits(untracked)
        assert hints(push(untracked)) == []
        untracked.tracker("init")
        assert hints(push(untracked)) == line(1)
        assert notes.read_text().count("users") == 2

    def test_added_line(self, untracked: Repo, bare: Repo, notes: Path, tmp_path: Path) -> None:
        """In a hooks directory that is not the repository's own, which ``init`` does not ask for."""
        make_hook(tmp_path / "shared" / "pre-push", f"#!/bin/sh\nset -e\n{line_to_add('pre-push')}\n{USERS[10:]}")
        untracked.git("config", "core.hooksPath", str(tmp_path / "shared"))
        assert "hooks/pre-push" not in untracked.tracker("init")
        agent_commits(untracked)
        assert hints(push(untracked)) == line(1)
        untracked.tracker("uninstall")
        untracked.git("commit", "-q", "--allow-empty", "-m", "feat: after uninstall")
        assert hints(push(untracked)) == []
        assert notes.read_text().count("users") == 2


def test_hook_in_gits_configuration(untracked: Repo, bare: Repo, hooks_dir: Path, notes: Path) -> None:
    if not runs_configured_hooks(untracked):
        pytest.skip("this git runs no hooks that its configuration names")
    make_hook(hooks_dir / "pre-push", USERS)
    before = snapshot(untracked)
    untracked.tracker("init", "--hooks", "config")
    agent_commits(untracked)
    assert hints(push(untracked)) == line(1)
    assert notes.read_text() == first_push(untracked, bare)
    untracked.tracker("uninstall")
    assert snapshot(untracked) == before


class TestPreCommitFramework:
    @pytest.mark.parametrize("order", ORDERS)
    @pytest.mark.parametrize("code", [0, 1])
    @pytest.mark.whole
    def test_both_run(self, untracked: Repo, bare: Repo, notes: Path, order: str, code: int) -> None:
        PRE_COMMIT.configure(untracked)
        entry = f'sh -c "echo pushed >>$NOTES; exit {code}"'
        untracked.write(
            ".pre-commit-config.yaml",
            "repos:\n  - repo: local\n    hooks:\n      - id: push\n        name: push\n        language: system\n"
            "        always_run: true\n        pass_filenames: false\n        stages: [pre-push]\n"
            f"        entry: {entry}\n",
        )
        untracked.git("add", "-A")
        before = snapshot(untracked)
        steps = ["agent-tracker init", f"{PRE_COMMIT.install} -t pre-push"]
        for step in steps if order == TRACKER_FIRST else reversed(steps):
            run_shell(untracked, step)
        assert findings(untracked) == []
        agent_commits(untracked)
        assert hints(push(untracked, code=code)) == line(1)
        assert notes.read_text() == "pushed\n"
        assert (bare.git("for-each-ref") == "") == (code != 0)
        untracked.tracker("uninstall")
        run_shell(untracked, f"{PRE_COMMIT.install.replace('install', 'uninstall')} -t pre-push")
        assert without(snapshot(untracked), ".agent") == before


class TestHusky:
    @pytest.mark.parametrize("order", [TRACKER_FIRST, PROGRAM_FIRST])
    @pytest.mark.parametrize("code", [0, 1])
    def test_its_hook_runs_with_our_line(
        self, untracked: Repo, bare: Repo, notes: Path, node_modules: Path, order: str, code: int
    ) -> None:
        untracked.write("package.json", '{"name": "x", "private": true, "scripts": {"prepare": "husky"}}\n')
        untracked.write(".gitignore", "node_modules\n.agent\n")
        users = f"{USERS.partition(chr(10))[2]}exit {code}\n"
        untracked.write(".husky/pre-push", users)
        (untracked.path / "node_modules").symlink_to(node_modules)
        steps = ["agent-tracker init", "npm run --silent prepare"]
        for step in steps if order == TRACKER_FIRST else reversed(steps):
            run_shell(untracked, step)
        agent_commits(untracked)
        assert hints(push(untracked, code=code)) == [], "nothing is written into a folder that others share"
        untracked.write(".husky/pre-push", f"{line_to_add('pre-push')}\n{users}")
        assert hints(push(untracked, code=code)) == line(1)
        assert notes.read_text().count("users origin") == 2
        assert (bare.git("for-each-ref") == "") == (code != 0)
