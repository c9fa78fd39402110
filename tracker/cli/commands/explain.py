"""``explain``: print all evidence of who made a commit, its confidence, and why one piece decided."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import revisions
from tracker.cli.options import json_option, repository_options
from tracker.cli.pager import paged
from tracker.text import printable

if TYPE_CHECKING:
    from tracker.cost_records import CostRecord


@click.command(
    "explain",
    cls=Command,
    examples=(
        "agent-tracker explain",
        "agent-tracker explain HEAD~3 HEAD~4",
    ),
)
@click.argument("revisions", nargs=-1, metavar="[REV]...", shell_complete=revisions)
@repository_options
@json_option
def command(*, revisions: Sequence[str], path: str, ledger: str | None, json: bool) -> int:
    """Show all evidence of who made a commit, and why one decided.

    Without a commit, HEAD is explained.
    """
    from tracker.cli.open_project import open_current
    from tracker.cli.user_prices import user_prices
    from tracker.feedback.recorded_commits import recorded_commits
    from tracker.git.revisions import commits_named
    from tracker.ledger.totals import cost_of
    from tracker.reports.explanation import explain
    from tracker.reports.statements import statements

    project = open_current(path, ledger)
    prices = user_prices(project.recording_places)
    oids = commits_named(project.repository, revisions or ["HEAD"])
    with paged():
        for oid, commit in recorded_commits(project, oids).items():
            with project.ledger.read() as snapshot:
                stated = statements(snapshot, (project.files.id(), oid))
                cost = prices.applied(cost_of(snapshot, oid, commit))
            explanation = explain(oid, commit, stated, cost)
            if json:
                output.print_json(explanation)
            else:
                for line in _lines(explanation, commit.facts.subject, cost):
                    output.say(printable(line))
    return 0


def _lines(explanation: Mapping[str, Any], subject: str, cost: "CostRecord | None") -> list[str]:
    """Return an explanation as lines of text; an asterisk marks the evidence that decided."""
    model = f", model {explanation['model']}" if explanation["model"] else ""
    version = f", version {explanation['agent_version']}" if explanation["agent_version"] else ""
    lines = [
        f"commit {explanation['oid'][:12]}  {subject[:80]}",
        f"  {explanation['agent']} ({explanation['kind']}), {explanation['confidence']}{model}{version}",
        f"  because {explanation['why'] or explanation['signal']}.",
    ]
    if cost is not None:
        from tracker.reports.commit_cost import cost_line

        lines.append(f"  cost: {cost_line(cost)}")
    if explanation["also"]:
        lines.append(f"  also named: {', '.join(explanation['also'])}")
    lines += [_evidence_line(evidence) for evidence in explanation["evidence"]]
    lines += [_correction_line(correction) for correction in explanation["corrections"]]
    lines += [f"  {output.moment(one['time'])} {one['what']}, by {one['speaker']}" for one in explanation["statements"]]
    return lines


def _evidence_line(evidence: Mapping[str, Any]) -> str:
    mark = "*" if evidence["decided"] else " "
    maker = evidence["agent"] or "nobody"
    maker += f", model {evidence['model']}" if evidence["model"] else ""
    origin = ", inherited from a predecessor or original" if evidence["inherited"] else ""
    source = f"{evidence['name']}={evidence['value']}" if evidence["value"] else evidence["name"]
    return f"  {mark} {evidence['signal']:<12}{evidence['confidence']:<8}{maker:<28} {source}{origin}"


def _correction_line(correction: Mapping[str, Any]) -> str:
    withdrawn = ", taken back" if correction["withdrawn"] else ""
    note = f": {correction['note']}" if correction["note"] else ""
    speaker = f", by {correction['speaker']}" if correction["speaker"] else ""
    return f"  {output.moment(correction['time'])} corrected to {correction['agent']}{speaker}{withdrawn}{note}"
