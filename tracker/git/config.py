"""Read git's configuration (git-config(1)), in one git process for all questions."""

import os
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tracker.git import process

if TYPE_CHECKING:
    from tracker.git.remote_urls import Remote

_FALSE: Final = frozenset({"false", "no", "off", "0", ""})
"""Texts of a boolean setting that mean false (git-config(1), "Values")."""

_SETTINGS: Final = "agent-tracker."
_REMOTE: Final = "remote."
_FILTERS: Final = (".clean", ".smudge", ".process", ".required")


class Scoped(NamedTuple):
    """The place of a setting: git's word for the scope (``local``, ``global`` …), and the file or command."""

    scope: str
    place: str


class ConfigReader:
    """Configuration of a repository as seen from one worktree. It is read once: a setting that changes is not seen.

    Each method raises RepositoryError.
    """

    def __init__(self, git_dir: Path, common_dir: Path) -> None:
        self._git_dir = git_dir
        self._common_dir = common_dir

    def settings(self, places: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the ``agent-tracker.*`` settings, keyed by lower-case name; the last value of each counts.

        ``places``: the variables that choose git's configuration files (``process.CONFIGURATION_VARIABLES``), by
        default this process's.
        """
        return _ours(self._listed(places))

    def user_emails(self) -> set[str]:
        """Return every value of ``user.email``, in lower case."""
        return {_valid(value).lower() for name, value in self._own if name == "user.email" and value}

    def remotes(self) -> list[str]:
        """Return the names of the remotes, sorted; git ignores those that begin with a slash (remote.c)."""
        keys = (name.removeprefix(_REMOTE).rpartition(".") for name, _ in self._own if name.startswith(_REMOTE))
        return sorted({name for name, dot, _ in keys if dot and name and not name.startswith("/")})

    def push_targets(self, places: Mapping[str, str] | None = None) -> "list[Remote]":
        """Return the remotes with the addresses that pushes go to. ``places``: as for ``settings``."""
        from tracker.git import remote_urls  # few recorders see a push

        return remote_urls.remotes(self._listed(places))

    def merge_drivers(self) -> list[str]:
        """Return the names of the settings that define a merge driver for the whole repository, sorted."""
        return sorted({name for name, _ in self._shared if name.startswith("merge.") and name.endswith(".driver")})

    def filters(self) -> list[str]:
        """Return the names of the settings that make programs filters of files, sorted (gitattributes(5))."""
        return sorted({name for name, _ in self._own if name.startswith("filter.") and name.endswith(_FILTERS)})

    def core_worktree(self) -> str:
        """Return ``core.worktree`` of the main worktree, empty if it is not set."""
        return _last(self._shared, "core.worktree") or ""

    def is_bare(self) -> bool:
        """Return True if the repository has no main worktree (``core.bare``)."""
        values = [value for name, value in self._shared if name == "core.bare"]
        return bool(values) and (values[-1] is None or values[-1].lower() not in _FALSE)

    def ref_storage(self) -> str:
        """Return how refs are stored: ``files`` or another value of ``extensions.refStorage``."""
        return _last(self._shared, "extensions.refstorage") or "files"

    def object_format(self) -> str:
        """Return the hash function of object names: ``sha1`` or ``sha256``."""
        answer = process.run(self._git_dir, ["rev-parse", "--show-object-format"])
        return answer.decode("ascii", "replace").split("\n")[0]

    def _listed(self, places: Mapping[str, str] | None) -> list[tuple[str, str | None]]:
        """Return all settings with the given places of configuration files, by default this process's."""
        return self._own if places is None or _are_ours(places) else _list(self._git_dir, places)

    @cached_property
    def _own(self) -> list[tuple[str, str | None]]:
        return _list(self._git_dir)

    @cached_property
    def _shared(self) -> list[tuple[str, str | None]]:
        """The configuration of the main worktree; another one's differs only if the extension allows it."""
        is_separate = self._git_dir != self._common_dir and _last(self._own, "extensions.worktreeconfig") is not None
        return _list(self._common_dir) if is_separate else self._own


def settings_outside() -> dict[str, str]:
    """Return the ``agent-tracker.*`` settings that apply outside of every repository. Raises RepositoryError."""
    return _ours(_list(None))


def _ours(settings: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Return the ``agent-tracker.*`` settings, keyed by lower-case name; the last value of each counts."""
    found = ((name.removeprefix(_SETTINGS), value) for name, value in settings if name.startswith(_SETTINGS))
    return {name: _valid(value or "") for name, value in found}


def _are_ours(places: Mapping[str, str]) -> bool:
    """Return True if variables choose the configuration files that those of this process choose."""
    return all(places.get(name) == os.environ.get(name) for name in process.CONFIGURATION_VARIABLES)


def _list(git_dir: Path | None, places: Mapping[str, str] | None = None) -> list[tuple[str, str | None]]:
    """Return all settings in the order in which git reads them; None for one without a value, which means true.

    ``git_dir`` None: those outside of every repository.
    """
    place = Path(os.sep) if git_dir is None else None
    answer = process.run(git_dir, ["config", "--list", "-z"], cwd=place, places=places)
    items = (item.partition("\n") for item in answer.decode("utf-8", "surrogateescape").split("\0") if item)
    return [(name, value if separator else None) for name, separator, value in items]


def _last(settings: Iterable[tuple[str, str | None]], name: str) -> str | None:
    """Return the last value of a setting, None if it is not set; empty if it has no value."""
    found = [value or "" for key, value in settings if key == name]
    return found[-1] if found else None


def _valid(text: str) -> str:
    """Return a value with U+FFFD for bytes that are not UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def scoped_settings(git_dir: Path, places: Mapping[str, str] | None = None) -> dict[str, Scoped]:
    """Return the place of the value that counts of each ``agent-tracker.*`` setting, keyed as ``settings`` does.

    ``places``: as for ``ConfigReader.settings``. Raises RepositoryError.
    """
    answer = process.run(git_dir, ["config", "--list", "-z", "--show-scope", "--show-origin"], places=places)
    fields = answer.decode("utf-8", "surrogateescape").split("\0")
    found: dict[str, Scoped] = {}
    for scope, origin, item in zip(fields[::3], fields[1::3], fields[2::3], strict=False):
        name = item.partition("\n")[0]
        if name.startswith(_SETTINGS):
            place = origin.removeprefix("file:")
            file = str(git_dir / place) if place != origin else place
            found[name.removeprefix(_SETTINGS)] = Scoped(scope, _valid(file))
    return found


def add_own(common_dir: Path, name: str, value: str) -> bool:
    """Add a value to a setting in the repository's own configuration; return False if it has that value there.

    Raises RepositoryError.
    """
    if value in own_values(common_dir, name):
        return False
    process.run(common_dir, ["config", "--local", "--add", name, value])
    return True


def remove_own(common_dir: Path, name: str, value: str) -> bool:
    """Take one value of a setting out of the repository's own configuration; return False if it is not there.

    Raises RepositoryError.
    """
    if value not in own_values(common_dir, name):
        return False
    process.run(common_dir, ["config", "--local", "--unset-all", name, f"^{re.escape(value)}$"])
    return True


def own_values(common_dir: Path, name: str) -> list[str]:
    """Return the values that a setting has in the repository's own configuration. Raises RepositoryError."""
    answer = process.run(common_dir, ["config", "--local", "-z", "--get-all", name], accept=(0, 1))
    return answer.decode("utf-8", "surrogateescape").split("\0")[:-1]


def set_own(common_dir: Path, name: str, value: str) -> None:
    """Set a setting in the repository's own configuration, once whatever was set before. Raises RepositoryError."""
    process.run(common_dir, ["config", "--local", "--replace-all", name, value])


def unset_own(common_dir: Path, name: str) -> bool:
    """Take a setting out of the repository's own configuration; return False if it is not set there.

    Raises RepositoryError.
    """
    if not process.run(common_dir, ["config", "--local", "-z", "--get-all", name], accept=(0, 1)):
        return False
    process.run(common_dir, ["config", "--local", "--unset-all", name])
    return True
