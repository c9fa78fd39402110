"""Rewrite links, resolved from the claims that were found: their kinds, and which of contradicting claims holds. Pure.

A claim says that a commit was rewritten into another one. Claims are facts that only accumulate, so the links of a
family depend on the set of its claims and not on the order in which they were found.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.lineage.graph import reach
from tracker.model import CONTENT, MATCH, MELD, Oid, RewriteKind
from tracker.records import Link
from tracker.rewrite_records import Claim

Claims = Mapping[Oid, Sequence[Claim]]
"""The claims about each old commit."""

_AMENDS: Final = frozenset({"amend", "reflog"})
"""Sources of claims that certainly are amends or steps of one."""
_CERTAIN: Final = _AMENDS | {CONTENT, MELD, "tool"}
"""Sources of claims whose new commit was certainly made of the old one, whatever its author."""
_WEAK: Final = frozenset({MATCH, MELD})
"""Sources of claims that do not count for commits of which an amend, a list or a tool's map speaks."""
LIKENESS: Final = _WEAK | {CONTENT}
"""Sources of claims that rest on likeness alone: nobody saw the rewrite."""
_PRECEDENCE: Final = {"amend": 0, "reflog": 1, "post-rewrite": 2, "tool": 2, CONTENT: 3, MELD: 4, MATCH: 4}
"""Of claims about one pair, and of claims that would form a cycle, those with a smaller number hold; of equal ones the
earlier. The ranks in docs/rewritten-history.md are these numbers plus one."""


SURVIVING: Final[tuple[RewriteKind, ...]] = ("same", "changed", "squashed")
"""The kinds of links along which work survives, from the strongest to the weakest."""


class _Found(NamedTuple):
    """A claim with its old commit and the kind of link that it gives."""

    old: Oid
    claim: Claim
    kind: RewriteKind


def resolve(claims: Claims) -> dict[Oid, list[Link]]:
    """Return the links of each old commit that has any, in a fixed order.

    The links of all kinds but ``dropped`` form no cycle, so that of two commits one is always the later.
    """
    found = _kinds(_without_weak(claims))
    found = _without_surviving(found)
    # A merge by content may show of a later version, too, that it survived.
    return _acyclic(_without_surviving([*found, *_merged_versions(found)]))


def without_later_merges(claims: Claims, is_live: Callable[[Oid], bool]) -> dict[Oid, Sequence[Claim]]:
    """Return all claims but those by content that a commit was merged once more.

    The oldest merge that is live, or has a live version, holds the commit's work; the oldest one if none is. What came
    later with the same content is a copy of that merge, such as one on a release branch.
    """

    def is_kept(new: Oid) -> bool:
        return any(map(is_live, {new, *reach(new, lambda one: [claim.new for claim in claims.get(one, ())])}))

    def first_of(about: Sequence[Claim]) -> Sequence[Claim]:
        merges = sorted({(claim.time, claim.new) for claim in about if claim.source == CONTENT})
        if len(merges) < 2:
            return about
        first = next((new for _, new in merges if is_kept(new)), merges[0][1])
        return [claim for claim in about if claim.source != CONTENT or claim.new == first]

    return {old: first_of(about) for old, about in claims.items()}


def _without_weak(claims: Claims) -> list[tuple[Oid, Claim]]:
    """Return all claims but the weak ones about commits that a stronger source speaks of."""
    every = [(old, claim) for old, about in claims.items() for claim in about if claim.new != old]
    strong = [(old, claim) for old, claim in every if claim.source not in _WEAK and claim.source != CONTENT]
    replaced, made = {old for old, _ in strong}, {claim.new for _, claim in strong}
    return [
        (old, claim)
        for old, claim in every
        if claim.source not in _WEAK or (old not in replaced and claim.new not in made)
    ]


# -- kinds -------------------------------------------------------------------------------------------------------


