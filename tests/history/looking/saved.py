"""Fixtures of repositories that a module makes once and restores before each run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.support import sealed_home

T = TypeVar("T")

MakeSaved = Callable[[Path, dict[str, str], str], T]
"""Makes and saves repositories, from a folder, the environment, and the kind of hooks."""


def saved_by_module(make: MakeSaved[T], hooks: str) -> Any:
    """Return a fixture of what ``make`` makes with these hooks."""

    @pytest.fixture(scope="module")
    def saved(tmp_path_factory: pytest.TempPathFactory) -> T:
        place = tmp_path_factory.mktemp("looking") / "place"
        return make(place, sealed_home(place / "home"), hooks)

    return saved
