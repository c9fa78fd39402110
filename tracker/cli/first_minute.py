"""The first minute after ``init``: record the existing history, compute what became of it, and show the verdict."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

from tracker.cli import output
from tracker.text import printable

if TYPE_CHECKING:
    from tracker.project.project import Project

_MOST_COMPUTED: Final = 5_000
"""Commits up to which their outcomes are computed at once: about ten seconds."""


def may_be_asked() -> bool:
    """Return True if somebody at a terminal could read a question and answer it."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def is_person(project: Project) -> bool:
    """Return True if a person at a terminal can be asked."""
    from tracker.feedback.actor import current_actor

    return may_be_asked() and current_actor(project).is_person


def answers_yes(project: Project, question: str, *, default: bool) -> bool:
    """Ask a person at a terminal; return False where nobody could answer, such as for an agent or a script.

    ``default``: the answer of a person who only presses Enter.
    """
    if not is_person(project):
        return False
    try:
        return click.confirm(question, default=default)
    except click.Abort:
        output.say("")
        return False


def record_history(project: Project, path: str, ledger: str | None, *, quiet: bool) -> list[str]:
    """Record the history and its outcomes; return the lines to print: numbers, the verdict, and where to read more.

    Raises what recording raises.
    """
    from tracker.cli.recorded_sentences import recorded_sentence
    from tracker.cli.set_up_facts import Asked, gather
    from tracker.outcomes.catch_up import state_of
    from tracker.outcomes.compute import compute
    from tracker.recording import backfill
    from tracker.reports.counted_elsewhere import elsewhere_sentence
    from tracker.reports.set_ups import words
    from tracker.reports.set_ups.recommendation import recommend

    with output.progress("Backfill", quiet=quiet) as progress:
        outcome = backfill.backfill(project, [], None, progress)
    for notice in outcome.notices:
        output.warn(printable(notice))
    lines = [recorded_sentence(outcome)]
    if state_of(project).missing and outcome.recorded <= _MOST_COMPUTED:
        with output.progress("Outcomes", quiet=quiet) as progress:
            compute(project, progress)
    facts = gather(path, ledger, Asked("set-up"), quiet=quiet)
    found = recommend(facts.rows)
    if facts.here.elsewhere.are_all:
        lines.append(elsewhere_sentence(facts.here.place, facts.here.elsewhere, "'agent-tracker recommend' there"))
        return lines
    lines += words.verdict_sentences(found, facts.here)
    if found.agents:
        lines.append(
            "'agent-tracker recommend' shows the numbers behind this, 'agent-tracker log --summary' who made what."
        )
    return lines
