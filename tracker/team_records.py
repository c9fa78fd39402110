"""Record of what was sent to a team's server.

One ``NamedTuple`` per table, its fields in the order in which they are stored; the rules for changing them are in
``records``. Pure.
"""

from typing import NamedTuple


class SentRecord(NamedTuple):
    """``sent``: the last event about a commit that a team's server has stored. Key: digest of the team + raw oid.

    ``content``: digest of the event. ``revision``: how many events about the commit the server has stored from this
    ledger. ``counted``: the event counts the commit; it does not if it took back what was sent before. ``time``: when
    the server had stored it, in seconds.
    """

    content: str
    revision: int
    counted: bool
    time: int
