"""What instructed an agent: a digest and names of the files in the commit's own tree, never their content."""

from typing import Any

import pytest

from tests.support import Repo

CLAUDE, CODEX = {"CLAUDECODE": "1"}, {"CODEX_THREAD_ID": "0123-4567-89"}


def setup(repo: Repo, oid: str) -> tuple[str | None, list[str]]:
    (line,) = [line for line in repo.log() if line["oid"] == oid]
    found: dict[str, Any] = line
    return found["setup"], found["instructions"]


@pytest.fixture
def instructed(repo: Repo) -> Repo:
    for path in ("AGENTS.md", "CLAUDE.md", ".claude/settings.json", ".cursor/rules/a.mdc", "src/AGENTS.md"):
        repo.write(path, f"secret instructions of {path}\n")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "docs: instructions")
    return repo


def test_the_digest_changes_with_what_that_agent_reads_and_with_nothing_else(instructed: Repo) -> None:
    def both() -> tuple[str, str]:
        claude = instructed.commit("feat: x", env=CLAUDE)
        return claude, instructed.commit("feat: y", env=CODEX)

    first = both()
    instructed.commit("docs: other", file="README.md")
    second = both()
    instructed.commit("docs: claude", file="CLAUDE.md", text="changed\n")
    third = both()
    instructed.commit("docs: nested", file=".claude/settings.json", text="{}\n")
    fourth = both()
    instructed.commit("docs: all", file="AGENTS.md", text="changed\n")
    fifth = both()
    instructed.settle()
    claude, codex = (
        [setup(instructed, pair[which])[0] for pair in (first, second, third, fourth, fifth)] for which in (0, 1)
    )
    assert claude[0] == claude[1]
    assert len(set(claude)) == 4
    assert codex[0] == codex[1] == codex[2] == codex[3] != codex[4]
    assert setup(instructed, first[0])[1] == [".claude/settings.json", "AGENTS.md", "CLAUDE.md"]
    assert setup(instructed, first[1])[1] == ["AGENTS.md"]
    data = (instructed.ledger().path / "data.mdb").read_bytes()
    assert b"secret instructions" not in data


def test_folders_count_whole(instructed: Repo) -> None:
    one = instructed.commit("feat: x", env={"CURSOR_AGENT": "1"})
    instructed.commit("docs: rule", file=".cursor/rules/b.mdc")
    two = instructed.commit("feat: y", env={"CURSOR_AGENT": "1"})
    instructed.settle()
    assert setup(instructed, one)[1] == [".cursor/rules/", "AGENTS.md"]
    assert setup(instructed, one)[0] != setup(instructed, two)[0]


def test_people_and_repositories_without_instructions_have_none(repo: Repo) -> None:
    person, agent = repo.commit("feat: x"), repo.commit("feat: y", env=CLAUDE)
    repo.settle()
    assert [setup(repo, oid) for oid in (person, agent)] == [(None, []), (None, [])]


def test_a_correction_finds_the_set_up_of_the_right_agent(instructed: Repo) -> None:
    oid = instructed.commit("feat: x")
    instructed.settle()
    instructed.person("attribute", oid, "--agent", "claude-code")
    assert setup(instructed, oid)[1] == [".claude/settings.json", "AGENTS.md", "CLAUDE.md"]


def test_an_amend_by_a_person_keeps_the_agent_and_its_set_up(instructed: Repo) -> None:
    instructed.commit("feat: x", env=CLAUDE)
    instructed.git("commit", "-q", "--amend", "-m", "feat: y")
    instructed.settle()
    assert setup(instructed, instructed.head())[1] == [".claude/settings.json", "AGENTS.md", "CLAUDE.md"]


def test_links_submodules_and_wrong_kinds_are_no_files(repo: Repo) -> None:
    (repo.path / "AGENTS.md").mkdir()
    repo.write("AGENTS.md/x", "a folder\n")
    repo.write(".clinerules", "a file\n")
    (repo.path / "CLAUDE.md").symlink_to("/etc/passwd")
    repo.git("add", "-A")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},.claude")
    oid = repo.commit("feat: x", env=CLAUDE)
    repo.settle()
    assert setup(repo, oid)[1] == ["CLAUDE.md"]  # git's own object: the path that it leads to


def test_a_backfill_sees_each_commit_s_own_tree(instructed: Repo) -> None:
    message = "feat: x\n\nCo-authored-by: Claude <noreply@anthropic.com>"
    instructed.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "--allow-empty", "-m", message)
    one = instructed.head()
    instructed.write("CLAUDE.md", "changed\n")
    instructed.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "-a", "-m", message)
    instructed.tracker("sync")
    digests = {setup(instructed, oid)[0] for oid in (one, instructed.head())}
    assert len(digests) == 2
    assert None not in digests
