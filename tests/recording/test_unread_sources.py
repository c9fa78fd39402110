"""Sources that cannot be read give no evidence, are named by doctor, and stop nothing."""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.recording.test_other_tools import note, trace
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

SESSION: Final = "11111111-2222-3333-4444-555555555555"


def findings(repo: Repo) -> list[str]:
    """Return the findings of doctor about sources."""
    done = repo.run("doctor", "--json")
    return [one["what"] for one in json.loads(done.stdout)["findings"] if "could not be read" in one["what"]]


def object_file(repo: Repo, name: str) -> Path:
    oid = repo.head(name)
    return repo.folder.parent / "objects" / oid[:2] / oid[2:]


def test_damaged_notes_stop_neither_recording_nor_other_sources(repo: Repo) -> None:
    first = repo.commit("feat: one", file="1.txt")
    note(repo, "refs/notes/ai", "a.py\n  h_1 1-2\n---\n{}\n", first)
    kept = object_file(repo, "refs/notes/ai").read_bytes()
    object_file(repo, "refs/notes/ai").chmod(0o644)
    object_file(repo, "refs/notes/ai").write_bytes(b"")
    traced = repo.commit("feat: two", file="2.txt")
    repo.write(".agent-trace/traces.jsonl", trace(traced, path="2.txt"))
    mine = repo.commit("feat: mine", file="3.txt", env={"CLAUDECODE": "1"})
    agents = {line["oid"]: line["agent"] for line in repo.log()}
    assert (agents[traced], agents[mine]) == ("codex", "claude-code")
    assert [what.split(" could")[0] for what in findings(repo)] == ["notes in refs/notes/ai"]
    object_file(repo, "refs/notes/ai").write_bytes(kept)
    repo.commit("feat: three", file="4.txt")
    repo.tracker("sync")
    assert findings(repo) == []


def test_session_log_of_another_form_is_named_until_it_can_be_read(repo: Repo) -> None:
    place = Path(repo.environment["HOME"]) / ".claude" / "projects"
    agent = {"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": SESSION}
    place.parent.mkdir()
    place.write_bytes(b"no folder")
    repo.commit("feat: one", env=agent)
    assert (repo.line()["agent"], repo.line()["model"]) == ("claude-code", None)
    assert [what.split(" could")[0] for what in findings(repo)] == ["session log of claude-code"]
    place.unlink()
    repo.commit("feat: two", env=agent)
    assert repo.line()["agent"] == "claude-code"
    assert findings(repo) == []
