"""Find text without which an expression cannot match, so that most expressions need not be compiled. Pure."""

from typing import Final

from tracker.lazy_regex import LazyRegex

_NO_LITERAL: Final = frozenset("^$.*+?{}[]()|\\")
_UNCLEAR: Final = LazyRegex(r"\(\?[aiLmsux]|\\[xuUN0-9]")
_QUANTIFIERS: Final = frozenset("*?{")
"""Characters after which the character before them may be missing."""


def required_text(pattern: str) -> str:
    """Return the longest text, in lower case, that each match of an expression holds; empty if none is known.

    Only plain characters outside groups and sets are considered, so that a text may be missed but is never wrong. None
    is known for expressions with flags of their own, or with escapes that are followed by the number of a character.
    The match is compared in lower case (``re.IGNORECASE``).
    """
    if _UNCLEAR.search(pattern):
        return ""
    runs, run, depth, place = [""], "", 0, 0
    while place < len(pattern):
        character, size = pattern[place], 1
        if character == "\\":
            character, size = pattern[place + 1 : place + 2], 2
            is_literal = bool(character) and not character.isalnum()
        else:
            is_literal = character not in _NO_LITERAL
        if character == "|" and size == 1 and depth == 0:
            return ""  # either side may match
        if character == "[" and size == 1:
            size = _end_of_set(pattern, place) - place
        if character == "{" and size == 1:
            size = pattern.find("}", place) + 1 - place or 1
        depth += (character == "(") * (size == 1) - (character == ")") * (size == 1)
        following = pattern[place + size : place + size + 1]
        if is_literal and depth == 0 and following not in _QUANTIFIERS:
            run += character
        else:
            runs.append(run)
            run = ""
        place += size
    return max([*runs, run], key=len).lower()


def _end_of_set(pattern: str, start: int) -> int:
    """Return the place behind the ``]`` of a set that begins at ``start``."""
    place = start + 1
    if pattern[place : place + 1] == "^":
        place += 1
    place += 1  # a ] that comes first is a member
    while place < len(pattern) and pattern[place] != "]":
        place += 2 if pattern[place] == "\\" else 1
    return place + 1
