"""Regular expressions that are compiled on first use.

The recorder imports this room for every commit, and one commit needs few of the expressions.
"""

import re
from collections.abc import Callable
from functools import cached_property


class LazyRegex:
    """A pattern of ``re``, compiled when one of its methods is first called."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern = pattern
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._pattern, self._flags)

    @cached_property
    def match(self) -> "Callable[[str], re.Match[str] | None]":
        """The function that returns the match at the beginning of a text: the pattern's own, called often."""
        return self._compiled.match

    @cached_property
    def search(self) -> "Callable[[str], re.Match[str] | None]":
        """The function that returns the first match anywhere in a text."""
        return self._compiled.search

    def sub(self, replacement: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        """Return the text with its first ``count`` matches replaced; 0 replaces all. A function replaces each match."""
        return self._compiled.sub(replacement, text, count=count)

    def findall(self, text: str) -> list[str]:
        """Return all matches in a text: the first group of each, or the whole match of a pattern without groups."""
        return [match[match.re.groups and 1] for match in self._compiled.finditer(text)]
