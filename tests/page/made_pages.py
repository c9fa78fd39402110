"""Pages to test: of repositories in all states, and of content that no repository would hold by itself."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.page.rich_work import rich_work
from tests.set_ups.made_work import CLAUDE, CODEX, PERSON, Work, make, tally
from tests.support import Repo, sealed_home
from tracker.lineage.sums import sums
from tracker.model import DAY, GradeValue, Oid, ProjectId
from tracker.outcome_records import OutcomeRecord
from tracker.records import CommitFacts, CommitStanding, RecordedCommit
from tracker.reports.page.commit_list import MOST, read_commits
from tracker.reports.page.content import Report
from tracker.reports.page.lifetimes import curve_of
from tracker.reports.set_ups.commits import SetUpCommit
from tracker.reports.set_ups.read_sums import SetUpRow
from tracker.reports.set_ups.recommendation import recommend
from tracker.reports.set_ups.set_up import SetUp
from tracker.reports.set_ups.words import Circumstances

PROJECT: Final = ProjectId("0" * 32)
NOW: Final = 1_790_000_000
STATES: Final[Mapping[str, Sequence[Work]]] = {
    "people": [Work(PERSON, "feat", 5)],
    "one-set-up": tally(CLAUDE, "feat", 10, 20),
    "no-grades": [Work(CLAUDE, "feat", 15), Work(CODEX, "feat", 12), Work(CODEX, "fix", 3, fate="reverted")],
    "pending": [Work(CLAUDE, "feat", 12, age=3), Work(CODEX, "feat", 12, age=2)],
    "few": [*tally(CLAUDE, "feat", 3, 4), *tally(CODEX, "feat", 2, 3)],
}
"""Work that leaves a page without something; the empty ledger has none."""

HOSTILE: Final = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "<!-- <script>",
    '"><svg/onload=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "&lt;b&gt; &amp;amp;",
    "\u202egnp.exe",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 with latin",
    "nul\x00 esc\x1b[31m line\u2028end next\x85 bell\x07",
    "lone \udcff surrogate",
    "family \U0001f469\u200d\U0001f469\u200d\U0001f466 zero\u200bwidth",
    "x" * 300,
    "${7*7} {{7*7}} `alert(1)`",
)


def repository(folder: Path, work: Sequence[Work]) -> Repo:
    """Return a tracked repository named ``shop`` with this work in it."""
    repo = Repo.make(folder / "shop", sealed_home(folder / "home"))
    if work:
        make(repo, work)
    else:
        repo.tracker("init")
    return repo


def rich_repository(folder: Path) -> Repo:
    return repository(folder, rich_work())


def write_page(repo: Repo, file: Path, *options: str) -> Path:
    repo.tracker("report", "--html", str(file), *options)
    return file


def commit(
    set_up: SetUp,
    number: int,
    subject: str = "feat: something",
    user_grade: GradeValue | None = None,
    outcome: OutcomeRecord | None = None,
) -> SetUpCommit:
    """Return a commit that was authored ``number`` hours before ``NOW``."""
    authored = NOW - 3600 * number
    made = ("A", "a@example.com", authored, 0)
    facts = CommitFacts((), *made, *made, subject, "feat", 1, 10, 0, "reconcile", authored)
    standing = CommitStanding(live=True, counted=True, agent="a", kind="agent", user_grade=user_grade)
    return SetUpCommit(
        PROJECT, Oid(f"{number:040x}"), set_up, RecordedCommit(facts, standing), outcome, is_blamed=False
    )


def report_of(commits: Iterable[SetUpCommit], place: str = "shop", most: int = MOST) -> Report:
    """Return a report of commits: those with an outcome have landed 14 days ago and went well."""
    every = [*commits]
    rows = [
        SetUpRow(
            one.set_up,
            one.project,
            "feat",
            24_000,
            sums(
                commits=1,
                user_good=one.user_grade == 2,
                user_bad=one.user_grade == -1,
                landed=one.outcome is not None,
                settled_small=one.outcome is not None,
                well_small=one.outcome is not None and one.user_grade != -1,
                trouble_small=one.outcome is not None and one.user_grade == -1,
                **{f"{what}_14": one.outcome is not None for what in ("old", "half")},
            ),
        )
        for one in every
    ]
    found = recommend(rows)
    here = Circumstances(place, 1, is_computed=True, first_known=None)
    lives = {one.set_up: curve_of([]) for one in every}
    return Report(found, here, read_commits(every, most), lives, {PROJECT: place}, NOW)


def hostile_report() -> Report:
    """Return a report in which every text is hostile."""
    landed = OutcomeRecord(NOW - 20 * DAY, 10, ((0, 10),), aged=1)
    commits = []
    for place, text in enumerate(HOSTILE):
        names = (text.replace("\udcff", "?") for text in (text, HOSTILE[-place - 1]))  # names are encoded before
        set_up = SetUp((*names,), is_agent=True)
        grades: list[GradeValue] = [2, 2, -1]
        commits += [
            commit(set_up, 100 * place + number, f"{text} {number}", grades[number % 3], landed) for number in range(12)
        ]
    return report_of(commits, place="".join(HOSTILE[:4]))
