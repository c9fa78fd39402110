"""The settings of a project, and the origin of each.

Strongest first: flag, ``AGENT_TRACKER_*``, git's configuration, for the ledger the path that ``init`` resolved, the
user's ``config.toml``, default (docs/settings.md). A new setting is a field of ``Settings`` and a line of ``OPTIONS``.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tracker import scoring
from tracker.errors import ConfigError, reason_of
from tracker.files import read_regular
from tracker.ledger import DEFAULT_SIZE_LIMIT
from tracker.project import setting_values
from tracker.project.setting_values import home_in

USUAL_NAME: Final = "ledger.lmdb"
"""The name of a ledger's folder unless the user chooses another place."""
MODE_VARIABLE: Final = "AGENT_TRACKER_MODE"

GUARDING: Final = ("user_needs_terminal", "allow_env_files", "policy")
"""Settings that decide what an agent may do: neither a flag nor a variable changes them (``trusted_settings``)."""

_APPLICATION: Final = "agent-tracker"
_MAX_SHOWN: Final = 80
"""Characters of a wrong value that an error shows."""


class Settings(NamedTuple):
    """The settings that apply. ``size_limit`` is in bytes; ``mode`` is ``detached`` or ``sync``.

    ``agent`` and ``model``: the agent and model that git's configuration or the user's file names for this repository.
    ``read_sessions``: agents' session logs may be read for the model, and with ``costs`` for what commits cost.
    ``hints``: a push may show that commits wait for the user's grade. ``share_notes``: what is shared through a remote
    has its notes, tasks and plans too. ``user_needs_terminal``: only a person at a
    terminal may give the user's grades and corrections (``feedback.actor``). ``allow_env_files``: the guard lets agents
    commit environment files. ``policy``: the numbers of the score. ``origins``: the origin of each value, by name of
    the setting.
    """

    ledger: Path
    size_limit: int
    mode: str
    agent: str | None
    model: str | None
    read_sessions: bool
    costs: bool
    hints: bool
    share_notes: bool
    user_needs_terminal: bool
    policy: scoring.Policy
    allow_env_files: bool
    origins: Mapping[str, str]


class Option(NamedTuple):
    """A setting: its name, its environment variable if it has one, and the parser of its text.

    The parser also gets the variables that the text may name.
    """

    name: str
    variable: str | None
    parse: Callable[[str, Mapping[str, str]], object]

    @property
    def git_key(self) -> str:
        """The name below ``agent-tracker.`` in git's configuration, in lower case as git lists it."""
        return self.name.replace("_", "")

    @property
    def toml_key(self) -> str:
        """The name in the user's file, and in what users read."""
        return self.name.replace("_", "-")


OPTIONS: Final = (
    Option("ledger", "AGENT_TRACKER_LEDGER", setting_values.absolute_path),
    Option("size_limit", "AGENT_TRACKER_SIZE_LIMIT", setting_values.size_in_bytes),
    Option("mode", MODE_VARIABLE, setting_values.mode),
    Option("agent", None, setting_values.name),
    Option("model", None, setting_values.name),
    Option("read_sessions", "AGENT_TRACKER_READ_SESSIONS", setting_values.switch),
    Option("costs", "AGENT_TRACKER_COSTS", setting_values.switch),
    Option("hints", "AGENT_TRACKER_HINTS", setting_values.switch),
    Option("share_notes", None, setting_values.switch),
    # No variables: an agent can write its own environment.
    Option("user_needs_terminal", None, setting_values.switch),
    Option("allow_env_files", None, setting_values.switch),
)
"""All settings but the numbers of the score."""

_PLAIN_TYPES: Final = {
    "size-limit": int,
    **{option.toml_key: bool for option in OPTIONS if option.parse is setting_values.switch},
}
"""The types, other than text, that values in the user's file may have, by key."""

LARGEST_FILE: Final = 1 << 20
"""Bytes of the user's file that are read."""
_POLICY: Final = "policy"
"""The table of the user's file that changes numbers of the score."""


