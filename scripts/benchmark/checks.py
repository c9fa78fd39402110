"""Checks that a program recorded what it was measured with: one that records nothing would be fast."""

import json
from pathlib import Path

from benchmark.sandbox import MeasurementFailed, Sandbox
from benchmark.timing import end_of_log
from tracker.project.files import ProjectFiles


def check_recorded(output: str, commits: int) -> None:
    """Raise MeasurementFailed unless a program printed that it recorded so many commits.

    ``output``: what ``backfill --json`` or ``sync --json`` printed.
    """
    recorded = json.loads(output)["recorded"]
    if recorded != commits:
        raise MeasurementFailed(f"{recorded} of {commits} commits were recorded.")


def check_seen_by_hook(sandbox: Sandbox, path: Path, commits: int) -> None:
    """Raise MeasurementFailed unless a hook saw the newest commits of HEAD, so many, and they are in the ledger."""
    lines = map(json.loads, sandbox.tracker("log", "--json", place=path).splitlines())
    learnt = {line["oid"]: line["learnt"] for line in lines}
    newest = sandbox.git("rev-list", f"--max-count={commits}", "HEAD", place=path).split()
    seen = sum(learnt.get(oid, "").startswith("post-") for oid in newest)
    if seen != commits:
        log = end_of_log(ProjectFiles(path / ".git"))
        raise MeasurementFailed(f"of {commits} commits in '{path.name}' {seen} were seen by a hook and recorded.{log}")


def check_nothing_left(sandbox: Sandbox, path: Path) -> None:
    """Raise MeasurementFailed if ``sync`` still finds commits to record."""
    left = json.loads(sandbox.tracker("sync", "--json", place=path))["recorded"]
    if left:
        log = end_of_log(ProjectFiles(path / ".git"))
        raise MeasurementFailed(f"{left} commits in '{path.name}' were not recorded by their hooks.{log}")
