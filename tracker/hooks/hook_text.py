"""The text of a hook file: our part of it, and the lines of other programs before and after it. Pure.

Other programs put their lines into hook files that exist, and change the first line. So a file is ours if it holds our
part, and everything outside of that part belongs to somebody else and is kept byte for byte.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from tracker.digests import blake2b

MARKER: Final = b"# agent-tracker hook "
"""The beginning of the first line of our part, and of the second line of a script that only we write."""

KEPT: Final = "agent-tracker-kept"
"""Added to the name of an event for the hook that was there before ours; our part looks for it (``kept_hooks``)."""

_ENDS: Final = frozenset({b"# end of the agent-tracker hook", b'exec "$kept" "$@"'})
"""The last line of our part; the second is that of hooks written before lines of other programs were kept."""

_SHEBANG: Final = b"#!/bin/sh\n"
_SHELL: Final = re.compile(rb"#![^\n]*\b(?:sh|dash|ash|bash|ksh|mksh|zsh|busybox)\b")
_EVENT: Final = re.compile(rb"^\s*(?:agent_tracker_)?event=([a-z-]+)\s*$", re.MULTILINE)
_CHECK: Final = re.compile(rb"# agent-tracker hook \S+ \S+ ([0-9a-f]{8}):")
_ENDING: Final = re.compile(rb"^(?!\s*#).*?\b(?:exit\b|return\b|kill\b|exec[ \t]+[^<>&\d\s])", re.MULTILINE)
"""A line that may end the script, or replace it by another program: under which condition only a shell can tell."""

_MOST_KEPT: Final = re.compile(rb"^([ \t]*agent_tracker_most=)(\d{1,4})\b", re.MULTILINE)
_RUNS_KEPT: Final = (b"agent_tracker_run_kept", b'exec "$kept"')
"""Words of each version's part that runs a kept hook."""

_OPENED: Final = re.compile(rb"(?:[{(]|\b(?:then|else|do))\s*(?:#[^\n]*)?\Z")
"""The end of a text after which the shell needs a command."""

_MAY_END_EARLY: Final = re.compile(rb"\b(?:exit|exec|return)\b|\bset\s+-[a-z]*e|\berrexit\b")


class HookText(NamedTuple):
    """A hook file that holds our part. ``before`` includes the first line of the file (``#!``)."""

    before: bytes
    part: bytes
    after: bytes

    def event(self) -> str:
        """Return the event that our part is for; empty if the part does not name one."""
        found = _EVENT.search(self.part)
        return found[1].decode() if found else ""

    def is_altered(self) -> bool:
        """Return True if another program has changed the lines of our part, other than by their indentation."""
        return _lines(self.part)[-1] not in _ENDS or not is_intact(self.part)

    def most_kept(self) -> int | None:
        """Return the number of the newest kept hook that our part runs, 0 if it runs none; None if it does not say.

        Altered lines say nothing.
        """
        if self.is_altered():
            return None
        found = _MOST_KEPT.search(self.part)
        if found:
            return int(found[2])
        return None if any(words in self.part for words in _RUNS_KEPT) else 0

    def has_carriage_returns(self) -> bool:
        """Return True if our lines, or the first of the file, end as on Windows: no shell can run them."""
        return b"\r\n" in self.part or self.before.partition(b"\n")[0].endswith(b"\r")

    def is_cut_off(self) -> bool:
        """Return True if the lines before our part may end the script, so that our part would not run."""
        return bool(_ENDING.search(self.before.replace(b"\r", b"")))

    def has_other_lines(self) -> bool:
        """Return True if the file holds lines of other programs."""
        rest = self.before.partition(b"\n")[2] if self.before.startswith(b"#!") else self.before
        return bool(rest.strip() or self.after.strip())

    def separated(self, current: bytes) -> "HookText | None":
        """Return the text with lines that another program inserted into our part after it instead.

        ``current``: our part as it is written today. None if the lines cannot be told from ours.
        """
        if not self.is_altered():
            return self
        inserted = _inserted_lines(self.part, current)
        return None if inserted is None else self._replace(part=current, after=b"".join(inserted) + self.after)

    def with_part(self, part: bytes) -> bytes:
        """Return the text of the file with another version of our part, which becomes the first if it was cut off."""
        first, newline, rest = self.before.partition(b"\n")
        if first.rstrip() == _SHEBANG.strip() or not self.before:
            first, newline = _SHEBANG.strip(), b"\n"  # without a CR, with which no program can be found
        if self.is_cut_off():
            head, rest = (first + newline, rest) if first.startswith(b"#!") else (b"", self.before)
            return head + part + rest + self._instead_of_part() + self.after
        return first + newline + rest + part + self.after

    def without_part(self) -> bytes:
        """Return the text of the file without our part. A block that held nothing else gets a command."""
        return self.before + self._instead_of_part() + self.after

    def _instead_of_part(self) -> bytes:
        return b":\n" if _OPENED.search(self.before) else b""


