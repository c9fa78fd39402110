"""``attribute``: correct who made commits, withdraw a correction, or make a rule for commits with the same evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from tracker.cli import output
from tracker.cli.command import Command
from tracker.cli.completed_names import models, people_and_agents, revisions, words
from tracker.cli.options import json_option, repository_options
from tracker.errors import UsageError
from tracker.model import Kind, Oid
from tracker.text import printable

if TYPE_CHECKING:
    from tracker.attribution import Catalogue
    from tracker.ledger.apply import Changed
    from tracker.project.project import Project
    from tracker.records import RecordedCommit

SCHEMA: Final = 1
_NOBODY: Final = frozenset({"unmarked", "unknown", "human or unmarked", "person or unmarked"})
"""Words of lists for commits whose maker is not known."""


class _Maker(NamedTuple):
    """The user's statement of who made the commits; the model is None when it is not known."""

    agent: str
    kind: Kind
    model: str | None


@click.command(
    "attribute",
    cls=Command,
    examples=(
        'agent-tracker attribute HEAD~1 --agent codex --note "pasted by hand"',
        "agent-tracker attribute HEAD~1 --undo",
        "agent-tracker attribute HEAD --agent codex --rule address",
    ),
)
@click.argument("revisions", nargs=-1, required=True, metavar="REV...", shell_complete=revisions)
@click.option(
    "--agent",
    metavar="NAME",
    shell_complete=people_and_agents,
    help="Who made them: an agent of the catalogue, a name of your own, or human.",
)
@click.option("--new-agent", is_flag=True, help="The name is a new one, that nothing knows yet.")
@click.option("--model", metavar="NAME", shell_complete=models, help="With which model.")
@click.option("--new-model", is_flag=True, help="The model is a new one, that was never recorded.")
@click.option("--note", default="", metavar="TEXT", help="Why; kept with the correction.")
@click.option("--undo", is_flag=True, help="Withdraw the last correction of each commit.")
@click.option(
    "--rule",
    metavar="KIND",
    shell_complete=words("address", "branch", "trailer:"),
    help="Also make a rule of the commit's address, branch or trailer:KEY, for all commits with the same evidence.",
)
@repository_options
@json_option
def command(
    *,
    revisions: Sequence[str],
    agent: str | None,
    new_agent: bool,
    model: str | None,
    new_model: bool,
    note: str,
    undo: bool,
    rule: str | None,
    path: str,
    ledger: str | None,
    json: bool,
) -> int:
    """State who made commits, or withdraw that.

    The statement overrides all other evidence.
    """
    from tracker.cli.open_project import WRITE_DEADLINE, open_current
    from tracker.feedback import actor, corrections, halts
    from tracker.feedback.known_agents import check_agent_is_known, check_model_is_known
    from tracker.git.revisions import commits_named

    if undo and agent is not None:
        raise UsageError("--agent and --undo exclude each other: say who made the commits, or withdraw that.")
    if undo == (agent is not None):
        raise UsageError("say who made the commits with --agent, or withdraw the last correction with --undo.")
    if undo and (rule or model or note or new_agent or new_model):
        raise UsageError(
            "--undo goes with no other option: leave out --model, --note, --new-agent, --new-model and --rule."
        )
    project = open_current(path, ledger, WRITE_DEADLINE, reads=False)
    speaker = actor.speak_for_user(actor.current_actor(project), project.settings, "a correction of who made a commit")
    oids = commits_named(project.repository, revisions)
    halted = halts.halted_agents(project)
    if agent is None:
        changes = corrections.withdraw(project, oids, speaker)
    else:
        maker = _parse_maker(agent, model, project.catalogue)
        if not new_agent:
            check_agent_is_known(project.catalogue, project.ledger, maker.agent, "--new-agent")
        if model and not new_model:
            check_model_is_known(project.ledger, model, "--new-model")
        changes = _correct(project, oids, maker, note, rule, speaker)
    project_id = project.files.id()
    _print_changes([change for change in changes if change.project == project_id], oids, json=json)
    _warn_of_halts(halted, halts.halted_agents(project))
    return 0


