"""Measure on this machine what agent-tracker costs: ``python scripts/benchmark [--quick] [--only SUBJECT] [--json]``.

Subjects:

- ``tracking``: ``git commit`` without a hook, with an empty one and with ours in each mode, also with a full ledger and
  through pre-commit; the hook before a commit; the processor time of a recorder beside the least program that could do
  its work; ``git rebase`` and the interpreters that it starts; a backfill with and without attribution; ``glance``,
  ``lessons``, ``outcomes`` and ``recommend`` with a long history; the attribution of messages by their size
- ``peers``: a first backfill beside ``git log``, ``git log --numstat -M``, PyDriller and GitPython, its memory and the
  bytes of the ledger; of generated histories, or of the repository that ``--repository`` names
- ``reading``: commands that read, in ledgers of more and more commits
- ``refs``, ``work_trees``: recording in repositories with more and more branches or work trees
- ``large_commits``: recording a commit of very many files, beside ``git show --numstat -M``
- ``families``: thousands of commits that pick or revert one, beside as many unrelated ones
- ``hosts``: what agents' hosts call before and after each command, beside an empty script, and the status line
- ``flushes``: transactions of several processes at once, beside raw py-lmdb

Everything happens in a temporary folder, in an isolated environment. What is compared takes turns in random order, so
that other load on the machine affects all of it alike, and ratios are taken within a round: least, median and most. A
program that records is checked to have recorded. Timings are printed and never judged: the exit code is 1 only when git
or agent-tracker fails. Each measurement is a module of ``scripts/benchmark``.
"""

import argparse
import importlib.util
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmark.families import measure_families
from benchmark.flushes import measure_flushes
from benchmark.host_calls import measure_host_calls
from benchmark.large_commits import measure_large_commits
from benchmark.peers import measure_peers
from benchmark.reading import measure_reading
from benchmark.refs import measure_refs
from benchmark.report import report
from benchmark.sandbox import MeasurementFailed, Sandbox, version
from benchmark.sizes import LARGE, MEANING, QUICK, Sizes
from benchmark.tracking import measure_tracking
from benchmark.work_trees import measure_work_trees

_Measure = Callable[[Sandbox, Sizes, argparse.Namespace], Any]
SUBJECTS: Final[dict[str, _Measure]] = {
    "tracking": lambda sandbox, sizes, options: measure_tracking(sandbox, sizes, pre_commit=not options.no_pre_commit),
    "peers": lambda sandbox, sizes, options: measure_peers(sandbox, sizes, options.repository),
    "reading": lambda sandbox, sizes, _: measure_reading(sandbox, sizes),
    "refs": lambda sandbox, sizes, _: measure_refs(sandbox, sizes),
    "work_trees": lambda sandbox, sizes, _: measure_work_trees(sandbox, sizes),
    "large_commits": lambda sandbox, sizes, _: measure_large_commits(sandbox, sizes),
    "hosts": lambda sandbox, sizes, _: measure_host_calls(sandbox, sizes),
    "families": lambda sandbox, sizes, _: measure_families(sandbox, sizes),
    "flushes": lambda sandbox, sizes, _: measure_flushes(sandbox.home / "flushes", sizes),
}
"""The subjects in the order in which they are measured; each can be measured alone."""
_SCHEMA: Final = 3
"""The version of what ``--json`` prints."""


def main(arguments: Sequence[str]) -> int:
    """Measure, print the results and return the exit code."""
    options = _parse(arguments)
    try:
        results = measure_subjects(options)
    except (MeasurementFailed, OSError) as error:
        sys.stderr.write(f"benchmark: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    if options.json:
        print(json.dumps(results))
        return 0
    for line in report(results):
        print(line)
    return 0


def measure_subjects(options: argparse.Namespace) -> dict[str, Any]:
    """Measure the chosen subjects, and return what ``--json`` prints. Raises MeasurementFailed and OSError."""
    sizes, chosen = _sizes(options), options.only or SUBJECTS
    versions = {"git": version("git"), "python": platform.python_version()}
    if importlib.util.find_spec("pre_commit"):
        versions["pre_commit"] = version(sys.executable, "-I", "-m", "pre_commit")
    results: dict[str, Any] = {
        "schema": _SCHEMA, "versions": versions, "processors": os.cpu_count(), "sizes": sizes._asdict()
    }  # fmt: skip
    for subject, measure in SUBJECTS.items():
        if subject in chosen:
            # The files of a subject are removed before the next one: those of all of them take many gigabytes.
            with tempfile.TemporaryDirectory(prefix="agent-tracker-benchmark-", ignore_cleanup_errors=True) as folder:
                results[subject] = measure(Sandbox(Path(folder).resolve()), sizes, options)
    return results


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmark", description="Measure on this machine what agent-tracker costs.")
    parser.add_argument("--quick", action="store_true", help="small numbers: only shows that everything works")
    parser.add_argument("--only", choices=SUBJECTS, action="append", help="measure only this subject; may be repeated")
    parser.add_argument(
        "--repository", type=Path, metavar="PATH",
        help="compare backfills with the peers in a clone of this repository instead of in generated histories",
    )  # fmt: skip
    parser.add_argument("--no-pre-commit", action="store_true", help="leave out the pre-commit framework")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    sizes = parser.add_argument_group("sizes")
    for name, meaning in MEANING.items():
        text = f"{meaning} (default {getattr(LARGE, name)}, with --quick {getattr(QUICK, name)})"
        sizes.add_argument(f"--{name.replace('_', '-')}", type=_positive, metavar="NUMBER", help=text)
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1 on")
    return int(text)


def _sizes(options: argparse.Namespace) -> Sizes:
    """Return the chosen sizes, with those replaced that an option gives."""
    chosen = QUICK if options.quick else LARGE
    return Sizes(*(getattr(options, name) or value for name, value in chosen._asdict().items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
