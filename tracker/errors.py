"""The errors that agent-tracker says in one sentence, and the exit code that each of them means.

Owns nothing but the names: whoever raises one writes a sentence that says what was wrong and what to do.
Anything else that escapes is a defect (exit code 3).
"""


class TrackerError(Exception):
    """A known error: its text is the one sentence the user reads. Exit code 1."""

    exit_code = 1


def error_sentence(error: Exception) -> str:
    """What an error of ours says, or what the system says of a file."""
    if isinstance(error, OSError):
        place = f"{error.filename} cannot be used: " if error.filename else ""
        return f"{place}{error.strerror or error}."
    return str(error)


class UsageError(TrackerError):
    """The command was called wrongly. Exit code 2."""

    exit_code = 2


class ConfigError(UsageError):
    """A setting has a value that cannot be used; the sentence names the setting and where it came from."""


class RepositoryError(TrackerError):
    """A path is no git repository, or git could not read it."""


class NotTracked(TrackerError):
    """The repository has no project id: ``agent-tracker init`` was never run in it."""


class EntryRefused(TrackerError):
    """An entry cannot be stored (wrong type, out of range, not encodable). Nothing of it was written."""


class LedgerUnavailable(TrackerError):
    """The ledger cannot be used now. What was to be recorded stays in the spool and in git.

    ``problem``: what is wrong, also usable without the rest of the sentence. ``outlook``: the second half of the
    sentence, which says what happens next or what becomes of unrecorded events.
    """

    def __init__(self, problem: str, outlook: str = "") -> None:
        super().__init__(f"{problem}; {outlook}." if outlook else problem)
        self.problem = problem.rstrip(".")


class LedgerBusy(LedgerUnavailable):
    """Another process held the ledger's writer lock until the deadline."""


class LedgerFull(LedgerUnavailable):
    """The ledger reached its size limit, or its disk is full."""


class LedgerNewer(LedgerUnavailable):
    """The ledger was written by a newer agent-tracker, with a schema that this one does not know."""


class LedgerForeign(LedgerUnavailable):
    """The path holds something that is no ledger of this program."""


class LedgerDamaged(LedgerUnavailable):
    """The ledger file is truncated, emptied or damaged, and could not be set aside."""


class Superseded(Exception):
    """The project changed in the ledger between reading and flushing: read again. Never reaches a user."""
