"""Installing coding agents from their registries into a folder, each into one of its own."""

import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hosts.programs import Host

_NODE: Final = "node@24"
"""The package of Node.js for agents that need a newer one than the system's; else npm takes an old version of them."""
_MOST_SECONDS: Final = 900


class NotInstalled(Exception):
    """A registry has no such package, or the package does not run here."""


class Installed:
    """Agents in a folder. What is there already is used, so a folder that is kept saves the time of the next run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def install(self, host: Host) -> Path:
        """Install an agent and return the folder of its program. Raises NotInstalled."""
        place = self._folder / host.agent
        if host.registry == "pypi":
            return self._from_pypi(host, place)
        programs = place / "node_modules" / ".bin"
        if not (programs / host.program).exists():
            self._node()
            self._npm(place, host.package)
        return programs

    def path(self, programs: Sequence[Path]) -> str:
        """Return a PATH with agents' programs and their Node.js first."""
        node = self._folder / "node" / "node_modules" / ".bin"
        return os.pathsep.join([*map(str, programs), str(node), os.environ["PATH"]])

    def _node(self) -> None:
        place = self._folder / "node"
        if not (place / "node_modules" / ".bin" / "node").exists():
            self._npm(place, _NODE)

    def _npm(self, place: Path, package: str) -> None:
        place.mkdir(parents=True, exist_ok=True)
        words = ["npm", "install", "--prefix", str(place), "--no-audit", "--no-fund", "--loglevel=error", package]
        self._run(words, package, {**os.environ, "PATH": self.path([])})

    def _from_pypi(self, host: Host, place: Path) -> Path:
        programs = place / "bin"
        if not (programs / host.program).exists():
            venv.create(place, with_pip=True, clear=True)
            words = [str(programs / "python"), "-m", "pip", "install", "--quiet", host.package]
            self._run(words, host.package, dict(os.environ))
        return programs

    def _run(self, words: Sequence[str], package: str, environment: dict[str, str]) -> None:
        try:
            subprocess.run(
                words, env=environment, check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=_MOST_SECONDS
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise NotInstalled(f"{package} could not be installed: {error}") from error
