"""Output of programs at a pseudo-terminal of a given width, with every escape sequence that they wrote."""

import fcntl
import os
import pty
import struct
import subprocess
import tempfile
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

ROWS = 50


def shown(words: Sequence[str], cwd: Path, environment: Mapping[str, str], columns: int) -> tuple[str, str, int]:
    """Run a program at a terminal with so many columns; return what it printed there, its errors and its exit code.

    Its standard error is no terminal, so that no progress bar is among its lines.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    pieces = []
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [*words], cwd=cwd, env=environment, stdin=theirs, stdout=theirs, stderr=errors, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no other thread runs here
        )  # fmt: skip
        os.close(theirs)
        while piece := _read(ours):
            pieces.append(piece)
        os.close(ours)
        code = process.wait()
        errors.seek(0)
        return b"".join(pieces).decode().replace("\r\n", "\n"), errors.read().decode(), code


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # Linux raises EIO when the other end is closed
        return b""
