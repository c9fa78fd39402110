"""Lines that an import could not use, kept aside beside the ledger, each with the reason."""

import contextlib
import hashlib
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import orjson

from tracker.errors import TrackerError
from tracker.exchange.temporary_folders import LINES, new_file, remove_abandoned, temporary_folder
from tracker.ledger.integrity import IMPORTED, SET_ASIDE


class Aside:
    """A file of the lines that were not used. ``count``: how many; ``place``: the file, None if there is none.

    Its name is a digest of its content, so that the same import again leaves the same file.
    """

    def __init__(self, ledger: Path) -> None:
        self._folder = ledger / SET_ASIDE
        self._opened = contextlib.ExitStack()
        self._unnamed: Path | None = None
        self._file: IO[bytes] | None = None
        self._digest = hashlib.sha256()
        self.count = 0
        self.place: Path | None = None

    def __enter__(self) -> Self:
        """Return the file, which is made when the first line is kept."""
        return self

    def keep(self, line: bytes, reason: str) -> None:
        """Keep a line, without its end. ``reason``: a clause. Raises TrackerError where it cannot be kept."""
        try:
            self._write(line, reason)
        except OSError as error:
            raise TrackerError(
                f"a line that cannot be used ({reason}) cannot be kept in {self._folder} either:"
                f" {error.strerror or error}. What was read before it is imported."
            ) from error

    def _write(self, line: bytes, reason: str) -> None:
        if self._file is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            remove_abandoned(self._folder)
            self._unnamed = self._opened.enter_context(temporary_folder(self._folder)) / LINES
            self._file = self._opened.enter_context(new_file(self._unnamed))
        text = line.decode("utf-8", "backslashreplace")
        row = orjson.dumps({"reason": reason, "line": text}, option=orjson.OPT_APPEND_NEWLINE)
        self._file.write(row)
        self._digest.update(row)
        self.count += 1
        self.place = self._folder / f"{IMPORTED}{self._digest.hexdigest()[:16]}.jsonl"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the file its name, also after an error: what was kept so far is not lost."""
        with self._opened:
            if self._file is not None and self._unnamed is not None and self.place is not None:
                self._file.close()
                self._unnamed.replace(self.place)
