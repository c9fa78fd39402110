"""Regular expressions that are compiled when they are first needed: this is on the path of every hook, and few are."""

import re
from functools import cached_property


class Expression:
    """A pattern of ``re`` with the methods that are used of it."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern = pattern
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._pattern, self._flags)

    def match(self, text: str) -> re.Match[str] | None:
        """The match at the beginning of a text."""
        return self._compiled.match(text)

    def search(self, text: str) -> re.Match[str] | None:
        """The first match anywhere in a text."""
        return self._compiled.search(text)

    def sub(self, replacement: str, text: str, count: int = 0) -> str:
        """The text with matches replaced."""
        return self._compiled.sub(replacement, text, count=count)

    def findall(self, text: str) -> list[str]:
        """All matches in a text, or what their one group matched."""
        return [match[match.re.groups and 1] for match in self._compiled.finditer(text)]
