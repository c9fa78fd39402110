"""A year of work by several set-ups, different in quality, kinds and times of use, for pages with every section."""

from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from tests.set_ups.made_work import CLAUDE, CODEX, GEMINI, PERSON, Fate, Work
from tracker.model import GradeValue

SONNET: Final = "Co-authored-by: Claude Sonnet 4.5 <noreply@anthropic.com>"
AIDER: Final = "Co-authored-by: aider (gpt-4o) <noreply@aider.chat>"


class _Maker(NamedTuple):
    """One set-up. ``good``: how likely its work is good, ``kind``: it does these; ``since``, ``until``: days ago."""

    trailer: str
    commits: int
    good: float
    kinds: str
    since: int
    until: int
    graded: float


_MAKERS: Final = (
    _Maker(CLAUDE, 190, 0.86, "feat feat feat fix fix docs docs refactor test", 210, 1, 0.4),
    _Maker(CODEX, 150, 0.80, "feat feat fix fix docs test refactor refactor", 150, 2, 0.38),
    _Maker(SONNET, 130, 0.74, "feat feat fix docs test refactor", 360, 190, 0.5),
    _Maker(AIDER, 90, 0.5, "feat fix fix refactor docs", 350, 120, 0.5),
    _Maker(GEMINI, 16, 0.7, "feat docs", 40, 3, 0.4),
    _Maker(PERSON, 120, 0.85, "feat fix chore docs", 360, 1, 0),
)
_TOPICS: Final = {
    "feat": "add|the export of invoices|a filter for open orders|search by customer|dark mode|import of price lists",
    "fix": "correct|the rounding of taxes|a race in the cache|the time zone of reports|empty search results",
    "docs": "describe|the settings|how to restore a backup|the public interface|the import format",
    "test": "cover|the price rules|broken uploads|the import of old files|two users at once",
    "refactor": "simplify|the order service|the parser of addresses|the cache|the access checks",
    "chore": "update|the dependencies|the build image|the licences",
}


def rich_work(seed: int = 11) -> list[Work]:
    """Return the work; the same for the same seed."""
    chance = Random(seed)
    return [work for maker in _MAKERS for work in _work_of(maker, chance)]


def _work_of(maker: _Maker, chance: Random) -> Iterator[Work]:
    for _ in range(maker.commits):
        kind = chance.choice(maker.kinds.split())
        lines = chance.choice((4, 8, 15, 25, 60, 140, 380 if kind in {"feat", "refactor"} else 40))
        good = maker.good + {"docs": 0.12, "refactor": -0.45 if lines > 100 else 0.1}.get(kind, 0.02)
        is_good = chance.random() < good
        verb, *things = _TOPICS[kind].split("|")
        grade = _grade(chance, is_good=is_good) if chance.random() < maker.graded else None
        age = chance.randint(maker.until, maker.since)
        fate = "kept" if age < 5 or (is_good and chance.random() < 0.8) else _fate(chance)
        yield Work(
            maker.trailer,
            kind,
            grade=grade,
            agent_grade=_own_grade(chance, grade) if maker.trailer else None,
            age=age,
            lines=lines,
            fate="replaced" if fate != "kept" and is_good else fate,
            after=max(1, min(age - 1, int(chance.expovariate(1 / 70)))),
            topic=f"{verb} {chance.choice(things)}",
        )


def _grade(chance: Random, *, is_good: bool) -> GradeValue:
    return chance.choice((2, 2, 2, 5)) if is_good else chance.choice((-1, 1))


def _own_grade(chance: Random, grade: GradeValue | None) -> GradeValue | None:
    """Return the agent's grade: mostly given, and mostly kinder than the user's."""
    if chance.random() < 0.2:
        return None
    return chance.choice({-1: (1, 2, 2), 1: (1, 2, 2), 2: (2, 2, 2, 5), 5: (5, 2), None: (2, 2, 5)}[grade])


def _fate(chance: Random) -> Fate:
    return chance.choice(("fixed", "fixed", "reverted", "replaced", "replaced"))
