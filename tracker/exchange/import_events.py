"""Import of events: each is joined with what the ledger knows, in batches, each batch in one transaction.

The source is only read. A line that is no event, or that the ledger cannot take, is kept aside with its reason. Events
may come in any order: those about a commit or project that is not recorded yet are tried again at the end. An import
that is killed has written some batches wholly and the others not; the next one completes it.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple, Self

from tracker.errors import EntryRefused
from tracker.exchange.aside import Aside
from tracker.exchange.computed_events import OutcomeEvent
from tracker.exchange.event_entries import entry_of
from tracker.exchange.event_lines import LONGEST_LINE, Unreadable, read_line
from tracker.ledger import Ledger
from tracker.ledger.buffer import EntryBuffer
from tracker.ledger.entries import Entry
from tracker.ledger.joined_entries import JoinOutcomesEntry
from tracker.model import ProjectId

_BATCH: Final = 200
"""Events of one transaction, few for the reason that ``recording.batch_writer`` gives."""

_HOMELESS: Final = (
    "the commit, project, run or set of instruction files that it needs is neither in the file nor recorded here"
)


class Imported(NamedTuple):
    """The result of an import.

    ``events``: lines that are events. ``new``: by type of entry, how many changed anything. ``aside``: lines that were
    kept aside, in the file ``place``; None if there were none. ``not_needed``: those of them that nobody misses.
    """

    events: int
    new: Counter[type[Entry]]
    aside: int
    place: Path | None
    not_needed: int = 0


def import_events(ledger: Ledger, source: IO[bytes], progress: Callable[[int], None] | None = None) -> Imported:
    """Join the events of a file of JSON lines with a ledger. ``progress`` is called with the bytes read so far.

    Raises the LedgerUnavailable errors, TrackerError where a line cannot be kept aside, and OSError where the source
    cannot be read.
    """
    return join_lines(ledger, lines_of(source), None if progress is None else lambda _: progress(source.tell()))


def join_lines(ledger: Ledger, lines: Iterable[bytes], progress: Callable[[int], None] | None = None) -> Imported:
    """Join events in lines with a ledger. ``progress`` is called with the number of lines so far.

    Raises the LedgerUnavailable errors, TrackerError where a line cannot be kept aside.
    """
    with ledger.kept_open(), Aside(ledger.path) as aside, _Import(ledger, aside) as run:
        for number, line in enumerate(lines):
            run.take(line.rstrip(b"\r\n"))
            if progress is not None:
                progress(number + 1)
        run.finish()
        return Imported(run.events, run.new, aside.count, aside.place)


def lines_of(source: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file that are not blank; of one that is too long to be an event only the beginning."""
    while line := source.readline(LONGEST_LINE + 2):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = source.readline(LONGEST_LINE + 2)
        if line.strip():
            yield line


class _Import:
    """An import under way. Lines that are tried again wait in a temporary file."""

    def __init__(self, ledger: Ledger, aside: Aside) -> None:
        self._ledger = ledger
        self._aside = aside
        self._later: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._waiting = 0
        self._lines: list[tuple[Entry, bytes]] = []
        self._runs: set[tuple[ProjectId, str]] = set()
        self.events = 0
        self.new: Counter[type[Entry]] = Counter()

    def __enter__(self) -> Self:
        """Return the import."""
        return self

    def __exit__(self, *error: object) -> None:
        """Remove the temporary file."""
        self._later.close()

    def take(self, line: bytes) -> None:
        """Buffer the event in a line, or keep the line aside; write the buffer when it is full."""
        try:
            _, event = read_line(line)
        except Unreadable as error:
            self._aside.keep(line, str(error))
            return
        self.events += 1
        self._add(entry_of(event), line)

    def finish(self) -> None:
        """Write what is buffered, and try again what waits for a commit or project, until nothing more comes of it."""
        self._flush()
        before = -1
        while self._waiting not in {0, before}:
            before, self._waiting = self._waiting, 0
            earlier, self._later = self._later, tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
            with earlier:
                earlier.seek(0)
                for line in earlier:
                    self._add(entry_of(read_line(line.rstrip(b"\n")).event), line.rstrip(b"\n"))
                self._flush()
        self._later.seek(0)
        for line in self._later:
            event = read_line(line.rstrip(b"\n")).event
            is_replaced = isinstance(event, OutcomeEvent) and (event.project, event.run) in self._runs
            if not is_replaced:  # by a later run
                self._aside.keep(line.rstrip(b"\n"), _HOMELESS)

    def _add(self, entry: Entry, line: bytes) -> None:
        self._lines.append((entry, line))
        if len(self._lines) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        """Write the buffered entries in one transaction, or one by one if one cannot be stored with the rest."""
        try:
            self._write(self._lines)
        except EntryRefused:
            for one in self._lines:
                try:
                    self._write([one])
                except EntryRefused as error:
                    self._aside.keep(one[1], str(error).rstrip("."))
        self._lines = []

    def _write(self, lines: Sequence[tuple[Entry, bytes]]) -> None:
        """Write entries in one transaction; note which are homeless, and keep those aside that the ledger refuses.

        Raises EntryRefused when a record becomes too large by an entry; nothing is written then.
        """
        buffer = EntryBuffer()
        for entry, _ in lines:
            buffer.add(entry)
        flushed = buffer.flush(self._ledger, leave_out=False)
        reasons = {id(one.entry): one.reason for one in buffer.refused}
        homeless = {id(one) for one in flushed.homeless}
        for entry, line in lines:
            if id(entry) in reasons:
                self._aside.keep(line, reasons[id(entry)].rstrip("."))
            elif id(entry) in homeless:
                self._later.write(line + b"\n")
                self._waiting += 1
            elif isinstance(entry, JoinOutcomesEntry):
                self._runs.add((entry.project, entry.run.digest))
        self.new.update(flushed.joined)
