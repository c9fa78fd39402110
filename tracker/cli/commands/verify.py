"""``verify``: compare the ledger with what its facts give and, in a tracked repository, with git."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.cli import output, verify_lines
from tracker.cli.command import Command
from tracker.cli.options import json_option, repository_options
from tracker.text import printable

if TYPE_CHECKING:
    from tracker.cli.open_project import OpenedLedger
    from tracker.git import Repository

SCHEMA: Final = 1


@click.command(
    "verify",
    cls=Command,
    examples=(
        "agent-tracker verify",
        "agent-tracker verify --quick",
    ),
)
@click.option("--quick", is_flag=True, help="Compare only counts, sums and the newest commits, in less than a second.")
@repository_options
@json_option
def command(*, quick: bool, path: str, ledger: str | None, json: bool) -> int:
    """Compare all totals with the facts, and the facts with git.

    All totals are computed again from the facts. Exit code 1 when anything differs.
    """
    from tracker import keys
    from tracker.cli.open_project import open_ledger
    from tracker.ledger.tables import COMMITS, PROJECTS, STANDINGS

    opened = open_ledger(path, ledger, needs_tracking=False)
    repository = opened.project.repository if opened.project else None
    losses = _losses(repository, opened.ledger.path) if repository else []
    with output.progress("Reading the ledger", quiet=json or quick, unit="records") as progress:
        damage = opened.ledger.examine(wholly=not quick, besides=(COMMITS, STANDINGS), progress=progress)
    damages = [f"the ledger's file is damaged: {damage}."] if damage is not None else []
    commits, found, agreed = _compare_newest(opened) if quick else _compare_all(opened, quiet=json)
    differences = [*losses, *damages, *found]
    if json:
        output.print_json({"schema": SCHEMA, "ok": not differences, "commits": commits, "differences": differences})
    elif differences:
        with opened.ledger.read(begin=False) as snapshot:
            names = {keys.project_of(key): one.name for key, one in snapshot.scan(PROJECTS)}
        for difference in differences:
            output.paragraph(verify_lines.shortened(difference, names), others="  ", style="finding")
        for kind, meaning in (
            (losses, verify_lines.ACCEPT), (damages, verify_lines.SET_ASIDE),
            (found, verify_lines.advice(printable(str(opened.ledger.path)))),
        ):  # fmt: skip
            if kind:
                output.paragraph(meaning)
    else:
        output.paragraph(agreed, style="good")
    return 1 if differences else 0


def _compare_all(opened: OpenedLedger, *, quiet: bool) -> tuple[int, list[str], str]:
    """Return the number of commits, all differences within the ledger and from git, and what to say without any."""
    from tracker.history.recorded_state import read_recorded_state
    from tracker.ledger.tables import COMMITS
    from tracker.reports import verify
    from tracker.reports.verify_git import GitCheck

    with opened.ledger.read(begin=False) as snapshot, output.progress("Verifying", quiet=quiet) as progress:
        commits = snapshot.count(COMMITS)
        known = read_recorded_state(snapshot, opened.project_id) if opened.project_id else None
        git = GitCheck(opened.project.repository, known) if opened.project and known else None
        found = [*verify.differences(snapshot, progress, git)]
    return commits, found, verify_lines.agreement(commits, has_repository=opened.project is not None)


def _compare_newest(opened: OpenedLedger) -> tuple[int, list[str], str]:
    """Return the number of commits, the differences that show without reading all, and what to say without any."""
    from tracker.history.recorded_state import read_recorded_state
    from tracker.ledger.tables import COMMITS
    from tracker.reports import verify_quick

    compared = ["its counts", "its sums"]
    with opened.ledger.read(begin=False) as snapshot:
        commits = snapshot.count(COMMITS)
        found = [*verify_quick.quick_differences(snapshot, opened.project_id)]
        known = read_recorded_state(snapshot, opened.project_id) if opened.project_id else None
    newest = verify_quick.newest_in_git(opened.project.repository, known) if opened.project and known else None
    if known and newest is not None:
        compared.append("the newest commits of git")
        with opened.ledger.read(begin=False) as snapshot:
            found += verify_quick.differences_from_newest(snapshot, known.project_id, newest)
    return commits, found, verify_lines.quick_agreement(commits, compared)


def _losses(repository: Repository, ledger: Path) -> list[str]:
    """Return a sentence for each time that the repository found its ledger in an older state than before."""
    from tracker.project import ledger_mark
    from tracker.project.files import ProjectFiles

    losses = ledger_mark.LedgerMark(ProjectFiles(repository.common_dir).small, ledger).losses()
    return [ledger_mark.sentence(loss, ledger) for loss in losses if loss.is_same_ledger]
