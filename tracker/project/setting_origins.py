"""Every setting with its value and its origin, as ``config`` shows them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tracker import scoring
from tracker.attribution.processes import SWITCH, may_read_processes
from tracker.git import Repository
from tracker.git.config import Scoped, scoped_settings
from tracker.project.files import ProjectFiles
from tracker.project.settings import GUARDING, OPTIONS, Settings, resolve_settings, user_config_path
from tracker.project.trusted_settings import setting_places, trusted_settings

PROCESSES: Final = "processes"
"""The one setting that only a variable sets, when ``init`` runs."""
DEFAULT: Final = "default"

_MIB: Final = 1 << 20
_GIT: Final = "git config"


class Origin(NamedTuple):
    """The kind of place that a value comes from, and the file or variable, empty for a default."""

    kind: str
    where: str = ""


class Shown(NamedTuple):
    """A setting as it is shown. ``value``: a text that can be set again; None where there is none."""

    name: str
    value: str | None
    origin: Origin


class Listing(NamedTuple):
    """All settings, and a sentence for each value that is wrong and so not used."""

    settings: Sequence[Shown]
    faults: Sequence[str]

    def named(self, name: str) -> Shown:
        """Return the setting of a name."""
        return next(one for one in self.settings if one.name == name)


def list_settings(repository: Repository | None, flags: Mapping[str, str | None]) -> Listing:
    """Return the settings in a repository, tracked or not; with None those that a command has outside of one.

    Raises ConfigError when no home directory is known, and RepositoryError.
    """
    faults: list[str] = []
    if repository is None:
        settings = resolve_settings(flags, {}, faults=faults)
        return Listing([*_shown(settings, {}, faults), _processes({}, is_tracked=False)], faults)
    files = ProjectFiles(repository.common_dir)
    places = setting_places(files)
    trusted = trusted_settings(repository, files, places, faults)
    settings = resolve_settings(flags, repository.config(), files.ledger_path(), faults=faults)
    scopes = scoped_settings(repository.git_dir)
    guarding = {one.name: one for one in _shown(trusted, scoped_settings(repository.git_dir, places), faults)}
    names = {name.replace("_", "-") for name in GUARDING}
    plain = [one for one in _shown(settings, scopes, faults) if one.name.partition(".")[0] not in names]
    guards = [one for name, one in guarding.items() if name.partition(".")[0] in names]
    every = [*plain, *guards, _processes(places, is_tracked=files.find_id() is not None)]
    return Listing(every, list(dict.fromkeys(faults)))


def _shown(settings: Settings, scopes: Mapping[str, Scoped], faults: Sequence[str]) -> Iterator[Shown]:
    """Yield each setting, and each number of the policy that is not the default one."""
    for option in OPTIONS:
        origin = _origin(settings.origins[option.name], option.git_key, scopes)
        if faults and option.name == "read_sessions" and not settings.read_sessions and origin.kind == DEFAULT:
            origin = Origin("off while a setting is wrong")
        yield Shown(option.toml_key, _text(option.name, getattr(settings, option.name)), origin)
    place = settings.origins.get("policy")
    if place is None:
        yield Shown("policy", DEFAULT, Origin(DEFAULT))
        return
    yield Shown("policy", scoring.policy_name(settings.policy), Origin("config.toml", place))
    for name, value in policy_numbers(settings.policy).items():
        if policy_numbers(scoring.DEFAULT)[name] != value:
            yield Shown(name, str(value), Origin("config.toml", place))


def policy_numbers(policy: scoring.Policy) -> dict[str, int]:
    """Return the numbers of a policy by the names that ``config`` gives them, such as ``policy.level-step``."""
    numbers: dict[str, int] = {}
    for field, value in policy._asdict().items():
        name = f"policy.{field.replace('_', '-')}"
        if isinstance(value, tuple):
            numbers |= {f"{name}.{tier}": least for tier, least in value}
        elif field != "version":
            numbers[name] = value
    return numbers


def _processes(places: Mapping[str, str], *, is_tracked: bool) -> Shown:
    if may_read_processes(places):
        return Shown(PROCESSES, "on", Origin(DEFAULT))
    return Shown(PROCESSES, "off", Origin("agent-tracker init" if is_tracked else "variable", SWITCH))


def _origin(text: str, git_key: str, scopes: Mapping[str, Scoped]) -> Origin:
    """Return the origin that ``resolve_settings`` put into words. ``scopes``: the settings of git by key."""
    if text.startswith(_GIT):
        found = scopes.get(git_key)
        return Origin(f"{_GIT} --{found.scope}", found.place) if found else Origin(_GIT)
    if text.startswith("AGENT_TRACKER_"):
        return Origin("variable", text)
    if text.startswith("--"):
        return Origin("option", text)
    return Origin("config.toml", text) if text.startswith(("/", "~")) or Path(text).is_absolute() else Origin(text)


def _text(name: str, value: object) -> str | None:
    """Return a value as a text that the setting can be set to."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if name == "size_limit" and isinstance(value, int):
        return f"{value // _MIB} MiB" if value % _MIB == 0 else f"{value // 1024} KiB"
    return str(value)


def user_file(repository: Repository | None, name: str) -> Path:
    """Return the user's file that a setting is read from: for one that guards, the one that ``init`` recorded.

    Raises RuntimeError when no home directory is known.
    """
    if repository is not None and name.partition(".")[0].replace("-", "_") in GUARDING:
        return user_config_path(setting_places(ProjectFiles(repository.common_dir)))
    return user_config_path()
