"""Link recorded commits that git no longer has to the commits that a tool made of them.

``filter-branch`` followed by a prune, git-filter-repo and similar tools leave nothing of the old commits in git. The
ledger still knows their authors, dates, subjects and diff statistics, which such tools keep for most commits.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from tracker.git import Repository
from tracker.history.claims import OldClaim
from tracker.history.versions import Version, claim_of_versions, version_of_record, versions_of_commits
from tracker.model import Oid
from tracker.records import CommitFacts

_Key = tuple[object, ...]


def claims_of_vanished(
    repository: Repository, records: Mapping[Oid, CommitFacts], fresh: Sequence[Oid]
) -> list[OldClaim]:
    """Return claims from vanished commits (``records``) to the fresh commits that were made of them.

    A pair must be the only one with its author, author date and committer date, or with fewer of these and the same
    subject or diff statistics. Raises RepositoryError.
    """
    olds = {oid: version_of_record(oid, record) for oid, record in records.items()}
    news = versions_of_commits(repository, fresh)
    found: dict[Oid, Oid] = {}
    for key in (_exact, _by_subject, _by_stat):
        taken = set(found.values())
        found |= _only_pairs(
            [one for oid, one in olds.items() if oid not in found],
            [one for oid, one in news.items() if oid not in taken],
            key,
        )
    return [
        OldClaim(old, claim_of_versions(olds[old], news[new], "tool", news[new].committed_at))
        for old, new in found.items()
    ]


def claims_of_map(
    repository: Repository,
    pairs: Iterable[tuple[Oid, Oid]],
    records: Mapping[Oid, CommitFacts],
    named: Collection[Oid],
    time: int,
) -> list[OldClaim]:
    """Return claims for the pairs of a tool's map whose old commit is recorded or about to be. Raises RepositoryError.

    ``named``: new commits that this reconcile records. ``time``: of the map, in seconds.
    """
    wanted = [(old, new) for old, new in pairs if old in records or old in named]
    olds = {oid: version_of_record(oid, records[oid]) for oid, _ in wanted if oid in records}
    olds |= versions_of_commits(repository, sorted({old for old, _ in wanted} - olds.keys()))
    news = versions_of_commits(repository, sorted({new for _, new in wanted}))
    return [
        OldClaim(old, claim_of_versions(olds[old], news[new], "tool", time))
        for old, new in wanted
        if old in olds and new in news
    ]


def _exact(one: Version) -> _Key:
    return one.author, one.committed_at, one.subject, one.parents


def _by_subject(one: Version) -> _Key:
    return one.author.email, one.author.time, one.subject


def _by_stat(one: Version) -> _Key:
    return one.author.time, one.committed_at, one.stat


def _only_pairs(olds: Iterable[Version], news: Iterable[Version], key: Callable[[Version], _Key]) -> dict[Oid, Oid]:
    """Return old to new commits where exactly one of each has a key."""
    groups: dict[_Key, tuple[list[Oid], list[Oid]]] = defaultdict(lambda: ([], []))
    for one in olds:
        groups[key(one)][0].append(one.oid)
    for one in news:
        groups[key(one)][1].append(one.oid)
    return {group[0][0]: group[1][0] for group in groups.values() if len(group[0]) == 1 == len(group[1])}
