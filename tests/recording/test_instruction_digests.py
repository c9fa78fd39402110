"""Digests and names of an agent's instruction files in the commit's tree; their content is not recorded."""

import pytest

from tests.support import Repo

CLAUDE, CODEX = {"CLAUDECODE": "1"}, {"CODEX_THREAD_ID": "0123-4567-89"}


def digest_and_files(repo: Repo, oid: str) -> tuple[str | None, list[str]]:
    line = repo.line(oid)
    return line["setup"], line["instructions"]


@pytest.fixture
def instructed(repo: Repo) -> Repo:
    """A repository with instruction files of several agents."""
    for path in ("AGENTS.md", "CLAUDE.md", ".claude/settings.json", ".cursor/rules/a.mdc", "src/AGENTS.md"):
        repo.write(path, f"secret instructions of {path}\n")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "docs: instructions")
    return repo


@pytest.mark.whole
def test_digest_changes_only_with_files_that_agent_reads(instructed: Repo) -> None:
    by_claude: list[str] = []
    by_codex: list[str] = []

    def commit_by_both() -> None:
        by_claude.append(instructed.commit("feat: x", env=CLAUDE))
        by_codex.append(instructed.commit("feat: y", env=CODEX))

    commit_by_both()
    instructed.commit("docs: other", file="README.md")
    commit_by_both()
    instructed.commit("docs: claude", file="CLAUDE.md", text="changed\n")
    commit_by_both()
    instructed.commit("docs: nested", file=".claude/settings.json", text="{}\n")
    commit_by_both()
    instructed.commit("docs: all", file="AGENTS.md", text="changed\n")
    commit_by_both()
    instructed.settle()
    claude, codex = ([digest_and_files(instructed, oid)[0] for oid in oids] for oids in (by_claude, by_codex))
    assert claude[0] == claude[1]
    assert len(set(claude)) == 4
    assert codex[0] == codex[1] == codex[2] == codex[3] != codex[4]
    assert digest_and_files(instructed, by_claude[0])[1] == [".claude/settings.json", "AGENTS.md", "CLAUDE.md"]
    assert digest_and_files(instructed, by_codex[0])[1] == ["AGENTS.md"]
    data = (instructed.ledger().path / "data.mdb").read_bytes()
    assert b"secret instructions" not in data


@pytest.mark.whole
def test_digest_covers_all_files_of_folder(instructed: Repo) -> None:
    one = instructed.commit("feat: x", env={"CURSOR_AGENT": "1"})
    instructed.commit("docs: rule", file=".cursor/rules/b.mdc")
    two = instructed.commit("feat: y", env={"CURSOR_AGENT": "1"})
    instructed.settle()
    assert digest_and_files(instructed, one)[1] == [".cursor/rules/", "AGENTS.md"]
    assert digest_and_files(instructed, one)[0] != digest_and_files(instructed, two)[0]


def test_no_digest_for_people_and_without_instruction_files(repo: Repo) -> None:
    person, agent = repo.commit("feat: x"), repo.commit("feat: y", env=CLAUDE)
    repo.settle()
    assert [digest_and_files(repo, oid) for oid in (person, agent)] == [(None, []), (None, [])]


@pytest.mark.whole
def test_attribute_command_computes_digest_for_new_agent(instructed: Repo) -> None:
    oid = instructed.commit("feat: x")
    instructed.settle()
    instructed.person("attribute", oid, "--agent", "claude-code")
    assert digest_and_files(instructed, oid)[1] == [".claude/settings.json", "AGENTS.md", "CLAUDE.md"]


def test_amend_by_person_keeps_agent_and_digest(instructed: Repo) -> None:
    instructed.commit("feat: x", env=CLAUDE)
    instructed.git("commit", "-q", "--amend", "-m", "feat: y")
    instructed.settle()
    assert digest_and_files(instructed, instructed.head())[1] == [".claude/settings.json", "AGENTS.md", "CLAUDE.md"]


def test_symbolic_link_is_hashed_as_git_object_and_other_kinds_are_ignored(repo: Repo) -> None:
    (repo.path / "AGENTS.md").mkdir()
    repo.write("AGENTS.md/x", "a folder\n")
    repo.write(".clinerules", "a file\n")
    (repo.path / "CLAUDE.md").symlink_to("/etc/passwd")
    repo.git("add", "-A")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},.claude")
    oid = repo.commit("feat: x", env=CLAUDE)
    repo.settle()
    assert digest_and_files(repo, oid)[1] == ["CLAUDE.md"]  # the link's own object, which holds the path it leads to


def test_digest_of_unseen_commit_comes_from_its_own_tree(instructed: Repo) -> None:
    message = "feat: x\n\nCo-authored-by: Claude <noreply@anthropic.com>"
    instructed.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "--allow-empty", "-m", message)
    one = instructed.head()
    instructed.write("CLAUDE.md", "changed\n")
    instructed.git("-c", "core.hooksPath=/nowhere", "commit", "-q", "-a", "-m", message)
    instructed.tracker("sync")
    digests = {digest_and_files(instructed, oid)[0] for oid in (one, instructed.head())}
    assert len(digests) == 2
    assert None not in digests
