"""What a person says of recorded commits: it wins, is kept with its history, can be taken back, and become a rule."""

from pathlib import Path
from typing import Any

import pytest

from tests.support import Repo

pytestmark = pytest.mark.recorded_later

CLAUDE = {"CLAUDECODE": "1"}


def line_of(repo: Repo, oid: str) -> dict[str, Any]:
    (line,) = [line for line in repo.log("--all") if line["oid"] == oid]
    return line


def catalogue_of(repo: Repo) -> Path:
    return Path(repo.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "agents.toml"


@pytest.fixture
def worked(repo: Repo) -> Repo:
    """Three commits: a person's, an agent's, a person's. Nobody needs a terminal to correct who made them."""
    repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    repo.commit("feat: one", file="1.txt")
    repo.commit("feat: two", file="2.txt", env=CLAUDE)
    message = "feat: three\n\nMade-By: x\nSigned-off-by: Ada <ada@example.com>"
    repo.commit(message, file="3.txt")
    repo.settle()
    return repo


def test_a_correction_wins_and_the_totals_follow(worked: Repo) -> None:
    oid = worked.head("HEAD~1")
    said = worked.json("attribute", "HEAD~1", "--agent", "Codex CLI", "--model", "GPT-5.2 Codex", "--note", "I saw it")
    assert (said["before"]["agent"], said["after"]["agent"], said["after"]["model"]) == (
        "claude-code", "codex", "GPT-5.2 Codex",
    )  # fmt: skip
    line = line_of(worked, oid)
    assert (line["agent"], line["signal"], line["confidence"], line["also"]) == (
        "codex", "correction", "high", ["claude-code"],
    )  # fmt: skip
    assert line["model_id"] == "openai/gpt-5.2-codex"
    worked.assert_recorded()
    assert worked.json("status", "codex")["total_commits"] == 1
    assert worked.json("status", "claude-code")["total_commits"] == 0


def test_the_history_of_corrections_is_kept_and_undone_step_by_step(worked: Repo) -> None:
    for agent in ("codex", "human"):
        worked.tracker("attribute", "HEAD", "--agent", agent, "--note", f"it was {agent}")
    assert line_of(worked, worked.head())["agent"] == "human"
    worked.tracker("attribute", "HEAD", "--undo")
    assert line_of(worked, worked.head())["agent"] == "codex"
    worked.tracker("attribute", "HEAD", "--undo")
    assert line_of(worked, worked.head())["signal"] == "none"
    done = worked.run("attribute", "HEAD", "--undo")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    told = worked.json("explain", "HEAD")["corrections"]
    assert [(one["agent"], one["note"], one["withdrawn"]) for one in told] == [
        ("codex", "it was codex", True), ("human", "it was human", True),
    ]  # fmt: skip
    worked.assert_recorded()


def test_a_correction_stays_through_rewrites_reattribution_and_stronger_evidence(worked: Repo) -> None:
    worked.tracker("attribute", "HEAD", "--agent", "codex")
    worked.git("commit", "-q", "--amend", "-m", "feat: three again", env=CLAUDE)
    worked.settle()
    assert line_of(worked, worked.head())["agent"] == "codex"
    worked.git("rebase", "-q", "--force-rebase", "HEAD~2", env=CLAUDE)
    worked.settle()
    assert [line["agent"] for line in worked.log()] == ["codex", "claude-code", "human"]
    worked.tracker("reattribute")
    assert line_of(worked, worked.head())["agent"] == "codex"
    worked.assert_recorded()


def test_one_of_several_is_taken_back_alone(worked: Repo) -> None:
    worked.tracker("attribute", "HEAD", "HEAD~1", "--agent", "codex")
    worked.tracker("attribute", "HEAD", "--undo")
    worked.git("reset", "-q", "--soft", "HEAD~2")
    worked.git("commit", "-q", "-m", "both")
    worked.settle()
    line = line_of(worked, worked.head())
    assert (len(line["replaces"]), line["agent"]) == (2, "codex")
    worked.assert_recorded()


def test_however_often_somebody_changes_their_mind(worked: Repo) -> None:
    for _ in range(22):
        worked.tracker("attribute", "HEAD~1", "--agent", "codex")
        worked.tracker("attribute", "HEAD~1", "--undo")
    assert line_of(worked, worked.head("HEAD~1"))["signal"] == "environment"
    worked.tracker("attribute", "HEAD~1", "--agent", "cursor")
    assert line_of(worked, worked.head("HEAD~1"))["agent"] == "cursor"


def test_a_typing_error_in_the_catalogue_costs_no_evidence(repo: Repo) -> None:
    own = catalogue_of(repo)
    own.parent.mkdir(parents=True)
    own.write_text("[[agent]]\nname = 'our-bot'\nkind = 'agent'\nvariables = [{ name = 'OUR_BOT' }]\n")
    repo.tracker("init")
    oid = repo.commit("feat: one", env={"OUR_BOT": "1"})
    repo.settle()
    good = own.read_text()
    own.write_text(good + "oops [")
    done = repo.run("reattribute")
    assert (done.returncode, "line 5" in done.stderr) == (1, True)
    own.unlink()
    repo.tracker("reattribute")
    assert line_of(repo, oid)["agent"] == "human"
    own.write_text(good)
    repo.tracker("reattribute")
    assert line_of(repo, oid)["agent"] == "our-bot"


def test_several_at_once_and_ranges(worked: Repo) -> None:
    assert len(worked.tracker("attribute", "HEAD~2..HEAD", "--agent", "opencode").splitlines()) == 2
    assert [line["agent"] for line in worked.log()] == ["opencode", "opencode", "human"]
    assert "human -> human" in worked.tracker("attribute", "HEAD~2", "--agent", "human")
    assert worked.log()[2]["signal"] == "correction"


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["HEAD"], 2, "--agent"),
        (["HEAD", "--agent", "x", "--undo"], 2, "--undo"),
        (["HEAD", "--undo", "--note", "x"], 2, "leave out"),
        (["HEAD", "--agent", " \x1b[2J "], 0, ""),
        (["HEAD", "--agent", "\x07"], 2, "needs a name"),
        (["nowhere", "--agent", "codex"], 1, "names no commit"),
        (["--agent", "codex"], 2, "REV"),
        (["HEAD", "--agent", "codex", "--model", "<auto>"], 2, "names no model"),
        (["HEAD", "--agent", "human", "--model", "gpt-5"], 2, "is not one"),
        (["HEAD", "--agent", "///"], 2, "needs a name"),
        (["HEAD", "--agent", "Größe/Bot!", "--rule", "trailer:made-by"], 1, "lower-case"),
        (["HEAD", "--agent", "codex", "--rule", "trailer:signed-off-by"], 2, "your own address"),
        (["HEAD", "--agent", "codex", "--rule", "author"], 2, "address, branch"),
        (["HEAD", "--agent", "codex", "--rule", "address"], 2, "your own address"),
        (["HEAD", "--agent", "codex", "--rule", "branch"], 2, "no hook saw a branch"),
        (["HEAD", "--agent", "codex", "--rule", "trailer:x"], 2, "no trailer"),
        (["HEAD~1", "HEAD", "--agent", "codex", "--rule", "address"], 2, "one commit"),
    ],
)
def test_bad_input(worked: Repo, arguments: list[str], code: int, word: str) -> None:
    before = worked.log()
    done = worked.run("attribute", *arguments)
    assert (done.returncode, word in done.stderr, "Traceback" in done.stderr) == (code, True, False)
    if code:
        assert worked.log() == before
        assert not catalogue_of(worked).exists()


