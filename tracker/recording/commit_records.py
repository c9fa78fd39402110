"""Make the entries of new commits: their facts, the instruction files of their trees, grades in their trailers.

Reads git for commits and diff statistics, and joins them with the evidence of the context. Writes nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from tracker import attribution
from tracker.git import Repository, messages
from tracker.git.grade_trailers import DeclaredGrade, declared_grade
from tracker.git.task_kinds import kind_of_paths, task_kind
from tracker.history.cherry_picks import exact_copies
from tracker.ledger.entries import LONGEST_NOTE, TRAILER, CommitEntry, GradeEntry, SetupEntry
from tracker.model import LAST_SECOND, Change, Commit, DiffStat, Evidence, Oid, TaskKind
from tracker.recording import instruction_digests
from tracker.recording.context import RecordingContext
from tracker.recording.message_links import declared_originals, declared_reverts
from tracker.records import CommitFacts

_MAX_SUBJECT: Final = 200
_MAX_NAME: Final = 200
"""Characters kept of a subject, and of a name or address: records stay small, git has the rest."""

_BY_TRAILER: Final = "whoever wrote the commit's message"
"""The speaker of a grade in a trailer. Stored in ledgers: not to be changed."""

_SMALL_BATCH: Final = 200
"""Commits of a batch up to which the instruction files of every commit are read, whoever made it."""


def commit_entries(
    repository: Repository,
    context: RecordingContext,
    oids: Sequence[Oid],
    changes: Mapping[Oid, Change],
    is_live: Callable[[Oid], bool],
) -> Iterator[CommitEntry | SetupEntry | GradeEntry]:
    """Yield the entries of commits in the given order; objects that cannot be read are left out.

    First come the set-ups of the agents, and after each commit the grade that its trailers declare. ``changes``: the
    diff statistics, without unknown ones. Raises RepositoryError.
    """
    commits = [*repository.commits(oids)]
    reverts = declared_reverts(repository, commits)
    copies = {**declared_originals(repository, commits, context.origins), **context.copies}
    wanted = {*oids}
    exact = exact_copies(repository, {oid: original for oid, original in copies.items() if oid in wanted})
    evidence = {commit.oid: own_evidence(commit, context) for commit in commits}
    setups = _setups(repository, context, evidence)
    yield from dict.fromkeys(setups.values())
    for commit in commits:
        oid = commit.oid
        facts = commit_facts(commit, changes.get(oid), evidence[oid], context, is_live=is_live(oid))
        # The trailers of a fetched commit are not this user's.
        declared = declared_grade(commit.message, LONGEST_NOTE) if facts.origin == "local" else None
        yield CommitEntry(
            context.project_id,
            oid,
            facts._replace(
                reverts=reverts.get(oid, ()),
                copy_of=copies.get(oid),
                is_exact_copy=oid in exact,
                moments=context.moments(oid),
                setup=setups[oid].key if oid in setups else None,
                declared=declared.grade if declared else None,
            ),
        )
        if declared is not None:
            yield _trailer_grade(context, commit, declared)


def _setups(
    repository: Repository, context: RecordingContext, evidence: Mapping[Oid, Sequence[Evidence]]
) -> dict[Oid, SetupEntry]:
    """Return the instruction files of commits: of all in a small batch, else of those with evidence of an agent.

    Who made a commit may follow from other commits, as with an amend, so evidence of its own is not required of few.
    """
    is_small = len(evidence) <= _SMALL_BATCH
    wanted = [oid for oid, found in evidence.items() if is_small or any(one.kind == "agent" for one in found)]
    return instruction_digests.read_setups(repository, wanted, context.catalogue)


def _trailer_grade(context: RecordingContext, commit: Commit, declared: DeclaredGrade) -> GradeEntry:
    """Return the entry of a grade in a trailer, given at the commit's time."""
    return GradeEntry(
        context.project_id,
        commit.oid,
        "agent",
        declared.grade,
        declared.note,
        declared.task,
        min(max(commit.committer.time, 0), LAST_SECOND),
        TRAILER,
        speaker=_BY_TRAILER,
        event=TRAILER,
    )


def statistics(change: Change) -> tuple[DiffStat, TaskKind | None]:
    """Return the diff statistics of a commit, and the kind of task that its paths share."""
    return change.stat, kind_of_paths(change.paths)


def own_evidence(commit: Commit, context: RecordingContext) -> tuple[Evidence, ...]:
    """Return the evidence of who made a commit: what is in itself, and what hooks and other tools give."""
    return attribution.combine(
        attribution.evidence_from_commit(commit, context.catalogue), context.evidence(commit.oid)
    )


def commit_facts(
    commit: Commit, change: Change | None, evidence: tuple[Evidence, ...], context: RecordingContext, *, is_live: bool
) -> CommitFacts:
    """Return a commit's facts without what it copies, reverts and declares; ``change``: None if it is not known."""
    subject = messages.subject(commit.message)
    stat = change.stat if change else None
    hook = context.hook(commit.oid)
    return CommitFacts(
        parents=commit.parents,
        author_name=commit.author.name[:_MAX_NAME],
        author_email=commit.author.email[:_MAX_NAME],
        authored_at=commit.author.time,
        author_offset=commit.author.offset,
        committer_name=commit.committer.name[:_MAX_NAME],
        committer_email=commit.committer.email[:_MAX_NAME],
        committed_at=commit.committer.time,
        committer_offset=commit.committer.offset,
        subject=subject[:_MAX_SUBJECT],
        task_kind=task_kind(subject, kind_of_paths(change.paths) if change else None),
        files=stat.files if stat else None,
        insertions=stat.insertions if stat else None,
        deletions=stat.deletions if stat else None,
        evidence=evidence,
        origin=context.origins.origin(commit, has_event=bool(hook)),
        learnt=hook or context.learnt_by,
        recorded_at=context.now,
        live=is_live,
    )
