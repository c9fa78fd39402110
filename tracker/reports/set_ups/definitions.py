"""The definitions of the figures of outcomes, printed beside those that are shown."""

from collections.abc import Iterable
from typing import Final

_OUTCOMES: Final = ("landed", "reverted", "again", "fixed", "blamed", "kept", "went well")
"""Figures of commits that landed."""

_BY_FIGURE: Final = (
    (_OUTCOMES, "Landed: on the default branch; merges are left out."),
    (("young",), "Young: it landed less than 14 days ago; shares leave it out."),
    (("reverted",), "Reverted: a later commit says 'This reverts commit …', or its patch is the inverse."),
    (("reverted 14 d",), "Reverted 14 d: reverted within 14 days after it landed."),
    (("again",), "Again: reverted, then done again by a later commit."),
    (("fixed",), "Fixed: within 7 days a commit of the kind fix had to remove lines that this one had added."),
    (
        ("went well",),
        (
            "Went well: 14 days after it landed not reverted, fixed, blamed or graded bad, and half of its lines still"
            " there."
        ),
    ),
    (("blamed",), "Blamed: a bug was charged to it, or a trailer 'Fixes:' of a later commit names it."),
    (("kept",), "Kept: lines that it added and that are still there at that age; moved and re-indented ones are kept."),
    (("half kept",), "Half kept: at least half of the lines that it added."),
    (
        ("fixed", "kept", "went well"),
        (
            "Generated, vendored and lock files are left out (.gitattributes: linguist-generated, linguist-vendored,"
            " -diff)."
        ),
    ),
)
"""The definitions, each with the figures that it is needed for: words of the headings of their columns."""

DEFINITIONS: Final = tuple(text for _, text in _BY_FIGURE)
"""All definitions."""


def definitions_of(headings: Iterable[str]) -> list[str]:
    """Return the definitions that columns with these headings need."""
    shown = [*headings]
    return [text for figures, text in _BY_FIGURE if any(one in heading for one in figures for heading in shown)]
