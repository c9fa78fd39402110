"""Storage of a commit's committer: folded into one field, which is empty where the committer is the author. Pure.

Most commits were committed by their author at the author time, and those that were rewritten differ in the time only.
"""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final

from tracker.records import CommitFacts

_COMMITTER: Final = ("committed_at", "committer_offset", "committer_name", "committer_email")
"""The fields that are folded, in the order in which they are stored."""

_AUTHOR: Final = ("authored_at", "author_offset", "author_name", "author_email")
"""The author's fields, in the order of ``_COMMITTER``."""

_OTHERS: Final = tuple(name for name in CommitFacts._fields if name not in _COMMITTER)
_REQUIRED: Final = len(_OTHERS) - len(CommitFacts._field_defaults)
"""Stored fields before the folded committer: those without a default."""


def _fields(names: Sequence[str]) -> Callable[[CommitFacts], tuple[object, ...]]:
    """Return a function that returns these fields of facts."""
    return itemgetter(*map(CommitFacts._fields.index, names))


_first_others_of: Final = _fields(_OTHERS[:_REQUIRED])
_last_others_of: Final = _fields(_OTHERS[_REQUIRED:])
_author_of: Final = _fields(_AUTHOR)
_committer_of: Final = _fields(_COMMITTER)
_STORED_AUTHOR: Final = tuple(_OTHERS.index(name) for name in _AUTHOR)


def stored_fields(fields: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the stored fields of facts: ``committer`` follows those that every commit has."""
    others = [name for name in fields if name not in _COMMITTER]
    return (*others[:_REQUIRED], "committer", *others[_REQUIRED:])


def fold(facts: CommitFacts) -> list[object]:
    """Return the values of the stored fields.

    The committer is a list of commit time, offset, name and address, without those at its end that are the author's.
    """
    committer, author = _committer_of(facts), _author_of(facts)
    end = 0 if committer == author else len(committer)
    while end and committer[end - 1] == author[end - 1]:
        end -= 1
    return [*_first_others_of(facts), committer[:end], *_last_others_of(facts)]


def unfold(values: Sequence[Any]) -> list[Any]:
    """Return the values of the fields of facts from stored ones. Raises IndexError, TypeError if there are too few."""
    folded: Sequence[Any] = values[_REQUIRED] if len(values) > _REQUIRED else ()
    author = [values[place] for place in _STORED_AUTHOR]
    if folded:
        author[: len(folded)] = folded
    time, offset, name, email = author
    return [*values[:5], name, email, time, offset, *values[5:_REQUIRED], *values[_REQUIRED + 1 :]]
