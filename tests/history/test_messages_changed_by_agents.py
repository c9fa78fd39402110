"""An agent that changes only the message, the sign-off or the author of another's commit does not become its maker."""

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.history.agents_work import commit_file
from tests.history.looking.looks import looked_at, watch
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

CODEX: Final = {"CODEX_THREAD_ID": "0199a213-81c0-7800-8aa1-bbab2a035a53"}


def at_terminal(repo: Repo) -> str:
    """Commit as a person who types in a terminal."""
    repo.write("work.txt", "typed\n" * 50)
    repo.git("add", "-A")
    dates = {"GIT_AUTHOR_DATE": "1700001000 +0000", "GIT_COMMITTER_DATE": "1700001000 +0000"}
    terminal = repo.at_terminal("git", "commit", "-q", "-m", "work", env=dates)
    assert terminal.finish() == 0, terminal.shown
    return repo.head()


def without_terminal(repo: Repo) -> str:
    return commit_file(repo, "work")


def by_another_agent(repo: Repo) -> str:
    return commit_file(repo, "work", CODEX)


MAKERS: Final[Mapping[str, tuple[Callable[[Repo], str], str]]] = {
    "a person at a terminal": (at_terminal, "human"),
    "a person without one": (without_terminal, "human"),
    "another agent": (by_another_agent, "codex"),
}

_SECOND_IS_REWORDED: Final = {
    "GIT_SEQUENCE_EDITOR": "sed -i '1s/^pick/reword/'",
    "GIT_EDITOR": "sed -i 's/^work/work, reworded/'",
}

CHANGES: Final[Mapping[str, tuple[list[str], dict[str, str]]]] = {
    "amend -m": (["commit", "-q", "--amend", "-m", "work, reworded"], {}),
    "amend --signoff": (["commit", "-q", "--amend", "--no-edit", "--signoff"], {}),
    "amend --trailer": (["commit", "-q", "--amend", "--no-edit", "--trailer", "Reviewed-by: Ada <a@example.com>"], {}),
    "amend --author": (["commit", "-q", "--amend", "--no-edit", "--author", "Grace <grace@example.org>"], {}),
    "amend --reset-author": (["commit", "-q", "--amend", "--no-edit", "--reset-author"], {}),
    "amend --date": (["commit", "-q", "--amend", "--no-edit", "--date", "1700009000 +0000"], {}),
    "rebase --signoff": (["rebase", "-q", "--signoff", "HEAD~1"], {}),
    "rebase --reset-author-date": (["rebase", "-q", "--reset-author-date", "HEAD~1"], {}),
    "rebase -i, reword": (["rebase", "-q", "-i", "HEAD~1"], _SECOND_IS_REWORDED),
    "rebase -i, exec an amend": (["rebase", "-q", "--exec", "git commit -q --amend -m 'work, reworded'", "HEAD~1"], {}),
}


@looked_at
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("maker", MAKERS)
def test_maker_stays(repo: Repo, looks: str, maker: str, change: str) -> None:
    commit_file(repo, "base")
    commit, name = MAKERS[maker]
    old = commit(repo)
    if looks == "always":
        repo.tracker("sync")
    arguments, environment = CHANGES[change]
    watch(repo, looks).git(*arguments, env=CLAUDE_CODE | environment)
    assert repo.head() != old
    line = repo.line()
    assert (line["agent"], line["replaces"]) == (name, [old])


@looked_at
def test_agent_that_commits_with_old_message_makes_its_own_work(repo: Repo, looks: str) -> None:
    """With another patch the commit is the agent's too: only the message is somebody else's."""
    commit_file(repo, "base")
    old = at_terminal(repo)
    seen = watch(repo, looks)
    seen.write("more.txt", "of the agent\n" * 50)
    seen.git("add", "-A")
    seen.git("commit", "-q", "-C", old, env=CLAUDE_CODE)
    line = repo.line()
    assert (line["agent"], line["replaces"]) == ("claude-code", [])


@pytest.mark.parametrize("command", [("rebase", "-q", "main"), ("rebase", "-q", "--force-rebase", "main")])
def test_merge_that_a_rebase_drops_makes_nobody_the_maker(repo: Repo, command: tuple[str, ...]) -> None:
    """The rebased commit has the tree that the branch had with the agent's merge in it."""
    repo.commit("base", file="base.txt")
    repo.git("switch", "-q", "-c", "work")
    repo.commit("by hand 1", file="hand.txt", text="1\n")
    repo.git("switch", "-q", "main")
    repo.commit("other", file="other.txt")
    repo.git("switch", "-q", "work")
    repo.git("merge", "-q", "--no-edit", "main", env=CLAUDE_CODE)
    repo.commit("by hand 2", file="hand.txt", text="1\n2\n")
    repo.settle()
    repo.git(*command, env=CLAUDE_CODE)
    lines = {line["subject"]: line for line in repo.log()}
    assert {subject: line["agent"] for subject, line in lines.items()} == dict.fromkeys(lines, "human")
    assert [len(line["replaces"]) for line in lines.values()] == [1, 1, 0, 0]
