"""Import of the original's data: rows of both layouts, its files in a project, its database itself."""

import json
import shutil
import struct
from pathlib import Path

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.exchange.original_rows import ZERO, activity, agent, commit, flat, grade, reasons, retrospective, row, write
from tests.exchange.random_ledgers import exported
from tests.support import Repo
from tracker.exchange.sources import export_script


@pytest.mark.parametrize("is_flat", [False, True])
def test_grades_and_makers_go_to_recorded_commits_and_points_stay_apart(
    repo: Repo, tmp_path: Path, *, is_flat: bool
) -> None:
    oid = repo.commit("feat: cart")
    other = repo.commit("feat: totals")
    repo.settle()
    rows = [agent(), commit(oid), commit(other), grade(oid, 2), grade(oid, 5, reason="user"), grade(other, -1)]
    file = write(tmp_path / "rows.jsonl", flat(rows) if is_flat else rows)
    result = json.loads(repo.tracker("import", "--json", str(file)))
    assert result["changed"] == {"attribution": 2, "grade": 3, "opening balance": 1}
    assert (result["events"], result["aside"]) == (6, 0)
    line = repo.line(oid)
    assert (line["agent"], line["confidence"], line["grades"]) == ("opencode", "medium", {"agent": 2, "user": 5})
    status = repo.json("status", "opencode")
    assert status["opening_balances"] == [
        {"program": "opencode-agent-tracker", "account": "opencode:api", "skill_points": 2.7, "experience_points": 26.7,
         "communication_score": 6, "commits": 3, "bugs": 1, "model": "qwen3-coder", "active": True,
         "updated_at": 1771858800}
    ]  # fmt: skip
    assert (status["experience_points"], status["total_bugs"]) == (2, 0)
    assert "(not counted here)" in repo.tracker("status", "opencode")
    before = exported(repo.ledger())
    assert json.loads(repo.tracker("import", "--json", str(file)))["changed"] == {}
    assert exported(repo.ledger()) == before
    assert repo.json("verify")["ok"]


def test_retrospectives_name_both_raters_and_their_grades_count_once(repo: Repo, tmp_path: Path) -> None:
    oid = repo.commit("feat: cart")
    repo.settle()
    rows = [grade(oid, 2), retrospective(oid, 2, 5), grade(oid, 5, reason="user"), activity()]
    file = write(tmp_path / "rows.jsonl", rows)
    result = json.loads(repo.tracker("import", "--json", str(file)))
    assert result["changed"] == {"grade": 2, "retrospective": 1, "activity": 1}
    assert repo.line(oid)["grades"] == {"agent": 2, "user": 5}
    shown = repo.tracker("grade", oid)
    assert shown.count("smooth") == 1
    outside = Repo(tmp_path, repo.environment)
    assert "agent: smooth" in outside.tracker("retro", "--agent", "opencode")
    assert "tests" in outside.tracker("activity", "--agent", "opencode")


def test_rows_of_commits_that_are_not_recorded_wait_for_a_backfill(untracked: Repo, tmp_path: Path) -> None:
    oid = untracked.commit("feat: cart")
    untracked.tracker("init")
    file = write(tmp_path / "rows.jsonl", [commit(oid), grade(oid, 5, reason="user"), retrospective(oid, 1, 5)])
    first = json.loads(untracked.tracker("import", "--json", str(file), code=1))
    assert first["changed"] == {"retrospective": 1}
    assert len(reasons(first)) == 3
    assert all("run 'agent-tracker backfill' in" in reason for reason in reasons(first))
    untracked.tracker("backfill")
    second = json.loads(untracked.tracker("import", "--json", str(file)))
    assert second["changed"] == {"attribution": 1, "grade": 2}
    assert untracked.line(oid)["grades"] == {"agent": 1, "user": 5}


