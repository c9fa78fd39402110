"""A full-text index in memory: SQLite's FTS5, which orders texts by BM25 (sqlite.org/fts5.html, 5.1).

It is built for each question and never stored: a file would hold copies of notes outside the ledger, would have to be
kept in step with it, and is not needed (docs/lessons.md has the figures).
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tracker.errors import TrackerError
from tracker.reports.lessons import task_words

_TABLE: Final = (
    "CREATE VIRTUAL TABLE texts USING fts5(subject, task, notes, content='',"
    " tokenize='porter unicode61 remove_diacritics 2')"
)
"""Without content: the texts are those of the ledger. ``porter``: English words are found in other forms too."""

_QUESTION: Final = "SELECT rowid, bm25(texts, 2.0, 2.0, 1.0) FROM texts WHERE texts MATCH ? ORDER BY 2, 1 LIMIT ?"
"""A word in a subject or a task counts twice as much as one in a note."""

MOST_HITS: Final = 2000
"""Texts that a question returns: more than anybody reads, so that graded ones among them are found."""


class SearchUnavailable(TrackerError):
    """A Python whose SQLite is missing, or was built without FTS5."""


class Texts(NamedTuple):
    """The texts of one document. ``notes``: all of them, one after the other."""

    subject: str
    task: str = ""
    notes: str = ""


class Hit(NamedTuple):
    """A document that was found: its place in the sequence, and how near it is (BM25, above 0; larger is nearer)."""

    place: int
    relevance: float


def search(documents: Iterable[Texts], words: Sequence[str]) -> list[Hit]:
    """Return the documents with one of the words, nearest first, at most ``MOST_HITS``.

    ``words``: as ``task_words`` returns them; none find nothing. Raises SearchUnavailable.
    """
    if not words:
        return []
    try:
        import sqlite3
    except ImportError as error:
        raise SearchUnavailable(
            "this Python has no module sqlite3: install agent-tracker with one that has."
        ) from error
    database = sqlite3.connect(":memory:")
    try:
        database.execute(_TABLE)
    except sqlite3.OperationalError as error:
        raise SearchUnavailable(
            f"SQLite {sqlite3.sqlite_version} of this Python has no FTS5: install agent-tracker with one that has."
        ) from error
    rows = (
        (place, task_words.searchable_subject(one.subject), *map(task_words.searchable, (one.task, one.notes)))
        for place, one in enumerate(documents)
    )
    try:
        database.executemany("INSERT INTO texts (rowid, subject, task, notes) VALUES (?, ?, ?, ?)", rows)
        found = database.execute(_QUESTION, (task_words.expression(words), MOST_HITS))
        return [Hit(place, -relevance) for place, relevance in found]
    finally:
        database.close()
