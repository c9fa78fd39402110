"""Find the known frameworks among dependencies."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

_SOURCE: Final = "frameworks.toml"


def frameworks_among(dependencies: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the frameworks that dependencies show, sorted. ``dependencies``: as ``pypi/flask``."""
    whole, beginnings = _rules()
    found: set[str] = set()
    for dependency in dependencies:
        if dependency in whole:
            found.add(whole[dependency])
        found |= {name for beginning, name in beginnings.items() if dependency.startswith(beginning)}
    return tuple(sorted(found))


@cache
def _rules() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the frameworks by whole names of dependencies, and by their beginnings."""
    registries = tomllib.loads((files("tracker.profiles") / _SOURCE).read_text(encoding="utf-8"))
    rules = {
        f"{registry}/{dependency}": name
        for registry, frameworks in registries.items()
        for name, dependencies in frameworks.items()
        for dependency in dependencies
    }
    return (
        {dependency: name for dependency, name in rules.items() if not dependency.endswith("*")},
        {dependency[:-1]: name for dependency, name in rules.items() if dependency.endswith("*")},
    )
