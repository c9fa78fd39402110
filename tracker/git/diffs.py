"""Keep diff statistics and patch ids of few commits: several questions of one reconcile are about the same ones."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from tracker.git import diffstat, patch_ids
from tracker.model import Change, Oid

_MOST: Final = 1000
"""Commits whose results are kept."""

T = TypeVar("T")
Key = TypeVar("Key", Oid, tuple[Oid, Oid | None])


class DiffReader:
    """Reader of the differences between commits and their first parents. Threads may use it at the same time."""

    def __init__(self, common_dir: Path) -> None:
        self._common_dir = common_dir
        self._changes: dict[Oid, Change | None] = {}
        self._patches: dict[tuple[Oid, Oid | None], str | None] = {}

    def changes(self, oids: Sequence[Oid]) -> dict[Oid, Change]:
        """Return diff statistics keyed by oid (``diffstat.changes``). Raises RepositoryError."""
        return _kept(self._changes, oids, lambda wanted: diffstat.changes(self._common_dir, wanted))

    def patch_ids(self, oids: Sequence[Oid], bases: Mapping[Oid, Oid]) -> dict[Oid, str]:
        """Return patch ids keyed by oid, of both kinds (``patch_ids.patch_ids``). Raises RepositoryError."""

        def read(wanted: Sequence[tuple[Oid, Oid | None]]) -> dict[tuple[Oid, Oid | None], str]:
            since = {oid: base for oid, base in wanted if base is not None}
            found = patch_ids.patch_ids(self._common_dir, [oid for oid, base in wanted if base is None], since)
            return {(oid, since.get(oid)): patch for oid, patch in found.items()}

        wanted = [*((oid, None) for oid in oids if oid not in bases), *bases.items()]
        return {oid: patch for (oid, _), patch in _kept(self._patches, wanted, read).items()}

    def patch_id_between(self, base: Oid, tip: Oid) -> str | None:
        """Return the patch id of ``git diff base...tip``, None for an empty diff. Raises RepositoryError."""
        return patch_ids.patch_id_between(self._common_dir, base, tip)


def _kept(
    kept: dict[Key, T | None], keys: Sequence[Key], read: Callable[[Sequence[Key]], Mapping[Key, T]]
) -> dict[Key, T]:
    """Return the results for keys, and read and keep those that are not kept yet; None is kept where there is none."""
    missing = [key for key in dict.fromkeys(keys) if key not in kept]
    found = read(missing) if missing else {}
    results = {key: one for key in keys if (one := kept.get(key) or found.get(key)) is not None}
    if len(kept) + len(missing) <= _MOST:
        kept |= {key: found.get(key) for key in missing}
    return results
