"""``guard``: decide before a commit if the agent that makes it may.

It refuses commits by a halted agent, and environment files from any agent. Any error lets the commit through.

There are two kinds of callers. Our hook calls it when there is evidence of an agent, with ``--git-dir``; it reads the
sentence from standard output, and the refusal from an exit code that no failing interpreter has. All others, such as
the pre-commit framework (``--pre-commit``), get the sentence on standard error and exit code 1.
"""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO, TypeVar

from tracker.attribution.capture_policy import OWN_AGENT
from tracker.errors import ConfigError, LedgerBusy, TrackerError, error_sentence
from tracker.git import Repository
from tracker.hooks import guard_rules
from tracker.project.files import ProjectFiles
from tracker.project.settings import Settings
from tracker.project.trusted_settings import setting_places, trusted_settings
from tracker.scoring import Score

if TYPE_CHECKING:
    from tracker.attribution import Catalogue

T = TypeVar("T")

_PATIENCE: Final = 1.0
"""Seconds that a commit may wait for the ledger."""
_LONGEST: Final = 20.0
"""Seconds that a commit may wait for the guard as a whole: git, a disk or the user's files may give no answer."""
_LOCK_PATIENCE: Final = 0.8
"""Seconds to wait for the ledger's writer lock, which a read needs if the last writers left the ledger suspect."""


def main(arguments: Sequence[str]) -> int:
    """Print the refusal, if any, and return the exit code. Raises nothing."""
    options = _options(arguments)
    try:
        verdict = _within(_LONGEST, lambda: _judge(options), f"nothing was known after {_LONGEST:g} seconds.")
    except KeyboardInterrupt:
        return 130  # git was interrupted too, and makes no commit
    except LedgerBusy as error:
        verdict = _Verdict(notice=guard_rules.failure_notice(str(error)))
    except Exception:  # noqa: BLE001 - a guard that cannot decide lets the commit through
        verdict = _Verdict()
    is_our_hook = options.git_dir is not None
    _print(sys.stdout if is_our_hook else sys.stderr, [line for line in verdict if line])
    if verdict.refusal is None:
        return 0
    return guard_rules.REFUSED if is_our_hook else 1


def _print(stream: TextIO, lines: Sequence[str]) -> None:
    """Write lines, with characters that the stream cannot encode replaced."""
    encoding = stream.encoding or "utf-8"
    text = "".join(f"{line}\n" for line in lines).encode(encoding, "replace").decode(encoding)
    with contextlib.suppress(OSError):  # the reader closed the stream
        stream.write(text)
        stream.flush()


class _Options(NamedTuple):
    """The arguments. ``terminal`` and ``process``: what our hook found out about who commits."""

    git_dir: Path | None
    work_tree: Path | None
    process: str | None
    terminal: bool


def _options(arguments: Sequence[str]) -> _Options:
    """Parse ``[--pre-commit]`` or ``--git-dir D --work-tree W [--process P] [--terminal]``; ignore other arguments."""
    values: dict[str, str] = {}
    terminal = False
    words = iter(arguments)
    for word in words:
        if word in {"--git-dir", "--work-tree", "--process"}:
            values[word] = next(words, "")
        elif word == "--terminal":
            terminal = True
    git_dir = values.get("--git-dir")
    return _Options(
        git_dir=Path(git_dir) if git_dir else None,
        work_tree=Path(values["--work-tree"]) if values.get("--work-tree") else None,
        process=values.get("--process"),
        terminal=terminal if git_dir else sys.stderr.isatty(),
    )


class _Case(NamedTuple):
    """A commit that agents are about to make: those that its evidence names, and the one that a variable of ours names.

    ``settings``: or the error that says why they are invalid.
    """

    agents: tuple[str, ...]
    repository: Repository
    files: ProjectFiles
    settings: Settings | ConfigError
    work_tree: Path


class _Verdict(NamedTuple):
    """The sentence that refuses the commit, or None; and a sentence about an error, or None."""

    refusal: str | None = None
    notice: str | None = None


def _judge(options: _Options) -> _Verdict:
    """Apply each rule; one that raises an error is skipped. Raises TrackerError outside a repository."""
    repository = _repository(options)
    files = ProjectFiles(repository.common_dir)
    failure: Exception | None = None
    try:
        case = _case(options, repository, files)
    except Exception as error:  # noqa: BLE001 - any error lets the commit through
        return _Verdict(notice=_notice(files, error))
    if case is None:
        return _Verdict()
    for rule in (_refuse_halted, _refuse_environment_files):
        try:
            refusal = rule(case)
        except Exception as error:  # noqa: BLE001 - any error lets the commit through
            failure = failure or error
            continue
        if refusal:
            return _Verdict(refusal, _notice(files, failure, is_refused=True))
    return _Verdict(notice=_notice(files, failure))


def _repository(options: _Options) -> Repository:
    """Return the repository that the commit is made in. Raises RepositoryError."""
    if options.git_dir is not None:
        return Repository.at_git_dir(options.git_dir, options.work_tree)
    return Repository.from_hook()


