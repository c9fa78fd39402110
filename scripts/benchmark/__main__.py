"""Measure on this machine what tracking costs: ``python scripts/benchmark [--quick] [--json]``.

- ``git commit`` without a hook, with an empty one, with ours (detached, sync, through pre-commit), and with ours again
  when the ledger already holds the commits of another repository
- ``git commit`` with the guard before it, by a person and by an agent, beside an empty hook
- the processor time of one recorder, beside that of the least program that could do its work
- the speed of ``backfill``, the share of attribution in it, and the bytes of the ledger
- the time of ``glance`` at that history
- the time of ``lessons`` in the ledger of that history
- the time of ``outcomes`` of that history beside ``git log -p -U0``, and of ``recommend`` beside that in a small ledger
- a backfill beside ``git log``, ``git log --numstat -M``, PyDriller and GitPython, of that history or another one
- commands that read, in ledgers of more and more commits
- families of thousands of commits that pick or revert one
- transactions of several processes beside raw py-lmdb
- the time to attribute one message, by its size, also of messages made to take long
- ``git rebase`` without hooks, with empty ones and with ours, in a tiny repository and in one with so many files that a
  pick costs as much as in ordinary work; the interpreters that a rebase starts, and how many of them run at a time

Everything happens in a temporary folder, in an isolated environment. The variants take turns in random order, so that
other load on the machine affects all of them alike. Timings are printed and never judged: the exit code is 1 only when
git or agent-tracker fails. Each measurement is a module of ``scripts/benchmark``.
"""

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmark.backfill import measure_attribution, measure_backfill
from benchmark.commit_hooks import FULL, SYNC, measure_commit, reason_to_skip_pre_commit
from benchmark.families import measure_families
from benchmark.flushes import measure_flushes
from benchmark.glance import measure_glance
from benchmark.guard import AGENT, PERSON, measure_guard
from benchmark.histories import realistic_changes, small_changes
from benchmark.lessons import measure_lessons
from benchmark.messages import measure_messages
from benchmark.outcomes import measure_outcomes
from benchmark.peers import measure_peers
from benchmark.reading import measure_reading
from benchmark.rebase import REALISTIC, TINY, measure_rebase
from benchmark.recorder import COMMIT, measure_recorder
from benchmark.report import report
from benchmark.report_scale import report_scale
from benchmark.sandbox import MeasurementFailed, Sandbox
from benchmark.sizes import LARGE, QUICK, Sizes
from benchmark.timing import DETACHED, EMPTY, NO_HOOK, Medians, ratio

SUBJECTS: Final = ("tracking", "peers", "reading", "families", "flushes")
"""Subjects that can be measured alone; ``tracking`` is the cost of commits, rebases, guards and commands."""
PROCESSES: Final = (1, 2, 4, 8)
"""Numbers of processes that write at once."""


