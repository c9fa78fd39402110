"""Names and grades survive tools that rewrite a whole history, also when the old objects are gone before a look.

The tools run no hook. git-filter-repo expires reflogs and prunes at once; the others keep the old commits until
somebody prunes them.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.history.agents_work import GRADE, assert_made_by_agent, lines_by_subject
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

Tool = Callable[[Repo], None]

_FILTER_REPO: Final = Path(sys.executable).with_name("git-filter-repo")
_TRAILER: Final = "Co-Authored-By: Claude Opus 4.6 <noreply@anthropic.com>"
_WORKS: Final = ("work 1", "work 2", "work 3")


def filter_repo(*options: str) -> Tool:
    def run(repo: Repo) -> None:
        folder = repo.path.parent / "tools"
        folder.mkdir(exist_ok=True)
        (folder / "expressions").write_text(f"{_TRAILER}==>\nregex:private==>public\n", encoding="utf-8")
        (folder / "mailmap").write_text("Grace <grace@example.org> <ada@example.com>\n", encoding="utf-8")
        words = [sys.executable, str(_FILTER_REPO), "--force", *(option.format(folder=folder) for option in options)]
        subprocess.run(words, cwd=repo.path, env=repo.environment, check=True, capture_output=True)

    return run


def filter_branch(*options: str) -> Tool:
    def run(repo: Repo) -> None:
        quiet = {"FILTER_BRANCH_SQUELCH_WARNING": "1"}
        repo.git("filter-branch", "-f", *options, "--", "--all", env=quiet)

    return run


def export_and_import(old: str, new: str) -> Tool:
    """Return a tool that works as BFG does: it writes every object anew, outside of git's own commands."""

    def run(repo: Repo) -> None:
        stream = repo.git("fast-export", "--all", "--signed-tags=strip", "--reencode=yes")
        repo.git("fast-import", "--quiet", "--force", stdin=re.sub(old, new, stream))
        repo.git("reset", "-q", "--hard")

    return run


FILTER_REPO: Final = {
    "drop a path": filter_repo("--invert-paths", "--path", "secret.txt"),
    "rename a path": filter_repo("--path-rename", "notes.txt:docs/notes.txt"),
    "move all": filter_repo("--to-subdirectory-filter", "inner"),
    "replace in messages": filter_repo("--replace-message", "{folder}/expressions"),
    "replace in files": filter_repo("--replace-text", "{folder}/expressions"),
    "other addresses": filter_repo("--mailmap", "{folder}/mailmap"),
    "strip big files": filter_repo("--strip-blobs-bigger-than", "2K"),
    "callback on commits": filter_repo("--commit-callback", "commit.committer_name = b'Filter'"),
    "one branch only": filter_repo("--refs", "main", "--invert-paths", "--path", "secret.txt"),
}

FILTER_BRANCH: Final = {
    "drop trailers": filter_branch("--msg-filter", "sed -e /^Co-Authored-By/d"),
    "drop a file from the index": filter_branch("--index-filter", "git rm -q --cached --ignore-unmatch secret.txt"),
    "drop a file from the tree": filter_branch("--tree-filter", "rm -f secret.txt"),
    "another committer": filter_branch("--env-filter", "GIT_COMMITTER_NAME=Filter"),
    "another author": filter_branch("--env-filter", "GIT_AUTHOR_EMAIL=grace@example.org"),
    "another parent": filter_branch("--parent-filter", "cat", "--commit-filter", 'git commit-tree "$@" </dev/null'),
}

EXPORTED: Final = {
    "another committer": export_and_import("committer Ada Person", "committer Filter"),
    "other contents": export_and_import("private", "removed"),
}


@pytest.fixture
def worked(repo: Repo) -> Repo:
    """A repository with work of an agent and of a person, of which hooks alone know who made it; one is graded."""
    repo.commit("zero", file="notes.txt", text="zero\n")
    repo.commit("secret", file="secret.txt", text="private\n" * 500)
    for number, subject in enumerate(_WORKS):
        repo.write("secret.txt", "private\n" * (501 + number))
        repo.git("add", "-A")
        message = f"{subject}\n\n{_TRAILER}" if number else subject
        repo.commit(message, file=f"f{number}.txt", text=f"{number}\n" * 9, env=CLAUDE_CODE)
    repo.commit("by hand", file="hand.txt", text="by hand\n" * 9)
    repo.tracker("sync")
    repo.grade(repo.head("HEAD~1"), "user", GRADE)
    return repo


