"""Rows of the original's database for tests, and what an import says of them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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
