"""Send new events: write them into our own ref, and push that ref to the remote.

Only what is about commits that the remote has is sent, and about commits of which something was sent before: a subject
that was never pushed stays home. The ref is moved by compare and swap under a lock, and what was sent is remembered
together with the commit that holds it: whatever ends a process, the next one finds out what is missing.
"""

import contextlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tracker.errors import RepositoryError, TrackerError
from tracker.exchange.event_lines import Unreadable, event_id, read_line
from tracker.exchange.events import CommitEvent, Event
from tracker.git import own_refs, unattended
from tracker.git.config import own_values
from tracker.ledger.user_key import name_of, read_user_key
from tracker.model import Oid
from tracker.project.project import Project
from tracker.project.share_files import Sent
from tracker.sharing.places import fetched_ref, own_ref, writer_of
from tracker.sharing.sealed_lines import opened_line, sealed_line
from tracker.sharing.shared_events import SHORT_ID, About, NewEvents

_PATIENCE: Final = 200.0
"""Seconds to wait for another process that sends: longer than its push may take."""
_MOST_LINES: Final = 2000
"""Events in one commit of our ref."""
_MOST_BYTES: Final = 4 << 20
"""Bytes of the events in one commit, unless it holds a single one; half of what a reader takes."""
_BRANCHES: Final = "refs/heads/*"

NO_KEY: Final = (
    "the key of your machines is missing: enter it with 'agent-tracker share trust', or make a new one with"
    " 'agent-tracker share key'."
)
"""The reason for which nothing is sent where the key is gone."""


class NotSent(TrackerError):
    """Events could not be sent now; they wait for the next push."""


def send(project: Project, remote: str, *, asks: bool = False) -> int:
    """Send what is new to a remote; return the number of events. The last failure is remembered for ``doctor``.

    ``asks``: also where the remote had everything when it was reached last, it is asked if it still has. Raises
    NotSent, and the LedgerUnavailable errors.
    """
    with project.files.sharing.sending_lock().hold(_PATIENCE) as is_held:
        if not is_held:
            raise NotSent("another process is sending events: they are sent with the next push.")
        try:
            number = _Sender(project, remote, may_ask=True).send(asks=asks)
        except (TrackerError, OSError) as error:
            project.files.sharing.remember_failure(int(time.time()), str(error))
            if isinstance(error, RepositoryError | OSError):
                raise NotSent(str(error)) from error
            raise
        project.files.sharing.remember_failure(0, "")
        return number


def unsent(project: Project, remote: str) -> int:
    """Return how many events the remote does not have yet and is to get. Raises TrackerError and OSError."""
    sender = _Sender(project, remote, may_ask=False)
    return len(sender.new_events()) + sender.unpushed()