def main(arguments: Sequence[str]) -> int:
    """Measure, print the results and return the exit code."""
    options = _parse(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="agent-tracker-benchmark-", ignore_cleanup_errors=True) as folder:
            results = measure_subjects(Sandbox(Path(folder).resolve()), options)
    except (MeasurementFailed, OSError) as error:
        sys.stderr.write(f"benchmark: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    if options.json:
        print(json.dumps(results))
        return 0
    for line in report(results["tracking"]) if "tracking" in results else ():
        print(line)
    for line in report_scale(results):
        print(line)
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what agent-tracker adds to git commit and git rebase.")
    parser.add_argument("--rounds", type=_positive, help=f"how often each variant is timed (default {LARGE.rounds})")
    parser.add_argument(
        "--rebase-rounds", type=_positive, help=f"how often each rebase is timed (default {LARGE.rebase_rounds})"
    )
    parser.add_argument("--picks", type=_positive, help=f"commits of the rebase (default {LARGE.picks})")
    parser.add_argument(
        "--files", type=_positive, help=f"files of the realistic repository to rebase (default {LARGE.files})"
    )
    parser.add_argument(
        "--ledger-commits", type=_positive, help=f"commits in the full ledger (default {LARGE.ledger_commits})"
    )
    parser.add_argument(
        "--backfill-rounds", type=_positive, help=f"how often a backfill is timed (default {LARGE.backfill_rounds})"
    )
    parser.add_argument(
        "--message-bytes", type=_positive, help=f"the largest message attributed (default {LARGE.message_bytes})"
    )
    parser.add_argument("--family", type=_positive, help=f"commits of the largest family (default {LARGE.family})")
    parser.add_argument("--flushes", type=_positive, help=f"transactions of a flush (default {LARGE.flushes})")
    parser.add_argument("--repository", type=Path, help="a repository whose backfill is compared too; it is cloned")
    parser.add_argument("--only", choices=SUBJECTS, action="append", help="measure only this subject; may be repeated")
    parser.add_argument("--quick", action="store_true", help="small numbers: only shows that everything works")
    parser.add_argument("--no-pre-commit", action="store_true", help="leave out the pre-commit framework")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1 on")
    return int(text)


def _sizes(options: argparse.Namespace) -> Sizes:
    """Return the chosen sizes, with those replaced that an option gives."""
    chosen = QUICK if options.quick else LARGE
    return Sizes(*(getattr(options, name) or value for name, value in chosen._asdict().items()))


def measure_subjects(sandbox: Sandbox, options: argparse.Namespace) -> dict[str, Any]:
    """Measure the chosen subjects, and return what ``--json`` prints. Raises MeasurementFailed and OSError."""
    sizes, chosen = _sizes(options), options.only or SUBJECTS
    results: dict[str, Any] = {"schema": 2, "sizes": sizes._asdict()}
    if "tracking" in chosen:
        results["tracking"] = measure(sandbox, sizes, pre_commit=not options.no_pre_commit)
    if "peers" in chosen:
        results["peers"] = measure_peers(sandbox, _history(sandbox, options.repository, sizes), sizes.backfill_rounds)
    if "reading" in chosen:
        results["reading"] = measure_reading(sandbox, sizes.reading, sizes.backfill_rounds)
    if "families" in chosen:
        results["families"] = measure_families(sandbox, sizes.families)
    if "flushes" in chosen:
        results["flushes"] = measure_flushes(sandbox.home / "flushes", PROCESSES, sizes.flushes)
    return results


def _history(sandbox: Sandbox, repository: Path | None, sizes: Sizes) -> Path:
    """Return a repository that is not tracked: a clone of the given one, or one with a generated history."""
    if repository is not None:
        path = sandbox.home / "given"
        words = ("clone", "-q", "--no-local", "--no-checkout", str(repository.resolve()), str(path))
        sandbox.git(*words, place=sandbox.home)
        return path
    path = sandbox.repository("peers")
    sandbox.fill(path, small_changes(sizes.ledger_commits))
    sandbox.git("reset", "-q", "--hard", place=path)
    return path


def measure(sandbox: Sandbox, sizes: Sizes, *, pre_commit: bool) -> dict[str, Any]:
    """Measure what tracking costs, and return it. Raises MeasurementFailed and OSError."""
    skipped = reason_to_skip_pre_commit(disabled=not pre_commit)
    versions = {"git": sandbox.version("git"), "python": platform.python_version()}
    if not skipped:
        versions["pre_commit"] = sandbox.version(sys.executable, "-I", "-m", "pre_commit")
    backfill = measure_backfill(sandbox, sizes.ledger_commits)
    attribution = measure_attribution(sandbox, sizes.backfill_rounds)
    glance = measure_glance(sandbox, sizes.ledger_commits, sizes.backfill_rounds)
    lessons = measure_lessons(sandbox, sizes.backfill_rounds)
    outcomes = measure_outcomes(sandbox, sizes.ledger_commits, sizes.backfill_rounds)
    messages = measure_messages(sizes.message_bytes)
    commit = measure_commit(sandbox, sizes.rounds, pre_commit=not skipped)
    guard = measure_guard(sandbox, sizes.rounds)
    recorder = measure_recorder(sandbox, sizes.rounds)
    tiny, tiny_starts = measure_rebase(sandbox, TINY, small_changes(sizes.picks + 1), sizes)
    realistic, realistic_starts = measure_rebase(sandbox, REALISTIC, realistic_changes(sizes.files, sizes.picks), sizes)
    rebase = {TINY: tiny, REALISTIC: realistic}
    return {
        **sizes._asdict(),
        "versions": versions,
        "backfill": backfill,
        "attribution": attribution,
        "glance": glance,
        "lessons": lessons,
        "outcomes": outcomes,
        "messages": messages,
        "commit": commit,
        "pre_commit_skipped": skipped,
        "guard": guard,
        "recorder": recorder,
        "rebase": rebase,
        "interpreters": {TINY: tiny_starts, REALISTIC: realistic_starts},
        "ratios": {
            "backfill_to_no_attribution": round(attribution["with"] / attribution["without"], 3),
            "outcomes_to_git_log": outcomes["outcomes_to_git_log"],
            "recommend_to_small_ledger": outcomes["recommend_to_small"],
            "recorder_to_floor": recorder[COMMIT]["to_floor"],
            **_ratios(commit, guard, rebase),
        },
    }


def _ratios(commit: Medians, guard: Medians, rebase: dict[str, dict[str, dict[str, float]]]) -> dict[str, float]:
    return {
        "detached_to_empty_hook": ratio(commit, DETACHED, EMPTY),
        "detached_full_to_empty_ledger": ratio(commit, DETACHED + FULL, DETACHED),
        "sync_full_to_empty_ledger": ratio(commit, SYNC + FULL, SYNC),
        "guard_person_to_empty_hook": ratio(guard, PERSON, EMPTY),
        "guard_agent_to_empty_hook": ratio(guard, AGENT, EMPTY),
        **{f"{kind}_rebase_to_no_hooks": ratio(rebase[kind], DETACHED, NO_HOOK) for kind in rebase},
        **{f"{kind}_rebase_to_empty_hooks": ratio(rebase[kind], DETACHED, EMPTY) for kind in rebase},
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
