"""The sub-databases, and typed reading and writing of them inside one LMDB transaction."""

from collections.abc import Iterator
from typing import Any, Final, Generic, NamedTuple, TypeVar

import lmdb
import orjson

from tracker import keys
from tracker.ledger import codec
from tracker.records import ChangeRecord

R = TypeVar("R", bound=NamedTuple)


class Table(Generic[R]):
    """One named sub-database and the codec of its values. ``logged``: its changes go into the change feed."""

    def __init__(self, name: str, record_codec: codec.Codec[R], *, logged: bool = True) -> None:
        self.name = name
        self.codec = record_codec
        self.logged = logged


PROJECTS: Final = Table("projects", codec.PROJECT)
PATHS: Final = Table("paths", codec.PATH)
COMMITS: Final = Table("commits", codec.COMMIT)
OIDS: Final = Table("oids", codec.HOLDERS, logged=False)
REWRITES: Final = Table("rewrites", codec.LINKS)
COPIES: Final = Table("copies", codec.COPIES)
REVERTS: Final = Table("reverts", codec.REVERTERS)
TIPS: Final = Table("tips", codec.TIP, logged=False)
DEPARTED: Final = Table("departed", codec.DEPARTED, logged=False)
AGENTS: Final = Table("agents", codec.AGENT)
COMMUNICATION: Final = Table("communication", codec.GRADE)
RETROSPECTIVES: Final = Table("retrospectives", codec.RETROSPECTIVE)
ACTIVITIES: Final = Table("activities", codec.ACTIVITY)
BUGS: Final = Table("bugs", codec.BUG)
REINSTATEMENTS: Final = Table("reinstatements", codec.REINSTATEMENT)
SETUPS: Final = Table("setups", codec.SETUP)
TOTALS: Final = Table("totals", codec.TOTALS, logged=False)
STANDINGS: Final = Table("standings", codec.STANDING, logged=False)
LOG: Final = Table("log", codec.CHANGE, logged=False)
MIGRATIONS: Final = Table("migrations", codec.MIGRATION, logged=False)

TABLES: Final[tuple[Table[Any], ...]] = (
    PROJECTS, PATHS, COMMITS, OIDS, REWRITES, COPIES, REVERTS, TIPS, DEPARTED, AGENTS, COMMUNICATION, RETROSPECTIVES,
    ACTIVITIES, BUGS, REINSTATEMENTS, SETUPS, TOTALS, STANDINGS, LOG, MIGRATIONS,
)  # fmt: skip
META: Final = "meta"

_LARGE: Final = 1000
"""Bytes of a value below which LMDB never gives it pages of its own, whatever the size of a page."""


class Snapshot:
    """Reads the tables as they were when it was taken."""

    def __init__(self, environment: lmdb.Environment, transaction: lmdb.Transaction) -> None:
        self._environment = environment
        self._transaction = transaction
        self._databases: dict[str, lmdb._Database | None] = {}

    def _database(self, name: str) -> "lmdb._Database | None":
        if name not in self._databases:
            try:
                self._databases[name] = self._environment.open_db(name.encode(), txn=self._transaction, create=False)
            except lmdb.NotFoundError:
                self._databases[name] = None
        return self._databases[name]

    def get(self, table: Table[R], key: bytes) -> R | None:
        """The record at ``key``, or None."""
        database = self._database(table.name)
        value = None if database is None else self._transaction.get(key, db=database)
        return None if value is None else table.codec.decode(bytes(value))

    def scan(self, table: Table[R], prefix: bytes = b"") -> Iterator[tuple[bytes, R]]:
        """Keys and records whose key begins with ``prefix``, in key order."""
        database = self._database(table.name)
        if database is None:
            return
        with self._transaction.cursor(db=database) as cursor:
            if not cursor.set_range(prefix or b"\0"):
                return
            for key, value in cursor:
                if not bytes(key).startswith(prefix):
                    return
                yield bytes(key), table.codec.decode(bytes(value))

    def newest(self, table: Table[R], prefix: bytes) -> Iterator[tuple[bytes, R]]:
        """The same in the reverse order, so that the newest comes first where keys end with a time or sequence."""
        database = self._database(table.name)
        if database is None:
            return
        with self._transaction.cursor(db=database) as cursor:
            # The first key that is beyond all with the prefix; keys are shorter than what is appended here.
            found = cursor.set_range(prefix + b"\xff" * 64)
            if not (cursor.prev() if found else cursor.last()):
                return
            for key, value in cursor.iterprev():
                if not bytes(key).startswith(prefix):
                    return
                yield bytes(key), table.codec.decode(bytes(value))

    def count(self, table: Table[Any]) -> int:
        """How many records a table holds."""
        database = self._database(table.name)
        return 0 if database is None else self._transaction.stat(db=database)["entries"]

    def meta(self, name: str) -> Any:
        """The JSON value at ``name`` in ``meta``, or None."""
        database = self._database(META)
        value = None if database is None else self._transaction.get(name.encode(), db=database)
        if value is None:
            return None
        try:
            return orjson.loads(bytes(value))
        except orjson.JSONDecodeError as error:
            raise codec.UnreadableRecord(f"meta/{name}") from error


class Transaction(Snapshot):
    """Reads and writes the tables; nothing is seen by others until all of it is durable. Never runs git."""

    def __init__(self, environment: lmdb.Environment, transaction: lmdb.Transaction, now: int) -> None:
        super().__init__(environment, transaction)
        self.now = now
        self._next = int(self.meta("sequence") or 1)
        self._first = self._next

    def _database(self, name: str) -> "lmdb._Database":
        database = self._databases.get(name)
        if database is None:
            database = self._environment.open_db(name.encode(), txn=self._transaction)
            self._databases[name] = database
        return database

    def next_sequence(self) -> int:
        """A number that no other record of this ledger has or will have."""
        number = self._next
        self._next += 1
        return number

    def put(self, table: Table[R], key: bytes, record: R) -> None:
        """Write a record, and note it in the change feed."""
        database, value = self._database(table.name), table.codec.encode(record)
        before = self._transaction.get(key, db=database)
        if before is not None and len(value) < len(before) and len(before) > _LARGE:
            # Written over a larger one of this transaction, a value keeps all of its pages (mdb_cursor_put in lmdb's
            # mdb.c), and lmdb's own check then takes the file for damaged.
            self._transaction.delete(key, db=database)
        self._transaction.put(key, value, db=database)
        self._note(table, key)

    def delete(self, table: Table[Any], key: bytes) -> None:
        """Remove a record, if it is there, and note it in the change feed."""
        if self._transaction.delete(key, db=self._database(table.name)):
            self._note(table, key)

    def put_meta(self, name: str, value: object) -> None:
        """Write a JSON value into ``meta``."""
        self._transaction.put(name.encode(), orjson.dumps(value), db=self._database(META))

    def finish(self) -> None:
        """Keep the sequence for the next transaction; called once, before the commit."""
        if self._next != self._first:
            self.put_meta("sequence", self._next)

    def _note(self, table: Table[Any], key: bytes) -> None:
        if not table.logged:
            return
        change = ChangeRecord(table.name, key.hex(), self.now)
        self._transaction.put(
            keys.sequence(self.next_sequence()), LOG.codec.encode(change), db=self._database(LOG.name), append=True
        )
