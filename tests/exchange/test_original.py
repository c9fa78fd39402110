"""Import of the original's data: rows of both layouts, its files in a project, its database itself."""

import json
import shutil
import struct
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.exchange.conftest import elsewhere
from tests.exchange.random_ledgers import exported
from tests.program import WHOLE
from tests.support import Repo, one
from tracker.exchange.sources import export_script
from tracker.ledger import Ledger

ZERO = "2026-02-23T15:00:00.000Z"


def row(database: str, key: str, value: Mapping[str, Any]) -> dict[str, Any]:
    return {"db": database, "key": key, "value": value}


def agent(name: str = "opencode:api", **fields: Any) -> dict[str, Any]:
    value = {"id": name, "name": name, "model": "qwen3-coder", "scope": "API", "skill_points": 2.7, "active": True,
             "experience_points": 26.7, "communication_score": 6, "total_commits": 3, "total_bugs": 1,
             "created_at": ZERO, "updated_at": ZERO}  # fmt: skip
    return row("agents", name, {**value, **fields})


def commit(oid: str, path: str = "/home/user/shop", name: str = "opencode:api") -> dict[str, Any]:
    value = {"agent_id": name, "commit_hash": oid, "project_path": path, "task_description": "Add", "timestamp": ZERO}
    return row("commits", f"{path}:{oid}", {**value, "experience_gained": 5, "communication_score_change": 0})


def grade(oid: str, value: object, at: str = ZERO, **fields: Any) -> dict[str, Any]:
    content = {"agent_id": "opencode:api", "commit_hash": oid, "project_path": "/x", "grade": value, "timestamp": at}
    return row("communication", f"opencode:api:{oid}:{at}", {**content, **fields})


def retrospective(oid: str, agent_grade: object, user_grade: object, **fields: Any) -> dict[str, Any]:
    value = {"commit": oid, "timestamp": ZERO, "task": "retro", "agent_grade": agent_grade, "user_grade": user_grade,
             "score_before": 60, "score_after": 67, "agent_note": "smooth", "user_note": "å ä ö 日本"}  # fmt: skip
    return row("retrospectives", f"opencode:api:{oid}", {**value, **fields})


def activity(**fields: Any) -> dict[str, Any]:
    value = {"timestamp": "2026-02-23T15:00:00Z", "task": "Cart", "actions": "tests", "outcome": "ok", "decisions": "d"}
    return row("activities", "opencode:api:2026-02-23T15:00:00Z", {**value, **fields})


