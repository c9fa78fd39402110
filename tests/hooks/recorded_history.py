"""A history that runs each recording hook, and what agent-tracker must have recorded of it."""

from collections.abc import Sequence

from tests.agent_environments import CLAUDE_CODE
from tests.support import Repo


def make_history(repo: Repo) -> list[tuple[str, str]]:
    """Commit, amend, switch, rebase and merge; return the old and new oid of each rewritten commit."""
    repo.commit("feat: base", file="base.txt", env=CLAUDE_CODE)
    amended = repo.commit("feat: one", file="one.txt", env=CLAUDE_CODE)
    repo.git("commit", "-q", "--amend", "-m", "feat: one, better", env=CLAUDE_CODE)
    pairs = [(amended, repo.head())]
    repo.git("switch", "-q", "-c", "topic", "HEAD~1")
    rebased = [repo.commit(f"feat: topic {number}", file=f"topic-{number}.txt", env=CLAUDE_CODE) for number in range(2)]
    repo.git("rebase", "-q", "main", env=CLAUDE_CODE)
    pairs += zip(rebased, [repo.head("HEAD~1"), repo.head()], strict=True)
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "topic", env=CLAUDE_CODE)
    return pairs


def assert_recorded_by_hooks(repo: Repo, pairs: Sequence[tuple[str, str]]) -> None:
    """Assert that the hooks recorded the commits of ``make_history`` and linked its rewritten commits."""
    repo.settle()
    lines = {line["subject"]: (line["learnt"], line["agent"]) for line in repo.assert_recorded()}
    assert lines["feat: base"] == lines["feat: one, better"] == ("post-commit", "claude-code")
    assert lines["Merge branch 'topic'"] == ("post-merge", "claude-code")
    links = [(line["oid"], link["oid"]) for line in repo.log("--all") for link in line["replaced_by"]]
    assert sorted(links) == sorted(pairs)
