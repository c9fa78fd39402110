"""A hook never fails, blocks or talks over git, and gives back what was there before."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.program import TRACKER
from tests.support import Repo, recorders


def slow_interpreter(repo: Repo, seconds: float) -> Path:
    """Put a program that takes its time in front of the interpreter in every stub; it notes each start in a file."""
    starts = repo.path.parent / "starts"
    starts.write_text("")
    wrapper = repo.path.parent / "slow-python"
    wrapper.write_text(f"#!/bin/sh\necho \"$*\" >>'{starts}'\nsleep {seconds}\nexec '{sys.executable}' \"$@\"\n")
    wrapper.chmod(0o755)
    for stub in (repo.path / ".git" / "hooks").glob("post-*"):
        text = stub.read_text()
        if "agent-tracker hook" in text:
            lines = [f"python={wrapper}" if line.startswith("python=") else line for line in text.splitlines()]
            stub.write_text("\n".join(lines) + "\n")
    return starts


def test_a_captured_pipe_returns_while_the_recorder_works(repo: Repo) -> None:
    slow_interpreter(repo, 3)
    done = subprocess.run(
        ["git", "commit", "--allow-empty", "-m", "feat: one"],
        cwd=repo.path, env=repo.environment, capture_output=True, check=True,
    )  # fmt: skip
    assert recorders(repo.folder.parent), "the recorder was done before git returned"
    assert b"agent-tracker" not in done.stdout + done.stderr
    assert list((repo.folder / "spool").iterdir())
    repo.settle()
    assert len(repo.assert_recorded()) == 1


def test_a_rebase_starts_one_recorder(repo: Repo) -> None:
    repo.commit("feat: base", file="base.txt")
    repo.git("switch", "-q", "-c", "topic")
    for number in range(12):
        repo.commit(f"feat: {number}", file=f"{number}.txt")
    repo.git("switch", "-q", "main")
    repo.commit("feat: ahead", file="ahead.txt")
    repo.git("switch", "-q", "topic")
    repo.settle()
    starts = slow_interpreter(repo, 0)
    repo.git("rebase", "-q", "main")
    repo.settle()
    assert len(starts.read_text().splitlines()) == 1
    assert len(repo.assert_recorded()) == 14


@pytest.mark.parametrize("gone", ["interpreter", "package", "folder", "git-path"])
def test_it_is_silent_when_its_parts_are_gone(repo: Repo, gone: str) -> None:
    stub = repo.path / ".git" / "hooks" / "post-commit"
    if gone == "interpreter":
        stub.write_text(stub.read_text().replace("\npython=", "\npython=/nowhere"))
    elif gone == "package":
        stub.write_text(stub.read_text().replace("-m tracker", "-m tracker_that_is_gone"))
    elif gone == "folder":
        shutil.rmtree(repo.folder)
    done = subprocess.run(
        ["git", "commit", "-q", "--allow-empty", "-m", "feat: one"],
        cwd=repo.path, env=repo.environment, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    if gone != "folder":
        repo.tracker("sync")
        assert len(repo.assert_recorded()) == 1


@pytest.mark.parametrize("scope", [[], ["--global"]])
def test_sync_mode_waits(repo: Repo, scope: list[str]) -> None:
    repo.git("config", *scope, "agent-tracker.mode", "sync")
    for number in range(3):
        repo.git("commit", "-q", "--allow-empty", "-m", f"feat: {number}")
        assert repo.status_file()["head"]["oid"] == repo.head()
        assert not list((repo.folder / "spool").iterdir())
    assert len(repo.assert_recorded()) == 3
    time.sleep(1.1)  # a shell may compare files by the second
    starts = slow_interpreter(repo, 2)
    repo.git("config", *scope, "agent-tracker.mode", "detached")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: at once")
    assert "--foreground" not in starts.read_text()
    repo.settle()


def test_the_mode_of_one_commit(repo: Repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: waited for", env={"AGENT_TRACKER_MODE": "sync"})
    assert repo.status_file()["head"]["oid"] == repo.head()
    starts = slow_interpreter(repo, 0)
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: at once")
    repo.settle()
    assert "--foreground" not in starts.read_text()


def test_a_series_of_picks_or_patches_starts_one_recorder(repo: Repo, tmp_path: Path) -> None:
    repo.commit("feat: base", file="base.txt")
    repo.git("switch", "-q", "-c", "topic")
    picks = [repo.commit(f"feat: {number}", file=f"{number}.txt") for number in range(5)]
    repo.git("format-patch", "-q", "-o", str(tmp_path / "patches"), "main")
    repo.settle()
    starts = slow_interpreter(repo, 0)
    for name, command in {
        "picked": ["cherry-pick", *picks],
        "mailed": ["am", "-q", *sorted(map(str, (tmp_path / "patches").iterdir()))],
        "one": ["cherry-pick", picks[0]],
    }.items():
        repo.git("switch", "-q", "-c", name, "main")
        repo.settle()
        starts.write_text("")
        repo.git(*command)
        repo.settle()
        assert len(starts.read_text().splitlines()) == 1, name
        assert repo.status_file()["head"]["oid"] == repo.head()
    assert len(repo.assert_recorded()) == 1 + 5 + 5 + 5 + 1


def test_a_terminal_is_seen(repo: Repo) -> None:
    """Git hands its hooks its own standard error; what the hook says to nobody must not hide that."""
    ours, its = os.openpty()
    words = ["git", "commit", "-q", "--allow-empty", "-m", "feat: one"]
    with os.fdopen(ours), os.fdopen(its):
        subprocess.run(words, cwd=repo.path, env=repo.environment, stderr=its, check=True)
    repo.settle()
    (line,) = repo.assert_recorded()
    assert (line["agent"], line["kind"], line["signal"]) == ("human", "human", "terminal")


def test_any_hook_manager_can_call_it(untracked: Repo) -> None:
    """``agent-tracker hook EVENT`` in a hook of one's own: arguments, pairs on standard input, and no begin unasked."""
    folder = untracked.path / ".git" / "hooks"
    folder.mkdir(exist_ok=True)
    for event in ("post-commit", "post-rewrite", "post-merge", "post-checkout"):
        (folder / event).write_text(f"#!/bin/sh\n'{sys.executable}' -I -m tracker hook {event} \"$@\"\n")
        (folder / event).chmod(0o755)
    untracked.commit("feat: before it is tracked")
    assert not untracked.folder.exists()
    untracked.tracker("init", "--hooks", "none")
    old = untracked.commit("feat: one", env={"CLAUDECODE": "1"})
    untracked.git("commit", "-q", "--amend", "-m", "feat: one, better")
    untracked.settle()
    (line,) = untracked.log()
    assert (line["learnt"], line["agent"]) == ("post-commit", "claude-code")
    (dead,) = [one for one in untracked.log("--all") if one["oid"] == old]
    assert [link["kind"] for link in dead["replaced_by"]] == ["same"]


