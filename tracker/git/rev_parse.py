"""Resolve revisions, shortened object names and dates as git does (git-rev-parse(1), gitrevisions(7))."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tracker.errors import RepositoryError
from tracker.git import cat_file, process
from tracker.git.cat_file import UNREADABLE
from tracker.git.objects import ObjectReader
from tracker.model import Oid, parse_oid
from tracker.text import did_you_mean, printable

_MOST_READ: Final = 500
"""Commits that are read to find out if they exist; of more of them only the headers are."""
_MOST_NAMES: Final = 5000
"""Branches and tags among which a name that is near to a wrong one is looked for."""


def resolve(git_dir: Path, revisions: Sequence[str]) -> tuple[list[Oid], list[Oid]]:
    """Return the commits that revisions or ranges name: those to include in a walk, and those to exclude.

    Raises RepositoryError for the first revision that names no commit.
    """
    include: list[Oid] = []
    exclude: list[Oid] = []
    for revision in revisions:
        peeled = [] if ".." in revision else _rev_parse(git_dir, f"{revision}^{{commit}}")
        names = peeled or _of_several(git_dir, revision)
        if not names:
            raise RepositoryError(
                f"'{printable(revision[:200])}' names no commit here{did_you_mean(revision, _short_names(git_dir))}."
            )
        include += [Oid(name) for name in names if not name.startswith("^")]
        exclude += [Oid(name[1:]) for name in names if name.startswith("^")]
    return include, exclude


def _of_several(git_dir: Path, revision: str) -> list[str]:
    """Return the object names of a revision that cannot be peeled to one commit: ``A..B``, ``A^!``, ``:/TEXT``.

    None if one of them is not that of a commit, such as the file ``HEAD:README.md``.
    """
    names = _rev_parse(git_dir, revision)
    are_commits = all(_rev_parse(git_dir, f"{name.removeprefix('^')}^{{commit}}") for name in names)
    return names if are_commits else []


def _short_names(git_dir: Path) -> list[str]:
    """Return the names of branches and tags, as git shortens them. Raises RepositoryError."""
    arguments = ["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"]
    return process.run(git_dir, arguments).decode("utf-8", "replace").split("\n")[:_MOST_NAMES]


def _rev_parse(git_dir: Path, text: str) -> list[str]:
    """Return the full object names of a revision or range; those to exclude begin with ``^``."""
    if text.startswith("-"):
        return []  # git would take it for an option
    answer = process.run(git_dir, ["rev-parse", "--quiet", "--revs-only", text], accept=(0, 1, 128))
    return [name for name in answer.decode("ascii", "replace").split() if parse_oid(name.removeprefix("^"))]


def existing_commits(objects: ObjectReader, common_dir: Path, oids: Iterable[Oid]) -> set[Oid]:
    """Return the oids that are those of existing commits. Raises RepositoryError when git cannot be asked."""
    wanted = [oid for oid in dict.fromkeys(oids) if parse_oid(oid)]
    if len(wanted) > _MOST_READ:
        return _existing(common_dir, wanted)
    found = {oid: item.kind for oid, item in zip(wanted, objects.read(wanted), strict=True) if item is not None}
    unclear = [oid for oid, kind in found.items() if kind == UNREADABLE]
    return {oid for oid, kind in found.items() if kind == "commit"} | _existing(common_dir, unclear)


def _existing(common_dir: Path, oids: Sequence[Oid]) -> set[Oid]:
    """Return the oids that are those of existing commits, whether or not their content can be read.

    Git stops at an object whose header it cannot read, which is then found by halves and left out.
    """
    try:
        headers = cat_file.headers(common_dir, oids)
    except RepositoryError:
        if len(oids) > 1:
            half = len(oids) // 2
            return _existing(common_dir, oids[:half]) | _existing(common_dir, oids[half:])
        process.run(common_dir, ["rev-parse", "--git-dir"])  # raises an error that does not concern this object
        return set()
    return {Oid(name) for name, header in headers.items() if header.kind == "commit"}


def expand(common_dir: Path, names: Iterable[str]) -> dict[str, Oid]:
    """Return the commits that full or shortened object names stand for, keyed by the given names.

    Names that are missing, ambiguous or not those of commits are left out. Raises RepositoryError.
    """
    found = cat_file.headers(common_dir, [*names])
    return {name: header.oid for name, header in found.items() if header.kind == "commit"}
