"""Dates as git reads them: ``yesterday``, ``2.weeks``, ``last monday`` (git-config(1), type expiry-date)."""

from typing import Final

from tracker.git import process

_NOT_ONE_DATE: Final = frozenset({"all", "false", "never", "now", ""})
"""Texts that git reads as the end or the beginning of time, or as nothing."""


def approximate_date(text: str) -> int | None:
    """Return a date in any of git's formats in seconds since the epoch; None for what git cannot read as one.

    No repository is needed. Raises RepositoryError when git cannot be started.
    """
    if text.strip().lower() in _NOT_ONE_DATE or "\n" in text or "\0" in text:
        return None
    arguments = ["config", "--type=expiry-date", "--get", "agent-tracker.date"]
    options = ["-c", f"agent-tracker.date={text}"]
    answer = process.run(None, arguments, options=options, accept=(0, 128))
    return int(answer) if answer.strip().isdigit() else None
