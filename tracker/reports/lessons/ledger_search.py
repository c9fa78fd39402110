"""Search of the ledger for lessons: documents, the ones near a task, and the judgement of each."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.commits import find_commit
from tracker.ledger.tables import OUTCOMES, PROJECTS
from tracker.model import Oid, ProjectId
from tracker.reports.lessons.documents import CommitDocument, JournalDocument, read_documents
from tracker.reports.lessons.judgement import judge_commit, judge_session
from tracker.reports.lessons.lesson import Lesson, Similarity, ordered
from tracker.reports.lessons.word_index import search
from tracker.reports.maker_words import maker_shown


class KnownProject(NamedTuple):
    """A project of the ledger whose repository was there last. ``git_dir``: its common git directory."""

    project: ProjectId
    name: str
    git_dir: str


class LedgerAnswer(NamedTuple):
    """The lessons of a ledger, and what a search elsewhere needs: ``recorded`` commits and ``projects``."""

    lessons: Sequence[Lesson]
    recorded: frozenset[Oid]
    projects: Sequence[KnownProject]


def search_ledger(snapshot: Snapshot, words: Sequence[str], similarity: Similarity, most: int) -> LedgerAnswer:
    """Return the lessons near a task, at most ``most`` of each kind.

    ``words``: those of the task (``task_words.words_of_task``). Raises SearchUnavailable, and what reading raises.
    """
    documents = read_documents(snapshot)
    every: list[CommitDocument | JournalDocument] = [*documents.commits, *documents.journals]
    records = {keys.project_of(key): record for key, record in snapshot.scan(PROJECTS)}
    names = {project: record.name for project, record in records.items()}
    found: list[Lesson] = []
    for hit in search((one.texts() for one in every), words):
        document = every[hit.place]
        if isinstance(document, CommitDocument):
            found += _commit_lesson(snapshot, document, similarity, hit.relevance)
        else:
            found.append(_journal_lesson(document, similarity, hit.relevance))
    named = [one._replace(project_name=names.get(one.project, "") if one.project else "") for one in found]
    known = [KnownProject(project, one.name, one.paths[0]) for project, one in records.items() if not one.away]
    return LedgerAnswer(ordered(named, most), documents.recorded, known)


def _commit_lesson(
    snapshot: Snapshot, document: CommitDocument, similarity: Similarity, relevance: float
) -> Iterator[Lesson]:
    """Yield the lesson of a commit, as the most similar of its projects knows it; nothing if its facts are gone."""
    project = max(document.projects, key=lambda one: (similarity(one), one))
    commit = find_commit(snapshot, project, document.oid)
    if commit is None:
        return
    outcome = snapshot.get(OUTCOMES, keys.commit(project, document.oid))
    judged = judge_commit(commit.standing, outcome, has_bug=document.feedback.has_bug)
    yield Lesson(
        kind=judged.verdict,
        source="commit",
        project=project,
        project_name="",
        oid=document.oid,
        maker=maker_shown(commit.standing),
        model=commit.standing.model,
        time=document.time,
        title=document.subject,
        tasks=document.feedback.tasks,
        notes=document.feedback.notes,
        reasons=judged.reasons,
        grade=judged.grade,
        rater=judged.rater,
        similarity=similarity(project),
        relevance=relevance,
    )


def _journal_lesson(document: JournalDocument, similarity: Similarity, relevance: float) -> Lesson:
    """Return the lesson of an activity or a session."""
    is_activity = document.source == "activity"
    judged = judge_session(document.agent_grade, document.user_grade)
    return Lesson(
        kind=judged.verdict,
        source=document.source,
        project=document.project,
        project_name="",
        oid=None,
        maker=document.agent,
        model=None,
        time=document.time,
        title=document.task,
        tasks=(),
        notes=document.notes,
        reasons=("an activity",) if is_activity else judged.reasons,
        grade=judged.grade,
        rater=judged.rater,
        similarity=similarity(document.project),
        relevance=relevance,
    )
