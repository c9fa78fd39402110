"""``log``: list the recorded commits, newest first, or the sums for each agent and model."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import click

from tracker.attribution import catalogue_file
from tracker.cli import output
from tracker.cli.open_project import open_ledger
from tracker.cli.options import json_option, repository_options
from tracker.errors import UsageError
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.tables import SETUPS
from tracker.lineage import contributions
from tracker.model import RATERS, Rater
from tracker.project import settings
from tracker.recording import instruction_digests
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

_NO_SETUP: Final[dict[str, Any]] = {"setup": None, "instructions": []}


@click.command("log")
@click.option("--agent", metavar="NAME", help="Only commits by this agent.")
@click.option("--model", metavar="NAME", help="Only commits by this model.")
@click.option("--project", metavar="NAME", help="Only commits of this project; implies --everywhere.")
@click.option("--since", metavar="DATE", help="Only commits from this date on (ISO 8601).")
@click.option("--until", metavar="DATE", help="Only commits up to this date (ISO 8601).")
@click.option("-n", "most", type=click.IntRange(min=0), metavar="NUMBER", help="At most this many.")
@click.option("--all", "include_dead", is_flag=True, help="Also commits that no branch reaches any more.")
@click.option("--everywhere", is_flag=True, help="Of all projects, not only of the one at hand.")
@click.option("--summary", is_flag=True, help="A line for each agent and model instead of one for each commit.")
@repository_options
@json_option
def command(
    *,
    agent: str | None,
    model: str | None,
    project: str | None,
    since: str | None,
    until: str | None,
    most: int | None,
    include_dead: bool,
    everywhere: bool,
    summary: bool,
    path: str,
    ledger: str | None,
    json: bool,
) -> int:
    """List the recorded commits, newest first: who made each, how that is known, grades and changes."""
    everywhere = everywhere or bool(project)
    opened, project_id = open_ledger(path, ledger, required=not everywhere)
    filters = Filters(
        project=None if everywhere else project_id,
        project_name=project,
        agent=agent,
        model=model,
        since=_parse_date(since),
        until=_parse_date(until),
        include_dead=include_dead,
        most=most,
    )
    if summary:
        _print_summary(opened, filters, json=json)
    elif json:
        _print_json(opened, filters)
    else:
        _print_table(opened, filters)
    return 0


def _parse_date(text: str | None) -> int | None:
    """Return a date or date and time (ISO 8601, local time without a zone) in seconds since the epoch.

    Raises UsageError.
    """
    if text is None:
        return None
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"'{text}' is no date: write 2026-11-24 or 2026-11-24T13:00+01:00.") from error


# Each function prints after the ledger is closed: a pager may keep the program waiting for long.


def _print_json(ledger: Ledger, filters: Filters) -> None:
    with ledger.read() as snapshot:
        commits = select_commits(snapshot, filters)
        names = _project_names(snapshot, commits)
        setups = _setups(snapshot, commits)
    for commit in commits:
        setup = setups.get((commit.facts.setup, commit.standing.agent), _NO_SETUP)
        output.print_json(commit_as_json(commit, names[commit.project]) | setup)


def _print_table(ledger: Ledger, filters: Filters) -> None:
    with ledger.read() as snapshot:
        commits = select_commits(snapshot, filters)
        names = _project_names(snapshot, commits) if filters.project is None else {}
    rows = [_row(commit, names.get(commit.project, "")) for commit in commits]
    output.table(("commit", "date", "who", "sure", "by", "grade", "changes", "subject"), rows, wide="subject")


def _print_summary(ledger: Ledger, filters: Filters, *, json: bool) -> None:
    with ledger.read() as snapshot:
        commits = select_commits(snapshot, filters)
    sums = summarize(commits)
    if json:
        for line in sums:
            output.print_json(line)
        return
    rows = [
        (one["agent"], one["model"] or "-", str(one["commits"]), f"+{one['insertions']} -{one['deletions']}",
         output.moment(one["first"]), output.moment(one["last"]))
        for one in sums
    ]  # fmt: skip
    output.table(("who", "model", "commits", "changes", "first", "last"), rows, wide="who")


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
            files = instruction_digests.files_read_by(setup, agent, rules)
            digest = instruction_digests.setup_digest(setup, agent, rules)
            setups[key, agent] = {"setup": digest, "instructions": [path for path, _ in files]}
    return setups


def _row(commit: LoggedCommit, project: str) -> Sequence[str]:
    """Return the cells of one commit; ``project``: the name to show before the subject, or ""."""
    facts, standing = commit.facts, commit.standing
    maker = f"{maker_shown(standing)} ({standing.model})" if standing.model else maker_shown(standing)
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
