"""The output of ``log``: recorded commits as JSON or a table, and the sums for each agent and model."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

from tracker.attribution import Catalogue, catalogue_file, instruction_files
from tracker.attribution.model_names import model_shown
from tracker.cli import output, tables
from tracker.cli.code_words import evidence, grade
from tracker.cli.colours import of_grade
from tracker.cli.interval_bars import share_bar, share_shown
from tracker.cli.pager import show_so_far
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.tables import SETUPS
from tracker.lineage import contributions
from tracker.model import RATERS, Rater
from tracker.project import settings
from tracker.records import CommitFacts, CommitStanding
from tracker.reports.log import Filters, LoggedCommit, LogPages, commit_as_json, project_name
from tracker.reports.maker_words import maker_shown, maker_word, summed_maker_word
from tracker.reports.prices import Prices
from tracker.reports.summary import summarize

_COMMITS: Final = tables.Layout(
    (
        tables.fixed("commit"),
        tables.fixed("date"),
        tables.text("who", least=11, pleasant=32),
        tables.fixed("confidence"),
        tables.fixed("evidence"),
        tables.fixed("agent"),
        tables.fixed("you"),
        tables.number("changes"),
        tables.text("subject", least=13, pleasant=18),
    ),
    left_out=("evidence", "confidence", "changes"),
    left_out_last=("agent", "date", "you"),
)
_SUMMARY: Final = tables.Layout(
    (
        tables.text("who", least=10, pleasant=16),
        tables.text("model", least=20, pleasant=24),
        tables.number("commits"),
        tables.number("share"),
        tables.fixed(""),
        tables.number("changes"),
        tables.fixed("first"),
        tables.fixed("last"),
    ),
    left_out=("first", "changes"),
    left_out_last=("last", "", "model"),
    only_shown=("",),
)
_BAR: Final = 20
"""Cells of the bar of all commits."""

_NO_SETUP: Final[dict[str, Any]] = {"setup": None, "instructions": []}


# Each function prints after the ledger is closed: a pager may keep the program waiting for long.


def print_json(ledger: Ledger, filters: Filters, prices: Prices) -> None:
    """Print the selected commits as JSON, one line each, with the set-up that the agent worked with."""
    rules = catalogue_file.load_with_user_entries(settings.user_catalogue_path())
    pages = LogPages(filters)
    while not pages.is_done:
        with ledger.read() as snapshot:
            commits = pages.read(snapshot)
            names = _project_names(snapshot, commits)
            setups = _setups(snapshot, commits, rules)
        for commit in commits:
            setup = setups.get((commit.facts.setup, commit.standing.agent), _NO_SETUP)
            priced = commit._replace(cost=prices.applied(commit.cost))
            output.print_json(commit_as_json(priced, names[commit.project]) | setup)


def print_table(ledger: Ledger, filters: Filters) -> None:
    """Print the selected commits as a table, with the project's name when they are of several projects.

    A pager that is left has no more of them read.
    Elsewhere than at a terminal the lines have codes and no headings, since scripts cut them into fields.
    """
    table = tables.LongTable(_COMMITS, output.room()) if sys.stdout.isatty() else None
    pages, is_empty = LogPages(filters), True
    while not pages.is_done:
        with ledger.read() as snapshot:
            commits = pages.read(snapshot)
            names = _project_names(snapshot, commits)
        shown = _shown_names(filters, names)
        if table is None:
            tables.print_fields([_fields(commit, shown.get(commit.project, "")) for commit in commits])
        elif commits:
            for line in table.lines([_row(commit, shown.get(commit.project, "")) for commit in commits]):
                output.say(line)
        is_empty = is_empty and not commits
        if not pages.is_done:
            show_so_far()
    if table is not None and is_empty:
        _print_nothing(filters, filters.most)


def _shown_names(filters: Filters, names: dict[str, str]) -> dict[str, str]:
    """Return the names of projects that are shown: none in a list of one."""
    return {} if filters.projects is not None and len(filters.projects) == 1 else names


def _print_nothing(filters: Filters, most: int | None) -> None:
    """Say at a terminal why a list is empty; nothing if no line was asked for."""
    if most == 0:
        return
    is_chosen = any(one is not None for one in (filters.agent, filters.model, filters.since, filters.until))
    more = "" if is_chosen else " 'agent-tracker backfill' records history from before init."
    output.paragraph(f"No recorded commit {'matches' if is_chosen else 'is here'}.{more}")


def print_summary(ledger: Ledger, filters: Filters, most: int | None, *, json: bool) -> None:
    """Print the sums of the selected commits for each agent and model, at most ``most`` lines, as a table or JSON."""
    with ledger.read() as snapshot:
        sums = summarize(snapshot, filters)[:most]
    if json:
        for line in sums:
            output.print_json(line)
        return
    if sys.stdout.isatty() and not sums:
        _print_nothing(filters, most)
        return
    tables.print_table(_SUMMARY, [_summary_row(one) for one in sums])


def _summary_row(one: dict[str, Any]) -> tables.Row:
    """Return the cells of the sums of one maker."""
    return (
        summed_maker_word(one["agent"], one["kind"]),
        model_shown(one["model"]) if one["model"] else "unknown" if one["kind"] == "agent" else "",
        str(one["commits"]),
        share_shown(one["share"]),
        tables.Cell(share_bar(one["share"], _BAR, output.encoding_of_bars()), "bar"),
        f"+{one['insertions']} -{one['deletions']}",
        output.moment(one["first"]),
        output.moment(one["last"]),
    )


def _project_names(snapshot: Snapshot, commits: Iterable[LoggedCommit]) -> dict[str, str]:
    return {project: project_name(snapshot, project) for project in {commit.project for commit in commits}}


def _setups(
    snapshot: Snapshot, commits: Iterable[LoggedCommit], rules: Catalogue
) -> dict[tuple[str | None, str], dict[str, Any]]:
    """Return the set-up digest and the instruction files' names for each pair of set-up key and agent."""
    setups: dict[tuple[str | None, str], dict[str, Any]] = {}
    of_agents = (commit for commit in commits if commit.standing.kind == "agent")
    for key, agent in {(commit.facts.setup, commit.standing.agent) for commit in of_agents}:
        setup = snapshot.get(SETUPS, bytes.fromhex(key)) if key else None
        if setup is not None:
            files = instruction_files.files_read_by(setup, agent, rules)
            digest = instruction_files.setup_digest(setup, agent, rules)
            setups[key, agent] = {"setup": digest, "instructions": [path for path, _ in files]}
    return setups


