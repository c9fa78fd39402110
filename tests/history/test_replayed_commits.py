"""Agents, and kinds of links, of commits that rebase, am and cherry-pick make anew."""

from pathlib import Path

import pytest

from tests.support import Repo

AGENT = {"CLAUDECODE": "1"}


@pytest.mark.parametrize("replay", ["rebase", "rebase-now", "am", "pick"])
def test_commit_replayed_by_agent_keeps_its_actor(repo: Repo, tmp_path: Path, replay: str) -> None:
    repo.commit("base")
    repo.commit("ahead")
    repo.git("switch", "-q", "-c", "topic", "HEAD~1")
    oid = repo.commit("by hand", file="hand.txt")
    repo.settle()
    when = repo.git("log", "-1", "--format=%cI", oid).strip()
    if replay == "rebase":
        repo.git("rebase", "-q", "--committer-date-is-author-date", "main", env=AGENT)
    elif replay == "rebase-now":
        repo.git("rebase", "-q", "--reset-author-date", "main", env=AGENT)
    elif replay == "am":
        repo.git("format-patch", "-q", "-1", "-o", str(tmp_path / "patches"))
        repo.git("switch", "-q", "main")
        patches = sorted(map(str, (tmp_path / "patches").iterdir()))
        repo.git("am", "-q", "--committer-date-is-author-date", *patches, env=AGENT)
    else:
        repo.git("switch", "-q", "main")
        repo.git("cherry-pick", oid, env=AGENT | {"GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when})
    repo.settle()
    assert {line["agent"] for line in repo.assert_recorded()} == {"human"}


@pytest.mark.whole
def test_commit_made_by_exec_of_rebase_has_agent_that_rebases(repo: Repo) -> None:
    repo.commit("base")
    repo.commit("next", file="next.txt")
    repo.settle()
    command = (
        "GIT_COMMITTER_DATE='1700000500 +0000' GIT_AUTHOR_DATE='1700000500 +0000' git commit -q --allow-empty -m own"
    )
    repo.git("rebase", "-q", "--force-rebase", "--exec", command, "HEAD~1", env=AGENT)
    repo.settle()
    assert {line["subject"]: line["agent"] for line in repo.assert_recorded()} == {
        "base": "human",
        "next": "human",
        "own": "claude-code",
    }


@pytest.mark.whole
def test_skipped_commit_passes_no_agent_on(repo: Repo) -> None:
    """git lists it with the commit before it, here one that a person made."""
    repo.commit("base", file="base.txt")
    repo.git("switch", "-q", "-c", "topic")
    repo.commit("t1", file="a.txt", text="mine\n", env=AGENT)
    repo.commit("t2", file="b.txt", env=AGENT)
    repo.git("switch", "-q", "main")
    repo.commit("m1", file="a.txt", text="of main\n")
    repo.git("switch", "-q", "topic")
    repo.settle()
    repo.git("rebase", "-q", "main", code=1)
    repo.git("rebase", "--skip")
    repo.settle()
    agents = {line["subject"]: line["agent"] for line in repo.assert_recorded()}
    assert agents == {"base": "human", "m1": "human", "t2": "claude-code"}
    kinds = {line["subject"]: [link["kind"] for link in line["replaced_by"]] for line in repo.log("--all")}
    assert (kinds["t1"], kinds["t2"]) in [(["dropped"], ["same"]), (["dropped"], [])]


@pytest.mark.parametrize("reconciles", [False, True], ids=["without reconciles", "with reconciles"])
@pytest.mark.whole
def test_kinds_of_links_do_not_depend_on_reconciles_during_rebase(repo: Repo, reconciles: bool) -> None:
    repo.commit("base")
    for name in ("p", "q", "r"):
        repo.commit(name, file=f"{name}.txt", text=f"{name}\n" * 5)
    repo.settle()
    p, q, r = (repo.head(f"HEAD~{back}") for back in (2, 1, 0))
    todo = repo.path.parent / "todo"
    todo.write_text(f"pick {p}\nfixup {q}\nbreak\nedit {r}\n")
    repo.git("rebase", "-q", "-i", "HEAD~3", env={"GIT_SEQUENCE_EDITOR": f"cp '{todo}'"})
    if reconciles:
        repo.tracker("sync")
    repo.git("rebase", "--continue")
    repo.write("r.txt", "edited\n")
    repo.git("commit", "-q", "-a", "--amend", "--no-edit")
    if reconciles:
        repo.tracker("sync")
    repo.git("rebase", "--continue")
    repo.settle()
    repo.assert_recorded()
    kinds = {line["oid"]: {link["kind"] for link in line["replaced_by"]} for line in repo.log("--all")}
    assert (kinds[p], kinds[q], kinds[r]) == ({"squashed"}, {"squashed"}, {"changed"})
