"""Records of rewritten history: claims that commits were rewritten, and what was read of reflogs.

One ``NamedTuple`` per table, its fields in the order in which they are stored; the rules for changing them are in
``records``. Pure.
"""

from typing import NamedTuple

from tracker.model import Oid


class Claim(NamedTuple):
    """A reason to believe that a commit was rewritten into ``new``; ``lineage.links`` makes links of all claims.

    ``source``: how it is known (``model.Pair``). ``is_same``: both have the same content. ``author``: digest of the old
    commit's author and author time. ``is_authored``: the new commit has the same. ``in_rebase``: the rebase that listed
    the pair made the new commit. ``time``: seconds at which git recorded the rewrite.
    """

    new: Oid
    source: str
    is_same: bool
    author: str
    is_authored: bool
    in_rebase: bool
    time: int


class PairClaim(NamedTuple):
    """A claim without its new commit, which is in the key: the fields of ``Claim`` that follow ``new``."""

    source: str
    is_same: bool
    author: str
    is_authored: bool
    in_rebase: bool
    time: int


class RewriteRecord(NamedTuple):
    """``rewrites``: the claims that one commit was rewritten into another. Key: raw oid of the old one + of the new.

    At most one claim of each source. Neither commit need be recorded.
    """

    claims: tuple[PairClaim, ...]


class PredecessorRecord(NamedTuple):
    """``predecessors``: claims and links by new commit. Key: raw oid of the new commit + that of the old one.

    ``is_claimed``: ``rewrites`` has claims about the pair. ``is_linked``: the standing of the old commit has a link to
    the new one; a link may follow from claims about other pairs.
    """

    is_claimed: bool = True
    is_linked: bool = True


class Left(NamedTuple):
    """A tip that a ref left behind with commits of which nothing is known yet. ``steps``: made since then."""

    tip: Oid
    steps: int


class ReflogRecord(NamedTuple):
    """``reflogs``: what was read of one reflog. Key: project + digest of its name (``git.reflog_reader``).

    ``size``, ``last_line``: its position. ``tip``: the commit that the ref pointed to there. ``left``: what the ref
    left behind before. ``rebase_from``: where HEAD was when the rebase began that was in progress there.
    ``squash_begun``: the last commits of HEAD on which ``merge --squash`` was run.
    """

    name: str
    size: int
    last_line: str
    tip: Oid | None
    left: tuple[Left, ...] = ()
    rebase_from: Oid | None = None
    squash_begun: tuple[Oid, ...] = ()
