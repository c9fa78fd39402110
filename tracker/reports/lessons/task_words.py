"""Words of texts and tasks, in the form in which they are indexed and looked for. Pure; all texts are untrusted.

SQLite's tokenizer splits at everything that is no letter or digit, so the parts of ``snake_case`` and of paths are
words already. This module adds the parts of ``camelCase``, and pairs of characters for scripts without spaces.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from tracker.text import one_line

MOST_WORDS: Final = 100
"""Words of a task that are looked for: the first ones that say something."""

_LONGEST_TASK: Final = 20_000
"""Characters of a task in which words are looked for."""

_LONGEST_TEXT: Final = 10_000
"""Characters of one text that are indexed: people write shorter notes."""

_SHORTEST_BEGINNING: Final = 4
"""Characters from which on a word is also found as the beginning of a longer one."""

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Places in an identifier where a part begins: ``parse|Cart``, ``HTTP|Server``."""

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9]+")

_UNSPACED: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")
"""Han, Hiragana and Katakana, which are written without spaces."""

_KIND: Final = re.compile(r"(?:feat|fix|docs|test|refactor|perf|build|chore|ci|style)(?=[(!:])")
"""The kind at the beginning of a conventional subject: it says nothing of the task, and every such commit has it."""

_STOP_WORDS: Final = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "do", "does", "for", "from", "had", "has",
    "have", "how", "i", "if", "in", "into", "is", "it", "its", "me", "my", "no", "not", "of", "on", "or", "our",
    "please", "should", "so", "some", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "this", "those", "to", "up", "us", "was", "we", "were", "what", "when", "where", "which", "who", "will", "with",
    "would", "you", "your",
))  # fmt: skip
"""English words that say nothing of a task; they are not looked for."""


def searchable(text: str) -> str:
    """Return a text as it is indexed, at most its first 10,000 characters."""
    if not text:
        return ""
    plain = _plain(text[:_LONGEST_TEXT])
    if _HUMP.search(plain):
        plain = _IDENTIFIER.sub(lambda found: " ".join(_parts(found[0])), plain)
    if not plain.isascii():
        plain = _UNSPACED.sub(lambda found: f" {' '.join(found[0])} ", plain)
    return plain.lower()  # also letters that are newer than SQLite's tables


def searchable_subject(subject: str) -> str:
    """Return a commit's subject as it is indexed, without the kind of a conventional one."""
    return searchable(_KIND.sub("", subject, count=1) if _KIND.match(subject) else subject)


def words_of_task(task: str) -> tuple[str, ...]:
    """Return the words to look for, each once, at most ``MOST_WORDS``; a pair of unspaced characters has a space.

    Empty for a task without letters and digits, and for one of words like "the" and "of" only.
    """
    found: dict[str, None] = {}
    for word in _words(_plain(task[:_LONGEST_TASK])):
        folded = word.lower()
        if folded not in _STOP_WORDS:
            found[folded] = None
        if len(found) == MOST_WORDS:
            break
    return tuple(found)


def expression(words: Iterable[str]) -> str:
    """Return the FTS5 expression that finds every text with one of these words, or a longer word that begins so.

    Every word is in quotation marks and holds none, so nothing in it is an operator (sqlite.org/fts5.html, 3.1).
    """
    return " OR ".join(f'"{word}"{"*" if len(word) >= _SHORTEST_BEGINNING else ""}' for word in words)


def _plain(text: str) -> str:
    """Return a text on one line, without surrogates, in its compatibility composition (NFKC)."""
    return text if text.isascii() and text.isprintable() else unicodedata.normalize("NFKC", one_line(text))


def _parts(identifier: str) -> list[str]:
    """Return an identifier, followed by its parts if it has several."""
    parts = _HUMP.sub(" ", identifier).split(" ")
    return [identifier, *parts] if len(parts) > 1 else [identifier]


def _words(text: str) -> Iterator[str]:
    """Yield the runs of letters, digits and the marks upon them; identifiers with parts, unspaced ones in pairs."""
    spaced = "".join(one if one.isalnum() or unicodedata.category(one)[0] == "M" else " " for one in text)
    for run in filter(_has_letters, spaced.split()):
        rest = _UNSPACED.sub(" ", run)
        for unspaced in _UNSPACED.findall(run):
            yield from map(" ".join, pairwise(unspaced)) if len(unspaced) > 1 else unspaced
        for word in rest.split():
            yield from _parts(word)


def _has_letters(run: str) -> bool:
    """Return True if a run is not of marks only."""
    return any(map(str.isalnum, run))
