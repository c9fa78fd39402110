"""A rebase or an amend that makes the same commit again is no rewrite: what the commit's hook saw stays."""

from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.history.agents_work import assert_made_by_agent
from tests.history.looking.looks import looked_at, watch
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

LATER: Final = {"GIT_COMMITTER_DATE": "4000000000 +0000"}
"""The committer date of both commits, so that git makes the same object twice."""


@pytest.fixture
def based(repo: Repo) -> Repo:
    repo.commit("base", file="base.txt")
    repo.commit("two", file="two.txt")
    repo.settle()
    return repo


@looked_at
@pytest.mark.parametrize(
    "command",
    [("rebase", "-q", "--force-rebase", "HEAD~1"), ("commit", "-q", "--amend", "--no-edit")],
    ids=["forced rebase", "amend"],
)
def test_command_that_makes_same_commit(based: Repo, looks: str, command: tuple[str, ...]) -> None:
    seen = watch(based, looks)
    oid = seen.commit("x", file="x.txt", env=CLAUDE_CODE | LATER)
    seen.git(*command, env=LATER)
    assert based.head() == oid
    line = based.line()
    assert_made_by_agent(line)
    assert line["replaced_by"] == line["replaces"] == []


@looked_at
@pytest.mark.whole
def test_rebase_that_runs_a_command_after_each_commit(based: Repo, looks: str) -> None:
    """After an ``exec`` git fast-forwards the picks, and lists each commit as rewritten into itself."""
    seen = watch(based, looks)
    for name in ("x", "y"):
        seen.commit(name, file=f"{name}.txt", env=CLAUDE_CODE)
    before = based.head()
    seen.git("rebase", "-q", "--exec", "true", "HEAD~2")
    assert based.head() == before
    for line in based.log("-n", "2"):
        assert_made_by_agent(line)
        assert line["replaced_by"] == line["replaces"] == []


@looked_at
@pytest.mark.whole
def test_only_first_of_two_is_made_again(based: Repo, looks: str) -> None:
    """A reword of the second leaves the first, which git lists too."""
    seen = watch(based, looks)
    first = seen.commit("x", file="x.txt", env=CLAUDE_CODE)
    seen.commit("y", file="y.txt", env=CLAUDE_CODE)
    seen.git(
        "rebase",
        "-q",
        "-i",
        "HEAD~2",
        env={"GIT_SEQUENCE_EDITOR": "sed -i '2s/^pick/reword/'", "GIT_EDITOR": "sed -i s/y/z/"},
    )
    assert based.head("HEAD~1") == first
    lines = {line["subject"]: line for line in based.log()}
    assert_made_by_agent(lines["x"])
    assert_made_by_agent(lines["z"])
    assert lines["x"]["replaces"] == []


def test_look_between_the_two_hooks_of_an_amend_that_makes_same_commit(based: Repo) -> None:
    oid = based.commit("x", file="x.txt", env=CLAUDE_CODE | LATER)
    based.settle()
    based.git("commit", "-q", "--amend", "--no-edit", env=LATER)
    assert based.head() == oid
    spool = based.folder / "spool"
    (rewritten,) = (path for path in spool.iterdir() if "hook=post-rewrite" in path.read_text(encoding="utf-8"))
    waiting = rewritten.rename(spool.parent / "waiting")
    based.tracker("sync")
    waiting.rename(rewritten)
    assert_made_by_agent(based.line())
    assert based.json("verify")["ok"]
