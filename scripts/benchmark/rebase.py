"""The cost of the hooks during ``git rebase``, and the number of interpreters that they start."""

import time
from collections.abc import Iterable
from itertools import count
from typing import Any, Final

from benchmark.checks import check_nothing_left
from benchmark.interpreters import count_interpreters
from benchmark.sandbox import Sandbox
from benchmark.sizes import Sizes
from benchmark.timing import DETACHED, EMPTY, NO_HOOK, Variant, interleave, progress, summarize
from tracker.hooks.events import EVENTS

TINY: Final = "tiny"
REALISTIC: Final = "realistic"
"""The two repositories: one with small files, and one in which a pick costs as much as in ordinary work."""


def measure_rebase(
    sandbox: Sandbox, kind: str, commits: Iterable[bytes], sizes: Sizes
) -> tuple[dict[str, dict[str, Any]], dict[str, float]]:
    """Time a rebase in every variant and count interpreters; the spreads and the counts.

    Raises MeasurementFailed when git or agent-tracker fails, or a commit was not recorded.
    """
    path = sandbox.repository(f"{kind} rebase")
    sandbox.fill(path, commits)
    sandbox.git("reset", "-q", "--hard", place=path)
    files = sandbox.track(path, f"rebase-{kind}")
    # All variants share one repository: the place of its files on the disk makes a larger difference than hooks.
    hooks = {
        NO_HOOK: sandbox.empty_hooks(f"{kind}-none", ()),
        EMPTY: sandbox.empty_hooks(f"{kind}-empty", EVENTS),
        DETACHED: path / ".git" / "hooks",
    }
    variants = [Variant(name, path, files) for name in hooks]
    clock = count(int(time.time()), 60)

    def rebase(variant: Variant) -> None:
        """Rewrite every commit but the first. The committer date rises: with equal dates the oids would be equal."""
        words = ("-c", f"core.hooksPath={hooks[variant.name]}", "rebase", "-q", "--force-rebase", f"HEAD~{sizes.picks}")
        sandbox.run("git", *words, place=path, environment={"GIT_COMMITTER_DATE": f"{next(clock)} +0000"})

    progress(f"timing git rebase of a {kind} repository in {len(variants)} variants, {sizes.rebase_rounds} rounds")
    for variant in variants:
        rebase(variant)
    times = interleave(variants, rebase, sizes.rebase_rounds)
    starts = count_interpreters(sandbox, variants[-1], rebase, sizes.picks)
    check_nothing_left(sandbox, path)
    return summarize(times), starts
