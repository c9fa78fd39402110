"""What rewrites and copies mean for the commits they link: which of them counts, and what each of them inherits.

Pure, and a function of the facts alone: links, liveness, each commit's own evidence and grades. So the order in which
entries arrived never matters, and ``verification`` can prove what ``posting`` wrote (design, sections 4 and 5).
"""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from tracker.attribution import attribute, combine, model_id
from tracker.model import RATERS, Evidence, GradeValue, Oid, ProjectId, Rater, RewriteKind
from tracker.records import Carried, CommitRecord, Link

Holding = tuple[ProjectId, CommitRecord]

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

    def reverters(self, oid: Oid) -> Sequence[Oid]:
        """The commits that say they take it back."""

    def is_away(self, project: ProjectId) -> bool:
        """Whether a project's repository cannot be looked at any more."""


def relatives(oid: Oid, view: View) -> set[Oid]:
    """The commit, and every other that rewrites, copies and reverts link to it, in either direction."""

    def neighbours(one: Oid) -> Iterator[Oid]:
        yield from (link.new for link in view.links(one))
        yield from view.copies(one)
        yield from view.reverters(one)
        for _, record in view.holdings(one):
            yield from record.replaces
            yield from record.reverts
            if record.copy_of:
                yield record.copy_of

    return {oid} | reach(oid, neighbours)


def settled(oids: Iterable[Oid], view: View) -> Iterator[tuple[ProjectId, Oid, CommitRecord]]:
    """Every record of a whole family (what ``relatives`` gives), with what follows from the others brought up to date.

    That is: whether it is counted, pushed and taken back, the evidence and grades that it inherits, and the attribution
    by all its evidence.
    """
    family = {oid: _member(oid, view) for oid in oids}
    away = {project for member in family.values() for project, _ in member.holdings if view.is_away(project)}
    family = {oid: member for oid, member in family.items() if member.holdings}
    if len(family) == 1:
        ((oid, member),) = family.items()
        evidence = {oid: member.evidence}
    else:
        evidence = _inherited_evidence(family)
    sources, groups = _sources(family), _groups(family)
    words, faces = _words(family), _faces(family, groups, away)
    published, reverted = _published(family, groups), _reverted(family, groups)
    for oid, member in family.items():
        landed = _landed_in(oid, family, sources)
        carried = _carried(oid, family, sources, words)
        holdings = [
            (
                project,
                record._replace(
                    landed=project in landed and record.origin != "local",
                    carried=carried,
                    published=oid in published,
                    reverted=oid in reverted,
                ),
            )
            for project, record in member.holdings
        ]
        counted_in = chosen(holdings, away) if oid in faces else None
        for project, record in holdings:
            same = _explained(_spoken(record, member.said), evidence[oid])
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
    """What a rater said last of a commit, and when, in seconds. Without a grade: that the word before is taken back."""

    time: int
    grade: GradeValue | None


def own_word(record: CommitRecord, rater: Rater) -> Word | None:
    """A rater's last word on this very commit, None where nothing was ever said."""
    grade, time = (
        (record.agent_grade, record.agent_graded_at) if rater == "agent" else (record.user_grade, record.user_graded_at)
    )
    return Word(time, grade) if grade is not None or time else None


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
    """A commit of a family: its records, links and copies; its own evidence and what was said of it in all clones.

    ``declared``: the agent's grade in its own trailer.
    """

    holdings: Sequence[Holding]
    links: Sequence[Link]
    copies: Sequence[Oid]
    evidence: tuple[Evidence, ...]
    said: Mapping[Rater, Word]
    declared: GradeValue | None
    live: bool


def _member(oid: Oid, view: View) -> _Member:
    holdings = view.holdings(oid)
    said: dict[Rater, Word] = {}
    for _, record in holdings:
        for rater in RATERS:
            word = own_word(record, rater)
            if word is not None:
                said[rater] = max(said.get(rater, word), word, key=_lateness)
    own = [[one for one in record.evidence if not one.inherited] for _, record in holdings]
    return _Member(
        holdings=holdings,
        links=[link for link in view.links(oid) if link.kind != "dropped"],
        copies=view.copies(oid),
        evidence=_joined(own),
        said=said,
        declared=next((record.declared for _, record in holdings if record.declared is not None), None),
        live=any(record.live for _, record in holdings),
    )


def _lateness(word: Word) -> tuple[int, int]:
    """The order of words: by time, and of those of one second by the grade, so that all clones agree."""
    return word.time, word.grade or 0


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


def _groups(family: Mapping[Oid, _Member]) -> list[set[Oid]]:
    """The commits of a family by what rewrites link, always in one order: each group is one piece of work."""
    beside: dict[Oid, set[Oid]] = defaultdict(set)
    for oid, member in family.items():
        for link in member.links:
            beside[oid].add(link.new)
            beside[link.new].add(oid)
    groups: list[set[Oid]] = []
    waiting = set(family)
    while waiting:
        first = waiting.pop()
        groups.append({first} | reach(first, lambda one: beside.get(one, ())))
        waiting -= groups[-1]
    return sorted(groups, key=min)


def _faces(family: Mapping[Oid, _Member], groups: Iterable[set[Oid]], away: Collection[ProjectId]) -> set[Oid]:
    """Of each group of commits that rewrites link, the one that is counted for it.

    That is a live one whose place no live one took, and where several branches went on with different versions of the
    same work, the newest (design, section 4; the smallest oid of equally new ones). A repository that is ``away`` takes
    nothing from those that are there: its commits count while nothing else of their group is live.
    """
    successors = _forward(family)
    there = {
        oid
        for oid, member in family.items()
        if any(record.live and project not in away for project, record in member.holdings)
    }
    faces: set[Oid] = set()
    for group in groups:
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


