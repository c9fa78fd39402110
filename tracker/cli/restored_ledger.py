"""The work of ``restore``: who may, the check of the backup, and the sentences about the result."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from tracker.cli import output
from tracker.cli.import_files import ledger_to_fill, opened_source
from tracker.errors import LedgerDamaged, TrackerError, UsageError
from tracker.exchange.backup_archive import Manifest, NoBackup, opened_backup
from tracker.exchange.temporary_folders import remove_abandoned
from tracker.ledger import Ledger
from tracker.ledger.replacement import Replaced, check_ledger, replace_ledger
from tracker.ledger.tables import LedgerState
from tracker.text import printable, size_shown


class Result(NamedTuple):
    """The result for the user. ``replaced``: what was there before; None if the backup was only checked."""

    ledger: Path
    manifest: Manifest
    replaced: Replaced | None

    def as_json(self) -> dict[str, Any]:
        """Return the result as it is printed in JSON."""
        return {
            "ledger": str(self.ledger),
            "restored": self.replaced is not None,
            "set_aside": str(self.replaced.set_aside) if self.replaced and self.replaced.set_aside else None,
            "created_at": self.manifest.created_at,
            "feedback": self.manifest.feedback,
        }

    def sentences(self) -> Iterator[str]:
        """Yield sentences about the result."""
        made, size = output.moment(self.manifest.created_at), size_shown(self.manifest.size)
        what = f"of {made}, with {_counted(self.manifest.feedback)} ({size})"
        if self.replaced is None:
            yield f"The backup is whole: the ledger {what}."
            return
        yield f"{self.ledger} is the ledger {what} again."
        place = self.replaced.set_aside
        if place and self.replaced.was_damaged:
            yield f"The damaged one that was there is in {place}."
        elif place:
            yield f"The one that was there is in {place}: 'agent-tracker merge' with it joins what it has."
        yield (
            "In each project 'agent-tracker init' goes on with it, and records what git knows since then. Until you"
            " run it, 'agent-tracker doctor' may say that an older copy was put back."
        )


def _counted(feedback: int) -> str:
    """Return the number of what ``LedgerState.feedback`` counts, with its nouns."""
    return "1 grade, bug or end of a halt" if feedback == 1 else f"{feedback} grades, bugs and ends of halts"


def restore(path: str, ledger: str | None, source: str, *, check: bool) -> Result:
    """Check a backup, and unless ``check`` put its ledger in the place of the one that applies at ``path``.

    ``source``: a file, or ``-`` for standard input. Raises TrackerError for a file that is no backup or cannot be read,
    NotTheUser, and the LedgerUnavailable errors; nothing is changed then.
    """
    into = ledger_to_fill(path, ledger, "restoring a ledger")
    if Path(source).is_dir():
        raise UsageError(f"{printable(source)} is a folder: name the backup in it that you want.")
    with opened_source(source) as file:
        try:
            return _restore(into, file, check=check)
        except NoBackup as error:
            raise TrackerError(f"{printable(source)} cannot be restored: {error}. Nothing was changed.") from error
        except OSError as error:
            raise TrackerError(f"{printable(source)} cannot be unpacked: {error.strerror or error}.") from error


def _restore(into: Ledger, file: IO[bytes], *, check: bool) -> Result:
    # Beside the ledger: the home may lie on another disk than the folder for temporary files, with more room.
    folder = into.path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_abandoned(folder)
    with opened_backup(file, folder) as (manifest, place):
        try:
            check_ledger(place, into.size_limit)
            with Ledger(place).read(begin=False) as snapshot:
                if snapshot.state() != LedgerState(manifest.identity, manifest.sequence, manifest.feedback):
                    raise NoBackup("its ledger is not the one that it says")
            return Result(into.path, manifest, None if check else replace_ledger(into, place))
        except LedgerDamaged as error:
            raise NoBackup(error.problem) from error
