"""The tables (LMDB sub-databases), and typed reading and writing of them inside one LMDB transaction."""

import os
from collections.abc import Iterator
from typing import Any, Final, Generic, NamedTuple, TypeVar

import lmdb
import orjson

from tracker.ledger import codec

R = TypeVar("R", bound=NamedTuple)


class Table(Generic[R]):
    """A table: name of the LMDB sub-database and codec of its values."""

    def __init__(self, name: str, record_codec: codec.Codec[R]) -> None:
        self.name = name
        self.codec = record_codec


PROJECTS: Final = Table("projects", codec.PROJECT)
PATHS: Final = Table("paths", codec.PATH)
COMMITS: Final = Table("commits", codec.FACTS)
COMMIT_RELATIONS: Final = Table(COMMITS.name, codec.RELATIONS)
"""The rows of ``COMMITS``, of which only the connections to other commits are read."""
STANDINGS: Final = Table("standings", codec.STANDING)
OIDS: Final = Table("oids", codec.HOLDER)
REWRITES: Final = Table("rewrites", codec.REWRITE)
PREDECESSORS: Final = Table("predecessors", codec.PREDECESSOR)
REFLOGS: Final = Table("reflogs", codec.REFLOG)
COPIES: Final = Table("copies", codec.COPY)
REVERTS: Final = Table("reverts", codec.REVERT)
TIPS: Final = Table("tips", codec.TIP)
DEPARTED: Final = Table("departed", codec.DEPARTED)
AGENTS: Final = Table("agents", codec.AGENT)
COMMUNICATION: Final = Table("communication", codec.GRADE)
RETROSPECTIVES: Final = Table("retrospectives", codec.RETROSPECTIVE)
ACTIVITIES: Final = Table("activities", codec.ACTIVITY)
BUGS: Final = Table("bugs", codec.BUG)
REINSTATEMENTS: Final = Table("reinstatements", codec.REINSTATEMENT)
SETUPS: Final = Table("setups", codec.SETUP)
TOTALS: Final = Table("totals", codec.TOTALS)
AGENT_TOTALS: Final = Table("agent_totals", codec.AGENT_TOTALS)
MAKER_MONTHS: Final = Table("maker_months", codec.MAKER_MONTH)
OUTCOMES: Final = Table("outcomes", codec.OUTCOME)
OUTCOME_RUNS: Final = Table("outcome_runs", codec.OUTCOMES_RUN)
LIFETIMES: Final = Table("lifetimes", codec.LIFETIMES)
PROFILES: Final = Table("profiles", codec.PROFILE)
COSTS: Final = Table("costs", codec.COST)
BALANCES: Final = Table("balances", codec.BALANCE)
SENT: Final = Table("sent", codec.SENT)
MIGRATIONS: Final = Table("migrations", codec.MIGRATION)

TABLES: Final[tuple[Table[Any], ...]] = (
    PROJECTS, PATHS, COMMITS, STANDINGS, OIDS, REWRITES, PREDECESSORS, COPIES, REVERTS, TIPS, REFLOGS,
    DEPARTED, AGENTS, COMMUNICATION, RETROSPECTIVES, ACTIVITIES, BUGS, REINSTATEMENTS, SETUPS, TOTALS, AGENT_TOTALS,
    MAKER_MONTHS, OUTCOMES, OUTCOME_RUNS, LIFETIMES, COSTS, PROFILES, BALANCES, SENT, MIGRATIONS,
)  # fmt: skip
META: Final = "meta"
"""The sub-database of JSON values by name: layout and schema version, time of creation, next sequence number."""

_LARGE: Final = 1000
"""Bytes of a value up to which LMDB never stores it in pages of its own, whatever the page size."""
_LONGEST_REST: Final = 64
"""More bytes than follow any prefix of a key: with so many bytes 255 a prefix stands after all keys that have it."""


class LedgerState(NamedTuple):
    """The state of a ledger. ``identity``: random, empty before the first write.

    ``sequence``: the number of its next record, which every change makes larger, so a smaller one shows an older copy.
    ``feedback``: how many grades, bugs and reinstatements it holds.
    """

    identity: str
    sequence: int
    feedback: int


