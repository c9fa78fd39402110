"""``.agent/status.json``: where the agent stands, as a view of the ledger, written into every work tree of a project.

Derived data: it is replaced by a rename in its own folder, never fsynced, and never by an older state. The folder is
never followed when it is a symbolic link, and a status file that the user tracks is left alone (design, section 7).
"""

import contextlib
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from tracker import attribution, keys, scoring
from tracker.attribution import Catalogue
from tracker.feedback_records import RetrospectiveRecord
from tracker.files import write_beneath
from tracker.git import Repository
from tracker.ledger import Ledger, Snapshot, grade_history, totals
from tracker.ledger.tables import AGENTS, COMMITS, PROJECTS, RETROSPECTIVES, STANDINGS
from tracker.lineage import contributions
from tracker.model import Event, Oid, ProjectId, Worktree
from tracker.project.files import ProjectFiles
from tracker.records import CommitRecord
from tracker.scoring import Policy
from tracker.text import escape_undecodable

SCHEMA: Final = 1
FOLDER: Final = ".agent"
NAME: Final = "status.json"
PATH: Final = f"{FOLDER}/{NAME}"

IGNORE_EVERYTHING: Final = "*\n"
IGNORE_OURS: Final = f"/.gitignore\n/{NAME}\n"
IGNORE_FILES: Final = (IGNORE_EVERYTHING, IGNORE_OURS)
"""What we write into ``.agent/.gitignore``: everything, or only our files where the user keeps others there."""

_RECENT: Final = 200
"""Commits of HEAD that are looked through for the current agent and for ungraded work: a bounded cost per event."""

_MOST_UNGRADED: Final = 10
_MOST_NOTES: Final = 5
_MOST_LESSONS: Final = 5
_LONGEST_TEXT: Final = 500
"""Characters of a note or lesson that the file shows; ``grade`` and ``retro`` show it whole."""
_LOOKED_THROUGH: Final = 50
"""Retrospectives of an agent, the newest first, among which those of one project are looked for."""

_LARGEST: Final = 4 << 20
"""Bytes of a status file; none of ours comes near."""

_PATIENCE: Final = 1.0
"""Seconds to wait for another process that writes these files, so that the last to look is the last to write."""


class View(NamedTuple):
    """One work tree as git sees it: the newest commits of its HEAD, newest first."""

    worktree: Worktree
    recent: Sequence[Oid]


def view(repository: Repository, worktree: Worktree) -> View:
    """Look at a work tree."""
    return View(worktree, repository.recent(worktree.head, _RECENT) if worktree.head else ())


def export(
    repository: Repository,
    ledger: Ledger,
    files: ProjectFiles,
    rules: Catalogue,
    policy: Policy,
    project_id: ProjectId,
    events: Sequence[Event],
) -> None:
    """Refresh the status file of every work tree; one that refuses it is left as it is, and ``doctor`` says why.

    ``events`` are those just recorded: the environment around the newest of a work tree names its current agent.
    Nothing is written once the project is not tracked any more. Raises the LedgerUnavailable errors.
    """
    with contextlib.ExitStack() as held:
        alone = False
        with contextlib.suppress(OSError):  # a git directory that is read-only; the work tree need not be
            alone = held.enter_context(files.status_lock().held(_PATIENCE))
        since = time.monotonic()
        if files.find_id() != project_id:
            return  # uninstalled while this recorder was at work
        views = [view(repository, tree) for tree in places(repository) if obstacle(repository, tree) is None]
        with ledger.read() as snapshot:
            contents = [
                describe(snapshot, project_id, one, policy, _surrounding_agent(one, events, rules)) for one in views
            ]
        # Whoever waited in vain for the lock writes too: only then can what is there be newer, and must stay.
        alone = alone and time.monotonic() - since < _PATIENCE
        for one, content in zip(views, contents, strict=True):
            if alone or not _is_newer(Path(one.worktree.path) / PATH, content["as_of"]):
                _write(Path(one.worktree.path), content)


def places(repository: Repository) -> list[Worktree]:
    """The work trees that there are: not those whose folder is away, and never a git directory taken for one."""
    trees = ((tree, Path(tree.path)) for tree in repository.worktrees())
    return [tree for tree, path in trees if path.is_dir() and path.resolve() != repository.common_dir]


