"""The instruction files that an agent reads, among those that were recorded of a commit's tree. Pure."""

from collections.abc import Iterable
from typing import Final

from tracker.attribution.catalogue import Catalogue
from tracker.digests import blake2b
from tracker.records import SetupRecord

COMMON: Final = ("AGENTS.md",)
"""Files that every agent reads (https://agents.md)."""


def files_read_by(record: SetupRecord, agent: str, rules: Catalogue) -> list[tuple[str, str]]:
    """Return the recorded files that an agent reads, as pairs of path and digest of the content."""
    known = rules.by_name.get(agent)
    read = {*COMMON, *(known.instructions if known else ())}
    return [(path, held) for path, held in record.files if path in read]


def setup_digest(record: SetupRecord, agent: str, rules: Catalogue) -> str | None:
    """Return one digest (16 hex digits) of all files that an agent reads; None if it reads none."""
    files = files_read_by(record, agent, rules)
    return files_digest(files, size=8) if files else None


def files_digest(files: Iterable[tuple[str, str]], size: int) -> str:
    """Return the digest of paths and content digests, of ``size`` bytes, in hex."""
    text = "".join(f"{path}\0{held}\n" for path, held in files)
    return blake2b(text.encode(), digest_size=size).hexdigest()
