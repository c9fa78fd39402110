"""GIT_DIR and GIT_WORK_TREE, in the environment or as git's own options: which repository is meant."""

from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.program import TRACKER
from tests.project.recorded_subjects import subjects
from tests.support import Repo, one


@pytest.fixture
def dotfiles(tmp_path: Path, environment: dict[str, str]) -> Repo:
    """A worktree without ``.git``, whose repository only the variables name."""
    tree = tmp_path / "tree"
    tree.mkdir()
    repo = Repo(tree, environment)
    repo.git("init", "-q", "--bare", "-b", "main", str(tmp_path / "dotfiles"))
    repo.environment |= {"GIT_DIR": str(tmp_path / "dotfiles"), "GIT_WORK_TREE": str(tree)}
    return repo


@pytest.mark.whole
def test_worktree_that_only_the_variables_name(dotfiles: Repo, tmp_path: Path) -> None:
    dotfiles.tracker("init")
    old = dotfiles.commit("feat: one", env=CLAUDE_CODE)
    dotfiles.git("commit", "-q", "--amend", "-m", "feat: one, better", env=CLAUDE_CODE)
    dotfiles.settle()
    line = one(dotfiles.assert_recorded())
    assert (line["agent"], line["learnt"]) == ("claude-code", "post-commit")
    assert [line["oid"] for line in dotfiles.log("--all") if line["replaced_by"]] == [old]
    assert dotfiles.json("doctor")["findings"] == []
    (tmp_path / "nowhere").mkdir()
    assert dotfiles.run("log", cwd=tmp_path / "nowhere").stdout.count("feat: one, better") == 1
    dotfiles.tracker("uninstall")
    assert not (tmp_path / "dotfiles" / "agent-tracker").exists()


def test_options_of_git_are_followed_by_its_subcommand_agent_tracker(dotfiles: Repo, tmp_path: Path) -> None:
    options = {"--git-dir": "GIT_DIR", "--work-tree": "GIT_WORK_TREE"}
    place = [f"{option}={dotfiles.environment.pop(variable)}" for option, variable in options.items()]
    script = tmp_path / "bin" / "git-agent-tracker"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec {" ".join(TRACKER)} "$@"\n')
    script.chmod(0o755)
    dotfiles.environment["PATH"] = f"{script.parent}:{dotfiles.environment['PATH']}"
    assert "Tracking" in dotfiles.git(*place, "agent-tracker", "init", cwd=tmp_path)
    dotfiles.write("a.txt", "a")
    dotfiles.git(*place, "add", "a.txt")
    dotfiles.git(*place, "commit", "-q", "-m", "feat: one", env=CLAUDE_CODE)
    assert "claude-code" in dotfiles.git(*place, "agent-tracker", "log", "--json", cwd=tmp_path)
    assert "Everything is in order" in dotfiles.git(*place, "agent-tracker", "doctor")


def test_commit_made_from_within_another_repository_is_recorded_in_its_own(repo: Repo, tmp_path: Path) -> None:
    other = Repo.make(tmp_path / "other", repo.environment)
    other.tracker("init")
    place = {"GIT_DIR": str(repo.path / ".git"), "GIT_WORK_TREE": str(repo.path)}
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: from afar", cwd=other.path, env=place)
    repo.settle()
    assert subjects(repo) == ["feat: from afar"]
    assert subjects(other) == []


@pytest.mark.parametrize("command", ["init", "sync", "log", "status", "doctor", "backfill", "verify", "uninstall"])
def test_command_in_another_repository_than_the_variable_names_is_refused(
    repo: Repo, tmp_path: Path, command: str
) -> None:
    """A hook or an agent that changes to another repository still has the variables of the first."""
    other = Repo.make(tmp_path / "other", repo.environment)
    other.commit("feat: other")
    stale = {"GIT_DIR": str(repo.path / ".git")}
    before = sorted(path.name for path in (other.path / ".git").iterdir())
    done = other.run(command, env=stale)
    if command == "verify":  # checks the whole ledger, not one repository
        assert done.returncode == 0
    else:
        assert done.returncode == 1
        assert f"GIT_DIR names {repo.path / '.git'}, but the folder {other.path} belongs to" in done.stderr
    assert sorted(path.name for path in (other.path / ".git").iterdir()) == before
    assert (repo.folder / "project-id").exists()


def test_given_path_overrides_the_variables(repo: Repo, tmp_path: Path) -> None:
    other = Repo.make(tmp_path / "other", repo.environment)
    stale = {"GIT_DIR": str(repo.path / ".git"), "GIT_WORK_TREE": str(repo.path)}
    assert f"Tracking {other.path}." in other.tracker("init", str(other.path), env=stale)
    other.commit("feat: other")
    repo.commit("feat: mine")
    for path, expected in ((other.path, "feat: other"), (repo.path, "feat: mine")):
        assert other.run("-h", env=stale).returncode == 0
        done = other.run("log", "-C", str(path), "--json", env=stale)
        assert f'"{expected}"' in done.stdout
        assert len(done.stdout.splitlines()) == 1


@pytest.mark.whole
def test_command_in_a_hook_of_a_linked_worktree_uses_its_repository(repo: Repo, tmp_path: Path) -> None:
    """In a linked worktree git sets GIT_DIR for its hooks."""
    repo.commit("feat: zero")
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "beside"))
    beside = repo.at(tmp_path / "beside")
    hook = repo.path / ".git" / "hooks" / "pre-commit"
    program = " ".join(TRACKER)
    hook.write_text(
        f"#!/bin/sh\n[ -n \"$GIT_DIR\" ] || exit 9\n{program} log --json >'{tmp_path / 'said'}' || exit 8\n"
    )
    hook.chmod(0o755)
    beside.commit("feat: one")
    assert '"feat: zero"' in (tmp_path / "said").read_text()


def test_git_dir_that_does_not_exist_is_refused(repo: Repo, tmp_path: Path) -> None:
    done = repo.run("status", env={"GIT_DIR": str(tmp_path / "gone")})
    assert done.returncode == 1
    assert f"with GIT_DIR={tmp_path / 'gone'} git finds no repository" in done.stderr
    assert len(done.stderr.splitlines()) == 1
