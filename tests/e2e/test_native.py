"""A day's work with native hooks: every reachable commit is recorded once."""

from pathlib import Path

import pytest

from tests.e2e.day_of_work import day_of_work
from tests.support import Repo


@pytest.mark.whole
def test_merge_revert_and_merge_made_anew_by_agent_are_its_own(repo: Repo) -> None:
    agent = {"CLAUDECODE": "1"}
    repo.commit("feat: base", file="a.txt")
    repo.git("switch", "-q", "-c", "topic")
    repo.commit("feat: on the topic", file="b.txt")
    repo.git("switch", "-q", "main")
    repo.commit("feat: on main", file="c.txt")
    repo.settle()
    repo.git("merge", "-q", "--no-edit", "topic", env=agent)
    repo.settle()
    repo.git("revert", "--no-edit", "HEAD~1", env=agent)
    repo.settle()
    repo.git("rebase", "-q", "--force-rebase", "--rebase-merges", "HEAD~3", env=agent)
    repo.settle()
    agents = {line["subject"]: line["agent"] for line in repo.assert_recorded()}
    assert agents == {
        "feat: base": "human",
        "feat: on the topic": "human",
        "feat: on main": "human",
        "Merge branch 'topic'": "claude-code",
        'Revert "feat: on main"': "claude-code",
    }


def test_day_of_work(repo: Repo, tmp_path: Path) -> None:
    day_of_work(repo, tmp_path)
    repo.settle()
    lines = repo.assert_recorded()
    assert len(lines) == 20 + 2 + 10 + 5 + 2 + 3 + 1
    every = repo.log("--all")
    pairs = [(line["oid"], link["oid"], link["kind"]) for line in every for link in line["replaced_by"]]
    assert len(pairs) == 6
    assert sorted(kind for _, _, kind in pairs) == ["changed"] + ["same"] * 5
    learnt = {line["subject"]: line["learnt"] for line in lines}
    assert learnt["fix: on the topic"] == "post-commit"
    assert learnt["chore: by libgit2"] == "reconcile"
    origins = {line["subject"]: line["origin"] for line in lines}
    assert origins["docs: from elsewhere 9"] == "fetched"
    assert origins["feat: step 0"] == "local"
    assert repo.status_file()["head"]["oid"] == repo.head()
    assert repo.json("doctor")["ok"]
