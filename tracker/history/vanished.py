"""Link recorded commits that git no longer has to the commits that a tool made of them.

``filter-branch`` followed by a prune, git-filter-repo and similar tools leave nothing of the old commits in git. The
ledger still knows their authors, dates, subjects and diff statistics, which such tools keep for most commits.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from tracker.git import Repository
from tracker.git.messages import subject
from tracker.history.claims import OldClaim, author_digest
from tracker.model import Commit, DiffStat, Oid, Pair, Signature
from tracker.records import CommitFacts
from tracker.rewrite_records import Claim

_Key = tuple[object, ...]


class _Version(NamedTuple):
    """The compared properties of a commit, old or new. ``stat``: None where it is unknown."""

    oid: Oid
    author: Signature
    committed_at: int
    subject: str
    stat: DiffStat | None
    parents: int


def claims_of_vanished(
    repository: Repository, records: Mapping[Oid, CommitFacts], fresh: Sequence[Oid], time: int
) -> list[OldClaim]:
    """Return claims from vanished commits (``records``) to the fresh commits that were made of them.

    A pair must be the only one with its author, author date and committer date, or with fewer of these and the same
    subject or diff statistics. Raises RepositoryError.
    """
    stats = repository.changes(fresh)
    olds = [_of_record(oid, record) for oid, record in records.items()]
    news = [_of_commit(commit, stats[commit.oid].stat if commit.oid in stats else None)
            for commit in repository.commits(fresh)]  # fmt: skip
    found: dict[Oid, Oid] = {}
    for key in (_exact, _by_subject, _by_stat):
        taken = set(found.values())
        found |= _only_pairs(
            [one for one in olds if one.oid not in found], [one for one in news if one.oid not in taken], key
        )
    by_oid = {one.oid: one for one in (*olds, *news)}
    return [OldClaim(old, _claim(by_oid[old], by_oid[new], time)) for old, new in found.items()]


def claims_of_map(
    repository: Repository, pairs: Iterable[tuple[Oid, Oid]], records: Mapping[Oid, CommitFacts], time: int
) -> list[OldClaim]:
    """Return claims for the pairs of a tool's map whose old commit is recorded. Raises RepositoryError."""
    wanted = [(old, new) for old, new in pairs if old in records]
    news = sorted({new for _, new in wanted})
    stats = repository.changes(news)
    by_oid = {
        commit.oid: _of_commit(commit, stats[commit.oid].stat if commit.oid in stats else None)
        for commit in repository.commits(news)
    }
    return [
        OldClaim(old, _claim(_of_record(old, records[old]), by_oid[new], time)) for old, new in wanted if new in by_oid
    ]


def _claim(old: _Version, new: _Version, time: int) -> Claim:
    """Return the claim; without the old objects, equal statistics stand for equal content."""
    return Claim(
        new=new.oid,
        source=Pair(old.oid, new.oid, "tool").source,
        is_same=old.stat is not None and old.stat == new.stat,
        author=author_digest(old.author),
        is_authored=old.author == new.author,
        in_rebase=False,
        time=time,
    )


def _exact(one: _Version) -> _Key:
    return one.author, one.committed_at, one.subject, one.parents


def _by_subject(one: _Version) -> _Key:
    return one.author.email, one.author.time, one.subject


def _by_stat(one: _Version) -> _Key:
    return one.author.time, one.committed_at, one.stat


def _only_pairs(olds: Iterable[_Version], news: Iterable[_Version], key: Callable[[_Version], _Key]) -> dict[Oid, Oid]:
    """Return old to new commits where exactly one of each has a key."""
    groups: dict[_Key, tuple[list[Oid], list[Oid]]] = defaultdict(lambda: ([], []))
    for one in olds:
        groups[key(one)][0].append(one.oid)
    for one in news:
        groups[key(one)][1].append(one.oid)
    return {group[0][0]: group[1][0] for group in groups.values() if len(group[0]) == 1 == len(group[1])}


def _of_record(oid: Oid, record: CommitFacts) -> _Version:
    stat = None
    if record.files is not None and record.insertions is not None and record.deletions is not None:
        stat = DiffStat(record.files, record.insertions, record.deletions)
    author = Signature(record.author_name, record.author_email, record.authored_at, record.author_offset)
    return _Version(oid, author, record.committed_at, record.subject, stat, len(record.parents))


def _of_commit(commit: Commit, stat: DiffStat | None) -> _Version:
    """Return a commit, with its texts cut as a record's are."""
    name, email = commit.author.name[:_MAX_TEXT], commit.author.email[:_MAX_TEXT]
    author = commit.author._replace(name=name, email=email)
    return _Version(
        commit.oid, author, commit.committer.time, subject(commit.message)[:_MAX_TEXT], stat, len(commit.parents)
    )


_MAX_TEXT = 200
