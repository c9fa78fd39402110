"""The pager that git would use, by its variables, its configuration and its own default (git-var(1), git-config(1))."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tracker.git import process

NO_PAGER: Final = "cat"
"""Git's word for no pager, beside an empty text."""

DEFAULT_VARIABLES: Final[Mapping[str, str]] = {"LESS": "FRX", "LV": "-c"}
"""Variables that git sets for a pager where they are not set (git-config(1), ``core.pager``)."""

_NO_SETTING: Final = 1
"""Exit code of git-config(1) for a setting that is not set."""

_TRUE: Final = frozenset({"", "true", "yes", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "off", "0"})


def pager_command(folder: Path, name: str) -> str:
    """Return the shell command of the pager, ``cat`` for none.

    ``folder``: where git is asked. ``name``: the command that git knows as ``git <name>``; the setting ``pager.<name>``
    switches its pager off, or names another one. Raises RepositoryError.
    """
    variables = _callers_variables()
    if not variables.get("GIT_PAGER"):
        own = _own_pager(folder, name, variables)
        if own is not None:
            return own
    answer = process.run(None, ["var", "GIT_PAGER"], cwd=folder, variables=variables)
    return answer.decode("utf-8", "surrogateescape").removesuffix("\n").strip() or NO_PAGER


def _own_pager(folder: Path, name: str, variables: Mapping[str, str]) -> str | None:
    """Return what ``pager.<name>`` says, None where it says nothing else than git's other settings."""
    question = ["config", "-z", "--get", f"pager.{name}"]
    answer = process.run(None, question, cwd=folder, variables=variables, accept=(0, _NO_SETTING))
    value = answer.decode("utf-8", "surrogateescape").removesuffix("\0")
    if value.lower() in _FALSE:
        return NO_PAGER
    return None if value.lower() in _TRUE else value


def _callers_variables() -> dict[str, str]:
    """Return the variables by which the caller names a pager, a setting (``git -c``) or a repository.

    An empty ``GIT_PAGER`` means none to git, which is what ``cat`` means too.
    """
    prefixes = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
    names = {"GIT_DIR", "GIT_WORK_TREE", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"}
    found = {key: value for key, value in os.environ.items() if key in names or key.startswith(prefixes)}
    pager = os.environ.get("GIT_PAGER")
    return found if pager is None else found | {"GIT_PAGER": pager or NO_PAGER}


def is_in_use() -> bool:
    """Return True if git has started a pager for this process already: ``git -p``, or ``pager.<name>`` is true."""
    return os.environ.get("GIT_PAGER_IN_USE", "").lower() in _TRUE - {""}
