"""Paths of the user's files: found without platformdirs in the ordinary case, and equal to what it says."""

import platformdirs
import pytest

from tracker.project.settings import default_ledger_path, user_catalogue_path, user_config_path

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
