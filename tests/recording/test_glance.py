"""``glance`` counts as a backfill does, in repositories of every form."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.refusals import refused
from tests.recording.test_other_tools import git_ai, note
from tests.support import Repo, one

SUMS = ("agent", "kind", "model", "commits", "share", "first", "last")
CODEX = "Co-authored-by: Codex (gpt-5.2-codex) <codex@openai.com>"
BOT = {
    "GIT_AUTHOR_NAME": "dependabot[bot]",
    "GIT_AUTHOR_EMAIL": "49699333+dependabot[bot]@users.noreply.github.com",
}


def lines(repo: Repo, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in repo.tracker(*arguments, "--json").splitlines()]


def counts(repo: Repo, *arguments: str) -> dict[str, int]:
    return {line["agent"]: line["commits"] for line in lines(repo, "glance", *arguments)}


def with_makers(repo: Repo) -> None:
    """Make commits of a person, agents, a bot, and a suggestion that a person accepted; with a merge and a revert."""
    repo.commit("feat: one")
    repo.commit(f"fix: two\n\n{CODEX}")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("fix: three\n\nCo-authored-by: Claude Opus 4.5 <noreply@anthropic.com>")
    repo.commit("build: four", env=BOT)
    repo.git("checkout", "-q", "main")
    repo.commit("docs: five\n\nAssisted-by: codex:gpt-5.2")
    repo.git("merge", "-q", "--no-ff", "-m", f"merge side\n\n{CODEX}", "side")
    repo.git("revert", "--no-edit", "HEAD~1")
    repo.git("checkout", "-q", "-b", "other", "HEAD~3")
    repo.git("cherry-pick", "-x", "side")


def assert_same_table(repo: Repo, *since: str) -> None:
    """Assert that glance says of a clone what its log says after init and backfill, in the same order."""
    seen = lines(repo, "glance", *since)
    repo.tracker("init", "--hooks", "none", "--no-backfill")
    repo.tracker("backfill", *since)
    recorded = lines(repo, "log", "--summary")
    assert [[line[name] for name in SUMS] for line in seen] == [[line[name] for name in SUMS] for line in recorded]
    assert sum(line["commits"] for line in seen) == len(repo.reachable()) or since


@pytest.mark.parametrize("options", [(), ("--bare",), ("--depth", "3")])
@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_the_table_of_a_clone_is_that_of_its_backfill(
    environment: dict[str, str], tmp_path: Path, form: str, options: tuple[str, ...]
) -> None:
    repo = Repo.make(tmp_path / "repo", environment, "--object-format", form)
    with_makers(repo)
    repo.git("config", "uploadpack.allowFilter", "true")
    path = tmp_path / "clone"
    repo.git("clone", "-q", *options, "--no-single-branch", f"file://{repo.path}", str(path))
    assert_same_table(Repo(path, environment))


def test_the_table_since_a_date(untracked: Repo, tmp_path: Path) -> None:
    with_makers(untracked)
    date = untracked.git("log", "-1", "--format=%cI", "main~1").strip()
    clone = untracked.clone(tmp_path / "clone")
    assert 0 < sum(counts(clone, "--since", date).values()) < len(clone.reachable())
    assert_same_table(clone, "--since", date)


def test_copies_inherit_what_other_tools_recorded_of_their_originals(untracked: Repo, tmp_path: Path) -> None:
    untracked.commit("feat: zero")
    untracked.git("checkout", "-q", "-b", "side")
    made = untracked.commit("feat: one", file="one.txt")
    note(untracked, "ai", git_ai(("aa", "claude", "claude-opus-4-6", True)), made)
    untracked.git("checkout", "-q", "main")
    untracked.commit("feat: two")
    untracked.git("cherry-pick", "-x", made)
    untracked.git("checkout", "-q", "-b", "third", "HEAD~1")
    untracked.commit("feat: three")
    untracked.git("cherry-pick", "-x", "main")
    clone = untracked.clone(tmp_path / "clone", "--mirror")
    assert counts(clone) == {"claude-code": 3, "human or unmarked": 3}
    assert_same_table(clone)


def test_records_of_other_tools_that_cannot_be_read_are_named(untracked: Repo) -> None:
    untracked.commit("feat: one")
    blob = untracked.git("hash-object", "-w", "--stdin", stdin="no notes").strip()
    untracked.write(".git/refs/notes/ai", f"{blob}\n")
    done = untracked.run("glance")
    assert done.returncode == 0
    assert "1 commit of" in done.stdout
    assert "notes in refs/notes/ai could not be read" in done.stderr


def test_agents_of_the_users_own_catalogue_are_known(untracked: Repo) -> None:
    place = Path(untracked.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "agents.toml"
    place.parent.mkdir(parents=True)
    entry = '[[agent]]\nname = "own"\nkind = "agent"\naddresses = [{ email = "own@example.org" }]\n'
    place.write_text(entry, encoding="utf-8")
    untracked.commit("feat: one", env={"GIT_AUTHOR_EMAIL": "own@example.org"})
    assert counts(untracked) == {"own": 1}


def test_a_tracked_repository_is_told_where_more_is_known(repo: Repo) -> None:
    repo.commit("feat: one", env={"CLAUDECODE": "1"})
    repo.settle()
    assert counts(repo) == {"human or unmarked": 1}
    shown = repo.tracker("glance")
    assert shown.endswith("What its ledger knows: agent-tracker log --summary\n")


def test_an_empty_repository(untracked: Repo) -> None:
    shown = untracked.tracker("glance")
    assert shown.splitlines()[0] == f"No commit was found in {untracked.path}."
    assert shown.endswith("agent-tracker init\n")
    assert lines(untracked, "glance") == []


def test_a_shallow_clone_says_that_older_commits_are_missing(untracked: Repo, tmp_path: Path) -> None:
    for number in range(3):
        untracked.commit(f"feat: {number}")
    untracked.git("clone", "-q", "--depth", "1", f"file://{untracked.path}", str(tmp_path / "clone"))
    done = untracked.run("glance", str(tmp_path / "clone"))
    assert "1 commit of" in done.stdout
    assert "shallow" in one(done.stderr.splitlines())


def test_the_repository_may_be_elsewhere(untracked: Repo, tmp_path: Path) -> None:
    untracked.commit("feat: one")
    place = tmp_path / "with space"
    untracked.clone(place)
    shown = untracked.tracker("glance", str(place))
    assert shown.startswith(f"1 commit of {place}, 2023-11-14 to 2023-11-14: 100% person or unmarked.\n")
    assert shown.endswith(f"agent-tracker init '{place}'\n")


def test_wrong_paths_and_dates(untracked: Repo, tmp_path: Path) -> None:
    untracked.commit("feat: one")
    assert "is not inside a git repository" in refused(untracked, "glance", str(tmp_path))
    assert "there is no" in refused(untracked, "glance", str(tmp_path / "missing"))
    assert "is no date" in refused(untracked, "glance", "--since", "the day of the flood", code=2)
