"""A repository with graded work of an agent on a branch, and a host at which another person works."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support import Repo

AGENT = {"CLAUDECODE": "1"}
LINES = "".join(f"line {number}\n" for number in range(20))
"""The content of m1.txt."""


class HostedRepository:
    """A tracked repository and a clone, the remote ``origin``, in which another person works.

    ``main`` has m1; ``topic``, which is checked out, has t1 of an agent, which the user graded with 5.
    """

    def __init__(self, repo: Repo, place: Path) -> None:
        self.repo = repo
        repo.commit("m1", file="m1.txt", text=LINES)
        self.host = repo.clone(place / "host")
        self.host.environment |= {
            "GIT_AUTHOR_EMAIL": "mallory@example.org",
            "GIT_COMMITTER_EMAIL": "mallory@example.org",
        }
        self.host.git("config", "receive.denyCurrentBranch", "ignore")
        repo.git("remote", "add", "origin", str(self.host.path))
        repo.git("switch", "-q", "-c", "topic")
        self.t1 = repo.commit("t1", file="t1.txt", text="t1\n", env=AGENT)
        self.record()
        repo.grade(self.t1, "user", 5)

    def record(self) -> None:
        """Wait for recorders and reconcile."""
        self.repo.settle()
        self.repo.tracker("sync")

    def author_of(self, oid: str) -> dict[str, str]:
        """Return the variables that give a new commit the author and author date of another."""
        name, email, date = self.repo.git("log", "-1", "--format=%an%n%ae%n%ad", "--date=raw", oid).splitlines()
        return {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_DATE": date}

    def pull(self) -> None:
        """Switch to ``main``, pull it from the host and record."""
        self.repo.git("switch", "-q", "main")
        self.repo.git("pull", "-q", "--no-edit", "origin", "main")
        self.record()

    def lines_by_subject(self) -> dict[str, dict[str, Any]]:
        assert self.repo.json("verify")["ok"]
        return {line["subject"]: line for line in self.repo.log("--all")}


def assert_unrelated_to_agent(line: Mapping[str, Any]) -> None:
    """Assert that a commit has neither the agent, nor its grade, nor a rewrite link from its work."""
    assert (line["agent"], line["grades"]["user"], line["landed"], line["replaces"]) == ("human", None, False, [])
    assert line["made_here"] == (line["origin"] == "local")