def test_the_pairs_on_standard_input_are_read(repo: Repo) -> None:
    old = repo.commit("feat: one")
    repo.settle()
    silent = ["-c", "core.hooksPath=/dev/null", "-c", "core.logAllRefUpdates=false"]
    repo.git(*silent, "commit", "-q", "--amend", "-m", "feat: one, better", "--reset-author")
    words = [*TRACKER, "hook", "post-rewrite", "amend"]
    pair = f"{old} {repo.head()}\n".encode()
    subprocess.run(words, cwd=repo.path, env=repo.environment, input=pair, check=True)
    repo.settle()
    (dead,) = [one for one in repo.log("--all") if one["oid"] == old]
    assert [(link["kind"], link["source"]) for link in dead["replaced_by"]] == [("same", "amend")]


def test_an_input_that_nobody_closes_holds_nothing_up(repo: Repo) -> None:
    ours, its = os.pipe()
    with os.fdopen(ours), os.fdopen(its, "w"):
        done = subprocess.run(
            [*TRACKER, "hook", "post-rewrite", "amend"],
            cwd=repo.path,
            env=repo.environment,
            stdin=ours,
            check=False,
            timeout=300,
        )
    assert done.returncode == 0


def test_a_hook_that_commits_does_not_go_on_for_ever(untracked: Repo) -> None:
    hook = untracked.path / ".git" / "hooks" / "post-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\n[ -n "$INNER" ] || INNER=1 git commit -q --allow-empty -m "chore: from a hook"\n')
    hook.chmod(0o755)
    untracked.tracker("init")
    untracked.commit("feat: one")
    untracked.settle()
    assert len(untracked.assert_recorded()) == 2


# -- hooks that were there before --------------------------------------------------------------------------------

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


def with_hooks(repo: Repo) -> Path:
    folder = repo.path / ".git" / "hooks"
    folder.mkdir(exist_ok=True)
    for name, text in KEPT.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder


