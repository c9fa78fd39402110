"""Records of opening balances: where agents stood in another program before this ledger.

One ``NamedTuple`` per table, its fields in the order in which they are stored; the rules for changing them are in
``records``. Pure.
"""

from typing import NamedTuple


class BalanceRecord(NamedTuple):
    """``balances``: an agent's standing in another program. Key: agent id + digest of program and account.

    It is shown, and counts for nothing here: the other program had other rules. ``account``: the agent's name there.
    ``skill_points``, ``experience_points``, ``communication_score``: in thousandths, None where they are not known.
    ``created_at``, ``updated_at``: seconds since the epoch, 0 where they are not known.
    """

    agent: str
    program: str
    account: str
    skill_points: int | None = None
    experience_points: int | None = None
    communication_score: int | None = None
    commits: int | None = None
    bugs: int | None = None
    model: str | None = None
    scope: str = ""
    is_active: bool = True
    created_at: int = 0
    updated_at: int = 0
