"""Paths of the user's files: found without platformdirs in the ordinary case, and equal to what it says."""

import os
import pwd
import sys
from pathlib import Path

import platformdirs
import pytest

from tracker.errors import ConfigError
from tracker.project.project import user_catalogue
from tracker.project.settings import default_ledger_path, resolve_settings, user_catalogue_path, user_config_path

APPLICATION = "agent-tracker"


@pytest.mark.parametrize("home", ["/home/ada", "/home/ada/", None])
@pytest.mark.parametrize("config", ["/etc/xdg", "/etc/xdg/", "", None])
def test_paths_are_those_of_platformdirs(home: str | None, config: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("HOME", home), ("XDG_CONFIG_HOME", config), ("XDG_DATA_HOME", config)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert user_config_path() == platformdirs.user_config_path(APPLICATION) / "config.toml"
    assert user_catalogue_path() == platformdirs.user_config_path(APPLICATION) / "agents.toml"
    assert default_ledger_path() == platformdirs.user_data_path(APPLICATION) / "ledger.lmdb"


def test_on_macos_only_the_given_variables_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/agents/config")
    home = {"HOME": "/Users/ada"}
    assert user_config_path(home) == Path("/Users/ada/Library/Application Support/agent-tracker/config.toml")
    assert user_config_path(home | {"XDG_CONFIG_HOME": "/etc/xdg"}) == Path("/etc/xdg/agent-tracker/config.toml")


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """An account of which no home directory is known, as in some containers."""

    def unknown(number: int) -> None:
        raise KeyError(number)

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)


@pytest.mark.usefixtures("homeless")
def test_account_without_a_home_needs_only_a_ledger() -> None:
    with pytest.raises(RuntimeError):
        user_config_path()
    assert resolve_settings({}, {}, "/srv/ledger.lmdb").ledger == Path("/srv/ledger.lmdb")
    assert user_catalogue({}).by_name == user_catalogue({"HOME": os.devnull}).by_name
    with pytest.raises(ConfigError, match="no home directory is known: set HOME, or name a ledger"):
        resolve_settings({}, {})
