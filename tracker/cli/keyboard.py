"""Reading single keys and lines from a terminal; keys that are typed ahead are kept for the next question."""

import contextlib
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TextIO


class Keys(NamedTuple):
    """Keys of a terminal that are read one by one.

    ``read``: waits for one key and returns its character, or "" for a key that has none in ASCII (an arrow). Raises
    EOFError at the end of the input (Ctrl-D), and KeyboardInterrupt for Ctrl-C. ``handed_over``: gives the terminal, in
    the mode that it had before, to another program while a block runs.
    """

    read: Callable[[], str]
    handed_over: Callable[[], contextlib.AbstractContextManager[None]]


_REST_OF_KEY: Final = 0.05
"""Seconds to wait for the next byte of an escape sequence or of a character of several bytes."""
_REST_OF_PASTE: Final = 0.1
"""Seconds to wait for the next line of a pasted text: shorter than a person needs to type one."""
_READ_SIZE: Final = 1 << 16
"""Most bytes of a text that are read at once."""


def _show(prompt: str, stream: TextIO | None) -> None:
    """Write a prompt without a line end, by default on standard output."""
    stream = stream or sys.stdout
    stream.write(prompt)
    stream.flush()


def agrees(question: str) -> bool:
    """Ask a question on standard error, and return True for ``y`` or ``yes``; anything else is no.

    Raises KeyboardInterrupt for Ctrl-C.
    """
    answer = read_text(f"{question} [y/N] ", sys.stderr)
    return answer.strip().lower() in {"y", "yes"}


if sys.platform == "win32":
    import msvcrt

    @contextlib.contextmanager
    def keys() -> Iterator[Keys]:
        """Yield the keys of the console."""

        def read() -> str:
            key = msvcrt.getwch()
            if key == "\x03":
                raise KeyboardInterrupt
            if key in {"\x00", "\xe0"}:
                msvcrt.getwch()
                return ""
            return key

        yield Keys(read, contextlib.nullcontext)

    @contextlib.contextmanager
    def held_interrupts() -> Iterator[None]:
        """Run the block; this system has no signals that could be held."""
        yield

    def read_text(prompt: str, stream: TextIO | None = None) -> str:
        """Print a prompt, and return the line that the user types, without its line end."""
        _show(prompt, stream)
        return sys.stdin.readline().rstrip("\n")

else:
    import termios
    import tty

    @contextlib.contextmanager
    def keys() -> Iterator[Keys]:
        """Yield the keys of standard input, which must be a terminal.

        While the block runs, keys are not echoed and need no Enter. Keys that are typed ahead stay in the terminal's
        queue (TCSADRAIN, termios(3)).
        """
        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)

        def set_mode() -> None:
            tty.setcbreak(descriptor, termios.TCSADRAIN)

        @contextlib.contextmanager
        def handed_over() -> Iterator[None]:
            resume = signal.signal(signal.SIGCONT, signal.SIG_DFL)  # the other program sets its own mode again
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
            try:
                yield
            finally:
                signal.signal(signal.SIGCONT, resume)
                set_mode()

        with _mode_restored(descriptor), _on_resume(set_mode):
            set_mode()

            def read() -> str:
                first = _read(descriptor, 1)
                if first in {b"", b"\x04"}:
                    raise EOFError
                if first == b"\x1b":
                    _pass_over_sequence(descriptor)
                    return ""
                if first[0] >= 0x80:  # a character of several bytes in UTF-8 (RFC 3629)
                    _more(descriptor, sum(first[0] >= least for least in (0xC0, 0xE0, 0xF0)))
                    return ""
                return first.decode("ascii")

            yield Keys(read, handed_over)

    @contextlib.contextmanager
    def held_interrupts() -> Iterator[None]:
        """Hold Ctrl-C back until the block ends, so that it is done as a whole. Raises KeyboardInterrupt at its end.

        A handler and no mask of signals, since one that this thread masks is given to another thread.
        """
        held: list[int] = []
        before = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
            if held:
                raise KeyboardInterrupt

    def read_text(prompt: str, stream: TextIO | None = None) -> str:
        """Print a prompt, and return the line that the user types, or all lines of a pasted text.

        ``stream``: where the prompt goes, by default standard output. Bytes that are not UTF-8 are returned as
        lone surrogates.
        """
        descriptor = sys.stdin.fileno()
        with _mode_restored(descriptor):
            mode = termios.tcgetattr(descriptor)
            mode[3] |= termios.ECHO | termios.ICANON
            termios.tcsetattr(descriptor, termios.TCSADRAIN, mode)
            _show(prompt, stream)  # after the mode is set, so that what is typed after the prompt is echoed
            text = _read(descriptor, _READ_SIZE)
            while text and select.select([descriptor], [], [], _REST_OF_PASTE)[0]:
                piece = os.read(descriptor, _READ_SIZE)
                text += piece
                if not piece:
                    break
        return text.decode("utf-8", "surrogateescape").rstrip("\n")

    def _read(descriptor: int, size: int) -> bytes:
        """Return what can be read next, after waiting for it.

        Python notes a signal and acts on it later, so one that comes just before the system waits would be noticed only
        with the next key. The pipe that signals are written to (``signal.set_wakeup_fd``) ends that wait at once.
        """
        woken, waker = os.pipe()
        os.set_blocking(waker, False)
        before = signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        try:
            while True:
                readable, _, _ = select.select([descriptor, woken], [], [])
                if woken in readable:  # the signal's handler has run by now, and raised what it raises
                    os.read(woken, _READ_SIZE)
                elif descriptor in readable:
                    return os.read(descriptor, size)
        finally:
            signal.set_wakeup_fd(before)
            os.close(woken)
            os.close(waker)

    def _more(descriptor: int, most: int) -> bytes:
        """Return up to ``most`` further bytes of a key; fewer when they do not follow at once."""
        found = b""
        while len(found) < most and select.select([descriptor], [], [], _REST_OF_KEY)[0]:
            found += os.read(descriptor, 1)
        return found

    def _pass_over_sequence(descriptor: int) -> None:
        """Read and drop the rest of an escape sequence (ECMA-48, 5.4).

        That is CSI (``[``) up to its final byte, SS3 (``O``) with one byte, or the one byte of Alt and a key.
        """
        kind = _more(descriptor, 1)
        if kind == b"O":
            _more(descriptor, 1)
        while kind == b"[":
            piece = _more(descriptor, 1)
            if not piece or 0x40 <= piece[0] <= 0x7E:
                break

    @contextlib.contextmanager
    def _on_resume(act: Callable[[], object]) -> Iterator[None]:
        """Call ``act`` when the program continues after Ctrl-Z: the shell has changed the terminal's mode meanwhile."""
        before = signal.signal(signal.SIGCONT, lambda *_: act())
        try:
            yield
        finally:
            signal.signal(signal.SIGCONT, before)

    @contextlib.contextmanager
    def _mode_restored(descriptor: int) -> Iterator[None]:
        """Restore the terminal's mode at the end of the block, also after an exception."""
        before = termios.tcgetattr(descriptor)
        try:
            yield
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
