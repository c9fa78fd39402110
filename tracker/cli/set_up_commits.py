"""The output of ``recommend --why``: the commits behind the figures of a set-up, those against it first."""

from collections.abc import Collection
from typing import Any, Final

from tracker.cli import output, tables
from tracker.cli.colours import of_grade
from tracker.cli.set_up_facts import Facts
from tracker.errors import TrackerError, UsageError
from tracker.model import GRADE_NAMES
from tracker.reports.commit_cost import cost_as_json
from tracker.reports.set_ups.commits import SetUpCommit, commits_of
from tracker.reports.set_ups.read_sums import SetUpReader
from tracker.reports.set_ups.set_up import SetUp, chosen
from tracker.reports.set_ups.words import nothing_sentence
from tracker.text import did_you_mean, listed, number_of, printable

_MOST: Final = 50
"""Commits that are listed for people; JSON lists all."""
_MOST_NAMED: Final = 6
"""Set-ups that an error names."""
_SCHEMA: Final = 1
_COMMITS: Final = tables.Layout(
    (
        tables.fixed("commit"),
        tables.fixed("authored"),
        tables.fixed("work"),
        tables.fixed("agent"),
        tables.fixed("you"),
        tables.text("what became of it", least=28, pleasant=30),
        tables.text("subject", least=10, pleasant=14),
    ),
    left_out=("work",),
    left_out_last=("agent", "subject", "you", "authored"),
)


def print_commits(facts: Facts, text: str, *, json: bool) -> None:
    """Print the commits of the set-ups that a user's text names, such as all of one agent.

    Raises TrackerError if it names none, UsageError if it is a part of several names.
    """
    set_ups = _set_ups(facts, text)
    with facts.opened.ledger.read(begin=False) as snapshot:
        reader = SetUpReader(snapshot, facts.opened.catalogue, facts.by)
        found = sorted(commits_of(snapshot, reader, facts.scope, {*set_ups}, prices=facts.prices), key=_order)
    if json:
        for one in found:
            output.print_json(_as_json(one))
        return
    names, them = listed([one.name for one in set_ups]), "it" if len(set_ups) == 1 else "them"
    output.paragraph(
        f"{number_of(len(found), 'commit')} of {names}; those that count against {them} first, then what is graded."
    )
    rows: list[tables.Row] = [
        (
            one.oid[:10],
            output.moment(one.commit.facts.authored_at, "%Y-%m-%d"),
            f"{one.commit.facts.task_kind}, {one.size}",
            *(
                tables.Cell(GRADE_NAMES[grade] if grade else "", of_grade(grade))
                for grade in (one.agent_grade, one.user_grade)
            ),
            ", ".join(one.reasons()),
            one.commit.facts.subject,
        )
        for one in found[:_MOST]
    ]
    tables.print_table(_COMMITS, rows)
    if len(found) > _MOST:
        output.say(f"{len(found) - _MOST} more: --json lists all.")


def _set_ups(facts: Facts, text: str) -> list[SetUp]:
    if not text.strip():
        raise UsageError("--why needs the name of a set-up, or a part of one, such as codex.")
    known = {row.set_up for row in facts.rows}
    if not known:
        raise TrackerError(nothing_sentence(facts.here))
    found = sorted(chosen(known, text), key=lambda one: one.name)
    if not found:
        raise TrackerError(_unknown(text, known))
    words = {*text.lower().split()}
    whole = [one for one in found if words <= {part.lower() for part in one.parts}]
    if whole:  # all set-ups of an agent, and not those of agents whose names only begin so
        return whole
    if len(found) > 1:
        raise UsageError(f"'{text}' may be {' or '.join(one.name for one in found)}: write more of the name.")
    return found


def _unknown(text: str, known: Collection[SetUp]) -> str:
    """Return the sentence for a name that no set-up has: with the nearest names, else with some that there are."""
    names = sorted(one.name for one in known)
    meant = did_you_mean(text, [*names, *{one.parts[0] for one in known}])
    more = [f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
    told = "" if meant else f": known are {listed([*names[:_MOST_NAMED], *more])}"
    return f"no set-up is called '{printable(text[:80])}'{meant}{told}."


def _order(one: SetUpCommit) -> tuple[bool, bool, int]:
    """Sort trouble and bad grades first, then graded commits, the newest first in each."""
    is_bad = one.is_trouble or one.user_grade == -1
    return not is_bad, one.user_grade is None, -one.commit.facts.authored_at


def _as_json(one: SetUpCommit) -> dict[str, Any]:
    facts = one.commit.facts
    return {
        "schema": _SCHEMA,
        "set_up": one.set_up.name,
        "project_id": one.project,
        "oid": one.oid,
        "authored_at": facts.authored_at,
        "subject": facts.subject,
        "task_kind": facts.task_kind,
        "size": one.size,
        "agent_grade": one.agent_grade,
        "user_grade": one.user_grade,
        "is_settled": one.is_settled,
        "is_trouble": one.is_trouble,
        "kept": one.kept,
        "what_became_of_it": one.reasons(),
        "cost": cost_as_json(one.cost),
    }
