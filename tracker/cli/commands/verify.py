"""``verify``: prove that the ledger agrees with itself and, in a tracked repository, with git."""

from tracker.cli import output
from tracker.git import Repository
from tracker.history.recorded_state import read_known
from tracker.ledger import Ledger
from tracker.ledger.scan import gather
from tracker.project.files import ProjectFiles
from tracker.reports import verify
from tracker.text import printable


def run(ledger: Ledger, repository: Repository | None, *, json: bool) -> int:
    """Compare; the exit code is 1 when anything differs. Raises TrackerError."""
    found: list[str] = []
    complaint = ledger.examine()
    if complaint is not None:
        found.append(f"the ledger's file is damaged: {complaint}.")
    with ledger.read() as snapshot:
        facts = gather(snapshot)
        found += verify.differences(snapshot, facts)
        project_id = ProjectFiles(repository.common_dir).find_id() if repository else None
        known = read_known(snapshot, project_id) if project_id else None
    if repository and known:
        found += verify.differences_from_git(repository, facts, known)
    if json:
        output.print_json({"schema": 1, "ok": not found, "commits": len(facts.commits), "differences": found})
    elif found:
        for difference in found:
            output.say(printable(difference))
    else:
        output.say(f"The ledger holds {len(facts.commits)} commits and agrees with itself and with git.")
    return 1 if found else 0
