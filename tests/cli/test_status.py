"""``status`` and the file status.json."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.refusals import refused
from tests.support import Repo
from tracker.cli import cells

pytestmark = pytest.mark.recorded_later

ROOT = Path(__file__).parents[2]


class TestStatus:
    def schema(self) -> Any:
        return json.loads((ROOT / "tracker" / "reports" / "status.schema.json").read_text(encoding="utf-8"))

    def test_the_file_and_the_command_follow_the_schema(self, repo: Repo) -> None:
        contents = [repo.status_file()]
        repo.commit("feat: one", env={"CLAUDECODE": "1", "AGENT_TRACKER_MODEL": "opus"})
        repo.git("switch", "-q", "--detach")
        repo.settle()
        contents += [repo.status_file(), repo.json("status"), repo.json("status", "claude-code")]
        for content in contents:
            jsonschema.validate(content, self.schema())
        assert [content["agent_name"] for content in contents] == [None, "claude-code", "claude-code", "claude-code"]
        assert contents[1]["head"] == {"oid": repo.head(), "branch": None}

    def test_the_current_agent_is_the_one_around_the_event(self, repo: Repo) -> None:
        repo.commit("feat: one", env={"CLAUDECODE": "1"})
        repo.settle()
        repo.git("switch", "-q", "-c", "other", env={"OPENCODE": "1"})
        repo.settle()
        assert repo.status_file()["agent_name"] == "opencode"
        assert repo.status_file()["head"]["branch"] == "refs/heads/other"
        repo.tracker("sync")
        assert repo.status_file()["agent_name"] == "claude-code"

    def test_it_is_not_seen_by_git(self, repo: Repo) -> None:
        repo.commit("feat: one")
        repo.settle()
        assert repo.git("status", "--porcelain", "--ignored=no") == ""

    def test_a_folder_of_the_user_s_is_shared(self, untracked: Repo) -> None:
        untracked.write(".agent/notes.md", "mine")
        untracked.tracker("init")
        assert untracked.git("status", "--porcelain", "--untracked-files=all") == "?? .agent/notes.md\n"
        untracked.tracker("uninstall")
        assert [path.name for path in (untracked.path / ".agent").iterdir()] == ["notes.md"]

    def test_the_sheet_fits_sixty_columns(self, repo: Repo) -> None:
        name = "ein-sehr-langer-name-für-einen-agenten-日本語-" + "x" * 20
        repo.commit("feat: one", env={"AGENT_TRACKER_AGENT": name[:64]})
        repo.settle()
        lines = repo.tracker("status").splitlines()
        assert all(cells.width(line) <= 60 for line in lines)
        assert lines[0].startswith("Agent           ein-sehr-langer-name-für-einen-agenten-日")
        assert "Skill points    1" in lines

    def test_an_agent_that_was_never_seen(self, repo: Repo) -> None:
        assert "no agent called 'nobody' is known" in refused(repo, "status", "nobody")

    def test_before_the_first_commit(self, repo: Repo) -> None:
        said = repo.tracker("status")
        assert "No recorded commit was made here" in said
        assert "backfill" not in said

    def test_before_older_commits_are_recorded(self, untracked: Repo) -> None:
        untracked.commit()
        untracked.tracker("init", "--no-backfill")
        assert "Older commits   not recorded: agent-tracker backfill\n" in untracked.tracker("status")

    def test_in_a_fresh_clone_it_says_who_made_what(self, untracked: Repo, tmp_path: Path) -> None:
        message = "feat: one\n\nCo-authored-by: Claude <noreply@anthropic.com>"
        untracked.commit(message, env={"GIT_COMMITTER_EMAIL": "grace@example.org"})
        clone = untracked.clone(tmp_path / "clone")
        clone.tracker("init")
        clone.tracker("backfill")
        said = clone.tracker("status")
        assert "No recorded commit was made here" in said
        assert "claude-code     1 fetched commit" in said


def test_agent_without_commits_has_a_sheet_of_its_own(repo: Repo) -> None:
    """A newcomer asks: its environment, or its name, says who it is."""
    repo.commit("feat: by claude", env={"CLAUDECODE": "1"})
    asked = repo.tracker("status", env={"CODEX_THREAD_ID": "01a2224f-2326-75e0-a768-0e66593123de"})
    named = repo.tracker("status", "codex")
    for text, why in ((asked, "it runs this command"), (named, "you named it")):
        lines = text.splitlines()
        assert lines[:2] == ["Agent           codex", f"Shown because   {why}"]
        assert "Trust tier      probation" in lines
        assert "In this project no commit yet: it is new" in lines
        assert "Also here       claude-code" in lines
