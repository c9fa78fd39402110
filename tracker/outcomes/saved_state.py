"""A pass's state as bytes, from which a later pass goes on: a compressed header of JSON, names and owners.

It is read from the git directory, where anything may be: what does not fit is no state, and the pass begins anew.
Arrays that several commits share are written once.
"""

import zlib
from array import array
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from tracker.model import Oid, parse_oid
from tracker.outcomes.file_map import OwnedFile, Remembered
from tracker.outcomes.history_pass import PassState, Recent
from tracker.outcomes.reverts import Revert, Reverts

_FORMAT: Final = 1
LARGEST: Final = 1 << 30
"""Bytes of a state before it is compressed."""


class _Writer:
    """The arrays of a state, each once."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self.parts: list[bytes] = []
        self._numbers: dict[int, int] = {}

    def number(self, owners: "array[int] | None") -> int | None:
        """Return the number of an array; arrays of one object are one."""
        if owners is None:
            return None
        if id(owners) not in self._numbers:
            self._numbers[id(owners)] = len(self.lengths)
            self.lengths.append(len(owners))
            self.parts.append(owners.tobytes())
        return self._numbers[id(owners)]

    def file(self, file: OwnedFile | None) -> list[Any] | None:
        """Return a file as JSON."""
        return None if file is None else [file.blob, self.number(file.owners)]

    def files(self, files: Mapping[str, OwnedFile | None]) -> list[Any]:
        """Return files as JSON."""
        return [[_name(path), self.file(file)] for path, file in files.items()]


def dump(state: PassState, rules: str) -> bytes:
    """Return a state as bytes. ``rules``: what a pass that goes on from it must have in common with this one."""
    writer = _Writer()
    header = {
        "format": _FORMAT,
        "rules": rules,
        "main": state.main,
        "files": writer.files(state.files),
        "recent": [
            [one.main, writer.files(one.before), [[oid, writer.files(side)] for oid, side in one.sides.items()]]
            for one in state.recent
        ],
        "remembered": [
            [_name(path), [[blob, writer.number(owners)] for blob, owners in versions.items()]]
            for path, versions in state.remembered.items()
        ],
        "names": " ".join(state.names),
        "reverts": [[oid, *revert] for oid, revert in state.reverts.found.items()],
        "patches": [[oid, patch] for oid, patch in state.reverts.patches.items()],
    }
    head = orjson.dumps(header | {"lengths": writer.lengths, "width": array("I").itemsize})
    return zlib.compress(b"".join((len(head).to_bytes(8, "big"), head, *writer.parts)), 1)


def load(data: bytes, rules: str) -> PassState | None:
    """Return the state in some bytes; None if they hold none, or one of other rules."""
    try:
        return _load(data, rules)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, zlib.error):
        return None


def _load(data: bytes, rules: str) -> PassState | None:
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(data, LARGEST)
    if not unpacker.eof:
        return None
    size = int.from_bytes(text[:8], "big")
    header = orjson.loads(text[8 : 8 + size])
    if (header["format"], header["rules"], header["width"]) != (_FORMAT, rules, array("I").itemsize):
        return None
    state = PassState()
    state.names = [_oid(name) for name in header["names"].split()]
    arrays = _arrays(text, 8 + size, header["lengths"], len(state.names))

    def file(value: Any) -> OwnedFile | None:
        return None if value is None else OwnedFile(_oid(value[0]), None if value[1] is None else arrays[value[1]])

    def files(value: Iterable[Any]) -> dict[str, OwnedFile | None]:
        return {_path(name): file(one) for name, one in value}

    state.main = _oid(header["main"])
    state.files = {path: one for path, one in files(header["files"]).items() if one is not None}
    for main, before, sides in header["recent"]:
        state.recent.append(Recent(_oid(main), files(before), {_oid(oid): files(side) for oid, side in sides}))
    state.remembered = Remembered.of(
        {
            _path(name): {_oid(blob): arrays[number] for blob, number in versions}
            for name, versions in header["remembered"]
        }
    )
    reverts = {
        _oid(oid): Revert(_oid(by), str(how), again and _oid(again)) for oid, by, how, again in header["reverts"]
    }
    state.reverts = Reverts.of(state.names, reverts, ((_oid(oid), str(patch)) for oid, patch in header["patches"]))
    return state


def _arrays(text: bytes, start: int, lengths: Iterable[int], names: int) -> "list[array[int]]":
    """Return the arrays that follow the header. Raises ValueError if they are not whole, or name no commit."""
    found: list[array[int]] = []
    for length in lengths:
        owners: array[int] = array("I")
        end = start + length * owners.itemsize
        if length < 0 or end > len(text):
            raise ValueError(length)
        owners.frombytes(text[start:end])
        if length and max(owners) >= names:
            raise ValueError(names)
        found.append(owners)
        start = end
    if start != len(text):
        raise ValueError(start)
    return found


def _oid(value: object) -> Oid:
    oid = parse_oid(value) if isinstance(value, str) else None
    if oid is None:
        raise ValueError(value)
    return oid


def _name(path: str) -> str:
    """Return a path as text that JSON can hold, also if its bytes are no UTF-8."""
    return path.encode("utf-8", "surrogateescape").decode("latin-1")


def _path(name: str) -> str:
    return name.encode("latin-1").decode("utf-8", "surrogateescape")
