"""Subjects of merges: the name of the branch that was merged, as git and hosts write it."""

import pytest

from tracker.git.merged_branches import merged_branch


@pytest.mark.parametrize(
    ("subject", "branch"),
    [
        ("Merge branch 'devin/1774319384-telemetry'", "devin/1774319384-telemetry"),
        ("Merge branch 'devin/1774319384-telemetry' into main", "devin/1774319384-telemetry"),
        ("Merge branch 'one' of https://example.com/acme/shop into two", "one"),
        ("Merge remote-tracking branch 'origin/jules-1671717100203805060'", "jules-1671717100203805060"),
        ("Merge pull request #12 from acme/devin/1774319384-telemetry", "devin/1774319384-telemetry"),
        ("Merge pull request 'Telemetry' (#12) from devin/1774319384-x into main", "devin/1774319384-x"),
        ("Merge pull request 'Telemetry' (#12) from acme:devin/1774319384-x into main", "devin/1774319384-x"),
        ("Merged in devin/1774319384-x (pull request #12)", "devin/1774319384-x"),
        ("Merge branches 'one', 'two' and 'three'", None),
        ("Merge commit '0123abcd'", None),
        ("Merge tag 'v1.0'", None),
        ("feat: Merge branch 'one'", None),
        ("Merge pull request #12", None),
        ("", None),
        ("Merge branch '" + "a" * 1000, None),
        ("Merge pull request '" + "' (#1) from x" * 100, None),
    ],
)
def test_branch_that_a_subject_names(subject: str, branch: str | None) -> None:
    assert merged_branch(subject, ["one", "two"]) == branch
    assert merged_branch(subject, ["one"]) is None
    assert merged_branch(subject, ["one", "two", "three"]) is None
