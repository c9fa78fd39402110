"""What rewrites and copies mean for the commits they link: which of them counts, and what each of them inherits.

Pure, and a function of the facts alone: links, liveness, each commit's own evidence and grades. So the order in which
entries arrived never matters, and ``verification`` can prove what ``posting`` wrote (design, sections 4 and 5).
"""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from tracker.attribution import attribute, combine, model_id
from tracker.model import Evidence, GradeValue, Oid, ProjectId, Rater, RewriteKind
from tracker.records import Carried, CommitRecord, Link

Holding = tuple[ProjectId, CommitRecord]

RATERS: Final[tuple[Rater, ...]] = ("agent", "user")

_OF_THE_MOMENT: Final = frozenset(
    {
        "correction", "withdrawal", "user", "process", "environment", "terminal", "config", "branch", "session",
        "record",
    }
)  # fmt: skip
"""What only the moment of the original commit knew; trailers and addresses stand in its copy itself, unless that is a
squash, which has the author of one and a message of its own."""

_ORDER: Final[tuple[RewriteKind, ...]] = ("same", "changed", "squashed")
"""The kinds of rewrite that pass anything on, from the one that keeps a commit as it was."""


_AUTHOR: Final = slice(CommitRecord._fields.index("author_name"), CommitRecord._fields.index("author_offset") + 1)
"""The fields of a record that say who wrote the commit, and when."""


class View(Protocol):
    """What the ledger says of a commit, over all projects that hold it."""

    def holdings(self, oid: Oid) -> Sequence[Holding]:
        """The records of the commit, one for each project."""

    def links(self, oid: Oid) -> Sequence[Link]:
        """What it was rewritten into."""

    def copies(self, oid: Oid) -> Sequence[Oid]:
        """What was cherry-picked from it."""

    def is_away(self, project: ProjectId) -> bool:
        """Whether a project's repository cannot be looked at any more."""


def relatives(oid: Oid, view: View) -> set[Oid]:
    """The commit, and every other that rewrites and copies link to it, in either direction."""

    def neighbours(one: Oid) -> Iterator[Oid]:
        yield from (link.new for link in view.links(one))
        yield from view.copies(one)
        for _, record in view.holdings(one):
            yield from record.replaces
            if record.copy_of:
                yield record.copy_of

    return {oid} | reach(oid, neighbours)


def settled(oids: Iterable[Oid], view: View) -> Iterator[tuple[ProjectId, Oid, CommitRecord]]:
    """Every record of a whole family (what ``relatives`` gives), with what follows from the others brought up to date.

    That is: whether it is counted, the evidence and grades that it inherits, and the attribution by all its evidence.
    """
    family = {oid: _member(oid, view) for oid in oids}
    away = {project for member in family.values() for project, _ in member.holdings if view.is_away(project)}
    family = {oid: member for oid, member in family.items() if member.holdings}
    if len(family) == 1:
        ((oid, member),) = family.items()
        evidence = {oid: member.evidence}
    else:
        evidence = _inherited_evidence(family)
    sources, faces = _sources(family), _faces(family, away)
    for oid, member in family.items():
        landed = _landed_in(oid, family, sources)
        carried = _carried(oid, family, sources)
        holdings = [
            (project, record._replace(landed=project in landed and record.origin != "local", carried=carried))
            for project, record in member.holdings
        ]
        counted_in = chosen(holdings, away) if oid in faces else None
        for project, record in holdings:
            same = _explained(_spoken(record, member.words), evidence[oid])
            yield project, oid, same._replace(counted=project == counted_in)


def _explained(record: CommitRecord, evidence: tuple[Evidence, ...]) -> CommitRecord:
    """The record with this evidence, and with who made the commit by it."""
    who = attribute(evidence)
    return record._replace(
        evidence=evidence,
        agent=who.agent,
        kind=who.kind,
        model=who.model,
        confidence=who.confidence,
        signal=who.signal,
        also=who.also,
        model_id=model_id(who.model) if who.model else None,
        agent_version=who.version,
    )


# -- one commit --------------------------------------------------------------------------------------------------


class Word(NamedTuple):
    """What a rater said last of a commit, and when, in seconds."""

    time: int
    grade: GradeValue


def own_word(record: CommitRecord, rater: Rater) -> Word | None:
    """A rater's last word on this very commit."""
    grade, time = (
        (record.agent_grade, record.agent_graded_at) if rater == "agent" else (record.user_grade, record.user_graded_at)
    )
    return None if grade is None else Word(time, grade)


