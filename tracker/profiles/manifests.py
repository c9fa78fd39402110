"""Choose the manifests of a project among its files: the files in which build tools and registries read it."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tracker.git.tree_files import TreeFile
from tracker.outcomes.counted_paths import is_counted

MOST: Final = 50
"""Manifests that are read, those nearest to the top first."""
_DEEPEST: Final = 4
"""Folders above a manifest: those of the packages of a workspace have two or three."""
_ASIDE: Final = frozenset(
    {
        "test", "tests", "testing", "testdata", "test-data", "fixtures", "fixture", "__tests__", "spec", "e2e",
        "example", "examples", "sample", "samples", "demo", "demos", "docs", "doc", "docs_src", "template",
        "templates", "benchmark", "benchmarks", "fuzz",
    }
)  # fmt: skip
"""Folders whose manifests are those of other projects, which tests, documents and generators contain."""

_NAMES: Final = frozenset(
    {
        "pyproject.toml", "setup.cfg", "setup.py", "pipfile", "environment.yml",
        "package.json", "deno.json", "cargo.toml", "go.mod",
        "pom.xml", "build.gradle", "build.gradle.kts", "libs.versions.toml", "build.sbt", "project.clj", "deps.edn",
        "gemfile", "composer.json", "mix.exs", "rebar.config", "pubspec.yaml", "package.swift", "podfile",
        "directory.packages.props", "packages.config", "cmakelists.txt", "meson.build", "conanfile.txt", "vcpkg.json",
        "stack.yaml", "cabal.project", "dune-project", "build.zig.zon", "project.toml", "module.bazel",
    }
)  # fmt: skip
_PATTERNS: Final = (
    (re.compile(r"requirements[\w.-]*\.(?:txt|in)"), "requirements.txt"),
    (re.compile(r".+\.(?:cs|fs|vb)proj"), "*.csproj"),
    (re.compile(r".+\.gemspec"), "*.gemspec"),
    (re.compile(r".+\.cabal"), "*.cabal"),
)


class Manifest(NamedTuple):
    """A manifest. ``kind``: its name, or the one that stands for all that are named alike."""

    kind: str
    file: TreeFile


def manifests_among(found: Iterable[TreeFile]) -> Sequence[Manifest]:
    """Return the manifests among files, at most ``MOST``, those nearest to the top first."""
    named = [Manifest(kind, one) for one in found if (kind := kind_of(one.path)) is not None]
    return sorted(named, key=lambda one: (one.file.path.count("/"), one.file.path))[:MOST]


def kind_of(path: str) -> str | None:
    """Return the kind of manifest that a file is by its place and name; None if it is none of the project's own."""
    *folders, name = path.lower().split("/")
    if len(folders) > _DEEPEST or not _ASIDE.isdisjoint(folders) or not is_counted(path, {}):
        return None
    if name in _NAMES:
        return name
    # A folder of requirements: requirements/base.txt is as usual as requirements-dev.txt.
    if folders[-1:] == ["requirements"] and name.endswith((".txt", ".in")):
        return "requirements.txt"
    return next((kind for pattern, kind in _PATTERNS if pattern.fullmatch(name)), None)
