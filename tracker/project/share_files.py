"""The files in which a project keeps what it shares through a remote: which remote, what was sent, what was seen.

All but the first can be lost: what was sent is read again from our own ref, and what was seen from those of others.
"""

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.files import FileLock
from tracker.model import Oid, parse_oid
from tracker.project.permissions import Permissions
from tracker.project.small_files import SmallFiles

if TYPE_CHECKING:
    from tracker.git.remote_urls import Remote

OURS: Final = "refs/agent-tracker/"
"""Prefix of the refs of writers, here and in remotes."""
THEIRS: Final = "refs/agent-tracker-remote/"
"""Prefix of the refs of writers as they were fetched; the name of the remote follows."""
MARK: Final = "share"
"""The file that says that this project shares: the name of the remote, and the seal of the ledger's key.

The pre-push hook looks only if it is there.
"""
_PURPOSE: Final = "sharing"
"""The purpose of the seal, so that none that seals something else counts."""
UNSEALED: Final = (
    "a file says that this project shares, and this ledger's key does not seal it, so nothing is sent or read:"
    " 'agent-tracker init --share' turns sharing on, and 'agent-tracker init --no-share' removes the file."
)
"""The sentence about a mark that does not count."""
_SENT: Final = "share-sent"
_SEEN: Final = "share-seen"
_WAITING: Final = "share-waiting"
_FAILURE: Final = "share-failure"
_LONGEST: Final = 300
"""Characters kept of a failure."""
_LONGEST_NUMBER: Final = 11
"""Digits of a time or number."""


class Sent(NamedTuple):
    """The events in our own ref. ``tip``: its commit; ``key``: the name of the key that sealed it.

    ``ids``: shortened ids of events, and the commits that they are about. ``before``: those that another key sealed,
    which are sent again; this is not remembered.
    """

    tip: Oid | None
    key: str
    ids: frozenset[str]
    before: frozenset[str] = frozenset()


class Seen(NamedTuple):
    """The place up to which another writer's ref was read: its ``tip`` then, at ``time`` in seconds.

    ``trusted``, ``reports``: events that this user's key seals, and all others. ``fault``: a clause that says why the
    rest was not read, empty if it was.
    """

    tip: Oid
    time: int
    trusted: int = 0
    reports: int = 0
    fault: str = ""


