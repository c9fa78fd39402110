"""``log``: fields, filters, output for other programs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.refusals import refused
from tests.program import TRACKER
from tests.support import Repo
from tracker.ledger import Ledger
from tracker.ledger.tables import STANDINGS

pytestmark = pytest.mark.recorded_later

LOG_FIELDS = {
    "schema", "project", "oid", "parents", "author_name", "author_email", "committed_at", "subject", "agent", "kind",
    "model", "confidence", "signal", "also", "origin", "live", "learnt", "task_kind", "files", "insertions",
    "deletions", "grades", "replaced_by",
}  # fmt: skip


class TestLog:
    def test_every_field_of_the_contract(self, repo: Repo) -> None:
        repo.commit("feat: one")
        (line,) = repo.log()
        assert line.keys() >= LOG_FIELDS
        assert line["grades"] == {"agent": None, "user": None}

    def test_filters(self, repo: Repo) -> None:
        repo.commit("feat: one", env={"CLAUDECODE": "1"})
        repo.commit("feat: two", env={"AGENT_TRACKER_AGENT": "opencode", "AGENT_TRACKER_MODEL": "m-1"})
        repo.commit("feat: three")
        repo.settle()

        def subjects(*arguments: str) -> list[str]:
            return [line["subject"].removeprefix("feat: ") for line in repo.log(*arguments)]

        assert subjects() == ["three", "two", "one"]
        assert subjects("-n", "1") == ["three"]
        assert subjects("-n", "0") == []
        assert repo.tracker("log", "--summary", "-n", "0") == "who\tmodel\tcommits\tshare\tchanges\tfirst\tlast\n"
        assert len(repo.tracker("log", "--summary", "-n", "2").splitlines()) == 3
        assert subjects("--agent", "claude-code") == ["one"]
        assert subjects("--model", "m-1") == ["two"]
        assert subjects("--project", "repo") == ["three", "two", "one"]
        assert "no project called 'other' is known" in refused(repo, "log", "--project", "other")
        assert subjects("--since", "2999-01-01") == []
        assert subjects("--until", "2999-01-01", "--everywhere") == ["three", "two", "one"]
        assert "is no date" in refused(repo, "log", "--since", "soon", code=2)

    @pytest.mark.whole
    def test_a_commit_whose_work_was_squashed_names_the_commit_that_counts(self, repo: Repo) -> None:
        repo.commit("feat: base")
        repo.git("switch", "-q", "-c", "topic")
        for number in range(2):
            repo.commit(f"feat: {number}", file=f"{number}.txt", env={"CLAUDECODE": "1"})
        repo.git("switch", "-q", "main")
        repo.git("merge", "-q", "--squash", "topic")
        repo.git("commit", "-q", "-m", "feat: both")
        repo.settle()
        squash = repo.head()[:7]
        shown = repo.person("log", env={"COLUMNS": "140"})
        assert shown.count(f"(now {squash}) feat: ") == 2
        assert "(now" not in repo.tracker("log")
        assert "(now" not in next(line for line in shown.splitlines() if "feat: both" in line)

    def test_a_commit_in_two_clones_is_listed_once_everywhere_and_counted_once(
        self, repo: Repo, tmp_path: Path
    ) -> None:
        repo.commit("feat: one", env={"CLAUDECODE": "1"})
        repo.settle()
        clone = repo.clone(tmp_path / "clone")
        clone.tracker("init")
        clone.tracker("backfill")
        assert len(clone.log()) == 1
        assert len(clone.log("--everywhere")) == 1
        assert [line["agent"] for line in clone.log()] == ["claude-code"]
        assert clone.json("status", "claude-code")["total_commits"] == 1
        assert clone.json("verify")["ok"]

    def test_the_summary(self, repo: Repo) -> None:
        repo.commit("feat: one", env={"CLAUDECODE": "1"})
        repo.commit("feat: two")
        repo.settle()
        lines = [json.loads(line) for line in repo.tracker("log", "--summary", "--json").splitlines()]
        assert [(line["agent"], line["commits"]) for line in lines] == [("claude-code", 1), ("human or unmarked", 1)]
        assert [line["share"] for line in lines] == [0.5, 0.5]

    def test_output_that_is_closed_is_no_error(self, repo: Repo) -> None:
        for number in range(3):
            repo.commit(f"feat: {number}")
        done = subprocess.run(
            ["sh", "-c", f"'{sys.executable}' -I -m tracker log | head -n 1"],
            cwd=repo.path, env=repo.environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stderr == ""

    def test_not_tracked(self, untracked: Repo) -> None:
        assert "agent-tracker init" in refused(untracked, "log")
        assert "there is no ledger at" in refused(untracked, "log", "--everywhere")


def test_nothing_found_is_told_at_a_terminal(repo: Repo) -> None:
    assert "No recorded commit is here. 'agent-tracker backfill' records history" in repo.person("log")
    repo.commit("feat: one")
    repo.tracker("sync")
    assert repo.person("log", "--since", "2099") == "No recorded commit matches.\n"


@pytest.mark.parametrize("options", [["--json"], []], ids=["json", "lines"])
@pytest.mark.whole
def test_a_reader_that_leaves_ends_the_list(repo: Repo, tmp_path: Path, options: list[str]) -> None:
    """The oldest commit cannot be read here, so a list that went on to it would end with an error."""
    repo.import_commits(3000)
    repo.tracker("sync")
    with Ledger(repo.ledger_path).write() as transaction:
        transaction.put_bytes(STANDINGS.name, next(iter(transaction.keys(STANDINGS))), b"not a record")
    words = [*TRACKER, "log", *options, "--everywhere", "--ledger", str(repo.ledger_path)]
    program = subprocess.Popen(
        words, cwd=tmp_path, env=repo.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    assert repo.head()[:10] in program.stdout.readline()
    program.stdout.close()
    _, errors = program.communicate()
    assert (program.returncode, errors) == (0, "")
    assert not (repo.ledger_path / "suspect").exists()
    whole = subprocess.run(words, cwd=tmp_path, env=repo.environment, capture_output=True, text=True, check=False)
    assert "damaged" in whole.stderr, "read to its end it meets the error"