def _kinds(claims: Iterable[tuple[Oid, Claim]]) -> list[_Found]:
    """Return each claim with the kind of its link; of several claims about one pair the strongest.

    ``same``: equal content. ``changed``: one old commit with other content. If several old commits became one, each is
    ``squashed``, unless one of them alone has the new content: then the others were ``dropped``, as a rebase lists
    commits that were skipped or became empty. It lists them with the commit before them, which may have existed
    already: a new commit that has the author or content of none of its old ones and was not made in that rebase
    replaces nothing. If content showed that all of them went into it, none is dropped for that reason.
    """
    by_new: dict[Oid, dict[Oid, Claim]] = defaultdict(dict)
    tools: dict[Oid, list[Oid]] = defaultdict(list)
    for old, claim in sorted(claims, key=_rank, reverse=True):  # the strongest of a pair is set last
        by_new[claim.new][old] = claim
        if claim.source == "tool":
            tools[old].append(claim.new)
    return [
        _Found(old, claim, kind)
        for into in by_new.values()
        for old, claim, kind in _kinds_of_one(into, tools)
    ]  # fmt: skip


def _kinds_of_one(into: Mapping[Oid, Claim], tools: Mapping[Oid, Sequence[Oid]]) -> list[_Found]:
    """Return the kinds of the claims into one new commit, which are keyed by old commit.

    ``tools``: what maps of tools say that commits became.
    """
    is_made = any(
        claim.source in _CERTAIN or claim.is_authored or claim.in_rebase or claim.is_same for claim in into.values()
    )
    if not is_made:
        return [_Found(old, claim, "dropped") for old, claim in into.items()]
    sources = _sources(into, tools)
    is_kept = any(into[old].is_same for old in sources)
    return [_Found(old, claim, _kind(claim, len(sources), is_kept=is_kept)) for old, claim in into.items()]


def _kind(claim: Claim, sources: int, *, is_kept: bool) -> RewriteKind:
    """Return the kind of a claim; ``is_kept``: one of the new commit's sources has the new content by itself."""
    if claim.is_same:
        return "same"
    if sources == 1:
        return "changed"
    return "dropped" if claim.source != CONTENT and is_kept else "squashed"


def _sources(into: Mapping[Oid, Claim], tools: Mapping[Oid, Sequence[Oid]]) -> list[Oid]:
    """Return the commits that a new one was made of, each once.

    A rebase lists the commits that it began with. An amend during it lists the copy that the rebase had made of one of
    them; that copy has the same author and date and is not a separate source. The map of a tool's second run begins
    with the commits before its first run; those that it made of them then are no separate sources either.
    """
    earlier = {
        old
        for old, claim in into.items()
        if claim.source == "tool" and not (reach(old, lambda one: tools.get(one, ())) - {old}).isdisjoint(into)
    }
    listed = [old for old, claim in into.items() if claim.source not in _AMENDS and old not in earlier]
    authors = {into[old].author for old in listed}
    return [*listed, *(old for old, claim in into.items() if claim.source in _AMENDS and claim.author not in authors)]


def _without_surviving(found: Sequence[_Found]) -> list[_Found]:
    """Return all but the ``dropped`` links of commits that another link says survived."""
    surviving = {one.old for one in found if one.kind != "dropped"}
    return [one for one in found if one.kind != "dropped" or one.old not in surviving]


def _merged_versions(found: Sequence[_Found]) -> list[_Found]:
    """Return links from all later versions of commits to the commits that the versions were merged into by content."""
    versions: dict[Oid, list[Oid]] = defaultdict(list)
    merged: dict[Oid, list[_Found]] = defaultdict(list)
    for one in found:
        if one.claim.source == CONTENT:
            merged[one.claim.new].append(one)
        elif one.kind == "same":
            versions[one.old].append(one.claim.new)
    known = {(one.old, one.claim.new) for one in found}
    added: list[_Found] = []
    for into, parts in merged.items():
        waiting, seen = deque(parts), {into, *(one.old for one in parts)}
        while waiting:
            part = waiting.popleft()
            for version in versions.get(part.old, ()):
                if version not in seen:
                    seen.add(version)
                    waiting.append(part._replace(old=version))
                    if (version, into) not in known:
                        added.append(waiting[-1])
    return added


# -- commits that are not recorded ----------------------------------------------------------------------------------


