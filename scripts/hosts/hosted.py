"""One trial of agent-tracker installed in a host: what the host tells of a commit, and what reaches the model."""

import hashlib
import json
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from hosts.conversation import GREETING, Script
from hosts.programs import PROMPT, Host
from hosts.trial import Seen, Trial

_OURS: Final = (".local/share/agent-tracker/ledger.lmdb", ".gitconfig")
"""Places of the home that recording changes, below which nothing is compared."""


class Hosted(NamedTuple):
    """One trial.

    ``session``: agent-tracker knows the session of the commit. ``greeted``, ``asked``: the text at the start of the
    session and the request for a grade reached the model. ``graded``: the agent's grade was recorded for that commit.
    ``restored``: after ``hosts uninstall`` every file is as it was. ``left``: the names of those that are
    not.
    """

    seen: Seen
    session: bool
    greeted: bool
    asked: bool
    graded: bool
    restored: bool
    left: tuple[str, ...] = ()

    def missing(self) -> list[str]:
        """Return what did not hold, in words."""
        wanted = ("session", "greeted", "asked", "graded", "restored")
        return [f"not {name}" for name in wanted if not getattr(self, name)]


def try_hosted(host: Host, folder: Path, path: str, *, packaged: bool, fails: bool) -> Hosted:
    """Install agent-tracker in a host, let its agent make and grade a commit, and take it out. Raises TrialFailed.

    ``packaged``: it is installed by the host's own commands from a package, which are not taken back.
    ``fails``: the command that makes the commit fails after it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    trial = Trial(folder, path)
    heard: set[str] = set()
    script = Script([trial.commit_command(host, is_hosted=True, fails=fails)], {}, obeys=True, heard=heard)
    with trial.model_of(host, script) as needed:
        before = _digests(trial.home)
        if packaged:
            _install_package(trial, host, folder / "package", needed)
        else:
            trial.run(["agent-tracker", "hosts", "install", host.agent])
        installed = _digests(trial.home)
        words = [host.program, *host.words[:-1], *host.trusting, *host.words[-1:], PROMPT]
        if not host.words[-1].startswith("-"):  # a command, behind which its options stand
            words = [host.program, *host.words, *host.trusting, PROMPT]
        trial.run(words, needed)
    time.sleep(0.2)
    seen = trial.seen()
    line = json.loads(trial.run(["agent-tracker", "log", "--json", "-n", "1"]).splitlines()[0])
    evidence = json.loads(trial.run(["agent-tracker", "explain", "--json", "HEAD"]))["evidence"]
    used = _digests(trial.home)
    trial.run(["agent-tracker", "hosts", "uninstall"])
    left = [] if packaged else _left(before, installed, used, _digests(trial.home))
    return Hosted(
        seen,
        session=any(one["signal"] == "session" for one in evidence),
        greeted=GREETING in heard,
        asked="request" in heard,
        graded=line["grades"]["agent"] == 2,
        restored=not left,
        left=tuple(left),
    )


def _install_package(trial: Trial, host: Host, package: Path, needed: Mapping[str, str]) -> None:
    """Write agent-tracker's package of a host's own form, and install it by the host's commands. Raises TrialFailed."""
    trial.run(["agent-tracker", "hosts", "package", host.agent, str(package)])
    for words in host.installs(trial.home, package) if host.installs else ():
        trial.run(words, needed)


def _digests(home: Path) -> dict[str, str]:
    """Return the digest of each file of a home, by its path below it."""
    found: dict[str, str] = {}
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_file() and not path.is_symlink() and not name.startswith(_OURS):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _left(
    before: Mapping[str, str], installed: Mapping[str, str], used: Mapping[str, str], after: Mapping[str, str]
) -> list[str]:
    """Return the files that are not as they should be after agent-tracker was taken out.

    Those that it changed are as they were ``before``; all others as the host left them (``used``).
    """
    names = {*before, *installed, *used, *after}
    changed = {name for name in names if before.get(name) != installed.get(name)}
    return sorted(
        name for name in names if after.get(name) != (before.get(name) if name in changed else used.get(name))
    )
