"""Fixtures: a sealed environment, a tracked repository in it, and what the pre-commit framework needs."""

import gc
import os
import shutil
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import Phase, settings

from tests.program import WHOLE
from tests.support import Repo, clean_environment, sealed_home
from tests.terminal import Terminal
from tests.writes import Watch

pytest.register_assert_rewrite("tests.history.saved_world")

settings.register_profile(
    "fixed",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=20,
    phases=[Phase.explicit, Phase.generate],
    print_blob=True,
)
settings.register_profile("random", deadline=None, print_blob=True)
settings.load_profile("random" if WHOLE else "fixed")  # the same examples in each run by default

ROOT = Path(__file__).parents[1]
_ROOMS_RECORDED_LATER = {"exchange", "reports", "set_ups", "team", "costs", "page", "outcomes", "feedback", "profiles"}
"""Rooms whose tests are all about something else than recording by itself, and that start no recorder by default."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests marked ``whole`` and most cases of parametrized tests that make repositories.

    With ``AGENT_TRACKER_TEST_WHOLE=1`` nothing is left out.
    """
    if WHOLE:
        return
    left = {item for item in items if item.get_closest_marker("whole")}
    tests: dict[tuple[Path, str], list[pytest.Function]] = {}
    for item in items:
        if item not in left and isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            tests.setdefault((item.path, f"{item.parent and item.parent.name} {item.originalname}"), []).append(item)
    left |= {item for cases in tests.values() for item in set(cases) - {*_spread(cases, _most(cases[0]))}}
    if left:
        config.hook.pytest_deselected(items=[item for item in items if item in left])
        items[:] = [item for item in items if item not in left]


def pytest_collection() -> None:
    """Collect no garbage while tests are collected: they stay, and looking at them again and again takes seconds."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Collect garbage from here on, without looking at the tests each time."""
    gc.freeze()
    gc.enable()


def _most(item: pytest.Function) -> int | None:
    """Return how many cases of a test are run by default; None for all."""
    marker = item.get_closest_marker("few")
    if marker is not None:
        return int(marker.args[0])
    return 1 if {"environment", "machines"}.intersection(item.fixturenames) else None


def _spread(cases: Sequence[pytest.Function], most: int | None) -> list[pytest.Function]:
    """Return the cases to run: ``most`` at equal steps from the first to the last.

    The name of a test decides which single one, so that tests with the same cases run different ones.
    """
    if most is None or len(cases) <= most:
        return [*cases]
    if most == 1:
        return [cases[zlib.crc32(cases[0].originalname.encode()) % len(cases)]]
    return [cases[place * (len(cases) - 1) // (most - 1)] for place in range(most)]


@pytest.fixture(scope="session", autouse=True)
def _watched(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let no test of this process write outside the folders of the tests."""
    own = [ROOT / name for name in (".hypothesis", ".pytest_cache", ".coverage")]
    Watch([tmp_path_factory.getbasetemp().parent, *own], ROOT).begin()


@pytest.fixture(autouse=True)
def _sealed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Seal the environment of this process too, so that nothing reads the user's ledger or configuration."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "AGENT_TRACKER_", "PRE_COMMIT")):
            monkeypatch.delenv(name)
    for name, value in clean_environment(tmp_path / "home").items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def _terminals_ended() -> Iterator[None]:
    """End programs at terminals that a failed test left running, so that the next test does not fail for them."""
    yield
    for terminal in [*Terminal.running]:
        terminal.end()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return sealed_home(tmp_path / "home")


@pytest.fixture
def untracked(tmp_path: Path, environment: dict[str, str]) -> Repo:
    """A repository without agent-tracker."""
    return Repo.make(tmp_path / "repo", environment)


@pytest.fixture
def repo(untracked: Repo, request: pytest.FixtureRequest) -> Repo:
    """A tracked repository without commits."""
    untracked.tracker("init")
    is_elsewhere = not WHOLE and request.path.parent.name in _ROOMS_RECORDED_LATER
    if is_elsewhere or request.node.get_closest_marker("recorded_later"):
        untracked.record_later()
    return untracked


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all processes of one test run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def product(shared: Path) -> Path:
    """A repository with the current state of this source tree, which pre-commit can clone."""
    place = shared / "product" / "agent-tracker"
    with FileLock(shared / "product.lock"):
        if not place.exists():
            _copy_sources(place.with_name("incomplete"))
            place.with_name("incomplete").rename(place)
    return place


def _copy_sources(place: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgSign=false"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "--no-verify", "-m", "as it is"]):
        subprocess.run([*git, *words], cwd=place, check=True)


@pytest.fixture(scope="session")
def store(shared: Path) -> Path:
    """pre-commit's cache, shared so that its environment is built once; pre-commit locks it itself."""
    return shared / "pre-commit-store"
