"""A wrong setting loses no evidence of a commit that is made meanwhile."""

from pathlib import Path

from tests.support import Repo


def test_event_of_a_hook_manager_waits_until_the_setting_is_right(untracked: Repo) -> None:
    untracked.tracker("init", "--hooks", "none")
    untracked.commit("feat: one")
    configuration = Path(untracked.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "config.toml"
    configuration.parent.mkdir(parents=True)
    configuration.write_text("nonsense = 1\n")
    assert untracked.tracker("hook", "post-commit", env={"CLAUDECODE": "1"}) == ""
    configuration.unlink()
    untracked.tracker("sync")
    assert [line["agent"] for line in untracked.log()] == ["claude-code"]
