"""The process that the pre-push hook leaves behind: nobody waits for it, and a push that only tries sends nothing."""

import subprocess
import time
from pathlib import Path
from typing import Final

import pytest

from tests.sharing.machines import Machines, is_sent, push_by_hook, write_script
from tests.support import Repo, wait_until
from tracker.sharing.push_process import is_dry_run

_WAITING: Final = """\
#!/bin/sh
case $1 in refs/agent-tracker/*) ;; *) exit 0 ;; esac
for _ in $(seq 600); do
	[ ! -e gate ] || break
	sleep 0.1
done
echo >passed
"""
"""A hook of the remote that holds events back until there is a file ``gate``, for a minute at most."""


@pytest.mark.few(1)
@pytest.mark.parametrize("descriptor", [3, 8, 9, 12])
def test_who_reads_from_any_pipe_of_the_push_does_not_wait(machines: Machines, laptop: Repo, descriptor: int) -> None:
    write_script(machines.bare.path / "hooks" / "update", _WAITING)
    line = f"exec {descriptor}>&1; git push -q origin HEAD >/dev/null 2>&1"
    subprocess.run(["bash", "-c", line], cwd=laptop.path, env=laptop.environment, stdout=subprocess.PIPE, check=True)
    assert not (machines.bare.path / "passed").exists()
    (machines.bare.path / "gate").touch()
    wait_until(lambda: is_sent(laptop), lambda: laptop.tracker("share"))


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the words of a process cannot be read")
@pytest.mark.few(1)
@pytest.mark.parametrize("words", [("push", "--dry-run", "-q", "origin", "HEAD"), ("push", "origin", "HEAD", "-qn")])
def test_a_push_that_only_tries_sends_nothing(machines: Machines, laptop: Repo, words: tuple[str, ...]) -> None:
    push_by_hook(laptop)
    laptop.tracker("grade", "HEAD", "--user", "good")
    before = machines.refs()
    laptop.git(*words)
    time.sleep(3)
    assert machines.refs() == before
    push_by_hook(laptop)
    assert machines.refs() != before


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("git push", False),
        ("git push --dry-run", True),
        ("git -c a=b push origin main --dry", True),
        ("git push --dry-run --no-dry-run", False),
        ("git push -fn origin", True),
        ("git push -o n origin", False),
        ("git push -fon origin", False),
        ("git push -fo n origin", False),
        ("git push --push-option --dry-run", False),
        ("git push origin -- -n", False),
        ("git push --delete origin n", False),
        ("git p -n", False),
        ("", False),
    ],
)
def test_the_words_of_a_push_tell_if_it_only_tries(line: str, is_one: bool) -> None:
    assert is_dry_run(line.split(" ")) is is_one
