"""Reading of the costs that are due, before a command shows or counts them."""

from tracker.cli import output
from tracker.costs.collect import Collected, collect
from tracker.errors import LedgerUnavailable, error_sentence
from tracker.project.project import Project
from tracker.text import printable


def read_costs(project: Project) -> Collected:
    """Record the costs that are due; a ledger that cannot be written to now is a warning."""
    try:
        return collect(project)
    except (LedgerUnavailable, OSError) as error:
        output.warn(printable(error_sentence(error)))
        return Collected()
