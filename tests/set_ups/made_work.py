"""Repositories with a history of work by set-ups: agent, kind of task, grade, age, and what became of each commit."""

import time
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from tests.support import Repo
from tracker.ledger.buffer import buffer_of
from tracker.ledger.entries import GradeEntry
from tracker.model import GradeValue, Oid, Rater

DAY: Final = 86_400

Fate = Literal["kept", "fixed", "reverted", "replaced"]
"""``fixed``: a fix changes a line a day later. ``reverted``: its file is removed two days later. ``replaced``: most of
its lines are rewritten three days later."""

CLAUDE: Final = "Co-authored-by: Claude Opus 4.7 <noreply@anthropic.com>"
CODEX: Final = "Co-authored-by: Codex (gpt-5.2-codex) <codex@openai.com>"
GEMINI: Final = "Co-authored-by: Gemini CLI <gemini-cli@google.com>"
PERSON: Final = ""

CLAUDE_NAME: Final = "claude-code with claude-opus-4.7"
CODEX_NAME: Final = "codex with gpt-5.2-codex"
GEMINI_NAME: Final = "gemini-cli with unknown model"


class Work(NamedTuple):
    """Some equal commits.

    ``trailer``: names the agent. ``lines``: added by each; ``age``: days since it landed. ``topic``: the words of the
    subject between kind and number. ``after``: days until ``replaced``, else the three of ``Fate``.
    """

    trailer: str
    kind: str
    times: int = 1
    grade: GradeValue | None = None
    agent_grade: GradeValue | None = None
    age: int = 100
    lines: int = 10
    fate: Fate = "kept"
    topic: str = "work"
    after: int = 3

    def subject(self, number: int) -> str:
        return f"{self.kind}: {self.topic} {number}"


def tally(trailer: str, kind: str, good: int, graded: int, age: int = 100) -> list[Work]:
    """Return ``graded`` commits of which so many are graded good, and the others bad."""
    return [Work(trailer, kind, good, 2, age=age), Work(trailer, kind, graded - good, -1, age=age)]


def make(repo: Repo, work: Iterable[Work], *, outcomes: bool = True, now: int | None = None) -> list[Oid]:
    """Write a history, track the repository, record and grade it; return the commits of ``work``, in their order.

    ``now``: the time to which ages are relative, that of the system's clock by default.
    """
    each = [one._replace(times=1) for part in work for one in [part] * part.times]
    oids = write(repo, each, now)
    repo.tracker("init", "--hooks", "none")
    repo.tracker("backfill")
    _grade(repo, each, oids, now or int(time.time()))
    if outcomes:
        repo.tracker("outcomes")
    return oids


def write(repo: Repo, work: Iterable[Work], now: int | None = None) -> list[Oid]:
    """Write a history of commits; return those of ``work``, in their order."""
    each = [one for part in work for one in [part] * part.times]
    begin = now or int(time.time())
    events: list[tuple[int, str]] = []
    for number, one in enumerate(each):
        landed = begin - one.age * DAY - 3600 + number
        text = _text(number, one.lines)
        events.append((landed, _commit(landed, f"{one.subject(number)}\n\n{one.trailer}", number, text)))
        events += _fate(one, number, landed, text)
    events.sort(key=lambda event: event[0])
    repo.git("fast-import", "--quiet", stdin="".join(text for _, text in events))
    repo.git("reset", "-q", "--hard")
    subjects = repo.git("log", "--format=%H %s", "main").splitlines()
    by_subject = {subject: Oid(oid) for oid, _, subject in (line.partition(" ") for line in subjects)}
    return [by_subject[one.subject(number)] for number, one in enumerate(each)]


def _text(number: int, lines: int) -> list[str]:
    return [f"line {line} of the work that has the number {number}" for line in range(lines)]


def _fate(one: Work, number: int, landed: int, text: list[str]) -> list[tuple[int, str]]:
    """Return the later commit of a person that decides what became of a commit."""
    if one.fate == "fixed":
        when = landed + DAY
        return [(when, _commit(when, f"fix: repair {number}", number, ["this line was repaired", *text[1:]]))]
    if one.fate == "reverted":
        when = landed + 2 * DAY
        return [(when, _commit(when, f"chore: take back {number}", number, None))]
    if one.fate == "replaced":
        when = landed + one.after * DAY
        return [(when, _commit(when, f"chore: write {number} again", number, ["something else altogether", text[0]]))]
    return []


def _commit(when: int, message: str, number: int, text: Sequence[str] | None) -> str:
    body = "".join(f"{line}\n" for line in text or ())
    change = f"M 100644 inline w{number}.txt\ndata {len(body)}\n{body}\n" if text is not None else f"D w{number}.txt\n"
    return (
        f"commit refs/heads/main\ncommitter A <a@example.com> {when} +0000\ndata {len(message.encode())}\n{message}\n"
        f"{change}\n"
    )


def _grade(repo: Repo, each: Sequence[Work], oids: Sequence[Oid], now: int) -> None:
    project = repo.project()
    entries: list[GradeEntry] = []
    for one, oid in zip(each, oids, strict=True):
        grades: list[tuple[Rater, GradeValue | None]] = [("agent", one.agent_grade), ("user", one.grade)]
        entries += [
            GradeEntry(project, oid, rater, grade, "", "", now, "test") for rater, grade in grades if grade is not None
        ]
    if entries:
        buffer_of(entries).flush(repo.ledger())
