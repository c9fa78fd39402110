"""Encoding of records as bytes: positional JSON arrays ``[version, field, …]``, one codec per record type.

Pure. A reader of another language needs nothing but the names of the fields, which docs/ledger.md lists in the order of
storage. Fields at the end that have their default are left out: most commits have most of them. The oids in commits and
standings are in base64, those of other records in hex.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

import orjson

from tracker import records, rewrite_records
from tracker.errors import EntryRefused, LedgerNewer
from tracker.ledger import committer, nested_values
from tracker.model import Oid

if TYPE_CHECKING:
    from tracker import balance_records, cost_records, feedback_records, outcome_records, profile_records, team_records

R = TypeVar("R", bound=NamedTuple)

LARGEST_VALUE: Final = 1 << 20
"""Most bytes of one encoded record; the ledger keeps facts, not documents."""

_MOST_REMEMBERED: Final = 4096
"""Different rows that are kept decoded: a few megabytes."""

Conversions = Mapping[str, Callable[[Any], Any]]
"""Conversions of values, by the name of the field."""


class UnreadableRecord(Exception):
    """Bytes in the ledger are not a record: the file is damaged."""


class Codec(Generic[R]):
    """Encoder and decoder of one record type.

    ``decoders`` turn the JSON values of fields into their types; ``encoders`` turn values of fields into what is
    stored, where that is not their JSON form. ``fields``: the names of the stored fields, in their order.
    """

    def __init__(
        self, record: type[R], decoders: Conversions | None = None, encoders: Conversions | None = None
    ) -> None:
        self.record = record
        self.version = 1
        self.fields: tuple[str, ...] = record._fields
        self._defaults = tuple(record._field_defaults.values())
        self._set_conversions(decoders or {}, encoders or {})

    def _set_conversions(self, decoders: Conversions, encoders: Conversions) -> None:
        self._decoders = sorted((self.fields.index(name), decoder) for name, decoder in decoders.items())
        self._encoders = tuple((self.fields.index(name), encoder) for name, encoder in encoders.items())

    def encode(self, record: R, tail: Sequence[object] = ()) -> bytes:
        """Return the bytes of a record. ``tail``: stored fields that follow those that this program knows.

        Raises EntryRefused (see ``encode`` of values).
        """
        values = self._stored(record)
        kept = [*(values if tail else self._without_defaults(values))]
        try:
            for position, encoder in self._encoders:
                if position < len(kept):
                    kept[position] = encoder(kept[position])
        except ValueError as error:
            raise EntryRefused(f"it contains an object name that is none: {error}.") from error
        return encode([self.version, *kept, *tail])

    def decode(self, value: bytes) -> R:
        """Return the record in ``value``; ignores fields that a newer program added at its end.

        Raises LedgerNewer for a newer version of the record, UnreadableRecord for bytes that are not a record.
        """
        try:
            version, *fields = orjson.loads(value)
            if not isinstance(version, int):
                raise TypeError(version)
            if version > self.version:
                raise LedgerNewer
            del fields[len(self.fields) :]
            size = len(fields)
            for position, decoder in self._decoders:
                if position >= size:
                    break
                fields[position] = decoder(fields[position])
            return self._record(fields)
        except (TypeError, ValueError, IndexError) as error:
            raise UnreadableRecord(f"{self.record.__name__}: {value[:80]!r}") from error

    def tail(self, value: bytes) -> Sequence[object]:
        """Return the fields of a stored record that a newer program added at its end; most have none.

        Raises UnreadableRecord for bytes that are not a record.
        """
        try:
            return list(orjson.loads(value)[1 + len(self.fields) :])
        except (TypeError, ValueError) as error:
            raise UnreadableRecord(f"{self.record.__name__}: {value[:80]!r}") from error

    def _stored(self, record: R) -> Sequence[object]:
        """Return the values of the stored fields."""
        return record

    def _record(self, values: Sequence[Any]) -> R:
        """Return the record with these values of stored fields; raises TypeError if there are too few."""
        return self.record(*values)

    def _without_defaults(self, values: Sequence[object]) -> Sequence[object]:
        """Return stored values without those at the end that are defaults."""
        end = len(values)
        for value, default in zip(reversed(values), reversed(self._defaults), strict=False):
            if value != default:
                break
            end -= 1
        return values[:end]


class RememberingCodec(Codec[R]):
    """Codec of a record type of which many rows have the same bytes: those decoded last are decoded once."""

    def __init__(self, record: type[R], decoders: Conversions, encoders: Conversions) -> None:
        super().__init__(record, decoders, encoders)
        self.decode = lru_cache(maxsize=_MOST_REMEMBERED)(super().decode)  # type: ignore[method-assign]


class LateCodec(Codec[R]):
    """Codec of a record type whose module is imported when it is first used: few recorders need one of these."""

    def __init__(
        self, module: str, name: str, decoders: Conversions | None = None, encoders: Conversions | None = None
    ) -> None:
        self._place = (f"tracker.{module}", name)
        self._conversions = (decoders, encoders)

    def __getattr__(self, name: str) -> Any:
        """Return an attribute that every codec has, after this one was made ready."""
        if name.startswith("__"):
            raise AttributeError(name)
        module, record = self._place
        super().__init__(getattr(import_module(module), record), *self._conversions)
        return self.__dict__[name]


class FactsCodec(Codec[records.CommitFacts]):
    """Codec of commits: the four fields of the committer are stored as one, and only as far as the author's differ."""

    def __init__(self, decoders: Conversions, encoders: Conversions) -> None:
        super().__init__(records.CommitFacts)
        self.fields = committer.stored_fields(self.fields)
        self._defaults = ((), *self._defaults)
        self._set_conversions(decoders, encoders)

    def _stored(self, record: records.CommitFacts) -> Sequence[object]:
        return committer.fold(record)

    def _record(self, values: Sequence[Any]) -> records.CommitFacts:
        return records.CommitFacts(*committer.unfold(values))


