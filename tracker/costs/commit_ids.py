"""Find the ids of commits in the results of tools: in the line that ``git commit`` prints. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from tracker.attribution import foreign_json
from tracker.lazy_regex import LazyRegex

SHORTEST: Final = 7
"""Digits of the shortest abbreviation that git prints by itself."""
_LINE: Final = LazyRegex(r"(?:Output: )?\[[^\]\n]{1,255}? (?:\(root-commit\) )?([0-9a-f]{7,64})\] ", re.ASCII)
"""``[BRANCH ID] subject``, as git prints it for every commit that is made without ``--quiet``."""
_LONGEST: Final = 400
"""Characters of such a line up to the end of its id."""
_BEGINNINGS: Final = ("[", "Output: [")
"""Beginnings of such a line. No result has lines of both, so their order does not matter."""
_ID: Final = LazyRegex(r"[0-9a-f]{7,64}\Z", re.ASCII)
_MOST_IDS: Final = 100
"""Ids of one result; no command makes so many commits."""
_DEEPEST: Final = 4
"""Levels of lists and objects in which the text of a result is looked for."""
_TEXT_FIELDS: Final = ("text", "output", "content")


def commit_ids(result: object) -> tuple[str, ...]:
    """Return the first 100 ids that a tool's result shows, in order. The result may be text or blocks of text."""
    return tuple(dict.fromkeys(_shown(_text(result))))[:_MOST_IDS]


def is_commit_id(text: str) -> bool:
    """Return True if a text can be the id of a commit, in full or abbreviated as git does it."""
    return _ID.match(text) is not None


def _shown(text: str) -> Iterator[str]:
    """Yield the ids in a text. Only lines with a bracket at their beginning are matched, which is much faster."""
    for beginning in _BEGINNINGS if "[" in text else ():
        place = 0 if text.startswith(beginning) else _after_line_end(text, beginning, 0)
        while place is not None:
            found = _LINE.match(text[place : place + _LONGEST])
            if found is not None:
                yield found[1]
            place = _after_line_end(text, beginning, place)


def _after_line_end(text: str, beginning: str, place: int) -> int | None:
    found = text.find(f"\n{beginning}", place)
    return None if found < 0 else found + 1


def _text(result: object, depth: int = 0) -> str:
    """Return the text of a result: itself, that of its blocks, or that of an object written as JSON (older Codex)."""
    if isinstance(result, str):
        return _text_in_json(result, depth) if result.startswith("{") else result
    if depth >= _DEEPEST:
        return ""
    if isinstance(result, list):
        return "\n".join(_text(block, depth + 1) for block in result)
    if isinstance(result, dict):
        return "\n".join(_text(result[field], depth + 1) for field in _TEXT_FIELDS if field in result)
    return ""


def _text_in_json(text: str, depth: int) -> str:
    try:
        return _text(foreign_json.parse(text), depth + 1)
    except (ValueError, RecursionError):
        return text
