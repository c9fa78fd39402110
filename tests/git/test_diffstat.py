"""Diff statistics and patch ids, compared with those of git."""

from tests.support import Repo
from tracker.git import Repository, patch_ids
from tracker.model import Oid


def test_statistics_equal_those_of_git(unusual: Repo) -> None:
    found = Repository.discover(unusual.path).changes(unusual.all_oids())
    for oid in unusual.all_oids():
        merge = len(unusual.git("rev-list", "--parents", "-1", oid).split()) > 2
        lines = unusual.git("show", "--format=", "--numstat", "-M", "-z", oid) if not merge else ""
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


def test_configuration_and_attributes_do_not_change_statistics(unusual: Repo) -> None:
    before = Repository.discover(unusual.path).changes(unusual.all_oids())
    for name, value in {
        "diff.renames": "false", "diff.algorithm": "histogram", "core.quotePath": "true", "diff.orderFile": "order",
        "diff.noprefix": "true", "diff.external": "false", "color.ui": "always", "diff.ignoreSubmodules": "all",
        "log.showSignature": "true", "diff.renameLimit": "1", "core.whitespace": "trailing-space",
    }.items():  # fmt: skip
        unusual.git("config", name, value)
    unusual.write(".gitattributes", "*.txt binary\n* diff=odd\n")
    assert Repository.discover(unusual.path).changes(unusual.all_oids()) == before


def test_patch_id_does_not_depend_on_line_numbers(untracked: Repo) -> None:
    untracked.commit("feat: base", file="a.txt", text="".join(f"{n}\n" for n in range(50)))
    untracked.git("switch", "-q", "-c", "one")
    text = (untracked.path / "a.txt").read_text()
    first = untracked.commit("feat: change", file="a.txt", text=text.replace("40\n", "forty\n"))
    untracked.git("switch", "-q", "main")
    untracked.commit("feat: above", file="a.txt", text="new\n" + text)
    untracked.git("cherry-pick", first)
    found = patch_ids.patch_ids(untracked.path / ".git", [Oid(first), Oid(untracked.head())], {})
    assert len(found) == 2
    assert len(set(found.values())) == 1


def test_patch_id_since_an_ancestor_is_that_of_one_commit_with_all_changes(untracked: Repo) -> None:
    base = Oid(untracked.commit("base", file="a.txt", text="1\n2\n3\n"))
    first = Oid(untracked.commit("first", file="a.txt", text="one\n2\n3\n"))
    second = Oid(untracked.commit("second", file="b.txt", text="b\n"))
    nothing = Oid(untracked.commit("back", file="b.txt", text="b\n", options=["--allow-empty"]))
    untracked.git("reset", "-q", "--soft", base)
    untracked.git("commit", "-q", "-m", "both")
    both = Oid(untracked.head())
    repository = Repository.discover(untracked.path)
    whole, own = repository.patch_ids([both])[both], repository.patch_ids([first])[first]
    assert repository.patch_ids([both], {second: base}) == {both: whole, second: whole}
    assert repository.patch_ids([], {second: base, first: base, nothing: second}) == {second: whole, first: own}
    assert repository.patch_ids([second])[second] not in {whole, own}


def test_patch_id_since_a_missing_ancestor_equals_no_other(untracked: Repo) -> None:
    first, second = Oid(untracked.commit("first")), Oid(untracked.commit("second"))
    repository = Repository.discover(untracked.path)
    found = repository.patch_ids([first], {second: Oid("1" * 40)})
    assert found[first] == repository.patch_ids([first])[first]
    assert found[second] == f"unknown {second}"