def with_word(record: CommitRecord, rater: Rater, word: Word) -> CommitRecord:
    """The record with this as a rater's last word."""
    if rater == "agent":
        return record._replace(agent_grade=word.grade, agent_graded_at=word.time)
    return record._replace(user_grade=word.grade, user_graded_at=word.time)


def _spoken(record: CommitRecord, words: Mapping[Rater, Word]) -> CommitRecord:
    """The record with what was said of the commit in any clone."""
    for rater, word in words.items():
        record = with_word(record, rater, word)
    return record


class _Member(NamedTuple):
    """A commit of a family: its records, links and copies; its own evidence and grades as all clones know them."""

    holdings: Sequence[Holding]
    links: Sequence[Link]
    copies: Sequence[Oid]
    evidence: tuple[Evidence, ...]
    words: Mapping[Rater, Word]
    live: bool


def _member(oid: Oid, view: View) -> _Member:
    holdings = view.holdings(oid)
    words: dict[Rater, Word] = {}
    for _, record in holdings:
        for rater in RATERS:
            word = own_word(record, rater)
            if word is not None:
                words[rater] = max(words.get(rater, word), word)
    own = [[one for one in record.evidence if not one.inherited] for _, record in holdings]
    return _Member(
        holdings=holdings,
        links=[link for link in view.links(oid) if link.kind != "dropped"],
        copies=view.copies(oid),
        evidence=_joined(own),
        words=words,
        live=any(record.live for _, record in holdings),
    )


def _joined(groups: Sequence[Sequence[Evidence]]) -> tuple[Evidence, ...]:
    if len(groups) == 1:
        return tuple(groups[0])  # kept in order already
    return combine((), [one for group in groups for one in group])


# -- counting ----------------------------------------------------------------------------------------------------


def chosen(holdings: Iterable[Holding], away: Collection[ProjectId]) -> ProjectId | None:
    """Of the projects in which a commit is live, the one it is counted in, or None.

    The same commit in several clones counts once: in one that is there rather than one that is away, where it was made
    rather than where it was fetched, then by project id, so that the order in which clones were seen does not matter.
    """
    standing = [(project in away, not record.is_local, project) for project, record in holdings if record.live]
    return min(standing)[2] if standing else None


def _faces(family: Mapping[Oid, _Member], away: Collection[ProjectId]) -> set[Oid]:
    """Of each group of commits that rewrites link, the one that is counted for it.

    That is a live one whose place no live one took, and where several branches went on with different versions of the
    same work, the newest (design, section 4; the smallest oid of equally new ones). A repository that is ``away`` takes
    nothing from those that are there: its commits count while nothing else of their group is live.
    """
    successors = _forward(family)
    beside: dict[Oid, set[Oid]] = defaultdict(set)
    for oid, member in family.items():
        for link in member.links:
            beside[oid].add(link.new)
            beside[link.new].add(oid)

    there = {
        oid
        for oid, member in family.items()
        if any(record.live and project not in away for project, record in member.holdings)
    }
    faces: set[Oid] = set()
    waiting = set(family)
    while waiting:
        first = waiting.pop()
        group = {first} | reach(first, lambda one: beside.get(one, ()))
        waiting -= group
        live = group & there or {oid for oid in group if oid in family and family[oid].live}
        standing = [oid for oid in live if not has_live_successor(oid, successors, live.__contains__)]
        if standing:
            faces.add(min(standing, key=lambda oid: (-family[oid].holdings[0][1].committed_at, oid)))
    return faces


def _forward(family: Mapping[Oid, _Member]) -> Callable[[Oid], list[Oid]]:
    return lambda oid: [link.new for link in family[oid].links] if oid in family else []


def has_live_successor(oid: Oid, successors: Callable[[Oid], Iterable[Oid]], live: Callable[[Oid], bool]) -> bool:
    """Whether a live commit took the place of ``oid``, directly or through others.

    Rewrites can form a circle (amended, then amended back); of its live members only the one with the smallest oid
    stands, so that the group still counts once.
    """
    return any(
        live(successor) and not (oid < successor and oid in reach(successor, successors))
        for successor in reach(oid, successors) - {oid}
    )


def reach(oid: Oid, neighbours: Callable[[Oid], Iterable[Oid]]) -> set[Oid]:
    """Every commit that can be come to from ``oid``, itself left out unless a circle leads back to it."""
    found: set[Oid] = set()
    waiting = [oid]
    while waiting:
        for neighbour in neighbours(waiting.pop()):
            if neighbour not in found:
                found.add(neighbour)
                waiting.append(neighbour)
    return found


