"""Read which branch a merge's subject says it merged. Pure; subjects are untrusted."""

import re
from collections.abc import Sequence
from typing import Final

from tracker.lazy_regex import LazyRegex

_FORMS: Final = tuple(
    LazyRegex(pattern, re.IGNORECASE)
    for pattern in (
        r"Merge branch '([^']{1,250})'",  # git-merge (fmt-merge-msg), GitLab
        r"Merge remote-tracking branch '[^'/]{1,250}/([^']{1,250})'",  # git-merge
        r"Merge pull request #\d{1,9} from [^\s/]{1,100}/(\S{1,250})",  # GitHub: the owner's name, then the branch
        r"Merge pull request '.{0,500}' \(#\d{1,9}\) from (?:[^\s/]{1,100}:)?(\S{1,250}) into ",  # Gitea, Forgejo
        r"Merged in (\S{1,250}) \(pull request #\d{1,9}\)",  # Bitbucket
    )
)


def merged_branch(subject: str, parents: Sequence[object]) -> str | None:
    """Return the name of the branch that a commit's subject says it merged; None for any but a merge of two."""
    if len(parents) != 2 or not subject.startswith("Merge"):
        return None
    found = next((match for form in _FORMS if (match := form.match(subject))), None)
    return found[1] if found else None
