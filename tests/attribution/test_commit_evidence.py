"""Evidence of a commit itself: its author, its committer and the sentences of its message."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attribution.commits import OPUS, PERSON, RULES, attribution_of_commit, commit
from tests.program import sized
from tracker.attribution import attribute, capture_rules, combine, evidence_from_circumstances, evidence_from_commit
from tracker.model import Attribution, Commit, Oid, Signature

GITHUB_ACTIONS = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")


def test_commit_without_evidence_is_a_humans_with_low_confidence() -> None:
    assert attribution_of_commit() == Attribution("human", "human", None, "low", "none")


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
def test_agents_name_without_its_address_is_no_evidence(people: dict[str, tuple[str, str]]) -> None:
    author, committer = people.get("author", PERSON), people.get("committer", PERSON)
    assert attribution_of_commit(author=author, committer=committer).agent == "human"


@pytest.mark.parametrize(
    "email", ["bob@codex.local", "bob@gastown.local", "isaac@example.com", "no-reply@databricks.com"]
)
def test_address_that_anybody_may_have_is_no_evidence(email: str) -> None:
    assert attribution_of_commit(author=("Bob", email)).agent == "human"


@pytest.mark.parametrize(
    "email",
    [
        "someone@anthropic.com", "dev@openai.com", "x@cline.bot", "y@factory.ai", "z@zed.dev", "w@warp.dev",
        "v@roocode.com", "u@augmentcode.com", "t@continue.dev", "s@kilocode.ai", "paul@aider.chat", "q@cursor.com",
        "codex@example.com", "r@all-hands.dev", "claude@gmail.com",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Claude", "Devin", "Jules", "Cody", "Cline", "Goose", "Pi", "Sweep", "Bolt", "Amp"])
def test_namesakes_and_vendors_employees_are_human(name: str, email: str) -> None:
    assert attribution_of_commit(author=(name, email)).agent == "human"
    assert attribution_of_commit(f"x\n\nCo-authored-by: {name} Smith <{email}>").agent == "human"


def test_bots_address_as_author_gives_kind_bot() -> None:
    found = attribution_of_commit(author=("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"))
    assert (found.agent, found.kind) == ("dependabot", "bot")


def test_co_author_trailer_outranks_bot_as_author() -> None:
    message = "x\n\nCo-authored-by: Claude <noreply@anthropic.com>"
    assert attribution_of_commit(author=GITHUB_ACTIONS).agent == "github-actions"
    assert attribution_of_commit(message, author=GITHUB_ACTIONS).agent == "claude-code"


def test_agent_as_committer_counts_only_soon_after_author_time() -> None:
    agent = Signature("Cline Agent", "cline-agent@users.noreply.github.com", 1_700_000_000, 0)

    def agent_if_authored_at(time: int) -> str:
        author = Signature(*PERSON, time, 0)
        return attribute(evidence_from_commit(Commit(Oid("a" * 40), (), author, agent, "x"), RULES)).agent

    assert agent_if_authored_at(agent.time) == "cline"
    assert agent_if_authored_at(agent.time - 18_000) == "human"


def test_bot_as_committer_is_no_evidence() -> None:
    assert attribution_of_commit(committer=GITHUB_ACTIONS).kind == "human"


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
def test_mentions_of_agents_in_message_are_no_evidence(message: str) -> None:
    assert attribution_of_commit(message).agent == "human"


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
def test_ordinary_prose_is_no_evidence(message: str) -> None:
    assert attribution_of_commit(message).agent == "human"


@pytest.mark.parametrize(
    ("message", "agent", "model"),
    [
        (f"x\n\nGenerated with Crush\n\n{OPUS}", "crush", "Claude Opus 4.8"),
        ("aider: fix it", "aider", None),
        ("fix\n\naider: fix it", "human", None),
        ("x\n\nGenerated-by: codegen", "human", None),
        ("x\n\nGenerated-by: Hermes", "human", None),
        ("x\n\nsome things\nmade with cursor based queries", "human", None),
        ("x\n\nGenerated with Claude Code is gone from here", "human", None),
        ("x\n\ngenerated with crush settings", "human", None),
        ("x\n\nSee https://cursor.com/agents/bc-0123", "human", None),
        ("Remove 'auto-generated by https://jules.google.com'", "human", None),
        ("x\n\nGenerated with [Claude Code](https://claude.ai/code)", "claude-code", None),
        ("x\n\nMade-with: Cursor", "cursor", None),
    ],
)  # fmt: skip
def test_generated_sentences_name_the_agent_and_similar_prose_does_not(
    message: str, agent: str, model: str | None
) -> None:
    found = attribution_of_commit(message)
    assert (found.agent, found.model) == (agent, model)


@given(st.text(max_size=400), st.text(max_size=60), st.text(max_size=60))
def test_arbitrary_text_never_raises_nor_names_an_agent_without_signal(message: str, name: str, email: str) -> None:
    found = attribution_of_commit(message, author=(name, email))
    assert found.agent == "human" or found.signal != "none"


@settings(max_examples=sized(200, 60), deadline=None)
@given(
    st.text(max_size=300), st.text(max_size=40), st.text(max_size=40),
    st.dictionaries(st.sampled_from(sorted(capture_rules(RULES).variables)), st.text(max_size=20), max_size=4),
    st.none() | st.text(max_size=20), st.none() | st.text(max_size=20),
)  # fmt: skip
def test_named_agent_is_in_the_catalogue_or_named_by_the_user(
    message: str, name: str, email: str, environment: dict[str, str], process: str | None, branch: str | None
) -> None:
    of_moment = evidence_from_circumstances(environment, RULES, terminal=False, process=process, branch=branch)
    evidence = combine(evidence_from_commit(commit(message, (name, email)), RULES), of_moment)
    found = attribute(evidence)
    assert found.agent == "human" or found.signal == "user" or found.agent in RULES.by_name
    assert found.agent == "human" or found.signal == "user" or any(one.agent == found.agent for one in evidence)


@given(
    st.text(st.characters(exclude_characters=":@/"), max_size=400),
    st.text(st.characters(exclude_characters=":@/(["), max_size=60),
)
def test_text_without_attribution_words_is_human(message: str, name: str) -> None:
    lowered = message.lower()
    if not any(word in lowered for word in ("generated", "with", "authored", "written", "assisted", "created")):
        assert attribution_of_commit(message, author=(name, "ada@example.com")).agent == "human"
