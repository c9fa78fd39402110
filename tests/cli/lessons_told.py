"""The lessons that ``lessons --json`` prints."""

import json
from typing import Any

from tests.support import Repo, one


def lessons(repo: Repo, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in repo.tracker("lessons", "--json", *arguments).splitlines()]


def subjects(repo: Repo, *arguments: str) -> list[tuple[str, str]]:
    """Return list and subject of each lesson, in order."""
    return [(line["list"], line["subject"]) for line in lessons(repo, *arguments)]


def reasons(repo: Repo, *arguments: str) -> list[str]:
    """Return the reasons of the only lesson."""
    found: list[str] = one(lessons(repo, *arguments))["reasons"]
    return found
