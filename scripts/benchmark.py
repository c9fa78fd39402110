"""Measure on this machine what tracking costs: ``python scripts/benchmark.py [--quick] [--json]``.

- ``git commit`` without a hook, with an empty one, with ours (detached, sync, through pre-commit), and with ours again
  when the ledger already holds the commits of another repository
- ``git commit`` with the guard before it, by a person and by an agent, beside an empty hook there
- how fast ``backfill`` records that repository, and what of that is finding out who made the commits
- how long it takes to find that out of a message, by its size, also of messages made to take long
- ``git rebase`` without hooks, with empty ones and with ours, in a tiny repository and in one with files enough that a
  pick costs what it costs in real life; how many interpreters a rebase starts, and how many of them run at a time

Everything happens in a temporary folder, in repositories with an environment of their own. The variants take turns in
random order, so that whatever else the machine does meets all of them alike. Timings are printed and never judged: the
exit code is 1 only when git or agent-tracker fails.
"""

import argparse
import importlib.util
import json
import os
import platform
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from tracker.attribution import catalogue_file, evidence_from_commit
from tracker.files import FileLock
from tracker.hooks import files as hook_files
from tracker.model import Commit, Oid, Signature
from tracker.project.files import ProjectFiles

EMPTY_HOOK: Final = "#!/bin/sh\nexit 0\n"
GOAL: Final = 1.5
"""The most that a commit with our native hook may take, in commits with an empty one."""
REBASE_GOAL: Final = 1.2
"""The most that a rebase with our native hooks may take, in rebases without hooks."""

ATTRIBUTION_GOAL: Final = 1.2
"""The most that a backfill may take, in backfills that do not look for who made the commits."""

TINY: Final = "tiny"
REALISTIC: Final = "realistic"
"""The repositories that are rebased."""

NO_HOOK: Final = "no hook"
EMPTY: Final = "empty sh hook"
DETACHED: Final = "native, detached"
SYNC: Final = "native, sync"
PRE_COMMIT: Final = "through pre-commit"
PERSON: Final = "the guard, a person"
AGENT: Final = "the guard, an agent"
FULL: Final = ", full ledger"
"""Appended to the name of a variant whose ledger holds a long history already."""

_PEOPLE: Final = ("Ada <ada@example.com>", "Grace <grace@example.com>", "Linus <linus@example.com>")
_CO_AUTHORS: Final = ("Codex (gpt-5.2-codex) <codex@openai.com>", "Claude Opus 4.5 <noreply@anthropic.com>")
_KINDS: Final = ("feat", "fix", "docs", "test", "refactor")
_HISTORY_START: Final = 1_500_000_000
_HISTORY_STEP: Final = 2400
"""Seconds between two commits: 100,000 of them take seven years, and so have accounts in ninety months."""

_LINES: Final = 100
"""Lines of a file in the realistic repository."""
_FILES_IN_A_COMMIT: Final = 4

_PATIENCE: Final = 60.0
"""Seconds that a recorder may take before it counts as failed."""
_PAUSE: Final = 0.05
"""Seconds before everything that is timed: a recorder that gave its lock back is still ending its interpreter."""


class Failed(Exception):
    """What could not be done, as a sentence."""


class Sizes(NamedTuple):
    """How much is measured; ``files`` are those of the realistic repository."""

    rounds: int
    rebase_rounds: int
    picks: int
    files: int
    ledger_commits: int
    backfill_rounds: int
    message_bytes: int


LARGE: Final = Sizes(40, 15, 200, 2000, 100_000, 3, 10_000_000)
QUICK: Final = Sizes(3, 2, 3, 20, 300, 1, 100_000)


class Variant(NamedTuple):
    """A repository to measure in; ``files`` are agent-tracker's there, None where nothing is tracked."""

    name: str
    path: Path
    files: ProjectFiles | None


