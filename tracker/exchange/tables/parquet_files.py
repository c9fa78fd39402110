"""The tables as Parquet files in a folder, one for each table. Needs the package ``pyarrow``."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tracker.errors import TrackerError
from tracker.exchange.tables.all_tables import TABLES
from tracker.exchange.tables.table import Converters, Source, Table, clamped_integer, clamped_time, clean_text

if TYPE_CHECKING:
    import pyarrow as pa

MARK: Final = b"agent-tracker"
"""The key in the metadata of each file by which an export is known; its value is ``VERSION``."""
VERSION: Final = b"1"
"""The version of the tables; columns may be added without a new one."""

_SUFFIX: Final = ".parquet"
_BATCH: Final = 8192
"""Rows that are held in memory, and written together as a row group."""
_CONVERTERS: Final[Converters] = {
    "text": clean_text, "integer": clamped_integer, "real": float, "boolean": bool,
    "time": lambda seconds: 1000 * clamped_time(seconds),
}  # fmt: skip


def require_pyarrow() -> None:
    """Raise TrackerError unless the package is there that writes the files."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise TrackerError(
            "Parquet needs the package 'pyarrow', which is not installed: pip install 'git-agent-tracker[parquet]'."
        ) from error


def foreign_file(folder: Path) -> str | None:
    """Return the name of a file in a folder that is of no export of ours; None if there is none. Raises OSError."""
    return next((one.name for one in sorted(folder.iterdir()) if not _is_ours(one)), None)


def _is_ours(file: Path) -> bool:
    import pyarrow as pa
    from pyarrow import parquet

    if file.suffix != _SUFFIX or not file.is_file():
        return False
    try:
        return MARK in (parquet.read_schema(file).metadata or {})
    except pa.ArrowException:
        return False


def write_parquet(source: Source, folder: Path) -> int:
    """Write the tables into an empty folder; return the number of rows. Raises OSError."""
    import pyarrow as pa

    try:
        return sum(_write_table(table, source, folder / f"{table.name}{_SUFFIX}") for table in TABLES)
    except pa.ArrowException as error:
        raise OSError(f"pyarrow says: {error}") from error


def _write_table(table: Table[Any], source: Source, file: Path) -> int:
    import pyarrow as pa
    from pyarrow import parquet

    schema, count = schema_of(table), 0
    rows = table.values(source, _CONVERTERS)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while batch := [*islice(rows, _BATCH)]:
            count += len(batch)
            columns = zip(*batch, strict=True)
            arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return count


def schema_of(table: Table[Any]) -> "pa.Schema":
    """Return the schema of a table, with the meaning of each column as its ``description``."""
    import pyarrow as pa

    types = {
        "text": pa.string(), "integer": pa.int64(), "real": pa.float64(), "boolean": pa.bool_(),
        "time": pa.timestamp("ms", tz="UTC"),
    }  # fmt: skip
    fields = [
        pa.field(one.name, types[one.type], nullable=not one.required, metadata={"description": one.meaning})
        for one in table.columns
    ]
    return pa.schema(fields, metadata={MARK: VERSION, b"description": table.meaning.encode()})
