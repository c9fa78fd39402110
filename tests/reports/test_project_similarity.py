"""Similarity of profiles: its properties, and the projects that are called similar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.model import Oid
from tracker.profile_records import ProfileRecord
from tracker.reports.project_similarity import SIMILAR, common_languages, similarity

NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f"])
SETS = st.sets(NAMES, max_size=5).map(lambda found: tuple(sorted(found)))
PROFILES = st.builds(
    ProfileRecord,
    tip=st.just(Oid("0" * 40)),
    computed_at=st.integers(0, 9),
    rules=st.just(1),
    languages=st.dictionaries(NAMES, st.integers(1, 10**6), max_size=4).map(lambda counts: (*counts.items(),)),
    manifests=SETS,
    frameworks=SETS,
    dependencies=SETS,
)


def profile(languages: str = "", frameworks: str = "", dependencies: str = "", manifests: str = "") -> ProfileRecord:
    """Return a profile; ``languages`` as "python:90 shell:10"."""
    counts = tuple((name, int(count)) for name, _, count in (one.partition(":") for one in languages.split()))
    sets = (tuple(one.split()) for one in (manifests, frameworks, dependencies))
    return ProfileRecord(Oid("0" * 40), 1, 1, counts, *sets)


@given(PROFILES, PROFILES)
def test_similarity_is_symmetric_and_from_0_to_1(first: ProfileRecord, second: ProfileRecord) -> None:
    assert similarity(first, second) == pytest.approx(similarity(second, first))
    assert 0 <= similarity(first, second) <= 1
    assert sorted(common_languages(first, second)) == sorted(common_languages(second, first))


@given(PROFILES)
def test_profile_is_wholly_similar_to_itself_unless_nothing_is_known(one: ProfileRecord) -> None:
    assert similarity(one, one) == pytest.approx(1.0 if any(one[3:]) else 0.0)


@given(PROFILES, st.integers(2, 1000))
def test_size_of_a_project_does_not_matter(one: ProfileRecord, times: int) -> None:
    larger = one._replace(languages=tuple((name, count * times) for name, count in one.languages))
    assert similarity(one, larger) == pytest.approx(similarity(one, one))


def _renamed(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"other {name}" for name in names)


@given(PROFILES)
def test_nothing_in_common_is_0(one: ProfileRecord) -> None:
    other = one._replace(
        languages=tuple((f"other {name}", count) for name, count in one.languages),
        manifests=_renamed(one.manifests),
        frameworks=_renamed(one.frameworks),
        dependencies=_renamed(one.dependencies),
    )
    assert similarity(one, other) == 0


API = profile(
    "python:90 shell:5", "fastapi pydantic", "pypi/fastapi pypi/pydantic pypi/httpx pypi/pytest", "pyproject.toml"
)
WORKER = profile("python:40", "celery pydantic", "pypi/celery pypi/pydantic pypi/pytest", "pyproject.toml")
SITE = profile("typescript:60 css:10", "next react", "npm/next npm/react", "package.json")
TOOL = profile("rust:30 shell:3", "clap", "crates/clap", "cargo.toml")


@pytest.mark.parametrize(
    ("first", "second", "is_similar"),
    [
        (API, WORKER, True),
        (API, profile("python:10"), True),
        (API, SITE, False),
        (API, TOOL, False),
        (SITE, TOOL, False),
        (SITE, profile("typescript:300 javascript:20", "react redux", "npm/react", "package.json"), True),
        (profile("python:50 typescript:50", "fastapi react", "npm/react pypi/fastapi", "package.json"), SITE, True),
        (profile("python:95 typescript:5"), SITE, False),
        (profile(), profile(), False),
    ],
)
def test_projects_of_the_same_language_are_similar_and_others_are_not(
    first: ProfileRecord, second: ProfileRecord, is_similar: bool
) -> None:
    assert (similarity(first, second) >= SIMILAR and bool(common_languages(first, second))) is is_similar


def test_more_in_common_is_more_similar() -> None:
    same = similarity(API, API._replace(dependencies=API.dependencies[:3]))
    assert same > similarity(API, WORKER) > similarity(API, TOOL)
