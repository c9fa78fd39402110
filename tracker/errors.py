"""Errors that agent-tracker reports in one sentence, each with its exit code.

The code that raises one writes the sentence: what was wrong and what the user can do. Any other exception that
escapes is a defect (exit code 3).
"""


class TrackerError(Exception):
    """Base class of the known errors. The text is the sentence that the user reads. Exit code 1."""

    exit_code = 1


def error_sentence(error: Exception) -> str:
    """Return the sentence that the user reads about an error: its text, or for OSError the file and the reason."""
    if isinstance(error, OSError):
        place = f"{error.filename} cannot be used: " if error.filename else ""
        return f"{place}{error.strerror or error}."
    return str(error)


def reason_of(error: OSError | UnicodeDecodeError) -> str:
    """Return why a text file cannot be read or written, as the end of a sentence that names the file."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return f"it is not UTF-8 (byte {error.start + 1})"


class UsageError(TrackerError):
    """Wrong usage of a command. Exit code 2."""

    exit_code = 2


class ConfigError(UsageError):
    """An unusable value of a setting. The sentence names the setting and the file, variable or option that set it."""


class RepositoryError(TrackerError):
    """A path that is not in a git repository, or a repository that git could not read."""


class NoRepository(RepositoryError):
    """A path that is in no git repository."""


class NotTracked(TrackerError):
    """A repository without a project id: ``agent-tracker init`` was never run in it."""


class EntryRefused(TrackerError):
    """An entry that cannot be stored (wrong type, out of range, not encodable). No part of it was written."""


class LedgerUnavailable(TrackerError):
    """The ledger cannot be used now. What was to be recorded stays in the spool and in git.

    ``problem``: what is wrong, also usable without the rest of the sentence. ``outlook``: the second half of the
    sentence, which says what happens next or what becomes of unrecorded events.
    """

    def __init__(self, problem: str, outlook: str = "") -> None:
        super().__init__(f"{problem}; {outlook}." if outlook else problem)
        self.problem = problem.rstrip(".")


class LedgerBusy(LedgerUnavailable):
    """A ledger whose writer lock another process held until the deadline."""


class LedgerFull(LedgerUnavailable):
    """A ledger at its size limit, or on a full disk."""


class LedgerNewer(LedgerUnavailable):
    """A ledger that a newer agent-tracker wrote, with a schema or records that this version does not know.

    ``detail``: a clause about what it does not know.
    """

    def __init__(self, detail: str = "") -> None:
        found = f" ({detail})" if detail else ""
        super().__init__(
            f"the ledger was written by a newer agent-tracker{found}: upgrade agent-tracker",
            "nothing was changed, and new commits wait in the spool",
        )


class LedgerOlder(LedgerUnavailable):
    """A ledger with a layout from before the first release, which this version does not read."""


class LedgerForeign(LedgerUnavailable):
    """A path at which there is something other than a ledger of this program."""


class LedgerDamaged(LedgerUnavailable):
    """A ledger file that is truncated, emptied or damaged and could not be set aside."""


class Superseded(Exception):
    """A project that changed in the ledger between reading and flushing: read it again. Users never see this error."""