def test_a_commit_that_is_not_recorded(untracked: Repo) -> None:
    untracked.commit("feat: old")
    untracked.tracker("init")
    untracked.git("config", "agent-tracker.userNeedsTerminal", "false")
    done = untracked.run("attribute", "HEAD", "--agent", "codex")
    assert done.returncode == 1
    assert "backfill" in done.stderr


@pytest.mark.parametrize(
    ("kind", "prepare"),
    [
        ("address", {"author": "Robot <robot@corp.example>"}),
        ("trailer:made_by2", {"message": "feat: x\n\nMade_By2: our \x7f robot"}),
        ("branch", {"branch": "robot/x"}),
    ],
)
def test_a_rule_names_the_others_with_the_same_sign(worked: Repo, kind: str, prepare: dict[str, str]) -> None:
    if "branch" in prepare:
        worked.git("switch", "-q", "-c", prepare["branch"])

    def commit() -> str:
        author = ["--author", prepare["author"]] if "author" in prepare else []
        worked.git("commit", "-q", "--allow-empty", "-m", prepare.get("message", "feat: x"), *author)
        return worked.head()

    old = commit()
    new = commit()
    worked.settle()
    done = worked.run("attribute", new, "--agent", "our-robot", "--rule", kind)
    assert (done.returncode, "reattribute" in done.stderr) == (0, True)
    assert line_of(worked, old)["agent"] == "human"
    (told,) = [line for line in worked.tracker("reattribute", "--dry-run").splitlines() if old[:12] in line]
    assert "human -> our-robot" in told
    assert line_of(worked, old)["agent"] == "human"
    worked.tracker("reattribute")
    assert line_of(worked, old)["agent"] == "our-robot"
    assert worked.tracker("reattribute") == "The attribution of 0 commits changed.\n"
    worked.assert_recorded()


