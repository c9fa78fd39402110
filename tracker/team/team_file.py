"""The user's file about the team, ``team.toml`` beside ``config.toml``: where events go, and of which repositories.

It is never read from a repository, which could then send a ledger anywhere. It holds the organisation's secret and
maybe a password, so nobody but its owner may read it, and neither is ever printed.
"""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tracker.errors import ConfigError, reason_of
from tracker.files import read_regular
from tracker.project.settings import user_config_path
from tracker.team.remotes import plain_address
from tracker.team.schema import ORGANISATION
from tracker.text import printable

SHORTEST_SECRET: Final = 32
"""Characters of the organisation's secret; it is random, so that nobody can try all."""
LONGEST_SECRET: Final = 200
_LONGEST_ADDRESS: Final = 2000
_MOST_REPOSITORIES: Final = 200
_LARGEST_FILE: Final = 1 << 16
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Team(NamedTuple):
    """The user's team.

    ``org``: the organisation. ``server``: a connection string of libpq. ``secret``: shared by all members.
    ``repositories``: beginnings of the addresses of remotes; of other repositories nothing is sent.
    """

    org: str
    server: str
    secret: str
    repositories: tuple[str, ...]


def team_path(environment: Mapping[str, str] | None = None) -> Path:
    """Return the path of the user's file; it need not exist. ``environment``: by default this process's."""
    return user_config_path(environment).with_name("team.toml")


def read_team(path: Path) -> Team:
    """Return the team in the user's file. Raises ConfigError, which says what is wrong and shows no secret."""
    try:
        data = read_regular(path, _LARGEST_FILE)
        mode = path.stat().st_mode
        text = data.decode("utf-8")
        table = tomllib.loads(text)
    except FileNotFoundError as error:
        raise ConfigError(
            f"no team is set up: 'agent-tracker team init' writes {printable(str(path))} (docs/team.md)."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{printable(str(path))} cannot be read: {reason_of(error)}.") from error
    except tomllib.TOMLDecodeError as error:
        # The error of the parser may quote a line that holds the secret.
        raise ConfigError(f"{printable(str(path))} is not TOML: repair it, or write it again.") from error
    if os.name == "posix" and mode & _OTHERS:
        raise ConfigError(f"{printable(str(path))} holds a secret and others can read it: chmod 600 it first.")
    try:
        return team_of(table)
    except ValueError as error:
        raise ConfigError(f"in {printable(str(path))}, {error}.") from error


def team_of(table: Mapping[str, object]) -> Team:
    """Return the team in a table with the fields of ``Team``. Raises ValueError with a clause that shows no secret."""
    unknown = sorted(set(table) - set(Team._fields))
    if unknown:
        raise ValueError(f"'{printable(unknown[0][:80])}' is no setting: known are {', '.join(Team._fields)}")
    org, server, secret = (_text(table, name) for name in ("org", "server", "secret"))
    if not re.fullmatch(ORGANISATION, org):
        raise ValueError("'org' must be 1 to 63 small letters, digits, dots, dashes and underlines")
    if not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET or not secret.isprintable():
        raise ValueError(f"'secret' must have {SHORTEST_SECRET} to {LONGEST_SECRET} characters")
    if not 0 < len(server) <= _LONGEST_ADDRESS or "\0" in server:
        raise ValueError("'server' must be a connection string of PostgreSQL")
    return Team(org, server, secret, _repositories(table.get("repositories", [])))


def _text(table: Mapping[str, object], name: str) -> str:
    value = table.get(name)
    if isinstance(value, str):
        return value
    raise ValueError(f"'{name}' is missing, or no text in quotes")


def _repositories(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > _MOST_REPOSITORIES:
        raise ValueError("'repositories' must be a list of texts such as [\"github.com/acme\"]")
    found = [beginning_of_address(one) for one in value]
    if not found:
        raise ValueError("'repositories' is empty, so nothing may be sent: name the beginnings of remotes' addresses")
    return tuple(found)


def beginning_of_address(text: object) -> str:
    """Return the beginning of addresses in their plain form. Raises ValueError for what is none."""
    if not isinstance(text, str) or not text.isprintable() or len(text) > _LONGEST_ADDRESS:
        raise ValueError("'repositories' must be a list of texts such as [\"github.com/acme\"]")
    plain = plain_address(text) if ":" in text else text.strip("/").removesuffix(".git")
    host, _, path = (plain or "").partition("/")
    if not host:
        raise ValueError(f"'{text}' is no beginning of a remote's address, such as github.com/acme")
    return f"{host}/{path}".lower() if path else host.lower()


def as_toml(team: Team) -> str:
    """Return the text of the user's file."""
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("agent-tracker: the team that events are sent to (docs/team.md). Keep it secret."))
    document.add("org", tomlkit.item(team.org))
    document.add("server", tomlkit.item(team.server))
    document.add("secret", tomlkit.item(team.secret))
    document.add("repositories", tomlkit.item([*team.repositories]))
    return tomlkit.dumps(document)
