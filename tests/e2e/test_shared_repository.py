"""Two users of a group share a repository that records into the ledger of one of them."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.program import TRACKER
from tests.support import Repo, wait_for_recorders

GROUP: Final = 54_320
pytestmark = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0 or shutil.which("setpriv") is None,
    reason="only root can become other users",
)


class Member(NamedTuple):
    """A user of the group, with a home of its own."""

    user: int
    environment: Mapping[str, str]

    def run(self, *words: str, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        become = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", f"--groups={GROUP}", "--"]
        return subprocess.run(
            [*become, *words],
            cwd=cwd,
            env={**self.environment, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
            umask=0o002,
        )


def member(folder: Path, user: int) -> Member:
    """Make the home of a user, which nobody else may enter."""
    home = folder / str(user)
    home.mkdir(mode=0o700)
    (home / "gitconfig").write_text(
        f"[user]\n\tname = U{user}\n\temail = u{user}@example.com\n[init]\n\tdefaultBranch = main\n"
        "[safe]\n\tdirectory = *\n[maintenance]\n\tauto = false\n"
    )
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC", "AGENT_TRACKER_PROCESSES": "0",
    }  # fmt: skip
    for path in (home, home / "gitconfig"):
        os.chown(path, user, user)
    return Member(user, environment)


@pytest.fixture
def members(tmp_path: Path) -> tuple[Member, Member]:
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o001 and folder.owner() == "root":
            folder.chmod(folder.stat().st_mode | 0o011)  # pytest keeps its folders to itself
    both = member(tmp_path, 54_321), member(tmp_path, 54_322)
    script = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', '']))"
    if both[0].run(sys.executable, "-I", "-c", script, cwd=tmp_path).returncode != 0:
        pytest.skip("other users cannot run this Python")
    return both


def shared(tmp_path: Path, owner: Member, *options: str) -> Path:
    """Make a repository that the group may write to; it is tracked by the owner and has one commit."""
    place = tmp_path / "repo"
    place.mkdir(mode=0o775)
    os.chown(place, owner.user, GROUP)
    place.chmod(0o2775)
    for words in (
        ["git", "init", "-q", *options], ["git", "commit", "-q", "--allow-empty", "-m", "feat: first"],
        [*TRACKER, "init"],
    ):  # fmt: skip
        done = owner.run(*words, cwd=place)
        assert done.returncode == 0, done.stderr
    return place


def commit(by: Member, place: Path) -> None:
    """Let an agent of a member commit; nothing is printed, and the recorder ends."""
    done = by.run("git", "commit", "-q", "--allow-empty", "-m", "feat: mine", cwd=place, env={"CLAUDECODE": "1"})
    assert (done.returncode, done.stderr) == (0, "")
    wait_for_recorders(place / ".git")


def test_events_of_the_other_user_reach_the_ledger(tmp_path: Path, members: tuple[Member, Member]) -> None:
    owner, other = members
    place = shared(tmp_path, owner, "--shared=group")
    commit(other, place)
    found = other.run(*TRACKER, "doctor", cwd=place)
    assert found.returncode == 1
    assert "records into the ledger" in found.stdout
    assert "of another user" in found.stdout
    log = owner.run(*TRACKER, "log", "-n", "1", cwd=place)
    assert "claude-code" in log.stdout, log.stderr
    taken = other.run(*TRACKER, "init", "--ledger", other.environment["HOME"] + "/mine", cwd=place)
    assert (taken.returncode, "another user's" in taken.stderr) == (1, True)
    again = owner.run(*TRACKER, "init", cwd=place)
    assert again.returncode == 0, again.stderr
    assert owner.run("git", "commit", "-q", "--allow-empty", "-m", "feat: own", cwd=place).returncode == 0
    wait_for_recorders(place / ".git")
    assert "feat: own" in owner.run(*TRACKER, "log", "-n", "1", cwd=place).stdout
    # The hook of one user makes the spool again, for both.
    shutil.rmtree(place / ".git" / "agent-tracker" / "spool")
    other.run("git", "commit", "-q", "--allow-empty", "-m", "feat: mine again", cwd=place)
    wait_for_recorders(place / ".git")
    owner.run("git", "commit", "-q", "--allow-empty", "-m", "feat: first again", cwd=place, env={"CLAUDECODE": "1"})
    wait_for_recorders(place / ".git")
    assert (place / ".git" / "agent-tracker" / "spool").stat().st_uid == other.user
    log = owner.run(*TRACKER, "log", "-n", "1", cwd=place)
    assert "claude-code" in log.stdout, log.stderr
    taken = other.run(*TRACKER, "init", "--ledger", other.environment["HOME"] + "/mine", cwd=place)
    assert (taken.returncode, "another user's" in taken.stderr) == (1, True)
    again = owner.run(*TRACKER, "init", cwd=place)
    assert again.returncode == 0, again.stderr
    assert owner.run("git", "commit", "-q", "--allow-empty", "-m", "feat: own", cwd=place).returncode == 0
    wait_for_recorders(place / ".git")
    assert "feat: own" in owner.run(*TRACKER, "log", "-n", "1", cwd=place).stdout


def test_doctor_of_both_names_a_repository_that_is_not_shared(tmp_path: Path, members: tuple[Member, Member]) -> None:
    owner, other = members
    place = shared(tmp_path, owner)
    subprocess.run(["chmod", "-R", "g+rwX", str(place / ".git")], check=True)
    subprocess.run(["chmod", "-R", "go-rwx", str(place / ".git" / "agent-tracker")], check=True)
    commit(other, place)
    found = other.run(*TRACKER, "doctor", cwd=place)
    assert "is closed to you" in found.stdout
    subprocess.run(["chmod", "g+s", str(place / ".git")], check=True)
    found = owner.run(*TRACKER, "doctor", cwd=place)
    assert "is shared by a group" in found.stdout
    assert owner.run(*TRACKER, "init", cwd=place).returncode == 0
    later = f"@{int(time.time()) + 60} +0000"  # not in the second of the commit that no hook of ours saw
    environment = {"CLAUDECODE": "1", "GIT_AUTHOR_DATE": later, "GIT_COMMITTER_DATE": later}
    other.run("git", "commit", "-q", "--allow-empty", "-m", "feat: two", cwd=place, env=environment)
    wait_for_recorders(place / ".git")
    assert "claude-code" in owner.run(*TRACKER, "log", "-n", "1", cwd=place).stdout


def test_files_of_a_repository_of_one_user_stay_private(repo: Repo) -> None:
    repo.commit("feat: one")
    repo.settle()
    modes = {path.stat().st_mode & 0o077 for path in repo.folder.rglob("*") if path.parent != repo.folder / "hooks"}
    assert modes <= {0, 0o055}
    assert repo.folder.stat().st_mode & 0o777 == 0o700