class Workshop:
    """A temporary home, the repositories in it, and the sealed environment that every program is run in."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        self._environment = kept | {
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
            "GIT_EDITOR": "true",
            "GIT_SEQUENCE_EDITOR": "true",
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
        }
        # Housekeeping that git starts by itself would disturb whatever is timed at that moment.
        (home / "gitconfig").write_text(
            "[user]\n\tname = Ada\n\temail = ada@example.com\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n",
            encoding="utf-8",
        )

    def run(
        self, *words: str, place: Path, stdin: bytes = b"", environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program with its output captured through pipes, as a caller that waits for its end would."""
        done = subprocess.run(
            words,
            cwd=place,
            env=self._environment | dict(environment or {}),
            input=stdin,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit code {done.returncode}"]
            raise Failed(f"'{shlex.join(words)}' failed: {said[-1]}")
        return done

    def git(self, *arguments: str, place: Path, stdin: bytes = b"") -> str:
        """Run git; what it printed."""
        return self.run("git", *arguments, place=place, stdin=stdin).stdout.decode()

    def tracker(self, *arguments: str, place: Path) -> str:
        """Run agent-tracker; what it printed."""
        return self.run(sys.executable, "-I", "-m", "tracker", *arguments, place=place).stdout.decode()

    def repository(self, name: str) -> Path:
        """A new repository without commits."""
        path = self.home / name.replace(", ", "-").replace(" ", "-")
        self.git("init", "-q", "-b", "main", str(path), place=self.home)
        return path

    def track(self, path: Path, ledger: str, hooks: str = "native") -> ProjectFiles:
        """Track a repository into the ledger of that name."""
        self.tracker("init", "--hooks", hooks, "--ledger", str(self.home / f"{ledger}.lmdb"), place=path)
        return ProjectFiles(path / ".git")

    def fill(self, path: Path, commits: Iterable[bytes]) -> None:
        """Give a new repository a history."""
        self.git("fast-import", "--quiet", place=path, stdin=b"".join(commits))

    def version(self, *words: str) -> str:
        """What a program says its version is."""
        return self.run(*words, "--version", place=self.home).stdout.decode().split()[-1]


def main(arguments: Sequence[str]) -> int:
    """Measure and print; the exit code."""
    options = _parse(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="agent-tracker-benchmark-", ignore_cleanup_errors=True) as folder:
            results = measure(Workshop(Path(folder).resolve()), _sizes(options), pre_commit=not options.no_pre_commit)
    except (Failed, OSError) as error:
        sys.stderr.write(f"benchmark: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    print(json.dumps(results) if options.json else "\n".join(report(results)))
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
    parser.add_argument("--quick", action="store_true", help="small numbers: only shows that everything works")
    parser.add_argument("--no-pre-commit", action="store_true", help="leave out the pre-commit framework")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1 on")
    return int(text)


def _sizes(options: argparse.Namespace) -> Sizes:
    """The sizes by name, and those given one by one in their places."""
    chosen = QUICK if options.quick else LARGE
    return Sizes(*(getattr(options, name) or value for name, value in chosen._asdict().items()))


def measure(workshop: Workshop, sizes: Sizes, *, pre_commit: bool) -> dict[str, Any]:
    """All measurements, as ``--json`` prints them. Raises Failed and OSError."""
    skipped = _reason_to_skip(disabled=not pre_commit)
    versions = {"git": workshop.version("git"), "python": platform.python_version()}
    if not skipped:
        versions["pre_commit"] = workshop.version(sys.executable, "-I", "-m", "pre_commit")
    backfill = measure_backfill(workshop, sizes.ledger_commits)
    attribution = measure_attribution(workshop, sizes)
    messages = measure_messages(sizes.message_bytes)
    commit = measure_commit(workshop, sizes.rounds, pre_commit=not skipped)
    guard = measure_guard(workshop, sizes.rounds)
    rebase, starts = {}, {}
    for kind, commits in ((TINY, history(sizes.picks + 1)), (REALISTIC, realistic_history(sizes))):
        rebase[kind], starts[kind] = measure_rebase(workshop, kind, list(commits), sizes)
    return {
        "schema": 1,
        **sizes._asdict(),
        "versions": versions,
        "backfill": backfill,
        "attribution": attribution,
        "messages": messages,
        "commit": commit,
        "pre_commit_skipped": skipped,
        "guard": guard,
        "rebase": rebase,
        "interpreters": starts,
        "ratios": {
            "backfill_to_no_attribution": round(attribution["with"] / attribution["without"], 3),
            "detached_to_empty_hook": _ratio(commit, DETACHED, EMPTY),
            "detached_full_to_empty_ledger": _ratio(commit, DETACHED + FULL, DETACHED),
            "sync_full_to_empty_ledger": _ratio(commit, SYNC + FULL, SYNC),
            "guard_person_to_empty_hook": _ratio(guard, PERSON, EMPTY),
            "guard_agent_to_empty_hook": _ratio(guard, AGENT, EMPTY),
            **{f"{kind}_rebase_to_no_hooks": _ratio(rebase[kind], DETACHED, NO_HOOK) for kind in rebase},
            **{f"{kind}_rebase_to_empty_hooks": _ratio(rebase[kind], DETACHED, EMPTY) for kind in rebase},
        },
    }


def _reason_to_skip(*, disabled: bool) -> str | None:
    if disabled:
        return "left out by --no-pre-commit"
    return None if importlib.util.find_spec("pre_commit") else f"pre-commit is not installed for {sys.executable}"


# -- git commit --------------------------------------------------------------------------------------------------


def measure_backfill(workshop: Workshop, commits: int) -> dict[str, float]:
    """Fill the full ledger with a repository's history by ``backfill``, timed."""
    _progress(f"recording a history of {commits} commits")
    path = workshop.repository("history")
    workshop.fill(path, history(commits))
    workshop.track(path, "full", hooks="none")
    start = time.perf_counter()
    said = json.loads(workshop.tracker("backfill", "--json", place=path))
    seconds = time.perf_counter() - start
    if said["recorded"] != commits:
        raise Failed(f"backfill recorded {said['recorded']} of {commits} commits.")
    return {"commits": commits, "seconds": round(seconds, 3), "commits_per_second": round(commits / seconds, 1)}


_WITHOUT_ATTRIBUTION: Final = """
import sys
from tracker import attribution
from tracker.attribution import Catalogue, catalogue_file
catalogue_file.load_with = lambda path: Catalogue(())
attribution.evidence_from_commit = lambda commit, rules: []
from tracker.__main__ import main
sys.exit(main())
"""
"""The program with nobody in its catalogue and nothing looked for in commits: what attribution costs is missing."""


def measure_attribution(workshop: Workshop, sizes: Sizes) -> dict[str, float]:
    """The seconds of a backfill with and without attribution, in turns, each into a new ledger."""
    _progress(f"timing backfill with and without attribution, {sizes.backfill_rounds} rounds")
    path = workshop.home / "history"
    programs = {"with": ("-m", "tracker"), "without": ("-c", _WITHOUT_ATTRIBUTION)}
    times: dict[str, list[float]] = {name: [] for name in programs}
    for number in range(sizes.backfill_rounds):
        for name, words in programs.items():
            ledger = str(workshop.home / f"attribution-{name}-{number}.lmdb")
            start = time.perf_counter()
            workshop.run(sys.executable, "-I", *words, "backfill", "--ledger", ledger, "--json", place=path)
            times[name].append(time.perf_counter() - start)
    return {name: round(median(seconds), 3) for name, seconds in times.items()}


_LINES_TO_FILL: Final[Mapping[str, str]] = {
    "prose": "This changes a thing or two, and says so in a line of ordinary length.\n",
    "trailers": "Co-authored-by: Somebody Else <somebody@example.org>\n",
    "one long line": "generated with ",
    "open brackets": "Assisted-by: " + "[" * 200 + "\n",
    "spaces": "Co-authored-by:" + " " * 300 + "x via" + " " * 300 + "\n",
    "line breaks": "\n",
}


def measure_messages(largest: int) -> dict[str, dict[str, float]]:
    """Milliseconds to attribute one message of each kind, by its size in bytes."""
    _progress(f"timing attribution of messages of up to {largest} bytes")
    rules, person = catalogue_file.load(), Signature("Ada", "ada@example.com", 0, 0)
    found: dict[str, dict[str, float]] = {}
    for kind, line in _LINES_TO_FILL.items():
        found[kind] = {}
        for size in sorted({largest // 1000, largest // 100, largest // 10, largest}):
            message = "subject\n\n" + (line * (size // len(line) + 1))[:size]
            commit = Commit(Oid("0" * 40), (), person, person, message)
            start = time.perf_counter()
            evidence_from_commit(commit, rules)
            found[kind][str(size)] = round(1000 * (time.perf_counter() - start), 3)
    return found


def history(commits: int) -> Iterator[bytes]:
    """The commits of a branch ``main`` for ``git fast-import``: small changes by several people, some with an agent."""
    for number in range(commits):
        person, seconds = _PEOPLE[number % len(_PEOPLE)], _HISTORY_START + _HISTORY_STEP * number
        message = f"{_KINDS[number % len(_KINDS)]}: change number {number}\n"
        if number % 7 == 0:
            message += f"\nCo-authored-by: {_CO_AUTHORS[number // 7 % len(_CO_AUTHORS)]}\n"
        content = f"{number}\n"
        yield (
            f"commit refs/heads/main\ncommitter {person} {seconds} +0000\ndata {len(message)}\n{message}"
            f"M 100644 inline part{number % 10}/file{number % 50}.txt\ndata {len(content)}\n{content}\n"
        ).encode("ascii")


def measure_commit(workshop: Workshop, rounds: int, *, pre_commit: bool) -> dict[str, dict[str, float]]:
    """Time an empty commit in every variant."""
    variants = [*_untracked(workshop)]
    for ledger, suffix in (("empty", ""), ("full", FULL)):
        variants += [_native(workshop, ledger, suffix, mode) for mode in ("detached", "sync")]
    if pre_commit:
        variants.append(_through_pre_commit(workshop))

    def commit(variant: Variant) -> None:
        workshop.run("git", "commit", "-q", "--allow-empty", "-m", "x", place=variant.path)

    _progress(f"timing git commit in {len(variants)} variants, {rounds} rounds")
    for variant in variants:  # before the first timing, with its cold files
        commit(variant)
    times = interleave(variants, commit, rounds)
    for variant in variants:
        _check_recorded(workshop, variant, rounds + 1)
    return _medians(times)


def measure_guard(workshop: Workshop, rounds: int) -> dict[str, dict[str, float]]:
    """Time an empty commit with nothing but a hook before it: none, an empty one, and the guard."""
    path = workshop.repository("guard")
    workshop.tracker("init", "--guard", "--ledger", str(workshop.home / "guard.lmdb"), place=path)
    stub = path / ".git" / "hooks" / hook_files.GUARD
    ours = _hooks_folder(workshop, "guard", ()) / hook_files.GUARD
    ours.write_bytes(stub.read_bytes())
    ours.chmod(0o755)
    none, empty = _hooks_folder(workshop, "guard-none", ()), _hooks_folder(workshop, "guard-empty", (hook_files.GUARD,))
    hooks = {NO_HOOK: none, EMPTY: empty, PERSON: ours.parent, AGENT: ours.parent}
    # As in a terminal, where nobody looks at processes: whoever runs this may be an agent.
    person = {"AGENT_TRACKER_PROCESSES": "0"}
    environments = {AGENT: {**person, "CLAUDECODE": "1"}}

    def commit(variant: Variant) -> None:
        words = ("-c", f"core.hooksPath={hooks[variant.name]}", "commit", "-q", "--allow-empty", "-m", "x")
        workshop.run("git", *words, place=path, environment=environments.get(variant.name, person))

    _progress(f"timing git commit with the guard, {rounds} rounds")
    variants = [Variant(name, path, None) for name in hooks]
    for variant in variants:
        commit(variant)
    return _medians(interleave(variants, commit, rounds))


def _untracked(workshop: Workshop) -> Iterator[Variant]:
    """What ours is compared with: a repository without hooks, and one with a hook that does nothing."""
    yield Variant(NO_HOOK, workshop.repository(f"commit {NO_HOOK}"), None)
    path = workshop.repository(f"commit {EMPTY}")
    workshop.git("config", "core.hooksPath", str(_hooks_folder(workshop, "commit", ("post-commit",))), place=path)
    yield Variant(EMPTY, path, None)


def _native(workshop: Workshop, ledger: str, suffix: str, mode: str) -> Variant:
    name = (SYNC if mode == "sync" else DETACHED) + suffix
    path = workshop.repository(f"commit {name}")
    workshop.git("config", "agent-tracker.mode", mode, place=path)
    # An empty ledger is each variant's own: two that share one would grow it for each other.
    return Variant(name, path, workshop.track(path, ledger if suffix else f"{ledger}-{mode}"))


def _through_pre_commit(workshop: Workshop) -> Variant:
    """Our entry as a system hook of the repository's own, so that the framework builds no environment for it."""
    path = workshop.repository("commit pre-commit")
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
    # JSON is YAML too, and a path with any character in it stays right.
    (path / ".pre-commit-config.yaml").write_text(json.dumps(config), encoding="utf-8")
    workshop.git("add", ".pre-commit-config.yaml", place=path)
    workshop.git("commit", "-q", "-m", "chore: configure pre-commit", place=path)
    files = workshop.track(path, "empty-pre-commit", hooks="pre-commit")
    workshop.run(sys.executable, "-I", "-m", "pre_commit", "install", "-t", "post-commit", place=path)
    return Variant(PRE_COMMIT, path, files)


def _check_recorded(workshop: Workshop, variant: Variant, commits: int) -> None:
    """A hook that records nothing would be fast: every commit must be known as one that the hook saw."""
    if variant.files is None:
        return
    lines = workshop.tracker("log", "--json", place=variant.path).splitlines()
    seen = sum(json.loads(line)["learnt"] == "post-commit" for line in lines)
    if seen != commits or len(lines) != commits:
        raise Failed(
            f"of {commits} commits in '{variant.name}' {len(lines)} were recorded and {seen} seen by the hook."
            f"{_last_words(variant.files)}"
        )


# -- git rebase --------------------------------------------------------------------------------------------------


def realistic_history(sizes: Sizes) -> Iterator[bytes]:
    """A commit of all files, then commits that change a line in several of them."""
    places = [f"part{number % 40}/section{number % 7}/file{number}.txt" for number in range(sizes.files)]
    for number in range(sizes.picks + 1):
        first = number * _FILES_IN_A_COMMIT
        chosen = {(first + step) % sizes.files for step in range(_FILES_IN_A_COMMIT)} if number else range(sizes.files)
        message = f"{_KINDS[number % len(_KINDS)]}: change number {number}\n"
        text = (
            f"commit refs/heads/main\ncommitter {_PEOPLE[0]} {_HISTORY_START + number} +0000\n"
            f"data {len(message)}\n{message}"
        )
        for file in sorted(chosen):
            lines = [f"line {line} of file {file}, as it was at first\n" for line in range(_LINES)]
            if number:
                lines[number % _LINES] = f"changed by commit {number}\n"
            content = "".join(lines)
            text += f"M 100644 inline {places[file]}\ndata {len(content)}\n{content}\n"
        yield text.encode("ascii")


def measure_rebase(
    workshop: Workshop, kind: str, commits: Sequence[bytes], sizes: Sizes
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Time a rebase in every variant, and count the interpreters that one starts."""
    path = workshop.repository(f"{kind} rebase")
    workshop.fill(path, commits)
    workshop.git("reset", "-q", "--hard", place=path)
    files = workshop.track(path, f"rebase-{kind}")
    # One repository in which the hooks change: where its files lie on the disk makes more of a difference than hooks.
    hooks = {
        NO_HOOK: _hooks_folder(workshop, f"{kind}-none", ()),
        EMPTY: _hooks_folder(workshop, f"{kind}-empty", hook_files.EVENTS),
        DETACHED: path / ".git" / "hooks",
    }
    variants = [Variant(name, path, files) for name in hooks]
    clock = iter(range(int(time.time()), sys.maxsize, 60))

    def rebase(variant: Variant) -> None:
        """Make every commit but the first anew. The committer date rises, or nothing would be new within a second."""
        words = ("-c", f"core.hooksPath={hooks[variant.name]}", "rebase", "-q", "--force-rebase", f"HEAD~{sizes.picks}")
        workshop.run("git", *words, place=path, environment={"GIT_COMMITTER_DATE": f"{next(clock)} +0000"})

    _progress(f"timing git rebase of a {kind} repository in {len(variants)} variants, {sizes.rebase_rounds} rounds")
    for variant in variants:
        rebase(variant)
    times = interleave(variants, rebase, sizes.rebase_rounds)
    return _medians(times), _count_interpreters(workshop, variants[-1], rebase, sizes.picks)


def _hooks_folder(workshop: Workshop, name: str, events: Sequence[str]) -> Path:
    """A folder with hooks that do nothing."""
    folder = workshop.home / "hooks" / name
    folder.mkdir(parents=True)
    for event in events:
        place = folder / event
        place.write_text(EMPTY_HOOK, encoding="utf-8")
        place.chmod(0o755)
    return folder


def _count_interpreters(
    workshop: Workshop, ours: Variant, rebase: Callable[[Variant], None], picks: int
) -> dict[str, float]:
    """How many interpreters the hooks start: untimed, with one in the hooks that notes its start and its end.

    A plain commit is counted as well, since a counter that did not count would be content with any rebase.
    """
    settle(ours)
    notes = workshop.home / "starts"
    _count_starts(ours.path / ".git" / "hooks", workshop.home / "interpreter", notes)
    counts = []
    for act in (
        lambda: workshop.git("commit", "-q", "--allow-empty", "-m", "x", place=ours.path),
        lambda: rebase(ours),
    ):
        notes.write_bytes(b"")
        act()
        settle(ours)
        counts.append(_starts(notes))
    (commit, _), (rebased, at_once) = counts
    return {
        "commit": commit,
        "rebase": rebased,
        "rebase_per_pick": round(rebased / picks, 3),
        "rebase_at_once": at_once,
    }


def _starts(notes: Path) -> tuple[int, int]:
    """How many interpreters were started, and the most at a time, as soon as all have ended."""
    end = time.monotonic() + _PATIENCE
    while sum(changes := [int(line) for line in notes.read_text(encoding="ascii").split()]):
        if time.monotonic() > end:
            raise Failed("an interpreter that a hook started does not end.")
        time.sleep(0.01)
    return changes.count(1), max(accumulate(changes), default=0)


def _count_starts(hooks: Path, wrapper: Path, notes: Path) -> None:
    """Put a wrapper in the place of the interpreter that the hooks start."""
    note = f">>{shlex.quote(str(notes))}"
    wrapper.write_text(
        f'#!/bin/sh\necho 1 {note}\n{shlex.quote(sys.executable)} "$@"\ncode=$?\necho -1 {note}\nexit $code\n',
        encoding="utf-8",
    )
    wrapper.chmod(0o755)
    line = f"python={shlex.quote(str(wrapper))}"
    for hook in (hooks / event for event in hook_files.EVENTS):
        text, found = re.subn(r"(?m)^python=.*$", lambda _: line, hook.read_text(encoding="utf-8"))
        if found != 1:
            raise Failed(f"the hook {hook.name} does not name its interpreter on a line of its own.")
        hook.write_text(text, encoding="utf-8")


# -- timing ------------------------------------------------------------------------------------------------------


def interleave(variants: Sequence[Variant], act: Callable[[Variant], None], rounds: int) -> dict[str, list[float]]:
    """The seconds of ``act`` in every variant, one turn a round, in an order shuffled anew each time."""
    times: dict[str, list[float]] = {variant.name: [] for variant in variants}
    order, chance = list(variants), random.Random(0)  # noqa: S311 - an order of turns is no secret
    for variant in variants:
        settle(variant)
    for _ in range(rounds):
        chance.shuffle(order)
        for variant in order:
            time.sleep(_PAUSE)  # for all alike: a processor that was idle starts slower
            start = time.perf_counter()
            act(variant)
            times[variant.name].append(time.perf_counter() - start)
            settle(variant)
    return times


def settle(variant: Variant) -> None:
    """Wait until everything is recorded, so that no recorder disturbs what is timed next. Raises Failed.

    The hook writes its event before git ends, and a recorder holds the lock while it removes that: an empty spool and
    a free lock mean that nothing is left to do.
    """
    if variant.files is None:
        return
    end = time.monotonic() + _PATIENCE
    while any(variant.files.spool.iterdir()):
        if time.monotonic() > end:
            raise Failed(f"'{variant.name}' left events unrecorded.{_last_words(variant.files)}")
        time.sleep(0.01)
    with FileLock(variant.files.lock).held(_PATIENCE) as free:
        if not free:
            raise Failed(f"the recorder of '{variant.name}' did not end.{_last_words(variant.files)}")


def _last_words(files: ProjectFiles) -> str:
    """The end of the recorder's log: the temporary folder is gone when somebody could look."""
    try:
        lines = files.trouble_log.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return f" The recorder's log ends with: {lines[-1]}" if lines else ""


def _medians(times: Mapping[str, Sequence[float]]) -> dict[str, dict[str, float]]:
    """Each variant's median, what it adds to no hook, and its ratios to no hook and to an empty one."""
    middle = {name: median(seconds) for name, seconds in times.items()}
    return {
        name: {
            "median_ms": round(1000 * seconds, 3),
            "added_ms": round(1000 * (seconds - middle[NO_HOOK]), 3),
            "to_no_hook": round(seconds / middle[NO_HOOK], 3),
            "to_empty_hook": round(seconds / middle[EMPTY], 3),
        }
        for name, seconds in middle.items()
    }


def _ratio(medians: Mapping[str, Mapping[str, float]], one: str, other: str) -> float:
    return round(medians[one]["median_ms"] / medians[other]["median_ms"], 3)


# -- output ------------------------------------------------------------------------------------------------------


def _progress(doing: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"benchmark: {doing}\n")


def report(results: Mapping[str, Any]) -> Iterator[str]:
    """The lines for a reader."""
    versions = ", ".join(f"{name.replace('_', '-')} {version}" for name, version in results["versions"].items())
    yield f"{versions}; full ledger: {results['ledger_commits']} commits"
    yield f"medians of {results['rounds']} rounds, of a rebase {results['rebase_rounds']}"
    yield ""
    yield from _table("git commit", results["commit"])
    if results["pre_commit_skipped"]:
        yield f"{PRE_COMMIT}: skipped, {results['pre_commit_skipped']}"
    yield ""
    titles = {TINY: "tiny repository", REALISTIC: f"{results['files']} files"}
    for kind, title in titles.items():
        yield from _table(f"git rebase, {results['picks']} picks, {title}", results["rebase"][kind])
        yield ""
    yield from _table("git commit, a hook before it", results["guard"])
    yield ""
    ratios, starts, backfill = results["ratios"], results["interpreters"], results["backfill"]
    yield f"native detached / empty sh hook: {ratios['detached_to_empty_hook']:.2f} (goal <= {GOAL})"
    yield f"native detached, full / empty ledger: {ratios['detached_full_to_empty_ledger']:.2f} (goal: no growth)"
    yield f"native sync, full / empty ledger: {ratios['sync_full_to_empty_ledger']:.2f} (goal: no growth)"
    for kind, title in titles.items():
        yield (
            f"rebase, {title}: native / no hooks: {ratios[f'{kind}_rebase_to_no_hooks']:.2f} (goal <= {REBASE_GOAL});"
            f" native / empty sh hooks: {ratios[f'{kind}_rebase_to_empty_hooks']:.2f}"
        )
    for kind, title in titles.items():
        yield (
            f"interpreters started by a rebase, {title}: {starts[kind]['rebase']} (goal: 1 in all),"
            f" at most {starts[kind]['rebase_at_once']} at a time; by a commit: {starts[kind]['commit']}"
        )
    yield (
        f"backfill of {backfill['commits']} commits: {backfill['seconds']:.1f} s"
        f" ({backfill['commits_per_second']:.0f} commits/s)"
    )
    attribution = results["attribution"]
    yield (
        f"backfill, with / without attribution: {ratios['backfill_to_no_attribution']:.2f} (goal <="
        f" {ATTRIBUTION_GOAL}); {attribution['with']:.1f} s and {attribution['without']:.1f} s,"
        f" medians of {results['backfill_rounds']} rounds"
    )
    yield ""
    yield from _messages(results["messages"])


def _messages(messages: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    sizes = list(next(iter(messages.values())))
    yield f"{'attribution of a message, ms, by bytes':<42}" + "".join(f"{size:>12}" for size in sizes)
    for kind, row in messages.items():
        yield f"{kind:<42}" + "".join(f"{row[size]:>12.2f}" for size in sizes)


def _table(title: str, medians: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield f"{title:<42}{'median ms':>10}{'added ms':>10}{'/ none':>8}{'/ empty':>9}"
    for name, row in medians.items():
        yield (
            f"{name:<42}{row['median_ms']:>10.1f}{row['added_ms']:>+10.1f}"
            f"{row['to_no_hook']:>8.2f}{row['to_empty_hook']:>9.2f}"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
