"""Who made a commit: the rules, and the false positives that must not happen."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.attribution import (
    Catalogue,
    attribute,
    catalogue_file,
    combine,
    correction,
    evidence_from_commit,
    evidence_from_config,
    evidence_from_moment,
    keeping,
    model_id,
    model_name,
    strength,
)
from tracker.attribution.capture_policy import process_rule
from tracker.attribution.verdict import STRENGTH
from tracker.errors import ConfigError
from tracker.model import Attribution, Commit, Evidence, Oid, Signature

RULES = catalogue_file.load()
DEPENDABOT = "Co-authored-by: x <49699333+dependabot[bot]@users.noreply.github.com>\n"
CURSOR = "Co-authored-by: Cursor <cursoragent@cursor.com>"
OPUS = "Co-authored-by: Claude Opus 4.8 <noreply@anthropic.com>"
PERSON = ("Ada Person", "ada@example.com")
EVIDENCE = st.builds(
    Evidence,
    signal=st.sampled_from(sorted(STRENGTH)),
    name=st.sampled_from(["a", "b"]),
    value=st.sampled_from(["", "1"]),
    agent=st.sampled_from([None, "claude-code", "codex", "human"]),
    kind=st.just("agent"),
    model=st.sampled_from([None, "m1", "m2"]),
    confidence=st.sampled_from(["low", "medium", "high"]),
    inherited=st.booleans(),
    order=st.integers(0, 2),
    version=st.sampled_from([None, "1.0"]),
    vendors=st.sampled_from([(), ("OpenAI",)]),
)


def commit(
    message: str = "feat: x", author: tuple[str, str] = PERSON, committer: tuple[str, str] | None = None
) -> Commit:
    made, by = Signature(*author, 0, 0), Signature(*(committer or author), 0, 0)
    return Commit(Oid("a" * 40), (), made, by, message)


def who(
    message: str = "feat: x", author: tuple[str, str] = PERSON, committer: tuple[str, str] | None = None
) -> Attribution:
    return attribute(evidence_from_commit(commit(message, author, committer), RULES))


def around(
    terminal: bool = False, process: str | None = None, branch: str | None = None, **environment: str
) -> Attribution:
    return attribute(evidence_from_moment(environment, RULES, terminal=terminal, process=process, branch=branch))


def test_every_labelled_commit_is_attributed_right() -> None:
    root = Path(__file__).parents[2]
    words = [sys.executable, "scripts/confusion.py", "--json"]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)
    assert (said["wrong"], said["vectors"], done.returncode) == ([], 189, 0)


def test_a_wrong_answer_is_told(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    vector = json.loads(
        (root / "tests" / "attribution" / "vectors.jsonl").read_text(encoding="utf-8").split("\n", 1)[0]
    )
    (tmp_path / "v.jsonl").write_text(json.dumps(vector | {"expected_agent": "nobody"}) + "\n")
    words = [sys.executable, "scripts/confusion.py", str(tmp_path / "v.jsonl")]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, "1 wrong" in done.stdout, "nobody" in done.stdout) == (1, True, True)


def test_without_a_sign_it_is_a_human_of_low_confidence() -> None:
    assert who() == Attribution("human", "human", None, "low", "none")


@pytest.mark.parametrize(
    ("trailer", "agent", "model"),
    [
        ("Co-Authored-By: Claude <noreply@anthropic.com>", "claude-code", None),
        ("Co-authored-by: Claude Opus 4.5 <noreply@anthropic.com>", "claude-code", "Claude Opus 4.5"),
        ("co-authored-by: Cursor <cursoragent@cursor.com>", "cursor", None),
        ("Co-authored-by: Codex (gpt-5.2-codex) <codex@openai.com>", "codex", "gpt-5.2-codex"),
        ("Co-authored-by: Copilot <copilot@github.com>", "copilot-vscode", None),
        ("Co-authored-by: opencode <noreply@opencode.ai>", "opencode", None),
        ("Assisted-by: codex:gpt-5.2", "codex", "gpt-5.2"),
        ("Assisted-by: Claude Code:claude-opus-4-5", "claude-code", "claude-opus-4-5"),
    ],
)
def test_trailers_name_the_agent_and_its_model(trailer: str, agent: str, model: str | None) -> None:
    found = who(f"feat: x\n\nA body.\n\n{trailer}")
    assert (found.agent, found.model, found.kind) == (agent, model, "agent")


def test_all_agents_of_a_squash_are_kept() -> None:
    found = who(
        "feat: x\n\nCo-authored-by: Cursor <cursoragent@cursor.com>\nCo-authored-by: Claude <noreply@anthropic.com>"
    )
    assert {found.agent, *found.also} == {"cursor", "claude-code"}


@pytest.mark.parametrize(
    "people",
    [
        {"author": ("Claude Monet", "claude@monet.fr")},
        {"author": ("Claude", "claude@example.com")},
        {"author": ("Cursor", "me@example.com")},
        {"committer": ("GitHub", "noreply@github.com")},
        {"author": ("Devin Smith", "devin@smith.org")},
    ],
)
def test_a_name_alone_never_decides(people: dict[str, tuple[str, str]]) -> None:
    assert who(author=people.get("author", PERSON), committer=people.get("committer", PERSON)).agent == "human"


@pytest.mark.parametrize(
    "message",
    [
        "docs: how Claude Code works",
        "fix: the cursor jumps\n\nThe cursor@example.com address was wrong.",
        "revert: Co-Authored-By: Claude <noreply@anthropic.com> in the subject's prose is no trailer of ours",
        "feat: x\n\nCo-authored-by: Claude Shannon <claude@shannon.org>",
        "feat: x\n\n> Co-Authored-By: Claude <noreply@anthropic.com>",
        "feat: x\n\n    Co-Authored-By: Claude <noreply@anthropic.com>",
        "feat: x\n\nCo-authored-by: dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>",
        "feat: x\n\nReviewed-by: Claude <noreply@anthropic.com>",
    ],
)
def test_words_about_agents_make_no_agent(message: str) -> None:
    assert who(message).agent == "human"


def test_bots_are_bots() -> None:
    found = who(author=("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"))
    assert (found.agent, found.kind) == ("dependabot", "bot")


class TestEnvironment:
    def test_the_user_s_word_wins(self) -> None:
        found = around(CLAUDECODE="1", AGENT_TRACKER_AGENT="My Own Agent", AGENT_TRACKER_MODEL="m-1")
        assert found == Attribution("my-own-agent", "agent", "m-1", "high", "user", ("claude-code",))

    def test_a_model_without_an_agent_is_an_unknown_agent(self) -> None:
        found = around(AGENT_TRACKER_MODEL="m-1")
        assert (found.agent, found.kind, found.model) == ("unknown-agent", "agent", "m-1")

    def test_human_is_a_word_of_the_user_s_too(self) -> None:
        assert around(AGENT_TRACKER_AGENT="human", CLAUDECODE="1").kind == "human"

    def test_a_terminal_speaks_for_a_person(self) -> None:
        assert around(terminal=True) == Attribution("human", "human", None, "high", "terminal")

    def test_an_agent_s_variable_in_a_terminal_is_believed_less(self) -> None:
        assert around(CLAUDECODE="1").confidence == "high"
        assert around(terminal=True, CLAUDECODE="1").confidence == "medium"

    @pytest.mark.parametrize("value", ["", "0", "false", "no"])
    def test_a_variable_that_says_no(self, value: str) -> None:
        assert around(CLAUDECODE=value).agent == "human"

    def test_ambient_variables_never_decide(self) -> None:
        assert around(CURSOR_TRACE_ID="x", COPILOT_MODEL="gpt").agent == "human"

    def test_neutral_variables(self) -> None:
        assert around(AI_AGENT="opencode").agent == "opencode"
        assert around(AI_AGENT="something-new").agent == "unknown-agent"
        assert around(AGENT="some word").agent == "human"

    def test_environment_beats_history_and_both_are_kept(self) -> None:
        message = commit("feat: x\n\nCo-authored-by: Cursor <cursoragent@cursor.com>")
        seen = evidence_from_moment({"CLAUDECODE": "1"}, RULES, terminal=False)
        found = attribute(combine(evidence_from_commit(message, RULES), seen))
        assert (found.agent, found.also) == ("claude-code", ("cursor",))

    def test_configuration_beats_history_and_yields_to_the_moment(self) -> None:
        config = evidence_from_config("opencode", None, RULES)
        seen = evidence_from_moment({"CLAUDECODE": "1"}, RULES, terminal=False)
        assert attribute(config).agent == "opencode"
        assert attribute(combine(config, seen)).agent == "claude-code"

    def test_only_names_that_can_be_shell_variables_are_looked_at(self) -> None:
        names = keeping(RULES).variables
        assert all(name.isidentifier() and name.isascii() for name in names)
        assert not any("TOKEN" in name or "KEY" in name or "SECRET" in name for name in names)

    @pytest.mark.parametrize(
        "ambient",
        [
            {"TERM_PROGRAM": "vscode"}, {"TERM_PROGRAM": "zed", "ZED_TERM": "true"}, {"TERM_PROGRAM": "WarpTerminal"},
            {"TERM_PROGRAM": "kiro"}, {"REPL_ID": "x"}, {"CURSOR_TRACE_ID": "x"}, {"GOOSE_PROVIDER": "openai"},
            {"COPILOT_MODEL": "gpt-5"}, {"CODEX_HOME": "/x"}, {"GEMINI_API_KEY": "x"}, {"AIDER_MODEL": "x"},
            {"CLAUDE_PLUGIN_ROOT": "/x"}, {"CLAUDE_PROJECT_DIR": "/x"}, {"AGENT": "ssh"}, {"AGENT": "0"},
            {"GEMINI_CLI_HOME": "/x"}, {"KILO_PID": "1"}, {"EDITOR": "devin"}, {"CODEIUM_EDITOR_APP_ROOT": "/x"},
        ],
        ids=str,
    )  # fmt: skip
    @pytest.mark.parametrize("terminal", [False, True])
    def test_what_people_have_too_makes_no_agent(self, ambient: dict[str, str], terminal: bool) -> None:
        assert attribute(evidence_from_moment(ambient, RULES, terminal=terminal)).kind == "human"

    def test_weak_variables_together_name_an_agent_only_where_no_person_types(self) -> None:
        assert around(TERM_PROGRAM="zed", PAGER="cat").agent == "zed"
        assert around(True, TERM_PROGRAM="zed", PAGER="cat") == Attribution("human", "human", None, "high", "terminal")

    def test_the_version_is_a_fact_of_its_own(self) -> None:
        assert around(AI_AGENT="claude-code_2-1-263_agent").version == "2.1.263"
        assert around(COPILOT_CLI="1", COPILOT_CLI_BINARY_VERSION="1.0.80").version == "1.0.80"


class TestNesting:
    """Several agents around one commit: the nearest made it."""

    def test_the_nearest_process_decides_between_marks(self) -> None:
        marks = {"CLAUDECODE": "1", "CODEX_THREAD_ID": "t", "AI_AGENT": "claude-code"}

        def nearest(process: str) -> Attribution:
            return attribute(evidence_from_moment(marks, RULES, terminal=False, process=process))

        found = nearest("codex")
        assert found == Attribution("codex", "agent", None, "high", "process", ("claude-code",))
        found = nearest("claude")
        assert (found.agent, found.confidence, found.also) == ("claude-code", "high", ("codex",))

    def test_without_a_process_the_ranked_answer_is_believed_less(self) -> None:
        found = around(CLAUDECODE="1", CODEX_THREAD_ID="t")
        assert (found.agent, found.confidence, found.also) == ("codex", "medium", ("claude-code",))

    def test_an_agent_that_leaves_no_mark_wins_over_an_inherited_one(self) -> None:
        assert around(process="aider", CLAUDECODE="1").agent == "aider"
        assert around(process="kimi", OPENCODE="1").agent == "kimi"

    def test_a_mark_wins_over_a_process_whose_own_mark_is_missing(self) -> None:
        """The outer agent's variables were cleared, so what is set is the inner one's."""
        assert around(process="claude", GEMINI_CLI="1").agent == "gemini-cli"

    @pytest.mark.parametrize("process", ["amp", "goose", "pi", "oz", "cn", "kilo", "crush", "droid"])
    def test_a_common_word_is_no_agent_by_itself(self, process: str) -> None:
        assert around(process=process).agent == "human"

    def test_a_common_word_with_another_sign_is(self) -> None:
        assert around(process="goose", GOOSE_PROVIDER="openai").agent == "goose"

    def test_the_kin_that_says_more_wins(self) -> None:
        assert around(process="claude", CLAUDECODE="1", CLAUDE_CODE_IS_COWORK="1").agent == "claude-cowork"
        assert around(AI_AGENT="claude-code", CLAUDE_CODE_IS_COWORK="1", CLAUDECODE="1").agent == "claude-cowork"

    def test_a_process_and_a_terminal(self) -> None:
        assert around(True, process="claude").confidence == "medium"
        assert around(True, process="*pi-coding-agent*").agent == "human"
        assert around(process="*pi-coding-agent*").agent == "pi"


@pytest.mark.parametrize(
    ("name", "command", "rule"),
    [
        ("claude", "claude--resume", "claude"),
        ("kiro-cli-chat", "kiro-cli-chat", "kiro-cli-chat"),
        ("node", "node/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js-p", "*@anthropic-ai/claude-code*"),
        ("node", "node/usr/local/bin/gemini--yolo", "gemini"),
        ("node", "node/usr/local/bin/qwen", "qwen"),
        ("python3.11", "python3.11/home/u/.local/bin/aider", "aider"),
        ("python", "python-maider", "python*-maider*"),
        ("MainThread", "node/usr/bin/copilot", "copilot"),
        ("bash", "bash-cgit commit -m 'claude-code/cli.js'", None),
        ("node", "node/home/u/src/gemini-cli/scripts/lint.js", None),
        ("vim", "vim/home/u/claude/notes.md", None),
        ("code", "/usr/share/code/code--type=renderer", None),
        ("cursor", "/opt/cursor/cursor", None),
    ],
)
def test_which_processes_are_agents(name: str, command: str, rule: str | None) -> None:
    assert process_rule(name, command, RULES) == rule


@pytest.mark.parametrize(
    ("branch", "agent"),
    [
        ("codex/fix", "codex"), ("claude/x", "claude-code"), ("cursor/readme-drive-1e07", "cursor-cloud"),
        ("cursor/mine", "cursor"), ("copilot/worktree-1", "copilot-vscode"), ("copilot/fix", "copilot-coding-agent"),
        ("main", "human"), ("fix-cursor", "human"), ("my/codex/x", "human"), ("", "human"),
    ],
)  # fmt: skip
def test_a_branch_is_a_hint_where_nothing_else_decides(branch: str, agent: str) -> None:
    assert around(branch=branch).agent == agent
    assert around(True, branch=branch).agent == "human"
    assert around(branch=branch, OPENCODE="1").also == ()


@pytest.mark.parametrize(
    ("message", "agent", "model"),
    [
        (f"x\n\nGenerated with Crush\n\n{OPUS}", "crush", "Claude Opus 4.8"),
        (f"x\n\nGenerated with Crush\n\nAssisted-by: Crush:glm-5.2\n{OPUS}", "crush", "glm-5.2"),
        (f"x\n\nCo-authored-by: Codex <noreply@openai.com>\n{OPUS}", "codex", None),
        ("x\n\nAssisted-by: Claude:claude-opus-4-6 [opencode]", "opencode", "claude-opus-4-6"),
        ("x\n\nAssisted-by: Claude:claude-3-opus coccinelle sparse", "claude-code", "claude-3-opus"),
        ("x\n\nAssisted-by: AGENT_NAME:MODEL_VERSION", "human", None),
        ("x\n\nAssisted-by: Opus 4.7", "unknown-agent", "Opus 4.7"),
        ("x\n\nAsssisted-by: gpt-5.2", "unknown-agent", "gpt-5.2"),
        ("x\n\nAssisted-by: Ada Lovelace <ada@example.com>", "human", None),
        ("x\n\nCo-authored-by: Codex noreply@openai.com", "codex", None),
        ("x\n\nCo-authored-by: Claude &lt;noreply@anthropic.com&gt;", "claude-code", None),
        ("x\\nCo-authored-by: openhands <openhands@all-hands.dev>", "openhands", None),
        ("x\r\n\r\nCo-authored-by: Cursor <cursoragent@cursor.com>\r\n", "cursor", None),
        ("x\n\nEntire-Agent: Claude Code", "claude-code", None),
        ("x\n\nCommitted-By-Agent: codex", "codex", None),
        ("x\n\nAI-assisted: no\nAssisted-by: Opus 4.7", "human", None),
        ("aider: fix it", "aider", None),
        ("fix\n\naider: fix it", "human", None),
        (f"Squash (#1)\n\n* one\n\n{CURSOR}", "cursor", None),
        (f"x\n\nSquashed commit of the following:\n\ncommit abc\n\n    one\n\n    {CURSOR}", "cursor", None),
        (f"x\n\nSquashed commit of the following:\n\n> {CURSOR}", "human", None),
        (f"Docs (#1)\n\n* how to write it:\n\n    {CURSOR}", "human", None),
        (f"x\n\n```\n{CURSOR}\n```\n", "human", None),
        (f"x\n\n```\n\n{CURSOR}", "cursor", None),
        (f"{'x' * 10}\n" * 20 + "\n" * 6000 + CURSOR, "cursor", None),
        (f"x\n\n{DEPENDABOT * 30}{CURSOR}", "cursor", None),
        ("x\n\nCo-authored-by: Claude <noreply@anthropic.com> was written here by mistake", "human", None),
        ("x\n\nCo-authored-by: Claude <noreply@anthropic.com> (review)", "claude-code", None),
        ("x\n\nGenerated-by: codegen", "human", None), ("x\n\nGenerated-by: Hermes", "human", None),
        ("x\n\nsome things\nmade with cursor based queries", "human", None),
        ("x\n\nGenerated with Claude Code is gone from here", "human", None),
        ("x\n\ngenerated with crush settings", "human", None),
        ("x\n\nSee https://cursor.com/agents/bc-0123", "human", None),
        ("Remove 'auto-generated by https://jules.google.com'", "human", None),
        ("x\n\nGenerated with [Claude Code](https://claude.ai/code)", "claude-code", None),
        ("x\n\nMade-with: Cursor", "cursor", None),
        ("x\n\nModel: gpt-5.2", "human", None),
        ("x\n\nCo-authored-by: Codex <noreply@openai.com>\nModel: gpt-5.2", "codex", "gpt-5.2"),
    ],
)  # fmt: skip
def test_what_messages_say(message: str, agent: str, model: str | None) -> None:
    found = who(message)
    assert (found.agent, found.model) == (agent, model)


def test_all_agents_of_a_long_squash_are_kept() -> None:
    parts = "".join(f"* {number}\n\nCo-authored-by: Claude <noreply@anthropic.com>\n" for number in range(60))
    assert who(f"x (#1)\n\n{parts}* last\n\n{CURSOR}\n").also == ("cursor",)


@pytest.mark.parametrize("value", ["none", "human", "None", "user", "null"])
def test_a_naming_variable_that_names_nobody(value: str) -> None:
    assert around(AI_AGENT=value).agent == "human"


@pytest.mark.parametrize(
    "email", ["bob@codex.local", "bob@gastown.local", "isaac@example.com", "no-reply@databricks.com"]
)
def test_addresses_that_anybody_may_have(email: str) -> None:
    assert who(author=("Bob", email)).agent == "human"


def test_a_suggestion_of_a_reviewer_was_taken_by_a_person() -> None:
    bot = "gemini-code-assist[bot] <176961590+gemini-code-assist[bot]@users.noreply.github.com>"
    found = who(f"Update x\n\nCo-authored-by: {bot}")
    assert found == Attribution("human", "human", None, "medium", "assist", ("gemini-code-assist",))


def test_a_security_bot_without_an_address_is_no_maker_either() -> None:
    found = who(
        "Fix x\n\nCo-authored-by: Copilot Autofix powered by AI \u203962310815+x@users.noreply.github.com\u203a"
    )
    assert (found.agent, found.kind, found.also) == ("human", "human", ("copilot-autofix",))


def test_a_committer_that_put_earlier_work_in_place_did_not_make_it() -> None:
    agent = Signature("Cline Agent", "cline-agent@users.noreply.github.com", 1_700_000_000, 0)

    def found(authored: int) -> Attribution:
        author = Signature(*PERSON, authored, 0)
        return attribute(evidence_from_commit(Commit(Oid("a" * 40), (), author, agent, "x"), RULES))

    assert (found(agent.time).agent, found(agent.time - 18_000).agent) == ("cline", "human")
    assert (
        who(committer=("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")).kind == "human"
    )


def test_a_bot_as_author_yields_to_the_agent_that_the_message_names() -> None:
    bot = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")
    assert who(author=bot).agent == "github-actions"
    assert who("x\n\nCo-authored-by: Claude <noreply@anthropic.com>", author=bot).agent == "claude-code"


def test_an_address_is_doubted_while_it_was_written_on_commits_of_others() -> None:
    def found(day: int) -> Attribution:
        signature = Signature(*PERSON, day, 0)
        message = "x\n\nCo-authored-by: Copilot <copilot@github.com>"
        return attribute(evidence_from_commit(Commit(Oid("a" * 40), (), signature, signature, message), RULES))

    assert [found(day).confidence for day in (1_776_600_000, 1_777_000_000, 1_778_500_000)] == [
        "medium",
        "low",
        "medium",
    ]


@pytest.mark.parametrize(
    "email",
    [
        "someone@anthropic.com", "dev@openai.com", "x@cline.bot", "y@factory.ai", "z@zed.dev", "w@warp.dev",
        "v@roocode.com", "u@augmentcode.com", "t@continue.dev", "s@kilocode.ai", "paul@aider.chat", "q@cursor.com",
        "codex@example.com", "r@all-hands.dev", "claude@gmail.com",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Claude", "Devin", "Jules", "Cody", "Cline", "Goose", "Pi", "Sweep", "Bolt", "Amp"])
def test_employees_and_people_of_that_name_are_people(name: str, email: str) -> None:
    assert who(author=(name, email)).agent == "human"
    assert who(f"x\n\nCo-authored-by: {name} Smith <{email}>").agent == "human"


@pytest.mark.parametrize(
    "message",
    [
        "fix: move cursor to the next line", "continue on error", "feat: amp up the volume",
        "Generated with Ada's help",
        "docs: generated with care by humans", "x\n\nSigned-off-by: Claude <noreply@anthropic.com>",
        "x\n\nReviewed-by: Codex <codex@openai.com>", "x\n\nReported-by: Devin <devin@cognition.ai>",
        "x\n\nTested-by: Cursor <cursoragent@cursor.com>", "Mention @copilot and @claude in the docs",
        "x\n\nThe trailer `Co-Authored-By: Claude <noreply@anthropic.com>` is wrong",
        "x\n\n<Model-Name> via nobody", "revert 'Generated with [Claude Code]'",
    ],
)  # fmt: skip
def test_prose_makes_no_agent(message: str) -> None:
    assert who(message).agent == "human"


@pytest.mark.parametrize(
    ("spellings", "expected"),
    [
        (["Claude Opus 4.6", "claude-opus-4-6", "claude-opus-4-6-20260101", "anthropic/claude-opus-4.6",
          "us.anthropic.claude-opus-4-6-v1:0", "Opus 4.6", "claude-opus-4-6@20260101", "Claude Opus 4.6 (1M context)",
          "claude-opus-4-6[1m]", "1M Claude Opus 4.6"], "anthropic/claude-opus-4.6"),
        (["claude-3-5-sonnet-20241022", "Claude Sonnet 3.5", "claude-3.5-sonnet"], "anthropic/claude-sonnet-3.5"),
        (["gpt-5.2-codex", "openai/gpt-5.2-codex", "GPT-5.2 Codex"], "openai/gpt-5.2-codex"),
        (["GLM-4.7", "glm 4.7", "z.ai/glm-4.7"], "zhipu/glm-4.7"),
        (["accounts/fireworks/models/kimi-k2p6", "Kimi K2.6", "kimi-k2.6"], "moonshot/kimi-k2.6"),
        (["gemini-2.5-pro", "google/gemini-2.5-pro", "Gemini 2.5 Pro"], "google/gemini-2.5-pro"),
        (["some-model"], "some-model"),
    ],
)  # fmt: skip
def test_all_spellings_of_a_model_are_one(spellings: list[str], expected: str) -> None:
    assert {model_id(model_name(spelling) or "") for spelling in spellings} == {expected}


@pytest.mark.parametrize("text", ["Claude", "auto", "unknown", "<Model-Name>", "AI Assistant", "<synthetic>", "", "  "])
def test_what_is_no_model(text: str) -> None:
    assert model_name(text) is None


@given(st.text(max_size=60))
def test_the_form_of_a_model_is_stable(text: str) -> None:
    name = model_name(text)
    assert name is None or model_id(model_id(name)) == model_id(name)


class TestCorrections:
    """What a person says afterwards wins over everything, and can be taken back."""

    SAID = Evidence("correction", "0000000100", "", "codex", "agent", "m1", "high")
    LATER = Evidence("correction", "0000000200", "", "human", "human", None, "high")
    SEEN = Evidence("environment", "CLAUDECODE", "1", "claude-code", "agent", None, "high")

    def test_the_last_word_wins(self) -> None:
        found = attribute([self.SEEN, self.SAID])
        assert (found.agent, found.model, found.signal, found.also) == ("codex", "m1", "correction", ("claude-code",))
        assert attribute([self.SEEN, self.SAID, self.LATER]).agent == "human"

    def test_however_many_there_are_no_word_is_lost_and_nothing_else_either(self) -> None:
        words = [self.SAID._replace(name=f"{number:010d}") for number in range(200)]
        back = [Evidence("withdrawal", word.name, "", None, "agent", None, "high") for word in words]
        everything = combine(combine([self.SEEN], words), back)
        assert attribute(everything).agent == "claude-code"
        assert attribute(combine(everything, [self.LATER._replace(name="1")])).agent == "human"

    def test_taken_back_it_is_as_before(self) -> None:
        back = Evidence("withdrawal", self.LATER.name, "", None, "agent", None, "high")
        assert attribute([self.SEEN, self.SAID, self.LATER, back]).agent == "codex"
        both = back._replace(name=self.SAID.name)
        assert attribute([self.SEEN, self.SAID, self.LATER, back, both]) == attribute([self.SEEN])

    def test_the_commit_s_own_wins_over_an_inherited_one(self) -> None:
        assert correction([self.SAID, self.LATER._replace(inherited=True)]) == self.SAID


def test_the_order_of_signals() -> None:
    """The precedence of the attribution study, from the strongest."""
    order = [
        ("correction", "high"), ("user", "high"), ("process", "high"), ("environment", "high"), ("process", "medium"),
        ("environment", "medium"), ("config", "medium"), ("author", "high"), ("record", "high"), ("trailer", "high"),
        ("co-author", "high"), ("model", "medium"), ("terminal", "high"), ("committer", "low"), ("prose", "low"),
        ("branch", "low"),
    ]  # fmt: skip
    weights = [strength(Evidence(signal, "", "", "x", "agent", None, sure)) for signal, sure in order]  # type: ignore[arg-type]
    assert all(one > other for one, other in itertools.pairwise(weights))


@given(st.lists(EVIDENCE, max_size=8), st.lists(EVIDENCE, max_size=8), st.lists(EVIDENCE, max_size=8))
def test_evidence_joins_in_any_order_with_one_result(
    one: list[Evidence], two: list[Evidence], three: list[Evidence]
) -> None:
    assert combine(one, two) == combine(two, one)
    assert combine(one, one) == combine(one, ())
    assert combine(combine(one, two), three) == combine(one, combine(two, three))
    assert attribute(combine(one, two)) == attribute([*two, *one])


@given(st.text(max_size=400), st.text(max_size=60), st.text(max_size=60))
def test_arbitrary_text_is_never_an_error_nor_an_agent(message: str, name: str, email: str) -> None:
    found = who(message, author=(name, email))
    assert found.agent == "human" or found.signal != "none"


@pytest.mark.parametrize(
    "hostile",
    [
        "Co-authored-by: " * 100_000,
        "\n" * 1_000_000,
        "(" * 1_000_000,
        "claude " * 200_000,
        "a" * 2_000_000,
        "🤖" * 500_000,
    ],
)
def test_long_messages_are_read_in_bounded_time(hostile: str) -> None:
    """A pattern that backtracks would not end here at all; how long it takes is the benchmark's business."""
    assert who(f"feat: x\n\n{hostile}").agent == "human"


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=300), st.text(max_size=40), st.text(max_size=40),
    st.dictionaries(st.sampled_from(sorted(keeping(RULES).variables)), st.text(max_size=20), max_size=4),
    st.none() | st.text(max_size=20), st.none() | st.text(max_size=20),
)  # fmt: skip
def test_an_agent_has_always_a_rule(
    message: str, name: str, email: str, environment: dict[str, str], process: str | None, branch: str | None
) -> None:
    """Whatever the text is: who is named is named by the user or is in the catalogue, with evidence that says so."""
    seen = evidence_from_moment(environment, RULES, terminal=False, process=process, branch=branch)
    everything = combine(evidence_from_commit(commit(message, (name, email)), RULES), seen)
    found = attribute(everything)
    assert found.agent == "human" or found.signal == "user" or found.agent in RULES.by_name
    assert found.agent == "human" or found.signal == "user" or any(one.agent == found.agent for one in everything)


