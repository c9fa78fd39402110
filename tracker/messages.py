"""Reading commit messages: subject and kind of task. Pure; messages are untrusted and may be of any size."""

import re
from collections.abc import Sequence
from typing import Final

from tracker.model import Oid, TaskKind

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
