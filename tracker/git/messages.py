"""Reading commit messages: subject and kind of task. Pure; messages are untrusted and may be of any size."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from tracker.model import GradeValue, Oid, TaskKind, grade_named

_CONVENTIONAL: Final = re.compile(r"(?:(?:fixup|squash|amend)! )?([A-Za-z]+)(?:\([^()]{0,100}\))?!?: ")

_KINDS: Final[dict[str, TaskKind]] = {
    "feat": "feat", "feature": "feat",
    "fix": "fix", "bugfix": "fix", "hotfix": "fix",
    "docs": "docs", "doc": "docs",
    "test": "test", "tests": "test",
    "refactor": "refactor",
    "perf": "perf",
    "build": "build", "ci": "build", "deps": "build",
    "chore": "chore", "style": "chore",
}  # fmt: skip
"""Types of Conventional Commits 1.0 and the usual ones beside them; a revert is told by what it takes back: other."""

_REVERTED: Final = re.compile(r"\bThis reverts commit ([0-9a-f]{7,64})\b")
"""What git-revert writes into its message (sequencer.c); ``--reference`` shortens the name."""

_PICKED_FROM: Final = re.compile(r"^\(cherry picked from commit ([0-9a-f]{40}|[0-9a-f]{64})\)[ \t]*\r?$", re.MULTILINE)
"""What ``cherry-pick -x`` adds at the end of a message (sequencer.c)."""

_AGENT_GRADE: Final = "agent-grade"
_AGENT_NOTE: Final = "agent-note"
_TASK: Final = "task"
_TRAILER: Final = re.compile(rf"({_AGENT_GRADE}|{_AGENT_NOTE}|{_TASK})[ \t]*:[ \t]*(.*)\Z", re.IGNORECASE)
_GRADE: Final = re.compile(r"[+-]?\w+")
_FENCE: Final = re.compile(r" {0,3}(?:```|~~~)")
_CONTROL: Final = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")

_TRAILERS_IN: Final = 4 << 20
"""Characters from a message's end in which grades are looked for: a note beside one may be very long."""

_SCANNED: Final = 1 << 16
"""Characters of a message that are looked at from its end or beginning."""

_MOST_REVERTED: Final = 100

_BUILD_NAMES: Final = frozenset(
    {
        "makefile", "cmakelists.txt", "dockerfile", "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml",
        "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "poetry.lock", "uv.lock", "pdm.lock",
        "cargo.toml", "cargo.lock", "go.mod", "go.sum", "pom.xml", "build.gradle", "build.gradle.kts", "gemfile",
        "gemfile.lock", "composer.json", "composer.lock", ".pre-commit-config.yaml", "tox.ini", "noxfile.py",
        ".gitlab-ci.yml", ".travis.yml", "jenkinsfile", ".gitignore", ".gitattributes",
    }
)  # fmt: skip
_TEST: Final = re.compile(r"(?:^|/)(?:tests?|__tests__|spec|testing)/|(?:^|/)test_[^/]*$|[._-](?:test|spec)s?\.[^/]*$")
_DOCS: Final = re.compile(
    r"(?:^|/)docs?/|\.(?:md|rst|adoc|txt)$|(?:^|/)(?:LICENSE|README|CHANGELOG)[^/]*$", re.IGNORECASE
)
_CI: Final = re.compile(r"(?:^|/)\.(?:github|circleci|gitlab|ci|buildkite)/")


def subject(message: str) -> str:
    """The first paragraph on one line, as git's ``%s`` gives it (pretty.c: only what follows a line is trimmed)."""
    lines: list[str] = []
    for line in message[:_SCANNED].split("\n"):
        text = line.rstrip(" \t\r")
        if text:
            lines.append(text)
        elif lines:
            break
    return " ".join(lines)


def reverted(message: str) -> list[str]:
    """The commits that a message says it reverts, as it names them: whole or shortened, each once."""
    return list(dict.fromkeys(_REVERTED.findall(message[:_SCANNED])))[:_MOST_REVERTED]


def picked_from(message: str) -> Oid | None:
    """The commit that a message says it was cherry-picked from; of a copy's copy the nearest, which stands last."""
    found = _PICKED_FROM.findall(message[-_SCANNED:])
    return Oid(found[-1]) if found else None


class DeclaredGrade(NamedTuple):
    """What the agent says of its own commit in the commit's trailers; ``note`` and ``task`` may be empty."""

    grade: GradeValue
    note: str
    task: str


def declared_grade(message: str, longest: int) -> DeclaredGrade | None:
    """The grade that a message's trailers declare; None where there is none, or one that is no grade.

    Of each trailer the last counts. They need not stand in the last paragraph, below which agents write marks of their
    own; indented, quoted and fenced lines are no trailers. ``longest``: characters kept of a note or task, of which
    anything may have been written.
    """
    text = message[-_TRAILERS_IN:]
    if _AGENT_GRADE not in text.lower():
        return None
    found: dict[str, str] = {}
    key, fenced = "", False
    for line in text.split("\n")[1:]:
        fenced ^= bool(_FENCE.match(line))
        match = None if fenced else _TRAILER.match(line.rstrip())
        if match:
            key = match[1].lower()
            found[key] = match[2]
        elif key and line[:1] in {" ", "\t"} and line.strip():
            found[key] += f" {line.strip()}"  # a folded line (git-interpret-trailers(1))
        else:
            key = ""
    word = _GRADE.match(found.get(_AGENT_GRADE, ""))
    grade = grade_named(word[0]) if word else None
    note, task = (_CONTROL.sub(" ", found.get(name, ""))[:longest].strip() for name in (_AGENT_NOTE, _TASK))
    return None if grade is None else DeclaredGrade(grade, note, task)


def first_line(message: str) -> str:
    """The line that a message begins with."""
    return message.split("\n", 1)[0]


def task_kind(subject: str, paths: Sequence[str]) -> TaskKind:
    """The kind of task: the subject's conventional type, else what all changed paths have in common, else other."""
    match = _CONVENTIONAL.match(subject[:300])
    if match and match[1].lower() in _KINDS:
        return _KINDS[match[1].lower()]
    if not paths:
        return "other"
    if all(_TEST.search(path) for path in paths):
        return "test"
    if all(_is_build(path) for path in paths):
        return "build"
    if all(_DOCS.search(path) for path in paths):
        return "docs"
    return "other"


def _is_build(path: str) -> bool:
    return path.rsplit("/", 1)[-1].lower() in _BUILD_NAMES or bool(_CI.search(path))
