"""Actions of reflog messages as real git writes them, and the sets of actions that other rooms use."""

from collections.abc import Callable

import pytest

from tests.git import reflog_scenarios as scenarios
from tests.support import Repo
from tracker.git import Repository
from tracker.git.reflog import COMMITTED, COPIED, MADE_HERE, ReflogAction, ReflogEntry, parse_action
from tracker.history.reflog_melds import _MELDS, _REPLACES
from tracker.recording.assign_pending_grades import _NEW_WORK


def diverged(commits: int) -> list[ReflogAction]:
    """Return the actions of ``diverge``."""
    on_side: list[ReflogAction] = ["commit"] * commits
    return ["initial", "other", *on_side, "other", "commit"]


DIVERGED = diverged(1)
DIVERGED_BY_TWO = diverged(2)
REBASE_OF_TWO: list[ReflogAction] = ["rebase-start", "rebase-pick", "rebase-pick", "rebase-finish"]

SCENARIOS: list[tuple[Callable[[Repo], object], list[ReflogAction]]] = [
    (scenarios.commits, ["initial", "commit", "amend", "commit", "commit", "amend"]),
    (scenarios.moves_to_existing_commits, [*DIVERGED, "other", "other", "other", "other", "other"]),
    (scenarios.merges, [*DIVERGED, "merge", "other", "commit"]),
    (scenarios.octopus, [*DIVERGED, "other", "commit", "other", "merge"]),
    (scenarios.concluded_merge, [*DIVERGED, "concluded-merge"]),
    (scenarios.cherry_picks, [*DIVERGED_BY_TWO, "cherry-pick", "cherry-pick", "other", "other"]),
    (scenarios.concluded_cherry_picks, [*DIVERGED, "cherry-pick", "other", "cherry-pick", "other"]),
    (scenarios.reverts, ["initial", "commit", "revert"]),
    (scenarios.concluded_reverts, ["initial", "commit", "commit", "commit"]),
    (scenarios.interactive_rebase, [
        *diverged(6), "other",
        "rebase-start", "rebase-pick", "rebase-squash", "rebase-fixup", "rebase-reword", "rebase-edit", "amend",
        "rebase-fixup", "rebase-finish",
    ]),
    (scenarios.rebase_on_its_own_base, [
        *diverged(3), "other",
        "rebase-start", "other", "rebase-reword", "rebase-pick", "rebase-fixup", "rebase-finish",
    ]),
    (scenarios.fixup_with_message, [
        *DIVERGED_BY_TWO, "other", "rebase-start", "rebase-pick", "rebase-fixup", "rebase-finish",
    ]),
    (scenarios.plain_rebase, [*DIVERGED_BY_TWO, *REBASE_OF_TWO]),
    (scenarios.rebase_by_applying, [*DIVERGED_BY_TWO, *REBASE_OF_TWO]),
    (scenarios.concluded_rebase, [*DIVERGED, "rebase-start", "rebase-continue", "rebase-finish"]),
    (scenarios.aborted_rebase, [*DIVERGED, "rebase-start", "other"]),
    (scenarios.rebase_of_a_detached_head, [*DIVERGED_BY_TWO, "other", *REBASE_OF_TWO[:-1]]),
    (scenarios.rebase_that_was_quit, [
        *DIVERGED_BY_TWO, "other", "rebase-start", "rebase-pick", "rebase-edit", "other",
    ]),
    (scenarios.split_during_a_rebase, [
        *DIVERGED, "other", "amend", "rebase-start", "rebase-edit", "other", "commit", "commit", "rebase-finish",
    ]),
    (scenarios.rebase_with_exec, [
        *DIVERGED_BY_TWO, "other",
        "rebase-start", "rebase-pick", "amend", "rebase-pick", "amend", "rebase-finish",
    ]),
    (scenarios.squash_by_reset, [*DIVERGED_BY_TWO, "other", "other", "commit"]),
    (scenarios.rebase_with_merges, [
        *DIVERGED, "other", "commit", "other", "merge",
        "rebase-start", "rebase-pick", "other", "rebase-pick", "rebase-pick", "rebase-finish",
    ]),
    (scenarios.mailed_patches, [*DIVERGED_BY_TWO, "am", "am"]),
    (scenarios.pulled_fast_forward, ["initial", "other"]),
    (scenarios.pulled_merge, ["initial", "commit", "merge"]),
    (scenarios.pulled_rebase, ["initial", "commit", "rebase-start", "rebase-pick", "rebase-finish"]),
]  # fmt: skip


