"""Find the originals of copies: of cherry-picked commits and applied patches.

A copy exists beside its original. ``lineage`` decides whether it replaces one that nothing reaches any more.

Sources, in order: CHERRY_PICK_HEAD as the hook saw it; the line that ``cherry-pick -x`` writes (read by
``recording.message_links``); and for a copy that only the reflog shows, the commit with the same author and date.
"""

from collections.abc import Container, Iterable, Mapping, Sequence

from tracker.git import Repository
from tracker.git.messages import cherry_picked_from, first_line
from tracker.git.reflog import COPIED
from tracker.git.reflog_reader import BRANCHES
from tracker.git.walk import Author
from tracker.history.changes import Changes
from tracker.history.ledger_queries import facts_of
from tracker.history.reflog_steps import steps_of_branch
from tracker.ledger import Ledger
from tracker.model import Commit, Event, Oid, ProjectId


def find_originals(
    repository: Repository,
    fresh: Sequence[Oid],
    events: Iterable[Event],
    commits: Mapping[Oid, Commit],
    elsewhere: Container[Oid],
) -> dict[Oid, Oid]:
    """Return original oids keyed by copy: of all copies that events name, and of fresh commits that a reflog shows.

    ``commits``: the heads of the events, keyed by oid. ``elsewhere``: the commits that came from elsewhere. Raises
    RepositoryError and the LedgerUnavailable errors.
    """
    named = {event.head: event.picked for event in events if event.head and event.picked}
    from_hooks = _with_same_author(repository, named, commits)
    later = _copied_later(repository)
    return from_hooks | _by_authorship(
        repository, sorted((later.keys() & set(fresh)) - from_hooks.keys()), later, elsewhere
    )


def _with_same_author(
    repository: Repository, originals: Mapping[Oid, Oid], commits: Mapping[Oid, Commit]
) -> dict[Oid, Oid]:
    """Return the copies whose author is the original's: HEAD may have moved on before the hook read it."""
    found = {commit.oid: commit for commit in repository.commits(sorted(set(originals.values())))}
    return {
        copy: original
        for copy, original in originals.items()
        if copy != original and copy in commits and original in found and commits[copy].author == found[original].author
    }


def exact_copies(repository: Repository, originals: Mapping[Oid, Oid]) -> set[Oid]:
    """Return the copies that have the author, author date and patch of their originals. Raises RepositoryError.

    ``originals``: keyed by copy.
    """
    oids = sorted({oid for pair in originals.items() for oid in pair})
    authors = {commit.oid: commit.author for commit in repository.commits(oids)} if oids else {}
    faithful = [
        copy for copy, original in originals.items() if copy in authors and authors[copy] == authors.get(original)
    ]
    patches = repository.patch_ids([oid for copy in faithful for oid in (copy, originals[copy])])
    return {copy for copy in faithful if patches.get(copy, copy) == patches.get(originals[copy])}


def picked_back(
    repository: Repository, ledger: Ledger, project_id: ProjectId, changes: Changes, originals: Mapping[Oid, Oid]
) -> dict[Oid, int]:
    """Return the originals that live again as exact copies, each with the committer time of its copy in seconds.

    Such a copy takes its original's place (``lineage.read_family``). The original was dead before, or a branch left it
    behind; that of a deleted branch is no such commit: the branch may have been merged, and the copy be a backport.
    ``originals``: keyed by copy. Raises RepositoryError and the LedgerUnavailable errors.
    """
    live = {*(changes.newly_reachable or changes.fresh)}
    possible = {copy: original for copy, original in originals.items() if copy in live}
    if not possible:
        return {}
    with ledger.read() as snapshot:
        records = facts_of(snapshot, project_id, possible.values())
    gone = {*changes.unreachable, *changes.died}
    dead = {oid for oid, facts in records.items() if not facts.live and oid not in live} | (
        gone & _left(repository, changes)
    )
    copies = exact_copies(repository, {copy: original for copy, original in possible.items() if original in dead})
    return {possible[commit.oid]: commit.committer.time for commit in repository.commits(sorted(copies))}


def _left(repository: Repository, changes: Changes) -> set[Oid]:
    """Return the commits that branches left behind and that nothing reaches now."""
    steps = (
        step
        for name, reading in changes.reflogs.readings.items()
        if name.startswith(BRANCHES)
        for step in steps_of_branch(reading.entries)
    )
    tips = repository.existing_commits({step.old for step in steps if step.kind in {"moved", "reset"}})
    return {*repository.walk(sorted(tips), sorted({*changes.tips.values()}))} if tips else set()


def _copied_later(repository: Repository) -> dict[Oid, set[Oid]]:
    """Return for each commit that a reflog shows as a copy the commits that the same reflog shows as copied after it.

    git may continue while the reflogs are read: a copy of the copy may exist already and is not its original.
    """
    later: dict[Oid, set[Oid]] = {}
    for entries in repository.reflogs.of_every_head():
        after: set[Oid] = set()
        for entry in entries:  # newest first
            if entry.action in COPIED:
                later.setdefault(entry.new, set()).update(after)
                after.add(entry.new)
    return later


def _by_authorship(
    repository: Repository, copies: Sequence[Oid], later: Mapping[Oid, set[Oid]], elsewhere: Container[Oid]
) -> dict[Oid, Oid]:
    """Return the originals of copies by author and date; copies whose message names an existing one are left out."""
    commits = [*repository.commits(copies)]
    declared = {commit.oid: cherry_picked_from(commit.message) for commit in commits}
    existing = repository.existing_commits([oid for oid in declared.values() if oid])
    commits = [commit for commit in commits if declared[commit.oid] not in existing]
    by_author = repository.commits_by_authors([commit.author for commit in commits])
    found: dict[Oid, Oid] = {}
    for commit in commits:
        excluded = {commit.oid, *later[commit.oid]}
        author = Author(commit.author.name, commit.author.email, commit.author.time)
        found_ones = repository.commits([oid for oid in by_author[author] if oid not in excluded])
        candidates = [other.oid for other in found_ones if other.committer.time <= commit.committer.time]
        original = _most_similar(repository, commit, candidates, elsewhere)
        if original:
            found[commit.oid] = original
    return found


def _most_similar(
    repository: Repository, copy: Commit, candidates: Sequence[Oid], elsewhere: Container[Oid]
) -> Oid | None:
    """Return the candidate with the copy's subject and patch, else with one of them; None if there is none.

    Agents and people share one identity, so other work of the same second has the same author and date. ``candidates``:
    newest first; versions of the same work may all match, and then the newest counts. Of equal
    patches one that was made here counts first: those from ``elsewhere`` may have been fetched after the copy was made.
    """
    if not candidates:
        return None
    subject = first_line(copy.message)
    named = {other.oid for other in repository.commits(candidates) if first_line(other.message) == subject}
    patches = repository.patch_ids([*candidates, copy.oid])
    equal = {oid for oid in candidates if copy.oid in patches and patches.get(oid) == patches[copy.oid]}
    chosen = [oid for oid in candidates if oid in (named & equal or named or equal)]
    return next((oid for oid in chosen if oid in equal and oid not in elsewhere), chosen[0] if chosen else None)
