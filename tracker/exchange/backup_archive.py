"""Backups: a ledger in one file, as it was at one moment, and a ledger out of it.

The file is a tar archive, compressed by gzip, with the LMDB data file, the keys that seal files outside the ledger and
events for this user's other machines, and a manifest that says what the data file must be. Nothing in it is used before
all of it is checked; members of other names are refused, and no name becomes a path.
"""

import contextlib
import gzip
import hashlib
import io
import os
import tarfile
import tempfile
import time
import zlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import orjson

from tracker.errors import TrackerError
from tracker.exchange.typed_values import NotOfType, TypedValues
from tracker.ledger import Ledger
from tracker.ledger.backup_copy import copy_ledger
from tracker.ledger.integrity import KEY, MARK, MARKER, USER_KEY
from tracker.ledger.map_size import LARGEST_SIZE_LIMIT
from tracker.ledger.tables import LedgerState
from tracker.text import size_shown

SCHEMA: Final = 1
_MANIFEST: Final = "manifest.json"
_DATA: Final = "data.mdb"
_LARGEST_MANIFEST: Final = 1 << 16
_CHUNK: Final = 1 << 20


class Manifest(NamedTuple):
    """The content of a backup. ``created_at``: seconds since the epoch. ``digest``: SHA-256 of the data file, in hex.

    ``size``: its bytes. ``identity``, ``sequence``, ``feedback``: of the ledger (``tables.LedgerState``).
    """

    schema: int
    program: str
    created_at: int
    identity: str
    sequence: int
    feedback: int
    size: int
    digest: str


_VALUES: Final = TypedValues({})


class NoBackup(TrackerError):
    """A file is no backup, or a damaged one. Nothing was changed."""


def write_backup(ledger: Ledger, file: IO[bytes], folder: Path) -> Manifest:
    """Write a backup of a ledger into a file, and return its manifest. Others may write to the ledger meanwhile.

    ``folder``: has room for the data file, which is copied there first. Raises the LedgerUnavailable errors, OSError.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".agent-tracker-") as place:
        state = copy_ledger(ledger, Path(place))
        manifest = _manifest(state, Path(place) / _DATA)
        with (
            gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as compressed,
            tarfile.open(fileobj=compressed, mode="w|") as archive,
        ):
            _add(archive, _MANIFEST, io.BytesIO(orjson.dumps(manifest._asdict())), manifest.created_at)
            for name in (KEY, USER_KEY, _DATA):
                with contextlib.suppress(FileNotFoundError), (Path(place) / name).open("rb") as content:
                    _add(archive, name, content, manifest.created_at)
    return manifest


def _manifest(state: LedgerState, data: Path) -> Manifest:
    with data.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    now = int(time.time())
    return Manifest(SCHEMA, version("git-agent-tracker"), now, *state[:2], state.feedback, data.stat().st_size, digest)


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes], time_of_backup: int) -> None:
    member = tarfile.TarInfo(name)
    member.mode, member.mtime = 0o600, time_of_backup
    member.size = content.seek(0, os.SEEK_END)
    content.seek(0)
    archive.addfile(member, content)


@contextlib.contextmanager
def opened_backup(file: IO[bytes], folder: Path) -> Iterator[tuple[Manifest, Path]]:
    """Unpack a backup into a new folder below ``folder``, and yield its manifest and that folder, removed at the end.

    Its data file has the size and digest that the manifest says. Raises NoBackup, OSError.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".agent-tracker-") as place:
        try:
            manifest = _unpack(file, Path(place))
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise NoBackup(f"it is no backup, or a part of one is missing ({error})") from error
        (Path(place) / MARKER).write_bytes(MARK)
        yield manifest, Path(place)


def _unpack(file: IO[bytes], place: Path) -> Manifest:
    manifest: Manifest | None = None
    found = ""
    with tarfile.open(fileobj=file, mode="r|gz") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isreg() else None
            if content is None or member.name not in {_MANIFEST, KEY, USER_KEY, _DATA}:
                raise NoBackup("it holds something else than a backup")
            if member.name == _MANIFEST:
                manifest = _read_manifest(content.read(_LARGEST_MANIFEST))
            elif manifest is None:
                raise NoBackup("it does not begin with what it holds")
            elif member.name in {KEY, USER_KEY}:
                (place / member.name).write_bytes(content.read(_LARGEST_MANIFEST))
            else:
                found = _unpack_data(content, member.size, manifest, place / _DATA)
    if manifest is None or found != manifest.digest:
        raise NoBackup("its data file is missing or damaged")
    return manifest


def _read_manifest(content: bytes) -> Manifest:
    try:
        found: Any = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NoBackup("what it says of itself cannot be read") from error
    schema = found.get("schema") if isinstance(found, dict) else None
    if type(schema) is int and schema > SCHEMA:
        raise NoBackup(f"it has schema {schema}, and this agent-tracker reads schemas up to {SCHEMA}: update it")
    try:
        return _VALUES.typed(Manifest, found)
    except NotOfType as error:
        raise NoBackup(f"what it says of itself cannot be read ({error})") from error


def _unpack_data(content: IO[bytes], size: int, manifest: Manifest, target: Path) -> str:
    """Write the data file, and return its SHA-256 in hex."""
    if size != manifest.size or size > LARGEST_SIZE_LIMIT:
        raise NoBackup(f"its data file has {size_shown(size)}, and {size_shown(manifest.size)} are expected")
    digest = hashlib.sha256()
    with target.open("wb") as file:
        for chunk in iter(lambda: content.read(_CHUNK), b""):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()
