"""A project with all that lists show: odd names, long ones, grades, bugs, costs, outcomes; the same each time."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.agent_environments import CLAUDE_CODE
from tests.set_ups.made_work import CLAUDE, CODEX, DAY, GEMINI, PERSON, Work, make, tally
from tests.snapshots import sized_terminal
from tests.support import Repo, clean_environment, sealed_home
from tracker.cost_records import CostRecord
from tracker.ledger.buffer import buffer_of
from tracker.ledger.computed_entries import CostEntry
from tracker.model import Oid

NOW: Final = 1_790_000_000
_CLOCK: Final = str(Path(__file__).with_name("standing_clock.py"))

CHINESE: Final = "助手机器人"
ARABIC: Final = "وكيل-البرمجة"
EMOJI: Final = "🤖-robot"
LONG: Final = "an-agent-with-a-name-as-long-as-names-may-be-" + "x" * 19

_WORK: Final = [
    *tally(CLAUDE, "feat", 26, 30),
    *tally(CLAUDE, "fix", 14, 16),
    Work(CLAUDE, "docs", 12, grade=2, agent_grade=2),
    Work(CLAUDE, "refactor", 5, lines=400, fate="reverted"),
    *tally(CODEX, "feat", 16, 20),
    *tally(CODEX, "fix", 4, 8),
    Work(CODEX, "docs", 8, grade=2, agent_grade=5, fate="fixed"),
    *tally(GEMINI, "feat", 4, 14),
    Work(PERSON, "feat", 20),
]
_COST: Final = CostRecord(
    calls=12, subagent_calls=4, input=1_234_567, cache_read=98_765_432, cache_write=40_000, output=91_000,
    reasoning=2300, models=(("claude-opus-4.7", 12),), span_ms=2_000_000, active_ms=1_404_000, usd=12_345_678,
    found_by="time", flags=("at_least",), read_at=NOW,
)  # fmt: skip


class StillRepo(Repo):
    """A repository in which agent-tracker runs as if the time were ``NOW``."""

    def run(
        self, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            _words([arguments]), cwd=cwd or self.path, env=self.environment | dict(env or {}),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def tracker(self, *arguments: str, code: int = 0, env: Mapping[str, str] | None = None) -> str:
        return super().tracker(*arguments, code=code, env=env).removesuffix("\0")

    def person(self, *arguments: str, code: int = 0, env: Mapping[str, str] | None = None) -> str:
        [text] = self.lists([arguments], 80, env or {}, code=code)
        return text

    def lists(
        self, commands: Sequence[Sequence[str]], columns: int, env: Mapping[str, str], *, code: int = 0
    ) -> list[str]:
        """Return what each command shows a person at a terminal with so many columns; ``code``: the greatest of all."""
        environment = self.environment | {"TERM": "xterm-256color"} | dict(env)
        del environment["COLUMNS"]
        text, errors, ended = sized_terminal.shown(_words(commands), self.path, environment, columns)
        assert ended == code, text + errors
        assert [line for line in errors.splitlines() if not line.endswith("all projects are shown.")] == []
        return text.split("\0")[:-1]


def _words(commands: Sequence[Sequence[str]]) -> list[str]:
    return [sys.executable, "-I", _CLOCK, str(NOW), *(json.dumps([*words]) for words in commands)]


def project_in(folder: Path) -> StillRepo:
    """Return the project that was made in a folder."""
    return StillRepo(folder / "shop", clean_environment(folder / "home"))


def make_project(folder: Path) -> StillRepo:
    """Return the project, in a new folder, with one finding for ``doctor``."""
    sealed_home(folder / "home")
    repo = project_in(folder)
    Repo.make(repo.path, repo.environment)
    oids = make(repo, _WORK, outcomes=False, now=NOW)
    repo.tracker("init")
    repo.record_later()
    repo.begin_at(NOW - 3 * DAY)
    _commit_under_odd_names(repo)
    entries = [CostEntry(oid, _COST._replace(calls=number % 20 + 1)) for number, oid in enumerate(oids[:60])]
    buffer_of(entries).flush(repo.ledger())
    repo.tracker("outcomes")
    _give_feedback(repo, oids)
    repo.person("init", "--guard")
    (repo.folder / "guard").unlink()
    return repo


def _commit_under_odd_names(repo: Repo) -> None:
    for subject, env in (
        ("feat: 修复日期解析中的闰年错误并为每个时区添加测试", _named(CHINESE, "通义千问-3")),
        ("docs: تحسين وثائق التثبيت وشرح الإعدادات", _named(ARABIC, "gpt-5")),
        ("fix: 🎉 cre\u0301me bru\u0302le\u0301e ❤️ for the family 👨‍👩‍👧 of 👩🏽‍💻", _named(EMOJI)),
        ("chore: " + "0123456789" * 20, _named(LONG, "m" * 200)),
        ("perf: 1234567890 rows in 0.000123456 s instead of 98765.4321 s at 0123456789abcdef", CLAUDE_CODE),
        ("refactor: " + "many words " * 19, CLAUDE_CODE),
        ("test: 日本語のとても長い件名" + "です" * 90, _named(CHINESE)),
    ):  # fmt: skip
        repo.commit(subject, env=env)
    dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{NOW - 2 * DAY} +0000")
    words = ("git", "commit", "-q", "--allow-empty", "-m", "docs: by a person at a terminal")
    assert repo.at_terminal(*words, env=dates).finish() == 0
    repo.commit("feat: without any mark")
    repo.tracker("sync")


def _named(agent: str, model: str = "") -> dict[str, str]:
    return {"AGENT_TRACKER_AGENT": agent, "AGENT_TRACKER_MODEL": model}


def _give_feedback(repo: StillRepo, oids: Sequence[Oid]) -> None:
    head = [repo.head(f"HEAD~{number}") for number in range(9)]
    repo.tracker("grade", head[4], "--agent", "excellence", "--agent-note", "闰年也测试过了", env=CLAUDE_CODE)
    repo.person("grade", head[4], "--user", "good", "--user-note", "تم بشكل جيد " * 8)
    repo.person("grade", head[3], "--user", "bad", "--user-note", "too many words")
    repo.person("grade", head[8], "--user", "excellence")
    repo.tracker("retro", head[3], "--notes", "the first attempt " * 12 + "\n第二次尝试成功", env=CLAUDE_CODE)
    repo.tracker("activity", "--task", "parse the dates of invoices", "--outcome", "تم " * 30, env=CLAUDE_CODE)
    repo.tracker("activity", "--task", "解析发票日期" * 12, "--decisions", "no time zones", env=CLAUDE_CODE)
    for oid in oids[-20:-17]:
        repo.person("attribute", oid, "--agent", CHINESE, "--note", "I remember 我记得")
    for _ in range(3):
        repo.person("bug", oids[-21], "--note", "一月的发票重复了 " * 6)
