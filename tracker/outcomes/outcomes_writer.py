"""Write outcomes while they are computed: each part with how far it goes in one transaction, then the pass's state."""

import time
from collections.abc import Iterable, Mapping
from typing import Final

from tracker.ledger.buffer import buffer_of
from tracker.ledger.computed_entries import OutcomeEntry, OutcomesEntry
from tracker.model import AGES, DAY, Oid
from tracker.outcome_records import OutcomeRecord, OutcomesRunRecord
from tracker.outcomes import saved_state
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
    """Folds steps into outcomes and writes these. ``branch``: full name of its ref. ``outcomes``: the recorded ones.

    ``last``: the run that recorded these; None to begin anew.
    """

    def __init__(
        self,
        project: Project,
        branch: str,
        rules: str,
        outcomes: dict[Oid, OutcomeRecord],
        last: OutcomesRunRecord | None,
    ) -> None:
        self._project = project
        self._branch = branch
        self._rules = rules
        self._outcomes = outcomes
        self._time = last.time if last else 0
        self._anew = last is None
        self._changed: set[Oid] = set()
        self._main = last.tip if last else None
        self._computed_at = last.computed_at if last else 0
        self._has_more = False
        self._saved_at = time.monotonic()
        self._now = int(time.time())

    def add(self, step: Step, said: Mapping[Oid, Said], reverts: Reverts, reverted: Mapping[Oid, Oid]) -> None:
        """Add a step to the outcomes.

        ``said``: what its commits say. ``reverts``: those found so far. ``reverted``: the commits of which a commit of
        this step changed that, with that commit.
        """
        times = {oid: min(said[oid].time, self._now) for oid in step.commits}  # a clock may have been wrong
        self._time = max(self._time, times[step.main])
        self._main = step.main
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
            outcome = self._outcomes[oid]
            aged = sum(outcome.landed_at <= limit for limit in limits)
            if aged != outcome.aged:
                self._replace(oid, outcome._replace(aged=aged))

    def _save(self, state: PassState, computed_at: int) -> None:
        if self._main is None:
            return
        run = OutcomesRunRecord(self._branch, self._main, self._time, self._rules, computed_at)
        project = self._project.files.id()
        changed = (OutcomeEntry(project, oid, self._outcomes[oid]) for oid in sorted(self._changed))
        buffer_of([OutcomesEntry(project, run, self._anew), *changed]).flush(self._project.ledger)
        if self._has_more:
            self._project.files.write_outcomes_state(saved_state.dump(state, self._rules))
        self._changed.clear()
        self._anew = self._has_more = False
        self._saved_at = time.monotonic()
