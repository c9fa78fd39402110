"""Keep diff statistics and patch ids of few commits: several questions of one reconcile are about the same ones."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from tracker.git import diffstat, patch_ids
from tracker.model import Change, Oid

_MOST: Final = 1000
"""Commits whose results are kept."""

T = TypeVar("T")


class DiffReader:
    """Reader of the differences between commits and their first parents."""

    def __init__(self, common_dir: Path) -> None:
        self._common_dir = common_dir
        self._changes: dict[Oid, Change | None] = {}
        self._patches: dict[Oid, str | None] = {}

    def changes(self, oids: Sequence[Oid]) -> dict[Oid, Change]:
        """Return diff statistics keyed by oid (``diffstat.changes``). Raises RepositoryError."""
        return _kept(self._changes, oids, lambda wanted: diffstat.changes(self._common_dir, wanted))

    def patch_ids(self, oids: Sequence[Oid]) -> dict[Oid, str]:
        """Return patch ids keyed by oid (``patch_ids.patch_ids``). Raises RepositoryError."""
        return _kept(self._patches, oids, lambda wanted: patch_ids.patch_ids(self._common_dir, wanted))

    def patch_id_between(self, base: Oid, tip: Oid) -> str | None:
        """Return the patch id of ``git diff base...tip``, None for an empty diff. Raises RepositoryError."""
        return patch_ids.patch_id_between(self._common_dir, base, tip)


def _kept(
    kept: dict[Oid, T | None], oids: Sequence[Oid], read: Callable[[Sequence[Oid]], Mapping[Oid, T]]
) -> dict[Oid, T]:
    """Return the results for oids, and read and keep those that are not kept yet; None is kept where there is none."""
    missing = [oid for oid in dict.fromkeys(oids) if oid not in kept]
    found = read(missing) if missing else {}
    results = {oid: one for oid in oids if (one := kept.get(oid) or found.get(oid)) is not None}
    if len(kept) + len(missing) <= _MOST:
        kept |= {oid: found.get(oid) for oid in missing}
    return results
