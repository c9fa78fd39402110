"""The bytes of a ledger: of its file, and of the entries of each table."""

from pathlib import Path
from typing import Any, Final

import lmdb

_MOST_TABLES: Final = 64


def measure_bytes(ledger: Path, commits: int) -> dict[str, Any]:
    """Return the bytes per commit of a ledger's file, and for each table its entries, bytes and pages.

    ``pages`` are those in use; the file has others besides, which were freed and wait to be used again.
    """
    tables: dict[str, dict[str, int]] = {}
    with lmdb.open(str(ledger), max_dbs=_MOST_TABLES, readonly=True) as environment, environment.begin() as raw:
        page_bytes = environment.stat()["psize"]
        for name in [bytes(name) for name in raw.cursor().iternext(values=False)]:
            database = environment.open_db(name, txn=raw, create=False)
            stat = raw.stat(db=database)
            rows = [(len(key), len(value)) for key, value in raw.cursor(db=database)]
            tables[name.decode()] = {
                "entries": stat["entries"],
                "key_bytes": sum(key for key, _ in rows),
                "value_bytes": sum(value for _, value in rows),
                "page_bytes": page_bytes * (stat["branch_pages"] + stat["leaf_pages"] + stat["overflow_pages"]),
            }
    size = (ledger / "data.mdb").stat().st_size
    return {"bytes": size, "bytes_per_commit": round(size / commits, 1), "tables": tables}
