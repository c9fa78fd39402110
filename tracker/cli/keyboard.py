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
_REST_OF_PASTE: Final = 0.1
"""Seconds in which the next line of a pasted text follows; nobody types that fast."""
_LONGEST_LINE: Final = 1 << 16


def _show(prompt: str) -> None:
    sys.stdout.write(prompt)
    sys.stdout.flush()


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

    def read_text(prompt: str) -> str:
        """A line that the person writes."""
        _show(prompt)
        return sys.stdin.readline().rstrip("\n")

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
                first = os.read(descriptor, 1)
                if first in {b"", b"\x04"}:
                    raise EOFError
                if first == b"\x1b":
                    _pass_over_sequence(descriptor)
                    return ""
                if first[0] >= 0x80:  # a character of several bytes in UTF-8 (RFC 3629)
                    _more(descriptor, sum(first[0] >= least for least in (0xC0, 0xE0, 0xF0)))
                    return ""
                return first.decode("ascii")

            yield read

    def read_text(prompt: str) -> str:
        """A line that the person writes, or all lines of what is pasted, inside a block that reads keys."""
        descriptor = sys.stdin.fileno()
        with _kept(descriptor):
            mode = termios.tcgetattr(descriptor)
            mode[3] |= termios.ECHO | termios.ICANON
            termios.tcsetattr(descriptor, termios.TCSADRAIN, mode)
            _show(prompt)  # only now is shown what somebody types who has seen it
            text = os.read(descriptor, _LONGEST_LINE)
            while text and select.select([descriptor], [], [], _REST_OF_PASTE)[0]:
                piece = os.read(descriptor, _LONGEST_LINE)
                text += piece
                if not piece:
                    break
        return text.decode("utf-8", "surrogateescape").rstrip("\n")

    def _more(descriptor: int, most: int) -> bytes:
        """The next bytes of a key, as far as they follow at once."""
        found = b""
        while len(found) < most and select.select([descriptor], [], [], _REST_OF_KEY)[0]:
            found += os.read(descriptor, 1)
        return found

    def _pass_over_sequence(descriptor: int) -> None:
        """Read what follows an escape: CSI up to its final byte, SS3 and one, or Alt and a key (ECMA-48, 5.4)."""
        kind = _more(descriptor, 1)
        if kind == b"O":
            _more(descriptor, 1)
        while kind == b"[":
            piece = _more(descriptor, 1)
            if not piece or 0x40 <= piece[0] <= 0x7E:
                break

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
