"""Look up the trees of commits and the objects at paths in them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.git.commits import parse_node
from tracker.git.objects import ObjectReader
from tracker.model import Oid, parse_oid

_FOLDER: Final = b"40000"
_SUBMODULE: Final = b"160000"


class _Entry(NamedTuple):
    """An entry of a tree: the object's name, and True if it is a folder."""

    oid: Oid
    is_folder: bool


_Entries = dict[bytes, _Entry]


def trees(objects: ObjectReader, oids: Sequence[Oid]) -> dict[Oid, str]:
    """Return the tree of each commit, keyed by the commit. Missing commits are left out. Raises RepositoryError."""
    found = zip(oids, objects.read(oids), strict=True)
    # The commit contains its tree's name. The tree itself may be missing (a treeless clone, a damaged repository).
    return {oid: parse_node(one.data).tree for oid, one in found if one is not None and one.kind == "commit"}


def objects_at(objects: ObjectReader, places: Sequence[tuple[Oid, str]]) -> dict[tuple[Oid, str], str]:
    """Return the object name at each (commit, path); a path that does not exist is left out. Raises RepositoryError.

    The objects themselves are not read, so that they may be missing (partial clone).
    """
    roots = trees(objects, list(dict.fromkeys(oid for oid, _ in places)))
    wanted = [(oid, path, tuple(path.encode("utf-8", "surrogateescape").split(b"/"))) for oid, path in places]
    found = _look_up(objects, [(roots[oid], parts) for oid, _, parts in wanted if oid in roots])
    return {
        (oid, path): entry.oid
        for oid, path, parts in wanted
        if oid in roots and (entry := found.get((roots[oid], parts))) is not None
    }


def objects_at_paths(objects: ObjectReader, oids: Sequence[Oid], paths: Sequence[str]) -> dict[Oid, dict[str, str]]:
    """Return the object names at some paths in each commit's tree, keyed by commit and path.

    A path that ends with ``/`` must be a folder, any other a file. A folder is one object. Commits without any of the
    paths, and those whose tree is missing, are left out. Raises RepositoryError.
    """
    roots = trees(objects, oids)
    parts = {path: tuple(path.rstrip("/").encode().split(b"/")) for path in paths}
    tops = {names[0] for names in parts.values()}
    entries = _entries_of(objects, dict.fromkeys(roots.values(), tops))
    nested = {
        (entry.oid, names[1:])
        for held in entries.values()
        for names in parts.values()
        if len(names) > 1 and (entry := held.get(names[0])) is not None and entry.is_folder
    }
    below = _look_up(objects, nested)

    def entry_at(held: _Entries, names: tuple[bytes, ...]) -> _Entry | None:
        top = held.get(names[0])
        return top if top is None or len(names) == 1 else below.get((top.oid, names[1:]))

    found: dict[Oid, dict[str, str]] = {}
    for oid, root in roots.items():
        held = entries.get(root) or {}
        at_paths = {path: entry_at(held, names) for path, names in parts.items()} if held else {}
        named: dict[str, str] = {
            path: one.oid for path, one in at_paths.items() if one and one.is_folder == path.endswith("/")
        }
        if named:
            found[oid] = named
    return found


def _look_up(
    objects: ObjectReader, places: Iterable[tuple[str, tuple[bytes, ...]]]
) -> Mapping[tuple[str, tuple[bytes, ...]], _Entry]:
    """Return the entries at paths below trees, keyed by tree and path. Each tree is read once for each level."""
    here = sorted({*places})
    by_tree: dict[str, set[bytes]] = {}
    for tree, names in here:
        by_tree.setdefault(tree, set()).add(names[0])
    read = _entries_of(objects, by_tree)
    firsts = {(tree, names): read.get(tree, {}).get(names[0]) for tree, names in here}
    found = {place: entry for place, entry in firsts.items() if entry is not None and len(place[1]) == 1}
    nested = {
        place: (str(entry.oid), place[1][1:])
        for place, entry in firsts.items()
        if entry is not None and entry.is_folder and len(place[1]) > 1
    }
    if nested:
        below = _look_up(objects, nested.values())
        found |= {place: below[inner] for place, inner in nested.items() if inner in below}
    return found


def _entries_of(objects: ObjectReader, wanted: Mapping[str, set[bytes]]) -> dict[str, _Entries]:
    """Return the wanted entries of trees, keyed by tree; submodules and trees that cannot be read are left out."""
    oids = [oid for tree in wanted if (oid := parse_oid(tree)) is not None]
    found: dict[str, _Entries] = {}
    for oid, tree in zip(oids, objects.read(oids), strict=True):
        if tree is not None and tree.kind == "tree":
            found[oid] = {
                name: _Entry(Oid(entry.hex()), mode == _FOLDER)
                for mode, name, entry in _parse(tree.data, len(oid) // 2)
                if name in wanted[oid] and mode != _SUBMODULE
            }
    return found


def _parse(tree: bytes, oid_bytes: int) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield mode, name and object of each entry of a tree object (tree-walk.c). ``oid_bytes``: size of an oid."""
    place = 0
    while place < len(tree):
        space, end = tree.find(b" ", place), tree.find(b"\0", place)
        if space < 0 or end < 0:
            return  # the rest is damaged
        yield tree[place:space], tree[space + 1 : end], tree[end + 1 : end + 1 + oid_bytes]
        place = end + 1 + oid_bytes
