"""Size of LMDB's map: the most bytes that the data file may take now, and how that grows to the size limit.

The map begins small and doubles when it is full, instead of having the size limit from the beginning. On Linux and
macOS only address space would be spent, but on Windows LMDB makes the file as large as the map, and where address space
is scarce (32-bit systems, ``ulimit -v``) not even a small ledger could be opened.

The size is not stored: it follows from that of the file. So every process that opens the ledger after one of them has
grown it maps enough, and one that has it open already adopts the new size (``lmdb_access.begin_transaction``).
"""

from pathlib import Path
from typing import Final

MIB: Final = 1 << 20
SMALLEST_SIZE_LIMIT: Final = MIB
LARGEST_SIZE_LIMIT: Final = 2048 * MIB
DEFAULT_SIZE_LIMIT: Final = LARGEST_SIZE_LIMIT

FIRST_MAP: Final = 64 * MIB
"""Bytes of the smallest map: room for more than 100,000 commits."""


def map_size(data_bytes: int, size_limit: int) -> int:
    """Return the bytes of the map of a data file: a power of two up to the limit, or the whole of a larger file."""
    size = FIRST_MAP
    while size < data_bytes:
        size *= 2
    return max(min(size, size_limit), data_bytes)


def larger_map_size(size: int, size_limit: int) -> int | None:
    """Return the bytes of the map after one of ``size`` bytes; None if the limit is reached."""
    return min(2 * size, size_limit) if size < size_limit else None


def growth_notice(ledger: Path, before: int, after: int, size_limit: int) -> str:
    """Return the sentence for the user about a map that grew, with its bytes before and after."""
    further = "which is its size limit"
    if after < size_limit:
        further = f"and grows further by itself, up to its size limit of {size_limit // MIB} MiB"
    return f"the ledger {ledger} has outgrown {before // MIB} MiB: it has room for {after // MIB} MiB now, {further}."
