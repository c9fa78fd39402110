"""Similarity of two projects by their profiles, from 0 to 1.

Each part is a comparison that is 1 for equal sets and 0 for sets without anything in common, so that every part, and
their weighted mean, is symmetric. A part that neither project has says nothing and is left out of the mean: two
libraries without a framework are as alike as their languages, dependencies and manifests are.

The weights give the language most, since it decides which set-up does well more than anything else that a tree shows;
frameworks next, since they decide how code is written; then dependencies, of which alike projects share few; least the
kinds of manifests, which follow from the language. docs/similar-projects.md has the figures of real projects.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from math import sqrt
from typing import Final, NamedTuple

from tracker import keys
from tracker.ledger import Snapshot
from tracker.ledger.tables import PROFILES, PROJECTS
from tracker.model import ProjectId
from tracker.profile_records import ProfileRecord

SIMILAR: Final = 0.3
"""Similarity from which projects that have a language in common are called similar."""

_LANGUAGES: Final = 0.4
_FRAMEWORKS: Final = 0.3
_DEPENDENCIES: Final = 0.2
_MANIFESTS: Final = 0.1

_LEAST_SHARE: Final = 0.1
"""The least share of a language in both projects to be one that they have in common."""


class SimilarProject(NamedTuple):
    """A project that is similar to the one at hand. ``common``: languages, then frameworks, that both have."""

    project: ProjectId
    name: str
    similarity: float
    common: tuple[str, ...]


def similarity(first: ProfileRecord, second: ProfileRecord) -> float:
    """Return the similarity of two projects: 1 for a profile and itself, 0 where they have nothing in common.

    0 too where nothing is known of one of them.
    """
    parts: list[tuple[float, float | None]] = [
        (_LANGUAGES, _cosine(dict(first.languages), dict(second.languages))),
        (_FRAMEWORKS, _overlap({*first.frameworks}, {*second.frameworks})),
        (_DEPENDENCIES, _overlap({*first.dependencies}, {*second.dependencies})),
        (_MANIFESTS, _overlap({*first.manifests}, {*second.manifests})),
    ]
    known = [(weight, part) for weight, part in parts if part is not None]
    weights = sum(weight for weight, _ in known)
    return min(1.0, sum(weight * part for weight, part in known) / weights) if known else 0.0


def similarities(snapshot: Snapshot, own: ProjectId) -> Mapping[ProjectId, float]:
    """Return the similarity of each other project that has a profile to this one; empty if this one has none."""
    mine = snapshot.get(PROFILES, keys.project(own))
    if mine is None:
        return {}
    return {
        project: similarity(mine, one)
        for key, one in snapshot.scan(PROFILES)
        if (project := keys.project_of(key)) != own
    }


def similar_projects(snapshot: Snapshot, own: ProjectId) -> Sequence[SimilarProject]:
    """Return the projects that are similar to this one, the most similar first.

    Without a common language none is: two projects may share all of their few frameworks and little else.
    """
    mine, found = snapshot.get(PROFILES, keys.project(own)), []
    for project, value in similarities(snapshot, own).items():
        record = snapshot.get(PROJECTS, keys.project(project))
        profile = snapshot.get(PROFILES, keys.project(project))
        if value < SIMILAR or not (record and profile and mine):
            continue
        languages = common_languages(mine, profile)
        if languages:
            frameworks = (name for name in mine.frameworks if name in profile.frameworks)
            found.append(SimilarProject(project, record.name, value, (*languages, *frameworks)))
    return sorted(found, key=lambda one: (-one.similarity, one.name, one.project))


def common_languages(first: ProfileRecord, second: ProfileRecord) -> tuple[str, ...]:
    """Return the languages that make up a tenth of both projects or more, in the order of the first one."""
    main = [
        {name for name, count in one.languages if count >= _LEAST_SHARE * sum(count for _, count in one.languages)}
        for one in (first, second)
    ]
    return tuple(name for name, _ in first.languages if name in main[0] & main[1])


def _cosine(first: Mapping[str, int], second: Mapping[str, int]) -> float | None:
    """Return the cosine of two counts by language, which their shares have too: a small language hardly matters."""
    if not first and not second:
        return None
    both = sum(count * second.get(name, 0) for name, count in first.items())
    return both / sqrt(_square(first) * _square(second)) if both else 0.0


def _square(counts: Mapping[str, int]) -> int:
    return sum(count * count for count in counts.values())


def _overlap(first: AbstractSet[str], second: AbstractSet[str]) -> float | None:
    """Return the share of all elements of two sets that both have (Jaccard's index)."""
    return len(first & second) / len(first | second) if first | second else None
