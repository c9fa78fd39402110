"""A commit with all that rewrites, copies and reverts link to it: its family, as the ledger tells of it. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from tracker.attribution import WORDS, combine
from tracker.model import RATERS, Evidence, GradeValue, Oid, ProjectId, Rater
from tracker.records import CommitRecord, Link

Holding = tuple[ProjectId, CommitRecord]


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


def is_spoken_of(record: CommitRecord) -> bool:
    """Whether somebody graded this very commit, also if that was taken back, or said who made it."""
    corrected = any(one.signal in WORDS and not one.inherited for one in record.evidence)
    return corrected or any(own_word(record, rater) is not None for rater in RATERS)


class Member(NamedTuple):
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


def member(oid: Oid, view: View) -> Member:
    """What the ledger says of a commit."""
    holdings = view.holdings(oid)
    said: dict[Rater, Word] = {}
    for _, record in holdings:
        for rater in RATERS:
            word = own_word(record, rater)
            if word is not None:
                said[rater] = max(said.get(rater, word), word, key=lateness)
    own = [[one for one in record.evidence if not one.inherited] for _, record in holdings]
    return Member(
        holdings=holdings,
        links=[link for link in view.links(oid) if link.kind != "dropped"],
        copies=view.copies(oid),
        evidence=_joined(own),
        said=said,
        declared=next((record.declared for _, record in holdings if record.declared is not None), None),
        live=any(record.live for _, record in holdings),
    )


def lateness(word: Word) -> tuple[int, int]:
    """The order of words: by time, and of those of one second by the grade, so that all clones agree."""
    return word.time, word.grade or 0


def _joined(groups: Sequence[Sequence[Evidence]]) -> tuple[Evidence, ...]:
    if len(groups) == 1:
        return tuple(groups[0])  # kept in order already
    return combine((), [one for group in groups for one in group])


Family = Mapping[Oid, Member]
"""The commits of a family that some project holds, by oid."""


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


def groups_of(family: Family) -> list[set[Oid]]:
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


def forward(family: Family) -> Callable[[Oid], list[Oid]]:
    """For each commit those that it was rewritten into."""
    return lambda oid: [link.new for link in family[oid].links] if oid in family else []


def backward(family: Family) -> Callable[[Oid], list[Oid]]:
    """For each commit those that were rewritten into it."""
    olds: dict[Oid, list[Oid]] = defaultdict(list)
    for oid, one in family.items():
        for link in one.links:
            olds[link.new].append(oid)
    return lambda oid: olds.get(oid, [])


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
