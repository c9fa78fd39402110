"""Decisions about what guards the user's interests: the guard, the ledger, and where the settings are.

A person at a terminal takes them with ``init`` and ``uninstall``. An agent may not. A process of which nothing is known
may, since scripts run both: where the guard is or was enabled, ``doctor`` names what it changed until a person runs
``init``. Nobody but a person records again what was changed without agent-tracker.
"""

from pathlib import Path
from typing import NamedTuple

from tracker.errors import TrackerError
from tracker.feedback.actor import Actor, current_actor, decide_for_user
from tracker.project import init_record, ledger_mark, start
from tracker.project.init_record import NO_GUARD, OTHER_LEDGER, TRACKED_AGAIN, InitRecord
from tracker.project.pending_grades import PendingGrade, PendingGrades
from tracker.project.project import Project


class Decision(NamedTuple):
    """The changes that a run of ``init`` makes to what guards, and who runs it.

    ``record``: the record before it, None if there was none that counts. ``was_tracked``: the repository was tracked.
    ``changes``: each as the subject of a sentence. ``waiting``: the pending grades, sealed with the key of the ledger
    that the repository leaves.
    """

    actor: Actor
    record: InitRecord | None
    was_tracked: bool
    changes: tuple[str, ...] = ()
    waiting: tuple[PendingGrade, ...] = ()

    @property
    def keeps_guard(self) -> bool:
        """True if the guard was enabled and this run does not disable it, whatever the git directory says now."""
        return self.record is not None and self.record.guarded and NO_GUARD not in self.changes


def decide(project: Project, guard: bool | None) -> Decision:  # noqa: FBT001
    """Return what ``init`` is about to change. ``guard``: the guard that was asked for, None for no change.

    Raises NotTheUser where that is not the actor's to decide.
    """
    actor = current_actor(project)
    if project.files.find_id() is None:
        return Decision(actor, None, was_tracked=False)
    record = init_record.read(project.files)
    changes: list[str] = []
    if guard is False and is_guard_wanted(project):
        changes.append(NO_GUARD)
    remembered = record.ledger if record else project.files.ledger_path()
    ledger = Path(remembered) if remembered else project.own_ledger_path
    if project.ledger.path != ledger:
        changes.append(OTHER_LEDGER)
    for change in changes:
        decide_for_user(actor, project.settings, change)
    decision = Decision(actor, record, was_tracked=True, changes=tuple(changes))
    if OTHER_LEDGER not in changes:
        return decision
    left = PendingGrades(project.files.pending_grades, ledger, project.files.id())
    return decision._replace(waiting=tuple(left.read()))


def is_guard_wanted(project: Project) -> bool:
    """Return True if the guard is enabled, or was when what guards was recorded."""
    record = init_record.read(project.files)
    return project.files.is_guarded() or (record is not None and record.guarded)


def record_decision(project: Project, decision: Decision, *, was_known: bool) -> list[str]:
    """Record what a run of ``init`` decided, as far as that is its actor's.

    Return sentences about what is not, and about what a person accepted by it.

    Grades that wait are sealed with the key of the ledger that the repository records into now. ``was_known``: the
    ledger knew the repository before it was tracked. Raises TrackerError.
    """
    try:
        project.pending_grades.seal_again(decision.waiting)
        done = _record(project, decision, was_known=was_known)
        doubts = sorted({reason for _, reason in project.pending_grades.unsure()})
        return done + [
            f"A pending grade counts for nothing, since {one}: run 'agent-tracker doctor'." for one in doubts
        ]
    except OSError as error:
        raise TrackerError(f"{project.files.folder} cannot be written: {error.strerror or error}.") from error


def _record(project: Project, decision: Decision, *, was_known: bool) -> list[str]:
    """Record a decision. Raises OSError."""
    actor, before = decision.actor, decision.record
    if actor.is_person:
        accepted = _accepted(project, decision)
        project.ledger_mark.accept()
        start.record_init(project, actor.description())
        return [f"Accepted from now on: {one}" for one in accepted]
    if not decision.was_tracked:
        again = _unconfirmed(actor, [TRACKED_AGAIN] if was_known and actor.agent is not None else [])
        start.record_init(project, actor.description(), unconfirmed=again)
        return []
    if before is None:
        place, fault = init_record.path(project.files), init_record.examine(project.files).fault
        return [f"{place} {fault}: only a person at a terminal has it written again, with 'agent-tracker init'."]
    was_guarded = before.guarded or project.files.is_guarded()
    new = _unconfirmed(actor, decision.changes if was_guarded else ())
    start.record_init(project, "", before, tuple(dict.fromkeys((*before.unconfirmed, *new))))
    if init_record.present_places() == before.places:
        return []
    home = before.places.get("HOME", "the account's home directory")
    return [f"Protected settings are still read from {home}: only a person at a terminal changes that."]


def _accepted(project: Project, decision: Decision) -> list[str]:
    """Return what ``doctor`` named and a person accepts by this run: lost feedback, and changes not undone by it."""
    undone = {OTHER_LEDGER} & {*decision.changes}
    if project.files.is_guarded():
        undone.add(NO_GUARD)
    unconfirmed = decision.record.unconfirmed if decision.record else ()
    return [
        *(ledger_mark.sentence(loss, project.ledger.path) for loss in project.ledger_mark.losses()),
        *(f"{change}." for change in unconfirmed if not change.startswith(tuple(undone))),
    ]


def note_change(project: Project, actor: Actor, change: str) -> None:
    """Note a change of what guards that no person made, where a guard is or was enabled: ``doctor`` names it.

    A person who changes the same confirms it, and it is named no more.

    ``change``: the subject of a sentence. Raises OSError.
    """
    before = init_record.read(project.files)
    if before is None or not is_guard_wanted(project):
        return
    if actor.is_person:  # who decides it now confirms or takes back what others changed
        noted = [one for one in before.unconfirmed if not one.startswith(f"{change}, by ")]
    else:
        noted = [*dict.fromkeys((*before.unconfirmed, *_unconfirmed(actor, (change,))))]
    if tuple(noted) == before.unconfirmed:
        return
    init_record.write(project.files, before._replace(unconfirmed=tuple(noted)))  # all else stays as it was recorded


def _unconfirmed(actor: Actor, changes: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Return changes with the actor, as the record keeps them until a person confirms them."""
    return tuple(f"{change}, by {actor.description()}" for change in changes)
