"""Refuse writes of the test process outside the folders of the tests: no test may harm the machine that it runs on.

A link in a test's folder may lead anywhere, such as to the system's git, so paths are resolved first.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PATHS: Final = {
    "os.rename": ((0, 1), 2), "os.remove": ((0,), 1), "os.rmdir": ((0,), 1), "os.mkdir": ((0,), 2),
    "os.link": ((1,), 2), "os.symlink": ((1,), 2), "os.truncate": ((0,), None), "os.chmod": ((0,), 2),
    "os.chown": ((0,), 3), "os.utime": ((0,), 3),
}  # fmt: skip
"""Audit events (docs.python.org/3/library/audit_events.html): the arguments that are written to, and the first one that
is the descriptor of a folder."""
_ENTRIES: Final = frozenset({"os.rename", "os.remove", "os.link", "os.symlink", "os.utime"})
"""Events that change the entry of a folder and not what a link there leads to. The event of ``os.utime`` does not tell
if a link is followed; copying a link sets the times of the copy."""
_AT_CWD: Final = -1
"""The descriptor of a folder in an audit event where none was given."""


class WritesOutside(BaseException):
    """Raised for a write outside the allowed folders. No ``except Exception`` of the program catches it."""


class Watch:
    """Watches this process from ``begin`` on.

    ``folders`` may be written, temporary folders outside ``protected``, and caches of Python anywhere.
    """

    def __init__(self, folders: Sequence[Path], protected: Path) -> None:
        self._own = tuple(_beginning(folder) for folder in folders)
        self._temporary = (_beginning(Path(tempfile.gettempdir())), _beginning(Path("/dev")))
        self._protected = _beginning(protected)

    def begin(self) -> None:
        """Begin to watch; an audit hook cannot be removed."""
        sys.addaudithook(self._check)

    def _check(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            is_text = isinstance(path, str | bytes)
            # The event of os.open does not tell the folder that a plain name is relative to.
            is_known = is_text and (mode is not None or os.sep in os.fsdecode(path))
            if is_known and (set("wax+") & set(mode or "") or (mode is None and flags & _WRITING)):
                self._refuse(os.fsdecode(path), follow=True)
        elif event in _PATHS:
            numbers, folder = _PATHS[event]
            if folder is not None and arguments[folder] != _AT_CWD:
                return  # the name is relative to a folder that was opened before
            for path in (arguments[number] for number in numbers):
                if isinstance(path, str | bytes | os.PathLike):
                    self._refuse(os.fsdecode(path), follow=event not in _ENTRIES)

    def _refuse(self, path: str, *, follow: bool) -> None:
        # Texts, not Paths: this runs for every file that is written.
        folder, name = os.path.split(path)
        real = os.path.realpath(path) if follow else f"{os.path.realpath(folder)}{os.sep}{name}"
        below = f"{real}{os.sep}"
        if below.startswith(self._own) or f"{os.sep}__pycache__{os.sep}" in below:
            return
        if below.startswith(self._protected) or not below.startswith(self._temporary):
            raise WritesOutside(f"{path} leads to {real}")


def _beginning(folder: Path) -> str:
    """Return what the resolved paths in a folder begin with."""
    return f"{folder.resolve()}{os.sep}"
