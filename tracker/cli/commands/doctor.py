"""``doctor``: check what recording depends on. Each finding names the command that repairs it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tracker import __version__
from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.options import json_option, repository_options
from tracker.cli.pager import paged
from tracker.text import printable, size_shown

if TYPE_CHECKING:
    from tracker.project.project import Project
    from tracker.reports.doctor import Finding

SCHEMA: Final = 1
_LABELS: Final = {"guarding_settings_in": "protected settings in"}
"""The labels of facts that are not called as in JSON."""
_WIDEST_NAME: Final = len("protected settings in")
_IN_BYTES: Final = frozenset({"ledger_bytes", "size_limit"})
_DEADLINE: Final = 5.0
"""Seconds to wait for the ledger's writer lock."""


@click.command(
    "doctor",
    cls=Command,
    examples=(
        "agent-tracker doctor",
        "agent-tracker doctor --all",
        "agent-tracker doctor --deep",
    ),
)
@click.option("--all", "every", is_flag=True, help="Check every project of the ledger that is on this machine.")
@click.option(
    "--deep",
    is_flag=True,
    help="Also read all of the ledger, and all objects of the repository where they are many.",
)
@repository_options
@json_option
def command(*, every: bool, deep: bool, path: str, ledger: str | None, json: bool) -> int:
    """Check that commits are recorded here; name each repair.

    Exit code 1 when there is something to repair.
    """
    if every:
        return _check_all(path, ledger, deep=deep, json=json)
    from tracker.cli.open_project import open_at
    from tracker.errors import ConfigError, NoRepository
    from tracker.git import Repository
    from tracker.reports import doctor

    try:
        project = open_at(path, ledger, _DEADLINE, reads=True)
    except PermissionError:
        closed = doctor.closed_folder(Repository.from_argument(path))
        if closed is None:
            raise
        return _show([closed], {"version": __version__}, json=json)
    except ConfigError as error:
        repair = (
            "agent-tracker config unset NAME (with --user for config.toml), or set a right value;"
            " 'agent-tracker config list' shows all"
        )
        return _show([doctor.Finding(str(error), repair)], {"version": __version__}, json=json)
    except NoRepository:
        if not Path(path).is_dir():
            raise
        output.warn(printable(f"{Path(path).absolute()} is not inside a git repository: all projects are checked."))
        return _check_all(path, ledger, deep=deep, json=json)
    with output.progress("Checking", quiet=json or not deep, unit="records") as progress:
        found = [*doctor.findings(project, wholly=deep, progress=progress), *_host_findings()]
    return _show(found, _facts(project, deep=deep), json=json)


def _host_findings() -> list[Finding]:
    """Return what is wrong with the hosts of this user; nothing for an account without a home."""
    from tracker.hosts import findings
    from tracker.hosts.install import place_of_user

    try:
        place = place_of_user()
    except RuntimeError:
        return []
    return [*findings.findings(place)]


def _check_all(path: str, ledger: str | None, *, deep: bool, json: bool) -> int:
    from tracker.cli.doctor_everywhere import check_every_project

    with paged():
        return check_every_project(path, ledger, deep=deep, json=json)


def _show(findings: list[Finding], facts: dict[str, Any], *, json: bool) -> int:
    """Print findings and facts; return the exit code."""
    if json:
        output.print_json(
            {
                "schema": SCHEMA,
                "ok": not findings,
                "findings": [finding._asdict() for finding in findings],
                "facts": facts,
            }
        )
        return 1 if findings else 0
    from tracker.cli.finding_lines import print_findings

    with paged():
        for name, value in facts.items():
            if value not in {"", 0, None}:
                shown = size_shown(value) if name in _IN_BYTES else str(value)
                output.paragraph(shown, f"{_label(name):<{_WIDEST_NAME}}  ", " " * (_WIDEST_NAME + 2))
        print_findings(findings)
        if not findings:
            output.paragraph("Everything is in order.", style="good")
    return 1 if findings else 0


def _label(fact: str) -> str:
    return _LABELS.get(fact) or fact.replace("_bytes", "_size").replace("_", " ")


def _facts(project: Project, *, deep: bool) -> dict[str, Any]:
    """Return what a bug report needs: versions, paths, sizes in bytes, and where each setting comes from."""
    from tracker.attribution.processes import SWITCH, may_read_processes
    from tracker.git.object_check import are_few_objects
    from tracker.project import init_record

    settings, record = project.settings, init_record.read(project.files)
    return {
        "version": __version__,
        "python": sys.version.split()[0],
        "interpreter": sys.executable,
        "git_dir": str(project.repository.common_dir),
        "project": project.files.find_id(),
        "ledger": str(settings.ledger),
        "ledger_bytes": project.ledger.size(),
        "size_limit": settings.size_limit,
        "mode": settings.mode,
        "guard": "on" if project.files.is_guarded() else "off",
        "guarding_settings_in": project.places.get("HOME", "the account's home directory"),
        "init_by": record.actor if record else "",
        "processes": "read" if may_read_processes(project.places) else f"not read, by {SWITCH} at init",
        "settings_from": ", ".join(
            f"{name.replace('_', '-')}: {origin}" for name, origin in settings.origins.items() if origin != "default"
        ),
        "waiting_events": project.spool.count(),
        "objects": "" if deep or are_few_objects(project.repository.common_dir) else "many, read by --deep only",
    }
