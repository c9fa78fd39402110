"""Marks of the progress in reading other programs' data: refs of their records, maps, session logs."""

import contextlib
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from tracker.model import Oid, parse_oid
from tracker.project.small_files import SmallFiles
from tracker.text import one_line

RECORD_REFS: Final = "record-refs"
"""The file that remembers the refs of other tools' records."""
REMOTE_REFS: Final = "remote-refs"
"""The file that remembers the remote-tracking branches, whose reflogs show pushes."""

_UNREAD: Final = "unread-sources"
_NO_COSTS: Final = "no-costs-due"
_COSTS_EVERY: Final = 3600
"""Seconds for which a recorder does not look again for costs: agents keep their sessions for days."""
_LONGEST_TIME: Final = 20
"""Digits of a time."""
_MAX_REASON: Final = 200
"""Characters kept of the reason why a source could not be read."""
_MAX_DEFERRED: Final = 500
"""Commits whose session logs are still to be read; older ones are forgotten."""


class ReadMarks:
    """The marks of one project. A write error is ignored: the same is read again then.

    A method raises OSError when a file cannot be read for want of permission.
    """

    def __init__(self, small: SmallFiles) -> None:
        self._small = small

    def read_map_mark(self) -> str:
        """Return what identifies the map of a rewriting tool that was read last; empty if none was."""
        return self._small.read("read-map").strip()

    def remember_map_mark(self, mark: str) -> None:
        """Remember the map of a rewriting tool that was read. A write error is ignored: it is read again then."""
        with contextlib.suppress(OSError):
            self._small.write("read-map", f"{mark}\n")

    def costs_are_due(self, now: int) -> bool:
        """Return True unless it was found not long ago that no costs are due. ``now``: seconds since the epoch."""
        found = self._small.read(_NO_COSTS).strip()
        return not (found.isdecimal() and len(found) < _LONGEST_TIME and 0 <= now - int(found) < _COSTS_EVERY)

    def remember_no_costs(self, now: int) -> None:
        """Remember that no costs are due. A write error is ignored: it is looked up again then."""
        with contextlib.suppress(OSError):
            self._small.write(_NO_COSTS, f"{now}\n")

    def deferred_commits(self) -> tuple[Oid, ...]:
        """Return the commits recorded while git waited, of which other programs' files are still to be read."""
        return self._small.oids("deferred-commits")[-_MAX_DEFERRED:]

    def update_deferred_commits(self, added: Iterable[Oid], read: Iterable[Oid]) -> None:
        """Add commits, and remove those of which all was read.

        A write error is ignored: only evidence beside the commit is missing then.
        """
        before = self.deferred_commits()
        after = [oid for oid in dict.fromkeys((*before, *added)) if oid not in {*read}]
        if after != [*before]:
            with contextlib.suppress(OSError):
                self._small.write("deferred-commits", "".join(f"{oid}\n" for oid in after))

    def remembered_refs(self, name: str) -> dict[str, Oid]:
        """Return the refs as they were read last, by ref. ``name``: RECORD_REFS or REMOTE_REFS."""
        rows = (line.split(" ", 1) for line in self._small.read(name).split("\n"))
        return {row[1]: oid for row in rows if len(row) == 2 and (oid := parse_oid(row[0]))}

    def remember_refs(self, name: str, refs: Mapping[str, Oid]) -> None:
        """Remember refs as they were read. A write error is ignored: they are read again then."""
        if self.remembered_refs(name) != refs:
            with contextlib.suppress(OSError):
                self._small.write(name, "".join(f"{oid} {ref}\n" for ref, oid in sorted(refs.items())))

    def unread_sources(self) -> dict[str, str]:
        """Return the sources of evidence that could not be read when they were read last, with the reasons."""
        rows = (line.partition("\t") for line in self._small.read(_UNREAD).split("\n"))
        return {source: reason for source, tab, reason in rows if tab}

    def update_unread_sources(self, tried: Collection[str], failed: Mapping[str, str]) -> bool:
        """Remember which sources could not be read, and forget those that could; return True if one failed anew.

        ``failed``: the reasons by source. A write error is ignored: the next reconcile tries again.
        """
        before = self.unread_sources()
        kept = {source: reason for source, reason in before.items() if source not in tried}
        now_failed = {one_line(source): one_line(reason)[:_MAX_REASON] for source, reason in failed.items()}
        after = kept | now_failed
        if after != before:
            with contextlib.suppress(OSError):
                self._small.write(_UNREAD, "".join(f"{source}\t{reason}\n" for source, reason in sorted(after.items())))
        return not now_failed.keys() <= before.keys()
