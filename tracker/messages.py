"""Reading commit messages: subject, trailers, kind of task. Pure; messages are untrusted and may be of any size."""

import re
from collections.abc import Sequence
from typing import Final

from tracker.model import TaskKind

_CONVENTIONAL: Final = re.compile(r"(?:(?:fixup|squash|amend)! )?([A-Za-z]+)(?:\([^()]{0,100}\))?!?: ")
_TRAILER: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]{0,99})[ \t]*:[ \t]*(.*)")
_LONGEST_LINE: Final = 2000

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
    """The first paragraph on one line, as git's ``%s`` gives it."""
    lines: list[str] = []
    for line in message[: 1 << 16].split("\n"):
        text = line.strip()
        if text:
            lines.append(text)
        elif lines:
            break
    return " ".join(lines)


def trailers(message: str) -> list[tuple[str, str]]:
    """The trailers of a message in order, with duplicates, folded lines joined (git-interpret-trailers(1)).

    They stand in the last paragraph, which is not the first, and in which every line is a trailer or goes on with
    one, or at least a quarter are and one of them is one that git itself writes.
    """
    paragraphs = re.split(r"\n[ \t]*\n", message[-(1 << 16) :].replace("\r\n", "\n").strip("\n"))
    if len(paragraphs) < 2:
        return []
    lines = paragraphs[-1].split("\n")
    found: list[tuple[str, str]] = []
    others = 0
    for line in lines:
        match = _TRAILER.match(line[:_LONGEST_LINE])
        if match:
            found.append((match[1], match[2].strip()))
        elif line[:1] in {" ", "\t"} and found:
            key, value = found[-1]
            found[-1] = (key, f"{value} {line.strip()}"[:_LONGEST_LINE])
        elif not (line.startswith("(cherry picked from commit ")):
            others += 1
    known = any(key.lower() == "signed-off-by" for key, _ in found) or "(cherry picked from commit " in paragraphs[-1]
    if others == 0 or (known and 3 * len(found) >= others):
        return found
    return []


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
