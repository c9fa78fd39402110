"""Read the attributes of paths as a commit's own .gitattributes files set them, not those of a worktree."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

from tracker.digests import blake2b
from tracker.errors import RepositoryError
from tracker.files import read_regular
from tracker.git import process
from tracker.git.streams import Dialogue
from tracker.model import Oid

_LARGEST: Final = 1 << 20
"""Bytes of the repository's own file of attributes that are read."""


class AttributeReader:
    """Reader of the attributes ``names`` at a commit, used as a context manager.

    An index in a temporary folder holds the commit's files; the repository is not changed. Raises RepositoryError.
    """

    def __init__(self, common_dir: Path, commit: Oid, names: Sequence[str]) -> None:
        import tempfile  # only outcomes need it

        self._names = names
        self._folder = tempfile.TemporaryDirectory(prefix="agent-tracker-")
        variables = {"GIT_INDEX_FILE": str(Path(self._folder.name) / "index")}
        process.run(common_dir, ["read-tree", commit], variables=variables)
        patterns = [":(glob)**/.gitattributes"]
        listed = process.run(common_dir, ["ls-files", "-s", "-z", "--", *patterns], variables=variables)
        try:
            own = read_regular(common_dir / "info" / "attributes", _LARGEST)
        except OSError:
            own = b""
        self.digest = blake2b(listed + b"\0" + own, digest_size=16).hexdigest()
        """A digest of all that sets attributes."""
        self._git: Dialogue | None = None
        if listed or own:
            self._git = Dialogue(common_dir, ["check-attr", "--cached", "-z", "--stdin", *names], (), variables)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        if self._git is not None:
            self._git.close()
        self._folder.cleanup()

    def read(self, path: str) -> dict[str, str]:
        """Return the attributes of a path that are not unspecified: ``set``, ``unset`` or a value, by name."""
        if self._git is None:
            return {}
        self._git.send(path.encode("utf-8", "surrogateescape") + b"\0")
        found: dict[str, str] = {}
        for _ in self._names:
            _, name, value = (self._field() for _ in range(3))
            if value != "unspecified":
                found[name] = value
        return found

    def _field(self) -> str:
        """Return the next field of git's answer, which ends with a NUL."""
        assert self._git is not None  # noqa: S101 - the caller has asked it
        field = bytearray()
        while (byte := self._git.read(1)) != b"\0":
            if not byte:
                raise RepositoryError("git check-attr ended before it had answered: run 'agent-tracker doctor'.")
            field += byte
        return field.decode("utf-8", "surrogateescape")