def _row(commit: LoggedCommit, project: str) -> tables.Row:
    """Return the cells of one commit; ``project``: the name to show before the subject, or ""."""
    facts, standing = commit.facts, commit.standing
    return (
        commit.oid[:10],
        output.moment(facts.committed_at),
        _with_model(maker_word(standing), standing),
        standing.confidence,
        evidence(standing.signal),
        *(_grade_cell(standing, rater) for rater in RATERS),
        _changes(facts),
        f"{_successor(standing)}{_subject(facts, project)}",
    )


def _successor(standing: CommitStanding) -> str:
    """Return the mark of a commit whose work another commit has now, which counts in its place; empty for others."""
    later = next((link.new for link in standing.links if link.kind != "dropped"), None)
    return f"(now {later[:7]}) " if later and standing.live and not standing.counted else ""


def _grade_cell(standing: CommitStanding, rater: Rater) -> tables.Cell:
    return tables.Cell(grade(standing, rater), of_grade(contributions.grade(standing, rater)[0]))


def _fields(commit: LoggedCommit, project: str) -> Sequence[str]:
    """Return the fields of one commit's line for scripts, whose places and codes stay as they are."""
    facts, standing = commit.facts, commit.standing
    return (
        commit.oid[:10],
        output.moment(facts.committed_at),
        _with_model(maker_shown(standing), standing),
        standing.confidence,
        standing.signal,
        "/".join(_grade_code(standing, rater) for rater in RATERS),
        _changes(facts),
        _subject(facts, project),
    )


def _with_model(maker: str, standing: CommitStanding) -> str:
    return f"{maker} ({model_shown(standing.model_id)})" if standing.model_id else maker


def _changes(facts: CommitFacts) -> str:
    return "?" if facts.insertions is None else f"+{facts.insertions} -{facts.deletions}"


def _subject(facts: CommitFacts, project: str) -> str:
    return f"{'' if facts.live else '(unreachable) '}{f'{project}: ' if project else ''}{facts.subject}"


def _grade_code(standing: CommitStanding, rater: Rater) -> str:
    """Return a grade's number, or "-"; "~" marks a grade of an earlier version with other content, or of its parts."""
    value, is_provisional = contributions.grade(standing, rater)
    if value is None:
        return "~" if any(one.rater == rater for one in standing.carried) else "-"
    return f"~{value}" if is_provisional else str(value)
