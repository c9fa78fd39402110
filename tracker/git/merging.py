"""Compute the result of a merge without writing to the repository."""

from collections.abc import Sequence
from pathlib import Path

from tracker.errors import RepositoryError
from tracker.git import process
from tracker.model import Oid


def merged_tree(common_dir: Path, ours: Oid, theirs: Oid, drivers: Sequence[str]) -> str | None:
    """Return the tree of a clean merge of two commits (git-merge-tree(1), ``--write-tree``, since git 2.38).

    None if the merge has conflicts, if objects are missing, and with an older git. The objects that git writes go into
    a temporary folder, and none of the user's merge drivers runs. ``drivers``: the names of the settings that define
    them.
    """
    import tempfile  # most reconciles compute no merge

    with tempfile.TemporaryDirectory(prefix="agent-tracker-") as quarantine:
        variables = {
            "GIT_OBJECT_DIRECTORY": quarantine,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(str(common_dir / "objects")),
            # A driver that fails is a conflict.
            **process.configuration(dict.fromkeys(drivers, "false")),
        }
        arguments = ["merge-tree", "--write-tree", "--no-messages", ours, theirs]
        try:
            answer = process.run(common_dir, arguments, variables=variables)
        except RepositoryError:
            return None
    return answer.decode("ascii", "replace").strip() or None


def _quoted(path: str) -> str:
    """Return a path quoted for a list of paths, in which a bare colon would end it (git(1))."""
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