def fingerprint(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(folder)): (
            str(path.readlink()) if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest(),
            path.lstat().st_mode,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def test_earlier_hooks_run_with_arguments_input_and_exit_code(untracked: Repo) -> None:
    with_hooks(untracked)
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
    (pair,) = [link for line in untracked.log("--all") for link in line["replaced_by"]]
    assert pair["kind"] == "changed"


def test_an_earlier_hook_sees_each_commit_of_a_rebase_as_git_would_show_it(untracked: Repo) -> None:
    hook = untracked.path / ".git" / "hooks" / "post-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n{ git log -1 --format=%s; umask; trap; } >>../seen\n")
    hook.chmod(0o755)
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


def test_what_a_rebase_of_no_tracked_repository_meets_is_silent(repo: Repo) -> None:
    for number in range(3):
        repo.commit(f"feat: {number}")
    repo.settle()
    shutil.rmtree(repo.folder)
    done = subprocess.run(
        ["git", "rebase", "-q", "--force-rebase", "HEAD~2"],
        cwd=repo.path, env=repo.environment, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert not repo.folder.exists()


def test_uninstall_gives_everything_back(untracked: Repo) -> None:
    folder = with_hooks(untracked)
    (folder / "post-applypatch").symlink_to("post-merge")
    untracked.commit("feat: zero")
    (untracked.path / "seen").unlink()
    before = fingerprint(untracked.path / ".git" / "hooks"), fingerprint(untracked.path / ".git" / "info")
    config = (untracked.path / ".git" / "config").read_bytes()
    listing = sorted(path.name for path in untracked.path.iterdir())
    untracked.tracker("init")
    untracked.commit("feat: one", file="one.txt")
    untracked.settle()
    untracked.tracker("uninstall")
    assert (fingerprint(folder), fingerprint(untracked.path / ".git" / "info")) == before
    assert (untracked.path / ".git" / "config").read_bytes() == config
    assert not untracked.folder.exists() if (untracked.path / ".git").exists() else True
    assert sorted(path.name for path in untracked.path.iterdir()) == sorted([*listing, "one.txt", "seen"])
    # The ledger stays, and coming back goes on where it was.
    untracked.commit("feat: while away", file="away.txt")
    untracked.tracker("init")
    assert [line["subject"] for line in untracked.log()] == ["feat: while away", "feat: one"]


def test_a_hook_of_many_names_learns_the_one_it_is_called_by(untracked: Repo) -> None:
    folder = untracked.path / ".git" / "hooks"
    folder.mkdir(exist_ok=True)
    (folder / "post-merge").write_text('#!/bin/sh\necho "${0##*/}" >>seen\n')
    (folder / "post-merge").chmod(0o755)
    (folder / "post-commit").symlink_to("post-merge")
    untracked.tracker("init")
    untracked.commit("feat: one")
    assert (untracked.path / "seen").read_text() == "post-commit\n"
    untracked.settle()
    assert [line["learnt"] for line in untracked.log()] == ["post-commit"]


def test_a_folder_for_hooks_that_was_not_there_goes_again(untracked: Repo) -> None:
    folder = untracked.path / ".git" / "hooks"
    shutil.rmtree(folder, ignore_errors=True)
    untracked.tracker("init")
    untracked.tracker("uninstall")
    assert not folder.exists()


def test_a_hook_written_over_ours_is_kept_out_of_harm(repo: Repo) -> None:
    hook = repo.path / ".git" / "hooks" / "post-commit"
    hook.unlink()
    hook.write_text("#!/bin/sh\necho other >>seen\n")
    hook.chmod(0o755)
    assert repo.json("doctor", code=1)["findings"][0]["mend"] == "agent-tracker init"
    repo.tracker("init")
    repo.commit("feat: one")
    assert (repo.path / "seen").read_text() == "other\n"
    repo.tracker("uninstall")
    assert hook.read_text() == "#!/bin/sh\necho other >>seen\n"


def test_a_hooks_path_outside_is_not_written(untracked: Repo, tmp_path: Path) -> None:
    shared = tmp_path / "shared-hooks"
    shared.mkdir()
    untracked.git("config", "core.hooksPath", str(shared))
    said = untracked.tracker("init")
    assert list(shared.iterdir()) == []
    line = next(line for line in said.splitlines() if line.startswith(str(shared / "post-commit")))
    (shared / "post-commit").write_text(f"#!/bin/sh\n{line.split(': ', 1)[1]}\nexit 0\n")
    (shared / "post-commit").chmod(0o755)
    untracked.commit("feat: one")
    end = time.monotonic() + 300
    while not untracked.log() and time.monotonic() < end:
        time.sleep(0.05)
    assert [line["learnt"] for line in untracked.assert_recorded()] == ["post-commit"]
