"""Writing the user's file about the team."""

import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from tracker.errors import ConfigError, TrackerError, UsageError, reason_of
from tracker.files import atomic_write
from tracker.team.server import described
from tracker.team.team_file import Team, as_toml, beginning_of_address, read_team, team_of, team_path

_SECRET_BYTES: Final = 32


def write_team(org: str, server: str, repositories: Sequence[str], *, join: bool, replace: bool) -> Iterator[str]:
    """Write the file, and yield sentences about it.

    ``join``: take the secret from standard input, asked for without showing it at a terminal; else the one in the file
    that is replaced is kept, and a new one is made where there is none.
    Raises UsageError for what is wrong in it, TrackerError if the file cannot be written or is there already.
    """
    path = team_path()
    if path.exists() and not replace:
        raise UsageError(f"{path} is there already: --replace writes it anew.")
    try:
        beginnings = tuple(map(beginning_of_address, repositories))
    except ValueError as error:
        raise UsageError(f"{error}.") from error
    described(server)
    known = _known_secret(path, org)
    secret = _given_secret() if join else known or secrets.token_urlsafe(_SECRET_BYTES)
    team = Team(org, server, secret, beginnings)
    try:
        team_of({**team._asdict(), "repositories": [*beginnings]})
    except ValueError as error:
        raise UsageError(f"{error}.") from error
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(path, as_toml(team).encode(), mode=0o600, exact=os.name == "posix")
    except OSError as error:
        raise TrackerError(f"{path} cannot be written: {reason_of(error)}.") from error
    yield f"Wrote {path}, which only you can read."
    if known and not join:
        yield "It has the secret that it had."
    elif not join:
        yield (
            "Its secret is new. Give it to each member over a safe way: 'agent-tracker team init --join' asks for it."
            " Whoever has it and can read the server's tables can look up commits that they know, so the owner of the"
            " server should not have it."
        )
    yield "'agent-tracker team status' says what would be sent; nothing is sent before 'agent-tracker team push'."


def _known_secret(path: Path, org: str) -> str | None:
    """Return the secret in the file that is replaced; None if it is of another organisation, or cannot be read.

    With a new one all commits would be sent again under other pseudonyms, and count twice.
    """
    try:
        known = read_team(path)
    except ConfigError:
        return None
    return known.secret if known.org == org else None


def _given_secret() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Secret of the organisation", hide_input=True, err=True)).strip()
    return sys.stdin.readline().strip()