class CommitRelations(NamedTuple):
    """The commits to which the facts of a commit connect it: the one that it copies, those that it reverts."""

    copy_of: Oid | None = None
    reverts: tuple[Oid, ...] = ()


class RelationsCodec(Codec[CommitRelations]):
    """Decoder of the relations in the bytes of facts. Most facts have none, and are not decoded further."""

    def __init__(self, facts: Codec[records.CommitFacts]) -> None:
        super().__init__(CommitRelations)
        self._copy_of, self._reverts = (1 + facts.fields.index(name) for name in CommitRelations._fields)
        self._nothing = CommitRelations()

    def decode(self, value: bytes) -> CommitRelations:
        """Return the relations in a stored commit. Raises UnreadableRecord for bytes that are not a record."""
        try:
            fields = orjson.loads(value)
            if not isinstance(fields, list):
                raise TypeError(fields)
            if len(fields) <= self._copy_of:
                return self._nothing
            reverts = fields[self._reverts] if len(fields) > self._reverts else ()
            return CommitRelations(
                nested_values.long_oid_or_none(fields[self._copy_of]), nested_values.long_oids(reverts)
            )
        except (TypeError, ValueError) as error:
            raise UnreadableRecord(f"{self.record.__name__}: {value[:80]!r}") from error


class EmptyCodec(Codec[R]):
    """Codec of a record without fields, whose key says everything: its value is empty."""

    def encode(self, record: R, tail: Sequence[object] = ()) -> bytes:  # noqa: ARG002 - nothing is stored
        """Return no bytes."""
        return b""

    def decode(self, value: bytes) -> R:
        """Return the record. Raises UnreadableRecord for a value that is not empty."""
        if value:
            raise UnreadableRecord(f"{self.record.__name__}: {value[:80]!r}")
        return self._record(())

    def tail(self, value: bytes) -> Sequence[object]:  # noqa: ARG002 - nothing is stored
        """Return nothing."""
        return ()


def encode(values: Sequence[object]) -> bytes:
    """Return values as a JSON array. Raises EntryRefused for values that JSON cannot represent, or too many bytes."""
    try:
        value = orjson.dumps(values, default=nested_values.plain)
    except TypeError as error:
        raise EntryRefused(f"it contains a value that JSON cannot represent: {error}.") from error
    if len(value) > LARGEST_VALUE:
        raise EntryRefused(f"it takes {len(value)} bytes, and a record takes at most {LARGEST_VALUE}.")
    return value


