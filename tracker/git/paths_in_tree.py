"""Which of some paths a commit's own tree holds, and as what objects, for many commits at little cost.

One look at each root tree, and one more for each folder that is another one than before.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tracker.git import process
from tracker.model import Oid


def holding(common_dir: Path, oids: Sequence[Oid], paths: Sequence[str]) -> dict[Oid, dict[str, str]]:
    """The objects at those of some paths that each commit's tree has, for commits that have any.

    A folder is one object. A path that ends with ``/`` must be a folder, any other a file. Trees that are not here hold
    nothing.
    """
    roots = _roots(common_dir, oids, {path.split("/", 1)[0].encode() for path in paths})
    inside = [path for path in paths if "/" in path.rstrip("/")]
    nested = {
        f"{entries[top]}:{rest.rstrip('/')}"
        for entries in roots.values()
        for top, rest in (path.split("/", 1) for path in inside)
        if top in entries
    }
    objects = _looked_up(common_dir, sorted(nested))
    found: dict[Oid, dict[str, str]] = {}
    for oid, entries in roots.items():
        here = {path: held for path in paths if (held := _held(entries, path, objects))}
        if here:
            found[oid] = here
    return found


def _held(entries: Mapping[str, str], path: str, objects: Mapping[str, tuple[str, str]]) -> str | None:
    name = path.rstrip("/")
    top, _, rest = name.partition("/")
    if top not in entries:
        return None
    if not rest:
        return entries[top] if (f"{top}/" in entries) == path.endswith("/") else None
    kind, held = objects.get(f"{entries[top]}:{rest}", ("", ""))
    return held if kind == ("tree" if path.endswith("/") else "blob") else None


def _roots(common_dir: Path, oids: Sequence[Oid], wanted: set[bytes]) -> dict[Oid, dict[str, str]]:
    """The wanted entries of each commit's root tree; ``name/`` stands beside the name of a folder."""
    if not oids or not wanted:
        return {}
    # Of a clone without its trees git gives up at the first that is away, and nothing is fetched.
    names = [f"{oid}^{{tree}}" for oid in oids]
    answer = process.run(common_dir, ["cat-file", "--batch"], lines=names, accept=(0, 128))
    found: dict[Oid, dict[str, str]] = {}
    place = 0
    for oid in oids:
        end = answer.find(b"\n", place)
        words = answer[place:end].split(b" ")
        if end < 0 or len(words) != 3 or words[1] != b"tree":
            place = end + 1
            continue
        tree = answer[end + 1 : end + 1 + int(words[2])]
        place = end + 1 + int(words[2]) + 1
        entries: dict[str, str] = {}
        for mode, name, held in _entries(tree, len(oid) // 2):
            if name in wanted and mode != b"160000":
                entries[name.decode()] = held.hex()
                if mode == b"40000":
                    entries[f"{name.decode()}/"] = held.hex()
        found[oid] = entries
    return found


def _entries(tree: bytes, width: int) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Mode, name and object of each entry of a tree object (gitformat-pack, tree objects)."""
    place = 0
    while place < len(tree):
        space, end = tree.index(b" ", place), tree.index(b"\0", place)
        yield tree[place:space], tree[space + 1 : end], tree[end + 1 : end + 1 + width]
        place = end + 1 + width


def _looked_up(common_dir: Path, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    if not names:
        return {}
    check = ["cat-file", "--batch-check=%(objecttype) %(objectname)"]
    lines = process.run(common_dir, check, lines=names, accept=(0, 128)).decode("utf-8", "replace").split("\n")
    rows = ((name, line.split(" ")) for name, line in zip(names, lines, strict=False))
    return {name: (row[0], row[1]) for name, row in rows if len(row) == 2 and row[0] in {"tree", "blob"}}
