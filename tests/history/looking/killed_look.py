"""Run agent-tracker, and kill this process (SIGKILL) when it takes its n-th step: ``killed_look.py N ARGUMENT…``.

A step is a look at the world outside of the process: a started program, a lock, or a file of agent-tracker that is
opened, renamed or removed. So the kills of a test are at the same places in each run, however fast the machine is.
"""

import os
import signal
import sys

from tracker.__main__ import main

STEPS = {"subprocess.Popen", "os.rename", "os.remove", "os.link", "fcntl.flock", "fcntl.lockf", "os.listdir", "open"}
left = int(sys.argv[1])


def count(event: str, arguments: tuple[object, ...]) -> None:
    global left  # noqa: PLW0603 - an audit hook has no other place for it
    if event not in STEPS or (event == "open" and "agent-tracker" not in str(arguments[0])):
        return
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


sys.addaudithook(count)
sys.exit(main(sys.argv[2:]))
