"""The cost of the hooks after ``git commit``: without a hook, with an empty one, with ours in each mode."""

import importlib.util
import json
import shlex
import sys
from collections.abc import Iterator
from typing import Any, Final

from benchmark.sandbox import MeasurementFailed, Sandbox
from benchmark.timing import DETACHED, EMPTY, NO_HOOK, Variant, end_of_log, interleave, progress, summarize

SYNC: Final = "native, sync"
PRE_COMMIT: Final = "through pre-commit"
FULL: Final = ", full ledger"
"""Appended to the name of a variant whose ledger holds a long history from the start."""


def reason_to_skip_pre_commit(*, disabled: bool) -> str | None:
    """Return why the pre-commit framework is not measured, None if it is."""
    if disabled:
        return "left out by --no-pre-commit"
    return None if importlib.util.find_spec("pre_commit") else f"pre-commit is not installed for {sys.executable}"


def measure_commit(sandbox: Sandbox, rounds: int, *, pre_commit: bool) -> dict[str, dict[str, Any]]:
    """Time an empty commit in every variant; the ledger "full" must have been filled before.

    Raises MeasurementFailed when git or agent-tracker fails or a commit was not recorded by the hook.
    """
    variants = [*_untracked(sandbox)]
    for ledger, suffix in (("empty", ""), ("full", FULL)):
        variants += [_native(sandbox, ledger, suffix, mode) for mode in ("detached", "sync")]
    if pre_commit:
        variants.append(_through_pre_commit(sandbox))

    def commit(variant: Variant) -> None:
        sandbox.run("git", "commit", "-q", "--allow-empty", "-m", "x", place=variant.path)

    progress(f"timing git commit in {len(variants)} variants, {rounds} rounds")
    for variant in variants:  # the first commit reads files that are not cached yet
        commit(variant)
    times = interleave(variants, commit, rounds)
    for variant in variants:
        _check_recorded(sandbox, variant, rounds + 1)
    return summarize(times)


def _untracked(sandbox: Sandbox) -> Iterator[Variant]:
    """Yield the variants to compare with: a repository without hooks, and one with a hook that does nothing."""
    yield Variant(NO_HOOK, sandbox.repository(f"commit {NO_HOOK}"), None)
    path = sandbox.repository(f"commit {EMPTY}")
    sandbox.git("config", "core.hooksPath", str(sandbox.empty_hooks("commit", ("post-commit",))), place=path)
    yield Variant(EMPTY, path, None)


def _native(sandbox: Sandbox, ledger: str, suffix: str, mode: str) -> Variant:
    name = (SYNC if mode == "sync" else DETACHED) + suffix
    path = sandbox.repository(f"commit {name}")
    sandbox.git("config", "agent-tracker.mode", mode, place=path)
    # Each variant with an empty ledger has one to itself: a shared ledger would grow by the other variant's commits.
    return Variant(name, path, sandbox.track(path, ledger if suffix else f"{ledger}-{mode}"))


def _through_pre_commit(sandbox: Sandbox) -> Variant:
    """Make a repository whose own configuration has our entry as a system hook: no environment has to be built."""
    path = sandbox.repository("commit pre-commit")
    hook = {
        "id": "agent-tracker-post-commit",
        "name": "agent-tracker",
        "entry": f"{shlex.quote(sys.executable)} -I -m tracker hook --pre-commit post-commit",
        "language": "system",
        "stages": ["post-commit"],
        "always_run": True,
        "pass_filenames": False,
    }
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    # JSON is also YAML, and quotes every character that a path may hold.
    (path / ".pre-commit-config.yaml").write_text(json.dumps(config), encoding="utf-8")
    sandbox.git("add", ".pre-commit-config.yaml", place=path)
    sandbox.git("commit", "-q", "-m", "chore: configure pre-commit", place=path)
    files = sandbox.track(path, "empty-pre-commit", hooks="pre-commit")
    sandbox.run(sys.executable, "-I", "-m", "pre_commit", "install", "-t", "post-commit", place=path)
    return Variant(PRE_COMMIT, path, files)


def _check_recorded(sandbox: Sandbox, variant: Variant, commits: int) -> None:
    """Raise MeasurementFailed unless the hook recorded every commit: a hook that records nothing would be fast."""
    if variant.files is None:
        return
    lines = sandbox.tracker("log", "--json", place=variant.path).splitlines()
    seen = sum(json.loads(line)["learnt"] == "post-commit" for line in lines)
    if seen != commits or len(lines) != commits:
        raise MeasurementFailed(
            f"of {commits} commits in '{variant.name}' {len(lines)} were recorded and {seen} seen by the hook."
            f"{end_of_log(variant.files)}"
        )
