"""Hooks that were in ``.git/hooks`` before ours: they run after ours and are restored by uninstall."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.doctor import apply_fixes, findings
from tests.hooks.noting_hooks import make_hook, note_command
from tests.hooks.snapshot import snapshot
from tests.support import Repo

KEPT = {
    "post-commit": '#!/bin/sh\necho "${0##*/}|$#" >>seen; . "${0%/*}/beside.sh"; exit 3\n',
    "beside.sh": "echo beside >>seen\n",
    "post-checkout": (
        f"#!{sys.executable}\nimport sys\nopen('seen', 'a').write(f'checkout {{sys.argv[1:]}}\\n')\nsys.exit(7)\n"
    ),
    "post-rewrite": '#!/bin/sh\n{ echo "rewrite $1"; cat; } >>seen\nexec true\n',
    "post-merge": '#!/bin/sh\necho "merge $1" >>seen\n',
    "pre-push": "#!/bin/sh\ncat >>seen\n",
}

LANGUAGES = {
    "sh-exec": '#!/bin/sh\necho "post-commit $*" >>"$NOTES"\nexec true\n',
    "sh-exit-0": '#!/bin/sh\necho "post-commit $*" >>"$NOTES"\nexit 0\n',
    "sh-failure": '#!/bin/sh\necho "post-commit $*" >>"$NOTES"\nexit 9\n',
    "python": f"#!{sys.executable}\nimport os\nopen(os.environ['NOTES'], 'a').write('post-commit \\n')\n",
    "perl": "#!/usr/bin/env perl\nopen(my $f, '>>', $ENV{NOTES}); print $f \"post-commit \\n\"; close $f;\n",
    "sh-no-final-newline": '#!/bin/sh\necho "post-commit $*" >>"$NOTES"',
}


@pytest.fixture
def kept_hooks(hooks_dir: Path) -> Path:
    """The hooks directory with hooks of the user in it."""
    for name, text in KEPT.items():
        make_hook(hooks_dir / name, text)
    return hooks_dir


class TestRunning:
    def test_arguments_input_and_exit_code_are_passed_on(self, untracked: Repo, kept_hooks: Path) -> None:
        untracked.tracker("init")
        untracked.tracker("init")
        old = untracked.commit("feat: one", file="a.txt")
        untracked.write("a.txt", "other")
        untracked.git("commit", "-q", "-a", "--amend", "-m", "feat: one, again")
        untracked.git("switch", "-q", "-c", "topic", code=1)
        untracked.commit("feat: two", file="b.txt")
        untracked.git("switch", "-q", "main", code=1)
        untracked.git("merge", "-q", "topic")
        seen = (untracked.path / "seen").read_text()
        assert "post-commit|0\nbeside\n" in seen
        assert "checkout ['" in seen
        assert f"rewrite amend\n{old} " in seen
        assert "merge 0" in seen
        untracked.settle()
        assert len(untracked.assert_recorded()) == 2
        assert [link["kind"] for line in untracked.log("--all") for link in line["replaced_by"]] == ["changed"]

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.whole
    def test_in_any_language(self, untracked: Repo, hooks_dir: Path, notes: Path, language: str) -> None:
        make_hook(hooks_dir / "post-commit", LANGUAGES[language]).chmod(0o744)
        before = snapshot(untracked)
        untracked.tracker("init")
        untracked.git("commit", "-q", "--allow-empty", "-m", "feat: one", env=CLAUDE_CODE)
        assert notes.read_text() == "post-commit \n"
        untracked.settle()
        assert [line["learnt"] for line in untracked.assert_recorded()] == ["post-commit"]
        untracked.tracker("uninstall")
        assert snapshot(untracked) == before

    def test_exit_code_of_worktree_add_is_the_kept_hooks(self, untracked: Repo, hooks_dir: Path) -> None:
        untracked.commit("feat: zero")
        make_hook(hooks_dir / "post-checkout", "#!/bin/sh\nexit 5\n")
        untracked.tracker("init")
        untracked.git("worktree", "add", "-q", "--detach", str(untracked.path.parent / "linked"), code=5)

    def test_head_umask_and_traps_during_a_rebase_are_gits(self, untracked: Repo, hooks_dir: Path) -> None:
        make_hook(hooks_dir / "post-commit", "#!/bin/sh\n{ git log -1 --format=%s; umask; trap; } >>../seen\n")
        untracked.tracker("init")
        for number in range(-1, 3):
            untracked.commit(f"feat: {number}")
        untracked.settle()
        seen = untracked.path.parent / "seen"
        before = os.umask(0o027)
        try:
            seen.write_text("")
            untracked.git("rebase", "-q", "--force-rebase", "HEAD~3")
        finally:
            os.umask(before)
        assert seen.read_text().splitlines() == [line for number in range(3) for line in (f"feat: {number}", "0027")]
        untracked.settle()
        assert len(untracked.assert_recorded()) == 4

    def test_linked_hook_runs_under_the_name_of_its_event(self, untracked: Repo, hooks_dir: Path) -> None:
        make_hook(hooks_dir / "post-merge", '#!/bin/sh\necho "${0##*/}" >>seen\n')
        (hooks_dir / "post-commit").symlink_to("post-merge")
        untracked.tracker("init")
        untracked.commit("feat: one")
        assert (untracked.path / "seen").read_text() == "post-commit\n"
        untracked.settle()
        assert [line["learnt"] for line in untracked.log()] == ["post-commit"]


class TestUninstall:
    def test_everything_is_restored(self, untracked: Repo, kept_hooks: Path) -> None:
        (kept_hooks / "post-applypatch").symlink_to("post-merge")
        untracked.commit("feat: zero")
        (untracked.path / "seen").unlink()
        before = snapshot(untracked, untracked.path / ".git" / "info")
        untracked.tracker("init")
        untracked.commit("feat: one", file="one.txt")
        untracked.settle()
        untracked.tracker("uninstall")
        (untracked.path / "one.txt").unlink()
        (untracked.path / "seen").unlink()
        assert snapshot(untracked, untracked.path / ".git" / "info") == before
        assert not untracked.folder.exists()

    def test_file_that_a_kept_hook_wrote_beside_itself_is_kept(self, untracked: Repo, hooks_dir: Path) -> None:
        make_hook(hooks_dir / "post-commit", '#!/bin/sh\necho x >>"${0%/*}/hook.log"\n')
        before = (hooks_dir / "post-commit").read_bytes()
        untracked.tracker("init")
        untracked.commit("feat: one")
        untracked.settle()
        untracked.tracker("uninstall")
        assert (hooks_dir / "post-commit").read_bytes() == before
        assert (hooks_dir / "hook.log").read_text() == "x\n"

    def test_hooks_directory_in_which_git_does_not_look_any_more(self, untracked: Repo, hooks_dir: Path) -> None:
        other = untracked.path / ".git" / "other"
        texts = {folder: f"#!/bin/sh\necho {folder.name} >>seen\n" for folder in (hooks_dir, other)}
        for folder, text in texts.items():
            make_hook(folder / "post-commit", text)
        untracked.tracker("init")
        untracked.git("config", "core.hooksPath", str(other))
        untracked.tracker("init")
        untracked.git("config", "--unset", "core.hooksPath")
        untracked.tracker("uninstall")
        assert {folder: (folder / "post-commit").read_text() for folder in texts} == texts
        assert [path.name for path in other.iterdir()] == ["post-commit"]

    @pytest.mark.whole
    def test_ledger_stays_and_init_continues_it(self, untracked: Repo) -> None:
        untracked.commit("feat: zero")
        untracked.tracker("init")
        untracked.commit("feat: one")
        untracked.settle()
        untracked.tracker("uninstall")
        untracked.commit("feat: while uninstalled")
        untracked.tracker("init")
        assert [line["subject"] for line in untracked.log()] == ["feat: while uninstalled", "feat: one"]

    def test_hooks_directory_that_init_created_is_removed(self, untracked: Repo) -> None:
        folder = untracked.path / ".git" / "hooks"
        shutil.rmtree(folder, ignore_errors=True)
        untracked.tracker("init")
        untracked.tracker("uninstall")
        assert not folder.exists()


class TestOverwrittenHook:
    def test_init_keeps_the_hook_that_overwrote_ours(self, repo: Repo) -> None:
        hook = repo.path / ".git" / "hooks" / "post-commit"
        hook.unlink()
        make_hook(hook, "#!/bin/sh\necho other >>seen\n")
        assert findings(repo)[0]["mend"] == "agent-tracker init"
        repo.tracker("init")
        repo.commit("feat: one")
        assert (repo.path / "seen").read_text() == "other\n"
        repo.tracker("uninstall")
        assert hook.read_text() == "#!/bin/sh\necho other >>seen\n"

    def test_hook_that_overwrote_ours_replaces_the_one_kept_before(
        self, untracked: Repo, hooks_dir: Path, notes: Path
    ) -> None:
        """Without us it would have overwritten that one. Nothing is lost all the same."""
        make_hook(hooks_dir / "post-commit", f"#!/bin/sh\n{note_command('own')}\n")
        untracked.tracker("init")
        make_hook(hooks_dir / "post-commit", f"#!/bin/sh\n{note_command('post-commit')}\n")
        apply_fixes(untracked)
        untracked.git("commit", "-q", "--allow-empty", "-m", "feat: one")
        assert notes.read_text() == "post-commit \n"
        untracked.tracker("uninstall")
        assert (hooks_dir / "post-commit").read_text() == f"#!/bin/sh\n{note_command('post-commit')}\n"
        assert (hooks_dir / "post-commit.agent-tracker-kept").read_text() == f"#!/bin/sh\n{note_command('own')}\n"

    def test_two_unreadable_hooks_are_not_taken_for_the_same(self, untracked: Repo, hooks_dir: Path) -> None:
        (hooks_dir / "post-commit").symlink_to("/nowhere/one")
        untracked.tracker("init")
        (hooks_dir / "post-commit").unlink()
        (hooks_dir / "post-commit").symlink_to("/nowhere/two")
        untracked.tracker("init")
        untracked.tracker("uninstall")
        assert (hooks_dir / "post-commit").readlink() == Path("/nowhere/two")
        assert (hooks_dir / "post-commit.agent-tracker-kept").readlink() == Path("/nowhere/one")
