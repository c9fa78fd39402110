"""Backups: a ledger in one file, as it was at one moment, and a ledger out of it.

The file is a tar archive, compressed by gzip, with a manifest that says what follows, the keys that seal files outside
the ledger and events for this user's other machines, and the LMDB data file. Nothing in it is used before all of it is
read, to the checksum at its end, and compared with the manifest. Only these members are taken, each once, and no name
becomes a path.
"""

import contextlib
import gzip
import hashlib
import io
import os
import tarfile
import time
import zlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import orjson

from tracker.errors import TrackerError
from tracker.exchange.temporary_folders import DATA, temporary_folder
from tracker.exchange.typed_values import NotOfType, TypedValues
from tracker.ledger import Ledger
from tracker.ledger.backup_copy import copy_ledger
from tracker.ledger.integrity import KEY, MARK, MARKER, USER_KEY
from tracker.ledger.map_size import LARGEST_SIZE_LIMIT

SCHEMA: Final = 1

_MANIFEST: Final = "manifest.json"
_LARGEST_MANIFEST: Final = 1 << 16
_CHUNK: Final = 1 << 20
_NO_DIGEST: Final = ""


class Manifest(NamedTuple):
    """The content of a backup. ``created_at``: seconds since the epoch. ``size``: bytes of the data file.

    ``digest``, ``key_digest``, ``user_key_digest``: SHA-256 of the data file and of the keys, in hex; empty for a
    key that the ledger has not. ``identity``, ``sequence``, ``feedback``: of the ledger (``tables.LedgerState``).
    """

    schema: int
    program: str
    created_at: int
    identity: str
    sequence: int
    feedback: int
    size: int
    digest: str
    key_digest: str
    user_key_digest: str


_VALUES: Final = TypedValues({})


class NoBackup(TrackerError):
    """A file is no backup, or a damaged one. Nothing was changed."""


def write_backup(ledger: Ledger, file: IO[bytes], folder: Path) -> Manifest:
    """Write a backup of a ledger into a file, and return its manifest. Others may write to the ledger meanwhile.

    ``folder``: has room for the data file, which is copied there first. Raises the LedgerUnavailable errors, OSError.
    """
    with temporary_folder(folder) as place:
        now = int(time.time())
        state = copy_ledger(ledger, place)
        keys = [_digest(place / key) if (place / key).exists() else _NO_DIGEST for key in (KEY, USER_KEY)]
        size, digest = (place / DATA).stat().st_size, _digest(place / DATA)
        program = version("git-agent-tracker")
        manifest = Manifest(SCHEMA, program, now, state.identity, state.sequence, state.feedback, size, digest, *keys)
        with (
            gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as compressed,
            tarfile.open(fileobj=compressed, mode="w|", format=tarfile.USTAR_FORMAT) as archive,
        ):
            _add(archive, _MANIFEST, io.BytesIO(orjson.dumps(manifest._asdict())), now)
            for member in (KEY, USER_KEY, DATA):
                with contextlib.suppress(FileNotFoundError), (place / member).open("rb") as content:
                    _add(archive, member, content, now)
    return manifest


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes], time_of_backup: int) -> None:
    member = tarfile.TarInfo(name)
    member.mode, member.mtime = 0o600, time_of_backup
    member.size = content.seek(0, os.SEEK_END)
    content.seek(0)
    archive.addfile(member, content)


@contextlib.contextmanager
def opened_backup(file: IO[bytes], folder: Path) -> Iterator[tuple[Manifest, Path]]:
    """Unpack a backup into a new folder below ``folder``, and yield its manifest and that folder, removed at the end.

    Data file and key are those that the manifest names. Raises NoBackup, OSError.
    """
    with temporary_folder(folder) as place:
        with _damage_named(), gzip.GzipFile(fileobj=file, mode="rb") as stream:
            manifest = _unpack(stream, place)
        (place / MARKER).write_bytes(MARK)
        yield manifest, place


def read_manifest(file: IO[bytes]) -> Manifest:
    """Return the manifest of a backup, without checking the rest. Raises NoBackup, OSError."""
    with _damage_named(), gzip.GzipFile(fileobj=file, mode="rb") as stream:
        return _manifest_of(stream)


