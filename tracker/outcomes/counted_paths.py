"""Decide which files' lines count: those that people and agents write, not generated or copied ones. Pure."""

import re
from collections.abc import Mapping
from typing import Final

ATTRIBUTES: Final = ("linguist-generated", "linguist-vendored", "diff")
"""The attributes that decide before the rules for names do (gitattributes(5); GitHub's documentation of linguist)."""

_FOLDERS: Final = frozenset(
    {
        "vendor", "node_modules", "third_party", "third-party", "bower_components", "dist", "__snapshots__",
        "__generated__", ".yarn",
    }
)  # fmt: skip
_LOCK_FILES: Final = frozenset(
    {
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock",
        "cargo.lock", "poetry.lock", "pdm.lock", "uv.lock", "pipfile.lock", "conda-lock.yml", "pixi.lock",
        "gemfile.lock", "composer.lock", "go.sum", "go.work.sum", "gradle.lockfile", "packages.lock.json", "mix.lock",
        "pubspec.lock", "podfile.lock", "package.resolved", "flake.lock", "cartfile.resolved", "stack.yaml.lock",
    }
)  # fmt: skip
_GENERATED: Final = re.compile(
    r"\.min\.(?:js|css|mjs)$|[.-]bundle\.js$|\.(?:js|css)\.map$|\.snap$"
    r"|\.pb\.(?:go|cc|h|swift|dart)$|_pb2(?:_grpc)?\.pyi?$|_pb\.(?:js|ts|d\.ts)$|_grpc\.pb\.go$"
    r"|\.g\.(?:dart|cs)$|\.freezed\.dart$|\.designer\.cs$|\.generated\.\w+$|(?:^|/)zz_generated[^/]*$"
    r"|(?:^|/)(?:mock_[^/]*\.go|[^/]*_mock\.go|[^/]*_gen\.go|bindata\.go)$",
    re.IGNORECASE,
)
"""Names of generated, minified and recorded files."""
_DATA: Final = re.compile(
    r"\.(?:jsonl|ndjson|csv|tsv|parquet|ipynb|log|svg|po|pot|xlf|geojson|har|cast|lock)$", re.IGNORECASE
)
"""Names of data, whose lines nobody writes one by one."""


def is_counted(path: str, attributes: Mapping[str, str]) -> bool:
    """Return True if the lines of a file count.

    ``attributes``: those of the path by name. ``linguist-generated=false`` and ``linguist-vendored=false`` count a file
    that its name would leave out.
    """
    marks = [attributes.get(name) for name in ATTRIBUTES[:2]]
    if "set" in marks or "true" in marks or attributes.get("diff") == "unset":
        return False
    if any(mark in {"unset", "false"} for mark in marks):
        return True
    *folders, name = path.split("/")
    if not _FOLDERS.isdisjoint(folders) or name.lower() in _LOCK_FILES:
        return False
    return not (_GENERATED.search(path) or _DATA.search(name))
