"""The push of events: it never fails or delays the user's push, loses nothing, and is tried again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.doctor import findings
from tests.sharing.machines import (
    Machines,
    enter_key,
    is_sent,
    own_ref,
    pull,
    push,
    push_by_hook,
    scores,
    trust,
    write_script,
)
from tests.support import Repo, one, sized, wait_until
from tracker.errors import RepositoryError
from tracker.git import unattended

_REFUSING: Final = '#!/bin/sh\ncase $1 in refs/agent-tracker/*) echo "no room here" >&2; exit 1 ;; esac\n'
_HANGING: Final = """#!/bin/sh
# The first connection is served, as ssh would; every later one hangs.
if mkdir "$FAKE_FOLDER/served" 2>/dev/null; then
	exec sh -c "git $(echo "$*" | sed 's/.*git-\\(receive-pack\\)/\\1/')"
fi
echo $$ >"$FAKE_FOLDER/hanging"
exec sleep 600
"""


def failure(repo: Repo) -> str:
    found = repo.json("share")["failure"]
    return found["reason"] if found else ""


def test_a_remote_that_refuses_the_ref_takes_the_push(machines: Machines, laptop: Repo) -> None:
    hook = write_script(machines.bare.path / "hooks" / "update", _REFUSING)
    laptop.git("push", "-q", "origin", "main")
    assert machines.bare.head("main") == laptop.head()
    wait_until(lambda: bool(failure(laptop)), lambda: laptop.tracker("share"))
    assert "origin refused refs/agent-tracker/" in failure(laptop)
    assert machines.refs() == {}
    assert "Not sent at " in laptop.tracker("share")
    assert any("could not be sent" in one["what"] for one in findings(laptop))
    hook.unlink()
    laptop.commit("feat: next", env=CLAUDE_CODE)
    laptop.settle()
    push_by_hook(laptop)
    assert failure(laptop) == ""
    assert not any("could not be sent" in one["what"] for one in findings(laptop))
    desktop = machines.add("desktop")
    trust(desktop, laptop)
    pull(desktop)
    assert scores(desktop) == scores(laptop)


def test_a_remote_that_hangs_does_not_delay_the_push(machines: Machines, laptop: Repo) -> None:
    script = write_script(machines.folder / "ssh", _HANGING)
    laptop.git("remote", "set-url", "origin", f"ssh://host{machines.bare.path}")
    environment = {"GIT_SSH": str(script), "GIT_SSH_VARIANT": "simple", "FAKE_FOLDER": str(machines.folder)}
    laptop.git("push", "-q", "origin", "main", env=environment)
    assert machines.bare.head("main") == laptop.head()
    hanging = machines.folder / "hanging"
    wait_until(lambda: hanging.exists() and bool(hanging.read_text()), lambda: "nothing hangs")
    os.kill(int(hanging.read_text()), signal.SIGKILL)  # git would be ended after a minute
    wait_until(lambda: bool(failure(laptop)), lambda: laptop.tracker("share"))
    laptop.git("remote", "set-url", "origin", f"file://{machines.bare.path}")
    assert "event sent" in laptop.tracker("share", "push") or "has every event" in laptop.tracker("share", "push")


def test_a_hanging_push_is_ended_with_what_it_started(
    machines: Machines, laptop: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = write_script(machines.folder / "ssh", f"#!/bin/sh\necho $$ >{machines.folder}/hanging\nsleep 600\n")
    laptop.git("remote", "set-url", "origin", f"ssh://host{machines.bare.path}")
    monkeypatch.setenv("GIT_SSH", str(script))
    monkeypatch.setattr(unattended, "_PATIENCE", 3.0)  # time enough for the script to start
    with pytest.raises(RepositoryError, match="gave no answer"):
        unattended.push_ref(laptop.path, "origin", "refs/heads/main")
    process = int((machines.folder / "hanging").read_text())
    wait_until(lambda: not Path(f"/proc/{process}").exists() or is_zombie(process), lambda: f"{process} lives")


def is_zombie(process: int) -> bool:
    return " Z " in Path(f"/proc/{process}/stat").read_text()


@pytest.mark.whole
def test_the_banner_of_a_host_is_no_answer(machines: Machines, laptop: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes on standard error, as what git says of a failure does."""
    banner = "!\trefs/heads/main:refs/heads/main\t[rejected]\nfatal: no entry for strangers\n*\tnew\t[new]"
    text = f"#!/bin/sh\nprintf '{banner}\\n' >&2\nwhile [ $# -gt 1 ]; do shift; done\nexec sh -c \"$1\"\n"
    script = write_script(machines.folder / "ssh", text)
    laptop.git("push", "-q", "--no-verify", "origin", "main")
    laptop.git("remote", "set-url", "origin", f"ssh://host{machines.bare.path}")
    for variable, value in (("GIT_SSH", str(script)), ("GIT_SSH_VARIANT", "ssh")):
        monkeypatch.setitem(laptop.environment, variable, value)
    assert "sent to origin" in laptop.tracker("share", "push")
    assert failure(laptop) == ""
    assert machines.refs().keys() == {own_ref(laptop)}
    assert "has every event" in laptop.tracker("share", "push")
    laptop.git("remote", "set-url", "origin", "ssh://host/nowhere")
    laptop.tracker("grade", "HEAD", "--user", "good")
    assert "could not be reached" in laptop.run("share", "push").stderr


