"""Compute patch ids: digests of patches that do not depend on line numbers (git-patch-id(1))."""

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from tracker.git import diffstat, process, streams
from tracker.git.diff_options import EACH_COMMIT, PINNED, PLAIN
from tracker.model import Oid


def patch_ids(common_dir: Path, oids: Sequence[Oid], bases: Mapping[Oid, Oid]) -> dict[Oid, str]:
    """Return the patch ids of commits, keyed by oid: equal for a commit and its exact copy.

    ``bases``: further commits, whose patch is the difference from an ancestor, keyed by commit.

    Merges and empty patches have none. A commit with missing objects gets an id that no other commit has, because an
    unknown patch must equal nothing. Raises RepositoryError.
    """
    if not oids and not bases:
        return {}
    # A second name on a line stands for the commit's parents (git-diff-tree(1)).
    found, is_complete = _patch_ids(common_dir, [*oids, *(f"{tip} {base}" for tip, base in bases.items())])
    if is_complete:
        return found
    known = diffstat.changes(common_dir, oids)
    found, _ = _patch_ids(common_dir, [oid for oid in oids if oid in known])
    return found | {oid: f"unknown {oid}" for oid in [*oids, *bases] if oid not in known}


def patch_id_between(common_dir: Path, base: Oid, tip: Oid) -> str | None:
    """Return the patch id of ``git diff base...tip``, from the merge base to the tip; None for an empty diff.

    Raises RepositoryError.
    """
    arguments = ["diff", *PLAIN, f"{base}...{tip}", "--"]
    with streams.stream(common_dir, arguments, options=PINNED) as patch:
        for line in patch.pipe_to(process.command(common_dir, _digest_arguments())):
            return line.decode("ascii", "replace").split()[0]
    return None


def _patch_ids(common_dir: Path, lines: Sequence[str]) -> tuple[dict[Oid, str], bool]:
    """Return the patch ids, and True if git read every commit. ``lines``: input of git-diff-tree."""
    found: dict[Oid, str] = {}
    with streams.stream(common_dir, [*EACH_COMMIT, *PLAIN, "-p"], options=PINNED, lines=lines) as patches:
        for line in patches.pipe_to(process.command(common_dir, _digest_arguments())):
            with contextlib.suppress(ValueError):
                patch, oid = line.decode("ascii").split()
                found[Oid(oid)] = patch
        return found, patches.succeeded()


def _digest_arguments() -> list[str]:
    """Return the git-patch-id call. White space counts, since it has meaning in Python; git before 2.39 ignores it."""
    return ["patch-id", "--verbatim" if process.version() >= (2, 39) else "--stable"]
