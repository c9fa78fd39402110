"""The keys of ``review``, and the prompts and help that name them."""

from collections.abc import Mapping
from typing import Final

from tracker.model import GRADE_NAMES, GradeValue

GRADES: Final[Mapping[str, GradeValue]] = {
    **{name[0]: value for value, name in GRADE_NAMES.items()},
    **{f"{value}"[0]: value for value in GRADE_NAMES},
}
"""The grades by their key: the first letter of the name, or the first character of the number (``-`` for bad)."""

_GRADE_PROMPTS: Final = (
    "b bad  n neutral  g good  e excellence  d diff  o open  ? keys  q quit > ",
    "b n g e grade  d diff  o open  ? keys  q quit > ",
)
_SUGGESTION_PROMPTS: Final = (
    "y charge the bug  n dismiss it  s skip  d diff  o open  ? keys  q quit > ",
    "y charge  n dismiss  d diff  ? keys  q quit > ",
)
"""Prompts of one line, the longest first."""

_COMMON_HELP: Final = (
    "  s, space  skip it",
    "  u         undo the last step",
    "  d         the whole diff, in the pager",
    "  o         the changed files as they are now, in the editor",
    "  q         quit; what is recorded stays",
)
GRADE_HELP: Final = (
    "keys: b bad (-1)  n neutral (1)  g good (2)  e excellence (5)",
    "  m         write a note first",
    *_COMMON_HELP,
)
SUGGESTION_HELP: Final = (
    "keys: y charge the agent with the bug  n dismiss the suggestion",
    *_COMMON_HELP,
)


def prompt(*, is_suggestion: bool, columns: int) -> str:
    """Return the prompt that fits a terminal of so many columns."""
    prompts = _SUGGESTION_PROMPTS if is_suggestion else _GRADE_PROMPTS
    return next((one for one in prompts if len(one) < columns), "? keys > ")