def obstacle(repository: Repository, worktree: Worktree) -> str | None:
    """Why the status file cannot be written into a work tree, as a sentence, or None."""
    folder = Path(worktree.path) / FOLDER
    if folder.is_symlink():
        return f"{folder} is a symbolic link, so status.json is not written."
    if folder.exists() and not folder.is_dir():
        return f"{folder} is not a folder, so status.json is not written."
    if (folder / NAME).exists() and not (folder / NAME).is_file():
        return f"{folder / NAME} is no file, so status.json is not written."
    if not os.access(folder if folder.exists() else worktree.path, os.W_OK | os.X_OK):
        return f"{folder} cannot be written, so status.json is out of date."
    if repository.is_path_tracked(Path(worktree.path), PATH):
        return f"{PATH} is tracked by git in {worktree.path}, so it is not written: run 'git rm --cached {PATH}'."
    if not is_ours(folder / NAME):
        return f"{folder / NAME} was not written by agent-tracker, so it is left alone."
    return None


def is_ours(path: Path) -> bool:
    """Whether a status file may be replaced: none, a link (which is replaced, not followed), empty, or one of ours."""
    if path.is_symlink() or not path.exists():
        return True
    try:
        content = _content(path)
    except (OSError, orjson.JSONDecodeError):
        return False
    named = content.get("project") if isinstance(content, dict) else None
    return content is None or (isinstance(named, dict) and "id" in named and isinstance(content.get("schema"), int))


def _is_newer(path: Path, as_of: Mapping[str, int]) -> bool:
    """Whether a status file shows a later state of the same ledger: whoever wrote it was let in before its time."""
    try:
        content = _content(path)
    except (OSError, orjson.JSONDecodeError):
        return False
    there = content.get("as_of") if isinstance(content, dict) else None
    return (
        isinstance(there, dict)
        and there.get("ledger") == as_of["ledger"]
        and isinstance(there.get("sequence"), int)
        and there["sequence"] > as_of["sequence"]
    )


def _content(path: Path) -> Any:
    """What a status file holds, None where it is empty. Raises OSError, JSONDecodeError."""
    with path.open("rb") as file:
        data = file.read(_LARGEST)
    return orjson.loads(data) if data.strip() else None


def _write(work_tree: Path, content: dict[str, Any]) -> None:
    data = orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    folder = work_tree / FOLDER
    # A folder that the user keeps things in must not hide them from git.
    only_ours = not folder.exists() or {path.name for path in folder.iterdir()} <= {NAME, ".gitignore"}
    with contextlib.suppress(OSError):  # a work tree that cannot be written: obstacle() and doctor tell
        if not (folder / ".gitignore").exists():
            ignored = IGNORE_EVERYTHING if only_ours else IGNORE_OURS
            write_beneath(work_tree, FOLDER, ".gitignore", ignored.encode())
        write_beneath(work_tree, FOLDER, NAME, data)


def _surrounding_agent(one: View, events: Iterable[Event], rules: Catalogue) -> str | None:
    """The agent whose environment surrounded the newest event of a work tree that had one."""
    place = os.path.realpath(one.worktree.path)
    here = [event for event in events if os.path.realpath(event.work_tree) == place]
    for event in sorted(here, key=lambda event: event.time, reverse=True):
        evidence = attribution.evidence_from_moment(
            dict(event.environment), rules, terminal=event.terminal, process=event.process
        )
        if attribution.names_an_agent(evidence):
            return attribution.attribute(evidence).agent
    return None


def describe(
    snapshot: Snapshot, project_id: ProjectId, seen: View, policy: Policy, agent: str | None = None
) -> dict[str, Any]:
    """The content of a work tree's status file, also printed by ``status --json``.

    The current agent is the one given, else that of the newest live local commit of this work tree, else null.
    ``as_of`` says which state of which ledger this is: in one ledger a later state has a larger number.
    """
    worktree = seen.worktree
    found = ((oid, snapshot.get(COMMITS, keys.commit(project_id, oid))) for oid in seen.recent)
    recent = [(oid, record) for oid, record in found if record is not None]
    newest = next((record.agent for _, record in recent if record.live and record.is_local), None)
    current = agent or newest
    record = snapshot.get(PROJECTS, keys.project(project_id))
    sheets = {name: sheet(snapshot, name, policy) for name in agents_of(snapshot, project_id)}
    return {
        "schema": SCHEMA,
        "as_of": {"ledger": int(snapshot.meta("created") or 0), "sequence": int(snapshot.meta("sequence") or 0)},
        "policy": scoring.name(policy),
        "project": {
            "id": project_id,
            "name": record.name if record else "",
            "work_tree": escape_undecodable(worktree.path),
        },
        "head": {"oid": worktree.head, "branch": worktree.branch},
        **(sheets.get(current) or sheet(snapshot, current, policy) if current else _blank()),
        "other_agents": [sheets[name] for name in sorted(sheets) if name != current],
        "ungraded": [
            {"oid": oid, "subject": one.subject, "agent_name": one.agent} for oid, one in recent if waits_for_user(one)
        ][:_MOST_UNGRADED],
        "user_notes": _user_notes(snapshot, project_id, recent),
        "lessons": _lessons(snapshot, project_id, [*sheets]),
    }


