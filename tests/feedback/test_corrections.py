"""Corrections of a commit's agent: they outrank evidence, are kept and can be withdrawn, and can become a rule."""

import time
from pathlib import Path
from typing import Final

import pytest

from tests.feedback.output import CLAUDE, line_of
from tests.support import Repo, one, sized
from tracker.ledger.buffer import write_feedback
from tracker.ledger.entries import EvidenceEntry
from tracker.model import Evidence, Oid

pytestmark = pytest.mark.recorded_later


def catalogue_of(repo: Repo) -> Path:
    return Path(repo.environment["XDG_CONFIG_HOME"]) / "agent-tracker" / "agents.toml"


@pytest.fixture
def mixed(repo: Repo) -> Repo:
    """Commits of a person, an agent and a person, in a repository whose user needs no terminal for corrections."""
    repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    repo.commit("feat: one", file="1.txt")
    repo.commit("feat: two", file="2.txt", env=CLAUDE)
    message = "feat: three\n\nMade-By: x\nSigned-off-by: Ada <ada@example.com>"
    repo.commit(message, file="3.txt")
    repo.settle()
    return repo


def test_correction_outranks_evidence_and_moves_the_totals(mixed: Repo) -> None:
    oid = mixed.head("HEAD~1")
    result = mixed.json("attribute", "HEAD~1", "--agent", "Codex CLI", "--model", "GPT-5.2 Codex", "--note", "I saw it")
    assert (result["before"]["agent"], result["after"]["agent"], result["after"]["model"]) == (
        "claude-code", "codex", "GPT-5.2 Codex",
    )  # fmt: skip
    line = line_of(mixed, oid)
    assert (line["agent"], line["signal"], line["confidence"], line["also"]) == (
        "codex", "correction", "high", ["claude-code"],
    )  # fmt: skip
    assert line["model_id"] == "openai/gpt-5.2-codex"
    mixed.assert_recorded()
    assert mixed.json("status", "codex")["total_commits"] == 1
    assert mixed.json("status", "claude-code")["total_commits"] == 0


@pytest.mark.whole
def test_corrections_are_kept_and_withdrawn_one_by_one(mixed: Repo) -> None:
    for agent in ("codex", "human"):
        mixed.tracker("attribute", "HEAD", "--agent", agent, "--note", f"it was {agent}")
    assert line_of(mixed, mixed.head())["agent"] == "human"
    mixed.tracker("attribute", "HEAD", "--undo")
    assert line_of(mixed, mixed.head())["agent"] == "codex"
    mixed.tracker("attribute", "HEAD", "--undo")
    assert line_of(mixed, mixed.head())["signal"] == "none"
    done = mixed.run("attribute", "HEAD", "--undo")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    corrections = mixed.json("explain", "HEAD")["corrections"]
    assert [(entry["agent"], entry["note"], entry["withdrawn"]) for entry in corrections] == [
        ("codex", "it was codex", True), ("human", "it was human", True),
    ]  # fmt: skip
    mixed.assert_recorded()


@pytest.mark.whole
def test_correction_after_one_with_a_clock_that_was_ahead_holds(mixed: Repo) -> None:
    oid = Oid(mixed.head())
    name = f"{time.time_ns() + 3_600_000_000_000:020d}.{oid[:16]}"
    ahead = Evidence("correction", name, "", "codex", "agent", None, "high")
    write_feedback(mixed.ledger(), [EvidenceEntry(mixed.project(), oid, (ahead,), "")])
    assert line_of(mixed, oid)["agent"] == "codex"
    assert mixed.json("attribute", "HEAD", "--agent", "opencode")["after"]["agent"] == "opencode"
    mixed.tracker("attribute", "HEAD", "--agent", "human")
    assert line_of(mixed, oid)["agent"] == "human"
    mixed.tracker("attribute", "HEAD", "--undo")
    assert line_of(mixed, oid)["agent"] == "opencode"
    mixed.assert_recorded()


def test_correction_survives_rewrites_and_reattribution(mixed: Repo) -> None:
    mixed.tracker("attribute", "HEAD", "--agent", "codex")
    mixed.git("commit", "-q", "--amend", "-m", "feat: three again", env=CLAUDE)
    mixed.settle()
    assert line_of(mixed, mixed.head())["agent"] == "codex"
    mixed.git("rebase", "-q", "--force-rebase", "HEAD~2", env=CLAUDE)
    mixed.settle()
    assert [line["agent"] for line in mixed.log()] == ["codex", "claude-code", "human"]
    mixed.tracker("reattribute")
    assert line_of(mixed, mixed.head())["agent"] == "codex"
    mixed.assert_recorded()


@pytest.mark.whole
def test_withdrawal_leaves_corrections_of_other_commits(mixed: Repo) -> None:
    mixed.tracker("attribute", "HEAD", "HEAD~1", "--agent", "codex")
    mixed.tracker("attribute", "HEAD", "--undo")
    mixed.git("reset", "-q", "--soft", "HEAD~2")
    mixed.git("commit", "-q", "-m", "both")
    mixed.settle()
    line = line_of(mixed, mixed.head())
    assert (len(line["replaces"]), line["agent"]) == (2, "codex")
    mixed.assert_recorded()


