"""Histories in which dates, boundaries or branches are not what one expects: nothing is lost, missed or claimed."""

from pathlib import Path

import pytest

from tests.support import Repo

AGENT = {"CLAUDECODE": "1"}


def test_clocks_that_went_wrong(repo: Repo, tmp_path: Path) -> None:
    """rev-list gives up looking for excluded commits when the ones on the way are dated long before them."""
    for number in range(3):
        repo.commit(f"feat: {number}", env=AGENT)
    repo.settle()
    other = repo.clone(tmp_path / "other")
    for number in range(12):
        past = "2001-01-01T00:00:00Z"
        other.git("commit", "-q", "--allow-empty", "-m", f"old {number}", env={"GIT_COMMITTER_DATE": past})
    repo.git("pull", "-q", "--ff-only", str(other.path), "main")
    repo.tracker("sync")
    assert len(repo.assert_recorded()) == 15
    repo.git("reset", "-q", "--hard", "HEAD~1")
    assert len(repo.assert_recorded()) == 14
    assert repo.json("status", "claude-code")["total_commits"] == 3


@pytest.mark.parametrize("replay", ["rebase", "rebase-now", "am", "pick"])
def test_an_agent_that_replays_commits_did_not_make_them(repo: Repo, tmp_path: Path, replay: str) -> None:
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


def test_a_commit_made_while_a_rebase_waits_is_its_maker_s(repo: Repo) -> None:
    repo.commit("base")
    repo.commit("next", file="next.txt")
    repo.settle()
    execute = (
        "GIT_COMMITTER_DATE='1700000500 +0000' GIT_AUTHOR_DATE='1700000500 +0000' git commit -q --allow-empty -m own"
    )
    repo.git("rebase", "-q", "--force-rebase", "--exec", execute, "HEAD~1", env=AGENT)
    repo.settle()
    assert {line["subject"]: line["agent"] for line in repo.assert_recorded()} == {
        "base": "human",
        "next": "human",
        "own": "claude-code",
    }


def test_a_skipped_commit_gives_its_name_to_nothing(repo: Repo) -> None:
    """git lists it with the commit before it, which here is one that somebody else made long ago."""
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
    who = {line["subject"]: line["agent"] for line in repo.assert_recorded()}
    assert who == {"base": "human", "m1": "human", "t2": "claude-code"}
    kinds = {line["subject"]: [link["kind"] for link in line["replaced_by"]] for line in repo.log("--all")}
    assert (kinds["t1"], kinds["t2"]) in [(["dropped"], ["same"]), (["dropped"], [])]


@pytest.mark.parametrize("watched", [False, True])
def test_kinds_do_not_depend_on_when_somebody_looked(repo: Repo, watched: bool) -> None:
    repo.commit("base")
    for name in ("p", "q", "r"):
        repo.commit(name, file=f"{name}.txt", text=f"{name}\n" * 5)
    repo.settle()
    p, q, r = (repo.head(f"HEAD~{back}") for back in (2, 1, 0))
    todo = repo.path.parent / "todo"
    todo.write_text(f"pick {p}\nfixup {q}\nbreak\nedit {r}\n")
    repo.git("rebase", "-q", "-i", "HEAD~3", env={"GIT_SEQUENCE_EDITOR": f"cp '{todo}'"})
    if watched:
        repo.tracker("sync")
    repo.git("rebase", "--continue")
    repo.write("r.txt", "edited\n")
    repo.git("commit", "-q", "-a", "--amend", "--no-edit")
    if watched:
        repo.tracker("sync")
    repo.git("rebase", "--continue")
    repo.settle()
    repo.assert_recorded()
    kinds = {line["oid"]: {link["kind"] for link in line["replaced_by"]} for line in repo.log("--all")}
    assert (kinds[p], kinds[q], kinds[r]) == ({"squashed"}, {"squashed"}, {"changed"})


def test_a_broken_branch_stops_nothing(repo: Repo) -> None:
    repo.commit("one")
    (repo.path / ".git" / "refs" / "heads" / "broken").write_text("1234567890" * 4 + "\n")
    repo.commit("two", env=AGENT)
    assert [line["agent"] for line in repo.log()] == ["claude-code", "human"]


