"""The hook of the hint beside git-lfs, whose own pre-push uploads the contents of files."""

import shutil
from pathlib import Path

import pytest

from tests.doctor import apply_fixes, findings
from tests.hooks.noting_hooks import make_hook
from tests.hooks.pushes import add_file, add_remote, agent_commits, hints, line, push, push_by_script, stored
from tests.shell import run_shell
from tests.support import Repo

USERS = '#!/bin/sh\n{ echo "users $*"; cat; } >>"$NOTES"\n'
"""A hook that notes its arguments and its standard input."""

INSTALL = "git lfs install --local"
SET_UP = f"{INSTALL} --skip-repo"
"""Its settings without its hooks, as most users have them, once for all repositories."""


@pytest.fixture
def bare(untracked: Repo) -> Repo:
    return add_remote(untracked)


@pytest.fixture
def lfs(untracked: Repo, bare: Repo, notes: Path) -> Repo:
    """A repository without hooks in which git-lfs is set up."""
    if shutil.which("git-lfs") is None:
        pytest.skip("git-lfs is not installed")
    run_shell(untracked, SET_UP)
    return untracked


@pytest.fixture
def hook(hooks_dir: Path) -> Path:
    return hooks_dir / "pre-push"


@pytest.fixture
def without_lfs(tmp_path: Path) -> dict[str, str]:
    """An environment in which git-lfs is not installed."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("git", "sh"):
        (folder / name).symlink_to(shutil.which(name) or name)
    return {"PATH": str(folder)}


def is_its_own(hook: Path) -> bool:
    """Return True if a hook is git-lfs's own."""
    return "\ngit lfs pre-push " in hook.read_text() and "agent-tracker" not in hook.read_text()


def state(hook: Path) -> tuple[int, int]:
    return hook.stat().st_ino, hook.stat().st_mtime_ns


def programs(repo: Repo, env: dict[str, str] | None = None) -> str:
    """Push and return the programs that git and the hooks started with git, as git traces them."""
    trace = repo.path.parent / "trace"
    trace.unlink(missing_ok=True)
    push_by_script(repo, env={"GIT_TRACE": str(trace)} | (env or {}))
    return trace.read_text()


class TestItsHookWasThere:
    def test_it_stays_as_it_is(self, lfs: Repo, bare: Repo, hook: Path) -> None:
        run_shell(lfs, INSTALL)
        before = state(hook)
        for _ in range(2):
            assert "pre-push" not in lfs.tracker("init")
            assert state(hook) == before
            assert findings(lfs) == []
        add_file(lfs)
        assert hints(push(lfs)) == []
        assert stored(bare) == [5000]
        lfs.tracker("uninstall")
        assert state(hook) == before

    @pytest.mark.whole
    def test_it_can_be_uninstalled(self, lfs: Repo, bare: Repo, hook: Path) -> None:
        run_shell(lfs, INSTALL)
        lfs.tracker("init")
        add_file(lfs)
        run_shell(lfs, "git lfs uninstall --local")
        assert not hook.exists()
        assert "git-lfs" not in programs(lfs)

    def test_hook_that_a_user_merged_stays(self, lfs: Repo, hook: Path) -> None:
        before = state(make_hook(hook, f'{USERS}git lfs pre-push "$@" <"$NOTES"\n'))
        lfs.tracker("init")
        assert state(hook) == before

    @pytest.mark.whole
    def test_deleted_one_does_not_come_back(self, lfs: Repo, bare: Repo, hook: Path) -> None:
        run_shell(lfs, INSTALL)
        lfs.tracker("init")
        add_file(lfs)
        hook.unlink()
        for command in ("init", "uninstall", "init", "init"):
            assert "git-lfs" not in lfs.tracker(command)
            assert not hook.exists()
        assert findings(lfs) == []
        assert "git-lfs" not in programs(lfs)


