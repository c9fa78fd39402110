"""Claims for tests: single ones, and the claims from which links of given kinds follow."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tracker.model import CONTENT, MATCH, MELD, Oid, RewriteKind
from tracker.rewrite_records import Claim

SOURCES: Final = ("amend", "reflog", "post-rewrite", "tool", CONTENT, MELD, MATCH)
"""The sources of claims, in no particular order."""

OTHER_PART: Final = Oid("f" * 40)
"""A commit that was squashed together with another one, where a test needs no more of it."""


class Wanted(NamedTuple):
    """A link that must follow from claims, or be refused because it closes a cycle."""

    old: Oid
    new: Oid
    kind: RewriteKind
    is_refused: bool = False


def claim(
    new: Oid,
    source: str = "post-rewrite",
    *,
    same: bool = False,
    author: str = "one",
    authored: bool = True,
    in_rebase: bool = False,
    time: int = 0,
) -> Claim:
    """Return a claim; by default of git's hook, about a commit with other content and its old author."""
    return Claim(new, source, same, author, authored, in_rebase, time)


def claims_for(wanted: Sequence[Wanted]) -> Iterator[tuple[Oid, Claim]]:
    """Yield old commits with claims from which the wanted links follow; later ones have later claims.

    Kinds depend on all claims into one commit. Beside a ``changed`` link, other claims are amends of the same author,
    which are no sources of their own. A ``squashed`` link needs a second source: ``OTHER_PART`` if there is no other.
    """
    for time, (old, new, kind, _) in enumerate(wanted):
        into = {one.old: one.kind for one in wanted if one.new == new}
        changed = next((one for one, its_kind in into.items() if its_kind == "changed"), None)
        source = "post-rewrite"
        if "squashed" in into.values():
            source = CONTENT
            if len(into) == 1:
                yield OTHER_PART, claim(new, CONTENT, author="another", time=time)
        elif changed is not None and changed != old:
            source = "amend"
        author = old if changed is None else "one"
        yield old, claim(new, source, same=kind == "same", author=author, authored=kind != "dropped", time=time)
