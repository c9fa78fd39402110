"""Small files that were made to look like backups, and claim or unpack to much: they cost little and change nothing."""

import gzip
import io
import tarfile
import tracemalloc
from pathlib import Path
from typing import Final

import orjson

from tests.exchange.random_ledgers import exported
from tests.support import Repo, sized

_BOMB: Final = sized(256, 96)
"""MiB of zeros that a small file unpacks to; more than ``_MOST``."""
_MOST: Final = 64 << 20
"""Bytes of memory that a command may take for such a file."""


def header(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size = size
    return member.tobuf(tarfile.GNU_FORMAT)


def padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % tarfile.BLOCKSIZE)


def manifest(**changes: object) -> bytes:
    facts = {"schema": 1, "program": "", "created_at": 1, "identity": "", "sequence": 1, "feedback": 0, "size": 3,
             "digest": "0" * 64, "key_digest": "", "user_key_digest": ""}  # fmt: skip
    content = orjson.dumps(facts | changes)
    return header("manifest.json", len(content)) + padded(content)


def bomb(first: bytes) -> bytes:
    file = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="wb") as packed:
        packed.write(first)
        for _ in range(_BOMB):
            packed.write(bytes(1 << 20))
    return file.getvalue()


def crafted(whole: bytes) -> dict[str, bytes]:
    return {
        "a manifest of a negative size": bomb(header("manifest.json", -1)),
        "a data file of a negative size": bomb(manifest(size=-1) + header("data.mdb", -1)),
        "a data file larger than any": bomb(manifest(size=1 << 50) + header("data.mdb", 1 << 50)),
        "a manifest larger than any": bomb(header("manifest.json", 1 << 40)),
        "a time that cannot be": gzip.compress(manifest(created_at=-5)),
        "zeros after its end": bomb(gzip.decompress(whole)),
    }


def test_crafted_files_take_little_memory_and_change_nothing(unchanged: Repo, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    good = tmp_path / "good.tar.gz"
    unchanged.tracker("backup", str(good))
    bad, before = folder / "agent-tracker-20000101T000000Z.tar.gz", exported(unchanged.ledger())
    for name, content in crafted(good.read_bytes()).items():
        bad.write_bytes(content)
        tracemalloc.start()
        for words in (["restore", "--check"], ["restore"], ["merge"]):
            assert unchanged.run(*words, str(bad)).returncode == 1, (name, words)
        if name != "zeros after its end":  # which has the manifest of a backup
            assert unchanged.run("backup", str(bad)).returncode == 1, name
            unchanged.tracker("backup", "--keep", "1", str(folder))
            assert bad.read_bytes() == content
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < _MOST, name
    assert exported(unchanged.ledger()) == before