class ShareFiles:
    """These files of one project, in ``folder``.

    Unless a method says otherwise it raises OSError when a file cannot be read or written.
    """

    def __init__(self, folder: Path, small: SmallFiles, permissions: Permissions) -> None:
        self._folder = folder
        self._small = small
        self._permissions = permissions

    def has_mark(self) -> bool:
        """Return True if there is a mark, whoever wrote it; only a sealed one counts (``Project.shared_remote``)."""
        return self._small.exists(MARK)

    def claimed_remote(self) -> str | None:
        """Return the remote that the mark names, whoever wrote it; None if it names none."""
        return self._small.read(MARK).partition("\n")[0] or None

    def remote(self, ledger: Path, project: str) -> str | None:
        """Return the remote through which the user has events shared; None if they are not.

        ``ledger``: the project's own one, whose key seals the mark. A mark that this key does not seal for this project
        counts for nothing, nor does one that cannot be checked: an archive, or any program, can have brought it.
        """
        if not self.has_mark():
            return None
        remote, _, given = self._small.read(MARK).removesuffix("\n").partition("\n")
        try:
            return remote if remote and given == _seal(ledger, project, remote) else None
        except OSError:
            return None

    def turn_on(self, remote: str, ledger: Path, project: str) -> None:
        """Remember the remote through which events are shared, sealed as ``remote`` expects it."""
        if self.remote(ledger, project) != remote:
            self._small.write(MARK, f"{remote}\n{_seal(ledger, project, remote)}\n")

    def turn_off(self) -> None:
        """Forget all that was remembered of sharing."""
        for name in (MARK, _SENT, _SEEN, _WAITING, _FAILURE):
            self._small.remove(name)

    def sending_lock(self) -> FileLock:
        """Return the lock of the process that writes and pushes our ref."""
        return FileLock(self._folder / "share-sending.lock", self._permissions.file)

    def reading_lock(self) -> FileLock:
        """Return the lock of the process that reads the refs of others."""
        return FileLock(self._folder / "share-reading.lock", self._permissions.file)

    def sent(self) -> Sent:
        """Return what was written into our own ref; nothing if that is not known."""
        head, *ids = self._small.read(_SENT).split("\n")
        key, _, tip = head.partition(" ")
        return Sent(parse_oid(tip), key, frozenset(filter(None, ids)))

    def remember_sent(self, sent: Sent) -> None:
        """Remember what was written into our own ref. A write error is ignored: it is read again from the ref then."""
        with contextlib.suppress(OSError):
            lines = [f"{sent.key} {sent.tip or ''}", *sorted(sent.ids)]
            self._small.write(_SENT, "".join(f"{line}\n" for line in lines))

    def has_read(self, means: str) -> bool:
        """Return True if refs were read by these means before (``sharing.places``)."""
        return self._small.read(_SEEN).partition("\n")[0] == means

    def seen(self, means: str) -> dict[str, Seen]:
        """Return what was read of others' refs, by ref; nothing if it was read by other means (``sharing.places``)."""
        head, *rows = self._small.read(_SEEN).split("\n")
        if head != means:
            return {}
        found = (_seen(row.split("\t")) for row in rows)
        return dict(filter(None, found))

    def remember_seen(self, means: str, seen: Mapping[str, Seen]) -> None:
        """Remember what was read of others' refs. A write error is ignored: it is read again then."""
        rows = (
            "\t".join((one.tip, str(one.time), str(one.trusted), str(one.reports), one.fault, ref))
            for ref, one in sorted(seen.items())
        )
        with contextlib.suppress(OSError):
            self._small.write(_SEEN, "".join(f"{row}\n" for row in (means, *rows)))

    def waiting_reports(self) -> list[str]:
        """Return the reports of others about commits that were not recorded yet, each as it was remembered."""
        return [line for line in self._small.read(_WAITING).split("\n") if line]

    def remember_waiting_reports(self, lines: Iterable[str]) -> None:
        """Remember reports about commits that are not recorded yet. A write error is ignored."""
        text = "".join(f"{line}\n" for line in lines)
        with contextlib.suppress(OSError):
            if text != self._small.read(_WAITING):
                self._small.write(_WAITING, text)

    def failure(self) -> tuple[int, str] | None:
        """Return the time in seconds and the sentence of the last failure, None if the last push went well."""
        time, _, sentence = self._small.read(_FAILURE).rstrip("\n").partition(" ")
        return (int(time), sentence) if sentence and _is_number(time) else None

    def remember_failure(self, time: int, sentence: str) -> None:
        """Remember why events could not be pushed; an empty sentence forgets it. A write error is ignored."""
        with contextlib.suppress(OSError):
            if sentence:
                self._small.write(_FAILURE, f"{time} {' '.join(sentence.split())[:_LONGEST]}\n")
            else:
                self._small.remove(_FAILURE)


def _seal(ledger: Path, project: str, remote: str) -> str:
    """Return the seal of the mark. Raises OSError when the ledger's key cannot be read."""
    from tracker.ledger.key import seal  # few projects share

    return seal(ledger, _PURPOSE, project.encode(), remote.encode("utf-8", "surrogateescape"))


def renamed(remotes: "Iterable[Remote]", before: str) -> str | None:
    """Return what a remote is called now that git has renamed; None unless one remote alone has its refspec of ours.

    ``git remote rename`` keeps the refspec as it is, with the former name in it.
    """
    found = [one.name for one in remotes if one.name != before and (f"{THEIRS}{before}/", "") in one.tracking]
    return found[0] if len(found) == 1 else None


def is_refspec_of_ours(value: str) -> bool:
    """Return True for a refspec that ``refspec_of`` returned, whatever the remote was called then."""
    return value.startswith(f"+{OURS}*:{THEIRS}") and value.endswith("/*")


def refspec_of(remote: str) -> str:
    """Return the refspec that has a fetch bring the events of all writers."""
    return f"+{OURS}*:{THEIRS}{remote}/*"


def _seen(fields: list[str]) -> tuple[str, Seen] | None:
    """Return a row of the file of what was seen; None for one that is damaged."""
    if len(fields) != 6 or not all(map(_is_number, fields[1:4])):
        return None
    tip = parse_oid(fields[0])
    return None if tip is None else (fields[5], Seen(tip, int(fields[1]), int(fields[2]), int(fields[3]), fields[4]))


def _is_number(text: str) -> bool:
    """Return True for a number that can be a time in seconds: the system shows no much later one."""
    return text.isdecimal() and len(text) <= _LONGEST_NUMBER
