"""``doctor``: is everything as it must be for commits to be recorded? Each finding names the command that mends it."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from tracker import __version__, hookfiles, status, terminal
from tracker.errors import LedgerUnavailable, TrackerError
from tracker.ledger.tables import COMMITS
from tracker.repository import Repository
from tracker.session import Session, open_session

_LOG_LINES: Final = 5
_WAITING_SECONDS: Final = 600
"""An event older than this should have been recorded by now."""


class Finding(NamedTuple):
    """Something that is wrong, and the command or step that mends it."""

    what: str
    mend: str


def run(path: str, flags: Mapping[str, str | None], *, json: bool) -> int:
    """Look at everything; the exit code is 1 when something is wrong. Raises TrackerError when that cannot be done."""
    session = open_session(Repository.find(path), flags, deadline=5.0)
    findings = list(_findings(session))
    facts = _facts(session)
    if json:
        terminal.print_json(
            {"schema": 1, "ok": not findings, "findings": [finding._asdict() for finding in findings], "facts": facts}
        )
        return 1 if findings else 0
    for name, value in facts.items():
        terminal.say(f"{name.replace('_', ' '):<16} {terminal.harmless(str(value))}")
    for finding in findings:
        terminal.say(f"! {terminal.harmless(finding.what)}")
        terminal.say(f"  {terminal.harmless(finding.mend)}")
    if not findings:
        terminal.say("Everything is in order.")
    return 1 if findings else 0


def _facts(session: Session) -> dict[str, Any]:
    settings = session.settings
    facts: dict[str, Any] = {
        "version": __version__,
        "python": sys.version.split()[0],
        "interpreter": sys.executable,
        "git_dir": str(session.repository.common_dir),
        "project": session.files.find_id(),
        "ledger": str(settings.ledger),
        "ledger_bytes": session.ledger.size(),
        "size_limit": settings.size_limit,
        "mode": settings.mode,
    }
    facts["settings_from"] = ", ".join(
        f"{name.replace('_', '-')}: {origin}" for name, origin in settings.origins.items() if origin != "default"
    )
    facts["waiting_events"] = session.spool.count()
    return facts


def _findings(session: Session) -> Iterator[Finding]:
    if session.files.find_id() is None:
        yield Finding("this repository is not tracked.", "agent-tracker init")
        return
    yield from _ledger(session)
    yield from _hooks(session)
    yield from _spool(session)
    yield from _status_files(session)
    yield from _recorder_log(session)


def _ledger(session: Session) -> Iterator[Finding]:
    try:
        complaint = session.ledger.examine()
        if complaint:
            yield Finding(f"the ledger {session.ledger.path} is damaged: {complaint}.", "agent-tracker sync")
            return
        with session.ledger.read() as snapshot:
            snapshot.count(COMMITS)
    except LedgerUnavailable as error:
        yield Finding(str(error), "agent-tracker sync")
        return
    size, limit = session.ledger.size(), session.settings.size_limit
    if size > limit * 9 // 10:
        yield Finding(
            f"the ledger takes {size} of {limit} bytes.", "git config --global agent-tracker.sizeLimit 1024  (MiB)"
        )
    aside = session.ledger.path / "set-aside"
    if aside.is_dir():
        for place in sorted(aside.iterdir()):
            yield Finding(f"a damaged ledger was set aside as {place}.", f"look at it, then remove it: rm -r '{place}'")
    if session.ledger.path.stat().st_mode & 0o077:
        yield Finding(f"others may enter {session.ledger.path}.", f"chmod 700 '{session.ledger.path}'")


def _hooks(session: Session) -> Iterator[Finding]:
    hooks_dir = session.repository.hooks_dir()
    for event, state in hookfiles.inspect(hooks_dir).items():
        if state in {"ours", "ours-behind-pre-commit"}:
            continue
        if state == "absent" and _through_pre_commit(session):
            continue
        words = {
            "ours-outdated": "is of another version of agent-tracker",
            "foreign": "does not run agent-tracker",
            "absent": "is not there",
            "not-executable": "is not executable, so git does not run it",
        }
        yield Finding(f"the hook {hooks_dir / event} {words[state]}.", "agent-tracker init")
    if not hookfiles.is_writable_place(hooks_dir, session.repository.common_dir):
        yield Finding(
            f"git looks for hooks in {hooks_dir}, outside this repository's git directory.",
            "agent-tracker init  (prints the lines to add there)",
        )


def _through_pre_commit(session: Session) -> bool:
    """Whether the repository's pre-commit configuration names our hooks."""
    place = session.repository.work_tree
    try:
        text = (place / ".pre-commit-config.yaml").read_text(encoding="utf-8", errors="replace") if place else ""
    except OSError:
        return False
    return "agent-tracker-post-commit" in text


def _spool(session: Session) -> Iterator[Finding]:
    late = [name for name, age in _ages(session.files.spool) if age > _WAITING_SECONDS]
    if late:
        yield Finding(f"{len(late)} events have waited for more than ten minutes.", "agent-tracker sync")
    for name, reason in session.spool.set_aside_entries():
        yield Finding(
            f"{name} could not be recorded: {reason}", f"look at it, then remove it: {session.files.aside / name}"
        )
    if not os.access(session.files.spool, os.W_OK | os.X_OK):
        yield Finding(f"{session.files.spool} cannot be written, so hooks cannot leave events.", "agent-tracker init")


def _ages(spool: Path) -> Iterator[tuple[str, float]]:
    now = time.time()
    try:
        with os.scandir(spool) as found:
            for entry in found:
                yield entry.name, now - entry.stat(follow_symlinks=False).st_mtime
    except OSError:
        return


def _status_files(session: Session) -> Iterator[Finding]:
    for worktree in session.repository.worktrees():
        sentence = status.obstacle(session.repository, worktree)
        if sentence:
            yield Finding(sentence, "move it out of the way, then: agent-tracker sync")


def _recorder_log(session: Session) -> Iterator[Finding]:
    try:
        lines = session.files.log_file.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return
    except OSError as error:
        raise TrackerError(f"{session.files.log_file} cannot be read: {error.strerror}.") from error
    if lines:
        tail = " | ".join(line.strip() for line in lines[-_LOG_LINES:])
        yield Finding(f"the recorder wrote down trouble: {tail}", f"read it, then remove it: {session.files.log_file}")
