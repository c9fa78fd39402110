"""The settings, and where each came from.

Strongest first: flag, ``AGENT_TRACKER_*``, git's configuration, for the ledger what ``init`` resolved, the user's
``config.toml``, default (design, section 8).
"""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tracker import scoring
from tracker.errors import ConfigError
from tracker.ledger import DEFAULT_SIZE_LIMIT, LARGEST_SIZE_LIMIT, SMALLEST_SIZE_LIMIT

MODE_VARIABLE: Final = "AGENT_TRACKER_MODE"

_APPLICATION: Final = "agent-tracker"
_SIZE: Final = re.compile(r"(\d{1,9})\s*(|k|kib|m|mib|mb|g|gib|gb)\Z", re.IGNORECASE)
_UNITS: Final = {"": 1 << 20, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


class Settings(NamedTuple):
    """What was decided. ``size_limit`` is in bytes; ``mode`` is ``detached`` or ``sync``.

    ``agent`` and ``model`` name who works in this repository, where its configuration says so. ``read_sessions``:
    whether agents' own stores of sessions may be asked for the model. ``user_needs_terminal``: whether only a person at
    a terminal speaks for the user (``speaker``). ``allow_env_files``: whether the guard lets agents commit environment
    files. ``policy``: the numbers of the score. ``origins`` tells for each name where its value came from.
    """

    ledger: Path
    size_limit: int
    mode: str
    agent: str | None
    model: str | None
    read_sessions: bool
    user_needs_terminal: bool
    policy: scoring.Policy
    allow_env_files: bool
    origins: Mapping[str, str]


def size_in_bytes(text: str) -> int:
    """A size limit: a number of MiB, or one with a unit (``64MiB``, ``2GiB``). Raises ValueError with the reason."""
    match = _SIZE.match(text.strip())
    if not match:
        raise ValueError("it must be a number of MiB, such as 512, or a size such as 64MiB or 2GiB")
    size = int(match[1]) * _UNITS[match[2][:1].lower()]
    if not SMALLEST_SIZE_LIMIT <= size <= LARGEST_SIZE_LIMIT:
        raise ValueError("it must be from 1 MiB to 2 GiB")
    return size


def absolute_path(text: str) -> Path:
    """A ledger's path: ``~`` and variables are expanded, a relative path is taken from the home directory."""
    if not text.strip() or "\0" in text or "\n" in text:
        raise ValueError("it must be a path on one line")
    return Path.home() / Path(os.path.expandvars(text)).expanduser()


def _mode(text: str) -> str:
    if text not in {"detached", "sync"}:
        raise ValueError("it must be 'detached' or 'sync'")
    return text


def _switch(text: str) -> bool:
    """A boolean as git writes them (git-config(1))."""
    value = text.strip().lower()
    if value in {"true", "yes", "on", "1"}:
        return True
    if value in {"false", "no", "off", "0"}:
        return False
    raise ValueError("it must be true or false")


def _name(text: str) -> str:
    name = "".join(character for character in text.strip() if character.isprintable())
    if not 0 < len(name) <= 64:
        raise ValueError("it must be a name of at most 64 characters")
    return name


class _Option(NamedTuple):
    """One setting: its name, its environment variable if it has one, and what makes a value of its text."""

    name: str
    variable: str | None
    parse: Callable[[str], object]

    @property
    def git_key(self) -> str:
        return self.name.replace("_", "")

    @property
    def toml_key(self) -> str:
        return self.name.replace("_", "-")


_OPTIONS: Final = (
    _Option("ledger", "AGENT_TRACKER_LEDGER", absolute_path),
    _Option("size_limit", "AGENT_TRACKER_SIZE_LIMIT", size_in_bytes),
    _Option("mode", MODE_VARIABLE, _mode),
    _Option("agent", None, _name),
    _Option("model", None, _name),
    _Option("read_sessions", "AGENT_TRACKER_READ_SESSIONS", _switch),
    # No variables: an agent's environment is its own to write.
    _Option("user_needs_terminal", None, _switch),
    _Option("allow_env_files", None, _switch),
)

_PLAIN_TYPES: Final = {"size-limit": int, **{option.toml_key: bool for option in _OPTIONS if option.parse is _switch}}
"""The settings that the user's file may hold as something else than text."""

_POLICY: Final = "policy"
"""The table of the user's file that changes numbers of the score."""


def user_file() -> Path:
    """The user's configuration file; it need not exist."""
    import platformdirs

    return platformdirs.user_config_path(_APPLICATION) / "config.toml"


def user_catalogue() -> Path:
    """The user's own entries for the catalogue of agents (``catalogue``); it need not exist."""
    return user_file().with_name("agents.toml")


def default_ledger() -> Path:
    """Where the ledger is when nothing says otherwise."""
    import platformdirs

    return platformdirs.user_data_path(_APPLICATION) / "ledger.lmdb"


def resolve(
    flags: Mapping[str, str | None],
    git: Mapping[str, str],
    remembered_ledger: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Decide every setting. ``flags`` by option name, ``git`` as ``Repository.config`` gives it.

    ``remembered_ledger``: the path that tracking this project began with. A hook may run with another home directory
    or without the user's variables, and must still record where the user's commands read.

    Raises ConfigError, which names the setting, its value and where it stands.
    """
    variables = os.environ if environment is None else environment
    toml, policy = _read_user_file()
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for option in _OPTIONS:
        candidates = (
            (flags.get(option.name), f"--{option.toml_key}"),
            (variables.get(option.variable or "") or None, option.variable or ""),
            (git.get(option.git_key), f"git config agent-tracker.{option.git_key}"),
            (remembered_ledger if option.name == "ledger" else None, "agent-tracker init"),
            (toml.get(option.toml_key), str(user_file())),
        )
        values[option.name], origins[option.name] = None, "default"
        for text, origin in candidates:
            if text is not None:
                values[option.name], origins[option.name] = _parsed(option, text, origin), origin
                break
    if policy != scoring.DEFAULT:
        origins[_POLICY] = str(user_file())
    return _settings(values, policy, origins)


def _parsed(option: _Option, text: str, origin: str) -> object:
    try:
        return option.parse(text)
    except (ValueError, RuntimeError) as error:
        shown = text if len(text) <= 80 and text.isprintable() else repr(text[:80])
        raise ConfigError(f"{option.toml_key} is '{shown}' ({origin}): {str(error).rstrip('.')}.") from error


def _settings(values: Mapping[str, object], policy: scoring.Policy, origins: Mapping[str, str]) -> Settings:
    ledger, size, agent, model = (values[name] for name in ("ledger", "size_limit", "agent", "model"))
    return Settings(
        ledger=ledger if isinstance(ledger, Path) else default_ledger(),
        size_limit=size if isinstance(size, int) else DEFAULT_SIZE_LIMIT,
        mode=str(values["mode"] or "detached"),
        agent=agent if isinstance(agent, str) else None,
        model=model if isinstance(model, str) else None,
        read_sessions=values["read_sessions"] is not False,
        user_needs_terminal=values["user_needs_terminal"] is not False,
        policy=policy,
        allow_env_files=values["allow_env_files"] is True,
        origins=origins,
    )


def _read_user_file() -> tuple[dict[str, str], scoring.Policy]:
    path = user_file()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}, scoring.DEFAULT
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the configuration file {path} cannot be read: {error}.") from error
    import tomllib

    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the configuration file {path} is not TOML: {error}.") from error
    try:
        policy = scoring.policy_from_table(table.pop(_POLICY, {}))
    except ValueError as error:
        raise ConfigError(f"the configuration file {path} has a wrong number of the score: {error}.") from error
    unknown = sorted(set(table) - {option.toml_key for option in _OPTIONS})
    if unknown:
        known = ", ".join(option.toml_key for option in _OPTIONS)
        raise ConfigError(f"the configuration file {path} has an unknown setting '{unknown[0]}': known are {known}.")
    for key, value in table.items():
        plain = isinstance(value, str) or type(value) is _PLAIN_TYPES.get(key)
        if not plain:
            raise ConfigError(f"the configuration file {path} has no text for '{key}'.")
    return {key: str(value) for key, value in table.items()}, policy
