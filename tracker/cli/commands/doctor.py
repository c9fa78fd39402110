"""``doctor``: is everything as it must be for commits to be recorded? Each finding names the command that mends it."""

import sys
from collections.abc import Mapping
from typing import Any

from tracker import __version__
from tracker.cli import output
from tracker.git import Repository
from tracker.project.project import Project, open_project
from tracker.reports import doctor
from tracker.text import printable


def run(path: str, flags: Mapping[str, str | None], *, json: bool) -> int:
    """Look at everything; the exit code is 1 when something is wrong. Raises TrackerError when that cannot be done."""
    project = open_project(Repository.named(path), flags, deadline=5.0)
    findings = list(doctor.findings(project))
    facts = _facts(project)
    if json:
        output.print_json(
            {"schema": 1, "ok": not findings, "findings": [finding._asdict() for finding in findings], "facts": facts}
        )
        return 1 if findings else 0
    for name, value in facts.items():
        output.say(f"{name.replace('_', ' '):<16} {printable(str(value))}")
    for finding in findings:
        output.say(f"! {printable(finding.what)}")
        output.say(f"  {printable(finding.mend)}")
    if not findings:
        output.say("Everything is in order.")
    return 1 if findings else 0


def _facts(project: Project) -> dict[str, Any]:
    settings = project.settings
    facts: dict[str, Any] = {
        "version": __version__,
        "python": sys.version.split()[0],
        "interpreter": sys.executable,
        "git_dir": str(project.repository.common_dir),
        "project": project.files.find_id(),
        "ledger": str(settings.ledger),
        "ledger_bytes": project.ledger.size(),
        "size_limit": settings.size_limit,
        "mode": settings.mode,
        "guard": "on" if project.files.guards() else "off",
    }
    facts["settings_from"] = ", ".join(
        f"{name.replace('_', '-')}: {origin}" for name, origin in settings.origins.items() if origin != "default"
    )
    facts["waiting_events"] = project.spool.count()
    return facts
