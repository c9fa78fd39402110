"""The order of what tells how a commit was learnt of (``CommitFacts.learnt``). Pure."""

from typing import Final

from tracker.model import HOST_EVENT

_LEARNT_ORDER: Final = ("backfill", "reconcile", HOST_EVENT)
"""Values that say less than the name of a hook of git, the least informative first."""


def learnt_rank(learnt: str) -> int:
    """Return a number that is greater the more a value says."""
    return _LEARNT_ORDER.index(learnt) if learnt in _LEARNT_ORDER else len(_LEARNT_ORDER)
