"""Look up the trees of commits and the objects at paths in them, for many commits in few git processes."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tracker.git import cat_file, process, rev_parse
from tracker.git.cat_file import ObjectHeader
from tracker.model import Oid

_FOLDER: Final = b"40000"
_SUBMODULE: Final = b"160000"


def trees(common_dir: Path, oids: Sequence[Oid]) -> dict[Oid, str]:
    """Return the tree of each commit, keyed by the commit. Missing commits are left out. Raises RepositoryError."""
    wanted = sorted(rev_parse.existing_commits(common_dir, oids))
    if not wanted:
        return {}
    # The commit contains its tree's name. The tree itself may be missing (a treeless clone, a damaged repository).
    arguments = ["rev-list", "--no-walk=unsorted", "--no-commit-header", "--format=%H %T", "--stdin"]
    answer = process.run(common_dir, arguments, lines=wanted).decode("ascii", "replace")
    rows = (line.split() for line in answer.split("\n"))
    return {Oid(row[0]): row[1] for row in rows if len(row) == 2}


def objects_at(common_dir: Path, places: Sequence[tuple[Oid, str]]) -> dict[tuple[Oid, str], str]:
    """Return the object name at each (commit, path), keyed by that pair; a path that does not exist is left out.

    Paths with a line feed are left out too. Raises RepositoryError.
    """
    names = {f"{oid}:{path}": (oid, path) for oid, path in places if "\n" not in path}
    return {names[name]: oid for name, oid in cat_file.oids(common_dir, [*names]).items()}


def objects_at_paths(common_dir: Path, oids: Sequence[Oid], paths: Sequence[str]) -> dict[Oid, dict[str, str]]:
    """Return the object names at some paths in each commit's tree, keyed by commit and path.

    A path that ends with ``/`` must be a folder, any other a file. A folder is one object. Commits without any of the
    paths, and those whose tree is missing, are left out. Git reads each commit's root tree once, and looks up each
    path below it once for each distinct folder at its top. Raises RepositoryError.
    """
    roots = _roots(common_dir, oids, {path.split("/", 1)[0].encode() for path in paths})
    nested = [path for path in paths if "/" in path.rstrip("/")]
    names = {
        f"{entries[top]}:{rest.rstrip('/')}"
        for entries in roots.values()
        for top, rest in (path.split("/", 1) for path in nested)
        if top in entries
    }
    headers = cat_file.headers(common_dir, sorted(names))
    found: dict[Oid, dict[str, str]] = {}
    for oid, entries in roots.items():
        objects = {path: name for path in paths if (name := _object_at(entries, path, headers))}
        if objects:
            found[oid] = objects
    return found


def _object_at(entries: Mapping[str, str], path: str, headers: Mapping[str, ObjectHeader]) -> str | None:
    name = path.rstrip("/")
    top, _, rest = name.partition("/")
    if top not in entries:
        return None
    if not rest:
        return entries[top] if (f"{top}/" in entries) == path.endswith("/") else None
    header = headers.get(f"{entries[top]}:{rest}")
    return header.oid if header and header.kind == ("tree" if path.endswith("/") else "blob") else None


def _roots(common_dir: Path, oids: Sequence[Oid], wanted: set[bytes]) -> dict[Oid, dict[str, str]]:
    """Return the wanted entries of each commit's root tree; a folder is listed as ``name`` and as ``name/``."""
    if not wanted:
        return {}
    found: dict[Oid, dict[str, str]] = {}
    # In a treeless clone git stops at the first missing tree, and nothing is fetched.
    for oid, tree in zip(oids, cat_file.read(common_dir, [f"{oid}^{{tree}}" for oid in oids]), strict=True):
        if tree is None or tree.kind != "tree":
            continue
        entries: dict[str, str] = {}
        for mode, name, entry in _entries(tree.data, len(oid) // 2):
            if name in wanted and mode != _SUBMODULE:
                entries[name.decode()] = entry.hex()
                if mode == _FOLDER:
                    entries[f"{name.decode()}/"] = entry.hex()
        found[oid] = entries
    return found


def _entries(tree: bytes, oid_bytes: int) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield mode, name and object of each entry of a tree object (tree-walk.c). ``oid_bytes``: size of an oid."""
    place = 0
    while place < len(tree):
        space, end = tree.index(b" ", place), tree.index(b"\0", place)
        yield tree[place:space], tree[space + 1 : end], tree[end + 1 : end + 1 + oid_bytes]
        place = end + 1 + oid_bytes