def user_config_path(environment: Mapping[str, str] | None = None) -> Path:
    """Return the path of the user's configuration file; it need not exist. ``environment``: by default this process's.

    It is in the home directory that the environment names, else in the account's own.
    """
    return _user_folder("XDG_CONFIG_HOME", ".config", environment) / "config.toml"


def user_catalogue_path(environment: Mapping[str, str] | None = None) -> Path:
    """Return the path of the user's entries for the catalogue of agents; the file need not exist."""
    return user_config_path(environment).with_name("agents.toml")


def user_prices_path(environment: Mapping[str, str] | None = None) -> Path:
    """Return the path of the user's prices of models; the file need not exist."""
    return user_config_path(environment).with_name("prices.toml")


def default_ledger_path(environment: Mapping[str, str] | None = None) -> Path:
    """Return the path of the ledger if no setting names another."""
    return _user_folder("XDG_DATA_HOME", ".local/share", environment) / USUAL_NAME


def _user_folder(variable: str, default: str, environment: Mapping[str, str] | None) -> Path:
    """Return our folder of a kind: on Linux as the XDG Base Directory Specification names it.

    Importing platformdirs, which knows all systems, takes a recorder a tenth of its time.
    """
    variables = os.environ if environment is None else environment
    if sys.platform == "linux":
        chosen = variables.get(variable, "")
        return Path(chosen, _APPLICATION) if chosen.startswith("/") else home_in(variables) / default / _APPLICATION
    if sys.platform == "darwin":  # these variables alone: platformdirs would read this process's
        chosen = variables.get(variable, "")
        default = "Library/Application Support"
        return Path(chosen, _APPLICATION) if chosen.startswith("/") else home_in(variables) / default / _APPLICATION
    import platformdirs

    config = variable == "XDG_CONFIG_HOME"
    found = platformdirs.user_config_path(_APPLICATION) if config else platformdirs.user_data_path(_APPLICATION)
    home = Path.home()
    return home_in(variables) / found.relative_to(home) if found.is_relative_to(home) else found


def resolve_settings(
    flags: Mapping[str, str | None],
    git: Mapping[str, str],
    remembered_ledger: str | None = None,
    environment: Mapping[str, str] | None = None,
    faults: list[str] | None = None,
) -> Settings:
    """Return the settings that apply.

    ``flags``: by option name. ``git``: as ``Repository.config`` returns it. ``environment``: the variables that set
    values, and those that say where the user's files are; by default this process's. ``remembered_ledger``: the path
    that tracking this project began with; a hook may run with another home directory or without the user's variables,
    and must still record where the user's commands read. ``faults``: if given, a sentence is added to it for each wrong
    value, which then counts as not set; agents' sessions are not read in that case, since that may be what the user
    forbids.

    Raises ConfigError, which names the setting, its value and its origin, unless ``faults`` is given.
    """
    variables = os.environ if environment is None else environment
    user_file: Path | None = None
    toml: Mapping[str, str] = {}
    policy = scoring.DEFAULT
    with _noting(faults), contextlib.suppress(RuntimeError):  # an account without a home has no such file
        user_file = user_config_path(variables)
        toml, policy = _read_user_file(user_file)
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for option in OPTIONS:
        candidates = (
            (flags.get(option.name), f"--{option.toml_key}"),
            (variables.get(option.variable or "") or None, option.variable or ""),
            (git.get(option.git_key), f"git config agent-tracker.{option.git_key}"),
            (remembered_ledger if option.name == "ledger" else None, "agent-tracker init"),
            (toml.get(option.toml_key), str(user_file)),
        )
        values[option.name], origins[option.name] = None, "default"
        for text, origin in candidates:
            if text is not None and values[option.name] is None:
                with _noting(faults):
                    values[option.name], origins[option.name] = _parse(option, text, origin, variables), origin
    if policy != scoring.DEFAULT:
        origins[_POLICY] = str(user_file)
    found = _settings(values, policy, origins, variables)
    return found._replace(read_sessions=False) if faults else found


