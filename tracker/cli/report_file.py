"""Writing the file of ``report --html``."""

import time
from pathlib import Path

from tracker.cli.set_up_facts import Facts
from tracker.errors import TrackerError
from tracker.files import atomic_write
from tracker.reports.page.content import read_report
from tracker.reports.page.document import page_as_html
from tracker.reports.set_ups.read_sums import SetUpReader
from tracker.reports.set_ups.recommendation import recommend


def write(facts: Facts, file: str) -> None:
    """Write the page of these facts to a file, which is replaced if it exists. Raises TrackerError if it cannot."""
    found = recommend(facts.rows)
    first = facts.scope.first
    since = None if first is None else f"{first // 12:04}-{first % 12 + 1:02}"
    with facts.opened.ledger.read(begin=False) as snapshot:
        reader = SetUpReader(snapshot, facts.opened.catalogue, facts.by)
        report = read_report(
            snapshot, reader, facts.scope, found, facts.here, int(time.time()), by=facts.by, since=since
        )
    page = page_as_html(report)
    try:
        atomic_write(Path(file), page.encode(), mode=0o644)
    except OSError as error:
        raise TrackerError(f"{file} cannot be written: {error.strerror}.") from error
