"""Records of the costs of commits.

One ``NamedTuple`` per table, its fields in the order in which they are stored; the rules for changing them are in
``records``. Pure.
"""

from typing import Final, NamedTuple

FLAGS: Final = ("at_least", "shared", "first", "forked", "old_output")
"""Remarks on the numbers of one commit, in the order in which they are stored.

``at_least``: something of the session could not be read or is not in the store, so the true numbers may be larger.
``shared``: several commits were made without a call between them; the first of them has the calls of all. ``first``:
no earlier commit of the session is known, so everything since its start is counted. ``forked``: the session began as
a copy of another one, whose calls are left out. ``old_output``: the store has placeholders instead of the output.
"""
PRICED: Final = "priced"
"""A flag that is never stored: no store states the money, so it is worked out with the user's prices."""
UNKNOWN: Final = ("no_reader", "missing", "compressed", "too_large", "unreadable", "no_calls")
"""Reasons for which a commit has no numbers.

``no_reader``: nobody reads this agent's store. ``missing``: the store has no such session. ``compressed``: the session
is there in a form that this version of Python cannot open. ``too_large``: it is larger than what is read.
``unreadable``: the store is locked, damaged or of another form. ``no_calls``: the store shows no calls for the commit.
"""


class ModelTokens(NamedTuple):
    """The tokens of the calls of one model, each counted in one of the four numbers only."""

    model: str
    input: int
    cache_read: int
    cache_write: int
    output: int


class CostRecord(NamedTuple):
    """``costs``: what the part of a session that led to a commit cost. Key: raw oid.

    Without a project, since it is a fact about a commit and the session that made it, whichever clones hold that.

    Only numbers and names of models are kept of a session. A number that is None is unknown; it is never counted as 0.

    ``calls``: answers of a model that were paid for; None if the cost is unknown, and ``unknown`` then says why
    (``UNKNOWN``) and all numbers are None. ``subagent_calls``: those of them made by subagents and in the background.
    ``input``, ``cache_read``, ``cache_write``, ``output``: tokens, each counted in one of the four only.
    ``reasoning``: tokens of the output that were spent on reasoning. ``models``: their names and calls, in the order
    of the calls; calls whose model is unknown are left out. ``span_ms``: milliseconds since the session's previous
    commit, or since its beginning; ``active_ms``: without the time in which the agent waited for its user.
    ``usd``: millionths of a dollar, as the store says. ``credits``: billionths of GitHub's AI credits.
    ``found_by``: ``id`` if a tool's result in the session shows the commit's id, ``time`` if only the time of the
    commit says where its part of the session ends. ``flags``: see ``FLAGS``, ``PRICED``. ``read_at``: seconds since
    the epoch. ``by_model``: the tokens of each model if there were several and all numbers are known.
    """

    calls: int | None = None
    subagent_calls: int | None = None
    input: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    output: int | None = None
    reasoning: int | None = None
    models: tuple[tuple[str, int], ...] = ()
    span_ms: int | None = None
    active_ms: int | None = None
    usd: int | None = None
    credits: int | None = None
    found_by: str = ""
    flags: tuple[str, ...] = ()
    read_at: int = 0
    unknown: str = ""
    by_model: tuple[ModelTokens, ...] = ()