@contextlib.contextmanager
def _noting(faults: list[str] | None) -> Iterator[None]:
    """Add the sentence of a ConfigError in the block to ``faults``. Raises it if that is None."""
    try:
        yield
    except ConfigError as error:
        if faults is None:
            raise
        faults.append(str(error))


def parse_value(name: str, text: str, variables: Mapping[str, str]) -> object:
    """Return the value that a text gives to a setting. ``name``: as in the user's file. Raises ConfigError."""
    option = next(one for one in OPTIONS if one.toml_key == name)
    return _parse(option, text, "", variables)


def _parse(option: Option, text: str, origin: str, variables: Mapping[str, str]) -> object:
    """Return the value of a setting. Raises ConfigError."""
    try:
        return option.parse(text, variables)
    except (ValueError, RuntimeError) as error:
        place = f" ({origin})" if origin else ""
        shown = text if len(text) <= _MAX_SHOWN and text.isprintable() else repr(text[:_MAX_SHOWN])
        raise ConfigError(f"{option.toml_key} is '{shown}'{place}: {str(error).rstrip('.')}.") from error


def _settings(
    values: Mapping[str, object], policy: scoring.Policy, origins: Mapping[str, str], variables: Mapping[str, str]
) -> Settings:
    """Return the settings with defaults for the values that are None."""
    ledger, size, agent, model = (values[name] for name in ("ledger", "size_limit", "agent", "model"))
    try:
        chosen = ledger if isinstance(ledger, Path) else default_ledger_path(variables)
    except RuntimeError as error:
        raise ConfigError("no home directory is known: set HOME, or name a ledger (--ledger).") from error
    return Settings(
        ledger=chosen,
        size_limit=size if isinstance(size, int) else DEFAULT_SIZE_LIMIT,
        mode=str(values["mode"] or "detached"),
        agent=agent if isinstance(agent, str) else None,
        model=model if isinstance(model, str) else None,
        read_sessions=values["read_sessions"] is not False,
        costs=values["costs"] is not False,
        hints=values["hints"] is not False,
        share_notes=values["share_notes"] is True,
        user_needs_terminal=values["user_needs_terminal"] is not False,
        policy=policy,
        allow_env_files=values["allow_env_files"] is True,
        origins=origins,
    )


def _read_user_file(path: Path) -> tuple[dict[str, str], scoring.Policy]:
    """Return the texts of the user's configuration file by key, and the policy. Raises ConfigError."""
    table = _read_toml(path)
    try:
        policy = scoring.policy_from_table(table.pop(_POLICY, {}))
    except ValueError as error:
        raise ConfigError(f"the configuration file {path} has a wrong number of the score: {error}.") from error
    unknown = sorted(set(table) - {option.toml_key for option in OPTIONS})
    if unknown:
        known = ", ".join(option.toml_key for option in OPTIONS)
        raise ConfigError(f"the configuration file {path} has an unknown setting '{unknown[0]}': known are {known}.")
    for key, value in table.items():
        if not isinstance(value, str) and type(value) is not _PLAIN_TYPES.get(key):
            raise ConfigError(
                f"in the configuration file {path}, '{key}' has a value of the wrong type: {_right_type(key)}."
            )
    return {key: str(value) for key, value in table.items()}, policy


def _right_type(key: str) -> str:
    """Return what is to be written as the value of a setting in the user's file."""
    plain = _PLAIN_TYPES.get(key)
    if plain is bool:
        return "write true or false"
    return "write a number of MiB, or text in quotes" if plain is int else "write text in quotes"


def _read_toml(path: Path) -> dict[str, object]:
    """Return the top-level table of a TOML file; empty if there is no file. Raises ConfigError."""
    try:
        text = read_regular(path, LARGEST_FILE).decode("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the configuration file {path} cannot be read: {reason_of(error)}.") from error
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the configuration file {path} is not TOML: {error}: repair it first.") from error
