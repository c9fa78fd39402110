"""The cost of the hook before ``git commit``: none, an empty one, and the guard for a person and for an agent."""

import os
from typing import Any, Final

from benchmark.sandbox import Sandbox
from benchmark.timing import EMPTY, NO_HOOK, Variant, interleave, progress, summarize
from tracker.hooks.events import GUARD

PERSON: Final = "the guard, a person"
AGENT: Final = "the guard, an agent"


def measure_guard(sandbox: Sandbox, rounds: int) -> dict[str, dict[str, Any]]:
    """Time an empty commit with no hook after it, in a terminal unless an agent makes it.

    Raises MeasurementFailed when git or agent-tracker fails.
    """
    path = sandbox.repository("guard")
    # Processes are not read, as in a terminal: an agent may be running this benchmark.
    person = {"AGENT_TRACKER_PROCESSES": "0"}
    ledger = str(sandbox.home / "guard.lmdb")
    sandbox.tracker("init", "--guard", "--ledger", ledger, place=path, environment=person)
    ours = sandbox.empty_hooks("guard", (GUARD,))
    (ours / GUARD).write_bytes((path / ".git" / "hooks" / GUARD).read_bytes())
    none, empty = sandbox.empty_hooks("guard-none", ()), sandbox.empty_hooks("guard-empty", (GUARD,))
    hooks = {NO_HOOK: none, EMPTY: empty, PERSON: ours, AGENT: ours}
    environments = {AGENT: {**person, "CLAUDECODE": "1"}}

    def commit(variant: Variant) -> None:
        words = ("-c", f"core.hooksPath={hooks[variant.name]}", "commit", "-q", "--allow-empty", "-m", "x")
        terminal = None if variant.name == AGENT else theirs
        sandbox.run("git", *words, place=path, environment=environments.get(variant.name, person), terminal=terminal)

    progress(f"timing git commit with the guard, {rounds} rounds")
    variants = [Variant(name, path, None) for name in hooks]
    ours_end, theirs = os.openpty()  # a person has a terminal, an agent has none
    try:
        for variant in variants:
            commit(variant)
        return summarize(interleave(variants, commit, rounds))
    finally:
        os.close(ours_end)
        os.close(theirs)
