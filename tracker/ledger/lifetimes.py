"""Lifetimes of landed commits, counted for each account: their change in a transaction, and those of a whole ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tracker.ledger.tables import LIFETIMES, Transaction
from tracker.lineage.contributions import Account
from tracker.model import DAY
from tracker.records import RecordedCommit

if TYPE_CHECKING:
    from tracker.outcome_records import LifetimesRecord, OutcomeRecord

Lifetime = tuple[str, int]
"""``ended`` and an age in days, or ``going`` and the day on which the commit landed."""

AccountLifetimes = dict[bytes, tuple[Account, Counter[Lifetime]]]
"""Accounts with their numbers of commits by lifetime, keyed as in ``lifetimes``."""


def lifetime(commit: RecordedCommit, outcome: OutcomeRecord | None) -> Lifetime | None:
    """Return the lifetime of a commit; None for a merge, and for a commit that added no line or has not landed."""
    if outcome is None or not outcome.added or len(commit.facts.parents) > 1:
        return None
    age = outcome.lifetime()
    return ("going", outcome.landed_at // DAY) if age is None else ("ended", age)


def add(found: AccountLifetimes, account: Account, one: Lifetime | None, factor: int = 1) -> None:
    """Add a commit's lifetime to its account, or subtract it with ``factor`` -1."""
    if one is not None:
        found.setdefault(account.key(), (account, Counter()))[1][one] += factor


def write(transaction: Transaction, changes: AccountLifetimes) -> None:
    """Add changes to the table; rows without commits are deleted."""
    for key, (account, change) in changes.items():
        if not any(change.values()):
            continue
        stored = transaction.get(LIFETIMES, key)
        counts = counts_in(stored) if stored else Counter[Lifetime]()
        for one, number in change.items():
            counts[one] += number
        row = record(account, counts)
        if row.ended or row.going:
            transaction.put(LIFETIMES, key, row)
        else:
            transaction.delete(LIFETIMES, key)


def counts_in(row: LifetimesRecord) -> Counter[Lifetime]:
    """Return the numbers of commits by lifetime in a record."""
    counts: Counter[Lifetime] = Counter({("ended", age): number for age, number in row.ended})
    counts.update({("going", day): number for day, number in row.going})
    return counts


def record(account: Account, counts: Mapping[Lifetime, int]) -> LifetimesRecord:
    """Return the record of an account."""
    from tracker.outcome_records import LifetimesRecord  # few transactions hold outcomes

    return LifetimesRecord(**account._asdict(), ended=_of(counts.items(), "ended"), going=_of(counts.items(), "going"))


def _of(counts: Iterable[tuple[Lifetime, int]], sort: str) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((number, count) for (one, number), count in counts if one == sort and count))
