"""Set-ups: the instruction files in a commit's own tree, and digests of their content.

File content is never stored. A record covers the files that any agent of the catalogue reads, so that it does not
depend on the commit's attribution; ``setup_digest`` reduces it to one agent's files.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from tracker.attribution import Catalogue
from tracker.digests import blake2b
from tracker.git import Repository
from tracker.ledger.entries import SetupEntry
from tracker.model import Oid
from tracker.records import SetupRecord

COMMON: Final = ("AGENTS.md",)
"""Files that every agent reads (https://agents.md)."""


def paths(rules: Catalogue) -> list[str]:
    """Return all files and folders that agents of the catalogue read instructions from, sorted."""
    return sorted({*COMMON, *(path for agent in rules for path in agent.instructions)})


def read_setups(repository: Repository, oids: Sequence[Oid], rules: Catalogue) -> dict[Oid, SetupEntry]:
    """Return the instruction files of commits; commits without any are left out. Raises RepositoryError."""
    held = repository.objects_at_paths(oids, paths(rules)) if oids else {}
    return {oid: _entry(tuple(sorted(files.items()))) for oid, files in held.items()}


def files_read_by(record: SetupRecord, agent: str, rules: Catalogue) -> list[tuple[str, str]]:
    """Return the recorded files that an agent reads, as pairs of path and digest of the content."""
    known = rules.by_name.get(agent)
    read = {*COMMON, *(known.instructions if known else ())}
    return [(path, held) for path, held in record.files if path in read]


def setup_digest(record: SetupRecord, agent: str, rules: Catalogue) -> str | None:
    """Return one digest (16 hex digits) of all files that an agent reads; None if it reads none."""
    files = files_read_by(record, agent, rules)
    return _digest(files, size=8) if files else None


def _entry(files: tuple[tuple[str, str], ...]) -> SetupEntry:
    """Return the entry of a set-up; its key is a digest of 32 hex digits."""
    return SetupEntry(_digest(files, size=16), files)


def _digest(files: Iterable[tuple[str, str]], size: int) -> str:
    """Return the digest of paths and content digests, of ``size`` bytes, in hex."""
    text = "".join(f"{path}\0{held}\n" for path, held in files)
    return blake2b(text.encode(), digest_size=size).hexdigest()
