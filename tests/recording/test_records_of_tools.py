"""``import`` of a repository: records of other tools that came after their commits were recorded, in bulk."""

import json

import pytest

from tests.recording.test_other_tools import agentdiff, entire, git_ai, trace
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

_CHECKPOINT = "a3b2c4d5e6f"


def test_records_of_recorded_commits_are_read_in_bulk(repo: Repo) -> None:
    oids = []
    for number in range(4):
        repo.git("commit", "-q", "--allow-empty", "-m", f"feat: {number}\n\nEntire-Checkpoint: {_CHECKPOINT}{number}")
        oids.append(repo.head())
    repo.tracker("sync")
    assert [line["agent"] for line in repo.log()] == ["human"] * 4
    agentdiff(repo, "meta", trace(oids[0]) + "nonsense\n")
    folder = f"a3/{_CHECKPOINT[2:]}1/"
    entire(repo, "refs/remotes/origin/entire/checkpoints/v1", folder, [{"agent": "Codex", "model": ""}])
    repo.git("notes", "--ref=ai", "add", "-f", "-m", git_ai(("aa", "cursor", "gpt-5", True)), oids[2])
    result = json.loads(repo.tracker("import", "--json", "."))
    assert (result["events"], result["aside"]) == (3, 0)
    by_oid = {line["oid"]: (line["agent"], line["signal"]) for line in repo.log()}
    assert [by_oid[oid] for oid in oids] == [
        ("codex", "record"), ("codex", "record"), ("cursor", "record"), ("human", "none")
    ]  # fmt: skip
    again = json.loads(repo.tracker("import", "--json", "."))
    assert (again["events"], again["changed"]) == (3, {})
    assert "3 records read: all are known here." in repo.tracker("import", str(repo.path))
    assert repo.json("verify")["ok"]


def test_a_folder_without_anything_to_import_says_what_to_do(untracked: Repo) -> None:
    done = untracked.run("import", ".")
    assert done.returncode == 1
    assert "is no tracked repository, and has no files of opencode-agent-tracker" in done.stderr
    assert "run 'agent-tracker init' in it first" in done.stderr
