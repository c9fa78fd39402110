"""Programs that run at a pseudo-terminal."""

import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from tests.forked import Forked
from tests.program import TRACKER, runs_here


def _become_session_leader(terminal: int) -> None:
    """Make a terminal the controlling one, since only that sends SIGINT for Ctrl-C, and let signals end the process."""
    os.login_tty(terminal)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where the tests run in the background
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored below nohup


def _start(
    words: Sequence[str], cwd: Path, environment: Mapping[str, str], terminal: int
) -> "subprocess.Popen[bytes] | Forked":
    """Start a program at a terminal: agent-tracker in a copy of this process, where a new one would do the same."""
    if tuple(words[: len(TRACKER)]) == TRACKER and runs_here(words[len(TRACKER) :], environment):
        return Forked(words[len(TRACKER) :], cwd, environment, terminal)
    return subprocess.Popen(
        [*words],
        cwd=cwd,
        env=environment,
        preexec_fn=lambda: _become_session_leader(terminal),  # noqa: PLW1509 - no other thread runs here
        pass_fds=[terminal],
    )


class Terminal:
    """A program that runs at a terminal of its own; a test reads what it shows and presses keys.

    ``size``: the terminal's columns and rows. ``shown``: the output without escape sequences; ``raw``: with them.
    ``ended_in_first_modes``: the program left the terminal in the modes in which it found it. ``running``: those that
    no test has finished.
    """

    running: ClassVar[list["Terminal"]] = []

    def __init__(
        self, words: Sequence[str], cwd: Path, environment: Mapping[str, str], size: tuple[int, int] | None = None
    ) -> None:
        self._ours, theirs = pty.openpty()
        if size is not None:
            termios.tcsetwinsize(theirs, (size[1], size[0]))
        self._modes = termios.tcgetattr(theirs)
        self._process = _start(words, cwd, environment, theirs)
        os.close(theirs)
        self._seen = 0
        self.shown = ""
        self.raw = ""
        self.ended_in_first_modes = False
        self.running.append(self)

    def expect(self, text: str, seconds: float = 300.0) -> str:
        """Wait until the program shows ``text``; return its output after the text found last, up to this one."""
        end = time.monotonic() + seconds
        while text not in self.shown[self._seen :]:
            assert time.monotonic() < end, f"{text!r} did not appear in {self.shown[self._seen :]!r}"
            if select.select([self._ours], [], [], 0.05)[0] and not self._read():
                raise AssertionError(f"{text!r} did not appear in {self.shown[self._seen :]!r}")
        before, self._seen = self._seen, self.shown.index(text, self._seen) + len(text)
        return self.shown[before : self._seen]

    @property
    def process_id(self) -> int:
        """The id of the program."""
        return self._process.pid

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def finish(self, seconds: float = 300.0) -> int:
        """Read to the end and return the exit code; kill a program that still runs after ``seconds``."""
        end = time.monotonic() + seconds
        while self._process.poll() is None or select.select([self._ours], [], [], 0)[0]:
            if time.monotonic() > end:
                self._process.kill()
                raise AssertionError(f"it did not end: {self.shown[self._seen :]!r}")
            if select.select([self._ours], [], [], 0.05)[0] and not self._read():
                break
        self.ended_in_first_modes = termios.tcgetattr(self._ours) == self._modes
        self._close()
        return self._process.wait()

    def end(self) -> None:
        """Kill the program, for a test that failed before it finished it."""
        self._process.kill()
        self._process.wait()
        self._close()

    def _close(self) -> None:
        os.close(self._ours)
        self.running.remove(self)

    def _read(self) -> bool:
        try:
            piece = os.read(self._ours, 1 << 16)
        except OSError:  # Linux raises EIO when the other end is closed
            return False
        self.raw += piece.decode("utf-8", "replace")
        self.shown += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", piece.decode("utf-8", "replace")).replace("\r\n", "\n")
        return bool(piece)