def _parse_maker(agent: str, model: str | None, rules: Catalogue) -> _Maker:
    """Return who is named by ``--agent`` and ``--model``. Raises UsageError for what is no name."""
    from tracker import attribution

    name = attribution.stored_value(agent)
    if not any(character.isalnum() for character in name):
        raise UsageError("--agent needs a name, such as claude-code, or human.")
    if name.lower() in _NOBODY:
        raise UsageError(f"'{name}' says that nobody knows who made the commits: withdraw a correction with --undo.")
    name, kind = attribution.resolve_agent_name(name, rules)
    if kind != "agent" and model:
        raise UsageError(f"--model goes with an agent, and {name} is not one.")
    model_name = attribution.model_name(model) if model else None
    if model and model_name is None:
        raise UsageError(f"'{printable(model)}' names no model.")
    return _Maker(name, kind, model_name)


def _correct(
    project: Project, oids: Sequence[Oid], maker: _Maker, note: str, rule: str | None, speaker: str
) -> Sequence[Changed]:
    """Correct the attribution of commits, and write the rule when one is wanted. A rule is checked first.

    Raises TrackerError before anything is changed.
    """
    from tracker import attribution
    from tracker.feedback import corrections, user_rules
    from tracker.feedback.recorded_commits import recorded_commits
    from tracker.project import settings

    commits = recorded_commits(project, oids)
    catalogue_path = settings.user_catalogue_path(project.recording_places)
    text = _catalogue_with_rule(project, commits, rule, maker, catalogue_path) if rule else None
    changes = corrections.correct(
        project, oids, maker.agent, maker.kind, maker.model, attribution.stored_value(note), speaker
    )
    if text is not None:
        user_rules.write_catalogue(catalogue_path, text)
        output.warn(
            f"the rule is in {printable(str(catalogue_path))}; 'agent-tracker reattribute' applies it to the history."
        )
    return changes


def _catalogue_with_rule(
    project: Project, commits: Mapping[Oid, RecordedCommit], rule: str, maker: _Maker, catalogue_path: Path
) -> str:
    """Return the text of the user's catalogue with the rule added. Raises UsageError for more than one commit."""
    from tracker import lineage
    from tracker.feedback import user_rules

    if len(commits) != 1:
        raise UsageError("a rule is made from one commit: name exactly one with --rule.")
    ((oid, recorded),) = commits.items()
    (commit,) = project.repository.commits([oid])
    own, evidence = project.repository.user_emails(), lineage.all_evidence(recorded)
    entry = user_rules.rule_for_commit(rule, commit, evidence, maker.agent, maker.kind, own, project.catalogue)
    text = user_rules.catalogue_with(catalogue_path, entry)
    if rule != "branch":  # a commit does not store the branch that it was made on, so there is nothing to try it with
        user_rules.check_rule(text, commit, maker.agent)
    return text


def _warn_of_halts(before: Collection[str], after: Collection[str]) -> None:
    """Say which agents are halted now, since commits go with their bugs and their experience, and which no longer."""
    for agent in map(printable, sorted({*after} - {*before})):
        command = f'agent-tracker reinstate {agent} --plan "…"'
        output.warn(f"this halts {agent} in all projects, until the user reinstates it ({command}).")
    for agent in map(printable, sorted({*before} - {*after})):
        output.warn(f"with this {agent} has a skill point again, and is no longer halted.")


def _print_changes(changes: Sequence[Changed], oids: Sequence[Oid], *, json: bool) -> None:
    from tracker.feedback import corrections

    changed_oids = {change.oid for change in changes}
    for change in changes:
        if json:
            output.print_json({"schema": SCHEMA, **corrections.change_as_json(change)})
        else:
            output.say(printable(corrections.change_line(change)))
    if not json and changed_oids.isdisjoint(oids):
        output.say("Nothing changed.")
