"""Read a project's profile from the tree of a commit: never from the worktree, whose links may lead anywhere."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final

from tracker.git.tree_files import contents, files_of
from tracker.model import Oid
from tracker.profile_records import ProfileRecord
from tracker.profiles.dependencies import LARGEST, dependencies_in
from tracker.profiles.frameworks import frameworks_among
from tracker.profiles.languages import count_languages
from tracker.profiles.manifests import Manifest, manifests_among

RULES: Final = 1
"""Raised when the same tree would give another profile than before."""
_MOST_FILES: Final = 200_000
"""Files that are counted: twice those of the largest well-known repositories."""
_MOST_BYTES: Final = 1 << 20
"""Bytes of all manifests together that are parsed."""
_MOST_DEPENDENCIES: Final = 300


def read_profile(common_dir: Path, tip: Oid, now: int) -> ProfileRecord:
    """Return the profile of the tree of ``tip``. Raises RepositoryError."""
    found = [*files_of(common_dir, tip, _MOST_FILES)]
    manifests = manifests_among(found)
    dependencies = sorted(_dependencies(common_dir, manifests))
    return ProfileRecord(
        tip=tip,
        computed_at=now,
        rules=RULES,
        languages=count_languages(one.path for one in found),
        manifests=tuple(sorted({one.kind for one in manifests})),
        frameworks=frameworks_among(dependencies),
        dependencies=tuple(islice(dependencies, _MOST_DEPENDENCIES)),
    )


def _dependencies(common_dir: Path, manifests: Iterable[Manifest]) -> set[str]:
    listed = [*manifests]
    found: set[str] = set()
    room = _MOST_BYTES
    for manifest, content in zip(listed, contents(common_dir, [one.file.oid for one in listed], LARGEST), strict=True):
        if content is not None and len(content) <= room:
            room -= len(content)
            found |= dependencies_in(manifest.kind, content)
    return found
