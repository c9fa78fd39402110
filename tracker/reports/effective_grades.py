"""The grades of a commit that are in effect, as several commands print them."""

from typing import Any

from tracker.lineage import contributions
from tracker.model import RATERS
from tracker.records import CommitStanding


def effective_grades(standing: CommitStanding) -> dict[str, Any]:
    """Return a commit's ``grades`` by rater, and ``provisional``: the raters whose grade is provisional.

    A grade is null when the rater gave none, and provisional when it was given to an earlier version of the commit
    with other content.
    """
    return {
        "grades": {rater: contributions.grade(standing, rater)[0] for rater in RATERS},
        "provisional": [rater for rater in RATERS if contributions.grade(standing, rater)[1]],
    }
