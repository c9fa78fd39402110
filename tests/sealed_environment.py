"""Environments that tests run programs in, without the caller's git configuration, agents and terminal."""

import os
from pathlib import Path
from typing import Final

OTHER_GIT: Final = os.environ.get("AGENT_TRACKER_TEST_GIT")
"""The git executable to run the tests with, instead of the first on the PATH."""


def _folder_of_git(home: Path) -> Path:
    """Return a folder that holds only a link to the other git."""
    folder = home.parent / "other-git"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "git").exists():
        (folder / "git").symlink_to(Path(OTHER_GIT or "").resolve(strict=True))
    return folder


def clean_environment(home: Path) -> dict[str, str]:
    """Return environment variables with this home and none of the caller's for git, agents or the terminal."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    if OTHER_GIT:
        kept["PATH"] = os.pathsep.join([str(_folder_of_git(home)), kept["PATH"]])
    return kept | {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
        "GIT_EDITOR": "true",
        "GIT_SEQUENCE_EDITOR": "true",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "200",
        "AGENT_TRACKER_PAGER": "cat",  # not GIT_PAGER, which agents set: it is evidence
        "GIT_PROGRESS_DELAY": "86400",
        "AGENT_TRACKER_PROCESSES": "0",  # the tests themselves may run under an agent
    }


def sealed_home(home: Path) -> dict[str, str]:
    """Create a home with its own git configuration; return the environment variables to use it with."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "gitconfig").write_text(
        "[user]\n\tname = Ada Person\n\temail = ada@example.com\n"
        '[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n'
        "[commit]\n\tgpgSign = false\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[pull]\n\trebase = false\n",
        encoding="utf-8",
    )
    return clean_environment(home)
