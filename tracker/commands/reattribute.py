"""``reattribute``: read the evidence of every recorded commit again, with the catalogue as it is now."""

from collections.abc import Mapping

from tracker import correcting, terminal
from tracker.correcting import as_json, described
from tracker.repository import Repository
from tracker.session import open_session


def run(path: str, flags: Mapping[str, str | None], *, dry_run: bool, json: bool) -> int:
    """Decide anew who made the commits of the repository at ``path``, and print what changes. Raises TrackerError."""
    session = open_session(Repository.named(path), flags, deadline=30.0)
    session.files.id()
    with terminal.progress("Reading again", quiet=json) as progress:
        changed = correcting.read_again(session, progress, rehearse=dry_run)
    shown = [one for one in changed if as_json(one)["before"] != as_json(one)["after"]]
    for one in shown:
        if json:
            terminal.print_json({"schema": 1, "dry_run": dry_run, **as_json(one)})
        else:
            terminal.say(terminal.harmless(described(one)))
    if not json:
        terminal.say(f"{len(shown)} commits {'would be ' if dry_run else ''}attributed anew.")
    return 0
