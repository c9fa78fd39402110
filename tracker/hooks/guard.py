"""``guard``: what the hook before a commit asks, which is whether the one who makes it may.

It refuses commits by a halted agent, and environment files from any agent. Whatever goes wrong lets the commit through.

Two doors: the native stub has seen that something tells of an agent, and says where it is by ``--git-dir``; it reads
the sentence on standard output, and the refusal by an exit code that no failing interpreter has. Everybody else, such
as the pre-commit framework (``--pre-commit``), gets the sentence on standard error and exit code 1.
"""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TextIO, TypeVar

from tracker.errors import ConfigError, LedgerBusy, TrackerError, error_sentence
from tracker.git import Repository
from tracker.hooks import guard_rules
from tracker.project.files import ProjectFiles
from tracker.project.settings import Settings, resolve, user_catalogue
from tracker.scoring import Score

T = TypeVar("T")

_PATIENCE: Final = 1.0
"""Seconds that a commit may wait for the ledger, whatever that waits for."""
_LOCK_PATIENCE: Final = 0.8
"""The same for its writer lock, which is needed where the last writers left it suspect."""


def main(arguments: Sequence[str]) -> int:
    """Say whether this commit may be made; the exit code."""
    options = _options(arguments)
    said: list[str] = []
    refusal: str | None = None
    try:
        verdict = _judge(options)
        refusal = verdict.refusal
        said = [line for line in (refusal, verdict.notice) if line]
    except KeyboardInterrupt:
        return 130  # git was interrupted too, and makes no commit
    except Exception:  # noqa: BLE001 - a guard that cannot judge stops nobody
        said = []
    stub = options.git_dir is not None
    _say(sys.stdout if stub else sys.stderr, said)
    return 0 if refusal is None else guard_rules.REFUSED if stub else 1


def _say(stream: TextIO, lines: Sequence[str]) -> None:
    encoding = stream.encoding or "utf-8"
    text = "".join(f"{line}\n" for line in lines).encode(encoding, "replace").decode(encoding)
    with contextlib.suppress(OSError):  # whoever would have read it is gone
        stream.write(text)
        stream.flush()


class _Options(NamedTuple):
    """The words of the command line. ``terminal`` and ``process`` are what the stub saw of who commits."""

    git_dir: Path | None
    work_tree: Path | None
    process: str | None
    terminal: bool


def _options(arguments: Sequence[str]) -> _Options:
    """``[--pre-commit]`` or ``--git-dir D --work-tree W [--process P] [--terminal]``; other words are passed over."""
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
    """A commit that an agent is about to make. ``settings``: or why they cannot be used."""

    agent: str
    repository: Repository
    files: ProjectFiles
    settings: Settings | ConfigError
    work_tree: Path


class _Verdict(NamedTuple):
    """Why the commit is refused, None when it is not; and what the user must know besides."""

    refusal: str | None = None
    notice: str | None = None


def _judge(options: _Options) -> _Verdict:
    """Judge by each rule; one that cannot be judged by is left out. Raises TrackerError outside a repository."""
    repository = _repository(options)
    files = ProjectFiles(repository.common_dir)
    notice: str | None = None
    try:
        case = _case(options, repository, files)
    except Exception as error:  # noqa: BLE001 - whatever it is, the commit is let through
        return _Verdict(notice=_notice(files, error))
    if case is None:
        return _Verdict()
    for rule in (_halt, _environment_files):
        try:
            refusal = rule(case)
        except Exception as error:  # noqa: BLE001 - the same
            notice = notice or _notice(files, error)
            continue
        if refusal:
            return _Verdict(refusal, notice)
    return _Verdict(notice=notice)


def _repository(options: _Options) -> Repository:
    if options.git_dir is not None:
        return Repository.at_git_dir(options.git_dir, options.work_tree)
    return Repository.of_hook()


