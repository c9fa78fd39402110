"""Types of values in events that have a form of their own, which ``event_lines`` checks. Pure."""

from typing import Final, NewType

AgentName = NewType("AgentName", str)
"""The name of an agent, bot or person: 1 to 200 characters, none of them a control character."""
Setup = NewType("Setup", str)
"""Digest of instruction files, 32 hex digits: the key of an event ``instructions``."""
Count = NewType("Count", int)
"""A number of things, from 0 to 2**48, so that sums of many of them are still numbers of JSON."""
Difference = NewType("Difference", int)
"""A difference of two counts."""
Offset = NewType("Offset", int)
"""Minutes east of UTC, at most ``MOST_MINUTES`` from it."""
MOST_MINUTES: Final = 999 * 60 + 99
"""The largest offset that a ledger holds: git reads zones of up to five digits (``git.identity_lines``), as +99999."""
Changes = NewType("Changes", int)
"""A number of changes, or a place among equal statements, from 0 to ``places.MOST``."""
Second = NewType("Second", int)
"""A time in seconds since 1970, up to the year 9999."""
Place = NewType("Place", str)
"""An absolute path, or the name of one that is not told (``model.ELSEWHERE``), of at most 4096 characters."""
Word = NewType("Word", str)
"""A text of at most 1000 characters, without a null character."""
