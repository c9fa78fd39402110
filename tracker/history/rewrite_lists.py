"""Claims of the lists that git gives its post-rewrite hook: of amends, and of rebases.

A list is read when somebody looks, and git may have pruned its commits by then. A recorded commit is compared by its
record; a commit of which nothing is known is passed over, to the commit that it became.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

from tracker.git import Repository
from tracker.history.claims import OldClaim, made_in_rebase_of, make_claims
from tracker.history.ledger_queries import facts_of
from tracker.history.move_links import DatedPair
from tracker.history.tool_maps import ToolMap
from tracker.history.versions import claim_of_versions, version_of_record, versions_of_commits
from tracker.ledger import Ledger
from tracker.model import Event, Oid, Pair, ProjectId
from tracker.records import CommitFacts


class _Listed(NamedTuple):
    """A pair of a list, with the commit at which its rebase ended."""

    dated: DatedPair
    end: Oid | None


def claims_of_lists(
    repository: Repository,
    ledger: Ledger,
    project_id: ProjectId,
    events: Iterable[Event],
    tool_map: ToolMap | None,
) -> list[OldClaim]:
    """Return the claims of post-rewrite's lists. Raises RepositoryError and the LedgerUnavailable errors.

    ``tool_map``: what a tool that rewrote history afterwards made of their commits; None if there is no new map.
    """
    listed = _listed(events)
    if not listed:
        return []
    oids = {oid for one in listed for oid in (one.dated.pair.old, one.dated.pair.new)}
    missing = oids - repository.existing_commits(oids)
    records: Mapping[Oid, CommitFacts] = {}
    if missing:
        with ledger.read() as snapshot:
            records = facts_of(snapshot, project_id, missing)
        unknown = missing - records.keys()
        mapped = [pair for pair in tool_map.pairs if pair[0] in unknown] if tool_map else []
        further = [_Listed(DatedPair(Pair(old, new, "tool"), tool_map.time), None) for old, new in mapped if tool_map]
        missing |= {new for _, new in mapped} - repository.existing_commits([new for _, new in mapped])
        listed = _passing_over([*listed, *further], unknown)
    ends: dict[Oid | None, list[DatedPair]] = defaultdict(list)
    for one in listed:
        ends[one.end].append(one.dated)
    claims: list[OldClaim] = []
    for end, pairs in ends.items():
        claims += make_claims(repository, pairs, cache(partial(made_in_rebase_of, repository, end)))
    gone = [one.dated for one in listed if one.dated.pair.old in missing or one.dated.pair.new in missing]
    return claims + _claims_of_records(repository, gone, records)


def _listed(events: Iterable[Event]) -> list[_Listed]:
    found = []
    for event in events:
        source = "amend" if event.arguments[:1] == ("amend",) else "post-rewrite"
        found += [_Listed(DatedPair(Pair(old, new, source), event.time), event.head) for old, new in event.pairs]
    return found


def _passing_over(listed: Sequence[_Listed], unknown: set[Oid]) -> list[_Listed]:
    """Return the pairs with what each unknown commit became, at whatever number of steps, in its place."""
    became: dict[Oid, list[_Listed]] = defaultdict(list)
    for one in listed:
        became[one.dated.pair.old].append(one)
    found: dict[_Listed, None] = {}
    for one in listed:
        first, waiting, seen = one.dated.pair, [one], {one}
        while waiting and first.old not in unknown:
            step = waiting.pop()
            pair = step.dated.pair
            if pair.new not in unknown:
                found[step._replace(dated=step.dated._replace(pair=pair._replace(old=first.old)))] = None
            else:
                further = [other for other in became[pair.new] if other not in seen]
                seen.update(further)
                waiting += further
    return [*found]


def _claims_of_records(
    repository: Repository, pairs: Sequence[DatedPair], records: Mapping[Oid, CommitFacts]
) -> list[OldClaim]:
    """Return the claims of pairs of which git has one commit or none, by the records of those that it does not have."""
    if not pairs:
        return []
    oids = sorted({oid for one in pairs for oid in one.pair[:2]} - records.keys())
    versions = {oid: version_of_record(oid, record) for oid, record in records.items()}
    versions |= versions_of_commits(repository, oids) if oids else {}
    return [
        OldClaim(old, claim_of_versions(versions[old], versions[new], source, time))
        for (old, new, source), time in pairs
        if old != new and old in versions and new in versions
    ]
