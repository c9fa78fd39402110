"""Findings of ``doctor`` for people: what is wrong, and below it the command that repairs it."""

from collections.abc import Iterable

from tracker.cli import output
from tracker.cli.colours import coloured
from tracker.reports.doctor import Finding
from tracker.text import printable


def print_findings(findings: Iterable[Finding]) -> None:
    """Print findings, each with its repair below it, which is not wrapped so that it can be copied."""
    for finding in findings:
        output.paragraph(finding.what, "! ", "  ", "finding")
        output.say(coloured(f"  {printable(finding.mend)}", "repair"))
