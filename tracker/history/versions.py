"""Compare commits of which git may no longer have the objects, by what the ledger keeps of them."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from tracker.git import Repository
from tracker.git.messages import subject
from tracker.history.claims import author_digest
from tracker.model import DiffStat, Oid, Signature
from tracker.records import CommitFacts
from tracker.rewrite_records import Claim

_MAX_TEXT: Final = 200
"""Characters of a name, an address or a subject that the ledger keeps."""


class Version(NamedTuple):
    """The compared properties of a commit, old or new. ``stat``: None where it is unknown."""

    oid: Oid
    author: Signature
    committed_at: int
    subject: str
    stat: DiffStat | None
    parents: int


def version_of_record(oid: Oid, record: CommitFacts) -> Version:
    """Return the properties of a recorded commit."""
    stat = None
    if record.files is not None and record.insertions is not None and record.deletions is not None:
        stat = DiffStat(record.files, record.insertions, record.deletions)
    author = Signature(record.author_name, record.author_email, record.authored_at, record.author_offset)
    return Version(oid, author, record.committed_at, record.subject, stat, len(record.parents))


def versions_of_commits(repository: Repository, oids: Sequence[Oid]) -> dict[Oid, Version]:
    """Return the properties of the commits that git has, with their texts cut as a record's are, keyed by oid."""
    stats = repository.changes(oids)
    found: dict[Oid, Version] = {}
    for commit in repository.commits(oids):
        name, email = commit.author.name[:_MAX_TEXT], commit.author.email[:_MAX_TEXT]
        found[commit.oid] = Version(
            oid=commit.oid,
            author=commit.author._replace(name=name, email=email),
            committed_at=commit.committer.time,
            subject=subject(commit.message)[:_MAX_TEXT],
            stat=stats[commit.oid].stat if commit.oid in stats else None,
            parents=len(commit.parents),
        )
    return found


def claim_of_versions(old: Version, new: Version, source: str, time: int) -> Claim:
    """Return the claim that ``old`` became ``new``; without the objects, equal statistics stand for equal content."""
    return Claim(
        new=new.oid,
        source=source,
        is_same=old.stat is not None and old.stat == new.stat,
        author=author_digest(old.author),
        is_authored=old.author == new.author,
        in_rebase=False,
        time=time,
    )