class HookParts(NamedTuple):
    """Our part of a hook file as it is written today: where no hook is kept, and where one is."""

    plain: bytes
    with_kept: bytes

    def choose(self, kept: int) -> bytes:
        """Return the one that runs no newer kept hook than that with the number ``kept``; 0: no kept hook."""
        if not kept:
            return self.plain
        part = _MOST_KEPT.sub(rb"\g<1>%d" % kept, self.with_kept, count=1)
        first, newline, rest = part.partition(b"\n")
        return first.replace(check(self.with_kept), check(part), 1) + newline + rest


def split(text: bytes) -> HookText | None:
    """Return a hook file's text in three parts, None if our part is not in it or no shell runs the file.

    Further copies of our part are removed.
    """
    if text.startswith(b"#!") and not _SHELL.match(text.partition(b"\n")[0]):
        return None
    before, part, after = _split(text)
    if not part:
        return None
    while True:
        middle, copy, rest = _split(after)
        if not copy:
            return HookText(before, part, after)
        after = middle + rest


def whole_file(part: bytes) -> bytes:
    """Return a hook file that holds nothing but our part."""
    return _SHEBANG + part


def check(part: bytes) -> bytes:
    """Return what the first line of our part or of a script says of the others: a digest (8 hexadecimal digits).

    Which Python a script starts is not in it.
    """
    lines = [line for line in _lines(part)[1:] if not line.startswith((b"python=", b"flags="))]
    return blake2b(b"\n".join(lines), digest_size=4).hexdigest().encode()


def is_intact(part: bytes) -> bool:
    """Return False if the first line of our part or of a script says that the others were different."""
    found = _CHECK.match(_lines(part)[0])
    return found is None or found[1] == check(part)


def _inserted_lines(part: bytes, current: bytes) -> Sequence[bytes] | None:
    """Return the lines that another program inserted into our part; None if that cannot be told.

    It can if nothing else was changed and our part is that which is written today.
    """
    ours = iter(_lines(current))
    wanted = next(ours, None)
    inserted: list[bytes] = []
    for line in part.splitlines(keepends=True):
        if line.strip() == wanted:
            wanted = next(ours, None)
        else:
            inserted.append(line)
    return inserted if wanted is None else None


def combine(own: bytes, hook: HookText) -> bytes | None:
    """Return the text that a hook would have if other programs had put their lines into it instead of into ours.

    ``own``: the hook that was there before ours. None if that would be another behaviour: if no shell runs it, or its
    end may not be reached, or it is not the same shell's.
    """
    first, newline, rest = own.partition(b"\n")
    has_shebang = own.startswith(b"#!")
    code = b"\n".join(line for line in _lines(own) if not line.startswith(b"#"))
    if b"\0" in own or (has_shebang and not _SHELL.match(first)) or _MAY_END_EARLY.search(code):
        return None
    head, head_newline, before = hook.before.partition(b"\n")
    if head.rstrip() != _SHEBANG.strip():
        if has_shebang and not first.rstrip().endswith((b"/sh", b"/dash", b"/bash", b" sh", b" bash")):
            return None
        first, newline = (head, head_newline) if has_shebang else (head, head_newline + first + newline)
    end = b"" if not rest or rest.endswith(b"\n") else b"\n"
    return first + newline + before + rest + end + hook.after


def _split(text: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what is before, in and after the first copy of our part; the last two are empty if there is none."""
    lines = text.splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if line.lstrip().startswith(MARKER)), None)
    if start is None:
        return text, b"", b""
    ends = (number for number, line in enumerate(lines) if number > start and line.strip() in _ENDS)
    end = next(ends, len(lines) - 1) + 1
    return b"".join(lines[:start]), b"".join(lines[start:end]), b"".join(lines[end:])


def _lines(part: bytes) -> list[bytes]:
    return [line.strip() for line in part.strip().split(b"\n")]
