"""A wrong setting loses no evidence of a commit that is made meanwhile."""

from pathlib import Path

import pytest

from tests.support import Repo

AGENT = {"CLAUDECODE": "1"}


@pytest.mark.parametrize("is_tracked", [True, False], ids=["tracked", "first commit"])
def test_event_of_a_hook_manager_waits_until_the_setting_is_right(untracked: Repo, *, is_tracked: bool) -> None:
    if is_tracked:
        untracked.tracker("init", "--hooks", "none")
    untracked.commit("feat: one")
    configuration = Path(untracked.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "config.toml"
    configuration.parent.mkdir(parents=True)
    configuration.write_text("nonsense = 1\n")
    begin = [] if is_tracked else ["--pre-commit"]
    assert untracked.tracker("hook", *begin, "post-commit", env=AGENT) == ""
    configuration.unlink()
    untracked.tracker("init", "--hooks", "none")
    untracked.tracker("sync")
    if is_tracked:
        assert [line["agent"] for line in untracked.log()] == ["claude-code"]
    else:
        assert len(list((untracked.folder / "spool").iterdir())) == 0