@pytest.mark.whole
def test_a_remote_that_is_gone_fails_quietly(machines: Machines, laptop: Repo) -> None:
    push(laptop)
    machines.bare.path.rename(machines.folder / "moved.git")
    laptop.commit("feat: offline", env=CLAUDE_CODE)
    laptop.settle()
    laptop.git("update-ref", "refs/remotes/origin/main", "HEAD")  # as if the push had just gone through
    laptop.tracker("share", "push", code=1)
    assert "could not be reached" in failure(laptop)
    (machines.folder / "moved.git").rename(machines.bare.path)
    assert "sent to origin" in laptop.tracker("share", "push")


@pytest.mark.whole
def test_a_push_of_the_user_never_sees_our_hooks_again(machines: Machines, laptop: Repo) -> None:
    """The user's own pre-push hook runs once for a push of the user, and not for ours."""
    kept = laptop.path / ".git" / "hooks" / "pre-push"
    log = machines.folder / "pushes"
    ours = kept.read_text()
    kept.write_text(f"{ours}\necho $1 >>{log}\n")
    push_by_hook(laptop)
    assert log.read_text() == "origin\n"


@pytest.mark.whole
def test_two_processes_lose_no_event(machines: Machines, laptop: Repo) -> None:
    push(laptop)
    for number in range(sized(6, 2)):
        laptop.commit(f"feat: {number}", env=CLAUDE_CODE)
    laptop.settle()
    laptop.git("push", "-q", "--no-verify", "origin", "main")
    words = [sys.executable, "-I", "-m", "tracker", "share", "push"]
    running = [
        subprocess.Popen(words, cwd=laptop.path, env=laptop.environment, stdout=subprocess.DEVNULL)
        for _ in range(sized(4, 2))
    ]
    assert [process.wait() for process in running] == [0] * len(running)
    assert is_sent(laptop)
    desktop = machines.add("desktop")
    trust(desktop, laptop)
    pull(desktop)
    assert scores(desktop) == scores(laptop)
    told = machines.events(laptop)
    assert len(told) == len({*told})


def test_a_killed_process_loses_no_event(machines: Machines, laptop: Repo) -> None:
    for number in range(sized(5, 2)):
        laptop.commit(f"feat: {number}", env=CLAUDE_CODE)
        laptop.settle()
        laptop.git("push", "-q", "--no-verify", "origin", "main")
        words = [sys.executable, "-I", "-m", "tracker", "share", "push"]
        process = subprocess.Popen(words, cwd=laptop.path, env=laptop.environment, stdout=subprocess.DEVNULL)
        time.sleep(0.15 * number + sized(0, 1) * 0.2)
        process.kill()
        process.wait()
    laptop.tracker("share", "push")
    assert is_sent(laptop)
    desktop = machines.add("desktop")
    trust(desktop, laptop)
    pull(desktop)
    assert scores(desktop) == scores(laptop)