@contextlib.contextmanager
def _damage_named() -> Iterator[None]:
    """Raise what a damaged archive causes in the block as NoBackup."""
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise NoBackup("it is no backup, or a part of one is missing") from error


def _unpack(stream: gzip.GzipFile, place: Path) -> Manifest:
    """Write the members into a folder, and return the manifest. Raises NoBackup, and what a damaged archive causes."""
    manifest = _manifest_of(stream)
    keys = [(KEY, _KEY_BYTES, manifest.key_digest), (USER_KEY, _KEY_BYTES, manifest.user_key_digest)]
    expected = [one for one in keys if one[2] != _NO_DIGEST]
    for name, size, digest in (*expected, (DATA, manifest.size, manifest.digest)):
        if _copy_member(stream, _next_member(stream), (name, size), place / name) != digest:
            raise NoBackup(f"its {name} is damaged")
    if _next_member(stream) is not None:
        raise NoBackup("it holds something else than a backup")
    rest = stream.read(_CHUNK)  # the zeros that fill the last record; at their end gzip compares the checksum
    if len(rest) == _CHUNK or rest.strip(b"\0"):
        raise NoBackup("it holds something else than a backup")
    return manifest


_KEY_BYTES: Final = 32


def _manifest_of(stream: gzip.GzipFile) -> Manifest:
    member = _next_member(stream)
    if member is None or member.name != _MANIFEST or member.size > _LARGEST_MANIFEST:
        raise NoBackup("it does not begin with what it holds")
    return _read_manifest(_content(stream, member.size))


def _next_member(stream: gzip.GzipFile) -> tarfile.TarInfo | None:
    """Return the next member, which is a plain file; None at the end. Reads one block, whatever it claims."""
    block = stream.read(tarfile.BLOCKSIZE)
    if not block.strip(b"\0") and len(block) == tarfile.BLOCKSIZE:
        return None
    member = tarfile.TarInfo.frombuf(block, "utf-8", "replace")
    if not 0 <= member.size <= LARGEST_SIZE_LIMIT:  # a negative number has its form in a tar archive too
        raise NoBackup("it holds a file of a size that none has")
    if member.type != tarfile.REGTYPE or member.name not in {_MANIFEST, KEY, USER_KEY, DATA}:
        raise NoBackup("it holds something else than a backup")
    return member


def _content(stream: gzip.GzipFile, size: int) -> bytes:
    """Return the content of a small member, and pass the bytes that fill its last block. Raises EOFError."""
    content = stream.read(size)
    if len(content) < size:
        raise EOFError("it ends too early")
    stream.read(-size % tarfile.BLOCKSIZE)
    return content


def _copy_member(stream: gzip.GzipFile, member: tarfile.TarInfo | None, expected: tuple[str, int], target: Path) -> str:
    """Write a member into a file, and return its SHA-256 in hex. Raises NoBackup unless it is the expected one."""
    if member is None or (member.name, member.size) != expected:
        raise NoBackup(f"its {expected[0]} is missing, or of another size than it says")
    digest, left = hashlib.sha256(), member.size
    with target.open("wb") as file:
        while left:
            chunk = stream.read(min(left, _CHUNK))
            if not chunk:
                raise EOFError("it ends too early")
            digest.update(chunk)
            file.write(chunk)
            left -= len(chunk)
    target.chmod(0o600)
    stream.read(-member.size % tarfile.BLOCKSIZE)
    return digest.hexdigest()


def _read_manifest(content: bytes) -> Manifest:
    try:
        found: Any = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NoBackup("what it says of itself cannot be read") from error
    schema = found.get("schema") if isinstance(found, dict) else None
    if type(schema) is int and schema > SCHEMA:
        raise NoBackup(f"it has schema {schema}, and this agent-tracker reads schemas up to {SCHEMA}: update it")
    try:
        manifest = _VALUES.typed(Manifest, found)
    except NotOfType as error:
        raise NoBackup(f"what it says of itself cannot be read ({error})") from error
    if manifest.schema != SCHEMA:
        raise NoBackup("its schema is not known")
    if not 0 <= manifest.size <= LARGEST_SIZE_LIMIT or min(manifest.created_at, manifest.feedback) < 0:
        raise NoBackup("what it says of itself cannot be true")
    return manifest
