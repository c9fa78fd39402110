"""Single keys as a person presses them, none of them lost between one question and the next."""

import contextlib
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Final

ReadKey = Callable[[], str]
"""Waits for a key and gives it; empty for one that is no character, such as an arrow. Raises EOFError at the end."""

_REST_OF_KEY: Final = 0.05
"""Seconds in which the rest of an escape sequence follows its first byte."""

if sys.platform == "win32":
    import msvcrt

    @contextlib.contextmanager
    def keys() -> Iterator[ReadKey]:
        """Read keys one by one while the block runs."""

        def read() -> str:
            key = msvcrt.getwch()
            if key == "\x03":
                raise KeyboardInterrupt
            if key in {"\x00", "\xe0"}:
                msvcrt.getwch()
                return ""
            return key

        yield read

    @contextlib.contextmanager
    def line() -> Iterator[None]:
        """Let the person write a line while the block runs."""
        yield

else:
    import termios
    import tty

    @contextlib.contextmanager
    def keys() -> Iterator[ReadKey]:
        """Read keys one by one while the block runs, from standard input, which must be a terminal.

        What is typed ahead waits, and nothing of it is shown.
        """
        descriptor = sys.stdin.fileno()
        with _kept(descriptor), _resumed(lambda: tty.setcbreak(descriptor, termios.TCSADRAIN)):
            tty.setcbreak(descriptor, termios.TCSADRAIN)

            def read() -> str:
                piece = os.read(descriptor, 1)
                if piece in {b"", b"\x04"}:
                    raise EOFError
                if piece[0] in {0x1B, *range(0x80, 0x100)}:  # the rest of a key belongs to it
                    while select.select([descriptor], [], [], _REST_OF_KEY)[0] and os.read(descriptor, 1):
                        pass
                    return ""
                return piece.decode("ascii")

            yield read

    @contextlib.contextmanager
    def line() -> Iterator[None]:
        """Let the person write a line while the block runs, inside a block that reads keys."""
        descriptor = sys.stdin.fileno()
        with _kept(descriptor):
            mode = termios.tcgetattr(descriptor)
            mode[3] |= termios.ECHO | termios.ICANON
            termios.tcsetattr(descriptor, termios.TCSADRAIN, mode)
            yield

    @contextlib.contextmanager
    def _resumed(act: Callable[[], object]) -> Iterator[None]:
        """Do something whenever the program goes on after Ctrl-Z: the shell has had the terminal meanwhile."""
        before = signal.signal(signal.SIGCONT, lambda *_: act())
        try:
            yield
        finally:
            signal.signal(signal.SIGCONT, before)

    @contextlib.contextmanager
    def _kept(descriptor: int) -> Iterator[None]:
        """Put the terminal back as it was, however the block ends."""
        before = termios.tcgetattr(descriptor)
        try:
            yield
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
