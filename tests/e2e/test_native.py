"""A day's work through the native hooks: every reachable commit recorded once, whatever git did."""

from pathlib import Path

import pygit2

from tests.support import Repo


def day_of_work(repo: Repo, elsewhere: Path) -> None:
    """Twenty commits, an amend, a merge, a pull of ten, a rebase of five, a pick, a revert, am of three, and pygit2."""
    for number in range(20):
        repo.commit(f"feat: step {number}", file=f"step-{number}.txt")
    repo.write("step-19.txt", "amended\n")
    repo.git("commit", "-q", "-a", "--amend", "-m", "feat: step 19, better")
    # a merge
    repo.git("switch", "-q", "-c", "topic", "HEAD~3")
    repo.commit("fix: on the topic", file="topic.txt")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-edit", "topic")
    # a fast-forward pull of ten
    other = repo.clone(elsewhere / "other")
    other.git("config", "user.email", "grace@example.org")
    for number in range(10):
        other.commit(f"docs: from elsewhere {number}", file=f"elsewhere-{number}.md")
    repo.git("remote", "add", "other", str(other.path))
    repo.git("pull", "-q", "--ff-only", "other", "main")
    # a rebase of five
    repo.git("switch", "-q", "-c", "rebased", "HEAD~12")
    for number in range(5):
        repo.commit(f"test: rebased {number}", file=f"tests/test_{number}.py")
    repo.git("rebase", "-q", "main")
    # a cherry-pick, a revert
    repo.git("switch", "-q", "main")
    repo.git("cherry-pick", "rebased~2")
    repo.git("revert", "--no-edit", "HEAD~3")
    # am of three
    patches = elsewhere / "patches"
    other.git("format-patch", "-q", "-3", "-o", str(patches), "HEAD~5")
    repo.git("switch", "-q", "-c", "mailed", "HEAD~15")
    repo.git("am", "-q", *sorted(map(str, patches.iterdir())))
    # libgit2
    with_pygit2(repo)


def with_pygit2(repo: Repo) -> str:
    opened = pygit2.Repository(str(repo.path))
    who = pygit2.Signature("Ada Person", "ada@example.com", 1_700_900_000, 60)
    head = opened.head
    commit = opened.get(head.target)
    assert isinstance(commit, pygit2.Commit)
    return str(opened.create_commit(head.name, who, who, "chore: by libgit2", commit.tree.id, [commit.id]))


def test_what_an_agent_makes_by_merging_and_reverting_is_its_own(repo: Repo) -> None:
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
    who = {line["subject"]: line["agent"] for line in repo.assert_recorded()}
    assert who == {
        "feat: base": "human",
        "feat: on the topic": "human",
        "feat: on main": "human",
        "Merge branch 'topic'": "claude-code",
        'Revert "feat: on main"': "claude-code",
    }


def test_a_day_of_work(repo: Repo, tmp_path: Path) -> None:
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
