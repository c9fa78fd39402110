"""Pushing and fetching one ref while nobody is there: nothing may ask, wait for long, or run the user's hooks."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import RepositoryError
from tracker.git import process
from tracker.model import Oid, parse_oid

_PATIENCE: Final = 60.0
"""Seconds that a push or fetch may take."""
_OF_THE_USER: Final = (
    "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_PROXY_COMMAND", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH",
    "GIT_SSL_CERT", "GIT_SSL_KEY", "GIT_SSL_NO_VERIFY",
)  # fmt: skip
"""Variables that say how the user's git reaches a remote."""
_QUIET: Final[Mapping[str, str]] = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "false",
    "SSH_ASKPASS": "false",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
}
_OPTIONS: Final = (
    "-c", "core.hooksPath=/dev/null",
    "-c", "credential.interactive=false",
    "-c", "push.gpgSign=false",
    "-c", "push.followTags=false",
    "-c", "push.recurseSubmodules=no",
    "-c", "fetch.recurseSubmodules=no",
    "-c", "maintenance.auto=false",
    "-c", "gc.auto=0",
)  # fmt: skip
_UNNOTED_SINCE: Final = (2, 29)
"""The version of git from which a fetch can leave FETCH_HEAD alone, which is the user's."""
_SSH: Final = "ssh -o BatchMode=yes"


class Behind(RepositoryError):
    """The remote has commits of the ref that are not here."""


def push_ref(place: Path, remote: str, ref: str, instead_of: Oid | None = None) -> None:
    """Push a ref to the ref of the same name. ``place``: a folder of the repository, to which paths of remotes relate.

    ``instead_of``: what the remote has there and loses, whatever it is. Raises Behind, and RepositoryError with git's
    or the remote's reason otherwise.
    """
    forced = [f"--force-with-lease={ref}:{instead_of}"] if instead_of is not None else []
    words = ["push", "--no-verify", "--porcelain", "--no-signed", *forced, remote, f"{ref}:{ref}"]
    answer = _run(place, words)
    told = [line for line in answer.output.split("\n") if line[1:2] == "\t"]  # git-push(1), "Output"
    refused = [line for line in told if line.startswith("!")]
    if any("[rejected]" in line for line in refused):
        raise Behind(f"{remote} has other events in {ref}.")
    if refused:
        reason = refused[0].split("\t")[-1]
        raise RepositoryError(f"{remote} refused {ref}: {reason}.")
    if not any(line.startswith((" ", "+", "*", "=")) for line in told):
        raise _unreached(remote, answer)


def fetch_ref(place: Path, remote: str, refspec: str) -> None:
    """Fetch by one refspec. ``place``: as for ``push_ref``. Raises RepositoryError."""
    unnoted = ["--no-write-fetch-head"] if process.version() >= _UNNOTED_SINCE else []
    answer = _run(place, ["fetch", "--quiet", "--no-tags", *unnoted, remote, refspec])
    if answer.code != 0:
        raise _unreached(remote, answer)


def remote_tips(place: Path, remote: str, pattern: str) -> dict[str, Oid]:
    """Return what the refs of a remote that match a pattern of ``git ls-remote`` point to. Raises RepositoryError."""
    answer = _run(place, ["ls-remote", "--refs", remote, pattern])
    if answer.code != 0:
        raise _unreached(remote, answer)
    found = (line.partition("\t") for line in answer.output.split("\n"))
    return {name: tip for oid, _, name in found if (tip := parse_oid(oid)) is not None}


class _Texts(NamedTuple):
    """An answer of git as text. The banners of a remote, and of ssh, are in ``errors``."""

    code: int
    output: str
    errors: str


def _run(place: Path, words: list[str]) -> _Texts:
    """Return git's answer, whatever its exit code. Raises RepositoryError as ``process.run_apart`` does."""
    kept = {name: os.environ[name] for name in _OF_THE_USER if name in os.environ}
    if not kept.keys() & {"GIT_SSH", "GIT_SSH_COMMAND"} and not _has_ssh_command(place):
        kept["GIT_SSH_COMMAND"] = _SSH
    answer = process.run_apart(
        None, words, options=_OPTIONS, cwd=place, variables={**kept, **_QUIET}, patience=_PATIENCE, in_group=True
    )
    output, errors = (text.decode("utf-8", "replace") for text in (answer.output, answer.errors))
    return _Texts(answer.code, output, errors)


def _has_ssh_command(place: Path) -> bool:
    """Return True if the user has git run an ssh command of their own."""
    return bool(process.run(None, ["config", "--get", "core.sshCommand"], cwd=place, accept=(0, 1)).strip())


def _unreached(remote: str, answer: _Texts) -> RepositoryError:
    """Return the error with the line of git's output that says what was wrong."""
    lines = [line.strip() for line in answer.errors.split("\n") if line.strip()]
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith(("fatal: ", "error: "))]
    reason = (fatal or lines or ["git gave no reason."])[0]
    return RepositoryError(f"{remote} could not be reached: {reason}")
