"""All results as tables for a reader."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmark.report_scale import report_scale
from benchmark.report_tracking import report_tracking


def report(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the tables of all subjects; ``results`` is the object that ``--json`` prints."""
    versions = ", ".join(f"{name.replace('_', '-')} {version}" for name, version in results["versions"].items())
    sizes = results["sizes"]
    rounds, of_rebase, of_long, of_command = (
        sizes[name] for name in ("rounds", "rebase_rounds", "backfill_rounds", "command_rounds")
    )
    yield f"{versions}; {results['processors']} processors"
    yield f"{rounds} rounds, of a rebase {of_rebase}, of what takes long {of_long}, of a short command {of_command}"
    if "tracking" in results:
        yield from report_tracking(results["tracking"], sizes)
    yield from report_scale(results)