def test_a_rule_adds_to_an_agent_of_the_catalogue(worked: Repo) -> None:
    worked.git("commit", "-q", "--allow-empty", "-m", "x", "--author", "Robot <robot@corp.example>")
    worked.settle()
    worked.tracker("attribute", "HEAD", "--agent", "codex", "--rule", "address")
    worked.git("commit", "-q", "--allow-empty", "-m", "y", "--author", "Robot <robot@corp.example>")
    worked.git("commit", "-q", "--allow-empty", "-m", "z", "--author", "Codex <codex@openai.com>")
    worked.settle()
    assert [line["agent"] for line in worked.log()][:3] == ["codex"] * 3


def test_a_broken_catalogue_is_not_written_to(worked: Repo) -> None:
    worked.git("commit", "-q", "--allow-empty", "-m", "x", "--author", "Robot <robot@corp.example>")
    worked.settle()
    catalogue_of(worked).parent.mkdir(parents=True)
    catalogue_of(worked).write_text("[[agent")
    done = worked.run("attribute", "HEAD", "--agent", "codex", "--rule", "address")
    assert (done.returncode, "line 1" in done.stderr) == (1, True)
    assert catalogue_of(worked).read_text() == "[[agent"


def test_a_better_catalogue_decides_again_from_what_was_kept(repo: Repo) -> None:
    """What no rule knew when the commit was made names its agent once a rule does; git alone could not tell."""
    oid = repo.commit("feat: one", env={"GOOSE_PROVIDER": "openai", "AI_AGENT": "brand-new_1-2-3_agent"})
    repo.settle()
    assert line_of(repo, oid)["agent"] == "unknown-agent"
    catalogue_of(repo).parent.mkdir(parents=True)
    catalogue_of(repo).write_text("[[agent]]\nname = 'brand-new'\nkind = 'agent'\n")
    changed = repo.json("reattribute", "--dry-run")
    assert (changed["before"]["agent"], changed["after"]["agent"]) == ("unknown-agent", "brand-new")
    repo.tracker("reattribute")
    assert (line_of(repo, oid)["agent"], line_of(repo, oid)["agent_version"]) == ("brand-new", "1.2.3")
    repo.assert_recorded()


def test_evidence_that_is_read_again_is_what_it_was(worked: Repo) -> None:
    worked.git("switch", "-q", "-c", "codex/x")
    worked.commit("feat: x", env={"CLAUDECODE": "1", "CODEX_THREAD_ID": "t-1", "TERM_PROGRAM": "zed", "PAGER": "cat"})
    worked.commit("feat: y\n\nCo-authored-by: Cursor <cursoragent@cursor.com>", env={"AGENT_TRACKER_AGENT": "mine"})
    worked.settle()
    before = [worked.json("explain", line["oid"]) for line in worked.log()]
    assert worked.tracker("reattribute") == "The attribution of 0 commits changed.\n"
    assert [worked.json("explain", line["oid"]) for line in worked.log()] == before


def test_explain_shows_every_sign_and_why_one_won(worked: Repo) -> None:
    worked.git("switch", "-q", "-c", "copilot/x")
    message = "feat: x\n\nCo-authored-by: Codex <noreply@openai.com>\n\n\x1b[31mred"
    worked.git("commit", "-q", "--allow-empty", "-m", message, env={**CLAUDE, "AI_AGENT": "claude-code_2-1-263_agent"})
    worked.settle()
    told = worked.json("explain")
    assert [(one["signal"], one["agent"], one["decided"]) for one in told["evidence"]] == [
        ("environment", "claude-code", True), ("environment", "claude-code", False), ("trailer", "codex", False),
        ("branch", "copilot-coding-agent", False),
    ]  # fmt: skip
    assert (told["agent_version"], told["also"]) == ("2.1.263", ["codex"])
    text = worked.tracker("explain")
    assert "because its environment variables were set when the commit was made" in text
    assert "\x1b" not in text
    assert "no evidence was found" in worked.tracker("explain", "HEAD~1")


def test_a_clone_knows_the_correction(worked: Repo, tmp_path: Path) -> None:
    worked.tracker("attribute", "HEAD", "--agent", "codex")
    clone = worked.clone(tmp_path / "clone")
    clone.tracker("init")
    clone.tracker("backfill")
    assert line_of(clone, clone.head())["agent"] == "codex"
    clone.person("attribute", "HEAD", "--agent", "opencode")
    assert line_of(worked, worked.head())["agent"] == "opencode"
    worked.assert_recorded()
