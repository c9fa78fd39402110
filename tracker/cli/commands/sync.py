"""``sync``: reconcile now, wait, and say what was recorded."""

from collections.abc import Mapping

from tracker.cli import output
from tracker.git import Repository
from tracker.project.project import open_project
from tracker.recording.reconcile import reconcile
from tracker.text import printable


def run(path: str, flags: Mapping[str, str | None], *, json: bool) -> int:
    """Reconcile the repository at ``path``. Raises TrackerError."""
    project = open_project(Repository.named(path), flags, deadline=30.0)
    with output.progress("Recording", quiet=json) as progress:
        outcome = reconcile(project, progress, look_around=True)
    for notice in outcome.notices:
        output.warn(printable(notice))
    if json:
        output.print_json({"schema": 1, **outcome._asdict()})
        return 0
    output.say(
        f"{outcome.recorded} commits recorded, {outcome.already_known} known already,"
        f" {outcome.spooled} events still in the spool, {outcome.set_aside} set aside."
    )
    return 0
