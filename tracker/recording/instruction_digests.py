"""Set-ups: the instruction files in a commit's own tree, and digests of their content.

File content is never stored. A record covers the files that any agent of the catalogue reads, so that it does not
depend on the commit's attribution; ``attribution.instruction_files`` reduces it to one agent's files.
"""

from collections.abc import Sequence

from tracker.attribution import Catalogue
from tracker.attribution.instruction_files import COMMON, files_digest
from tracker.git import Repository
from tracker.ledger.entries import SetupEntry
from tracker.model import Oid


def paths(rules: Catalogue) -> list[str]:
    """Return all files and folders that agents of the catalogue read instructions from, sorted."""
    return sorted({*COMMON, *(path for agent in rules for path in agent.instructions)})


def read_setups(repository: Repository, oids: Sequence[Oid], rules: Catalogue) -> dict[Oid, SetupEntry]:
    """Return the instruction files of commits; commits without any are left out. Raises RepositoryError."""
    held = repository.objects_at_paths(oids, paths(rules)) if oids else {}
    return {oid: _entry(tuple(sorted(files.items()))) for oid, files in held.items()}


def _entry(files: tuple[tuple[str, str], ...]) -> SetupEntry:
    """Return the entry of a set-up; its key is a digest of 32 hex digits."""
    return SetupEntry(files_digest(files, size=16), files)