@pytest.mark.whole
def test_correction_can_be_repeated_and_withdrawn_many_times(mixed: Repo) -> None:
    for _ in range(sized(22, 4)):
        mixed.tracker("attribute", "HEAD~1", "--agent", "codex")
        mixed.tracker("attribute", "HEAD~1", "--undo")
    assert line_of(mixed, mixed.head("HEAD~1"))["signal"] == "environment"
    mixed.tracker("attribute", "HEAD~1", "--agent", "cursor")
    assert line_of(mixed, mixed.head("HEAD~1"))["agent"] == "cursor"


@pytest.mark.whole
def test_broken_or_missing_catalogue_loses_no_evidence(repo: Repo) -> None:
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


def test_several_commits_and_ranges_are_corrected_at_once(mixed: Repo) -> None:
    assert len(mixed.tracker("attribute", "HEAD~2..HEAD", "--agent", "opencode").splitlines()) == 2
    assert [line["agent"] for line in mixed.log()] == ["opencode", "opencode", "human"]
    assert "unmarked -> person" in mixed.tracker("attribute", "HEAD~2", "--agent", "human")
    assert mixed.log()[2]["signal"] == "correction"


INVALID: Final[list[tuple[list[str], int, str]]] = [
    (["HEAD"], 2, "--agent"),
    (["HEAD", "--agent", "x", "--undo"], 2, "exclude each other"),
    (["HEAD", "--undo", "--note", "x"], 2, "leave out"),
    (["HEAD", "--agent", " \x1b[2J ", "--new-agent"], 0, ""),
    (["HEAD", "--agent", "\x07"], 2, "needs a name"),
    (["nowhere", "--agent", "codex"], 1, "names no commit"),
    (["--agent", "codex"], 2, "REV"),
    (["HEAD", "--agent", "codex", "--model", "<auto>"], 2, "names no model"),
    (["HEAD", "--agent", "human", "--model", "gpt-5"], 2, "is not one"),
    (["HEAD", "--agent", "///"], 2, "needs a name"),
    (["HEAD", "--agent", "Größe/Bot!", "--new-agent", "--rule", "trailer:made-by"], 1, "lower-case"),
    (["HEAD", "--agent", "our-robot"], 1, "add --new-agent"),
    (["HEAD", "--agent", "codex", "--rule", "trailer:signed-off-by"], 2, "your own address"),
    (["HEAD", "--agent", "codex", "--rule", "author"], 2, "address, branch"),
    (["HEAD", "--agent", "codex", "--rule", "address"], 2, "your own address"),
    (["HEAD", "--agent", "codex", "--rule", "branch"], 2, "no hook saw a branch"),
    (["HEAD", "--agent", "codex", "--rule", "trailer:x"], 2, "no trailer"),
    (["HEAD~1", "HEAD", "--agent", "codex", "--rule", "address"], 2, "one commit"),
]
"""Arguments, the exit code, and a word of the message; one name with control characters is cleaned and accepted."""


@pytest.mark.parametrize(("arguments", "code", "word"), INVALID, ids=[" ".join(row[0]) for row in INVALID])
def test_invalid_input_is_refused_and_changes_nothing(mixed: Repo, arguments: list[str], code: int, word: str) -> None:
    before = mixed.log()
    done = mixed.run("attribute", *arguments)
    assert (done.returncode, word in done.stderr, "Traceback" in done.stderr) == (code, True, False)
    if code:
        assert mixed.log() == before
        assert not catalogue_of(mixed).exists()


def test_commit_that_is_not_recorded_is_refused(untracked: Repo) -> None:
    untracked.commit("feat: old")
    untracked.tracker("init")
    untracked.git("config", "agent-tracker.userNeedsTerminal", "false")
    done = untracked.run("attribute", "HEAD", "--agent", "codex")
    assert done.returncode == 1
    assert "backfill" in done.stderr


@pytest.mark.parametrize(
    ("kind", "prepare"),
    [
        ("address", {"author": "Machine <machine@corp.example>"}),
        ("trailer:made_by2", {"message": "feat: x\n\nMade_By2: our \x7f robot"}),
        ("branch", {"branch": "robot/x"}),
    ],
    ids=["address", "trailer", "branch"],
)
def test_rule_attributes_other_commits_with_the_same_evidence(mixed: Repo, kind: str, prepare: dict[str, str]) -> None:
    if "branch" in prepare:
        mixed.git("switch", "-q", "-c", prepare["branch"])

    def commit() -> str:
        author = ["--author", prepare["author"]] if "author" in prepare else []
        mixed.git("commit", "-q", "--allow-empty", "-m", prepare.get("message", "feat: x"), *author)
        return mixed.head()

    old = commit()
    new = commit()
    mixed.settle()
    done = mixed.run("attribute", new, "--agent", "our-robot", "--new-agent", "--rule", kind)
    assert (done.returncode, "reattribute" in done.stderr) == (0, True)
    assert line_of(mixed, old)["agent"] == "human"
    preview = mixed.tracker("reattribute", "--dry-run").splitlines()
    assert "unmarked -> our-robot" in one(line for line in preview if old[:12] in line)
    assert line_of(mixed, old)["agent"] == "human"
    mixed.tracker("reattribute")
    assert line_of(mixed, old)["agent"] == "our-robot"
    assert mixed.tracker("reattribute") == "No attribution changed.\n"
    mixed.assert_recorded()


