"""The output of ``log``: recorded commits as JSON or a table, and the sums for each agent and model."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from tracker.attribution import catalogue_file, instruction_files
from tracker.attribution.model_names import model_shown
from tracker.cli import output
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.tables import SETUPS
from tracker.lineage import contributions
from tracker.model import RATERS, Rater
from tracker.project import settings
from tracker.records import CommitStanding
from tracker.reports.log import (
    Filters,
    LoggedCommit,
    commit_as_json,
    maker_shown,
    project_name,
    select_commits,
    summarize,
)
from tracker.reports.prices import Prices

_NO_SETUP: Final[dict[str, Any]] = {"setup": None, "instructions": []}


# Each function prints after the ledger is closed: a pager may keep the program waiting for long.


def print_json(ledger: Ledger, filters: Filters, prices: Prices) -> None:
    """Print the selected commits as JSON, one line each, with the set-up that the agent worked with."""
    with ledger.read() as snapshot:
        commits = select_commits(snapshot, filters)
        names = _project_names(snapshot, commits)
        setups = _setups(snapshot, commits)
    for commit in commits:
        setup = setups.get((commit.facts.setup, commit.standing.agent), _NO_SETUP)
        priced = commit._replace(cost=prices.applied(commit.cost))
        output.print_json(commit_as_json(priced, names[commit.project]) | setup)


def print_table(ledger: Ledger, filters: Filters) -> None:
    """Print the selected commits as a table, with the project's name when they are of several projects."""
    with ledger.read() as snapshot:
        commits = select_commits(snapshot, filters)
        is_of_one = filters.projects is not None and len(filters.projects) == 1
        names = {} if is_of_one else _project_names(snapshot, commits)
    rows = [_row(commit, names.get(commit.project, "")) for commit in commits]
    headings = ("commit", "date", "who", "sure", "by", "grade", "changes", "subject")
    output.table(headings, rows, wide="subject", heads_piped_lines=False)


def print_summary(ledger: Ledger, filters: Filters, most: int | None, *, json: bool) -> None:
    """Print the sums of the selected commits for each agent and model, at most ``most`` lines, as a table or JSON."""
    with ledger.read() as snapshot:
        commits = select_commits(snapshot, filters)
    sums = summarize(commits)[:most]
    if json:
        for line in sums:
            output.print_json(line)
        return
    rows = [
        (one["agent"], model_shown(one["model"]) if one["model"] else "-", str(one["commits"]), f"{one['share']:.0%}",
         f"+{one['insertions']} -{one['deletions']}", output.moment(one["first"]), output.moment(one["last"]))
        for one in sums
    ]  # fmt: skip
    output.table(("who", "model", "commits", "share", "changes", "first", "last"), rows, wide="who")


def _project_names(snapshot: Snapshot, commits: Iterable[LoggedCommit]) -> dict[str, str]:
    return {project: project_name(snapshot, project) for project in {commit.project for commit in commits}}


def _setups(snapshot: Snapshot, commits: Iterable[LoggedCommit]) -> dict[tuple[str | None, str], dict[str, Any]]:
    """Return the set-up digest and the instruction files' names for each pair of set-up key and agent."""
    rules = catalogue_file.load_with_user_entries(settings.user_catalogue_path())
    setups: dict[tuple[str | None, str], dict[str, Any]] = {}
    of_agents = (commit for commit in commits if commit.standing.kind == "agent")
    for key, agent in {(commit.facts.setup, commit.standing.agent) for commit in of_agents}:
        setup = snapshot.get(SETUPS, bytes.fromhex(key)) if key else None
        if setup is not None:
            files = instruction_files.files_read_by(setup, agent, rules)
            digest = instruction_files.setup_digest(setup, agent, rules)
            setups[key, agent] = {"setup": digest, "instructions": [path for path, _ in files]}
    return setups


def _row(commit: LoggedCommit, project: str) -> Sequence[str]:
    """Return the cells of one commit; ``project``: the name to show before the subject, or ""."""
    facts, standing = commit.facts, commit.standing
    model = f" ({model_shown(standing.model_id)})" if standing.model_id else ""
    maker = f"{maker_shown(standing)}{model}"
    changes = "?" if facts.insertions is None else f"+{facts.insertions} -{facts.deletions}"
    dead = "" if facts.live else "(not live) "
    return (
        commit.oid[:10],
        output.moment(facts.committed_at),
        maker,
        standing.confidence,
        standing.signal,
        "/".join(_grade(standing, rater) for rater in RATERS),
        changes,
        f"{dead}{f'{project}: ' if project else ''}{facts.subject}",
    )


def _grade(standing: CommitStanding, rater: Rater) -> str:
    """Return a grade, or "-"; "~" marks a grade of an earlier version with other content, or of parts of it."""
    grade, provisional = contributions.grade(standing, rater)
    if grade is None:
        return "~" if any(one.rater == rater for one in standing.carried) else "-"
    return f"~{grade}" if provisional else str(grade)