class Snapshot:
    """A read view of the tables as of one moment.

    All methods raise UnreadableRecord when the file is damaged, LedgerNewer for records of a newer version.
    """

    def __init__(self, environment: lmdb.Environment, transaction: lmdb.Transaction) -> None:
        self._environment = environment
        self._transaction = transaction
        self._databases: dict[str, lmdb._Database | None] = {}
        self._meta: dict[str, Any] = {}

    def path(self) -> str:
        """Return the path of the ledger."""
        return self._environment.path()

    def state(self) -> LedgerState:
        """Return the state of the ledger in this view."""
        feedback = self.count(COMMUNICATION) + self.count(BUGS) + self.count(REINSTATEMENTS)
        return LedgerState(str(self.meta("identity") or ""), int(self.meta("sequence") or 1), feedback)

    def _database(self, name: str) -> "lmdb._Database | None":
        if name not in self._databases:
            try:
                self._databases[name] = self._environment.open_db(name.encode(), txn=self._transaction, create=False)
            except lmdb.NotFoundError:
                self._databases[name] = None
        return self._databases[name]

    def _filled(self, name: str) -> "lmdb._Database | None":
        """Return the database of a table to be read; None for one without records."""
        return self._database(name)

    def has_records(self, table: Table[Any]) -> bool:
        """Return True if a table has records; in a write transaction also if it had one before."""
        return self._filled(table.name) is not None

    def get(self, table: Table[R], key: bytes) -> R | None:
        """Return the record at ``key``, or None."""
        database = self._filled(table.name)
        value = None if database is None else self._transaction.get(key, db=database)
        return None if value is None else table.codec.decode(bytes(value))

    def scan(self, table: Table[R], prefix: bytes = b"") -> Iterator[tuple[bytes, R]]:
        """Yield keys and records of the keys that begin with ``prefix``, in key order."""
        if (database := self._filled(table.name)) is None:
            return
        with self._transaction.cursor(db=database) as cursor:
            if not cursor.set_range(prefix or b"\0"):
                return
            for key, value in cursor:
                if not bytes(key).startswith(prefix):
                    return
                yield bytes(key), table.codec.decode(bytes(value))

    def keys(self, table: Table[Any], prefix: bytes = b"") -> Iterator[bytes]:
        """Yield the keys that begin with ``prefix``, in key order."""
        if (database := self._filled(table.name)) is None:
            return
        with self._transaction.cursor(db=database) as cursor:
            if cursor.set_range(prefix or b"\0"):
                for key in cursor.iternext(values=False):
                    if not bytes(key).startswith(prefix):
                        return
                    yield bytes(key)

    def beginnings(self, table: Table[Any], size: int) -> Iterator[bytes]:
        """Yield the different first ``size`` bytes of the keys, in key order, without reading all keys."""
        if (database := self._database(table.name)) is None:
            return
        with self._transaction.cursor(db=database) as cursor:
            found = cursor.first()
            while found:
                beginning = bytes(cursor.key())[:size]
                yield beginning
                found = cursor.set_range(beginning + b"\xff" * _LONGEST_REST)

    def newest(
        self, table: Table[R], prefix: bytes, end: bytes | None = None, begin: bytes = b""
    ) -> Iterator[tuple[bytes, R]]:
        """Yield what ``scan`` yields in reverse key order: newest first where keys end with a time or sequence.

        ``end``: only keys before this one. ``begin``: only this key and those after it.
        """
        if (database := self._filled(table.name)) is None:
            return
        with self._transaction.cursor(db=database) as cursor:
            found = cursor.set_range(prefix + b"\xff" * _LONGEST_REST if end is None else end)
            if not (cursor.prev() if found else cursor.last()):
                return
            for key, value in cursor.iterprev():
                if not bytes(key).startswith(prefix) or bytes(key) < begin:
                    return
                yield bytes(key), table.codec.decode(bytes(value))

    def count(self, table: Table[Any]) -> int:
        """Return the number of records in a table."""
        return 0 if (found := self._database(table.name)) is None else self._transaction.stat(db=found)["entries"]

    def used_bytes(self) -> int:
        """Return the bytes of the pages that hold records; takes the same time however many they are."""
        databases = (self._database(name) for name in (META, *(table.name for table in TABLES)))
        stats = [self._transaction.stat(db=database) for database in databases if database is not None]
        stats.append(self._environment.stat())
        pages = sum(one["branch_pages"] + one["leaf_pages"] + one["overflow_pages"] for one in stats)
        return pages * stats[0]["psize"]

    def cursors(self) -> Iterator[tuple[bytes, lmdb.Cursor]]:
        """Yield the name of every table, also of one that only a newer program knows, and a cursor over its records."""
        for name in [bytes(name) for name in self._transaction.cursor().iternext(values=False)]:
            yield name, self._transaction.cursor(self._environment.open_db(name, txn=self._transaction, create=False))

    def meta(self, name: str) -> Any:
        """Return the JSON value at ``name`` in ``meta``, or None."""
        if name not in self._meta:
            self._meta[name] = self._read_meta(name)
        return self._meta[name]

    def _read_meta(self, name: str) -> Any:
        database = self._database(META)
        value = None if database is None else self._transaction.get(name.encode(), db=database)
        if value is None:
            return None
        try:
            return orjson.loads(bytes(value))
        except orjson.JSONDecodeError as error:
            raise codec.UnreadableRecord(f"meta/{name}") from error


