"""Pushes of an agent's commits as experience."""

from pathlib import Path

import pytest

from tests.feedback.output import CLAUDE, CO_AUTHOR, sheet
from tests.support import Repo, sized

pytestmark = pytest.mark.recorded_later


def add_origin(repo: Repo, folder: Path) -> None:
    """Create a bare repository in the folder, and name it as the remote on another machine to push to."""
    repo.git("init", "-q", "--bare", str(folder / "origin.git"))
    reach_by_ssh(repo, folder)
    repo.git("remote", "add", "origin", f"ssh://git@host.example{folder}/origin.git")


def reach_by_ssh(repo: Repo, folder: Path) -> None:
    """Let git's own transport over ssh start a program that runs the other side here, whatever host it is told."""
    ssh = folder / "ssh"
    ssh.write_text('#!/bin/sh\nshift\nexec sh -c "$*"\n')
    ssh.chmod(0o755)
    repo.git("config", "core.sshCommand", str(ssh))
    repo.git("config", "ssh.variant", "simple")


def test_push_of_new_commits_gives_experience_once(unattended: Repo, tmp_path: Path) -> None:
    add_origin(unattended, tmp_path)
    unattended.git("push", "-q", "origin", "main")
    assert sheet(unattended)["experience_points"] == 3 + 10
    unattended.git("push", "-q", "origin", "main:release")  # no new commits
    unattended.git("push", "-q", "origin", "main")  # nothing to push
    assert sheet(unattended)["experience_points"] == 3 + 10
    unattended.commit("feat: more", file="more.txt", env=CLAUDE)
    unattended.git("push", "-q", "origin", "main")
    unattended.git("commit", "-q", "--amend", "-m", "feat: more of it", env=CLAUDE)
    unattended.git("push", "-q", "--force", "origin", "main")  # a rewrite of pushed work
    unattended.settle()
    assert sheet(unattended)["experience_points"] == 4 + 20
    other = unattended.clone(tmp_path / "other")
    other.git("config", "user.email", "bob@example.com")
    reach_by_ssh(other, tmp_path)
    other.git("remote", "set-url", "origin", f"ssh://git@host.example{tmp_path}/origin.git")
    other.git("fetch", "-q")
    other.commit("feat: theirs", file="theirs.txt", env=CLAUDE)
    other.git("push", "-q", "origin", "main")
    unattended.git("pull", "-q", "origin", "main")
    unattended.settle()
    assert sheet(unattended)["experience_points"] == 4 + 20
    assert unattended.json("verify")["ok"]


def test_backfill_finds_earlier_pushes(untracked: Repo, tmp_path: Path) -> None:
    untracked.commit("feat: old", env=CLAUDE, options=CO_AUTHOR)
    add_origin(untracked, tmp_path)
    untracked.git("push", "-q", str(tmp_path / "origin.git"), "main")
    untracked.commit("feat: new", options=CO_AUTHOR)
    untracked.git("push", "-q", "origin", "main")
    untracked.tracker("init")
    untracked.tracker("backfill")
    assert sheet(untracked)["experience_points"] == 2 + 10
    assert untracked.json("verify")["ok"]


@pytest.mark.whole
def test_backfill_into_another_ledger_finds_pushes_again(unattended: Repo, tmp_path: Path) -> None:
    add_origin(unattended, tmp_path)
    unattended.git("push", "-q", "origin", "main")
    assert sheet(unattended)["experience_points"] == 13
    unattended.tracker("init", "--ledger", str(tmp_path / "other"))
    unattended.tracker("backfill")
    assert [line["pushed"] for line in unattended.log()] == [True, False, False]


@pytest.mark.whole
def test_every_push_is_recorded_in_sync_mode(unattended: Repo, tmp_path: Path) -> None:
    unattended.git("config", "agent-tracker.mode", "sync")
    add_origin(unattended, tmp_path)
    (unattended.path / ".git" / "hooks" / "post-commit").unlink()
    pushes, author = sized(60, 8), {"GIT_AUTHOR_EMAIL": "x@example.com"}
    for number in range(pushes):
        unattended.git("commit", "-q", "--allow-empty", "-m", f"feat: {number}", env=author)
        unattended.git("push", "-q", "origin", "main")
    unattended.tracker("sync")
    assert sum(line["pushed"] for line in unattended.log()) == pushes


@pytest.mark.parametrize(
    "settings",
    [
        ("remote.origin.url={place}",),
        ("remote.origin.url=../{name}",),
        ("remote.origin.url=file://{place}",),
        ("remote.origin.url=https://host.example/x", "url.{place}.insteadOf=https://host.example/x"),
        ("remote.origin.url=https://host.example/x", "url.{place}.pushInsteadOf=https://host.example/x"),
        ("remote.origin.url=https://host.example/x", "remote.origin.pushurl={place}"),
        ("remote.origin.url=ext::git %s {place}",),
        ("remote.origin.url=ssh://git@localhost{place}",),
        ("remote.origin.url=git@127.1:{place}",),
        ("remote.origin.url=https://host.example/x", "remote.near.url={place}"),
        ("remote.origin.url={place}", "remote.origin.url=ssh://git@host.example{place}"),
    ],
    ids=[
        "path",
        "relative",
        "file",
        "insteadOf",
        "pushInsteadOf",
        "pushurl",
        "program",
        "localhost",
        "loopback",
        "two remotes",
        "two addresses",
    ],
)
@pytest.mark.whole
def test_push_to_this_machine_gives_no_experience(unattended: Repo, tmp_path: Path, settings: tuple[str, ...]) -> None:
    place = tmp_path / "x"
    unattended.git("init", "-q", "--bare", str(place))
    reach_by_ssh(unattended, tmp_path)
    unattended.git("config", "protocol.ext.allow", "always")
    for setting in settings:
        name, _, value = setting.format(place=place, name=place.name).partition("=")
        unattended.git("config", "--add", name, value)
    remotes = ["near"] if any("near" in setting for setting in settings) else ["origin"]
    for remote in {"origin", *remotes}:
        unattended.git("config", f"remote.{remote}.fetch", "+refs/heads/*:refs/remotes/origin/*")
    unattended.git("push", "-q", remotes[0], "main")
    unattended.settle()
    assert [line["pushed"] for line in unattended.log()] == [True, False, False], "it is known as a push"
    assert sheet(unattended)["experience_points"] == 3
    assert unattended.json("verify")["ok"]


@pytest.mark.whole
def test_push_counts_when_it_goes_to_another_machine_too(unattended: Repo, tmp_path: Path) -> None:
    unattended.git("init", "-q", "--bare", str(tmp_path / "near.git"))
    unattended.git("remote", "add", "near", str(tmp_path / "near.git"))
    unattended.git("push", "-q", "near", "main")
    assert sheet(unattended)["experience_points"] == 3
    add_origin(unattended, tmp_path)
    unattended.git("push", "-q", "origin", "main")
    assert sheet(unattended)["experience_points"] == 3 + 10
    unattended.git("push", "-q", "--force", "near", "main")
    assert sheet(unattended)["experience_points"] == 3 + 10
    assert unattended.json("verify")["ok"]
