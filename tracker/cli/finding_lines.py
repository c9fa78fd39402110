"""Findings of ``doctor`` for people: what is wrong, and below it the command that repairs it."""

from collections.abc import Iterable
from typing import Final

from tracker.cli import output
from tracker.cli.colours import coloured
from tracker.reports.doctor import Finding
from tracker.text import printable

_COMMANDS: Final = ("agent-tracker ", "git ", "rm ", "mv ", "chmod ", "chown ")
"""Beginnings of repairs that are commands."""


def print_findings(findings: Iterable[Finding]) -> None:
    """Print findings, each with its repair below it; a command is not wrapped, so that it can be copied."""
    for finding in findings:
        output.paragraph(finding.what, "! ", "  ", "finding")
        if finding.mend.startswith(_COMMANDS):  # one line, to be copied
            output.say(coloured(f"  {printable(finding.mend)}", "repair"))
        else:
            output.paragraph(finding.mend, "  ", "  ", style="repair")
