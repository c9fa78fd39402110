"""``sync``: reconcile now, wait, and say what was recorded."""

from collections.abc import Mapping

from tracker import terminal
from tracker.reconcile import reconcile
from tracker.repository import Repository
from tracker.session import open_session


def run(path: str, flags: Mapping[str, str | None], *, json: bool) -> int:
    """Reconcile the repository at ``path``. Raises TrackerError."""
    session = open_session(Repository.named(path), flags, deadline=30.0)
    with terminal.progress("Recording", quiet=json) as progress:
        outcome = reconcile(session, progress, look_around=True)
    for notice in outcome.notices:
        terminal.warn(terminal.harmless(notice))
    if json:
        terminal.print_json({"schema": 1, **outcome._asdict()})
        return 0
    terminal.say(
        f"{outcome.recorded} commits recorded, {outcome.already_known} known already,"
        f" {outcome.spooled} events still in the spool, {outcome.set_aside} set aside."
    )
    return 0
