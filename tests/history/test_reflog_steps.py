"""Steps of refs, from the reflogs that real operations leave behind; they do not depend on who looked in between."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pytest

from tests.git import reflog_scenarios as scenarios
from tests.git.test_reflog_actions import SCENARIOS
from tests.support import Repo
from tracker.git import ReflogEntry, reflog, reflog_reader
from tracker.history.reflog_steps import Step, makings, steps_of_branch, steps_of_head
from tracker.model import Oid

Scenario = Callable[[Repo], object]

LOOK = """#!/bin/sh
cd "$(git rev-parse --absolute-git-dir)" || exit 0
if [ -d rebase-merge ] || [ -d rebase-apply ]; then replaying=1; else replaying=0; fi
echo "$(cat logs/HEAD 2>/dev/null | wc -l) $replaying" >>../../looks
"""
"""A hook that notes, before and after each update of a ref, what a look at the repository would find."""


class Look(NamedTuple):
    """A moment of an operation: the number of HEAD's entries so far, and if a rebase was in progress."""

    entries: int
    is_replaying: bool


def run_watched(repo: Repo, scenario: Scenario) -> list[Look]:
    """Run an operation; return the moments before and after each update of a ref, and the end."""
    repo.write(".git/hooks/reference-transaction", LOOK).chmod(0o755)
    scenario(repo)
    rows = [line.split() for line in (repo.path.parent / "looks").read_text().splitlines()]
    found = [Look(int(count), replaying == "1") for count, replaying in rows]
    return [*dict.fromkeys(found), Look(len(entries_of(repo)), is_replaying=False)]


def entries_of(repo: Repo, name: str = "HEAD") -> Sequence[ReflogEntry]:
    """Return the entries of a reflog, oldest first."""
    return next((one.entries for one in reflog_reader.read_new(repo.path / ".git", {}, ()) if one.name == name), ())


def head_steps(repo: Repo) -> list[Step]:
    return [*steps_of_head(entries_of(repo), None, is_replaying=False).steps]


def branch_steps(repo: Repo, name: str) -> list[Step]:
    return steps_of_branch(entries_of(repo, f"refs/heads/{name}"))


def moves(steps: Sequence[Step], kind: str) -> list[tuple[Oid, Oid]]:
    return [(step.old, step.new) for step in steps if step.kind == kind]


def in_readings(entries: Sequence[ReflogEntry], looks: Sequence[Look]) -> list[tuple[str, Oid, Oid]]:
    """Return the steps, without times, that readings at these moments find; the last one must be at the end."""
    return [(step.kind, step.old, step.new) for step in read_one_by_one(entries, looks)]


def read_one_by_one(entries: Sequence[ReflogEntry], looks: Sequence[Look]) -> Iterator[Step]:
    start, rebase_from = 0, None
    for count, is_replaying in looks:
        steps, rebase_from = steps_of_head(entries[start:count], rebase_from, is_replaying=is_replaying)
        yield from steps
        start = count
    if rebase_from and not entries[start:]:  # as ``reflogs.follow`` does
        yield Step("moved", rebase_from, entries[-1].new, entries[-1].time)


def rebase_and_work_on_a_detached_head(repo: Repo) -> None:
    scenarios.rebase_of_a_detached_head(repo)
    repo.commit("feat: on top")
    repo.git("commit", "-q", "--amend", "-m", "feat: amended")
    repo.git("reset", "-q", "--hard", "HEAD~1")


def two_rebases_of_a_detached_head(repo: Repo) -> None:
    scenarios.rebase_of_a_detached_head(repo)
    repo.git("branch", "-q", "first", "main~1")
    repo.git("switch", "-q", "-c", "other", "main~1")
    repo.commit("feat: other", file="other.txt")
    repo.git("switch", "-q", "--detach", "side")
    repo.git("rebase", "-q", "main")
    repo.git("rebase", "-q", "other")


def rebase_of_a_detached_head_that_stops_at_its_end(repo: Repo) -> None:
    scenarios.diverge(repo)
    repo.git("switch", "-q", "--detach", "side")
    repo.git("rebase", "-q", "-i", "main", env=scenarios.edit_todo("edit"))
    repo.git("rebase", "--continue")


def work_after_a_rebase_that_was_quit(repo: Repo) -> None:
    scenarios.diverge(repo, commits=2)
    repo.git("switch", "-q", "side")
    repo.git("rebase", "-q", "-i", "main", env=scenarios.edit_todo("pick", "edit"))
    repo.git("rebase", "--quit")
    repo.commit("feat: on top")
    repo.git("switch", "-q", "main")