def waits_for_user(record: CommitRecord) -> bool:
    """Whether an agent's live local commit waits for the user's grade: none, or one from before its content changed."""
    if not (record.live and record.kind == "agent" and record.is_local):
        return False
    grade, provisional = contributions.grade(record, "user")
    return grade is None or provisional


def _user_notes(
    snapshot: Snapshot, project_id: ProjectId, recent: Sequence[tuple[Oid, CommitRecord]]
) -> list[dict[str, Any]]:
    """The latest notes that the user wrote beside a grade that holds, on the newest commits of this work tree."""
    notes: list[dict[str, Any]] = []
    for oid, record in recent:
        if record.user_grade is None:
            continue
        said = grade_history.last_said(snapshot, (project_id, oid), record, "user")
        if said is not None and said.grade is not None and said.note:
            notes.append(
                {
                    "oid": oid,
                    "subject": record.subject,
                    "agent_name": record.agent,
                    "grade": said.grade,
                    "note": said.note[:_LONGEST_TEXT],
                    "time": said.time,
                }
            )
    return sorted(notes, key=lambda note: -int(note["time"]))[:_MOST_NOTES]


def _lessons(snapshot: Snapshot, project_id: ProjectId, agents: Iterable[str]) -> list[dict[str, Any]]:
    """What the newest retrospectives in this project say that was learnt, the newest first."""
    found: list[RetrospectiveRecord] = []
    for agent in agents:
        newest = snapshot.newest(RETROSPECTIVES, keys.agent(agent))
        found += [
            record for _, record in islice(newest, _LOOKED_THROUGH) if record.project == project_id and record.notes
        ]
    found.sort(key=lambda record: record.time, reverse=True)
    return [
        {
            "agent_name": one.agent,
            "subject": one.subject,
            "task": one.task[:_LONGEST_TEXT],
            "notes": one.notes[:_LONGEST_TEXT],
            "time": one.time,
        }
        for one in found[:_MOST_LESSONS]
    ]


def agents_of(snapshot: Snapshot, project_id: ProjectId) -> list[str]:
    """The names of all who have counted commits in a project, or of whom anything is counted there."""
    names = (agent.name for _, agent in snapshot.scan(AGENTS))
    return sorted(name for name in names if snapshot.get(STANDINGS, keys.standing(name, project_id)) is not None)


def is_known(snapshot: Snapshot, agent: str) -> bool:
    """Whether an agent was ever seen."""
    return snapshot.get(AGENTS, keys.agent(agent)) is not None


def sheet(snapshot: Snapshot, agent: str, policy: Policy) -> dict[str, Any]:
    """An agent's numbers over all projects; those of a human, bot or unknown agent are counted, never scored."""
    known = snapshot.get(AGENTS, keys.agent(agent))
    total = totals.sums_of(snapshot, agent)
    named = contributions.named(total)
    kind = known.kind if known else "agent"
    result: dict[str, Any] = {
        **_blank(),
        "agent_name": agent,
        "kind": kind,
        "model": known.model if known else None,
        "total_commits": named["commits"],
        "fetched_commits": named["fetched_commits"],
        "total_bugs": named["bugs"],
        "total_reverts": named["reverts"],
    }
    if scoring.is_scored(kind, agent):
        score = scoring.score(contributions.scored(total), policy)
        result |= {
            "skill_points": score.skill_points,
            "experience_points": score.experience_points,
            "communication_score": score.communication_score,
            "level": score.level,
            "level_experience": score.level_experience,
            "experience_to_next_level": score.next_level_experience - score.level_experience,
            "trust_tier": score.trust_tier,
            "trust_expectation": scoring.expectation(score.trust_tier),
            "communication_tier": score.communication_tier,
            "halted": score.halted,
            "calibration": contributions.calibration(total)._asdict(),
        }
    return result


_BLANK: Final = (
    "agent_name", "kind", "model", "skill_points", "experience_points", "communication_score", "level",
    "level_experience", "experience_to_next_level", "trust_tier", "trust_expectation", "communication_tier", "halted",
    "total_commits", "fetched_commits", "total_bugs", "total_reverts", "calibration",
)  # fmt: skip
"""The fields of a sheet; all are null where nobody stands."""


def _blank() -> dict[str, Any]:
    return dict.fromkeys(_BLANK)
