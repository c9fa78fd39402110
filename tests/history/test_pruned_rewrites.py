"""Amends and rebases whose old commits git has pruned by the time somebody looks: post-rewrite's lists still tell."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.history.agents_work import assert_kept, commit_agents_work, lines_by_subject
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

_OTHER_AUTHOR: Final = "--author=Grace <grace@example.org>"


def prune(repo: Repo) -> None:
    """Remove every commit from git that no branch reaches."""
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "-q", "--prune=now")


def amend(repo: Repo) -> None:
    repo.git("commit", "-q", "--amend", "-m", "in other words", _OTHER_AUTHOR, "--date=2020-01-01T00:00:00Z")


def amend_in_steps(repo: Repo) -> None:
    for words in ("first", "second", "third"):
        repo.git("commit", "-q", "--amend", "-m", words, _OTHER_AUTHOR, "--date=2020-01-01T00:00:00Z")


def rebase_and_amend(repo: Repo) -> None:
    repo.git("commit", "-q", "--amend", "--no-edit", _OTHER_AUTHOR)
    repo.git("rebase", "-q", "--reset-author-date", "--force-rebase", "HEAD~1")
    amend(repo)


def amend_twice_with_a_prune_in_between(repo: Repo) -> None:
    amend(repo)
    prune(repo)
    amend_in_steps(repo)


@pytest.mark.parametrize("rewrite", [amend, amend_in_steps, rebase_and_amend, amend_twice_with_a_prune_in_between])
def test_name_and_grade_survive_a_prune(repo: Repo, rewrite: Callable[[Repo], None]) -> None:
    commit_agents_work(repo, "work")
    rewrite(repo)
    prune(repo)
    assert_kept(repo)


def test_squash_of_a_rebase_survives_a_prune(repo: Repo) -> None:
    commit_agents_work(repo, "one", "two")
    repo.git("rebase", "-q", "-i", "HEAD~2", env={"GIT_SEQUENCE_EDITOR": "sed -i -e '2s/^pick/fixup/'"})
    amend(repo)
    prune(repo)
    line = lines_by_subject(repo)["in other words"]
    assert line["agent"] == "claude-code"
    assert [one["kind"] for one in line["carried_grades"]] == ["squashed"]
