"""Commits of an agent with a grade by the user, and assertions that their names and grades survived a rewrite."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tests.agent_environments import CLAUDE_CODE
from tests.support import Repo

GRADE: Final = -1
"""The user's grade of the agent's last commit: a bad one, so that nobody may get rid of it."""


def commit_file(repo: Repo, name: str, env: Mapping[str, str] | None = None) -> str:
    """Commit a new file of several lines that name the commit, so that patches differ."""
    return repo.commit(
        name, file=f"{name}.txt", text="".join(f"{name} line {number}\n" for number in range(5)), env=env
    )


def commit_agents_work(repo: Repo, *names: str) -> list[str]:
    """Commit a base by a person and these by an agent; record them, and grade the last as the user."""
    commit_file(repo, "base")
    oids = [commit_file(repo, name, CLAUDE_CODE) for name in names]
    Repo.tracker(repo, "sync")
    repo.grade(oids[-1], "user", GRADE)
    return oids


def lines_by_subject(repo: Repo) -> dict[str, dict[str, Any]]:
    """Reconcile and return the log's lines of live commits by subject; each subject must be there once."""
    lines = repo.log()
    assert len({line["subject"] for line in lines}) == len(lines)
    assert repo.json("verify")["ok"]
    return {line["subject"]: line for line in lines}


def agents_of(repo: Repo) -> dict[str, str]:
    """Return the agent of each live commit by subject."""
    return {subject: line["agent"] for subject, line in lines_by_subject(repo).items()}


def assert_made_by_agent(line: Mapping[str, Any]) -> None:
    """Assert that a commit has the agent by what its hooks saw."""
    assert (line["agent"], line["signal"]) == ("claude-code", "environment"), line["subject"]


def assert_kept(repo: Repo, kind: str = "same") -> None:
    """Assert that HEAD's commit has the agent and the grade of the agent's last commit, which counts once."""
    line = repo.line()
    assert_made_by_agent(line)
    if kind == "squashed":
        assert [(one["rater"], one["grade"]) for one in line["carried_grades"]] == [("user", GRADE)]
    else:
        assert line["grades"]["user"] == GRADE
        assert line["provisional"] == (["user"] if kind == "changed" else [])
    assert repo.json("status", "claude-code")["communication_score"] == 60 + GRADE
    assert sum(one["counted"] for one in repo.log("--all")) == len(repo.reachable())
    assert repo.json("verify")["ok"]


def subjects(repo: Repo, oids: Iterable[str]) -> list[str]:
    """Return the subjects of commits."""
    return [repo.git("log", "-1", "--format=%s", oid).strip() for oid in oids]