FACTS: Final = FactsCodec(
    {
        "parents": nested_values.long_oids,
        "evidence": nested_values.evidence,
        "moments": nested_values.moments,
        "copy_of": nested_values.long_oid_or_none,
        "reverts": nested_values.long_oids,
    },
    {
        "parents": nested_values.short_oids,
        "copy_of": nested_values.short_oid_or_none,
        "reverts": nested_values.short_oids,
    },
)
RELATIONS: Final = RelationsCodec(FACTS)
STANDING: Final = RememberingCodec(
    records.CommitStanding,
    {
        "also": tuple,
        "other_evidence": nested_values.evidence,
        "carried": nested_values.carried,
        "links": nested_values.links,
        "set_aside": nested_values.evidence,
        "stands_for": nested_values.long_oids,
    },
    {
        "carried": nested_values.short_carried,
        "links": nested_values.short_links,
        "stands_for": nested_values.short_oids,
    },
)
PROJECT: Final = Codec(records.ProjectRecord, {"paths": tuple, "remotes": tuple, "baseline": tuple})
PATH: Final = Codec(records.PathRecord)
HOLDER: Final = EmptyCodec(records.HolderRecord)
REWRITE: Final = Codec(rewrite_records.RewriteRecord, {"claims": nested_values.claims})
PREDECESSOR: Final = Codec(rewrite_records.PredecessorRecord)
REFLOG: Final = Codec(rewrite_records.ReflogRecord, {"left": nested_values.left, "squash_begun": tuple})
COPY: Final = EmptyCodec(records.CopyRecord)
REVERT: Final = EmptyCodec(records.RevertRecord)
TIP: Final = Codec(records.TipRecord)
DEPARTED: Final = Codec(records.DepartedRecord)
AGENT: Final = Codec(records.AgentRecord)
GRADE: Final[Codec[feedback_records.GradeRecord]] = LateCodec("feedback_records", "GradeRecord")
RETROSPECTIVE: Final[Codec[feedback_records.RetrospectiveRecord]] = LateCodec("feedback_records", "RetrospectiveRecord")
ACTIVITY: Final[Codec[feedback_records.ActivityRecord]] = LateCodec("feedback_records", "ActivityRecord")
BUG: Final[Codec[feedback_records.BugRecord]] = LateCodec("feedback_records", "BugRecord")
REINSTATEMENT: Final[Codec[feedback_records.ReinstatementRecord]] = LateCodec("feedback_records", "ReinstatementRecord")
SETUP: Final = Codec(records.SetupRecord, {"files": nested_values.files})
TOTALS: Final = Codec(records.TotalsRecord, {"sums": tuple})
AGENT_TOTALS: Final = Codec(records.AgentTotalsRecord, {"sums": tuple})
MAKER_MONTH: Final = Codec(records.MakerMonthRecord, {"live": tuple, "elsewhere": tuple})
OUTCOME: Final[Codec[outcome_records.OutcomeRecord]] = LateCodec(
    "outcome_records", "OutcomeRecord", {"changes": nested_values.pairs, "blamed_by": tuple}
)
OUTCOMES_RUN: Final[Codec[outcome_records.OutcomesRunRecord]] = LateCodec("outcome_records", "OutcomesRunRecord")
LIFETIMES: Final[Codec[outcome_records.LifetimesRecord]] = LateCodec(
    "outcome_records", "LifetimesRecord", {"ended": nested_values.pairs, "going": nested_values.pairs}
)
PROFILE: Final[Codec[profile_records.ProfileRecord]] = LateCodec(
    "profile_records",
    "ProfileRecord",
    {"languages": nested_values.named_counts, "manifests": tuple, "frameworks": tuple, "dependencies": tuple},
)
COST: Final[Codec[cost_records.CostRecord]] = LateCodec(
    "cost_records",
    "CostRecord",
    {"models": nested_values.named_counts, "flags": tuple, "by_model": nested_values.model_tokens},
)
BALANCE: Final[Codec[balance_records.BalanceRecord]] = LateCodec("balance_records", "BalanceRecord")
SENT: Final[Codec[team_records.SentRecord]] = LateCodec("team_records", "SentRecord")
MIGRATION: Final = Codec(records.MigrationRecord)
