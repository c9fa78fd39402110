"""The keys of the ledger as bytes: fixed width where they can be, order-preserving, far below LMDB's 511-byte limit.

Pure. No path, ref or free text is ever a key: such names are represented by a digest, and stand in the value.
"""

from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

from tracker.model import TASK_KINDS, Oid, ProjectId, TaskKind

PROJECT_BYTES: Final = 16
AGENT_BYTES: Final = 8
LAST_SECOND: Final = 253_402_300_799  # 9999-12-31T23:59:59Z, the last that datetime can represent


def project(project_id: ProjectId) -> bytes:
    """The 16 bytes of a project id."""
    return bytes.fromhex(project_id)


def commit(project_id: ProjectId, oid: Oid) -> bytes:
    """Project and oid: 36 bytes for sha1, 48 for sha256. Also the key of ``rewrites`` and ``departed``."""
    return bytes.fromhex(project_id) + bytes.fromhex(oid)


def oid_of(commit_key: bytes) -> Oid:
    """The oid inside a commit key."""
    return Oid(commit_key[PROJECT_BYTES:].hex())


def project_of(commit_key: bytes) -> ProjectId:
    """The project id that a commit, tip or rewrite key begins with."""
    return ProjectId(commit_key[:PROJECT_BYTES].hex())


def digest(text: str, size: int = 16) -> bytes:
    """A digest of ``size`` bytes for a name that may be long or strange (paths, refs, session ids)."""
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=size).digest()


def agent(name: str) -> bytes:
    """An agent's id: 8 bytes of its name's digest."""
    return digest(name, AGENT_BYTES)


def tip(project_id: ProjectId, name: str) -> bytes:
    """Project and the digest of a ref or worktree name: 32 bytes."""
    return project(project_id) + digest(name)


def path(canonical: str) -> bytes:
    """The digest of a canonical path: 16 bytes."""
    return digest(canonical)


def sequence(number: int) -> bytes:
    """A sequence number, 8 bytes big-endian, so that order by key is order in time."""
    return number.to_bytes(8, "big")


def communication(agent_name: str, project_id: ProjectId, oid: Oid, number: int) -> bytes:
    """Agent, project, oid and sequence of a grade event."""
    return graded(agent_name, project_id, oid) + sequence(number)


def graded(agent_name: str, project_id: ProjectId, oid: Oid) -> bytes:
    """What the keys of all grades of a commit begin with, while it is this agent's."""
    return agent(agent_name) + commit(project_id, oid)


def journal(agent_name: str, time: int, number: int) -> bytes:
    """Agent, seconds since the epoch (negative ones count as 0) and sequence of an activity or a retrospective."""
    return agent(agent_name) + sequence(max(0, time)) + sequence(number)


def report(agent_name: str, number: int) -> bytes:
    """Agent and sequence of a bug report or a reinstatement."""
    return agent(agent_name) + sequence(number)


def sequence_of(key: bytes) -> int:
    """The sequence number that the key of a report, a grade or a journal entry ends with."""
    return int.from_bytes(key[-8:], "big")


def month(time: int) -> int:
    """Months since year 0 of a time in seconds (UTC), kept within what 2 bytes and a calendar can say."""
    moment = datetime.fromtimestamp(min(max(time, 0), LAST_SECOND), UTC)
    return min(moment.year * 12 + moment.month - 1, 0xFFFF)


def standing(agent_name: str, project_id: ProjectId) -> bytes:
    """Agent and project: 24 bytes."""
    return agent(agent_name) + project(project_id)


def totals(agent_name: str, model: str | None, project_id: ProjectId, task_kind: TaskKind, month_number: int) -> bytes:
    """Agent, model, project, kind of task and month: 35 bytes."""
    return (
        agent(agent_name)
        + digest(model or "", 8)
        + project(project_id)
        + bytes((TASK_KINDS.index(task_kind),))
        + month_number.to_bytes(2, "big")
    )