# -- pushes and reverts ------------------------------------------------------------------------------------------


def _published(family: Mapping[Oid, _Member], groups: Iterable[set[Oid]]) -> set[Oid]:
    """The commits of which some version was what a push ended at, so that pushing it again counts once."""
    pushed = {oid for oid, member in family.items() if any(record.pushed for _, record in member.holdings)}
    return {oid for group in groups if group & pushed for oid in group}


def _reverted(family: Mapping[Oid, _Member], groups: Sequence[set[Oid]]) -> set[Oid]:
    """The commits of which some version is taken back by a live commit that is not taken back itself."""
    place = {oid: number for number, group in enumerate(groups) for oid in group}
    against: dict[int, set[int]] = defaultdict(set)
    for oid, member in family.items():
        if member.live:
            for target in {target for _, record in member.holdings for target in record.reverts}:
                if target in place and place[target] != place[oid]:
                    against[place[target]].add(place[oid])
    stands: dict[int, bool] = {}
    for first in list(against):
        _decide(first, against, stands)
    return {oid for number, group in enumerate(groups) if not stands.get(number, True) for oid in group}


def _decide(first: int, against: Mapping[int, set[int]], stands: dict[int, bool]) -> None:
    """Whether ``first`` stands, after all that is against it. Without recursion: a history may revert for ever.

    What is against itself through others, which no honest history is, counts as standing while it is decided.
    """
    path, seen = [first], {first}
    while path:
        here = path[-1]
        open_ = [one for one in sorted(against.get(here, ())) if one not in stands and one not in seen]
        if open_:
            path.append(open_[0])
            seen.add(open_[0])
        else:
            stands[here] = not any(stands.get(one, True) for one in against.get(here, ()))
            path.pop()


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


_Words = Mapping[Oid, Mapping[Rater, Word]]


def _words(family: Mapping[Oid, _Member]) -> dict[Oid, dict[Rater, Word]]:
    """What each rater holds of each commit: the last word, if it was not taken back, else what its trailer declares.

    A trailer that a commit has from the one that it was made of, or copied from, is no word of its own: what was said
    of that one since would be lost otherwise, and a cherry-pick be graded twice.
    """
    words = {
        oid: {rater: word for rater, word in member.said.items() if word.grade is not None}
        for oid, member in family.items()
    }
    declaring = {oid: member.declared for oid, member in family.items() if member.declared is not None}
    if declaring:
        made_of = _made_of(family)
        for oid, grade in declaring.items():
            if not any(declaring.get(old) == grade for old in made_of.get(oid, ())):
                words[oid].setdefault("agent", Word(family[oid].holdings[0][1].committed_at, grade))
    return words


def _made_of(family: Mapping[Oid, _Member]) -> dict[Oid, set[Oid]]:
    """For each commit those that it replaced or copies; in a circle of rewrites the smallest oid is the first."""
    successors = _forward(family)
    made_of: dict[Oid, set[Oid]] = defaultdict(set)
    for oid, member in family.items():
        for link in member.links:
            if not (link.new < oid and oid in reach(link.new, successors)):
                made_of[link.new].add(oid)
        for copy in member.copies:
            made_of[copy].add(oid)
    return made_of


def _carried(oid: Oid, family: Mapping[Oid, _Member], sources: _Sources, words: _Words) -> tuple[Carried, ...]:
    """The grades that a commit has from those it was made of, where a rater said nothing of the commit itself.

    Along ``same`` the last word carries over, along ``changed`` it does so until the commit is graded anew; a squash
    speaks with the grades of all that went into it. A word on a later version takes the place of that on an earlier.
    What the commit's own trailer declares it carries from itself.
    """
    carried: list[Carried] = []
    for rater in RATERS:
        if not any(rater in one for one in words.values()):
            continue
        own = words[oid].get(rater)
        if own is not None:
            said = family[oid].said.get(rater)
            if own.grade is not None and own != said:
                carried.append(Carried(rater, own.grade, oid, "same"))
            continue
        found = _words_behind(oid, rater, family, sources, words)
        found = {one: kind for one, kind in found.items() if not _has_later(one, found, family)}
        alone = [one for one, kind in found.items() if kind != "squashed"]
        if alone:
            alone = [max(alone, key=lambda one: (_lateness(words[one][rater]), one))]
        carried += [Carried(rater, _grade(words[one][rater]), one, found[one]) for one in alone or sorted(found)]
    return tuple(carried)


def _grade(word: Word) -> GradeValue:
    assert word.grade is not None  # noqa: S101 - what was taken back is in no words
    return word.grade


def _words_behind(
    oid: Oid, rater: Rater, family: Mapping[Oid, _Member], sources: _Sources, words: _Words
) -> dict[Oid, RewriteKind]:
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
            if rater in words[source]:
                found[source] = _ORDER[rank]
            else:
                waiting.append(source)
    return found


def _has_later(oid: Oid, others: Iterable[Oid], family: Mapping[Oid, _Member]) -> bool:
    """Whether one of some graded commits is a later version of ``oid``."""
    later = reach(oid, _forward(family)) - {oid}
    return any(other in later and oid not in reach(other, _forward(family)) for other in others)
