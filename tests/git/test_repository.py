"""Reading git: two engines with one answer, in every kind of repository that git makes."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import Repo
from tracker.errors import RepositoryError
from tracker.git import Repository, patch_ids, process
from tracker.git.commits import CommitReader, parse
from tracker.model import Oid


def strange_history(repo: Repo) -> None:
    """Renames, binaries, modes, links, merges, odd paths, encodings, an empty commit, a deletion, a submodule."""
    repo.commit("feat: first", file="a.txt", text="one\ntwo\nthree\nfour\nfive\n")
    repo.write("bin", bytes(range(256)) * 10)
    repo.write('odd "name\twith\nall.txt', "x\n")
    repo.write("ünï/日本.txt", "y")
    (repo.path / "link").symlink_to("a.txt")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "feat: strange files\n\nSigned-off-by: A <a@x>\nCo-authored-by: B <b@x>")
    repo.git("mv", "a.txt", "b.txt")
    repo.write("b.txt", "one\ntwo\nthree\nfour\nfive\nsix\n")
    repo.git("commit", "-q", "-a", "-m", "refactor: rename")
    (repo.path / "bin").chmod(0o755)
    repo.git("commit", "-q", "-a", "-m", "chore: mode")
    repo.git("commit", "-q", "--allow-empty", "-m", "chore: empty")
    repo.git("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", "")
    repo.git("switch", "-q", "-c", "side", "HEAD~2")
    repo.commit("feat: side", file="side.txt")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-edit", "side")
    repo.git("rm", "-q", "bin")
    repo.git("commit", "-q", "-m", "chore: remove")
    repo.git("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-F", "-", stdin=b"caf\xe9 \xfc")
    repo.git("commit", "-q", "--allow-empty", "-m", "x", env={"GIT_AUTHOR_NAME": "日本", "GIT_AUTHOR_DATE": "@5 -0930"})


@pytest.fixture
def strange(untracked: Repo) -> Repo:
    strange_history(untracked)
    return untracked


def oids(repo: Repo) -> list[Oid]:
    return [Oid(oid) for oid in repo.git("rev-list", "--all").split()]


def test_pygit2_and_git_read_the_same(strange: Repo) -> None:
    common_dir = strange.path / ".git"
    by_pygit2 = CommitReader(common_dir)
    by_git = CommitReader(common_dir)
    by_git._tried = True  # as where libgit2 cannot open the repository
    assert (by_pygit2.engine(), by_git.engine()) == ("pygit2", "git")
    wanted = oids(strange)
    assert len(wanted) == 11
    assert list(by_pygit2.read(wanted)) == list(by_git.read(wanted))


def test_what_is_read_is_what_git_says(strange: Repo) -> None:
    wanted = oids(strange)
    for commit in Repository.find(strange.path).commits(wanted):
        said = strange.git(
            "log", "-1", "--encoding=UTF-8", "--date=raw", commit.oid,
            "--format=%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%B",
        )  # fmt: skip
        parents, author, email, when, committer, committer_email, committed, body = said.split("\0")
        assert list(commit.parents) == parents.split()
        assert (commit.author.name, commit.author.email) == (author, email)
        assert (commit.committer.name, commit.committer.email) == (committer, committer_email)
        for signature, raw in ((commit.author, when), (commit.committer, committed)):
            seconds, zone = raw.split()
            sign = -1 if zone.startswith("-") else 1
            assert (signature.time, signature.offset) == (int(seconds), sign * (int(zone[1:3]) * 60 + int(zone[3:])))
        assert commit.message.rstrip("\n") == body.rstrip("\n")


def test_diff_statistics_are_those_of_git(strange: Repo) -> None:
    found = Repository.find(strange.path).changes(oids(strange))
    for oid in oids(strange):
        merge = len(strange.git("rev-list", "--parents", "-1", oid).split()) > 2
        lines = strange.git("show", "--format=", "--numstat", "-M", "-z", oid) if not merge else ""
        numbers = [piece.lstrip("\n").split("\t", 2) for piece in lines.split("\0")]
        rows = [row for row in numbers if len(row) == 3]
        expected = (
            len(rows),
            sum(int(row[0]) for row in rows if row[0].isdigit()),
            sum(int(row[1]) for row in rows if row[1].isdigit()),
        )
        assert tuple(found[oid].stat) == expected
    every = {path for change in found.values() for path in change.paths}
    assert {'odd "name\twith\nall.txt', "ünï/日本.txt", "b.txt", "side.txt"} <= every


def test_a_user_s_configuration_changes_no_number(strange: Repo) -> None:
    before = Repository.find(strange.path).changes(oids(strange))
    for name, value in {
        "diff.renames": "false", "diff.algorithm": "histogram", "core.quotePath": "true", "diff.orderFile": "order",
        "diff.noprefix": "true", "diff.external": "false", "color.ui": "always", "diff.ignoreSubmodules": "all",
        "log.showSignature": "true", "diff.renameLimit": "1", "core.whitespace": "trailing-space",
    }.items():  # fmt: skip
        strange.git("config", name, value)
    strange.write(".gitattributes", "*.txt binary\n* diff=odd\n")
    assert Repository.find(strange.path).changes(oids(strange)) == before


class TestKindsOfRepository:
    def test_sha256(self, tmp_path: Path, environment: dict[str, str]) -> None:
        repo = Repo.make(tmp_path / "long", environment, "--object-format=sha256")
        repo.tracker("init")
        repo.commit("feat: one", env={"CLAUDECODE": "1"})
        old = repo.commit("feat: two")
        repo.git("commit", "-q", "--amend", "-m", "feat: two, better")
        repo.settle()
        lines = repo.assert_recorded()
        assert [len(line["oid"]) for line in lines] == [64, 64]
        assert lines[1]["agent"] == "claude-code"
        (dead,) = [line for line in repo.log("--all") if line["oid"] == old]
        assert [link["kind"] for link in dead["replaced_by"]] == ["same"]
        assert CommitReader(Repository.find(repo.path).common_dir).engine() == "git"

    def test_replaced_objects_are_read_as_git_shows_them(self, repo: Repo) -> None:
        repo.commit("feat: one")
        repo.settle()
        oid = repo.commit("feat: wrong")
        raw = repo.git("cat-file", "commit", oid).replace("feat: wrong", "feat: right")
        new = repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=raw).strip()
        repo.git("replace", oid, new)
        assert CommitReader(Repository.find(repo.path).common_dir).engine() == "git"
        (commit,) = Repository.find(repo.path).commits([Oid(oid)])
        assert commit.message == "feat: right\n"

    def test_a_partial_clone_records_without_fetching(self, untracked: Repo, tmp_path: Path) -> None:
        for number in range(5):
            untracked.commit(f"feat: {number}", file="a.txt")
        untracked.git("config", "uploadpack.allowFilter", "true")
        clone = tmp_path / "partial"
        untracked.git("clone", "-q", "--filter=blob:none", f"file://{untracked.path}", str(clone))
        partial = untracked.at(clone)
        before = partial.git("count-objects", "-v")
        partial.tracker("init")
        partial.tracker("backfill")
        lines = partial.assert_recorded()
        assert len(lines) == 5
        assert partial.git("count-objects", "-v") == before
        assert None in [line["insertions"] for line in lines]

    def test_a_shallow_clone_does_not_blame_its_boundary(self, untracked: Repo, tmp_path: Path) -> None:
        for number in range(5):
            untracked.commit(f"feat: {number}", file=f"{number}.txt")
        clone = tmp_path / "shallow"
        untracked.git("clone", "-q", "--depth=2", f"file://{untracked.path}", str(clone))
        shallow = untracked.at(clone)
        shallow.tracker("init")
        shallow.tracker("backfill")
        assert [line["files"] for line in shallow.assert_recorded()] == [1, None]

    def test_bare_with_worktrees(self, untracked: Repo, tmp_path: Path) -> None:
        untracked.commit()
        untracked.git("clone", "-q", "--bare", str(untracked.path), str(tmp_path / "bare.git"))
        bare = untracked.at(tmp_path / "bare.git")
        bare.git("worktree", "add", "-q", str(tmp_path / "tree"), "main")
        bare.tracker("init")
        tree = untracked.at(tmp_path / "tree")
        tree.commit("feat: in the tree", env={"CLAUDECODE": "1"})
        tree.settle()
        assert [line["agent"] for line in tree.log()] == ["claude-code"]
        assert tree.status_file()["head"]["oid"] == tree.head()
        assert tree.json("verify")["ok"]

    def test_a_submodule_is_a_project_of_its_own(
        self, untracked: Repo, tmp_path: Path, environment: dict[str, str]
    ) -> None:
        inner = Repo.make(tmp_path / "inner", environment)
        inner.commit("feat: inner")
        untracked.git("submodule", "--quiet", "add", str(inner.path), "sub")
        untracked.git("commit", "-q", "-m", "feat: submodule")
        sub = untracked.at(untracked.path / "sub")
        sub.tracker("init")
        sub.commit("feat: in the submodule", env={"CLAUDECODE": "1"})
        sub.settle()
        assert [line["agent"] for line in sub.log()] == ["claude-code"]
        assert sub.folder.is_relative_to(untracked.path / ".git" / "modules")
        untracked.tracker("init")
        untracked.git("commit", "-q", "-a", "-m", "chore: move the submodule")
        untracked.settle()
        (line,) = untracked.log()
        assert (line["files"], line["insertions"], line["deletions"]) == (1, 1, 1)

    def test_a_separate_git_dir_and_a_subfolder(self, tmp_path: Path, environment: dict[str, str]) -> None:
        repo = Repo.make(tmp_path / "tree", environment, f"--separate-git-dir={tmp_path / 'elsewhere.git'}")
        repo.tracker("init")
        repo.write("deep/er/a.txt", "x")
        repo.git("add", "-A")
        repo.git("commit", "-q", "-m", "feat: from below", cwd=repo.path / "deep" / "er", env={"CLAUDECODE": "1"})
        repo.settle()
        assert [line["agent"] for line in repo.assert_recorded()] == ["claude-code"]

    def test_git_dir_and_work_tree_in_the_environment(self, repo: Repo, tmp_path: Path) -> None:
        place = {"GIT_DIR": str(repo.path / ".git"), "GIT_WORK_TREE": str(repo.path)}
        other = Repo.make(tmp_path / "other", repo.environment)
        other.tracker("init")
        repo.git("commit", "-q", "--allow-empty", "-m", "feat: from afar", cwd=other.path, env=place)
        repo.settle()
        assert [line["subject"] for line in repo.assert_recorded()] == ["feat: from afar"]
        assert other.log() == []

    def test_moved_and_copied(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit("feat: one", env={"CLAUDECODE": "1"})
        repo.settle()
        repo.path.rename(tmp_path / "moved")
        moved = repo.at(tmp_path / "moved")
        moved.commit("feat: two")
        moved.settle()
        assert [line["agent"] for line in moved.assert_recorded()] == ["human", "claude-code"]
        shutil.copytree(moved.path, tmp_path / "copy", symlinks=True)
        copy = repo.at(tmp_path / "copy")
        copy.commit("feat: three, in the copy")
        copy.settle()
        copy.assert_recorded()
        moved.assert_recorded()
        assert (copy.folder / "project-id").read_text() != (moved.folder / "project-id").read_text()
        assert len(moved.log("--everywhere")) == 3


def test_names_that_are_not_utf_8(tmp_path: Path, environment: dict[str, str]) -> None:
    strange = os.fsdecode(b"x\xff")
    repo = Repo.make(tmp_path / strange, environment)
    assert "are tracked" not in repo.tracker("init")
    repo.git("switch", "-q", "-c", os.fsdecode(b"br\xff"))
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: one", env={"CLAUDECODE": "1"})
    repo.git("worktree", "add", "-q", str(tmp_path / os.fsdecode(b"wt\xff")))
    repo.settle()
    for command in ("sync", "status", "verify", "log"):
        repo.tracker(command)
    said = repo.json("sync")
    assert (said["set_aside"], said["recorded"]) == (0, 0)
    assert repo.json("doctor")["findings"] == []
    assert repo.status_file()["head"]["branch"] == "refs/heads/br\\xff"
    assert repo.json("backfill")["recorded"] == 0
    repo.tracker("uninstall")


def test_names_that_hold_what_python_takes_for_line_ends(repo: Repo) -> None:
    repo.commit("feat: one")
    repo.git("switch", "-q", "-c", "line\u2028end\u0085")
    repo.commit("feat: two\u2028with\u0085ends")
    repo.git("commit", "-q", "--amend", "-m", "feat: two\u2029again")
    assert len(repo.assert_recorded()) == 2
    assert [link["kind"] for line in repo.log("--all") for link in line["replaced_by"]] == ["same"]


def test_no_repository(tmp_path: Path, environment: dict[str, str]) -> None:
    with pytest.raises(RepositoryError, match="not inside a git repository"):
        Repository.find(tmp_path)
    with pytest.raises(RepositoryError, match="not a git directory"):
        Repository.at_git_dir(tmp_path, None)


def test_a_git_that_is_missing_is_one_sentence(strange: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RepositoryError, match="git is not installed"):
        Repository.find(strange.path)


def test_the_caller_s_git_variables_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_CONFIG_COUNT"):
        monkeypatch.setenv(name, "x")
        assert name not in process.environment()


@given(st.binary(max_size=300))
def test_no_bytes_make_the_parser_raise(data: bytes) -> None:
    commit = parse(Oid("a" * 40), data)
    for text in (commit.author.name, commit.author.email, commit.message):
        text.encode("utf-8")


def test_patches_that_moved_are_the_same(untracked: Repo) -> None:
    untracked.commit("feat: base", file="a.txt", text="".join(f"{n}\n" for n in range(50)))
    untracked.git("switch", "-q", "-c", "one")
    text = (untracked.path / "a.txt").read_text()
    first = untracked.commit("feat: change", file="a.txt", text=text.replace("40\n", "forty\n"))
    untracked.git("switch", "-q", "main")
    untracked.commit("feat: above", file="a.txt", text="new\n" + text)
    untracked.git("cherry-pick", first)
    found = patch_ids.patch_ids(untracked.path / ".git", [Oid(first), Oid(untracked.head())])
    assert len(found) == 2
    assert len(set(found.values())) == 1


def objects(repo: Repo) -> list[str]:
    return sorted(str(path) for path in (repo.path / ".git" / "objects").rglob("*"))


def test_a_merge_that_is_only_worked_out_leaves_nothing(untracked: Repo) -> None:
    base = untracked.commit("base", file="a.txt", text="1\n2\n3\n4\n5\n6\n7\n8\n")
    ours = untracked.commit("ours", file="a.txt", text="one\n2\n3\n4\n5\n6\n7\n8\n")
    untracked.git("switch", "-q", "-c", "side", base)
    theirs = untracked.commit("theirs", file="a.txt", text="1\n2\n3\n4\n5\n6\n7\neight\n")
    against = untracked.commit("against", file="a.txt", text="uno\n2\n3\n4\n5\n6\n7\neight\n")
    before, repository = objects(untracked), Repository.find(untracked.path)
    merged = repository.merged_tree(Oid(ours), Oid(theirs))
    assert repository.merged_tree(Oid(ours), Oid(against)) is None
    assert repository.merged_tree(Oid(ours), Oid("0" * 40)) is None
    assert objects(untracked) == before
    untracked.git("switch", "-q", "--detach", ours)
    untracked.git("merge", "-q", "--no-edit", theirs)
    assert untracked.head("HEAD^{tree}") == merged


def test_what_each_tip_alone_reaches(untracked: Repo) -> None:
    base = untracked.commit("base")
    first = untracked.commit("first")
    second = untracked.commit("second")
    untracked.git("switch", "-q", "-c", "side", first)
    third = untracked.commit("third")
    found = Repository.find(untracked.path).beyond([Oid(second), Oid(third), Oid(base)], [Oid(base)])
    assert found == {second: [first, second], third: [first, third], base: []}


def test_object_names_that_are_shortened(untracked: Repo) -> None:
    oid = untracked.commit("one")
    tree = untracked.head("HEAD^{tree}")
    found = Repository.find(untracked.path).expanded([oid[:9], oid, tree[:9], "0123456789", "beef"])
    assert found == {oid[:9]: oid, oid: oid}


def test_a_pull_from_an_address_is_known_as_fetched(untracked: Repo, tmp_path: Path) -> None:
    untracked.commit("one")
    clone = untracked.clone(tmp_path / "clone")
    theirs = clone.commit("two")
    untracked.git("pull", "-q", str(clone.path), "main")
    repository = Repository.find(untracked.path)
    assert not untracked.git("for-each-ref", "refs/remotes")
    assert repository.remote_tips() == [theirs]


def test_who_wrote_it_and_when(untracked: Repo) -> None:
    oid = Oid(untracked.commit("one", file="a.txt"))
    untracked.git("switch", "-q", "--orphan", "other")
    untracked.git("cherry-pick", oid)
    copy = untracked.head()
    untracked.commit("another")
    repository = Repository.find(untracked.path)
    (commit,) = repository.commits([oid])
    assert set(repository.authored(commit.author)) == {oid, copy}
    assert repository.authored(commit.author._replace(time=commit.author.time + 1)) == []