def test_rows_that_cannot_be_used_are_named(repo: Repo, tmp_path: Path) -> None:
    oid = repo.commit("feat: cart")
    repo.settle()
    bad: dict[str, object] = {
        "its grade is none of": grade(oid, 4),
        "its timestamp is no time": grade(oid, 2, at="yesterday"),
        "its commit 1111": commit("1" * 40),
        "its commit_hash is no text": row("communication", "x", {"agent_id": "x", "grade": 2, "timestamp": ZERO}),
        "its kind is not known": row("feelings", "x", {}),
        "its key does not name the agent": row("activities", "2026-02-23T15:00:00Z", activity()["value"]),
        "its skill_points is no number": agent("a", skill_points="many"),
        "it names no agent": agent(":api"),
        "its total_commits is negative": agent("b", total_commits=-1),
        "it has not the three fields": {"db": "agents"},
        "another type than": row("agents", "x", []),  # type: ignore[arg-type]
        "it tells of a migration": row("migrations", "/x", {"version": "unknown"}),
        "reads languages": row("projects", "/x", {"language": "typescript"}),
        "before 1970": activity(timestamp="1960-01-01T00:00:00Z") | {"key": "a:1960-01-01T00:00:00Z"},
        "contains control characters": activity(task="\x1b[31m"),
    }
    file = write(tmp_path / "rows.jsonl", [grade(oid, 2), *bad.values()])
    with file.open("ab") as opened:
        opened.write(b'{"db":"agents","key":\n\xff\xfe\n')
    result = json.loads(repo.tracker("import", "--json", str(file), code=1))
    found = reasons(result)
    for reason in [*bad, "it is not JSON"]:
        assert [text for text in found if reason in text], reason
    assert len(found) == len(bad) + 2 == result["aside"]
    assert (result["not_needed"], result["changed"]) == (2, {"grade": 1})


JOURNAL = """# Journal - 2026-02-23

## 18:00
- **Task**: Write SPECS.md
- **Actions taken**: Explored the code,
  found two bugs
- **Outcome**: Locked
- **Decisions made**: Phase 1

## Notes
- **Task**: not an entry
"""


def test_files_that_agents_kept_in_a_project(repo: Repo, tmp_path: Path) -> None:
    oid = repo.commit("feat: specs")
    repo.settle()
    project = tmp_path / "old"
    shutil.copytree(repo.path, project)
    shutil.rmtree(project / ".agent", ignore_errors=True)
    for name, content in {
        ".agent/status.json": json.dumps({"agent_name": "AgentTracker-Core", "skill_points": 2.7, "total_commits": 46.0,
                                          "experience_points": 26.7, "communication_score": 6.0, "halted": False}),
        ".journal/communication.json": json.dumps([
            {"commit": oid[:7], "timestamp": "2026-02-23T18:00:00", "task": "Specs", "agent_grade": "good",
             "user_grade": "excellence", "score_before": 60, "score_after": 64, "agent_note": "", "user_note": "fine"},
            {"commit": "fffffff", "timestamp": "2026-02-23T18:30:00", "task": "Other", "agent_grade": "good",
             "user_grade": "good"},
        ]),
        ".journal/2026-02-23.md": JOURNAL,
    }.items():  # fmt: skip
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(content, encoding="utf-8")
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file() and ".git" not in path.parts}
    result = json.loads(repo.tracker("import", "--json", str(project), code=1))
    assert result["changed"] == {"grade": 2, "retrospective": 1, "activity": 1, "opening balance": 1}
    assert sorted(reasons(result)) == [
        "its commit fffffff is not recorded: run 'agent-tracker backfill' in " + f"{project}, import again",
        "its heading does not begin with a time",
    ]
    assert repo.line(oid)["grades"] == {"agent": 2, "user": 5}
    outside = Repo(tmp_path, repo.environment)
    journal = json.loads(outside.tracker("activity", "--agent", "agenttracker-core", "--json"))
    assert journal["actions"] == "Explored the code,\nfound two bugs"
    assert before == {path: path.read_bytes() for path in before}
    for options in ((), ("--agent", "Somebody-Else")):  # the option is for files that name nobody
        again = repo.tracker("import", "--json", *options, str(project), code=1)
        assert json.loads(again)["changed"] == {}
    (project / ".agent" / "status.json").unlink()
    assert "do not name the agent: name it with --agent" in repo.run("import", str(project)).stderr
    named = json.loads(repo.tracker("import", "--json", "--agent", "AgentTracker-Core", str(project), code=1))
    assert named["changed"] == {}


def test_what_is_not_imported_says_what_to_do(unchanged: Repo, tmp_path: Path) -> None:
    database = tmp_path / "agent-tracker.lmdb"
    database.write_bytes(bytes(24) + struct.pack("<II", 0xBEEFC0DE, 2) + bytes(8000))
    done = unchanged.run("import", str(database))
    assert done.returncode == 1
    assert "npm install --no-save lmdb@3" in done.stderr
    assert f"node {export_script()} FILE > rows.jsonl" in done.stderr
    assert "agent-tracker merge" in unchanged.run("import", str(unchanged.ledger_path / "data.mdb")).stderr
    assert "agent-tracker merge" in unchanged.run("import", str(unchanged.ledger_path)).stderr
    assert (
        unchanged.tracker("import", str(unchanged.path)) == "There is nothing to import.\n"
    )  # .agent/status.json is our own
    assert "holds nothing that can be imported" in unchanged.run("import", str(unchanged.path / "cart.py")).stderr
    assert unchanged.run("import", str(database), env=CLAUDE_CODE).returncode == 1
