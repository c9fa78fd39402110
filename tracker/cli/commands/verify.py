"""``verify``: compare the ledger with what its facts give and, in a tracked repository, with git."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.options import json_option, repository_options
from tracker.text import number_of, printable

if TYPE_CHECKING:
    from tracker.git import Repository

SCHEMA: Final = 1


@click.command(
    "verify",
    cls=Command,
    examples=("agent-tracker verify",),
)
@repository_options
@json_option
def command(*, path: str, ledger: str | None, json: bool) -> int:
    """Compare all totals with the facts, and the facts with git.

    All totals are computed again from the facts. Exit code 1 when anything differs.
    """
    from tracker import keys
    from tracker.cli import verify_lines
    from tracker.cli.open_project import open_ledger
    from tracker.history.recorded_state import read_recorded_state
    from tracker.ledger.scan import read_facts
    from tracker.ledger.tables import PROJECTS
    from tracker.reports import verify

    opened = open_ledger(path, ledger, needs_tracking=False)
    repository = opened.project.repository if opened.project else None
    losses = _losses(repository, opened.ledger.path) if repository else []
    damage = opened.ledger.examine()
    damages = [f"the ledger's file is damaged: {damage}."] if damage is not None else []
    with opened.ledger.read(begin=False) as snapshot, output.progress("Verifying", quiet=json) as progress:
        facts = read_facts(snapshot)
        found = [*verify.differences(snapshot, facts, progress)]
        names = {keys.project_of(key): one.name for key, one in snapshot.scan(PROJECTS)}
        known = read_recorded_state(snapshot, opened.project_id) if opened.project_id else None
    if repository and known:
        found += verify.differences_from_git(repository, facts, known)
    differences = [*losses, *damages, *found]
    if json:
        output.print_json(
            {"schema": SCHEMA, "ok": not differences, "commits": len(facts.commits), "differences": differences}
        )
    elif differences:
        for difference in differences:
            output.paragraph(verify_lines.shortened(difference, names), others="  ", style="finding")
        for kind, meaning in (
            (losses, verify_lines.ACCEPT), (damages, verify_lines.SET_ASIDE),
            (found, verify_lines.advice(printable(str(opened.ledger.path)))),
        ):  # fmt: skip
            if kind:
                output.paragraph(meaning)
    else:
        commits = number_of(len(facts.commits), "commit")
        git = " and with git" if repository else "; in a project it is compared with git too"
        output.paragraph(f"The ledger holds {commits} and agrees with itself{git}.", style="good")
    return 1 if differences else 0


def _losses(repository: Repository, ledger: Path) -> list[str]:
    """Return a sentence for each time that the repository found its ledger in an older state than before."""
    from tracker.project import ledger_mark
    from tracker.project.files import ProjectFiles

    losses = ledger_mark.LedgerMark(ProjectFiles(repository.common_dir).small, ledger).losses()
    return [ledger_mark.sentence(loss, ledger) for loss in losses if loss.is_same_ledger]