def past_unrecorded(links: Mapping[Oid, Sequence[Link]], recorded: set[Oid]) -> dict[Oid, list[Link]]:
    """Return links in which each recorded commit is linked also to what unrecorded successors were rewritten into.

    Nobody saw such a successor in any project, but claims about it are facts like any others. The added link has the
    weakest kind and source of those that it stands for.
    """
    extended = {old: [*about] for old, about in links.items()}
    for old in recorded & links.keys():
        direct = {link.new for link in links[old]}
        found = _through_unrecorded(links[old], links, recorded)
        extended[old] += sorted(link for link in found if link.new not in direct)
    return extended


def _through_unrecorded(
    about: Iterable[Link], links: Mapping[Oid, Sequence[Link]], recorded: Collection[Oid]
) -> list[Link]:
    """Return links to the recorded commits that unrecorded successors lead to; of several to one the strongest."""
    waiting = [link for link in about if link.new not in recorded and link.kind != "dropped"]
    found: dict[Oid, Link] = {}
    while waiting:
        first = waiting.pop()
        for then in links.get(first.new, ()):
            if then.kind == "dropped":
                continue
            kind = max(first.kind, then.kind, key=SURVIVING.index)
            joined = Link(then.new, kind, max(first.source, then.source, key=_precedence))
            if then.new not in found or _strength(joined) < _strength(found[then.new]):
                found[then.new] = joined
                if then.new not in recorded:
                    waiting.append(joined)
    return [link for link in found.values() if link.new in recorded]


def _strength(link: Link) -> tuple[int, tuple[int, str]]:
    """Return the sort key that puts the link first which says most about what a commit became."""
    return SURVIVING.index(link.kind), _precedence(link.source)


def _precedence(source: str) -> tuple[int, str]:
    return _PRECEDENCE.get(source, len(_PRECEDENCE)), source


# -- cycles ------------------------------------------------------------------------------------------------------


def _acyclic(found: Sequence[_Found]) -> dict[Oid, list[Link]]:
    """Return the links by old commit, without those that would close a cycle with links that go before them."""
    links: dict[Oid, list[Link]] = {}
    core = _between_cycles((one.old, one.claim.new) for one in found if one.kind != "dropped")
    successors: dict[Oid, list[Oid]] = defaultdict(list)
    for one in sorted(found, key=lambda one: _rank((one.old, one.claim))):
        new = one.claim.new
        if one.kind != "dropped" and (one.old, new) in core:
            if _leads_to(new, one.old, successors):
                continue
            successors[one.old].append(new)
        links.setdefault(one.old, []).append(Link(new=new, kind=one.kind, source=one.claim.source))
    return links


def _between_cycles(pairs: Iterable[tuple[Oid, Oid]]) -> set[tuple[Oid, Oid]]:
    """Return the pairs that lie on a cycle, or between two; almost always there are none."""
    remaining = {*pairs}
    for _ in range(2):  # from the beginning, then from the end
        remaining = {(new, old) for old, new in _without_beginnings(remaining)}
    return remaining


def _without_beginnings(pairs: set[tuple[Oid, Oid]]) -> set[tuple[Oid, Oid]]:
    """Return the pairs that are left when those whose old commit no pair leads to are removed, again and again."""
    successors: dict[Oid, list[Oid]] = defaultdict(list)
    leading_to = Counter(new for _, new in pairs)
    for old, new in pairs:
        successors[old].append(new)
    waiting = [old for old in successors if not leading_to[old]]
    removed = {*waiting}
    while waiting:
        for new in successors.get(waiting.pop(), ()):
            leading_to[new] -= 1
            if not leading_to[new]:
                removed.add(new)
                waiting.append(new)
    return {(old, new) for old, new in pairs if old not in removed}


def _leads_to(start: Oid, end: Oid, successors: Mapping[Oid, Sequence[Oid]]) -> bool:
    """Return True if links lead from one commit to another."""
    seen, waiting = {start}, [start]
    while waiting:
        oid = waiting.pop()
        if oid == end:
            return True
        for new in successors.get(oid, ()):
            if new not in seen:
                seen.add(new)
                waiting.append(new)
    return False


def _rank(found: tuple[Oid, Claim]) -> tuple[int, int, Oid, Claim]:
    """Return the sort key that puts the claim first which goes before the others; no two claims have the same."""
    old, claim = found
    return _PRECEDENCE.get(claim.source, len(_PRECEDENCE)), claim.time, old, claim
