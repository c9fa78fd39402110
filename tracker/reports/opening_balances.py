"""The standings that an agent brought from other programs: shown beside its own, and counted nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker import keys
from tracker.ledger.tables import BALANCES

if TYPE_CHECKING:
    from tracker.balance_records import BalanceRecord
    from tracker.ledger import Snapshot


def opening_balances(snapshot: Snapshot, agent: str) -> list[dict[str, Any]]:
    """Return an agent's opening balances as ``status --json`` prints them. Points are numbers with fractions."""
    return [_as_json(record) for _, record in snapshot.scan(BALANCES, keys.agent(agent))]


def _as_json(record: BalanceRecord) -> dict[str, Any]:
    return {
        "program": record.program,
        "account": record.account,
        "skill_points": _whole_or_fraction(record.skill_points),
        "experience_points": _whole_or_fraction(record.experience_points),
        "communication_score": _whole_or_fraction(record.communication_score),
        "commits": record.commits,
        "bugs": record.bugs,
        "model": record.model,
        "active": record.is_active,
        "updated_at": record.updated_at or None,
    }


def _whole_or_fraction(thousandths: int | None) -> float | int | None:
    if thousandths is None:
        return None
    return thousandths // 1000 if thousandths % 1000 == 0 else thousandths / 1000
