"""``log``: the recorded commits, newest first, with who made each and how that is known."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from tracker import keys
from tracker.attribution import catalogue_file
from tracker.cli import output
from tracker.errors import UsageError
from tracker.ledger import Ledger, Snapshot
from tracker.ledger.tables import COMMITS, PROJECTS, REWRITES, SETUPS
from tracker.lineage import contributions
from tracker.model import HUMAN, RATERS, Oid, ProjectId, Rater
from tracker.project import settings
from tracker.recording import instruction_digests
from tracker.records import CommitRecord, Link

SCHEMA: Final = 1


class Filters(NamedTuple):
    """Which commits are wanted. ``project`` None means all of them; times are seconds since the epoch."""

    project: ProjectId | None
    project_name: str | None = None
    agent: str | None = None
    model: str | None = None
    since: int | None = None
    until: int | None = None
    include_dead: bool = False
    most: int | None = None


def moment(text: str) -> int:
    """A date or date and time (ISO 8601, local unless it names a zone) in seconds. Raises UsageError."""
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"'{text}' is no date: write 2026-11-24 or 2026-11-24T13:00+01:00.") from error


def run(ledger: Ledger, filters: Filters, *, json: bool) -> int:
    """Print the commits. Raises TrackerError."""
    with ledger.read() as snapshot:
        found = sorted(_once(_matching(snapshot, filters)), key=_newest_first, reverse=True)[: filters.most]
        names = {project_id: _name(snapshot, project_id) for project_id in {project_id for project_id, _, _ in found}}
        links = {(project_id, oid): _links(snapshot, project_id, oid) for project_id, oid, _ in found} if json else {}
        instructed = _instructions(snapshot, [record for _, _, record in found]) if json else {}
    # Printed when the ledger is closed: a pager may keep us here for long.
    if json:
        for project_id, oid, record in found:
            line = as_json(project_id, names[project_id], oid, record, links[project_id, oid])
            output.print_json(line | instructed.get((record.setup, record.agent), {"setup": None, "instructions": []}))
        return 0
    rows = [
        _row(oid, record, names[project_id] if filters.project is None else "") for project_id, oid, record in found
    ]
    output.table(("commit", "date", "who", "sure", "by", "grade", "changes", "subject"), rows, wide="subject")
    return 0


def summarize(ledger: Ledger, filters: Filters, *, json: bool) -> int:
    """Print how much each agent and model did. Raises TrackerError."""
    with ledger.read() as snapshot:
        found = sorted(_once(_matching(snapshot, filters)), key=_newest_first, reverse=True)[: filters.most]
    groups: dict[tuple[str, str, str | None], list[CommitRecord]] = defaultdict(list)
    for _, _, record in found:
        groups[record.kind, _who(record), record.model_id].append(record)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), str(group[0])))
    sums = [_summary(kind, who, model, records) for (kind, who, model), records in ordered]
    if json:
        for one in sums:
            output.print_json(one)
        return 0
    rows = [
        (one["agent"], one["model"] or "-", str(one["commits"]), f"+{one['insertions']} -{one['deletions']}",
         output.moment(one["first"]), output.moment(one["last"]))
        for one in sums
    ]  # fmt: skip
    output.table(("who", "model", "commits", "changes", "first", "last"), rows, wide="who")
    return 0


def _summary(kind: str, who: str, model: str | None, records: Sequence[CommitRecord]) -> dict[str, Any]:
    times = [record.committed_at for record in records]
    return {
        "schema": SCHEMA,
        "agent": who,
        "kind": kind,
        "model": model,
        "commits": len(records),
        "files": sum(record.files or 0 for record in records),
        "insertions": sum(record.insertions or 0 for record in records),
        "deletions": sum(record.deletions or 0 for record in records),
        "first": min(times),
        "last": max(times),
    }


_Found = tuple[ProjectId, Oid, CommitRecord]


def _newest_first(found: _Found) -> tuple[int, int]:
    return found[2].committed_at, found[2].sequence


def _matching(snapshot: Snapshot, filters: Filters) -> Iterator[_Found]:
    prefix = keys.project(filters.project) if filters.project else b""
    for key, record in snapshot.scan(COMMITS, prefix):
        project_id = keys.project_of(key)
        if not (filters.include_dead or record.live):
            continue
        if filters.agent is not None and filters.agent != record.agent:
            continue
        if filters.model is not None and filters.model not in {record.model, record.model_id}:
            continue
        if filters.since is not None and record.committed_at < filters.since:
            continue
        if filters.until is not None and record.committed_at > filters.until:
            continue
        if filters.project_name is not None and _name(snapshot, project_id) != filters.project_name:
            continue
        yield project_id, keys.oid_of(key), record


def _once(found: Iterable[_Found]) -> Iterable[_Found]:
    """Every commit once, from the project that it is counted in, else from where it was made, when clones hold it."""
    best: dict[Oid, _Found] = {}
    for one in found:
        other = best.get(one[1])
        if other is None or _standing(one) < _standing(other):
            best[one[1]] = one
    return best.values()


def _standing(found: _Found) -> tuple[bool, bool, ProjectId]:
    project_id, _, record = found
    return not record.counted, not record.is_local, project_id


def _name(snapshot: Snapshot, project_id: ProjectId) -> str:
    record = snapshot.get(PROJECTS, keys.project(project_id))
    return record.name if record else project_id


def _instructions(snapshot: Snapshot, records: Iterable[CommitRecord]) -> dict[tuple[str | None, str], dict[str, Any]]:
    """What instructed each agent: one digest, and the names of the files."""
    rules = catalogue_file.load_with(settings.user_catalogue())
    found: dict[tuple[str | None, str], dict[str, Any]] = {}
    for key, agent in {(record.setup, record.agent) for record in records if record.kind == "agent"}:
        setup = snapshot.get(SETUPS, bytes.fromhex(key)) if key else None
        if setup is not None:
            names = [path for path, _ in instruction_digests.read_by(setup, agent, rules)]
            found[key, agent] = {"setup": instruction_digests.digest(setup, agent, rules), "instructions": names}
    return found


def _links(snapshot: Snapshot, project_id: ProjectId, oid: Oid) -> tuple[Link, ...]:
    record = snapshot.get(REWRITES, keys.commit(project_id, oid))
    return record.links if record else ()


def as_json(project_id: ProjectId, name: str, oid: Oid, record: CommitRecord, links: Sequence[Link]) -> dict[str, Any]:
    """One commit as ``log --json`` prints it (design, section 9). Oids are hex, times seconds since the epoch."""
    return {
        "schema": SCHEMA,
        "project": name,
        "project_id": project_id,
        "oid": oid,
        "parents": record.parents,
        "author_name": record.author_name,
        "author_email": record.author_email,
        "authored_at": record.authored_at,
        "author_offset": record.author_offset,
        "committer_name": record.committer_name,
        "committer_email": record.committer_email,
        "committed_at": record.committed_at,
        "committer_offset": record.committer_offset,
        "subject": record.subject,
        "agent": record.agent,
        "kind": record.kind,
        "model": record.model,
        "model_id": record.model_id,
        "agent_version": record.agent_version,
        "confidence": record.confidence,
        "signal": record.signal,
        "also": record.also,
        "origin": record.origin,
        "landed": record.landed,
        "live": record.live,
        "counted": record.counted,
        "learnt": record.learnt,
        "recorded_at": record.recorded_at,
        "task_kind": record.task_kind,
        "files": record.files,
        "insertions": record.insertions,
        "deletions": record.deletions,
        "grades": {rater: contributions.grade(record, rater)[0] for rater in RATERS},
        "provisional": [rater for rater in RATERS if contributions.grade(record, rater)[1]],
        "carried_grades": [
            {"rater": one.rater, "grade": one.grade, "from": one.source, "kind": one.kind} for one in record.carried
        ],
        "copy_of": record.copy_of,
        "reverts": record.reverts,
        "reverted": record.reverted,
        "pushed": record.published,
        "replaces": record.replaces,
        "replaced_by": [{"oid": link.new, "kind": link.kind, "source": link.source} for link in links],
    }


def _row(oid: Oid, record: CommitRecord, project_id: str) -> tuple[str, ...]:
    who = f"{_who(record)} ({record.model})" if record.model else _who(record)
    grades = "/".join(_grade(record, rater) for rater in RATERS)
    changes = "?" if record.insertions is None else f"+{record.insertions} -{record.deletions}"
    dead = "" if record.live else "(not live) "
    subject = f"{dead}{f'{project_id}: ' if project_id else ''}{record.subject}"
    return (
        oid[:10],
        output.moment(record.committed_at),
        who,
        record.confidence,
        record.signal,
        grades,
        changes,
        subject,
    )


def _grade(record: CommitRecord, rater: Rater) -> str:
    """A grade; one that was given to an earlier version with other content, or to parts of it, has a ``~``."""
    grade, provisional = contributions.grade(record, rater)
    if grade is None:
        return "~" if any(one.rater == rater for one in record.carried) else "-"
    return f"~{grade}" if provisional else str(grade)


def _who(record: CommitRecord) -> str:
    """The agent; a commit without any sign is said to be what it is: nobody knows (design, section 4)."""
    return "human or unmarked" if record.agent == HUMAN and record.confidence == "low" else record.agent