def test_boundaries_that_move_without_a_tip(untracked: Repo, tmp_path: Path) -> None:
    """fetch --unshallow, fetch --depth and git replace --graft change what is reachable, and move no branch."""
    untracked.git("config", "user.email", "grace@example.org")
    for number in range(5):
        untracked.commit(f"feat: {number}", file=f"{number}.txt")
    place = tmp_path / "shallow"
    untracked.git("clone", "-q", "--depth=2", f"file://{untracked.path}", str(place))
    shallow = untracked.at(place)
    shallow.tracker("init")
    shallow.tracker("backfill")
    own = shallow.commit("feat: of here", file="here.txt")
    assert [line["files"] for line in shallow.assert_recorded()] == [1, 1, None]
    shallow.git("fetch", "-q", "--unshallow")
    lines = shallow.assert_recorded()
    assert [line["files"] for line in lines] == [1] * 6
    assert {line["oid"] for line in lines if line["origin"] == "local"} == {own}
    shallow.git("replace", "--graft", "HEAD~1")
    assert len(shallow.assert_recorded()) == 2
    shallow.git("replace", "-d", shallow.head("HEAD~1"))
    assert len(shallow.assert_recorded()) == 6
    shallow.git("fetch", "-q", "--depth=1")
    assert len(shallow.assert_recorded()) == 2


@pytest.mark.parametrize("layout", ["submodule", "separate", "worktree-setting"])
def test_the_status_file_is_in_the_work_tree_wherever_the_git_directory_is(
    tmp_path: Path, environment: dict[str, str], layout: str
) -> None:
    outer = Repo.make(tmp_path / "outer", environment)
    outer.commit("outer")
    if layout == "submodule":
        inner = Repo.make(tmp_path / "inner", environment)
        inner.commit("inner")
        outer.git("submodule", "--quiet", "add", str(inner.path), "mod")
        repo = outer.at(outer.path / "mod")
    elif layout == "separate":
        repo = Repo.make(tmp_path / "tree", environment, f"--separate-git-dir={tmp_path / 'elsewhere.git'}")
    else:
        repo = Repo.make(tmp_path / "place", environment)
        (tmp_path / "tree").mkdir()
        repo.git("config", "core.worktree", str(tmp_path / "tree"))
        (tmp_path / "tree" / ".git").write_text(f"gitdir: {repo.path / '.git'}\n")
        repo = repo.at(tmp_path / "tree")
    repo.tracker("init")
    repo.git("commit", "-q", "--allow-empty", "-m", "here", env=AGENT)
    repo.settle()
    assert repo.status_file()["agent_name"] == "claude-code"
    assert repo.status_file()["head"]["oid"] == repo.head()
    assert not list(repo.folder.parent.glob(".agent"))
    assert repo.json("doctor")["findings"] == []
    repo.tracker("uninstall")
    assert not (repo.path / ".agent").exists()


def test_a_work_tree_whose_folder_is_away_still_holds_its_commits(repo: Repo, tmp_path: Path) -> None:
    repo.commit("one")
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "away"))
    repo.at(tmp_path / "away").commit("two")
    (tmp_path / "away").rename(tmp_path / "elsewhere")
    assert len(repo.assert_recorded()) == 2
    (tmp_path / "elsewhere").rename(tmp_path / "away")
    repo.git("worktree", "remove", "--force", str(tmp_path / "away"))
    assert len(repo.assert_recorded()) == 1


def test_somebody_else_s_status_file_is_left_alone(untracked: Repo) -> None:
    untracked.write(".agent/status.json", '{"agent": "mine"}\n')
    untracked.tracker("init")
    untracked.commit("one")
    untracked.settle()
    assert (untracked.path / ".agent" / "status.json").read_text() == '{"agent": "mine"}\n'
    assert "was not written by agent-tracker" in untracked.json("doctor", code=1)["findings"][0]["what"]
    untracked.tracker("uninstall")
    assert (untracked.path / ".agent" / "status.json").read_text() == '{"agent": "mine"}\n'


def test_a_range_is_backfilled(untracked: Repo) -> None:
    for number in range(6):
        untracked.commit(f"feat: {number}")
    untracked.tracker("init")
    assert untracked.json("backfill", "HEAD~4..HEAD~1")["recorded"] == 3
    assert untracked.json("backfill", "HEAD~1..")["recorded"] == 1
    assert untracked.json("verify")["ok"]


def test_sync_mode_waits_after_an_amend_too(repo: Repo) -> None:
    repo.git("config", "agent-tracker.mode", "sync")
    for number in range(4):
        repo.commit(f"feat: {number}")
        repo.git("commit", "-q", "--amend", "--allow-empty", "-m", f"feat: {number}, again")
        assert repo.status_file()["head"]["oid"] == repo.head()
