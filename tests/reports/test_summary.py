"""``log --summary`` is the sum of what ``log`` lists, whatever became of the commits, in one project and in all."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.support import Repo, sized
from tracker import keys
from tracker.ledger import Ledger
from tracker.ledger.tables import MAKER_MONTHS

CODEX = ["--trailer", "Co-authored-by: Codex (gpt-5.2-codex) <codex@openai.com>"]
CLAUDE = ["--trailer", "Co-authored-by: Claude <noreply@anthropic.com>"]
MONTH = 31 * 24 * 3600
SELECTIONS = ((), ("--everywhere",), ("--agent", "unmarked"), ("--agent", "codex"), ("--model", "gpt-5.2-codex"))


def at(time: int) -> dict[str, str]:
    return {"GIT_AUTHOR_DATE": f"@{time} +0000", "GIT_COMMITTER_DATE": f"@{time} +0000"}


def listed(repo: Repo, *options: str) -> dict[tuple[str, str | None], tuple[int, ...]]:
    """Return the sums of the commits that ``log`` lists: numbers of commits and lines, first and last time."""
    groups: dict[tuple[str, str | None], list[dict[str, Any]]] = defaultdict(list)
    for line in repo.log(*options):
        is_unmarked = line["agent"] == "human" and line["confidence"] == "low"
        groups["human or unmarked" if is_unmarked else line["agent"], line["model_id"]].append(line)
    return {
        maker: (
            len(lines),
            *(sum(line[name] or 0 for line in lines) for name in ("files", "insertions", "deletions")),
            min(line["committed_at"] for line in lines),
            max(line["committed_at"] for line in lines),
        )
        for maker, lines in groups.items()
    }


def summed(repo: Repo, *options: str) -> dict[tuple[str, str | None], tuple[int, ...]]:
    names = ("commits", "files", "insertions", "deletions", "first", "last")
    found = repo.log("--summary", *options)
    assert found == [] or round(sum(one["share"] for one in found), 6) == 1
    return {(one["agent"], one["model"]): tuple(one[name] for name in names) for one in found}


def assert_agree(repo: Repo) -> None:
    repo.settle()
    for options in SELECTIONS[: sized(5, 3)]:
        assert summed(repo, *options) == listed(repo, *options), options
    assert repo.json("verify")["differences"] == []


@pytest.fixture
def worked(repo: Repo) -> Repo:
    """Commits of three makers in three months."""
    start = 1_780_000_000
    for number in range(9):
        (repo.path / "file").write_text("line\n" * (number + 1))
        repo.git("add", "file")
        options = (CODEX, CLAUDE, [])[number % 3]
        repo.commit(f"feat: {number}", options=options, env=at(start + number * MONTH // 3))
    repo.git("config", "agent-tracker.userNeedsTerminal", "false")
    return repo


def test_it_is_the_sum_of_the_list(worked: Repo) -> None:
    assert_agree(worked)


@pytest.mark.whole
def test_commits_that_went_leave_the_sums(worked: Repo) -> None:
    assert_agree(worked)
    worked.git("reset", "-q", "--hard", "HEAD~4")
    assert_agree(worked)
    worked.git("commit", "-q", "--amend", "-m", "feat: anew", env=at(1_790_000_000))
    assert_agree(worked)


@pytest.mark.whole
def test_first_and_last_time_follow_the_commits_that_are_left(worked: Repo) -> None:
    for number in range(3):
        worked.commit(f"feat: more {number}", options=CODEX, env=at(1_800_000_000 + number))
    worked.settle()
    worked.git("reset", "-q", "--hard", "HEAD~1")
    worked.tracker("sync")
    with Ledger(worked.ledger_path).read() as snapshot:
        rows = [row for _, row in snapshot.scan(MAKER_MONTHS) if row.last > 1_795_000_000]
    assert [(row.agent, row.live[0], row.first, row.last) for row in rows] == [
        ("codex", 2, 1_800_000_000, 1_800_000_001)
    ]
    assert_agree(worked)
    assert summed(worked)["codex", "openai/gpt-5.2-codex"][-1] == 1_800_000_001


@pytest.mark.whole
def test_a_correction_moves_a_commit(worked: Repo) -> None:
    worked.settle()
    worked.person("attribute", "HEAD", "--agent", "codex", "--model", "gpt-5.2-codex")
    assert_agree(worked)
    worked.person("attribute", "HEAD", "--undo")
    assert_agree(worked)


@pytest.mark.whole
def test_commits_of_several_clones_are_summed_once(worked: Repo, tmp_path: Path) -> None:
    worked.settle()
    clone = worked.clone(tmp_path / "second")
    clone.tracker("init", "--hooks", "none", "--backfill")
    assert_agree(worked)
    for options in ((), ("--everywhere",)):
        assert summed(clone, *options) == listed(clone, *options)
    assert summed(clone) == summed(worked)
    worked.git("reset", "-q", "--hard", "HEAD~3")
    assert_agree(worked)
    assert summed(clone, "--everywhere") == listed(clone, "--everywhere")
    clone.tracker("backfill", "--undo")
    assert_agree(worked)


def test_a_ledger_without_the_sums_gets_them(worked: Repo) -> None:
    worked.settle()
    right = summed(worked)
    with Ledger(worked.ledger_path).write() as transaction:
        for key in [*transaction.keys(MAKER_MONTHS)]:
            transaction.delete(MAKER_MONTHS, key)
        transaction.put_meta("schema", 7)
    assert summed(worked) == right
    assert_agree(worked)


def test_dates_beyond_all_months_stop_nothing(worked: Repo) -> None:
    """Git takes any date; a month is stored in two bytes."""
    for number in range(2):
        worked.commit("feat: late", options=CODEX, env=at(200_000_000_000 + number))
    assert_agree(worked)
    worked.git("reset", "-q", "--hard", "HEAD~1")
    assert_agree(worked)
    assert summed(worked)["codex", "openai/gpt-5.2-codex"][-1] == 200_000_000_000


def test_a_wrong_sum_is_found_by_verify(worked: Repo) -> None:
    worked.settle()
    with Ledger(worked.ledger_path).write() as transaction:
        key, row = next(iter(transaction.scan(MAKER_MONTHS)))
        transaction.put(MAKER_MONTHS, key, row._replace(live=(9, 9, 9, 9)))
        transaction.put(MAKER_MONTHS, keys.maker_month(row.project, ("agent", "nobody", None, None), 1), row)
    found = worked.json("verify", code=1)["differences"]
    assert any("are wrong: live" in one for one in found)
    assert any("are stored, and no commits give any." in one for one in found)
