"""Read what others shared: the refs of other writers that changed since they were read last.

What this user's key seals is joined with the ledger like an import of another ledger of theirs. All else is a report:
at most evidence of who made a commit that was fetched (``reports``). Everything that is read is untrusted: a ref that
is no chain of events, or that takes too much, is read as far as it goes, and never stops a command or a recorder.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from tracker.exchange.import_events import join_lines
from tracker.git.own_refs import ChainReader, NoChain
from tracker.ledger.user_key import read_user_key
from tracker.model import Oid
from tracker.project.project import Project
from tracker.project.share_files import THEIRS, Seen
from tracker.recording.reconcile import refresh_status
from tracker.sharing.places import fetched_ref, means_of_reading, own_ref, writer_of
from tracker.sharing.reports import Reports
from tracker.sharing.sealed_lines import opened_line

_MOST_REFS: Final = 1000
"""Refs of other writers that are read at one time."""
_LONGEST: Final = 20.0
"""Seconds after which no further ref is read: the others follow at the next reading."""
_MOST_LINES: Final = 500_000
"""Lines of one ref that are read at one time."""
_MOST_BYTES: Final = 1 << 29
"""Bytes of one ref that are read at one time."""
_MOST_UNUSABLE: Final = 1000
"""Lines of one ref that are no events, after which it is not read any further."""
_PATIENCE: Final = 5.0
"""Seconds to wait for another process that reads."""


class Found(NamedTuple):
    """Numbers of new lines in the refs of others: events that this user's machines sealed, and reports of others."""

    trusted: int = 0
    reports: int = 0


def read_shared(project: Project) -> Found:
    """Read what is new in the refs of other writers, and record it.

    Nothing is read unless the project shares and the ledger is its own. Raises RepositoryError, OSError, and the
    LedgerUnavailable errors; the same is read again then.
    """
    files = project.files.sharing
    remote = project.shared_remote if project.is_own_ledger else None
    if remote is None:
        return Found()
    key = read_user_key(project.ledger.path)
    means = means_of_reading(project.ledger, key)
    is_first = not files.has_read(means)
    refs = _refs_to_read(project, remote, with_own=is_first)
    if not (_changed(refs, files.seen(means)) or files.waiting_reports()):
        return Found()
    with files.reading_lock().hold(_PATIENCE) as is_held:
        if not is_held:
            return Found()
        seen = files.seen(means)
        reader = _Reader(project, key, {ref: one for ref, one in seen.items() if ref in refs})
        changed = _changed(refs, seen)
        found = reader.read({ref: refs[ref] for ref in changed[:_MOST_REFS]})
        files.remember_seen(means, reader.seen)
    if found.trusted or found.reports:
        refresh_status(project, project.files.id())
    return found


def _refs_to_read(project: Project, remote: str, *, with_own: bool) -> dict[str, Oid]:
    """Return the fetched refs of writers; without our own, unless the remote has something in it that is not here.

    ``with_own``: with ours too, since the ledger may have lost what we sent.
    """
    writer = writer_of(project.ledger.path, project.files.id())
    ours, fetched = own_ref(writer), fetched_ref(remote, writer)
    refs = project.repository.refs([f"{THEIRS}{remote}", ours])
    own = refs.pop(ours, None)
    if refs.get(fetched) == own:
        refs.pop(fetched, None)
    return {**refs, ours: own} if with_own and own is not None else refs


def _changed(refs: Mapping[str, Oid], seen: Mapping[str, Seen]) -> list[str]:
    return [ref for ref, oid in refs.items() if ref not in seen or seen[ref].tip != oid]


class _Reader:
    """One reading of the refs of others. ``seen``: what was read of each ref, which this reading brings up to date."""

    def __init__(self, project: Project, key: bytes | None, seen: dict[str, Seen]) -> None:
        self._project = project
        self._key = key
        self._chains = ChainReader(project.repository.common_dir)
        self._reports = Reports(project)
        self._now = int(time.time())
        self._last_parent: Oid | None = None
        self.seen = seen

    def read(self, refs: Mapping[str, Oid]) -> Found:
        """Read refs and record what is new in them."""
        before = self._total()
        join_lines(self._project.ledger, self._trusted_lines(refs))
        self._reports.record()
        after = self._total()
        return Found(after.trusted - before.trusted, after.reports - before.reports)

    def _total(self) -> Found:
        every = self.seen.values()
        return Found(sum(one.trusted for one in every), sum(one.reports for one in every))

    def _trusted_lines(self, refs: Mapping[str, Oid]) -> Iterator[bytes]:
        """Yield the events that this user's key seals; keep all others as reports."""
        end = time.monotonic() + _LONGEST
        for ref, tip in refs.items():
            if time.monotonic() > end:
                return
            known = self.seen.get(ref)
            if known is not None and known.fault:  # such as a commit that a shallow clone lacked: from the beginning
                known = None
            counts = {True: 0, False: 0}
            fault = ""
            try:
                for text in self._lines(tip, known.tip if known else None):
                    line = opened_line(self._key, text)
                    if line is None:
                        continue
                    counts[line.is_trusted] += 1
                    if line.is_trusted:
                        yield line.line
                    else:
                        self._reports.add(line.line)
            except NoChain as error:
                fault = str(error)
            is_continued = known is not None and self._last_parent == known.tip  # else the ref was rewritten
            trusted, reports = (known.trusted, known.reports) if known and is_continued else (0, 0)
            self.seen[ref] = Seen(tip, self._now, trusted + counts[True], reports + counts[False], fault)

    def _lines(self, tip: Oid, known: Oid | None) -> Iterator[bytes]:
        """Yield the lines of a chain down to a known commit. Raises NoChain where it is none, or takes too much."""
        lines = size = unusable = 0
        self._last_parent = None
        for link in self._chains.links(tip, known):
            self._last_parent = link.parent
            for text in link.lines:
                lines, size = lines + 1, size + len(text)
                unusable += opened_line(None, text) is None
                if lines > _MOST_LINES or size > _MOST_BYTES or unusable > _MOST_UNUSABLE:
                    raise NoChain("it holds more than is read of one writer")
                yield text