class Transaction(Snapshot):
    """A write transaction: its changes become visible to others together, when all are durable. ``now``: seconds."""

    def __init__(self, environment: lmdb.Environment, transaction: lmdb.Transaction, now: int) -> None:
        super().__init__(environment, transaction)
        self._empty: dict[str, bool] = {}
        self.now = now
        self._next = int(self.meta("sequence") or 1)
        self._first = self._next
        self._has_changes = False

    def _database(self, name: str) -> "lmdb._Database":
        database = self._databases.get(name)
        if database is None:
            database = self._environment.open_db(name.encode(), txn=self._transaction)
            self._databases[name] = database
        return database

    def _filled(self, name: str) -> "lmdb._Database | None":
        # Most commits of a backfill look for links, costs and outcomes in tables that have none yet.
        is_empty = self._empty.get(name)
        if is_empty is None:
            is_empty = self._empty[name] = not self._transaction.stat(db=self._database(name))["entries"]
        return None if is_empty else self._databases[name]

    def next_sequence(self) -> int:
        """Return the next sequence number; each is given out once in the life of a ledger."""
        number = self._next
        self._next += 1
        return number

    def put(self, table: Table[R], key: bytes, record: R) -> None:
        """Write a record. Fields that a newer program added to the record that it replaces are kept.

        Raises EntryRefused (see ``Codec.encode``), UnreadableRecord, lmdb.Error.
        """
        database = self._database(table.name)
        value = table.codec.encode(record)
        if not self._transaction.put(key, value, db=database, overwrite=False):  # most records are new
            before = bytes(self._transaction.get(key, db=database) or b"")
            tail = table.codec.tail(before)
            self._replace(database, key, before, table.codec.encode(record, tail) if tail else value)
        self._empty[table.name] = False
        self._has_changes = True

    def _replace(self, database: "lmdb._Database", key: bytes, before: bytes, value: bytes) -> None:
        if len(value) < len(before) and len(before) > _LARGE:
            # Where a value overwrites a larger one of the same transaction, LMDB keeps all pages of the larger one
            # (mdb_cursor_put in lmdb's mdb.c), and lmdb.verify then reports the file as damaged.
            self._transaction.delete(key, db=database)
        self._transaction.put(key, value, db=database)

    def delete(self, table: Table[Any], key: bytes) -> None:
        """Delete a record, if it exists. Raises lmdb.Error."""
        if self._transaction.delete(key, db=self._database(table.name)):
            self._has_changes = True

    def keys_of(self, table: str) -> list[bytes]:
        """Return the keys of a table: for migrations, which know no codecs."""
        return [bytes(key) for key in self._transaction.cursor(self._database(table)).iternext(values=False)]

    def get_bytes(self, table: str, key: bytes) -> bytes | None:
        """Return the stored bytes at ``key`` of a table, or None: for migrations, which know no codecs."""
        value = self._transaction.get(key, db=self._database(table))
        return None if value is None else bytes(value)

    def put_bytes(self, table: str, key: bytes, value: bytes) -> None:
        """Write the bytes of a record: for migrations, which know no codecs."""
        self._transaction.put(key, value, db=self._database(table))
        self._empty[table] = False
        self._has_changes = True

    def put_meta(self, name: str, value: object) -> None:
        """Write a JSON value into ``meta``."""
        self._meta[name] = value
        self._transaction.put(name.encode(), orjson.dumps(value), db=self._database(META))

    def finish(self) -> bool:
        """Store the next sequence number, and the identity of a ledger that has none; return True if anything changed.

        Call once, before the transaction is committed.
        """
        if self._has_changes and self._next == self._first:
            self.next_sequence()
        if self._next == self._first:
            return False
        self.put_meta("sequence", self._next)
        if not self.meta("identity"):
            self.put_meta("identity", os.urandom(16).hex())
        return True
