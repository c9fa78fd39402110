"""From commits to commit records: who made each, what it changed, where it came from.

Reads git for commits and diff statistics, and joins them with what the hooks saw. Writes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tracker import attribution, keys
from tracker.attribution import Catalogue, agent_session_logs
from tracker.attribution.other_tools import Found
from tracker.git import Repository, messages
from tracker.git.grade_trailers import declared_grade
from tracker.git.task_kinds import task_kind
from tracker.history.made_here import commits_made_here
from tracker.ledger.entries import LONGEST_NOTE, TRAILER, CommitEntry, GradeEntry, SetupEntry
from tracker.ledger.tables import COMMITS
from tracker.model import HUMAN, Change, Commit, Event, Evidence, Oid, Origin, ProjectId
from tracker.project.project import Project
from tracker.recording import instruction_digests
from tracker.records import CommitRecord

LONGEST_SUBJECT: Final = 200
LONGEST_NAME: Final = 200
"""Characters kept of a subject, and of a name or address: records stay small, git has the rest."""

BY_TRAILER: Final = "whoever wrote the commit's message"
"""The speaker of a grade in a trailer, as it is recorded."""

_FEW: Final = 200
"""Commits of one batch whose instruction files are looked for whoever made them."""

_WHOLE: Final = (40, 64)
"""Hex digits of an object name that is not shortened (sha1, sha256)."""


class Witness(NamedTuple):
    """What the hooks know about one commit: the evidence, and the hook that saw it made."""

    evidence: tuple[Evidence, ...]
    hook: str


class Circumstances(NamedTuple):
    """What holds for all commits of one reconcile.

    ``door`` is ``reconcile`` or ``backfill``: how a commit was learnt that no hook saw. ``foreign`` are the commits
    that some remote has; ``copies`` the originals of cherry-picked ones; ``records`` what other tools recorded;
    ``user_emails`` are lower-case.
    """

    project: ProjectId
    catalogue: Catalogue
    witnesses: Mapping[Oid, Witness]
    foreign: frozenset[Oid]
    made_here: frozenset[Oid]
    copies: Mapping[Oid, Oid]
    records: Found
    user_emails: frozenset[str]
    door: str
    now: int

    def told(self) -> set[Oid]:
        """The commits of which something is known that they do not say themselves."""
        return {*self.witnesses, *self.copies, *self.records.evidence, *self.records.read}

    def evidence(self, oid: Oid) -> tuple[Evidence, ...]:
        """What hooks saw of a commit, and other tools recorded."""
        witness = self.witnesses.get(oid)
        return (*(witness.evidence if witness else ()), *self.records.evidence.get(oid, ()))


def witnesses(
    commits: Mapping[Oid, Commit], events: Iterable[Event], config: Sequence[Evidence], catalogue: Catalogue
) -> dict[Oid, Witness]:
    """Join the hooks' events with the commits they saw made.

    Fails closed: when the events of one commit name different agents, two processes raced for HEAD and none of them
    is believed.
    """
    seen: dict[Oid, list[Event]] = defaultdict(list)
    replayed = {new for event in events if event.arguments[:1] == ("rebase",) for _, new in event.pairs}
    for event in events:
        commit = commits.get(event.head) if event.head else None
        if commit is not None and commit.oid not in replayed and _saw_it_made(event, commit):
            seen[commit.oid].append(event)
    result: dict[Oid, Witness] = {}
    for oid, together in seen.items():
        sets = [
            attribution.evidence_from_moment(
                dict(event.environment),
                catalogue,
                terminal=event.terminal,
                process=event.process,
                branch=event.branch,
            )
            for event in together
        ]
        named = {attribution.attribute(evidence).agent for evidence in sets if attribution.names_an_agent(evidence)}
        evidence = [one for group in sets for one in group] if len(named) <= 1 else []
        result[oid] = Witness((*evidence, *config), together[0].hook)
    return result


def with_models(project: Project, about: Circumstances, asked: Iterable[Oid]) -> dict[Oid, Witness]:
    """The witnesses with the models that agents' session stores know, where the commits themselves name none.

    ``asked``: commits recorded while git waited, which nobody asked the stores about.
    """
    found = dict(about.witnesses)
    if not project.settings.read_sessions:
        return found
    wanted = {oid: found[oid].evidence for oid in unasked(about)}
    with project.ledger.read() as snapshot:
        records = {oid: snapshot.get(COMMITS, keys.commit(about.project, oid)) for oid in asked if oid not in wanted}
    wanted |= {
        oid: tuple(one for one in record.evidence if one.signal == "session" and not one.inherited)
        for oid, record in records.items()
        if record is not None
    }
    for commit in project.repository.commits([*wanted]):
        told = {one.agent for one in attribution.evidence_from_commit(commit, about.catalogue) if one.model}
        left = [one for one in wanted[commit.oid] if one.agent not in told]
        completed = agent_session_logs.with_models(left, commit.committer.time, agent_session_logs.here())
        if any(one.model for one in completed):
            hook = found[commit.oid].hook if commit.oid in found else ""
            evidence = (*(one for one in wanted[commit.oid] if one not in left), *completed)
            found[commit.oid] = Witness(evidence, hook)
    return found


def unasked(about: Circumstances) -> list[Oid]:
    """The commits whose session a hook saw."""
    return [oid for oid, seen in about.witnesses.items() if any(one.signal == "session" for one in seen.evidence)]


def _saw_it_made(event: Event, commit: Commit) -> bool:
    """Whether the process behind an event made this commit, rather than moved to it or replayed it.

    git-commit hands its hook the author date it used, as ``@seconds zone``; another one means that HEAD had moved on
    already. While commits are replayed, a hook without that date was run by the sequencer itself, for a commit that
    somebody else made; one with it by a git-commit in between, which made its own where both times agree. git-am never
    says who wrote a patch.
    """
    if event.hook == "post-merge":
        return event.merging and len(commit.parents) > 1
    if event.hook != "post-commit":
        return False
    used = event.author_date or ""
    if used.startswith("@") and not used.startswith(f"@{commit.author.time} "):
        return False
    return not event.picking or (used.startswith("@") and commit.author.time == commit.committer.time)


def circumstances(
    repository: Repository,
    project_id: ProjectId,
    catalogue: Catalogue,
    foreign: frozenset[Oid],
    seen: Mapping[Oid, Witness],
    copied: Mapping[Oid, Oid],
    records: Found,
    door: str,
    now: int,
) -> Circumstances:
    """Find out, once for all commits of a reconcile, what tells those made here from those fetched."""
    made = frozenset(commits_made_here(repository)) if foreign else frozenset()
    emails = frozenset(repository.user_emails())
    return Circumstances(project_id, catalogue, seen, foreign, made, copied, records, emails, door, now)


def foreign_commits(repository: Repository, oids: Sequence[Oid], excluded: Iterable[Oid]) -> frozenset[Oid]:
    """Those of some commits that a remote has. ``excluded`` bounds the walk: tips that reach none of them."""
    if not oids or not repository.remote_tips():
        return frozenset()
    return frozenset(oids) - set(repository.walk(oids, excluded, not_remotes=True))


def commit_entries(
    repository: Repository, about: Circumstances, oids: Sequence[Oid], live: Callable[[Oid], bool]
) -> Iterator[CommitEntry | SetupEntry | GradeEntry]:
    """The entries of commits, in the given order; objects that cannot be read are left out.

    Before those of agents, what instructed them; after each, what the agent says of it in its trailers.
    """
    changes = repository.changes(oids)
    commits = [*repository.commits(oids)]
    reverted = _reverted(repository, commits)
    declared = {commit.oid: declared_grade(commit.message, LONGEST_NOTE) for commit in commits}
    copied = {**_declared_copies(repository, commits, about), **about.copies}
    records = {commit.oid: _record(commit, changes.get(commit.oid), about, live=live(commit.oid)) for commit in commits}
    # Who made a commit may follow from others, as an amend's does; of many it is looked for where it shows already.
    few = len(records) <= _FEW
    wanted = [oid for oid, record in records.items() if few or any(one.kind == "agent" for one in record.evidence)]
    found = instruction_digests.find(repository, wanted, about.catalogue)
    yield from dict.fromkeys(found.values())
    for oid, record in records.items():
        setup = found[oid].key if oid in found else None
        said = declared.get(oid) if record.origin == "local" else None
        yield CommitEntry(
            about.project,
            oid,
            record._replace(
                reverts=reverted.get(oid, ()),
                copy_of=copied.get(oid),
                setup=setup,
                declared=said.grade if said else None,
            ),
        )
        if said is not None:
            yield GradeEntry(
                about.project,
                oid,
                "agent",
                said.grade,
                said.note,
                said.task,
                min(max(record.committed_at, 0), keys.LAST_SECOND),
                TRAILER,
                speaker=BY_TRAILER,
                event=TRAILER,
            )


def _declared_copies(repository: Repository, commits: Iterable[Commit], about: Circumstances) -> dict[Oid, Oid]:
    """The originals that messages name. Of a commit that came from elsewhere its patch must be that of the original.

    Anybody can write such a line, and the author and date that go with it. An original that is not here says nothing of
    anybody, and is kept as the message has it.
    """
    named = {commit.oid: original for commit in commits if (original := messages.picked_from(commit.message))}
    strange = {oid for oid in named if oid in about.foreign and oid not in about.made_here}
    here = repository.existing_commits({named[oid] for oid in strange})
    doubted = {oid for oid in strange if named[oid] in here}
    patches = repository.patch_ids(sorted({oid for copy in doubted for oid in (copy, named[copy])}))
    return {
        oid: original
        for oid, original in named.items()
        if oid not in doubted or (oid in patches and patches[oid] == patches.get(original))
    }


def _reverted(repository: Repository, commits: Iterable[Commit]) -> dict[Oid, tuple[Oid, ...]]:
    """What each commit says that it reverts; a shortened name counts where it stands for a commit that is here."""
    named = {commit.oid: names for commit in commits if (names := messages.reverted(commit.message))}
    known = repository.expanded(sorted({name for names in named.values() for name in names}))
    whole = {name: Oid(name) for names in named.values() for name in names if len(name) in _WHOLE} | known
    return {oid: tuple(dict.fromkeys(whole[name] for name in names if name in whole)) for oid, names in named.items()}


def _record(commit: Commit, change: Change | None, about: Circumstances, *, live: bool) -> CommitRecord:
    """A commit with its evidence; who made it by that is decided where its whole family is known (``lineage``)."""
    witness = about.witnesses.get(commit.oid)
    evidence = attribution.combine(
        attribution.evidence_from_commit(commit, about.catalogue), about.evidence(commit.oid)
    )
    subject = messages.subject(commit.message)
    stat = change.stat if change else None
    record = CommitRecord(
        parents=commit.parents,
        author_name=commit.author.name[:LONGEST_NAME],
        author_email=commit.author.email[:LONGEST_NAME],
        authored_at=commit.author.time,
        author_offset=commit.author.offset,
        committer_name=commit.committer.name[:LONGEST_NAME],
        committer_email=commit.committer.email[:LONGEST_NAME],
        committed_at=commit.committer.time,
        committer_offset=commit.committer.offset,
        subject=subject[:LONGEST_SUBJECT],
        task_kind=task_kind(subject, change.paths if change else ()),
        files=stat.files if stat else None,
        insertions=stat.insertions if stat else None,
        deletions=stat.deletions if stat else None,
        agent=HUMAN,
        kind="human",
        model=None,
        confidence="low",
        signal="none",
        also=(),
        evidence=(),
        origin=_origin(commit, about),
        learnt=witness.hook if witness else about.door,
        recorded_at=about.now,
        live=live,
    )
    return record._replace(evidence=evidence)


def _origin(commit: Commit, about: Circumstances) -> Origin:
    """``fetched`` when a remote has the commit and nothing says that it was made here or by this user elsewhere."""
    if commit.oid not in about.foreign or commit.oid in about.witnesses or commit.oid in about.made_here:
        return "local"
    return "local" if commit.committer.email.lower() in about.user_emails else "fetched"