@pytest.mark.whole
def test_a_ref_that_the_remote_has_and_we_lost_is_continued(machines: Machines, laptop: Repo) -> None:
    """As after a new clone of a repository whose project goes on, or a ledger that was restored twice."""
    push_by_hook(laptop)
    told = machines.events(laptop)
    ref = own_ref(laptop)
    for name in laptop.git(
        "for-each-ref", "--format=%(refname)", "refs/agent-tracker", "refs/agent-tracker-remote"
    ).split():
        laptop.git("update-ref", "-d", name)
    (laptop.folder / "share-sent").unlink()
    laptop.commit("feat: next", env=CLAUDE_CODE)
    laptop.settle()
    push_by_hook(laptop)
    now = machines.events(laptop)
    assert now[: len(told)] == told
    assert own_ref(laptop) == ref
    desktop = machines.add("desktop")
    trust(desktop, laptop)
    pull(desktop)
    assert scores(desktop) == scores(laptop)


@pytest.mark.few(1)
@pytest.mark.parametrize("is_lost", [False, True])
def test_what_somebody_else_put_into_our_ref_is_replaced(machines: Machines, laptop: Repo, is_lost: bool) -> None:
    push(laptop)
    told = machines.events(laptop)
    foreign = machines.bare.git("hash-object", "-w", "--stdin", stdin="no commit").strip()
    machines.bare.git("update-ref", own_ref(laptop), foreign)
    if is_lost:
        laptop.git("update-ref", "-d", own_ref(laptop))
        (laptop.folder / "share-sent").unlink()
    laptop.git("fetch", "-q")
    laptop.tracker("grade", "HEAD", "--user", "good")
    assert "sent to origin" in laptop.tracker("share", "push")
    assert {*told} <= {*machines.events(laptop)}
    assert is_sent(laptop)
    desktop = machines.add("desktop")
    trust(desktop, laptop)
    pull(desktop)
    assert scores(desktop) == scores(laptop)


@pytest.mark.whole
def test_pushes_without_a_terminal_and_hint_send_too(machines: Machines, laptop: Repo) -> None:
    laptop.tracker("config", "set", "hints", "false")
    laptop.tracker("init")
    push_by_hook(laptop)
    assert machines.refs().keys() == {own_ref(laptop)}


def test_nothing_is_sent_to_another_remote(machines: Machines, laptop: Repo, tmp_path: Path) -> None:
    other = Repo.make(tmp_path / "other.git", machines.bare.environment, "--bare")
    laptop.git("remote", "add", "public", f"file://{other.path}")
    laptop.git("push", "-q", "public", "main")
    laptop.git("push", "-q", str(other.path), "main:again")
    push_by_hook(laptop)
    assert other.git("for-each-ref", "refs/agent-tracker") == ""


@pytest.mark.whole
def test_a_hook_that_runs_ours_sends_what_its_own_push_made(machines: Machines, laptop: Repo) -> None:
    """The hook ends before git has moved the remote-tracking branch, which shows what may be sent."""
    hooks = machines.folder / "hooks"
    hooks.mkdir()
    laptop.git("config", "core.hooksPath", str(hooks))
    said = laptop.tracker("init")
    line = one(line for line in said.splitlines() if line.startswith(f"{hooks / 'pre-push'}: "))
    write_script(hooks / "pre-push", f"#!/bin/sh\n{line.partition(': ')[2]}\n")
    push_by_hook(laptop)
    assert len(machines.events(laptop)) == 3


def test_without_the_key_nothing_is_sent_until_the_user_decides(machines: Machines) -> None:
    """A key made silently would be one that no other machine trusts."""
    laptop = machines.add("laptop")
    laptop.commit("feat: cart", env=CLAUDE_CODE)
    laptop.settle()
    key = laptop.ledger_path / "user-key"
    words = laptop.tracker("share", "key")
    key.unlink()
    before = machines.refs()
    laptop.git("push", "-q", "origin", "HEAD")
    wait_until(lambda: "the key of your machines is missing" in failure(laptop), lambda: failure(laptop))
    assert "share trust" in laptop.run("share", "push").stderr
    assert machines.refs() == before
    assert not key.exists()
    enter_key(laptop, words)
    laptop.tracker("share", "push")
    assert is_sent(laptop)
    assert failure(laptop) == ""
