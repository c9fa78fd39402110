"""Running the program: each call a process of its own, forked from one that has imported it already.

Half of what a short call costs is Python's start and the imports, and the suite makes thousands of calls. What is
forked has its own directory, environment, descriptors and end, like any other process; only the imports were made
before. With ``AGENT_TRACKER_TEST_WHOLE=1`` every call is started from nothing.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

TRACKER: Final = (sys.executable, "-I", "-m", "tracker")

WHOLE: Final = bool(os.environ.get("AGENT_TRACKER_TEST_WHOLE"))
"""Whether the tests are to do all that they can, however long it takes."""

_AT_START: Final = {"LC_ALL": "C.UTF-8"}
"""What Python reads from the environment once, when it starts."""


def run(arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the program with nothing to read; what it printed and its exit code, a negative one for a signal."""
    if WHOLE or any(environment.get(name) != value for name, value in _AT_START.items()):
        return subprocess.run(
            [*TRACKER, *arguments],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    return _ask([*arguments], cwd, environment)


def _ask(arguments: list[str], cwd: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryFile() as request, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        asked = {"arguments": arguments, "cwd": os.fspath(cwd), "environment": dict(environment)}
        request.write(json.dumps(asked).encode())
        request.seek(0)
        answer, theirs = os.pipe()
        try:
            socket.send_fds(_server(os.getpid()), [b"."], [request.fileno(), out.fileno(), err.fileno(), theirs])
        finally:
            os.close(theirs)
        with os.fdopen(answer, "rb") as stream:
            code = int(stream.read())
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode().replace("\r\n", "\n"))
    return subprocess.CompletedProcess([*TRACKER, *arguments], code, *said)


@cache
def _server(_process: int) -> socket.socket:
    """The connection to the process that forks, one for each process that asks; it ends when we do."""
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, "-I", __file__, str(theirs.fileno())],
        env=_AT_START | {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()
    atexit.register(process.wait)
    atexit.register(ours.close)  # before that: the last to be registered is the first to be called
    return ours


# -- the process that forks -------------------------------------------------------------------------------------------


def _serve(connection: socket.socket) -> list[str]:
    """Fork for every request. Returns in the forked processes alone, with the arguments to run the program with."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        _, descriptors, _, _ = socket.recv_fds(connection, 1, 4)
        if not descriptors:
            os._exit(0)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            connection.close()
            return _become(*descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _become(request: int, out: int, err: int, answer: int) -> list[str]:
    """Turn into the process that was asked for; another one waits for its end and tells the exit code."""
    started = os.fork()
    if started:
        _, status = os.waitpid(started, 0)
        os.write(answer, str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    os.close(answer)
    with os.fdopen(request, "rb") as file:
        asked: dict[str, Any] = json.load(file)
    for descriptor, place in ((out, 1), (err, 2)):
        os.dup2(descriptor, place)
        os.close(descriptor)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    sys.argv[:] = ["tracker", *asked["arguments"]]
    return sys.argv[1:]


def _import_everything() -> None:
    tracker = importlib.import_module("tracker")
    for module in pkgutil.walk_packages(tracker.__path__, "tracker."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    gc.freeze()  # pages that the collector does not touch are shared with what is forked


if __name__ == "__main__":
    _import_everything()
    program = importlib.import_module("tracker.__main__")
    sys.exit(program.main(_serve(socket.socket(fileno=int(sys.argv[1])))))
