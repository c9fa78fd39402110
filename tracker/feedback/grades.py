"""Grades of recorded commits: give and withdraw them, list them, find the commits that wait for the user's.

Each grade is an event of its own and stays; the last of each rater counts (design, section 4).
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker import keys, lineage, scoring
from tracker.attribution.ownership import is_own_work
from tracker.errors import TrackerError, UsageError
from tracker.feedback.actor import Actor, speak_for_user
from tracker.feedback.recorded_commits import recorded_commits
from tracker.feedback_records import GradeRecord
from tracker.ledger import Snapshot, grade_history, totals
from tracker.ledger.buffer import write_feedback
from tracker.ledger.commits import find_commit, holders_of, scan_commits
from tracker.ledger.entries import GRADES_TO_CHOOSE, GradeEntry
from tracker.ledger.tables import PROJECTS
from tracker.lineage import contributions
from tracker.model import GradeValue, Oid, ProjectId, Rater, grade_named
from tracker.project.project import Project
from tracker.recording.reconcile import refresh_status
from tracker.records import CommitStanding, RecordedCommit
from tracker.reports.maker_words import maker_word
from tracker.scoring import Score
from tracker.text import printable

COMMAND_LINE: Final = "command line"
"""The source of a grade given with ``grade``."""
REVIEW: Final = "review"
"""The source of a grade given in a review."""


class Opinion(NamedTuple):
    """A rater's grade and note; a grade of None withdraws the rater's last grade."""

    rater: Rater
    grade: GradeValue | None
    note: str = ""


class Graded(NamedTuple):
    """A graded commit as it is now, and its agent's score before and after (None: no score)."""

    oid: Oid
    commit: RecordedCommit
    before: Score | None
    after: Score | None


def parse_grade(text: str) -> GradeValue:
    """Return the grade with a name or number. Raises UsageError when there is none."""
    grade = grade_named(text)
    if grade is None:
        raise UsageError(f"'{printable(text[:40])}' is no grade: {GRADES_TO_CHOOSE}.")
    return grade


def normalized_text(text: str) -> str:
    """Return a note or task with line feeds as line ends, without blanks around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def give_grades(
    project: Project, oids: Sequence[Oid], opinions: Sequence[Opinion], task: str, actor: Actor, source: str
) -> list[Graded]:
    """Grade commits in one transaction, and refresh the status files.

    Raises NotTheUser when another actor grades as the user, TrackerError when a commit is not recorded, an agent
    grades another's work or a text is refused, and the LedgerUnavailable errors; nothing is recorded then.
    """
    graded = record_grades(project, oids, opinions, task, actor, source)
    refresh_status(project, project.files.id())
    return graded


def record_grades(
    project: Project, oids: Sequence[Oid], opinions: Sequence[Opinion], task: str, actor: Actor, source: str
) -> list[Graded]:
    """Grade commits in one transaction, without refreshing the status files (for many grades in a row).

    Raises what ``give_grades`` raises.
    """
    before = recorded_commits(project, oids)
    entries = grade_entries(project, before, opinions, task, actor, source)
    scores_before = _scores(project, before.values())
    write_feedback(project.ledger, entries)
    after = recorded_commits(project, oids)
    scores = _scores(project, after.values())
    return [
        Graded(oid, commit, scores_before.get(commit.standing.agent), scores.get(commit.standing.agent))
        for oid, commit in after.items()
    ]


def grade_entries(
    project: Project,
    commits: Mapping[Oid, RecordedCommit],
    opinions: Sequence[Opinion],
    task: str,
    actor: Actor,
    source: str,
) -> list[GradeEntry]:
    """Return one entry for each commit and opinion; none to withdraw a grade that is not there.

    Raises NotTheUser, TrackerError for another agent's work, and where every grade to withdraw is missing.
    """
    project_id, now = project.files.id(), int(time.time())
    speakers = {one.rater: speaker_of(project, one.rater, commits, actor) for one in opinions}
    entries = [
        GradeEntry(
            project_id,
            oid,
            one.rater,
            one.grade,
            normalized_text(one.note),
            normalized_text(task),
            max(now, _last_time(commit.standing, one.rater)),
            source,
            speaker=speakers[one.rater],
        )
        for oid, commit in commits.items()
        for one in opinions
        if one.grade is not None or contributions.grade(commit.standing, one.rater)[0] is not None
    ]
    if commits and opinions and not entries:
        none = f"{next(iter(commits))[:12]} has" if len(commits) == 1 else f"None of the {len(commits)} commits has"
        raters = " or ".join(one.rater for one in opinions)
        raise TrackerError(f"{none} {'no' if len(commits) == 1 else 'a'} grade by the {raters}: nothing was changed.")
    return entries


def _last_time(standing: CommitStanding, rater: Rater) -> int:
    """Return the time of a rater's last grade, in seconds since the epoch, or 0.

    If the clock was ahead then, a new grade must still be the last.
    """
    last = lineage.last_grade(standing, rater)
    return last.time if last else 0


def speaker_of(project: Project, rater: Rater, commits: Mapping[Oid, RecordedCommit], actor: Actor) -> str:
    """Return the text to record with a rater's grade of some commits.

    Raises NotTheUser when the actor may not grade as the user, TrackerError for another agent's work.
    """
    if rater == "user":
        return speak_for_user(actor, project.settings, "a user's grade")
    check_own(project, commits, actor)
    return actor.description()


def check_own(project: Project, commits: Mapping[Oid, RecordedCommit], actor: Actor) -> None:
    """Check that an agent speaks of its own work. Raises TrackerError when another agent made one of the commits."""
    for oid, commit in commits.items():
        maker = maker_word(commit.standing)
        if actor.agent is not None and not is_own_work(actor.agent, commit.standing, project.guarding_catalogue):
            raise TrackerError(
                f"{oid[:12]} was made by {maker}, and {actor.agent} runs this command: an agent speaks only"
                " of its own work; nothing was recorded."
            )


def _scores(project: Project, commits: Iterable[RecordedCommit]) -> dict[str, Score]:
    """Return the scores of the agents of some commits, keyed by agent."""
    makers = {(commit.standing.kind, commit.standing.agent) for commit in commits}
    agents = {agent for kind, agent in makers if scoring.is_scored(kind, agent)}
    with project.ledger.read() as snapshot:
        return {name: totals.score_of(snapshot, name, project.settings.policy) for name in agents}


# -- listing -------------------------------------------------------------------------------------------------------


class GivenGrade(NamedTuple):
    """A grade as it was given, in this clone or ``in_clone``, another one that holds the commit."""

    record: GradeRecord
    in_clone: bool


def history(project: Project, oid: Oid) -> list[GivenGrade]:
    """Return all grades of a commit, whichever clone they were given in, in the order in which they were recorded.

    Raises TrackerError if it is not recorded.
    """
    recorded_commits(project, [oid])  # raises for one that is not recorded
    here = project.files.id()
    found: dict[int, GivenGrade] = {}
    with project.ledger.read() as snapshot:
        for holder in holders_of(snapshot, oid):
            commit = find_commit(snapshot, holder, oid)
            numbered = grade_history.numbered_grades_of(snapshot, (holder, oid), commit.standing) if commit else ()
            found |= {number: GivenGrade(record, holder != here) for number, record in numbered}
    return [one for _, one in sorted(found.items())]


def last_note(snapshot: Snapshot, project_id: ProjectId, oid: Oid, standing: CommitStanding, rater: Rater) -> str:
    """Return the note with a rater's last grade of a commit, empty if there is none."""
    last = grade_history.last_grade_given(snapshot, (project_id, oid), standing, rater)
    return last.note if last else ""


