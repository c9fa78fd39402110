"""``attribute``: say who made commits, take that back, or make a rule of it for all that have the same sign."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker import attribution
from tracker.cli import open_project, output
from tracker.errors import UsageError
from tracker.feedback import actor, corrections, user_rules
from tracker.feedback.recorded_commits import recorded
from tracker.git.revisions import commits_named
from tracker.ledger.apply import Changed
from tracker.model import Kind, Oid
from tracker.project import settings
from tracker.project.project import Project
from tracker.records import CommitRecord
from tracker.text import printable

SCHEMA: Final = 1


class Word(NamedTuple):
    """What the user says: an agent or ``undo``, the model if it is known, why, and what rule to make of it."""

    agent: str | None
    model: str | None
    note: str
    undo: bool
    rule: str | None


def run(path: str, flags: Mapping[str, str | None], revisions: Sequence[str], word: Word, *, json: bool) -> int:
    """Correct the attribution of commits of the repository at ``path``. Raises TrackerError; nothing is half done."""
    if word.undo == (word.agent is not None):
        raise UsageError("say who made it with --agent, or take the last correction back with --undo.")
    if word.undo and (word.rule or word.model or word.note):
        raise UsageError("--undo takes nothing with it: leave out --model, --note and --rule.")
    project = open_project.opened(path, flags, open_project.WRITING)
    said_by = actor.speak_for_user(actor.here(project.rules), project.settings, "a correction of who made a commit")
    oids = commits_named(project.repository, revisions)
    changed = corrections.withdraw(project, oids, said_by) if word.undo else _correct(project, oids, word, said_by)
    project_id = project.files.id()
    _report([one for one in changed if one.project == project_id], oids, json=json)
    return 0


def _correct(project: Project, oids: Sequence[Oid], word: Word, said_by: str) -> Sequence[Changed]:
    agent, kind = _named(word.agent or "", project)
    if kind != "agent" and word.model:
        raise UsageError(f"--model goes with an agent, and {agent} is none.")
    model = attribution.model_name(word.model) if word.model else None
    if word.model and model is None:
        raise UsageError(f"'{printable(word.model)}' names no model.")
    records = recorded(project, oids)
    place = settings.user_catalogue()
    text = _rule(project, records, word.rule, agent, kind, place) if word.rule else None
    changed = corrections.correct(project, oids, agent, kind, model, attribution.shown(word.note), said_by)
    if text is not None:
        user_rules.write(place, text)
        output.warn(f"the rule is in {printable(str(place))}; 'agent-tracker reattribute' reads the history with it.")
    return changed


def _named(text: str, project: Project) -> tuple[str, Kind]:
    name = attribution.shown(text)
    if not any(character.isalnum() for character in name):
        raise UsageError("--agent needs a name, such as claude-code, or human.")
    return attribution.named_by_user(name, project.rules)


def _rule(project: Project, records: Mapping[Oid, CommitRecord], rule: str, agent: str, kind: Kind, place: Path) -> str:
    """The user's catalogue with the rule in it, checked before anything is changed."""
    if len(records) != 1:
        raise UsageError("a rule is made of one commit: name just one with --rule.")
    ((oid, record),) = records.items()
    (commit,) = project.repository.commits([oid])
    entry = user_rules.of(rule, commit, record, agent, kind, project.repository.user_emails(), project.rules)
    text = user_rules.joined(place, entry)
    if rule != "branch":
        user_rules.check(text, commit, agent)
    return text


def _report(changed: Sequence[Changed], oids: Sequence[Oid], *, json: bool) -> None:
    named = {one.oid for one in changed}
    for one in changed:
        if json:
            output.print_json({"schema": SCHEMA, **corrections.as_json(one)})
        else:
            output.say(printable(corrections.described(one)))
    if not json and not any(oid in named for oid in oids):
        output.say("Nothing changed by that.")
