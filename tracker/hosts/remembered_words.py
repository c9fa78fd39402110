"""Words that are remembered so that something is done once: sessions that were asked, commits that were told."""

from typing import Final

from tracker.digests import blake2b
from tracker.project.files import ProjectFiles

_MOST: Final = 500
"""Words that are remembered, those added last."""


class RememberedWords:
    """The words in one file of a project. Its methods raise OSError.

    Only digests are kept: a word comes from outside, and may be anything.
    """

    def __init__(self, files: ProjectFiles, name: str) -> None:
        self._small = files.small
        self._name = name

    def has(self, word: str) -> bool:
        """Return True if the word was added."""
        return _digest(word) in self._small.read(self._name).split()

    def add(self, word: str) -> None:
        """Remember a word."""
        known = self._small.read(self._name).split()
        self._small.write(self._name, "".join(f"{one}\n" for one in [*known, _digest(word)][-_MOST:]))


def _digest(word: str) -> str:
    return blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
