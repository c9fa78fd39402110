"""Sanitise text from outside: names, paths and messages of repositories, hosts and agents.

Pure. Such text may hold anything: what is shown in a terminal, stored, or written to JSON goes through here first.
"""

import re
from collections.abc import Iterable
from typing import Final

CONTROLS: Final = "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069"
"""Ranges of a character class: C0 and C1 controls except tab and line feed, the line and paragraph separators of
Unicode, and the characters that change the direction of writing (UAX 9)."""

SURROGATES: Final = "\\ud800-\\udfff"
"""Range of a character class: lone surrogates, which represent bytes that are not UTF-8 (PEP 383)."""

# Compiled by the first use, since most recorders need none of them; ``re`` keeps the compiled ones.
_CONTROL: Final = f"[{CONTROLS}]"
_SURROGATE: Final = f"[{SURROGATES}]"
_NOT_ONE_LINE: Final = f"[\\t\\n{CONTROLS}{SURROGATES}]"


def printable(text: str, replacement: str = "?") -> str:
    """Return the text with every unprintable character replaced, so that it is one line and moves no cursor."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else replacement for character in text)


def has_controls(text: str) -> bool:
    """Return True if the text contains a character of ``CONTROLS``."""
    # Most texts are printable, and compiling an expression takes longer than looking at one.
    return not text.isprintable() and re.search(_CONTROL, text) is not None


def has_surrogates(text: str) -> bool:
    """Return True if the text contains a lone surrogate, so that it cannot be written as UTF-8."""
    return not text.isprintable() and re.search(_SURROGATE, text) is not None


def one_line(text: str) -> str:
    """Return the text with a space for every control character, line end and lone surrogate."""
    return text if text.isprintable() else re.sub(_NOT_ONE_LINE, " ", text)


def escape_undecodable(text: str) -> str:
    """Return a path or ref name as valid UTF-8: bytes that are not UTF-8 become hex escapes.

    ``text``: as ``os.fsdecode`` returns it, with such bytes as lone surrogates.
    """
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def did_you_mean(text: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Return ``" (did you mean a or b?)"`` with the known names that are nearest to a text; empty if none is near.

    Where none is, names of which the text is a part, such as ``opus``. ``likeness``: how near they must be, from 0 to 1
    (``difflib.SequenceMatcher.ratio``).
    """
    import difflib

    by_lower = {name.lower(): name for name in known if name}
    near = difflib.get_close_matches(text.lower(), by_lower, n=_MOST_NEAR, cutoff=likeness)
    if not near and len(text) >= _LEAST_PART:
        near = sorted(name for name in by_lower if text.lower() in name)[:_MOST_NEAR]
    return f" (did you mean {' or '.join(printable(by_lower[name]) for name in near)}?)" if near else ""


_MOST_NEAR: Final = 3
"""Names that a message offers."""
_LEAST_PART: Final = 3
"""Characters of a part of a name; fewer are in too many names."""


def number_of(number: int, what: str) -> str:
    """Return a number with a noun, such as ``1 commit`` or ``2 entries``. ``what``: the singular, of regular plural."""
    if number == 1:
        return f"1 {what}"
    return f"{number} {what[:-1]}ies" if what.endswith("y") else f"{number} {what}s"


def listed(names: Iterable[object]) -> str:
    """Return names as in a sentence: "a", "a and b", "a, b and c"."""
    *first, last = [str(one) for one in names]
    return f"{', '.join(first)} and {last}" if first else last


def size_shown(size: int) -> str:
    """Return a size in bytes as people read it, in whole units of 1024, such as ``92 KiB``; rounded up."""
    unit = 0
    while size >= 10_240 and unit < len(_UNITS) - 1:
        size, unit = -(-size // 1024), unit + 1
    return f"{size} {_UNITS[unit]}"


_UNITS: Final = ("bytes", "KiB", "MiB", "GiB")
