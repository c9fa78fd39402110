"""The order of lessons: those of the same project, then of similar projects, then of others."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agent_environments import CLAUDE_CODE
from tests.profiles.written_trees import commit_files
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

PYTHON = {"a.py": "print(1)\n", "requirements.txt": "fastapi\n"}
RUST = {"a.rs": "fn main() {}\n"}


def project(repo: Repo, folder: Path, name: str, files: dict[str, str], subject: str) -> Repo:
    """Make a project whose newest commit, by an agent that found it good, has a subject."""
    made = repo if name == "repo" else Repo.make(folder / name, repo.environment)
    if made is not repo:
        made.tracker("init", "--hooks", "none")
    commit_files(made, files, f"chore: begin {name}")
    oid = made.commit(subject, env=CLAUDE_CODE)
    made.tracker("grade", oid, "--agent", "good", env=CLAUDE_CODE)
    return made


def lessons(repo: Repo, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in repo.tracker("lessons", "--json", *words).splitlines()]


def test_lessons_of_similar_projects_come_before_nearer_ones_of_others(repo: Repo, tmp_path: Path) -> None:
    project(repo, tmp_path, "repo", PYTHON, "feat: parse dates of invoices in all of the formats")
    project(repo, tmp_path, "tool", RUST, "feat: parse dates of invoices")
    project(repo, tmp_path, "api", PYTHON, "feat: parse dates of invoices in more formats")
    found = lessons(repo, "parse dates of invoices")
    assert [line["project"] for line in found] == ["repo", "api", "tool"]
    own, similar, other = (line["similarity"] for line in found)
    assert own == 1
    assert 0.3 <= similar < 1
    assert other < 0.3


def test_nearer_lesson_comes_first_among_similar_projects(repo: Repo, tmp_path: Path) -> None:
    project(repo, tmp_path, "repo", PYTHON, "docs: something else")
    project(repo, tmp_path, "equal", PYTHON, "feat: parse dates of invoices in more formats")
    project(repo, tmp_path, "alike", {"b.py": "print(2)\n"}, "feat: parse dates of invoices")
    found = lessons(repo, "parse dates of invoices")
    assert [line["project"] for line in found] == ["alike", "equal"]
    assert found[0]["similarity"] < found[1]["similarity"]


@pytest.mark.whole
def test_lessons_kept_for_a_task_have_the_same_order(repo: Repo, tmp_path: Path) -> None:
    project(repo, tmp_path, "repo", PYTHON, "docs: something else")
    project(repo, tmp_path, "tool", RUST, "feat: parse dates of invoices")
    project(repo, tmp_path, "api", PYTHON, "feat: parse dates of invoices in more formats")
    lessons(repo, "anything")
    repo.tracker("activity", "--task", "parse dates of invoices", env=CLAUDE_CODE)
    assert [one["project"] for one in repo.status_file()["task_lessons"]["lessons"]] == ["api", "tool"]
