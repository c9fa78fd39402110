"""The user's own catalogue of agents: entries that cannot be used are left out, and recording goes on without them."""

from collections.abc import Iterator

from tracker.attribution import catalogue_file
from tracker.project import settings
from tracker.reports.doctor.finding import Finding


def findings() -> Iterator[Finding]:
    """Each entry that cannot be used, by its line."""
    place = settings.user_catalogue()
    for fault in catalogue_file.read(place)[1]:
        yield Finding(f"{place}, line {fault.line}: {fault.reason}.", f"mend that entry in {place}")
