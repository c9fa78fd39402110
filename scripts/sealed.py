"""The environment of programs that scripts measure or watch: nothing of the caller's agents, settings and ledger."""

import os
from pathlib import Path


def sealed_environment(home: Path) -> dict[str, str]:
    """Return environment variables with this home and none of the caller's for git, agents or the terminal."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
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
    }
