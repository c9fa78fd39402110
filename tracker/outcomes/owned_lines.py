"""The commit that each line of a file came from, carried forward through the changes of the file. Pure.

A commit is a number. The lines of a file are an array of such numbers, the owners. A line whose white space alone has
changed keeps its owner; so do lines that a commit moves within a file, as ``git blame -w -M`` decides.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tracker.git.line_changes import CombinedHunk, Hunk

_FEWEST_MOVED: Final = 20
"""Letters and digits that lines must hold together to count as moved (git-blame(1), ``-M``)."""
_MOST_COMPARED: Final = 20_000
"""Removed and added lines of a file up to which moved ones are searched."""
_MOST_CANDIDATES: Final = 32
"""Equal removed lines from which a moved block may begin that are tried."""


class Spliced(NamedTuple):
    """A file after a change: its owners, those of the lines that the change removed, and how many new lines it added.

    Lines that it moved are neither.
    """

    owners: "array[int]"
    removed: "array[int]"
    added: int


def new_lines(owner: int, count: int) -> "array[int]":
    """Return the owners of as many new lines of one commit."""
    return array("I", [owner]) * count


def splice(owners: "array[int]", hunks: Sequence[Hunk], owner: int) -> Spliced | None:
    """Return a file after hunks of a commit; None if the hunks do not fit the file."""
    moved = _moved_lines(owners, hunks)
    parts: list[array[int]] = []
    removed: array[int] = array("I")
    taken = {position for block in moved.values() for position in block.values()}
    end = 0
    for number, hunk in enumerate(hunks):
        if hunk.start < end or hunk.start + len(hunk.removed) > len(owners):
            return None
        parts.append(owners[end : hunk.start])
        end = hunk.start + len(hunk.removed)
        gone = owners[hunk.start : end]
        added = new_lines(owner, len(hunk.added))
        for index, position in moved.get(number, {}).items():
            added[index] = owners[position]
        parts.append(added)
        if taken:
            gone = array("I", [one for at, one in enumerate(gone, hunk.start) if at not in taken])
        removed += gone
    parts.append(owners[end:])
    result: array[int] = array("I")
    for part in parts:
        result += part
    return Spliced(result, removed, sum(len(hunk.added) for hunk in hunks) - len(taken))


def differing_part(first: "array[int]", second: "array[int]") -> tuple["array[int]", "array[int]"]:
    """Return two arrays without their common beginning and end, which are found by comparing bytes, not lines."""
    start = _common_length(first, second)
    first, second = first[start:], second[start:]
    end = _common_length(first[::-1], second[::-1])
    return first[: len(first) - end], second[: len(second) - end]


def _common_length(first: "array[int]", second: "array[int]") -> int:
    """Return how many items two arrays have in common at their beginning."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _moved_lines(owners: "array[int]", hunks: Sequence[Hunk]) -> dict[int, dict[int, int]]:
    """Return lines that hunks add and that others of them remove.

    Keyed by the number of the hunk, then by the index among its added lines; the values are positions in the old file.
    """
    removed = sum(len(hunk.removed) for hunk in hunks)
    added = sum(len(hunk.added) for hunk in hunks)
    if len(hunks) < 2 or not removed or not added or removed + added > _MOST_COMPARED:
        return {}
    old = {
        hunk.start + index: b"".join(line.split())
        for hunk in hunks
        for index, line in enumerate(hunk.removed)
        if hunk.start + index < len(owners)
    }
    places: dict[bytes, list[int]] = defaultdict(list)
    for position, text in old.items():
        if text:
            places[text].append(position)
    found: dict[int, dict[int, int]] = defaultdict(dict)
    free = dict(old)
    for number, hunk in enumerate(hunks):
        texts = [b"".join(line.split()) for line in hunk.added]
        index = 0
        while index < len(texts):
            start, length = _longest_run(texts, index, places.get(texts[index], ())[:_MOST_CANDIDATES], free)
            if length and _letters(texts[index : index + length]) >= _FEWEST_MOVED:
                for offset in range(length):
                    found[number][index + offset] = start + offset
                    del free[start + offset]
            index += max(1, length)
    return found


def _longest_run(texts: Sequence[bytes], index: int, starts: Iterable[int], free: dict[int, bytes]) -> tuple[int, int]:
    """Return where in the old file the longest run of lines that equal texts from an index on begins; its length."""
    best = (0, 0)
    for start in starts:
        length = 0
        while index + length < len(texts) and free.get(start + length) == texts[index + length]:
            length += 1
        if length > best[1]:
            best = start, length
    return best


def _letters(texts: Iterable[bytes]) -> int:
    """Return the letters and digits in texts, counted as far as is needed."""
    count = 0
    for text in texts:
        count += sum(chr(byte).isalnum() for byte in text)
        if count >= _FEWEST_MOVED:
            break
    return count


def combine(parents: Sequence["array[int] | None"], hunks: Sequence[CombinedHunk], owner: int) -> "array[int] | None":
    """Return the owners of a merge's file: a line keeps the owner that it has in the first parent that holds it.

    ``parents``: the owners in each parent, None where the file is not there. Returns None if the hunks do not fit.
    """
    known = [array("I") if one is None else one for one in parents]
    at = [0] * len(known)
    result: array[int] = array("I")
    for hunk in hunks:
        gap = hunk.start - len(result)
        if gap < 0 or any(position + gap > len(one) for position, one in zip(at, known, strict=True)):
            return None
        result += known[0][at[0] : at[0] + gap]
        at = [position + gap for position in at]
        for signs in hunk.lines:
            having = [number for number, sign in enumerate(signs) if sign == ord(" ")]
            if b"-" in signs:
                having = [number for number, sign in enumerate(signs) if sign == ord("-")]
            elif not having:
                result.append(owner)
            elif at[having[0]] < len(known[having[0]]):
                result.append(known[having[0]][at[having[0]]])
            else:
                return None
            for number in having:
                at[number] += 1
    rest = {len(one) - position for position, one in zip(at, known, strict=True)}
    if len(rest) != 1 or min(rest) < 0:
        return None
    return result + known[0][at[0] :]