class _Sender:
    """The sending of one project's events.

    ``may_ask``: the remote is asked for what nothing here shows. Raises NotSent without a key, RepositoryError,
    OSError, and the LedgerUnavailable errors.
    """

    def __init__(self, project: Project, remote: str, *, may_ask: bool) -> None:
        self._may_ask = may_ask
        self._project = project
        self._remote = remote
        self._repository = project.repository
        self._common_dir = project.repository.common_dir
        self._id = project.files.id()
        writer = writer_of(project.ledger.path, self._id)
        self._ref, self._fetched = own_ref(writer), fetched_ref(remote, writer)
        key = read_user_key(project.ledger.path)
        if key is None:  # a new one would not be believed by the machines that trust the lost one
            raise NotSent(NO_KEY)
        self._key = key

    def send(self, *, asks: bool) -> int:
        """Write and push what is new, once more where the remote had events of this writer that were not here."""
        self._write()
        tips = self._repository.refs([self._ref, self._fetched])
        if self._ref not in tips:
            return 0
        if tips[self._ref] == tips.get(self._fetched):
            there = unattended.remote_tips(self._place, self._remote, self._ref) if asks else tips
            if there.get(self._ref) == tips[self._ref]:
                return 0
            own_refs.remove_refs(self._common_dir, self._fetched)  # the remote has lost it
        number = self.unpushed()
        try:
            self._push()
        except unattended.Behind:
            unattended.fetch_ref(self._place, self._remote, f"+{self._ref}:{self._fetched}")
            theirs = self._repository.refs([self._fetched])[self._fetched]
            if not own_refs.ChainReader(self._common_dir).is_chain(theirs):  # somebody else wrote there
                self._push(instead_of=theirs)
                return number
            own_refs.move_ref(self._common_dir, self._ref, theirs, tips[self._ref])
            self._write()
            number = self.unpushed()
            self._push()
        return number

    def unpushed(self) -> int:
        """Return how many events our ref has that the remote had not when it was reached last."""
        tips = self._repository.refs([self._ref, self._fetched])
        if self._ref not in tips or tips[self._ref] == tips.get(self._fetched):
            return 0
        reader, found = own_refs.ChainReader(self._common_dir), 0
        with contextlib.suppress(own_refs.NoChain):
            for link in reader.links(tips[self._ref], tips.get(self._fetched)):
                found += len(link.lines)
        return found

    @property
    def _place(self) -> Path:
        return self._repository.work_tree or self._repository.git_dir

    def _push(self, instead_of: Oid | None = None) -> None:
        unattended.push_ref(self._place, self._remote, self._ref, instead_of)

    def _write(self) -> None:
        """Write what is new into our ref."""
        sent = self._sent()
        new = self.new_events(sent)
        tip, ids = sent.tip, set(sent.ids)
        for part in _parts([sealed_line(self._key, event) for event in new]):
            tip = own_refs.add_commit(self._common_dir, tip, part)
        before = self._repository.refs([self._ref]).get(self._ref)
        if tip is not None and tip != before:
            own_refs.move_ref(self._common_dir, self._ref, tip, before)
        for event in new:
            ids |= _ids_of(event)
        if new or tip != self._project.files.sharing.sent().tip:
            self._project.files.sharing.remember_sent(Sent(tip, name_of(self._key), frozenset(ids)))

    def new_events(self, sent: Sent | None = None) -> list[Event]:
        """Return the events that are to be sent. ``sent``: what was sent, if that is known already."""
        sent = sent or self._sent()
        ids = sent.ids
        with_notes = self._project.settings.share_notes
        with self._project.ledger.read() as snapshot:
            blocks = NewEvents(snapshot, self._id, ids, with_notes=with_notes).collect()
        chosen = [*self._about_published(blocks, sent)]
        if not chosen:
            return []
        with self._project.ledger.read() as snapshot:  # again: git may not run while it is open
            return [*NewEvents(snapshot, self._id, ids, with_notes=with_notes).beginning(chosen), *chosen]

    def _about_published(self, blocks: Sequence[About], sent: Sent) -> Iterator[Event]:
        """Yield the events about commits that the remote has, about those that were shared before, and about none.

        What another key sealed was shared before too, also where the branch of its commit is gone from the remote.
        """
        known = sent.ids | sent.before
        asked = {one.oid for one in blocks if one.oid is not None and one.oid not in known}
        published = self._published(asked)
        for oid, events in blocks:
            is_shared = oid is None or oid in known or oid in published
            yield from (one for one in events if is_shared or event_id(one)[:SHORT_ID] in sent.before)

    def _published(self, oids: set[Oid]) -> set[Oid]:
        """Return the commits that the remote has: its remote-tracking branches show them, else it is asked."""
        existing = self._repository.existing_commits(oids)
        theirs = [*self._repository.refs([f"refs/remotes/{self._remote}"]).values()]
        if existing and self._may_ask and not sees_every_branch(self._project, self._remote):
            tips = unattended.remote_tips(self._place, self._remote, _BRANCHES).values()
            theirs += sorted(self._repository.existing_commits(tips))
        return existing - {*self._repository.walk(sorted(existing), theirs)} if theirs else set()

    def _sent(self) -> Sent:
        """Return what our ref holds: as it was remembered, else by reading it; the remote's where we have none."""
        tips = self._repository.refs([self._ref, self._fetched])
        tip, key = tips.get(self._ref, tips.get(self._fetched)), name_of(self._key)
        known = self._project.files.sharing.sent()
        if (known.tip, known.key) == (tip, key):
            return known
        ids: set[str] = set()
        before: set[str] = set()
        reader = own_refs.ChainReader(self._common_dir)
        if tip is not None and not reader.is_chain(tip):
            tip = None
        if tip is not None:
            with contextlib.suppress(own_refs.NoChain):  # somebody else wrote into it: what is below is sent again
                for link in reader.links(tip, None):
                    for text in link.lines:
                        line = opened_line(self._key, text)
                        if line is not None:
                            (ids if line.is_trusted else before).update(_ids_in(line.line))
        return Sent(tip, key, frozenset(ids), frozenset(before))


def sees_every_branch(project: Project, remote: str) -> bool:
    """Return True if fetches from a remote bring all its branches, so that a push of any of them shows here.

    A clone of a single branch has a refspec for that one alone. Raises RepositoryError.
    """
    refspecs = own_values(project.repository.common_dir, f"remote.{remote}.fetch")
    return any(one.removeprefix("+").partition(":")[0] in {_BRANCHES, "refs/*"} for one in refspecs)


def _ids_in(line: bytes) -> set[str]:
    """Return what is remembered of the event in a line."""
    try:
        return _ids_of(read_line(line).event)
    except Unreadable:
        return set()


def _ids_of(event: Event) -> set[str]:
    """Return what is remembered of an event that was sent."""
    found = {event_id(event)[:SHORT_ID]}
    return found | {event.oid} if isinstance(event, CommitEvent) else found


def _parts(lines: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Yield the lines in parts that fit into one commit."""
    part: list[bytes] = []
    size = 0
    for line in lines:
        if part and (len(part) == _MOST_LINES or size + len(line) > _MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(line)
        size += len(line)
    if part:
        yield part
