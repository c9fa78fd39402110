"""Classify a commit's kind of task by its subject and its paths. Pure; subjects and paths are untrusted."""

import re
from collections.abc import Sequence
from typing import Final

from tracker.lazy_regex import LazyRegex
from tracker.model import TaskKind

_CONVENTIONAL: Final = LazyRegex(r"(?:(?:fixup|squash|amend)! )?([A-Za-z]+)(?:\([^()]{0,100}\))?!?: ")
"""Subject of Conventional Commits 1.0, also behind the prefixes of git-rebase's autosquash."""

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
"""Kinds by the types of Conventional Commits 1.0 and common ones. ``revert`` is missing: its kind is ``other``."""

_FIRST_WORD: Final = LazyRegex(r"(?:(?:fixup|squash|amend)! )?([A-Za-z]+)(?=[\s:]|$)")
_KINDS_OF_WORDS: Final[dict[str, TaskKind]] = {
    **dict.fromkeys(("fix", "fixes", "fixed", "fixing", "bugfix", "hotfix"), "fix"),
    **dict.fromkeys(("add", "adds", "added", "adding", "implement", "implements", "implemented", "introduce"), "feat"),
    **dict.fromkeys(("refactor", "refactors", "refactored", "rename", "simplify", "extract"), "refactor"),
}
"""Kinds by the first word of a plain subject, where that word leaves no doubt."""

_LONGEST_SUBJECT: Final = 300
"""Characters of a subject in which the type is searched."""

_BUILD_NAMES: Final = frozenset(
    {
        "makefile", "cmakelists.txt", "dockerfile", "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml",
        "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "poetry.lock", "uv.lock", "pdm.lock",
        "cargo.toml", "cargo.lock", "go.mod", "go.sum", "pom.xml", "build.gradle", "build.gradle.kts", "gemfile",
        "gemfile.lock", "composer.json", "composer.lock", ".pre-commit-config.yaml", "tox.ini", "noxfile.py",
        ".gitlab-ci.yml", ".travis.yml", "jenkinsfile", ".gitignore", ".gitattributes",
    }
)  # fmt: skip
_CI: Final = LazyRegex(r"(?:^|/)\.(?:github|circleci|gitlab|ci|buildkite)/")
_TEST: Final = LazyRegex(r"(?:^|/)(?:tests?|__tests__|spec|testing)/|(?:^|/)test_[^/]*$|[._-](?:test|spec)s?\.[^/]*$")
_DOCS: Final = LazyRegex(
    r"(?:^|/)docs?/|\.(?:md|rst|adoc|txt)$|(?:^|/)(?:LICENSE|README|CHANGELOG)[^/]*$", re.IGNORECASE
)


def task_kind(subject: str, of_paths: TaskKind | None) -> TaskKind:
    """Return the kind of task. ``of_paths``: the kind that the paths share (``kind_of_paths``).

    That is the type in the subject, else the kind of the paths, else that of the subject's first word, else ``other``.
    """
    match = _CONVENTIONAL.match(subject[:_LONGEST_SUBJECT])
    if match and match[1].lower() in _KINDS:
        return _KINDS[match[1].lower()]
    if of_paths is not None:
        return of_paths
    word = _FIRST_WORD.match(subject[:_LONGEST_SUBJECT])
    return _KINDS_OF_WORDS.get(word[1].lower(), "other") if word else "other"


def kind_of_paths(paths: Sequence[str]) -> TaskKind | None:
    """Return the kind that all changed paths share: tests, build or documents; None if they share none."""
    if not paths:
        return None
    if all(map(_TEST.search, paths)):
        return "test"
    if all(map(_is_build, paths)):
        return "build"
    return "docs" if all(map(_DOCS.search, paths)) else None


def _is_build(path: str) -> bool:
    return path.rsplit("/", 1)[-1].lower() in _BUILD_NAMES or bool(_CI.search(path))
