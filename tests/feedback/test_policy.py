"""Scores by a policy of the user's own."""

import re
from pathlib import Path

import pytest

from tests.feedback.output import sheet
from tests.support import Repo

pytestmark = pytest.mark.recorded_later


def test_scores_follow_the_users_own_policy(unattended: Repo) -> None:
    unattended.tracker("grade", "HEAD", "--user", "good")
    before = sheet(unattended)
    assert (before["experience_points"], before["communication_score"], before["policy"]) == (3, 62, "default-1")
    configuration = Path(unattended.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "config.toml"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    configuration.write_text("[policy]\nexperience-per-commit = 5\ngrade-good = 4\nlevel-step = 5\n", encoding="utf-8")
    after = sheet(unattended)
    assert (after["experience_points"], after["communication_score"], after["skill_points"]) == (15, 64, 3)
    assert after["policy"].startswith("custom-1-")
    assert unattended.status_file()["policy"] == after["policy"]
    configuration.write_text("[policy]\nlevel-step = 0\n", encoding="utf-8")
    done = unattended.run("status")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search(r"config\.toml has a wrong number of the score: level-step must be at least 1\.\n\Z", done.stderr)
    configuration.unlink()
    assert sheet(unattended)["communication_score"] == 62
