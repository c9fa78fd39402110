"""Keys of the ledger's tables as bytes: fixed width where possible, order-preserving, far below LMDB's 511-byte limit.

Pure. A key never contains a path, a ref or free text: it contains a digest of them, and the text is in the record.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from tracker.digests import blake2b
from tracker.model import DAY, KINDS, LAST_SECOND, TASK_KINDS, Kind, Oid, ProjectId, TaskKind

PROJECT_BYTES: Final = 16
AGENT_BYTES: Final = 8
LAST_MONTH: Final = 0xFFFF
"""The largest month, April 5461: later times are in it."""
_MOST_DAYS: Final = 8192
"""Days whose month is kept in memory: those of 22 years, since most commits share theirs with others."""
_TIME_BYTES: Final = 8
_LAST_TIME: Final = (1 << 8 * _TIME_BYTES) - 1


def project(project_id: ProjectId) -> bytes:
    """Return the 16 bytes of a project id."""
    return bytes.fromhex(project_id)


def commit(project_id: ProjectId, oid: Oid) -> bytes:
    """Return project and oid: 36 bytes for sha1, 48 for sha256.

    Also the key of ``departed``.
    """
    return bytes.fromhex(project_id) + bytes.fromhex(oid)


def cost(oid: Oid) -> bytes:
    """Return the raw oid: the key of ``costs``."""
    return bytes.fromhex(oid)


def oid_of_cost(cost_key: bytes) -> Oid:
    """Return the oid in a key of ``costs``."""
    return Oid(cost_key.hex())


def sent(team: bytes, oid: Oid) -> bytes:
    """Return the digest of a team and the raw oid: the key of ``sent``."""
    return team + bytes.fromhex(oid)


def oid_of_sent(sent_key: bytes, team: bytes) -> Oid:
    """Return the oid in a key of ``sent``."""
    return Oid(sent_key[len(team) :].hex())


def related(oid: Oid, other: Oid) -> bytes:
    """Return two oids of equal length.

    The key of ``rewrites`` (old, new), ``predecessors`` (new, old), ``copies`` (original, copy) and
    ``reverts`` (reverted, reverter).
    """
    return bytes.fromhex(oid) + bytes.fromhex(other)


def related_oids(key: bytes) -> tuple[Oid, Oid]:
    """Return the two oids in a key that ``related`` made."""
    middle = len(key) // 2
    return Oid(key[:middle].hex()), Oid(key[middle:].hex())


def holder(oid: Oid, project_id: ProjectId) -> bytes:
    """Return oid and project: the key of ``oids``."""
    return bytes.fromhex(oid) + bytes.fromhex(project_id)


def oid_of_holder(holder_key: bytes) -> Oid:
    """Return the oid in a key of ``oids``."""
    return Oid(holder_key[:-PROJECT_BYTES].hex())


def project_of_holder(holder_key: bytes) -> ProjectId:
    """Return the project id in a key of ``oids``."""
    return ProjectId(holder_key[-PROJECT_BYTES:].hex())


def oid_of(commit_key: bytes) -> Oid:
    """Return the oid in a commit key."""
    return Oid(commit_key[PROJECT_BYTES:].hex())


def project_of(commit_key: bytes) -> ProjectId:
    """Return the project id that the key of a commit, standing or tip begins with."""
    return ProjectId(commit_key[:PROJECT_BYTES].hex())


def digest(text: str, size: int = 16) -> bytes:
    """Return a digest of ``size`` bytes for a text of any length and content (paths, refs, session ids)."""
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=size).digest()


def agent(name: str) -> bytes:
    """Return an agent's id: 8 bytes of its name's digest."""
    return digest(name, AGENT_BYTES)


def tip(project_id: ProjectId, name: str) -> bytes:
    """Return project and digest of a ref's or worktree's name: 32 bytes."""
    return project(project_id) + digest(name)


def path(canonical: str) -> bytes:
    """Return the digest of a canonical path: 16 bytes."""
    return digest(canonical)


def sequence(number: int) -> bytes:
    """Return a sequence number as 8 bytes, big-endian, so that the order of keys is the order of recording."""
    return number.to_bytes(8, "big")


def communication(agent_name: str, project_id: ProjectId, oid: Oid, number: int) -> bytes:
    """Return agent, project, oid and sequence of one grade as it was given."""
    return commit_grades(agent_name, project_id, oid) + sequence(number)


def commit_grades(agent_name: str, project_id: ProjectId, oid: Oid) -> bytes:
    """Return the prefix of the keys of all grades of a commit that is attributed to this agent."""
    return agent(agent_name) + commit(project_id, oid)


def oid_of_grade(grade_key: bytes) -> Oid:
    """Return the oid in the key of a grade."""
    return Oid(grade_key[AGENT_BYTES + PROJECT_BYTES : -8].hex())


def journal(agent_name: str, time: int, number: int) -> bytes:
    """Return agent, time in seconds since the epoch (negative as 0) and sequence of an activity or retrospective."""
    return journal_second(agent_name, time) + sequence(number)


def journal_second(agent_name: str, time: int) -> bytes:
    """Return the prefix of the keys of an agent's activities or retrospectives in one second."""
    return agent(agent_name) + sequence(max(0, time))


