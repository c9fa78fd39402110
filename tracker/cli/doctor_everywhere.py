"""The output of ``doctor --all``: every project of the ledger, with what is wrong there."""

from collections import Counter
from typing import Any, Final

from tracker.cli import output
from tracker.cli.finding_lines import print_findings
from tracker.cli.open_project import open_ledger
from tracker.reports.doctor.all_projects import CheckedProject, check_all
from tracker.text import number_of

SCHEMA: Final = 1


def check_every_project(path: str, ledger: str | None, *, deep: bool, json: bool) -> int:
    """Check all projects of the ledger that applies at ``path``, print each, and return the exit code.

    ``deep``: read all of the ledger and of the repositories. The code is 1 when there is a finding; a repository that
    is missing is named and is none.
    """
    opened = open_ledger(path, ledger, everywhere=True)
    checked: list[CheckedProject] = []
    with output.progress("Checking", quiet=json, unit="projects") as progress:
        for one in check_all(opened.ledger, wholly=deep, progress=progress):
            checked.append(one)
            if json:
                output.print_json(_as_json(one))
    wrong = sum(bool(one.findings) for one in checked)
    if not json:
        for one in checked:
            _print(one)
        _print_sum(checked, wrong)
    return 1 if wrong else 0


def _as_json(one: CheckedProject) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "project": one.project,
        "name": one.name,
        "path": one.path,
        "state": one.state,
        "ok": not one.findings,
        "findings": [finding._asdict() for finding in one.findings],
    }


def _print(one: CheckedProject) -> None:
    place = one.path.removesuffix("/.git")
    states = {"missing": "is missing", "untracked": "is not tracked any more", "checked": "is in order"}
    ending = ":" if one.findings else f" {states[one.state]}."
    output.paragraph(f"{one.name} ({place}){ending}", others="    ")
    print_findings(one.findings)


def _print_sum(checked: list[CheckedProject], wrong: int) -> None:
    states = Counter(one.state for one in checked)
    numbers = {
        "in order": states["checked"] - wrong,
        "with findings": wrong,
        "not tracked any more": states["untracked"],
        "missing": states["missing"],
    }
    projects = number_of(len(checked), "project")
    output.say(f"{projects}: {', '.join(f'{number} {what}' for what, number in numbers.items() if number) or 'none'}.")
    if states["missing"]:
        output.paragraph(
            "The repository of a missing project was deleted or moved, or is on a disk that is not mounted. If it is"
            " gone for good: 'agent-tracker sync' in any project takes note of that."
        )
