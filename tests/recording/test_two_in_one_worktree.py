"""Two processes that commit in one worktree in the same second: each hook reads HEAD after the second commit.

In doubt nobody is named, whether the events are read in one look or in two.
"""

from collections.abc import Mapping
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.git.reflog_readers import add_visits
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

CODEX: Final = {"CODEX_THREAD_ID": "0199a213-81c0-7800-8aa1-bbab2a035a53"}
NOBODY: Final[Mapping[str, str]] = {}
NO_HOOKS: Final = ("-c", "core.hooksPath=/nowhere")
SECOND: Final = 1_700_000_000


@pytest.fixture
def both(repo: Repo) -> Repo:
    """A repository with two commits of the same second, of which no hook has told yet."""
    repo.commit("base")
    repo.settle()
    date = {"GIT_AUTHOR_DATE": f"{SECOND} +0000"}
    for name in ("a", "b"):
        repo.git(*NO_HOOKS, "commit", "-q", "--allow-empty", "-m", name, env=date)
    return repo


def tell(repo: Repo, number: int, environment: Mapping[str, str], *more: str, oid: str = "HEAD") -> None:
    """Write the event of a post-commit hook that read this commit as HEAD."""
    lines = [
        "agent-tracker-event=1", "hook=post-commit", f"work_tree={repo.path}", f"head={repo.head(oid)}",
        f"author_date=@{SECOND} +0000", *more, *(f"env.{name}={value}" for name, value in environment.items()), "end=1",
    ]  # fmt: skip
    (repo.folder / "spool" / f"{number}.0").write_text("".join(f"{line}\n" for line in lines), encoding="ascii")


@pytest.mark.parametrize("looks", [1, 2], ids=["one look", "two looks"])
@pytest.mark.parametrize(
    ("first", "second", "more"),
    [
        (CLAUDE_CODE, CODEX, ()),
        (CODEX, CLAUDE_CODE, ()),
        (CLAUDE_CODE, NOBODY, ()),
        (NOBODY, CLAUDE_CODE, ()),
        (CLAUDE_CODE, NOBODY, ("terminal=1",)),
    ],
    ids=[
        "two agents",
        "two agents, the other first",
        "an agent and a person",
        "a person first",
        "a person at a terminal",
    ],
)
def test_contradicting_events_name_nobody(
    both: Repo, looks: int, first: Mapping[str, str], second: Mapping[str, str], more: tuple[str, ...]
) -> None:
    tell(both, 1, first)
    if looks == 2:
        both.tracker("sync")
    tell(both, 2, second, *more)
    assert {line["subject"]: line["agent"] for line in both.log("-n", "2")} == {"a": "human", "b": "human"}
    assert both.json("verify")["ok"]


@pytest.mark.parametrize("looks", [1, 2], ids=["one look", "two looks"])
def test_two_events_of_one_agent_agree(both: Repo, looks: int) -> None:
    tell(both, 1, CLAUDE_CODE)
    if looks == 2:
        both.tracker("sync")
    tell(both, 2, CLAUDE_CODE)
    assert both.line()["agent"] == "claude-code"


@pytest.mark.parametrize("looks", [1, 2], ids=["one look", "two looks"])
def test_hooks_that_read_their_own_commits_name_both(both: Repo, looks: int) -> None:
    tell(both, 1, CLAUDE_CODE, oid="HEAD~1")
    if looks == 2:
        both.tracker("sync")
    tell(both, 2, CODEX)
    assert {line["subject"]: line["agent"] for line in both.log("-n", "2")} == {"a": "claude-code", "b": "codex"}


@pytest.mark.parametrize("looks", [1, 2], ids=["one look", "two looks"])
def test_late_event_of_agent_does_not_override_a_person_at_a_terminal(both: Repo, looks: int) -> None:
    """An agent's event that names HEAD without having moved it, such as a failed commit, is no evidence."""
    tell(both, 1, NOBODY, "terminal=1")
    if looks == 2:
        both.tracker("sync")
    tell(both, 2, CLAUDE_CODE)
    assert both.line()["agent"] == "human"


def test_late_hook_belongs_to_the_commit_before_however_many_moves_of_head_follow(repo: Repo) -> None:
    repo.commit("base")
    repo.settle()
    for name, second in (("a", SECOND), ("b", SECOND + 9)):
        repo.git(*NO_HOOKS, "commit", "-q", "--allow-empty", "-m", name, env={"GIT_AUTHOR_DATE": f"{second} +0000"})
    add_visits(repo.folder.parent / "logs" / "HEAD", 2500)
    tell(repo, 1, CODEX)
    assert {line["subject"]: line["agent"] for line in repo.log("-n", "2")} == {"a": "codex", "b": "human"}


@pytest.mark.parametrize("looks", ["one", "each"], ids=["one look", "a look after each event"])
def test_hooks_that_read_their_own_commits_name_all_in_whatever_order_they_write(both: Repo, looks: str) -> None:
    both.git(*NO_HOOKS, "commit", "-q", "--allow-empty", "-m", "c", env={"GIT_AUTHOR_DATE": f"{SECOND} +0000"})
    for number, (environment, oid) in enumerate([(NOBODY, "HEAD"), (CODEX, "HEAD~1"), (CLAUDE_CODE, "HEAD~2")]):
        tell(both, number, environment, oid=oid)
        if looks == "each":
            both.tracker("sync")
    agents = {line["subject"]: line["agent"] for line in both.log("-n", "3")}
    assert agents == {"a": "claude-code", "b": "codex", "c": "human"}
    assert both.json("verify")["ok"]
