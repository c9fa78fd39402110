"""Dates that a user writes as options."""

from datetime import datetime

from tracker.errors import UsageError


def parse_date(text: str | None) -> int | None:
    """Return a date or date and time (ISO 8601, local time without a zone) in seconds since the epoch.

    None for None. Raises UsageError.
    """
    if text is None:
        return None
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"'{text}' is no date: write 2026-11-24 or 2026-11-24T13:00+01:00.") from error
