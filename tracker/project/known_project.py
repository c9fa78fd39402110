"""Find the project that the ledger knows at a repository's path, for a repository whose own file of the id is gone."""

from tracker import keys
from tracker.git import Repository
from tracker.ledger import Ledger
from tracker.ledger.tables import PATHS, PROJECTS
from tracker.model import Oid, ProjectId
from tracker.text import escape_undecodable


def known_at_path(ledger: Ledger, repository: Repository) -> tuple[ProjectId | None, tuple[Oid, ...] | None]:
    """Return the id and baseline of the project that a ledger knows at a repository's path, unless it has moved since.

    Both are None if there is none. Raises the LedgerUnavailable errors.
    """
    path = escape_undecodable(str(repository.common_dir))
    with ledger.read() as snapshot:
        pointer = snapshot.get(PATHS, keys.path(path))
        record = snapshot.get(PROJECTS, keys.project(pointer.project)) if pointer else None
    if pointer and record and pointer.path == path and record.paths[0] == path:
        return pointer.project, record.baseline
    return None, None