def prune(repo: Repo) -> None:
    """Forget the old commits, as the manuals of these tools advise."""
    for ref in repo.git("for-each-ref", "--format=%(refname)", "refs/original").split():
        repo.git("update-ref", "-d", ref)
    repo.git("reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all")
    repo.git("gc", "-q", "--prune=now")


def assert_work_is_known(repo: Repo) -> None:
    lines = lines_by_subject(repo)
    for subject in _WORKS:
        assert_made_by_agent(lines[subject])
    assert (lines["work 3"]["grades"]["user"], lines["by hand"]["agent"]) == (GRADE, "human")
    assert sum(line["counted"] for line in repo.log("--all")) == len(repo.reachable())
    status = repo.json("status", "claude-code")
    assert (status["total_commits"], status["communication_score"]) == (3, 60 + GRADE)


def _subjects_kept(tool: str) -> bool:
    return tool != "another parent"


@pytest.mark.parametrize("tool", FILTER_REPO)
def test_filter_repo(worked: Repo, tool: str) -> None:
    FILTER_REPO[tool](worked)
    assert_work_is_known(worked)


@pytest.mark.parametrize("looks", [False, True], ids=["nobody looks", "somebody looks"])
@pytest.mark.whole
def test_filter_repo_twice(worked: Repo, *, looks: bool) -> None:
    """The second run's commit map begins with the commits before the first one, and with those that this made."""
    filter_repo("--invert-paths", "--path", "secret.txt")(worked)
    if looks:
        worked.tracker("sync")
    filter_repo("--path-rename", "notes.txt:docs/notes.txt")(worked)
    assert_work_is_known(worked)


@pytest.mark.parametrize("looks", [False, True], ids=["nobody looks", "somebody looks"])
@pytest.mark.whole
def test_grade_survives_a_second_run_that_changes_the_commit(worked: Repo, *, looks: bool) -> None:
    filter_repo("--path-rename", "notes.txt:docs/notes.txt")(worked)
    if looks:
        worked.tracker("sync")
    filter_repo("--invert-paths", "--path", "f2.txt")(worked)
    line = lines_by_subject(worked)["work 3"]
    assert_made_by_agent(line)
    assert (line["grades"]["user"], line["provisional"]) == (GRADE, ["user"])


@pytest.mark.parametrize("objects", ["are gone", "are kept"])
@pytest.mark.whole
def test_filter_repo_right_after_a_commit(worked: Repo, objects: str) -> None:
    """Nobody looked at the commit that the tool's map and the hook's event name."""
    worked.commit("work 4", file="f4.txt", text="4\n" * 9, env=CLAUDE_CODE)
    if objects == "are kept":
        worked.git("repack", "-q", "-a", "-d")
        for pack in (worked.path / ".git" / "objects" / "pack").glob("*.pack"):
            pack.with_suffix(".keep").touch()
    filter_repo("--invert-paths", "--path", "secret.txt")(worked)
    assert_made_by_agent(lines_by_subject(worked)["work 4"])


@pytest.mark.whole
def test_filter_repo_after_an_amend_that_nobody_looked_at(worked: Repo) -> None:
    worked.git("reset", "-q", "--hard", "HEAD~1")
    worked.git("commit", "-q", "--amend", "-m", "in other words", "--date=2020-01-01T00:00:00Z")
    filter_repo("--invert-paths", "--path", "secret.txt")(worked)
    line = lines_by_subject(worked)["in other words"]
    assert_made_by_agent(line)
    assert line["grades"]["user"] == GRADE


@pytest.mark.parametrize("looks", ["looks before the prune", "looks after it"])
@pytest.mark.parametrize("tool", [name for name in FILTER_BRANCH if _subjects_kept(name)])
@pytest.mark.whole
def test_filter_branch_and_prune(worked: Repo, tool: str, looks: str) -> None:
    FILTER_BRANCH[tool](worked)
    if looks == "looks before the prune":
        worked.tracker("sync")
    prune(worked)
    assert_work_is_known(worked)


@pytest.mark.whole
def test_filter_branch_without_messages(worked: Repo) -> None:
    """Nothing but authors, dates and changes is left of the commits."""
    FILTER_BRANCH["another parent"](worked)
    agents = [line["agent"] for line in worked.log()]
    assert agents == ["human", *["claude-code"] * 3, "human", "human"]


@pytest.mark.parametrize("looks", ["looks before the prune", "looks after it"])
@pytest.mark.parametrize("tool", EXPORTED)
def test_objects_written_anew(worked: Repo, tool: str, looks: str) -> None:
    EXPORTED[tool](worked)
    if looks == "looks before the prune":
        worked.tracker("sync")
    prune(worked)
    assert_work_is_known(worked)