def _case(options: _Options, repository: Repository, files: ProjectFiles) -> _Case | None:
    """The commit, if an agent makes it. Settings in the environment are not looked at: that is an agent's to write."""
    from tracker import attribution
    from tracker.attribution import catalogue_file, processes

    settings: Settings | ConfigError
    try:
        settings = resolve({}, repository.config(), files.ledger_path(), environment={})
    except ConfigError as error:
        settings = error
    rules = catalogue_file.load_with(user_catalogue())
    process = options.process
    if options.git_dir is None and not options.terminal:
        process = processes.nearest_agent(rules)
    evidence = attribution.evidence_from_moment(os.environ, rules, terminal=options.terminal, process=process)
    if options.terminal and not attribution.names_an_agent(evidence):
        return None  # a person, whoever the configuration says works here
    if not isinstance(settings, ConfigError):
        evidence += attribution.evidence_from_config(settings.agent, settings.model, rules)
    who = attribution.attribute(evidence)
    work_tree = options.work_tree or repository.work_tree or Path.cwd()
    return _Case(who.agent, repository, files, settings, work_tree) if who.kind == "agent" else None


# -- the rules -----------------------------------------------------------------------------------------------------


def _halt(case: _Case) -> str | None:
    """Why the agent may not commit at all. Raises ConfigError, and the LedgerUnavailable errors."""
    if case.files.find_id() is None:
        return None  # the framework runs where nothing is tracked yet
    settings = case.settings
    if isinstance(settings, ConfigError):
        raise settings
    from tracker.ledger import Ledger, totals

    ledger = Ledger(settings.ledger, settings.size_limit, _LOCK_PATIENCE)

    def read_score() -> Score | None:
        with ledger.read(begin=False) as snapshot:
            if not totals.is_scored(snapshot, case.agent):
                return None
            return totals.score_of(snapshot, case.agent, settings.policy)

    score = _within(_PATIENCE, read_score, f"the ledger {ledger.path} did not answer within {_PATIENCE:g} second.")
    case.files.end_blindness()
    return guard_rules.of_halted(case.agent, score.skill_points) if score and score.halted else None


def _within(seconds: float, act: Callable[[], T], sentence: str) -> T:
    """What ``act`` gives. Raises LedgerBusy with the sentence when it takes longer, and what it raises.

    A deadline of ours does not reach into the system: a pipe, a lock of LMDB's or a disk far away may wait for ever.
    """
    results: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(act())
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise LedgerBusy(sentence)
    return results[0]


def _environment_files(case: _Case) -> str | None:
    """Why the agent may not commit what is staged; with a wrong setting nothing is allowed. Raises RepositoryError."""
    if not isinstance(case.settings, ConfigError) and case.settings.allow_env_files:
        return None
    index = os.environ.get("GIT_INDEX_FILE")  # relative to the top of the work tree (githooks(5))
    staged = case.repository.staged(case.work_tree / index if index else None)
    found = [path for path in staged if guard_rules.is_environment_file(path)]
    return guard_rules.of_environment_files(case.agent, found) if found else None


# -- what goes wrong -------------------------------------------------------------------------------------------------


def _notice(files: ProjectFiles, error: Exception) -> str | None:
    """What the user must know of an error, the first time; None from then on, until the ledger could be read again."""
    if files.find_id() is None:
        return None
    if isinstance(error, TrackerError | OSError):
        reason = error_sentence(error)
    else:
        reason = f"it met a defect; its details are in {files.defects_log}."
        _keep(files, error)
    return guard_rules.of_nobody(reason) if files.note_blindness(reason) else None


def _keep(files: ProjectFiles, error: Exception) -> None:
    """A defect's traceback into the log of defects, as the recorder does."""
    import traceback

    from tracker import __version__

    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    told = "".join(traceback.format_exception(error))
    files.log_defect(f"{when} agent-tracker {__version__}, Python {sys.version.split()[0]}\n{told}")
