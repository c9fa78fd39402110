"""The ledger that ``import`` and ``merge`` fill, the opened source, and the sentences about the result."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from tracker.cli.open_project import WRITE_DEADLINE, open_at
from tracker.errors import RepositoryError, TrackerError, UsageError
from tracker.exchange.import_events import Imported
from tracker.feedback.actor import actor_with, current_actor, decide_for_user
from tracker.files import open_regular
from tracker.git.config import settings_outside
from tracker.ledger import Ledger, entries, joined_entries
from tracker.project.project import user_catalogue
from tracker.project.settings import resolve_settings
from tracker.text import listed, number_of, printable

STANDARD_INPUT: Final = "-"

_WORDS: Final = {
    joined_entries.JoinProjectEntry: "project",
    joined_entries.JoinCommitEntry: "commit",
    entries.SetupEntry: "set of instruction file",
    entries.ClaimEntry: "rewrite",
    joined_entries.JoinEvidenceEntry: "attribution",
    joined_entries.JoinGradeEntry: "grade",
    joined_entries.JoinBugEntry: "bug",
    joined_entries.JoinReinstatementEntry: "reinstatement",
    joined_entries.JoinRetrospectiveEntry: "retrospective",
    joined_entries.JoinActivityEntry: "activity",
    joined_entries.JoinBalanceEntry: "opening balance",
    joined_entries.JoinOutcomesEntry: "outcome run",
    joined_entries.JoinOutcomeEntry: "outcome",
    joined_entries.JoinCostEntry: "cost",
    joined_entries.JoinProfileEntry: "profile",
}
"""The noun for what each type of entry joins, in the order of the sentence."""


class Result(NamedTuple):
    """The result of an import for its user. ``unit``: the noun for what was read."""

    ledger: Path
    imported: Imported
    unit: str = "event"

    @property
    def unused(self) -> int:
        """The number of lines that could not be used."""
        return self.imported.aside - self.imported.not_needed

    def as_json(self) -> dict[str, Any]:
        """Return the result as it is printed in JSON."""
        found = self.imported
        return {
            "ledger": str(self.ledger),
            "events": found.events,
            "changed": {word: found.new[kind] for kind, word in _WORDS.items() if found.new[kind]},
            "aside": found.aside,
            "not_needed": found.not_needed,
            "place": str(found.place) if found.place else None,
        }

    def sentences(self) -> Iterator[str]:
        """Yield sentences about the result."""
        found = self.imported
        changed = [number_of(found.new[kind], word) for kind, word in _WORDS.items() if found.new[kind]]
        read = f"{number_of(found.events, self.unit)} read"
        if changed:
            yield f"{read}: new or changed here are {listed(changed)}."
        else:
            yield f"{read}: all are known here." if found.events else "There is nothing to import."
        if self.unused:
            lines = "1 line was" if self.unused == 1 else f"{self.unused} lines were"
            yield f"{lines} not used: {found.place} has each with its reason."
        elif found.not_needed:
            yield f"{number_of(found.not_needed, 'line')} not needed: {found.place} has each with its reason."


def ledger_to_fill(path: str, ledger: str | None, what: str) -> Ledger:
    """Return the ledger that applies at ``path``, after a check that the actor may change it for the user.

    ``what``: the change, as the subject of a sentence. Raises NotTheUser, UsageError for a path that does not exist,
    and ConfigError.
    """
    if not Path(path).exists():
        raise UsageError(f"there is no {printable(path)}.")
    try:
        project = open_at(path, ledger, WRITE_DEADLINE)
    except RepositoryError:
        settings = resolve_settings({"ledger": ledger}, settings_outside())
        home = {variable: os.environ[variable] for variable in ("HOME",) if variable in os.environ}
        decide_for_user(actor_with(user_catalogue(), home), settings, what)
        return Ledger(settings.ledger, settings.size_limit, WRITE_DEADLINE)
    decide_for_user(current_actor(project), project.settings, what)
    return project.ledger


def opened_source(source: str) -> IO[bytes]:
    """Open a file; what comes on standard input (``-``) is copied first, because its end may be far away.

    Raises TrackerError where it cannot be read.
    """
    try:
        return _opened(source)
    except OSError as error:
        raise TrackerError(f"{printable(source)} cannot be read: {error.strerror or error}.") from error


def _opened(source: str) -> IO[bytes]:
    if source != STANDARD_INPUT:
        return open_regular(Path(source))
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    for chunk in iter(lambda: sys.stdin.buffer.read(1 << 20), b""):
        copy.write(chunk)
    copy.seek(0)
    return copy
