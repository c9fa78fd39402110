"""Write outcomes while they are computed: each part with how far it goes in one transaction, then the pass's state."""

import time
from collections.abc import Iterable, Mapping
from typing import Final

from tracker.ledger.buffer import buffer_of
from tracker.ledger.computed_entries import NoOutcomeEntry, OutcomeEntry, OutcomesEntry
from tracker.model import AGES, DAY, Oid
from tracker.outcome_records import OutcomeRecord, OutcomesRunRecord
from tracker.outcomes import checkpoint, saved_state
from tracker.outcomes.beginning import Beginning
from tracker.outcomes.checkpoint import Checkpoint
from tracker.outcomes.fold import fold
from tracker.outcomes.history_pass import PassState, Step
from tracker.outcomes.read_messages import Said
from tracker.outcomes.reverts import Reverts
from tracker.project.project import Project

_SAVE_EVERY: Final = 10.0
"""Seconds of work after which it is saved."""
_MOST_BLAMED: Final = 20
"""Commits kept of those whose trailers blame a commit: any number may."""
_NOTE_EVERY: Final = 3600
"""Seconds after which it is noted that outcomes are complete, although nothing has changed."""


class OutcomesWriter:
    """Folds steps into outcomes and writes these. ``branch``: full name of its ref."""

    def __init__(self, project: Project, branch: str, rules: str, begun: Beginning) -> None:
        self._project = project
        self._branch = branch
        self._rules = rules
        self._outcomes = begun.outcomes
        self._time = begun.run.time if begun.run else 0
        self._anew = begun.run is None
        self._changed: set[Oid] = {*begun.taken_back}
        self._main = begun.run.tip if begun.run else None
        self._computed_at = begun.run.computed_at if begun.run else 0
        self._checkpoint = begun.checkpoint
        self._before = dict(begun.outcomes)
        self._landings = 0
        self._has_more = begun.is_rewound
        self._saved_at = time.monotonic()
        self._now = int(time.time())

    def set_checkpoint(self, state: bytes) -> None:
        """Let a later run begin here if what follows is rewritten. ``state``: that of the pass. Raises OSError."""
        if self._main is None:
            return
        self._note_ages([*self._outcomes], self._now)
        checkpoint.write(self._project.files.outcomes, None, self._rules)
        self._project.files.outcomes.write("outcomes-checkpoint", state)
        self._checkpoint = Checkpoint(self._main, self._time, (self._main,), 0, {})
        self._before, self._landings = dict(self._outcomes), 0

    def add(self, step: Step, said: Mapping[Oid, Said], reverts: Reverts, reverted: Mapping[Oid, Oid]) -> None:
        """Add a step to the outcomes.

        ``said``: what its commits say. ``reverts``: those found so far. ``reverted``: the commits of which a commit of
        this step changed that, with that commit.
        """
        times = {oid: min(said[oid].time, self._now) for oid in step.commits}  # a clock may have been wrong
        self._time = max(self._time, times[step.main])
        self._main = step.main
        self._landings += 1
        self._has_more = True
        fixes = {oid for oid in step.commits if said[oid].is_fix}
        self._changed |= fold(self._outcomes, step, self._time, times, fixes)
        for oid in step.commits:
            for target in said[oid].fixes:
                outcome = self._outcomes.get(target)
                if outcome is not None and target != oid and oid not in outcome.blamed_by[:_MOST_BLAMED]:
                    self._replace(target, outcome._replace(blamed_by=(*outcome.blamed_by, oid)[:_MOST_BLAMED]))

        for target, oid in reverted.items():
            self._note_revert(target, reverts, times[oid])

    def _note_revert(self, target: Oid, reverts: Reverts, time_of_revert: int) -> None:
        revert, outcome = reverts.found[target], self._outcomes[target]
        is_new = outcome.reverted_by != revert.by
        self._replace(
            target,
            outcome._replace(
                reverted_by=revert.by,
                reverted_at=time_of_revert if is_new else outcome.reverted_at,
                revert_found_by=revert.how,
                again_by=revert.again,
            ),
        )

    def _replace(self, oid: Oid, outcome: OutcomeRecord) -> None:
        self._outcomes[oid] = outcome
        self._changed.add(oid)

    def save_at_times(self, state: PassState) -> None:
        """Write what was added, if there is much of it. Raises OSError and the LedgerUnavailable errors."""
        if time.monotonic() - self._saved_at > _SAVE_EVERY:
            self._note_ages([*self._changed], int(time.time()))
            self._save(state, 0)

    def finish(self, state: PassState, now: int) -> None:
        """Write what is left, and the ages that commits have reached ``now``, in seconds since the epoch.

        Raises OSError and the LedgerUnavailable errors.
        """
        self._note_ages([*self._outcomes], now)
        if self._changed or self._has_more or now - self._computed_at >= _NOTE_EVERY:
            self._save(state, now)

    def _note_ages(self, oids: Iterable[Oid], now: int) -> None:
        """Note which ages commits have reached."""
        limits = [now - days * DAY for days in AGES]
        for oid in oids:
            outcome = self._outcomes.get(oid)
            if outcome is None:
                continue  # on the branch no more
            aged = sum(outcome.landed_at <= limit for limit in limits)
            if aged != outcome.aged:
                self._replace(oid, outcome._replace(aged=aged))

    def _save(self, state: PassState, computed_at: int) -> None:
        if self._main is None:
            return
        run = OutcomesRunRecord(self._branch, self._main, self._time, self._rules, computed_at)
        project, files = self._project.files.id(), self._project.files.outcomes
        if self._checkpoint is not None:
            differing = {oid for oid in self._changed if self._before.get(oid) != self._outcomes.get(oid)}
            now = self._checkpoint.after(self._main, self._landings, differing, self._before)
            self._checkpoint = None if now.is_too_large else now
            checkpoint.write(files, self._checkpoint, self._rules)
        changed = (
            OutcomeEntry(project, oid, self._outcomes[oid]) if oid in self._outcomes else NoOutcomeEntry(project, oid)
            for oid in sorted(self._changed)
        )
        buffer_of([OutcomesEntry(project, run, self._anew), *changed]).flush(self._project.ledger)
        if self._has_more:
            files.write("outcomes-state", saved_state.dump(state, self._rules))
        self._changed.clear()
        self._landings = 0
        self._anew = self._has_more = False
        self._saved_at = time.monotonic()