class TestUsedForTheFirstTimeAfterInit:
    """It does not put its hook where ours is, and says nothing: what that would do must be done all the same."""

    @pytest.mark.parametrize("storage", ["", "--local", "--global"])
    @pytest.mark.parametrize("is_at_terminal", [True, False])
    def test_contents_are_uploaded(
        self, lfs: Repo, bare: Repo, hook: Path, tmp_path: Path, is_at_terminal: bool, storage: str
    ) -> None:
        lfs.tracker("init")
        if storage:
            lfs.git("config", storage, "lfs.storage", str(tmp_path / "storage"))
            bare.git("config", "lfs.storage", str(bare.path / "lfs"))
        add_file(lfs)
        assert not is_its_own(hook)
        shown = push(lfs) if is_at_terminal else push_by_script(lfs)
        assert hints(shown) == (line(1) if is_at_terminal else []), shown
        assert stored(bare) == [5000]

    @pytest.mark.whole
    def test_files_in_a_folder(self, lfs: Repo, bare: Repo, tmp_path: Path) -> None:
        lfs.tracker("init")
        lfs.git("config", "lfs.storage", str(tmp_path / "storage"))
        add_file(lfs, "folder")
        push_by_script(lfs)
        assert stored(bare) == [5000]

    @pytest.mark.whole
    def test_linked_worktree(self, lfs: Repo, bare: Repo, tmp_path: Path) -> None:
        lfs.tracker("init")
        lfs.commit()
        lfs.git("worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked"))
        add_file(lfs.at(tmp_path / "linked"))
        push_by_script(lfs.at(tmp_path / "linked"))
        assert stored(bare) == [5000]

    def test_content_that_is_missing_refuses_the_push(self, lfs: Repo, bare: Repo) -> None:
        lfs.tracker("init")
        add_file(lfs)
        shutil.rmtree(lfs.path / ".git" / "lfs" / "objects")
        (lfs.path / "a.bin").unlink()
        lfs.git("config", "lfs.allowincompletepush", "false")
        push_by_script(lfs, code=1)

    @pytest.mark.parametrize("start", ["", "set -f\n", "set -eu\n", "IFS=' /'\n"])
    @pytest.mark.whole
    def test_lines_that_another_program_adds(self, lfs: Repo, bare: Repo, hook: Path, notes: Path, start: str) -> None:
        lfs.tracker("init")
        add_file(lfs)
        hook.write_text(hook.read_text().replace("\n", f"\n{start}", 1) + USERS.partition("\n")[2])
        push_by_script(lfs)
        assert stored(bare) == [5000]
        arguments = f"users origin file://{bare.path}"
        assert notes.read_text() == f"{arguments}\nrefs/heads/main {lfs.head()} refs/heads/main {'0' * 40}\n"

    def test_missing_program_refuses_the_push(self, lfs: Repo, bare: Repo, without_lfs: dict[str, str]) -> None:
        lfs.tracker("init")
        add_file(lfs)
        assert "install git-lfs" in push_by_script(lfs, code=1, env=without_lfs)
        assert bare.git("for-each-ref") == ""

    def test_its_own_uninstall_ends_it(self, lfs: Repo, bare: Repo, without_lfs: dict[str, str]) -> None:
        lfs.tracker("init")
        add_file(lfs)
        run_shell(lfs, "git lfs uninstall --local")
        assert "git-lfs" not in programs(lfs, without_lfs) + programs(lfs)

    @pytest.mark.parametrize("is_at_terminal", [True, False])
    @pytest.mark.whole
    def test_kept_hook_that_is_gone(self, lfs: Repo, bare: Repo, hook: Path, is_at_terminal: bool) -> None:
        make_hook(hook, USERS)
        lfs.tracker("init")
        hook.with_name("pre-push.agent-tracker-kept").unlink()
        add_file(lfs)
        assert (push if is_at_terminal else push_by_script)(lfs)
        assert stored(bare) == [5000]

    @pytest.mark.whole
    def test_kept_hook_that_runs(self, lfs: Repo, bare: Repo, hook: Path, notes: Path) -> None:
        """Without us git-lfs would not have the place either."""
        make_hook(hook, USERS)
        lfs.tracker("init")
        add_file(lfs)
        assert "git-lfs" not in programs(lfs)
        assert notes.read_text().count("refs/heads/main") == 2

    @pytest.mark.whole
    def test_hook_that_another_program_moved(self, lfs: Repo, bare: Repo, hook: Path, notes: Path) -> None:
        lfs.tracker("init")
        add_file(lfs)
        hook.rename(hook.with_name("pre-push.old"))
        make_hook(hook, '#!/bin/sh\necho moved >>"$NOTES"\nexec "$0.old" "$@"\n')
        assert findings(lfs) == []
        lfs.tracker("init")
        push_by_script(lfs)
        assert notes.read_text() == "moved\n"
        assert stored(bare) == [5000]
        assert "git lfs update --manual" in lfs.tracker("uninstall")