def test_rule_extends_an_agent_of_the_catalogue(mixed: Repo) -> None:
    mixed.git("commit", "-q", "--allow-empty", "-m", "x", "--author", "Robot <robot@corp.example>")
    mixed.settle()
    mixed.tracker("attribute", "HEAD", "--agent", "codex", "--rule", "address")
    mixed.git("commit", "-q", "--allow-empty", "-m", "y", "--author", "Robot <robot@corp.example>")
    mixed.git("commit", "-q", "--allow-empty", "-m", "z", "--author", "Codex <codex@openai.com>")
    mixed.settle()
    assert [line["agent"] for line in mixed.log()][:3] == ["codex"] * 3


def test_broken_catalogue_is_not_changed(mixed: Repo) -> None:
    mixed.git("commit", "-q", "--allow-empty", "-m", "x", "--author", "Robot <robot@corp.example>")
    mixed.settle()
    catalogue_of(mixed).parent.mkdir(parents=True)
    catalogue_of(mixed).write_text("[[agent")
    done = mixed.run("attribute", "HEAD", "--agent", "codex", "--rule", "address")
    assert (done.returncode, "line 1" in done.stderr) == (1, True)
    assert catalogue_of(mixed).read_text() == "[[agent"


def test_reattribution_uses_variables_stored_before_their_rule_existed(repo: Repo) -> None:
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


@pytest.mark.whole
def test_reattribution_with_an_unchanged_catalogue_changes_nothing(mixed: Repo) -> None:
    mixed.git("switch", "-q", "-c", "codex/x")
    mixed.commit("feat: x", env={"CLAUDECODE": "1", "CODEX_THREAD_ID": "t-1", "TERM_PROGRAM": "zed", "PAGER": "cat"})
    mixed.commit("feat: y\n\nCo-authored-by: Cursor <cursoragent@cursor.com>", env={"AGENT_TRACKER_AGENT": "mine"})
    mixed.settle()
    before = [mixed.json("explain", line["oid"]) for line in mixed.log()]
    assert mixed.tracker("reattribute") == "No attribution changed.\n"
    assert [mixed.json("explain", line["oid"]) for line in mixed.log()] == before


def test_explain_shows_all_evidence_and_the_deciding_one(mixed: Repo) -> None:
    mixed.git("switch", "-q", "-c", "copilot/fix-1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d")
    message = "feat: x\n\nCo-authored-by: Codex <noreply@openai.com>\n\n\x1b[31mred"
    mixed.git("commit", "-q", "--allow-empty", "-m", message, env={**CLAUDE, "AI_AGENT": "claude-code_2-1-263_agent"})
    mixed.settle()
    explanation = mixed.json("explain")
    assert [(entry["signal"], entry["agent"], entry["decided"]) for entry in explanation["evidence"]] == [
        ("environment", "claude-code", True), ("environment", "claude-code", False), ("trailer", "codex", False),
        ("branch", "copilot-coding-agent", False),
    ]  # fmt: skip
    assert (explanation["agent_version"], explanation["also"]) == ("2.1.263", ["codex"])
    text = mixed.tracker("explain")
    assert "because its environment variables were set when the commit was made" in text
    assert "\x1b" not in text
    assert "nothing names an agent" in mixed.tracker("explain", "HEAD~1")


@pytest.mark.whole
def test_clone_shares_the_correction(mixed: Repo, tmp_path: Path) -> None:
    mixed.tracker("attribute", "HEAD", "--agent", "codex")
    clone = mixed.clone(tmp_path / "clone")
    clone.tracker("init")
    clone.tracker("backfill")
    assert line_of(clone, clone.head())["agent"] == "codex"
    clone.person("attribute", "HEAD", "--agent", "opencode")
    assert line_of(mixed, mixed.head())["agent"] == "opencode"
    mixed.assert_recorded()


def test_what_is_stated_already_is_not_stated_again(mixed: Repo) -> None:
    assert "->" in mixed.tracker("attribute", "HEAD", "--agent", "gemini-cli")
    assert mixed.tracker("attribute", "HEAD", "--agent", "gemini") == "Nothing changed.\n"
    mixed.tracker("attribute", "HEAD", "--undo")
    assert "nothing was changed" in mixed.run("attribute", "HEAD", "--undo").stderr
