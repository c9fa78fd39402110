"""The table of git operations, each with the rewrite links that agent-tracker must record for it.

Every operation starts from the same repositories (``World``). Each kind of operation has a module here, which registers
its operations in a list of its own; ``OPERATIONS`` joins them. docs/rewritten-history.md shows the table in this order.
"""

from typing import Final

from tests.history.operations import amend, commits, hosts, merge, picks, rebase, refs, replay, squash
from tests.history.operations.table import Operation, Pairs
from tests.history.operations.world import World

__all__ = ["OPERATIONS", "Operation", "Pairs", "World"]

OPERATIONS: Final[list[Operation]] = [
    operation
    for module in (commits, amend, merge, rebase, picks, squash, hosts, refs, replay)
    for operation in module.OPERATIONS
]
