"""Make claims of pairs of commits: compare their content and authors once, when the pair is found.

The results are facts about two commits that never change, so the ledger keeps them with the claim, and
``lineage.links`` can resolve claims again without git.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from tracker.digests import blake2b
from tracker.git import Repository
from tracker.git.reflog import MADE_HERE
from tracker.history.move_links import DatedPair
from tracker.model import Commit, Oid, Signature
from tracker.rewrite_records import Claim

_MAX_PATCHES: Final = 4000
"""Commits whose patches are compared in one reconcile; of a longer rewrite (filter-branch) only the trees are."""
_NO_CHANGE: Final = "no change"
"""The patch id of a commit that has no patch."""


class OldClaim(NamedTuple):
    """A claim about the commit ``old``."""

    old: Oid
    claim: Claim


def make_claims(
    repository: Repository, pairs: Iterable[DatedPair], made_in_rebase: Callable[[Oid], bool]
) -> list[OldClaim]:
    """Return a claim for each pair of different commits that exist. Raises RepositoryError.

    ``made_in_rebase``: True for a commit that the rebase made whose list names it.
    """
    wanted = list(dict.fromkeys(one for one in pairs if one.pair.old != one.pair.new))
    if not wanted:
        return []
    oids = sorted({oid for one in wanted for oid in (one.pair.old, one.pair.new)})
    commits = {commit.oid: commit for commit in repository.commits(oids)}
    content = _content(repository, commits)
    claims: list[OldClaim] = []
    for (old, new, source), time in wanted:
        if old not in commits or new not in commits:
            continue
        is_authored = commits[old].author == commits[new].author
        claim = Claim(
            new=new,
            source=source,
            is_same=content.get(old, old) == content.get(new, new),
            author=author_digest(commits[old].author),
            is_authored=is_authored,
            in_rebase=source == "post-rewrite" and not is_authored and made_in_rebase(new),
            time=time,
        )
        claims.append(OldClaim(old, claim))
    return claims


def author_digest(author: Signature) -> str:
    """Return a digest of an author's name, address and time, 8 hex digits."""
    text = f"{author.name}\0{author.email}\0{author.time}\0{author.offset}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def made_in_rebase_of(repository: Repository, end: Oid | None, new: Oid) -> bool:
    """Return True if a HEAD's reflog shows that the rebase which ended at ``end`` made the commit ``new``."""
    for entries in repository.reflogs.of_every_head():
        made: set[Oid] = set()
        passed: set[Oid] = set()
        for entry in entries:  # newest first
            action = entry.action
            if action == "rebase-start":
                if end in passed and new in made:
                    return True
                made, passed = set(), set()
            else:
                if action == "rebase-finish":
                    made, passed = set(), set()
                passed.add(entry.new)
                if action in MADE_HERE:
                    made.add(entry.new)
    return False


def _content(repository: Repository, commits: Mapping[Oid, Commit]) -> dict[Oid, str]:
    """Return what identifies the content of each commit: its patch id, or its tree for a merge, which has no patch."""
    plain = [oid for oid, commit in commits.items() if len(commit.parents) < 2]
    merges = [oid for oid, commit in commits.items() if len(commit.parents) > 1]
    if len(plain) > _MAX_PATCHES:
        return dict(repository.trees([*commits]))
    patches = repository.patch_ids(plain)
    content = {oid: patches.get(oid, _NO_CHANGE) for oid in plain}
    return content | (repository.trees(merges) if merges else {})
