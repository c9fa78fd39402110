"""The outbox: events that the team's server has not stored yet.

The ledger itself is the outbox. An event waits while it differs from the last one about its commit that the server has
stored (``SentRecord``), so nothing is lost by being offline, however long. An event that is sent twice has the same id
both times, and adds nothing the second time: its id follows from its content, from how many events about the commit
came before it, and from the identity of the ledger and of its last restoration.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tracker import keys
from tracker.attribution import Catalogue
from tracker.attribution.instruction_files import setup_digest
from tracker.files import FileLock
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.buffer import buffer_of
from tracker.ledger.computed_entries import SentEntry
from tracker.ledger.integrity import PUSHING
from tracker.ledger.restored_keys import RESTORED
from tracker.ledger.tables import OIDS, SENT, SETUPS
from tracker.model import Oid, ProjectId
from tracker.reports.set_ups.commits import SetUpCommit, commits_of
from tracker.reports.set_ups.read_sums import Scope, SetUpReader
from tracker.team.events import Event, event_of, withdrawal
from tracker.team.pseudonyms import Pseudonyms
from tracker.team.team_file import Team
from tracker.team_records import SentRecord

_NONE: Final = SentRecord("", 0, counted=False, time=0)


class Waiting(NamedTuple):
    """An event that waits. ``event_id``: as the server stores it. ``content``, ``revision``: as in ``SentRecord``."""

    oid: Oid
    event_id: bytes
    event: Event
    content: str
    revision: int


class Outbox:
    """The outbox of a ledger for one team."""

    def __init__(self, ledger: Ledger, team: Team, rules: Catalogue) -> None:
        self._ledger = ledger
        self._rules = rules
        self._names = Pseudonyms(team.secret)
        self.key = keys.digest(f"{team.org}\0{self._names.organisation.hex()}", 8)

    def pushing_lock(self) -> FileLock:
        """Return the lock of the process that pushes: of two, the one that began first could store its events last."""
        return FileLock(self._ledger.path / PUSHING)

    def waiting(self, addresses: Mapping[ProjectId, str], *, again: bool = False) -> list[Waiting]:
        """Return the events that wait, of the projects with these addresses; taken back ones last.

        ``again``: also those that the server has stored, as they were stored, for a server that has lost them.
        """
        with self._ledger.read(begin=False) as snapshot:
            stored = {keys.oid_of_sent(key, self.key): one for key, one in snapshot.scan(SENT, self.key)}
            # A ledger that was restored counts from earlier revisions on.
            identity = f"{snapshot.state().identity} {snapshot.meta(RESTORED) or ''}"
            events = self._events(snapshot, addresses)
            found = [self._next(oid, event, stored.get(oid, _NONE), identity) for oid, event in events.items()]
            gone = [oid for oid, one in stored.items() if (one.counted or again) and oid not in events]
            known = {*addresses}
            taken_back = [oid for oid in gone if _is_known(snapshot, oid, known)]
            found += [
                self._next(oid, withdrawal(oid, self._names), stored[oid], identity) for oid in sorted(taken_back)
            ]
        return [one for one in found if again or one.content != stored.get(one.oid, _NONE).content]

    def last_time(self) -> int | None:
        """Return when the server stored an event last, in seconds; None if it never did."""
        with self._ledger.read(begin=False) as snapshot:
            return max((one.time for _, one in snapshot.scan(SENT, self.key)), default=None)

    def acknowledge(self, stored: Sequence[Waiting], now: int) -> None:
        """Record that the server has stored events. Raises the LedgerUnavailable errors."""
        buffer_of(
            SentEntry(self.key.hex(), one.oid, SentRecord(one.content, one.revision, one.event.counted, now))
            for one in stored
        ).flush(self._ledger)

    def _next(self, oid: Oid, event: Event, stored: SentRecord, identity: str) -> Waiting:
        content = self._names.event(event).hex()
        is_new = content != stored.content
        revision = stored.revision + is_new
        return Waiting(oid, self._names.event((content, revision, identity)), event, content, revision)

    def _events(self, snapshot: Snapshot, addresses: Mapping[ProjectId, str]) -> dict[Oid, Event]:
        """Return the events of all counted local commits. A commit that two clones hold counts in one of them."""
        reader = SetUpReader(snapshot, self._rules, "set-up")
        scope = Scope(frozenset(addresses))
        instructions: dict[tuple[str, str], str | None] = {}
        found: dict[Oid, Event] = {}
        for one in commits_of(snapshot, reader, scope):
            if one.commit.is_local:
                digest = self._instructions(snapshot, one, instructions)
                found.setdefault(one.oid, event_of(one, addresses[one.project], digest, self._names))
        return found

    def _instructions(
        self, snapshot: Snapshot, one: SetUpCommit, known: dict[tuple[str, str], str | None]
    ) -> str | None:
        agent, setup = one.commit.standing.agent, one.commit.facts.setup
        if not setup:
            return None
        if (agent, setup) not in known:
            record = snapshot.get(SETUPS, bytes.fromhex(setup))
            known[agent, setup] = setup_digest(record, agent, self._rules) if record else None
        return known[agent, setup]


def _is_known(snapshot: Snapshot, oid: Oid, projects: set[ProjectId]) -> bool:
    """Return True unless a commit is held only by projects that are not looked at now: it may still count there."""
    holders = {keys.project_of_holder(key) for key in snapshot.keys(OIDS, bytes.fromhex(oid))}
    return not holders or bool(holders & projects)


def batches(waiting: Sequence[Waiting], size: int) -> Iterator[Sequence[Waiting]]:
    """Yield events in batches of at most so many."""
    for begin in range(0, len(waiting), size):
        yield waiting[begin : begin + size]