def _landed_in(oid: Oid, family: Mapping[Oid, _Member], sources: "_Sources") -> set[ProjectId]:
    """The projects in which a commit stands for one that was made there."""
    successors = _forward(family)

    def olds(one: Oid) -> list[Oid]:
        return [old for old, _ in sources.get(one, ()) if one in successors(old)]

    return {
        project
        for old in reach(oid, olds)
        for project, record in (family[old].holdings if old in family else ())
        if record.origin == "local"
    }


# -- evidence ----------------------------------------------------------------------------------------------------


def _inherited_evidence(family: Mapping[Oid, _Member]) -> dict[Oid, tuple[Evidence, ...]]:
    """The evidence of each commit with all that it inherits, followed along links and copies to the end."""
    held = {oid: member.evidence for oid, member in family.items()}
    waiting = deque(family)
    while waiting:
        old = waiting.popleft()
        heirs: list[tuple[Oid, str]] = [(link.new, link.kind) for link in family[old].links]
        heirs += [(copy, "same") for copy in family[old].copies if _is_faithful(family[old], family.get(copy))]
        for new, kind in heirs:
            passed_on = [one._replace(inherited=True) for one in held[old] if _passes(one, kind)]
            joined = combine(held[new], passed_on) if new in held else ()
            if new in held and joined != held[new]:
                held[new] = joined
                waiting.append(new)
    return held


def _is_faithful(original: _Member, copy: _Member | None) -> bool:
    """Whether a copy has its original's author and date, as cherry-pick keeps them: anybody can write ``-x``'s line."""
    if copy is None:
        return False
    one, other = original.holdings[0][1], copy.holdings[0][1]
    return one[_AUTHOR] == other[_AUTHOR]


def _passes(evidence: Evidence, kind: str) -> bool:
    if kind == "squashed":
        return evidence.signal != "committer"
    return evidence.inherited or evidence.signal in _OF_THE_MOMENT


# -- grades ------------------------------------------------------------------------------------------------------

_Sources = Mapping[Oid, Sequence[tuple[Oid, RewriteKind]]]


def _sources(family: Mapping[Oid, _Member]) -> _Sources:
    """For each commit those whose grades speak for it: what it replaces, and what it became without a change."""
    sources: dict[Oid, list[tuple[Oid, RewriteKind]]] = defaultdict(list)
    for oid, member in family.items():
        for link in member.links:
            sources[link.new].append((oid, link.kind))
            if link.kind == "same":
                sources[oid].append((link.new, "same"))
    return sources


def _carried(oid: Oid, family: Mapping[Oid, _Member], sources: _Sources) -> tuple[Carried, ...]:
    """The grades that a commit has from those it was made of, where a rater said nothing of the commit itself.

    Along ``same`` the last word carries over, along ``changed`` it does so until the commit is graded anew; a squash
    speaks with the grades of all that went into it. A word on a later version takes the place of that on an earlier.
    """
    carried: list[Carried] = []
    for rater in RATERS:
        if rater in family[oid].words or not any(rater in member.words for member in family.values()):
            continue
        found = _words_behind(oid, rater, family, sources)
        found = {one: kind for one, kind in found.items() if not _has_later(one, found, family)}
        alone = [one for one, kind in found.items() if kind != "squashed"]
        if alone:
            alone = [max(alone, key=lambda one: (family[one].words[rater], one))]
        carried += [Carried(rater, family[one].words[rater].grade, one, found[one]) for one in alone or sorted(found)]
    return tuple(carried)


def _words_behind(oid: Oid, rater: Rater, family: Mapping[Oid, _Member], sources: _Sources) -> dict[Oid, RewriteKind]:
    """The nearest graded commits behind one, each with the weakest kind of rewrite on the best way from there."""
    found: dict[Oid, RewriteKind] = {}
    best: dict[Oid, int] = {oid: 0}
    waiting = [oid]
    while waiting:
        here = waiting.pop()
        for source, kind in sources.get(here, ()):
            rank = max(best[here], _ORDER.index(kind))
            if source not in family or best.get(source, len(_ORDER)) <= rank:
                continue
            best[source] = rank
            if rater in family[source].words:
                found[source] = _ORDER[rank]
            else:
                waiting.append(source)
    return found


def _has_later(oid: Oid, others: Iterable[Oid], family: Mapping[Oid, _Member]) -> bool:
    """Whether one of some graded commits is a later version of ``oid``."""
    later = reach(oid, _forward(family)) - {oid}
    return any(other in later and oid not in reach(other, _forward(family)) for other in others)