def commits_waiting_for_user(
    project: Project, agent: str | None = None, *, fetched: bool = False
) -> list[tuple[Oid, RecordedCommit]]:
    """Return a project's commits that wait for the user's grade, newest first; ``agent``: only that agent's.

    ``fetched``: also those that came by fetch and have no grade by the user, whose grades move no score.
    """
    with project.ledger.read() as snapshot:
        found = [
            (oid, commit)
            for (_, oid), commit in scan_commits(snapshot, project.files.id())
            if contributions.waits_for(commit, "user", fetched=fetched) and agent in {None, commit.standing.agent}
        ]
    return sorted(found, key=lambda pair: (pair[1].facts.committed_at, pair[1].facts.sequence), reverse=True)


def waiting_elsewhere(project: Project, agent: str | None = None) -> dict[str, int]:
    """Return how many of the live commits here wait for the user's grade in other projects, by repository.

    A repository is named by its folder. A commit that clones share counts, and waits, in one of them. ``agent``: only
    that agent's commits.
    """
    here = project.files.id()
    found: Counter[str] = Counter()
    with project.ledger.read() as snapshot:
        records = {keys.project_of(key): record for key, record in snapshot.scan(PROJECTS)}
        present = {one: record for one, record in records.items() if not (record.away or record.is_foreign)}
        paths = {one: record.paths[0].removesuffix("/.git") for one, record in present.items()}
        for (_, oid), commit in scan_commits(snapshot, here):
            if not commit.standing.live or commit.standing.counted or agent not in {None, commit.standing.agent}:
                continue
            for other in holders_of(snapshot, oid):
                theirs = find_commit(snapshot, other, oid) if other != here and other in paths else None
                if theirs is not None and contributions.waits_for(theirs, "user"):
                    found[paths[other]] += 1
    return dict(found)


def current_opinion(project: Project, oid: Oid, rater: Rater) -> Opinion:
    """Return a rater's present grade and note of exactly this commit, so that they can be given again."""
    standing = recorded_commits(project, [oid])[oid].standing
    grade = contributions.own_grade(standing, rater)
    if grade is None:
        return Opinion(rater, None)
    with project.ledger.read() as snapshot:
        return Opinion(rater, grade, last_note(snapshot, project.files.id(), oid, standing, rater))