class TestStrayFolderOrSetting:
    @pytest.mark.parametrize(
        "command", ["git lfs env", "git lfs track", "git lfs fetch", "git config --global lfs.storage /nowhere"]
    )
    def test_git_lfs_is_not_run(self, lfs: Repo, bare: Repo, hook: Path, command: str) -> None:
        lfs.tracker("init")
        agent_commits(lfs)
        run_shell(lfs, command)
        hook.unlink(missing_ok=True)
        lfs.tracker("init")
        assert findings(lfs) == []
        assert "git-lfs" not in programs(lfs)
        assert hints(push(lfs)) == line(1)
        assert "git-lfs" not in lfs.tracker("uninstall")

    def test_attributes_of_other_filters(self, lfs: Repo, bare: Repo) -> None:
        lfs.write(".gitattributes", "# *.bin filter=lfs\n*.txt text\n" * 400)
        (lfs.path / ".git" / "lfs").mkdir()
        lfs.tracker("init")
        lfs.commit()
        assert "git-lfs" not in programs(lfs)

    @pytest.mark.parametrize("is_kept", [False, True])
    def test_programs_that_a_push_starts(
        self, lfs: Repo, bare: Repo, hook: Path, without_lfs: dict[str, str], is_kept: bool
    ) -> None:
        if is_kept:
            make_hook(hook, "#!/bin/sh\n")
        lfs.tracker("init")
        lfs.commit()
        assert programs(lfs).count("built-in: git config") == (0 if is_kept else 1)
        assert programs(lfs, without_lfs).count("built-in: git config") == 0


class TestOurHookIsRemoved:
    """Then git-lfs has the place again, in which ours stood."""

    @pytest.mark.whole
    def test_doctor_and_init(self, lfs: Repo, bare: Repo, hook: Path) -> None:
        lfs.tracker("init")
        add_file(lfs)
        assert [one["mend"] for one in findings(lfs)] == ["agent-tracker init"]
        apply_fixes(lfs)
        assert is_its_own(hook)
        assert "git-lfs" not in lfs.tracker("init")
        push_by_script(lfs)
        assert stored(bare) == [5000]

    @pytest.mark.whole
    def test_setting(self, lfs: Repo, bare: Repo, hook: Path) -> None:
        lfs.tracker("init")
        add_file(lfs)
        lfs.git("config", "agent-tracker.hints", "false")
        assert "git-lfs has its pre-push hook" in lfs.tracker("init")
        assert is_its_own(hook)

    @pytest.mark.parametrize("storage", ["", "--local", "--global"])
    def test_uninstall(self, lfs: Repo, bare: Repo, hook: Path, tmp_path: Path, storage: str) -> None:
        lfs.tracker("init")
        if storage:
            lfs.git("config", storage, "lfs.storage", str(tmp_path / "storage"))
        add_file(lfs)
        assert "git-lfs has its pre-push hook" in lfs.tracker("uninstall")
        assert is_its_own(hook)
        assert {path.name for path in hook.parent.iterdir() if path.suffix != ".sample"} == {
            "pre-push", "post-checkout", "post-commit", "post-merge"
        }, "all that git-lfs has without us"  # fmt: skip

    def test_program_is_missing(self, lfs: Repo, bare: Repo, hook: Path, without_lfs: dict[str, str]) -> None:
        lfs.tracker("init")
        add_file(lfs)
        assert "run 'git lfs update'" in lfs.tracker("uninstall", env=without_lfs)
        assert not hook.exists()

    @pytest.mark.parametrize("command", ["init", "uninstall"])
    def test_not_set_up_any_more(self, lfs: Repo, bare: Repo, hook: Path, command: str) -> None:
        lfs.tracker("init")
        add_file(lfs)
        run_shell(lfs, "git lfs uninstall --local")
        assert "git-lfs" not in lfs.tracker(command)
        assert not hook.exists()

    def test_hook_of_the_user_has_the_place(self, lfs: Repo, bare: Repo, hook: Path) -> None:
        make_hook(hook, USERS)
        lfs.tracker("init")
        add_file(lfs)
        assert "git-lfs" not in lfs.tracker("init")
        assert hook.read_text() == USERS