def report(agent_name: str, number: int) -> bytes:
    """Return agent and sequence of a bug or a reinstatement."""
    return agent(agent_name) + sequence(number)


def balance(agent_name: str, program: str, account: str) -> bytes:
    """Return agent, and digest of a program and of the agent's name there: 24 bytes."""
    return agent(agent_name) + digest(_joined((program, account)))


def sequence_of(key: bytes) -> int:
    """Return the sequence number at the end of the key of a bug, a reinstatement, a grade or a journal entry."""
    return int.from_bytes(key[-8:], "big")


def month(time: int) -> int:
    """Return months since year 0 (UTC) of a time in seconds, clamped to the years of ``datetime`` and to 2 bytes."""
    return _month_of_day(min(max(time, 0), LAST_SECOND) // DAY)


@lru_cache(maxsize=_MOST_DAYS)
def _month_of_day(day: int) -> int:
    moment = datetime.fromtimestamp(day * DAY, UTC)
    return min(moment.year * 12 + moment.month - 1, LAST_MONTH)


def standing(project_id: ProjectId, committed_at: int, oid: Oid) -> bytes:
    """Return project, commit time and oid: the order of keys is the order of commits in time.

    ``committed_at``: seconds since the epoch; a time before it counts as 0, one that 8 bytes cannot hold as the last.
    """
    time = clamped_time(committed_at)
    return project(project_id) + time.to_bytes(_TIME_BYTES, "big") + bytes.fromhex(oid)


def clamped_time(committed_at: int) -> int:
    """Return a commit time as the keys of standings have it, in seconds since the epoch."""
    return min(max(committed_at, 0), _LAST_TIME)


def standings_from(project_id: ProjectId, time: int) -> bytes:
    """Return the beginning of the keys of a project's standings from a time on, in seconds since the epoch."""
    return standing(project_id, time, Oid(""))


def standings_after(project_id: ProjectId, time: int) -> bytes:
    """Return the beginning of the keys of a project's standings after a time, in seconds since the epoch."""
    return standings_from(project_id, time + 1)


def oid_of_standing(standing_key: bytes) -> Oid:
    """Return the oid in the key of a standing."""
    return Oid(standing_key[PROJECT_BYTES + _TIME_BYTES :].hex())


def time_of_standing(standing_key: bytes) -> int:
    """Return the commit time in the key of a standing, in seconds since the epoch, never negative."""
    return int.from_bytes(standing_key[PROJECT_BYTES : PROJECT_BYTES + _TIME_BYTES], "big")


def agent_totals(agent_name: str, project_id: ProjectId) -> bytes:
    """Return agent and project: 24 bytes."""
    return agent(agent_name) + project(project_id)


def maker_month(project_id: ProjectId, maker: tuple[str | None, ...], month_number: int) -> bytes:
    """Return project, digest of the maker and month: 26 bytes. ``maker``: kind, name, mark and model."""
    return project(project_id) + digest(_joined(maker), 8) + month_number.to_bytes(2, "big")


def totals(
    agent_name: str,
    kind: Kind,
    variant: tuple[str | None, ...],
    project_id: ProjectId,
    task_kind: TaskKind,
    month_number: int,
) -> bytes:
    """Return agent, its kind, digest of the variant, project, kind of task and month: 36 bytes.

    ``variant``: model, agent version and instruction files.
    """
    return (
        agent(agent_name)
        + bytes((KINDS.index(kind),))
        + digest(_joined(variant), 8)
        + project(project_id)
        + bytes((TASK_KINDS.index(task_kind),))
        + month_number.to_bytes(2, "big")
    )


def _joined(parts: tuple[str | None, ...]) -> str:
    """Return texts as one that no other texts give."""
    return "".join(f"{len(part)} {part}" if part else "-" for part in parts)
