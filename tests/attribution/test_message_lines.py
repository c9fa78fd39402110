"""Lines of a message that count as evidence: no quotations, no code blocks; indented lines only in squash merges."""

import pytest

from tests.attribution.commits import CURSOR, attribution_of_commit

DEPENDABOT = "Co-authored-by: x <49699333+dependabot[bot]@users.noreply.github.com>\n"


@pytest.mark.parametrize(
    ("message", "agent", "model"),
    [
        (f"Squash (#1)\n\n* one\n\n{CURSOR}", "cursor", None),
        (f"x\n\nSquashed commit of the following:\n\ncommit abc\n\n    one\n\n    {CURSOR}", "cursor", None),
        (f"x\n\nSquashed commit of the following:\n\n> {CURSOR}", "human", None),
        (f"Docs (#1)\n\n* how to write it:\n\n    {CURSOR}", "human", None),
        (f"x\n\n```\n{CURSOR}\n```\n", "human", None),
        (f"x\n\n```\n\n{CURSOR}", "cursor", None),
        (f"{'x' * 10}\n" * 20 + "\n" * 6000 + CURSOR, "cursor", None),
        (f"x\n\n{DEPENDABOT * 30}{CURSOR}", "cursor", None),
    ],
    ids=[
        "squash on GitHub", "git merge --squash", "quoted in a squash", "indented in a list", "closed code block",
        "unclosed code block", "after many empty lines", "after many trailers",
    ],
)  # fmt: skip
def test_trailer_counts_unless_quoted_or_in_a_code_block(message: str, agent: str, model: str | None) -> None:
    found = attribution_of_commit(message)
    assert (found.agent, found.model) == (agent, model)


def test_last_trailer_of_a_long_squash_merge_is_read() -> None:
    parts = "".join(f"* {number}\n\nCo-authored-by: Claude <noreply@anthropic.com>\n" for number in range(60))
    assert attribution_of_commit(f"x (#1)\n\n{parts}* last\n\n{CURSOR}\n").also == ("cursor",)


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
    ids=["trailers", "empty lines", "parentheses", "names", "one line", "emoji"],
)
def test_huge_messages_are_read_in_bounded_time(hostile: str) -> None:
    """A regular expression that backtracks would not end here; scripts/benchmark.py measures the time."""
    assert attribution_of_commit(f"feat: x\n\n{hostile}").agent == "human"