def flat(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows as the older layout has them: one database, the kind before the key."""
    names = {"agents": "agent", "commits": "commit"}
    return [row("", f"{names.get(one['db'], one['db'])}:{one['key']}", one["value"]) for one in rows]


def write(path: Path, rows: Sequence[object]) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), encoding="utf-8")
    return path


def reasons(result: Mapping[str, Any]) -> list[str]:
    kept = Path(result["place"]).read_text(encoding="utf-8").splitlines() if result["place"] else []
    return [json.loads(line)["reason"] for line in kept]


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


def test_a_grade_that_was_given_again_is_the_last_word_again(repo: Repo, tmp_path: Path) -> None:
    oid = repo.commit("feat: cart")
    repo.settle()
    days = [f"2026-02-2{day}T15:00:00.000Z" for day in (1, 2, 3)]
    rows = [grade(oid, value, at, reason="user") for value, at in zip((2, -1, 2), days, strict=True)]
    file = write(tmp_path / "rows.jsonl", rows)
    assert json.loads(repo.tracker("import", "--json", str(file)))["changed"] == {"grade": 3}
    assert repo.line(oid)["grades"]["user"] == 2
    write(file, [*rows, retrospective(oid, 1, 2, timestamp=days[2])])
    grown = json.loads(repo.tracker("import", "--json", str(file)))
    assert grown["changed"] == {"retrospective": 1, "grade": 1}  # the agent's; the user's is known
    assert json.loads(repo.tracker("import", "--json", str(file)))["changed"] == {}


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
    result = json.loads(repo.tracker("import", "--json", str(project)))
    assert result["changed"] == {"grade": 2, "retrospective": 2, "activity": 1, "opening balance": 1}
    assert repo.line(oid)["grades"] == {"agent": 2, "user": 5}
    outside = Repo(tmp_path, repo.environment)
    journal = json.loads(outside.tracker("activity", "--agent", "agenttracker-core", "--json"))
    assert journal["actions"] == "Explored the code,\nfound two bugs"
    assert before == {path: path.read_bytes() for path in before}
    assert json.loads(repo.tracker("import", "--json", str(project)))["changed"] == {}
    (project / ".agent" / "status.json").unlink()
    assert "do not name the agent: name it with --agent" in repo.run("import", str(project)).stderr
    named = json.loads(repo.tracker("import", "--json", "--agent", "AgentTracker-Core", str(project)))
    assert named["changed"] == {}


def test_what_is_not_imported_says_what_to_do(told: Repo, tmp_path: Path) -> None:
    database = tmp_path / "agent-tracker.lmdb"
    database.write_bytes(bytes(24) + struct.pack("<II", 0xBEEFC0DE, 2) + bytes(8000))
    done = told.run("import", str(database))
    assert done.returncode == 1
    assert "npm install --no-save lmdb@3" in done.stderr
    assert f"node {export_script()} FILE > rows.jsonl" in done.stderr
    assert "agent-tracker merge" in told.run("import", str(told.ledger_path / "data.mdb")).stderr
    assert "agent-tracker merge" in told.run("import", str(told.ledger_path)).stderr
    assert told.tracker("import", str(told.path)) == "There is nothing to import.\n"  # .agent/status.json is our own
    assert "holds nothing that can be imported" in told.run("import", str(told.path / "cart.py")).stderr
    assert told.run("import", str(database), env=CLAUDE_CODE).returncode == 1


@pytest.mark.skipif(
    not (WHOLE and shutil.which("npm")), reason="needs npm and its registry: AGENT_TRACKER_TEST_WHOLE=1"
)
def test_the_two_commands_export_a_real_database(repo: Repo, tmp_path: Path) -> None:
    oid = repo.commit("feat: cart")
    repo.settle()
    subprocess.run(["npm", "install", "--no-save", "lmdb@3"], cwd=tmp_path, check=True, capture_output=True)
    for is_flat in (False, True):
        rows = [agent(), commit(oid), grade(oid, 5, reason="user"), activity(actions="x" * 2000)]
        file = tmp_path / f"{is_flat}.lmdb"
        code = """
            import { createRequire } from 'node:module'
            const { open } = createRequire(process.cwd() + '/here.js')('lmdb')
            const root = open({ path: process.argv[2], compression: true, maxDbs: 12 })
            for (const { db, key, value } of JSON.parse(process.argv[3])) {
              const shared = { sharedStructuresKey: Symbol.for('structures:' + db) }
              await (db ? root.openDB(db, shared) : root).put(key, value)
            }
            await root.close()
        """
        (tmp_path / "make.mjs").write_text(code)
        made = json.dumps(flat(rows) if is_flat else rows)
        subprocess.run(["node", "make.mjs", str(file), made], cwd=tmp_path, check=True)
        for lock in tmp_path.glob("*.lmdb-lock"):
            lock.unlink()
        before = (file.read_bytes(), file.stat().st_mtime_ns, sorted(tmp_path.iterdir()))
        command = ["node", str(export_script()), str(file)]
        printed = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout
        assert before == (file.read_bytes(), file.stat().st_mtime_ns, sorted(tmp_path.iterdir()))
        assert sorted(map(json.loads, printed.splitlines()), key=str) == sorted(json.loads(made), key=str)
        other = elsewhere(repo, tmp_path / f"home-{is_flat}")
        (tmp_path / f"{is_flat}.jsonl").write_bytes(printed)
        other.run("import", str(tmp_path / f"{is_flat}.jsonl"))
        balance = one(line for line in exported(Ledger(other.path / "ledger")).splitlines() if b'"balance"' in line)
        assert b'"account":"opencode:api"' in balance
        (tmp_path / f"{is_flat}.jsonl").unlink()