@given(
    st.text(st.characters(exclude_characters=":@/"), max_size=400),
    st.text(st.characters(exclude_characters=":@/(["), max_size=60),
)
def test_text_without_any_mark_is_a_person_s(message: str, name: str) -> None:
    lowered = message.lower()
    if not any(word in lowered for word in ("generated", "with", "authored", "written", "assisted", "created")):
        assert who(message, author=(name, "ada@example.com")).agent == "human"


@pytest.mark.parametrize(
    ("table", "line", "word"),
    [
        ("[[agent]]\nname = 'x'\n", 1, "'kind' is missing"),
        ("[[agent]]\nname = 'x'\nkind = 'robot'\n", 1, "kind must be"),
        ("\n\n[[agent]]\nname = 'x'\nkind = 'agent'\nnonsense = 1\n", 3, "unknown field 'nonsense'"),
        ("[[agent]]\nname = 'x'\nkind = 'agent'\nauthors = [{ pattern = '(' }]\n", 1, "agent 'x'"),
        ("[[agent]]\nname = 'x'\nkind = 'agent'\nvariables = [{ name = 'X', confidence = 'sure' }]\n", 1, "confidence"),
        ("[[agent]]\nname = 'x'\nkind = 'agent'\nvariables = [{ name = 'X Y' }]\n", 1, "not a valid name"),
        ("[[agent]]\nname = 'x'\nkind = 'agent'\nvariables = [{ name = 'X_TOKEN' }]\n", 1, "secret"),
        ("[[agent]]\nname = 'x'\nkind = 'agent'\nsessions = ['MY_API_KEY']\n", 1, "secret"),
        ("[[agent]]\nname = 'x'\nkind = 'agent'\naddresses = [{ email = 'a', source = 'nowhere' }]\n", 1, "source"),
        ("[[agent]]\nname = 'x'\nkind = 'agent'\naddresses = [{ emial = 'a' }]\n", 1, "email"),
        ("[[agent]]\nname = 'x'\nkind = 'agent'\nprocesses = [{ name = 'a', command = 'b' }]\n", 1, "process"),
        ("[[agent]]\nname = 'x'\nkind = 'agent'\nlines = [{ contains = 'A', pattern = 'a' }]\n", 1, "lower case"),
        ("[[agent]]\nname = 'X y'\nkind = 'agent'\n", 1, "lower-case"),
        ("[[agent]]\nname = 'x'\nkind = 'agent'\naliases = 'y'\n", 1, "list"),
        ("[[agent]]\nname='x'\nkind='agent'\naddresses=[{email='a', doubtful=[2026-01-01]}]\n", 1, "two dates"),
        ("[[agent]]\nname='x'\nkind='agent'\nnames=[{pattern='a{99999999999999999999}'}]\n", 1, "agent 'x'"),
        (f"[[agent]]\nname='x'\nkind='agent'\nnames=[{{pattern='{'(' * 3000}{')' * 3000}'}}]\n", 1, "agent 'x'"),
        ("[[agent]]\nname='x'\nkind='agent'\nsessions=['npm_config_auth_token']\n", 1, "secret"),
        ("[agent]\nname = 'x'\n", 1, "begins with"),
        ("[wrong]\n", 1, "unknown table 'wrong'"),
        ("\n[[agent", 2, "not TOML"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_named_by_its_line(table: str, line: int, word: str) -> None:
    good = "[[agent]]\nname = 'good'\nkind = 'agent'\n"
    agents, faults = catalogue_file.check(table)
    assert agents == []
    assert faults[0].line == line
    assert word in faults[0].reason
    with pytest.raises(ConfigError, match=f"mine.toml, line {line}: "):
        catalogue_file.parse(table, "mine.toml")
    if "TOML" not in word and table.startswith("[["):
        assert [agent.name for agent in catalogue_file.check(good + table)[0]] == ["good"]


def test_the_user_s_entries_come_beside_ours_and_in_their_place(tmp_path: Path) -> None:
    own = tmp_path / "agents.toml"
    own.write_text(
        "[[agent]]\nname = 'mine'\nkind = 'agent'\naddresses = [{ email = 'bot@mine.dev' }]\n"
        "[[agent]]\nname = 'codex'\nkind = 'agent'\naddresses = [{ email = 'codex@mine.dev' }]\n"
        "[[agent]]\nname = 'bad'\n"
    )
    rules = catalogue_file.load_with(own)

    def found(email: str) -> str:
        return attribute(evidence_from_commit(commit(author=("x", email)), rules)).agent

    assert [found("bot@mine.dev"), found("codex@mine.dev"), found("codex@openai.com")] == ["mine", "codex", "human"]
    assert len(rules) == len(RULES) + 1
    assert catalogue_file.load_with(tmp_path / "none.toml") is RULES


def test_every_entry_of_ours_has_a_way_to_be_recognised_and_a_source() -> None:
    text = (Path(catalogue_file.__file__).parent / "catalogue.toml").read_text(encoding="utf-8")
    rows = [line for line in text.split("\n") if line.startswith("  { ")]
    assert all("confidence = " in row and "source = " in row for row in rows)
    assert len(rows) > 350
    fields = (
        "variables",
        "combinations",
        "addresses",
        "authors",
        "trailers",
        "lines",
        "names",
        "processes",
        "branches",
    )
    for agent in RULES:
        assert any(getattr(agent, field) for field in fields), agent.name
        assert all(len(rule.pattern) <= 15 for rule in agent.processes if rule.how == "name")
        assert all(name in RULES.by_name for name in agent.wraps)
    assert len({agent.name for agent in RULES}) == len(RULES) == 73
    aliases = [alias for agent in RULES for alias in {agent.name, *agent.aliases}]
    assert len(aliases) == len(set(aliases))


def test_the_prepared_catalogue_is_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And where it is not there, or of another text, the file itself is read."""
    agents, faults = catalogue_file.check(catalogue_file.own_text())
    assert faults == []
    assert RULES.agents == Catalogue(agents).agents
    for content in (None, b"", b"{}", b'{"of": "x", "catalogue": {"agent": []}}'):
        place = tmp_path / str(len(content or b"none"))
        if content is not None:
            place.write_bytes(content)
        monkeypatch.setattr(catalogue_file, "PREPARED", str(place))
        assert catalogue_file.load.__wrapped__().agents == RULES.agents


def test_no_address_belongs_to_two() -> None:
    owners: dict[tuple[str, str | None], str] = {}
    for agent in RULES:
        for rule in agent.addresses:
            assert owners.setdefault((rule.email.lower(), rule.name), agent.name) == agent.name


def test_rules_of_equal_names_are_one_catalogue() -> None:
    assert [agent.name for agent in Catalogue(reversed(RULES.agents))] == [agent.name for agent in RULES]
