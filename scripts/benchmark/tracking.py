"""The cost of tracking: commits, rebases, the recorder, the guard, and the commands that read a long history."""

from typing import Any

from benchmark.backfill import measure_attribution, measure_backfill
from benchmark.commit_hooks import FULL, SYNC, measure_commit, reason_to_skip_pre_commit
from benchmark.glance import measure_glance
from benchmark.guard import AGENT, PERSON, measure_guard
from benchmark.histories import realistic_changes, small_changes
from benchmark.lessons import measure_lessons
from benchmark.messages import measure_messages
from benchmark.outcomes import measure_outcomes
from benchmark.rebase import REALISTIC, TINY, measure_rebase
from benchmark.recorder import measure_recorder
from benchmark.sandbox import Sandbox
from benchmark.sizes import Sizes
from benchmark.timing import DETACHED, EMPTY, NO_HOOK, Results, ratio


def measure_tracking(sandbox: Sandbox, sizes: Sizes, *, pre_commit: bool) -> dict[str, Any]:
    """Measure what tracking costs, and return it. Raises MeasurementFailed and OSError."""
    skipped = reason_to_skip_pre_commit(disabled=not pre_commit)
    commits, rounds = sizes.ledger_commits, sizes.backfill_rounds
    # A dictionary is filled in this order: the first makes the history that those after it read.
    results: dict[str, Any] = {
        "backfill": measure_backfill(sandbox, commits),
        "attribution": measure_attribution(sandbox, commits, rounds),
        "glance": measure_glance(sandbox, commits, rounds),
        "lessons": measure_lessons(sandbox, rounds),
        "outcomes": measure_outcomes(sandbox, commits, rounds),
        "messages": measure_messages(sizes.message_bytes),
        "commit": measure_commit(sandbox, sizes.rounds, pre_commit=not skipped),
        "pre_commit_skipped": skipped,
        "guard": measure_guard(sandbox, sizes.rounds),
        "recorder": measure_recorder(sandbox, sizes.rounds),
    }
    histories = {
        TINY: small_changes(sizes.picks + 1),
        REALISTIC: realistic_changes(sizes.files, sizes.picks),
    }
    rebases = {kind: measure_rebase(sandbox, kind, history, sizes) for kind, history in histories.items()}
    results["rebase"] = {kind: rebase for kind, (rebase, _) in rebases.items()}
    results["interpreters"] = {kind: starts for kind, (_, starts) in rebases.items()}
    results["ratios"] = _ratios(results["commit"], results["guard"], results["rebase"])
    return results


def _ratios(commit: Results, guard: Results, rebase: dict[str, Results]) -> dict[str, dict[str, float]]:
    return {
        "detached_to_empty_hook": ratio(commit, DETACHED, EMPTY),
        "detached_full_to_empty_ledger": ratio(commit, DETACHED + FULL, DETACHED),
        "sync_full_to_empty_ledger": ratio(commit, SYNC + FULL, SYNC),
        "guard_person_to_empty_hook": ratio(guard, PERSON, EMPTY),
        "guard_agent_to_empty_hook": ratio(guard, AGENT, EMPTY),
        **{f"{kind}_rebase_to_no_hooks": ratio(rebase[kind], DETACHED, NO_HOOK) for kind in rebase},
        **{f"{kind}_rebase_to_empty_hooks": ratio(rebase[kind], DETACHED, EMPTY) for kind in rebase},
    }