def moves(repo: Repo) -> list[ReflogEntry]:
    """Return the moves of HEAD, oldest first."""
    return Repository.discover(repo.path).reflogs.of_head(1000)[::-1]


def commits_from_elsewhere(repo: Repo) -> set[str]:
    other = repo.path.parent / "other"
    return {*repo.git("rev-list", "--all", "--grep=feat: other", cwd=other).split()} if other.exists() else set()


@pytest.mark.parametrize(("scenario", "expected"), SCENARIOS, ids=[scenario.__name__ for scenario, _ in SCENARIOS])
def test_actions_of_real_messages(
    untracked: Repo, scenario: Callable[[Repo], object], expected: list[ReflogAction]
) -> None:
    log = untracked.path.parent / "post-commit-log"
    hook = untracked.write(".git/hooks/post-commit", f"#!/bin/sh\ngit rev-parse HEAD >> '{log}'\n")
    hook.chmod(0o755)
    scenario(untracked)
    found = moves(untracked)

    messages = "\n".join(move.message for move in found)
    # A merge that a rebase repeats is a "pick" in git 2.39 and may be a "merge" in others.
    assert ["rebase-pick" if move.action == "rebase-merge" else move.action for move in found] == expected, messages

    known = commits_from_elsewhere(untracked)
    with_hook = log.read_text(encoding="ascii").split()
    for move in found:
        is_new = move.new not in known
        known.add(move.new)
        assert (move.action in MADE_HERE) == is_new, move
        assert move.action not in COMMITTED or move.new in with_hook, move
        if is_new:
            parents = untracked.git("rev-list", "--parents", "--max-count=1", move.new).split()[1:]
            is_replaced = bool(move.old.strip("0")) and move.old not in parents
            if move.action != "rebase-reword":
                assert (move.action in _REPLACES) == is_replaced, move


def test_a_reword_replaces_only_a_commit_that_was_fast_forwarded_to(untracked: Repo) -> None:
    """Otherwise sequencer.c writes the new message when it makes the commit."""
    for scenario, is_replaced in ((scenarios.rebase_on_its_own_base, True), (scenarios.interactive_rebase, False)):
        repo = Repo.make(untracked.path.parent / scenario.__name__, untracked.environment)
        scenario(repo)
        (move,) = [move for move in moves(repo) if move.action == "rebase-reword"]
        assert (repo.head(f"{move.new}^") != move.old) == is_replaced


def test_sets_of_actions() -> None:
    assert COMMITTED | COPIED | _REPLACES | _NEW_WORK <= MADE_HERE
    assert not COMMITTED & COPIED
    assert _MELDS < _REPLACES
    assert {"amend"} == _REPLACES & COMMITTED
    assert COMMITTED | {"revert"} == _NEW_WORK


@pytest.mark.parametrize(
    ("message", "action"),
    [
        ("rebase -i (pick): feat: one", "rebase-pick"),  # builtin/rebase.c until git 2.25
        ("rebase -i (finish): returning to refs/heads/side", "rebase-finish"),
        ("rebase finished: returning to refs/heads/side", "other"),  # git-rebase--am.sh until git 2.25
        ("rebase: fast-forward", "other"),
        ("rebase (merge): Merge branch 'topic'", "rebase-merge"),
        ("rebase (abort): updating HEAD", "other"),
        ("pull --rebase origin main (squash): feat: one", "rebase-squash"),
        ("pull origin main: Merge made by the 'ort' strategy.", "merge"),
        ("pull: Merge made by the 'recursive' strategy.", "merge"),
        ("pull: Fast-forward", "other"),
        ("merge side: Fast-forward", "other"),
        ("merge side: updating HEAD", "other"),
        ("commit (octopus): feat: one", "commit"),
        ("commit: rebase (squash): feat: one", "commit"),
        ("cherry-pick: fast-forward", "other"),
        ("clone: from https://example.com/r.git", "other"),
        ("branch: Created from HEAD", "other"),
        ("update by push", "push"),
        ("fetch: fast-forward", "other"),
        ("commit:", "commit"),  # an empty message: git drops spaces at the end (refs.c)
        ("commit (amend):", "amend"),
        ("rebase (pick):", "rebase-pick"),
        ("commit", "other"),
        ("", "other"),
    ],
)
def test_actions_of_other_messages(message: str, action: ReflogAction) -> None:
    assert parse_action(message) == action
