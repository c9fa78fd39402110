"""``reattribute``: read the evidence of every recorded commit again, with the catalogue as it is now."""

from collections.abc import Mapping

from tracker.cli import output
from tracker.feedback.corrections import as_json, described
from tracker.git import Repository
from tracker.project.project import open_project
from tracker.recording.reattribute import read_again
from tracker.text import printable


def run(path: str, flags: Mapping[str, str | None], *, dry_run: bool, json: bool) -> int:
    """Decide anew who made the commits of the repository at ``path``, and print what changes. Raises TrackerError."""
    project = open_project(Repository.named(path), flags, deadline=30.0)
    project.files.id()
    with output.progress("Reading again", quiet=json) as progress:
        changed = read_again(project, progress, rehearse=dry_run)
    shown = [one for one in changed if as_json(one)["before"] != as_json(one)["after"]]
    for one in shown:
        if json:
            output.print_json({"schema": 1, "dry_run": dry_run, **as_json(one)})
        else:
            output.say(printable(described(one)))
    if not json:
        output.say(f"{len(shown)} commits {'would be ' if dry_run else ''}attributed anew.")
    return 0
