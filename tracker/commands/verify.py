"""``verify``: prove that the ledger agrees with itself and, in a tracked repository, with git."""

from tracker import terminal, verification
from tracker.ledger import Ledger
from tracker.ledger.facts import gather
from tracker.projectfiles import ProjectFiles
from tracker.repository import Repository
from tracker.survey import read_known


def run(ledger: Ledger, repository: Repository | None, *, json: bool) -> int:
    """Compare; the exit code is 1 when anything differs. Raises TrackerError."""
    found: list[str] = []
    complaint = ledger.examine()
    if complaint is not None:
        found.append(f"the ledger's file is damaged: {complaint}.")
    with ledger.read() as snapshot:
        facts = gather(snapshot)
        found += verification.differences(snapshot, facts)
        project = ProjectFiles(repository.common_dir).find_id() if repository else None
        known = read_known(snapshot, project) if project else None
    if repository and known:
        found += verification.differences_from_git(repository, facts, known)
    if json:
        terminal.print_json({"schema": 1, "ok": not found, "commits": len(facts.commits), "differences": found})
    elif found:
        for difference in found:
            terminal.say(terminal.harmless(difference))
    else:
        terminal.say(f"The ledger holds {len(facts.commits)} commits and agrees with itself and with git.")
    return 1 if found else 0
