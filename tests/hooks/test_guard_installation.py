"""Installing and removing the guard: beside a hook of the user's, in foreign directories, in git's configuration."""

from pathlib import Path
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE, OPENCODE
from tests.doctor import add_printed_lines, findings
from tests.git_version import runs_configured_hooks
from tests.hooks.guarded_commits import ACCEPTED, REFUSED, attempt, guard_hook, halt, snapshot_without_status
from tests.hooks.noting_hooks import make_hook
from tests.hooks.snapshot import snapshot
from tests.support import Repo, one

USERS_HOOK: Final = '#!/bin/sh\necho "${0##*/} $#" >>../seen; cat >>../seen; . "${0%/*}/beside.sh"; exit 3\n'


class TestBesideUsersHook:
    @pytest.fixture
    def seen(self, untracked: Repo, hooks_dir: Path) -> Path:
        """The file in which the user's pre-commit hook notes its runs."""
        make_hook(hooks_dir / "pre-commit", USERS_HOOK)
        make_hook(hooks_dir / "post-commit", "#!/bin/sh\n:\n")
        make_hook(hooks_dir / "beside.sh", "echo beside >>../seen\n")
        return untracked.path.parent / "seen"

    def test_users_hook_runs_unless_the_guard_refuses(self, untracked: Repo, seen: Path) -> None:
        untracked.tracker("init", "--guard")
        halt(untracked)
        assert attempt(untracked, env=CLAUDE_CODE) == REFUSED
        assert not seen.exists()
        assert attempt(untracked).code == 1, "as the user's hook returns"
        assert seen.read_text() == "pre-commit 0\nbeside\n"
        assert attempt(untracked, env=OPENCODE).code == 1
        assert seen.read_text() == "pre-commit 0\nbeside\n" * 2

    @pytest.mark.whole
    def test_another_init_keeps_the_guard_on_or_off(self, untracked: Repo, seen: Path) -> None:
        untracked.tracker("init")
        without_guard = snapshot_without_status(untracked)
        untracked.tracker("init", "--guard")
        halt(untracked)
        untracked.tracker("init")
        assert attempt(untracked, env=CLAUDE_CODE) == REFUSED
        assert untracked.json("doctor")["facts"]["guard"] == "on"
        untracked.person("init", "--no-guard")
        assert snapshot_without_status(untracked) == without_guard
        assert untracked.json("doctor")["facts"]["guard"] == "off"
        untracked.tracker("init")
        assert snapshot_without_status(untracked) == without_guard

    def test_uninstall_restores_the_users_hook(self, untracked: Repo, seen: Path) -> None:
        before = snapshot(untracked)
        untracked.tracker("init")
        untracked.tracker("init", "--guard")
        untracked.tracker("uninstall")
        assert snapshot(untracked) == before


class TestDoctor:
    @pytest.fixture
    def complete(self, guarded: Repo) -> Repo:
        """The guarded repository, with its hooks that record too."""
        guarded.tracker("init")
        assert findings(guarded) == []
        return guarded

    @pytest.mark.parametrize(
        ("old", "new", "complaint"),
        [
            ("\npython=", "\npython=/nowhere", "starts a Python that is gone, so it stops nobody."),
            (
                "# agent-tracker hook ",
                "# agent-tracker hook 0.0.0 ",
                "is of another version of agent-tracker, or of its catalogue.",
            ),
        ],
        ids=["no-interpreter", "other-version"],
    )
    def test_unusable_hook_is_reported_and_init_replaces_it(
        self, complete: Repo, old: str, new: str, complaint: str
    ) -> None:
        hook = complete.scripts / "pre-commit" if "python" in old else guard_hook(complete)
        hook.write_text(hook.read_text().replace(old, new))
        self.assert_reported_and_replaced(complete, hook, complaint)

    def test_missing_hook_is_reported_and_init_replaces_it(self, complete: Repo) -> None:
        guard_hook(complete).unlink()
        self.assert_reported_and_replaced(complete, guard_hook(complete), "is not there.")

    def assert_reported_and_replaced(self, repo: Repo, hook: Path, complaint: str) -> None:
        finding = one(findings(repo))
        assert finding["what"] == f"the hook {hook} {complaint}"
        assert finding["mend"] == "agent-tracker init"
        repo.tracker("init")
        assert findings(repo) == []

    def test_nothing_is_reported_without_the_guard(self, complete: Repo) -> None:
        complete.person("init", "--no-guard")
        assert findings(complete) == []


@pytest.mark.whole
def test_printed_line_in_foreign_directory_guards(untracked: Repo, tmp_path: Path) -> None:
    folder = tmp_path / "hooks"
    make_hook(folder / "pre-commit", "#!/bin/sh\necho theirs >>../seen\n")
    untracked.git("config", "core.hooksPath", str(folder))
    add_printed_lines(untracked.tracker("init"))
    before = snapshot(untracked, folder)
    output = untracked.tracker("init", "--guard")
    assert snapshot(untracked, folder) == before
    assert "pre-commit there does not run agent-tracker" in one(findings(untracked))["what"]
    assert add_printed_lines(output) == 1
    assert findings(untracked) == []
    halt(untracked)
    assert attempt(untracked, env=CLAUDE_CODE) == REFUSED
    assert attempt(untracked) == ACCEPTED
    assert (tmp_path / "seen").read_text() == "theirs\n"
    assert f"{folder / 'pre-commit'} does nothing any more" in untracked.tracker("init", "--no-guard")
    assert attempt(untracked, env=CLAUDE_CODE) == ACCEPTED


def test_hook_in_git_configuration_guards(untracked: Repo, tmp_path: Path) -> None:
    if not runs_configured_hooks(untracked):
        pytest.skip("this git runs no hooks that its configuration names")
    untracked.git("config", "core.hooksPath", str(tmp_path / "nowhere"))
    before = snapshot(untracked)
    untracked.tracker("init", "--hooks", "config", "--guard")
    assert findings(untracked) == []
    halt(untracked)
    assert attempt(untracked, env=CLAUDE_CODE) == REFUSED
    assert attempt(untracked, env=OPENCODE) == ACCEPTED
    untracked.tracker("init", "--hooks", "config", "--no-guard")
    assert attempt(untracked, env=CLAUDE_CODE) == ACCEPTED
    untracked.tracker("uninstall")
    assert snapshot(untracked) == before


class TestInitOutput:
    def test_guard_without_hooks_is_refused(self, untracked: Repo) -> None:
        done = untracked.run("init", "--guard", "--hooks", "none")
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert not untracked.folder.exists()

    def test_pre_commit_configuration_has_the_guard_only_on_request(self, untracked: Repo) -> None:
        assert "agent-tracker-guard" not in untracked.tracker("init", "--hooks", "pre-commit")
        output = untracked.tracker("init", "--hooks", "pre-commit", "--guard")
        assert "- id: agent-tracker-guard\n" in output
        assert output.rstrip().endswith("-t pre-commit")
