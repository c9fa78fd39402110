"""Making the page of ``report --html`` of the facts that the command has gathered."""

import time

from tracker.cli.report_file import check_name, write_page
from tracker.cli.set_up_facts import Facts
from tracker.reports.page.content import read_report
from tracker.reports.page.document import page_as_html
from tracker.reports.set_ups.read_sums import SetUpReader
from tracker.reports.set_ups.recommendation import recommend


def write(facts: Facts, file: str) -> None:
    """Write the page of these facts to a file, in place of an HTML page that is there; ``-`` is standard output.

    Raises UsageError for what is no name of a file, TrackerError for a file that holds something else, and if it cannot
    be written.
    """
    check_name(file)
    found = recommend(facts.rows)
    first = facts.scope.first
    since = None if first is None else f"{first // 12:04}-{first % 12 + 1:02}"
    with facts.opened.ledger.read(begin=False) as snapshot:
        reader = SetUpReader(snapshot, facts.opened.catalogue, facts.by)
        report = read_report(
            snapshot, reader, facts.scope, found, facts.here, int(time.time()), by=facts.by, since=since
        )
    write_page(page_as_html(report), file)
