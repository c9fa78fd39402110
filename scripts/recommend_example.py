"""Make a repository with the work of some set-ups and return the output of ``recommend``, for the documents."""

import sys
import tempfile
from pathlib import Path
from typing import Final

sys.path.append(str(Path(__file__).parents[1]))

from tests.set_ups.made_work import CLAUDE, CODEX, GEMINI, PERSON, Work, make, tally
from tests.support import Repo, sealed_home

_WORK: Final = [
    *tally(CLAUDE, "feat", 26, 30),
    *tally(CLAUDE, "fix", 14, 16),
    Work(CLAUDE, "docs", 24, grade=2, agent_grade=2),
    Work(CLAUDE, "refactor", 12, lines=20),
    Work(CLAUDE, "refactor", 5, lines=400, fate="reverted"),
    Work(CLAUDE, "refactor", 2, lines=400),
    *tally(CODEX, "feat", 22, 26),
    *tally(CODEX, "fix", 10, 12),
    Work(CODEX, "docs", 8, grade=2),
    Work(CODEX, "feat", 15, grade=2, agent_grade=5),
    Work(CODEX, "feat", 6, grade=-1, agent_grade=2),
    *tally(GEMINI, "feat", 4, 14),
    *tally(GEMINI, "fix", 3, 10),
    Work(PERSON, "feat", 40),
]


def recommend_example() -> str:
    """Return the command and its output."""
    with tempfile.TemporaryDirectory() as folder:
        repo = Repo.make(Path(folder) / "shop", sealed_home(Path(folder) / "home"))
        make(repo, _WORK)
        return f"$ agent-tracker recommend\n{repo.tracker('recommend')}"
