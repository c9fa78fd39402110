"""The commits that the page lists, and the facts of each by which figures and filters count it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import Final, NamedTuple

from tracker.lineage.contributions import grades
from tracker.lineage.outcome_amounts import was_reverted_early
from tracker.lineage.sums import SIZES
from tracker.model import AGES, GRADE_NAMES, TASK_KINDS, ProjectId, Rater
from tracker.reports.page.markup import visible
from tracker.reports.page.numbers import day_of
from tracker.reports.set_ups.commits import SetUpCommit
from tracker.reports.set_ups.set_up import SetUp

MOST: Final = 10_000
"""Commits in the page: more would make it too large to send."""
_LONGEST_SUBJECT: Final = 160
_OID_SHOWN: Final = 10

SEVERAL: Final = len(GRADE_NAMES) + 1
"""The grade of a commit into which several graded ones were squashed; 0 is none, 1 to 4 are ``GRADE_NAMES``."""


class Became(NamedTuple):
    """One thing that may have become of a commit. ``holds``: True of the commits that the figures count for it."""

    label: str
    holds: Callable[[SetUpCommit], bool]


def _is_old(one: SetUpCommit, age: int) -> bool:
    return one.outcome is not None and one.outcome.aged > age and one.outcome.added > 0


def _is_kept(one: SetUpCommit, age: int) -> bool:
    outcome = one.outcome
    return outcome is not None and _is_old(one, age) and 2 * outcome.kept(AGES[age]) >= outcome.added


def _went_well(one: SetUpCommit) -> bool:
    outcome = one.outcome
    is_calm = outcome is not None and one.is_settled and not one.is_trouble
    return is_calm and outcome is not None and 2 * outcome.kept(AGES[0]) >= outcome.added


BECAME: Final[Mapping[str, Became]] = {
    "well": Became("went well", _went_well),
    "trouble": Became("in trouble", lambda one: one.is_trouble),
    "reverted": Became(
        "reverted within 14 days",
        lambda one: one.outcome is not None and one.is_settled and was_reverted_early(one.outcome),
    ),
    "fixed": Became(
        "fixed within 7 days",
        lambda one: one.outcome is not None and one.is_settled and one.outcome.fixed_by is not None,
    ),
    "blamed": Became("blamed for a bug", lambda one: one.is_settled and one.is_blamed),
    "kept-14": Became("half kept for 14 days", lambda one: _is_kept(one, 0)),
    "lost-14": Became("less than half kept for 14 days", lambda one: _is_old(one, 0) and not _is_kept(one, 0)),
    "kept-30": Became("half kept for 30 days", lambda one: _is_kept(one, 1)),
    "kept-90": Became("half kept for 90 days", lambda one: _is_kept(one, 2)),
    "landed": Became("landed", lambda one: one.outcome is not None),
    "young": Became("landed less than 14 days ago", lambda one: one.outcome is not None and not one.is_settled),
    "settled": Became("landed 14 days ago or longer", lambda one: one.is_settled),
    "added": Became("landed and added lines", lambda one: one.outcome is not None and one.outcome.added > 0),
    "old-14": Became("added lines, landed 14 days ago or longer", lambda one: _is_old(one, 0)),
    "old-30": Became("added lines, landed 30 days ago or longer", lambda one: _is_old(one, 1)),
    "old-90": Became("added lines, landed 90 days ago or longer", lambda one: _is_old(one, 2)),
}
"""Filters by what became of a commit, keyed as in links. The position of each is its bit in ``bits``."""


class Commits(NamedTuple):
    """The commits of a report.

    ``rows``: those that are listed, newest first. ``total``: how many there are. ``days``: numbers of commits by set-up
    and by the day on which they were authored (days since the epoch).
    """

    rows: Sequence[SetUpCommit]
    total: int
    days: Mapping[tuple[SetUp, int], int]

    @property
    def period(self) -> tuple[int, int] | None:
        """The first and the last day on which one was authored, in days since the epoch; None without commits."""
        days = [day for _, day in self.days]
        return (min(days), max(days)) if days else None

    @property
    def has_squashed_grades(self) -> bool:
        """True if a listed commit has grades of several commits that were squashed into it."""
        return any(SEVERAL in {grade_number(one, "agent"), grade_number(one, "user")} for one in self.rows)


def read_commits(commits: Iterable[SetUpCommit], most: int = MOST) -> Commits:
    """Return the commits to list: graded, reverted, blamed and fixed ones first, then the newest, ``most`` at most."""
    days: Counter[tuple[SetUp, int]] = Counter()

    def counted() -> Iterator[SetUpCommit]:
        for one in commits:
            days[one.set_up, day_of(one.commit.facts.authored_at)] += 1
            yield one

    kept = nsmallest(most, counted(), key=lambda one: (not _tells(one), -one.commit.facts.authored_at, one.oid))
    kept.sort(key=lambda one: (-one.commit.facts.authored_at, one.oid))
    return Commits(kept, days.total(), days)


def _tells(one: SetUpCommit) -> bool:
    """Return True for a commit that figures of quality rest on, so that it is not left out for a newer one."""
    outcome = one.outcome
    became = outcome is not None and (outcome.reverted_by is not None or outcome.fixed_by is not None)
    return became or one.is_blamed or bool(grades(one.commit.standing))


def grade_number(one: SetUpCommit, rater: Rater) -> int:
    """Return a rater's grade as the figures count it: 0 for none, 1 to 4 from bad to excellence, or ``SEVERAL``."""
    if not one.commit.is_local:
        return 0  # grades of fetched commits move no figure
    single = one.user_grade if rater == "user" else one.agent_grade
    if single is not None:
        return [*GRADE_NAMES].index(single) + 1
    return SEVERAL if any(who == rater for who, _ in grades(one.commit.standing)) else 0


def bits(one: SetUpCommit) -> int:
    """Return what became of a commit as bits, in the order of ``BECAME``."""
    return sum(1 << place for place, became in enumerate(BECAME.values()) if became.holds(one))


def columns(
    commits: Commits, set_ups: Sequence[SetUp], projects: Sequence[ProjectId]
) -> Mapping[str, Sequence[int | str]]:
    """Return the listed commits as columns of equal length, for the script of the page.

    ``set_up``, ``project``, ``kind`` and ``size`` are positions in ``set_ups``, ``projects``, ``TASK_KINDS`` and
    ``SIZES``; ``became`` is one in ``words``, which alone has a length of its own. ``day``: days since the epoch.
    """
    number_of = {set_up: number for number, set_up in enumerate(set_ups)}
    project_of = {project: number for number, project in enumerate(projects)}
    words: dict[str, int] = {}
    sizes = [*SIZES]
    rows = commits.rows
    return {
        "set_up": [number_of[one.set_up] for one in rows],
        "project": [project_of[one.project] for one in rows],
        "kind": [TASK_KINDS.index(one.commit.facts.task_kind) for one in rows],
        "size": [sizes.index(one.size) for one in rows],
        "day": [day_of(one.commit.facts.authored_at) for one in rows],
        "oid": [one.oid[:_OID_SHOWN] for one in rows],
        "subject": [_subject(one.commit.facts.subject) for one in rows],
        "user": [grade_number(one, "user") for one in rows],
        "agent": [grade_number(one, "agent") for one in rows],
        "bits": [bits(one) for one in rows],
        "became": [words.setdefault(", ".join(one.reasons()), len(words)) for one in rows],
        "words": [*words],
    }


def _subject(text: str) -> str:
    return visible(text if len(text) <= _LONGEST_SUBJECT else f"{text[: _LONGEST_SUBJECT - 1]}…")
