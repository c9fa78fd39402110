"""Changing a setting: its name and value are checked before anything is written."""

import difflib
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tracker import scoring
from tracker.errors import ConfigError, TrackerError, UsageError, reason_of
from tracker.files import read_regular, replace_users_file
from tracker.git import Repository
from tracker.git.config import set_own, unset_own
from tracker.project.setting_origins import PROCESSES, policy_numbers
from tracker.project.settings import LARGEST_FILE, OPTIONS, parse_value
from tracker.text import printable

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_POLICY: Final = "policy."
_SETTINGS: Final = "agent-tracker."
_VARIABLES: Final = "AGENT_TRACKER_"
_LONGEST_NUMBER: Final = 20
"""Digits of a number that are read at all."""
_NUMBERS: Final = policy_numbers(scoring.DEFAULT)
_SWITCHES: Final = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False,
                    "0": False}  # fmt: skip

NAMES: Final = (*(option.toml_key for option in OPTIONS), *_NUMBERS)
"""The names of the settings that can be set."""


def known_name(text: str) -> str:
    """Return the name of a setting in the spelling of config.toml; git's and the variables' are understood too.

    Raises UsageError for a name that no setting has; it names the nearest.
    """
    plain = _plain(text.removeprefix(_SETTINGS).removeprefix(_VARIABLES))
    for name in (*NAMES, PROCESSES, "policy"):
        if _plain(name) == plain:
            return name
    near = difflib.get_close_matches(plain, [*map(_plain, NAMES)], n=2, cutoff=0.6)
    names = [name for name in NAMES if _plain(name) in near]
    meant = f"did you mean {' or '.join(names)}?" if names else "'agent-tracker config list' shows all of them."
    raise UsageError(f"there is no setting '{printable(text[:80])}': {meant}")


def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()


def checked_value(name: str, text: str, variables: Mapping[str, str]) -> bool | int | str:
    """Return the value of a setting in the type that config.toml has for it. Raises ConfigError for a wrong one."""
    if not text.isprintable():
        raise ConfigError(f"the value of {name} holds characters that no setting has: write it as plain text.")
    if name.startswith(_POLICY):
        return _checked_number(name, text)
    value = parse_value(name, text, variables)
    if isinstance(value, bool):
        return _SWITCHES[text.strip().lower()]
    return int(text) if name == "size-limit" and text.isdecimal() else text


def _checked_number(name: str, text: str) -> int:
    """Return a number of the score. Raises ConfigError when it is none, or wrong whatever the others are.

    Numbers that depend on others are checked together with those in the file (``_check_policy``).
    """
    is_number = text.removeprefix("-").isdecimal() and len(text) < _LONGEST_NUMBER
    key, _, tier = name.removeprefix(_POLICY).partition(".")
    try:
        if not is_number:
            raise ValueError("it must be a whole number")
        if not tier:
            scoring.policy_number(key, int(text))
    except ValueError as error:
        raise ConfigError(f"{name} is '{printable(text[:80])}': {error}.") from error
    return int(text)


def set_in_git(repository: Repository, name: str, text: str) -> None:
    """Set a setting in the repository's own configuration. Raises UsageError and RepositoryError."""
    set_own(repository.common_dir, f"{_SETTINGS}{_git_key(name)}", text)


def unset_in_git(repository: Repository, name: str) -> bool:
    """Take a setting out of the repository's own configuration; return False if it is not set there.

    Raises UsageError and RepositoryError.
    """
    return unset_own(repository.common_dir, f"{_SETTINGS}{_git_key(name)}")


def _git_key(name: str) -> str:
    """Return a setting's name as git's configuration is written. Raises UsageError for numbers of the score."""
    if name.startswith(_POLICY):
        raise UsageError(f"{name} is read from config.toml alone: add --user.")
    first, *rest = name.split("-")
    return first + "".join(word.capitalize() for word in rest)


def set_in_file(path: Path, name: str, value: bool | int | str) -> None:  # noqa: FBT001 - a value of any setting
    """Set a setting in the user's file, where all else stays as it is: comments, order, spelling.

    Raises ConfigError when the file is not TOML or has something else in the place, TrackerError when it cannot be
    written.
    """
    document = _read(path)
    table: MutableMapping[str, Any] = document
    *tables, key = name.split(".")
    for one in tables:
        if one not in table:
            import tomlkit

            table[one] = tomlkit.table()
        table = table[one]
        if not isinstance(table, MutableMapping):
            raise ConfigError(f"the configuration file {path} has no table for '{one}': repair it first.")
    table[key] = value
    _check_policy(path, document)
    _write(path, document)


def unset_in_file(path: Path, name: str) -> bool:
    """Take a setting out of the user's file; return False if it is not set there. Raises what ``set_in_file`` does."""
    document = _read(path)
    table: Any = document
    *tables, key = name.split(".")
    for one in tables:
        table = table.get(one) if isinstance(table, MutableMapping) else None
    if not isinstance(table, MutableMapping) or key not in table:
        return False
    del table[key]
    _check_policy(path, document)
    _write(path, document)
    return True


def _check_policy(path: Path, document: "TOMLDocument") -> None:
    """Raise ConfigError when the numbers of the score do not go together, such as tiers that do not rise."""
    try:
        scoring.policy_from_table(document.unwrap().get("policy", {}))
    except ValueError as error:
        raise ConfigError(f"the numbers of the score in {path} would be wrong: {error}.") from error


def _read(path: Path) -> "TOMLDocument":
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(read_regular(path, LARGEST_FILE).decode("utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the configuration file {path} cannot be read: {reason_of(error)}.") from error
    except TOMLKitError as error:
        raise ConfigError(f"the configuration file {path} is not TOML: {error}: repair it first.") from error


def _write(path: Path, document: "TOMLDocument") -> None:
    """Replace the configuration file. Raises TrackerError when it cannot be written."""
    import tomlkit

    try:
        replace_users_file(path, tomlkit.dumps(document).encode(), mode=0o600, durable=True, makes_folder=True)
    except OSError as error:
        raise TrackerError(f"{path} cannot be written: {error.strerror or error}.") from error
