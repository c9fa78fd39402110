"""Who made a commit: the rules, and the false positives that must not happen."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import catalogue
from tracker.attribution import (
    attribute,
    combine,
    environment_names,
    evidence_from_commit,
    evidence_from_config,
    evidence_from_environment,
)
from tracker.errors import ConfigError
from tracker.model import Attribution, Commit, Evidence, Oid, Signature

RULES = catalogue.load()
PERSON = ("Ada Person", "ada@example.com")
EVIDENCE = st.builds(
    Evidence,
    signal=st.sampled_from(
        ["user", "environment", "config", "author", "trailer", "co-author", "committer", "terminal"]
    ),
    name=st.sampled_from(["a", "b"]),
    value=st.sampled_from(["", "1"]),
    agent=st.sampled_from([None, "claude-code", "codex", "human"]),
    kind=st.just("agent"),
    model=st.sampled_from([None, "m1", "m2"]),
    confidence=st.sampled_from(["low", "medium", "high"]),
    inherited=st.booleans(),
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


def around(terminal: bool = False, **environment: str) -> Attribution:
    return attribute(evidence_from_environment(environment, RULES, terminal=terminal))


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
        seen = evidence_from_environment({"CLAUDECODE": "1"}, RULES, terminal=False)
        found = attribute(combine(evidence_from_commit(message, RULES), seen))
        assert (found.agent, found.also) == ("claude-code", ("cursor",))

    def test_configuration_beats_history_and_yields_to_the_moment(self) -> None:
        config = evidence_from_config("opencode", None)
        seen = evidence_from_environment({"CLAUDECODE": "1"}, RULES, terminal=False)
        assert attribute(config).agent == "opencode"
        assert attribute(combine(config, seen)).agent == "claude-code"

    def test_only_names_that_can_be_shell_variables_are_looked_at(self) -> None:
        names = environment_names(RULES)
        assert all(name.isidentifier() and name.isascii() for name in names)
        assert not any("TOKEN" in name or "KEY" in name or "SECRET" in name for name in names)


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


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ("[[agent]]\nname = 'x'\n", "kind"),
        ("[[agent]]\nname = 'x'\nkind = 'robot'\n", "kind must be"),
        ("[[agent]]\nname = 'x'\nkind = 'agent'\nnonsense = 1\n", "unknown field 'nonsense'"),
        ("[[agent]]\nname = 'x'\nkind = 'agent'\nauthors = ['(']\n", "agent x"),
        ("[[agent]]\nname = 'x'\nkind = 'agent'\nenv = [{ var = 'X', confidence = 'sure' }]\n", "confidence must be"),
        ("[[agent", "not TOML"),
    ],
)
def test_a_wrong_entry_is_named(table: str, word: str) -> None:
    with pytest.raises(ConfigError, match=word):
        catalogue.parse(table, "mine.toml")


def test_every_entry_of_ours_has_a_way_to_be_recognised() -> None:
    fields: tuple[str, ...] = ("environment", "emails", "shared_emails", "authors", "trailers", "bare_names")
    for agent in RULES:
        signs: list[Any] = [sign for field in fields for sign in getattr(agent, field)]
        assert signs, agent.name
    assert len({agent.name for agent in RULES}) == len(RULES)
