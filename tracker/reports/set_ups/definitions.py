"""The definitions of the figures of outcomes, printed beside them."""

from typing import Final

DEFINITIONS: Final = (
    "Landed: on the default branch; merges are left out. Young: it landed less than 14 days ago.",
    "Reverted: a later commit says 'This reverts commit …', or its patch is the inverse. Again: and done again later.",
    "Fixed: it needed a fix: within 7 days a commit of the kind fix removed lines that it had added.",
    "Went well: 14 days after it landed not reverted, fixed, blamed or graded bad, and half of its lines still there.",
    "Blamed: a bug was charged to it, or a trailer 'Fixes:' of a later commit names it.",
    "Kept: lines still there at that age. Moved, renamed and indented ones are. Half kept: at least half of its lines.",
    "Generated, vendored and lock files are left out (.gitattributes: linguist-generated, linguist-vendored, -diff).",
)