OPERATIONS: list[Scenario] = [
    *(scenario for scenario, _ in SCENARIOS),
    rebase_and_work_on_a_detached_head,
    two_rebases_of_a_detached_head,
    rebase_of_a_detached_head_that_stops_at_its_end,
    work_after_a_rebase_that_was_quit,
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
def test_steps_do_not_depend_on_when_somebody_looked(untracked: Repo, operation: Scenario) -> None:
    looks = run_watched(untracked, operation)
    entries, end = entries_of(untracked), looks[-1]
    at_once = in_readings(entries, [end])
    assert len(looks) > 3
    for look in looks:
        assert in_readings(entries, [look, end]) == at_once, look
    assert in_readings(entries, looks) == at_once


def test_rebase_of_a_branch_is_one_step_of_the_branch(untracked: Repo) -> None:
    scenarios.plain_rebase(untracked)
    old = untracked.head("side@{1}")
    assert moves(branch_steps(untracked, "side"), "moved") == [(old, untracked.head("side"))]
    assert moves(head_steps(untracked), "moved") == []


def test_rebase_of_a_detached_head_is_one_step_of_head(untracked: Repo) -> None:
    scenarios.rebase_of_a_detached_head(untracked)
    assert moves(head_steps(untracked), "moved") == [(untracked.head("side"), untracked.head())]
    assert moves(branch_steps(untracked, "side"), "moved") == []


def test_work_after_a_rebase_of_a_detached_head_is_steps_of_its_own(untracked: Repo) -> None:
    rebase_and_work_on_a_detached_head(untracked)
    kinds = [step.kind for step in head_steps(untracked)]
    assert kinds[-4:] == ["moved", "grown", "amended", "reset"]


def test_each_of_two_rebases_of_a_detached_head_is_a_step(untracked: Repo) -> None:
    two_rebases_of_a_detached_head(untracked)
    first, second = moves(head_steps(untracked), "moved")[-2:]
    assert (first[0], first[1], second[1]) == (untracked.head("side"), second[0], untracked.head())


def test_aborted_rebase_is_no_step(untracked: Repo) -> None:
    scenarios.aborted_rebase(untracked)
    assert moves(head_steps(untracked), "moved") == moves(branch_steps(untracked, "side"), "moved") == []


def test_rebase_that_was_quit_is_a_step_to_where_head_was_left(untracked: Repo) -> None:
    scenarios.rebase_that_was_quit(untracked)
    left = untracked.head("HEAD@{1}")
    assert untracked.head(f"{left}~2") == untracked.head("main")
    assert moves(head_steps(untracked), "moved") == [(untracked.head("side"), left)]
    assert moves(branch_steps(untracked, "side"), "moved") == []


def test_rebase_in_progress_is_no_step_yet(untracked: Repo) -> None:
    scenarios.diverge(untracked, commits=2)
    untracked.git("switch", "-q", "side")
    untracked.git("rebase", "-q", "-i", "main", env=scenarios.edit_todo("edit", "pick"))
    steps, rebase_from = steps_of_head(entries_of(untracked), None, is_replaying=True)
    assert (moves(steps, "moved"), rebase_from) == ([], untracked.head("side"))


def test_split_during_a_rebase_grows_nothing(untracked: Repo) -> None:
    scenarios.split_during_a_rebase(untracked)
    old = untracked.head("side@{1}")
    assert moves(branch_steps(untracked, "side"), "moved") == [(old, untracked.head())]
    assert moves(head_steps(untracked), "reset") == moves(head_steps(untracked), "moved") == []
    made = {untracked.head(), untracked.head("HEAD~1")}
    assert not {new for _, new in moves(head_steps(untracked), "grown")} & made


def test_amends_by_commands_of_a_rebase_are_steps(untracked: Repo) -> None:
    scenarios.rebase_with_exec(untracked)
    old = untracked.head("side@{1}")
    amended = moves(head_steps(untracked), "amended")
    assert [new for _, new in amended] == [untracked.head("HEAD~1"), untracked.head()]
    assert moves(branch_steps(untracked, "side"), "moved") == [(old, untracked.head())]


def test_kinds_of_steps_outside_of_a_rebase(untracked: Repo) -> None:
    scenarios.diverge(untracked)
    untracked.git("cherry-pick", "side")
    untracked.git("commit", "-q", "--amend", "-m", "feat: amended")
    untracked.git("revert", "--no-edit", "HEAD")
    untracked.git("merge", "-q", "--no-edit", "side")
    untracked.git("reset", "-q", "--hard", "HEAD~3")
    untracked.git("update-ref", "refs/heads/main", "side")
    kinds = ["grown", "grown", "grown", "amended", "grown", "grown", "reset", "moved"]
    assert [step.kind for step in branch_steps(untracked, "main")] == kinds
    in_head = [step.kind for step in head_steps(untracked)]
    assert in_head == ["grown", "grown", *kinds[1:]], "the second one was made on the other branch"


def test_branch_that_is_made_renamed_or_deleted_makes_no_step(untracked: Repo) -> None:
    untracked.commit("feat: base")
    untracked.git("branch", "-q", "topic")
    untracked.git("branch", "-q", "-m", "topic", "other")
    assert len(entries_of(untracked, "refs/heads/other")) == 2
    assert branch_steps(untracked, "other") == []


def test_visits_of_other_branches_are_no_steps_of_head(untracked: Repo) -> None:
    scenarios.diverge(untracked)
    before = head_steps(untracked)
    untracked.git("switch", "-q", "side")
    untracked.git("checkout", "-q", "main~1")
    untracked.git("checkout", "-q", "-")
    assert head_steps(untracked) == before


def test_step_has_the_time_of_its_entry(untracked: Repo) -> None:
    untracked.commit("feat: base")
    untracked.git("commit", "-q", "--amend", "-m", "feat: amended")
    (amended,) = [step for step in head_steps(untracked) if step.kind == "amended"]
    assert amended.time == int(untracked.git("show", "-s", "--format=%ct", "HEAD"))


def test_makings_tell_each_commit_made_here_by_the_first_action(untracked: Repo) -> None:
    scenarios.interactive_rebase(untracked)
    found = makings(entries_of(untracked))
    expected = {entry.new: entry.action for entry in entries_of(untracked)[::-1] if entry.action in reflog.MADE_HERE}
    assert found == expected