def _case(options: _Options, repository: Repository, files: ProjectFiles) -> _Case | None:
    """Return the commit if an agent makes it. Settings in the environment are ignored, since an agent can set them."""
    from tracker.attribution import processes
    from tracker.project.project import user_catalogue

    places = setting_places(files)
    settings: Settings | ConfigError
    try:
        settings = trusted_settings(repository, files, places)
    except ConfigError as error:
        settings = error
    rules = user_catalogue(places)
    if options.git_dir is None and not options.terminal:
        options = options._replace(process=processes.look_up(rules, places, os.environ).agent)
    agents = _agents(options, rules, None if isinstance(settings, ConfigError) else settings)
    work_tree = options.work_tree or repository.work_tree or Path.cwd()
    return _Case(agents, repository, files, settings, work_tree) if agents else None


def _agents(options: _Options, rules: "Catalogue", settings: Settings | None) -> tuple[str, ...]:
    """Return the agents that are judged: the one that all evidence shows, and the one without AGENT_TRACKER_AGENT.

    That variable decides who is recorded, but an agent can set it: so it takes no agent out of the guard that other
    evidence shows, neither as a person nor as another agent.
    """
    from tracker import attribution

    by_others = {name: value for name, value in os.environ.items() if name != OWN_AGENT}
    configured = attribution.evidence_from_config(settings.agent, settings.model, rules) if settings else []
    found: dict[str, None] = {}
    for environment in (os.environ, by_others):
        evidence = attribution.evidence_from_circumstances(
            environment, rules, terminal=options.terminal, process=options.process
        )
        if options.terminal and not attribution.has_agent_at_work(evidence):
            continue  # a person, even if the configuration names an agent
        verdict = attribution.attribute([*evidence, *configured])
        if verdict.kind == "agent":
            found[verdict.agent] = None
    return tuple(found)


# -- the rules -----------------------------------------------------------------------------------------------------


def _refuse_halted(case: _Case) -> str | None:
    """Return a refusal if the agent is halted. Raises ConfigError and the LedgerUnavailable errors."""
    if not case.files.is_tracked():
        return None  # pre-commit also runs in repositories that are not tracked
    settings = case.settings
    if isinstance(settings, ConfigError):
        raise settings
    from tracker.ledger import Ledger, totals

    ledger = Ledger(settings.ledger, settings.size_limit, _LOCK_PATIENCE)

    def read_scores() -> list[tuple[str, Score]]:
        with ledger.read(begin=False) as snapshot:
            scored = [agent for agent in case.agents if totals.is_scored(snapshot, agent)]
            return [(agent, totals.score_of(snapshot, agent, settings.policy)) for agent in scored]

    scores = _within(_PATIENCE, read_scores, f"the ledger {ledger.path} did not answer within {_PATIENCE:g} second.")
    halted = [guard_rules.halted_refusal(agent, score.skill_points) for agent, score in scores if score.halted]
    return halted[0] if halted else None


def _within(seconds: float, act: Callable[[], T], sentence: str) -> T:
    """Return the result of ``act``. Raises LedgerBusy with ``sentence`` when it takes longer, and what ``act`` raises.

    It runs in a thread, since a system call may wait without a limit: a pipe, LMDB's own lock, a network file system.
    """
    results: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(act())
        except Exception as error:  # noqa: BLE001 - raised again in the thread that waits
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise LedgerBusy(sentence)
    return results[0]


def _refuse_environment_files(case: _Case) -> str | None:
    """Return a refusal if environment files are staged; invalid settings allow none. Raises RepositoryError."""
    if not isinstance(case.settings, ConfigError) and case.settings.allow_env_files:
        return None
    index = os.environ.get("GIT_INDEX_FILE")  # relative to the top of the worktree (githooks(5))
    staged = case.repository.staged_paths(case.work_tree / index if index else None)
    found = [path for path in staged if guard_rules.is_environment_file(path)]
    return guard_rules.environment_files_refusal(case.agents[0], found) if found else None


# -- errors -------------------------------------------------------------------------------------------------


def _notice(files: ProjectFiles, error: Exception | None, *, is_refused: bool = False) -> str | None:
    """Return a sentence about an error the first time; None from then on, until a commit was judged without one."""
    if not files.is_tracked():
        return None
    if error is None:
        files.clear_guard_failure()
        return None
    if isinstance(error, TrackerError | OSError):
        reason = error_sentence(error)
    else:
        reason = f"the guard met a defect; details are in {files.defect_log}."
        _log_defect(files, error)
    if not files.record_guard_failure(reason):
        return None
    return guard_rules.failure_notice(reason, is_refused=is_refused, is_shown_once=True)


def _log_defect(files: ProjectFiles, error: Exception) -> None:
    """Append a traceback to the log of defects, as the recorder does."""
    import traceback

    from tracker import __version__

    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    details = "".join(traceback.format_exception(error))
    files.log_defect(f"{when} agent-tracker {__version__}, Python {sys.version.split()[0]}\n{details}")
