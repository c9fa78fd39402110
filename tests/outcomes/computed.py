"""Compute outcomes of a repository in this process, and read them."""

from tests.support import Repo
from tracker import keys
from tracker.git import Repository
from tracker.ledger.tables import OUTCOMES
from tracker.model import Oid
from tracker.outcome_records import OutcomeRecord
from tracker.outcomes.compute import Computed, compute
from tracker.project.project import open_project


def computed(repo: Repo) -> Computed:
    """Bring the outcomes up to date."""
    return compute(open_project(Repository.discover(repo.path), {}))


def outcomes(repo: Repo) -> dict[Oid, OutcomeRecord]:
    """Return the outcomes by commit, brought up to date."""
    computed(repo)
    return recorded(repo)


def recorded(repo: Repo) -> dict[Oid, OutcomeRecord]:
    """Return the recorded outcomes by commit."""
    with repo.ledger().read() as snapshot:
        return {keys.oid_of(key): one for key, one in snapshot.scan(OUTCOMES, keys.project(repo.project()))}
