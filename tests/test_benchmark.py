"""``python scripts/benchmark``: each subject is measured, in a small size, and its figures are spreads and ratios."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.program import WHOLE
from tests.support import Repo

ROOT: Final = Path(__file__).parents[1]
SCRIPTS: Final = ROOT / "scripts"
COLUMNS: Final = 100
_SMALLEST: Final = ("--rounds", "1", "--rebase-rounds", "1", "--message-bytes", "1000", "--ledger-commits", "60")
_FEWEST: Final = () if WHOLE else (*_SMALLEST, "--no-pre-commit")
"""Options that leave out what takes most of the time."""
SPREAD: Final = {"least", "median", "most"}

sys.path.append(str(SCRIPTS))
from benchmark.__main__ import SUBJECTS  # noqa: E402
from benchmark.fresh_backfill import FreshBackfill  # noqa: E402
from benchmark.histories import small_changes  # noqa: E402
from benchmark.realistic import LINEAR, SHAPES, history  # noqa: E402
from benchmark.report import report  # noqa: E402
from benchmark.rivals import compare  # noqa: E402
from benchmark.sandbox import MeasurementFailed, Sandbox  # noqa: E402


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the benchmark with the smallest sizes, its temporary files below ``folder``."""
    words = [sys.executable, str(SCRIPTS / "benchmark"), "--quick", *arguments]
    environment = os.environ | {"TMPDIR": str(folder)}
    return subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def measure(folder: Path, *arguments: str) -> dict[str, Any]:
    done = run(folder, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads(done.stdout)
    assert list(folder.iterdir()) == []  # nothing stays
    return results


def spreads(value: Any, name: str = "") -> Iterator[tuple[str, dict[str, float]]]:
    """Yield every spread in JSON, with the name that it has."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, dict) and inner.keys() == SPREAD:
            yield key, inner
        else:
            yield from spreads(inner, key)


def check(results: dict[str, Any]) -> None:
    """Every spread is in order, there are ratios among them, and the tables fit a terminal."""
    found = list(spreads(results))
    assert all(0 < one["least"] <= one["median"] <= one["most"] for _, one in found)
    assert any(name.startswith(("ratio", "to_")) for name, _ in found)
    lines = list(report(results))
    assert len(lines) > 5
    assert [line for line in lines if len(line) > COLUMNS] == []


@pytest.mark.few(1)
@pytest.mark.parametrize("subject", [subject for subject in SUBJECTS if subject != "peers"])
@pytest.mark.whole
def test_each_subject_can_be_measured_alone(subject: str, tmp_path: Path) -> None:
    results = measure(tmp_path, "--only", subject, *_FEWEST)
    assert results.keys() == {"schema", "versions", "processors", "sizes", subject}
    assert results[subject]
    check(results)


@pytest.mark.skipif(not WHOLE, reason="five histories: run with AGENT_TRACKER_TEST_WHOLE=1")
def test_backfill_is_compared_in_histories_of_every_shape(tmp_path: Path) -> None:
    results = measure(tmp_path, "--only", "peers")
    check(results)
    peers = results["peers"]
    assert peers.keys() == {*SHAPES, "one tiny file a commit"}
    for group in peers.values():
        assert {"git log", "git log --numstat -M", "backfill", "backfill --jobs 1"} <= group["rivals"].keys()
        assert group["rivals"]["git log --numstat -M"]["ratio"] == {"least": 1, "median": 1, "most": 1}
        assert all(one["peak_bytes"] > 1_000_000 for one in group["rivals"].values())
        assert group["ledger_bytes_per_commit"] > 0


@pytest.mark.whole
def test_backfill_of_a_given_repository_is_compared_in_a_clone(untracked: Repo, tmp_path: Path) -> None:
    for number in range(3):
        untracked.commit(f"feat: number {number}")
    before = sorted(path.name for path in (untracked.path / ".git").iterdir())
    (tmp_path / "t").mkdir()
    peers = measure(tmp_path / "t", "--only", "peers", "--repository", str(untracked.path))["peers"]
    assert peers[f"repository {untracked.path.name}"]["commits"] == 3
    assert len(peers) == 1
    assert sorted(path.name for path in (untracked.path / ".git").iterdir()) == before


@pytest.mark.whole
def test_backfill_of_a_shallow_clone_is_compared_with_git(untracked: Repo, tmp_path: Path) -> None:
    for number in range(3):
        untracked.commit(f"feat: number {number}")
    untracked.git("clone", "-q", "--depth", "2", f"file://{untracked.path}", str(tmp_path / "shallow"))
    (tmp_path / "t").mkdir()
    peers = measure(tmp_path / "t", "--only", "peers", "--repository", str(tmp_path / "shallow"))["peers"]
    assert peers["repository shallow"]["commits"] == 2


def test_repository_without_commits_cannot_be_compared(untracked: Repo, tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    done = run(tmp_path / "t", "--only", "peers", "--repository", str(untracked.path))
    assert done.returncode == 1
    assert "the repository that was given has no commits" in done.stderr
    assert list((tmp_path / "t").iterdir()) == []


def test_place_that_is_no_repository_is_an_error_of_one_line(tmp_path: Path) -> None:
    done = run(tmp_path, "--only", "peers", "--repository", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("benchmark: ")
    assert done.stderr.count("\n") == 1


def test_history_is_imported_while_it_is_made(tmp_path: Path) -> None:
    """Git refuses the first words; a history that is made before it is imported would be asked for to its end."""
    ends = []

    def endless() -> Iterator[bytes]:
        yield b"nonsense\n"
        yield from small_changes(100_000)
        ends.append(True)

    sandbox = Sandbox(tmp_path)
    path = sandbox.repository("refused")
    with pytest.raises(MeasurementFailed, match=r"fast-import.*nonsense"):
        sandbox.fill(path, endless())
    assert not ends


def test_backfill_that_does_not_record_every_commit_is_no_measurement(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    path = sandbox.repository("short")
    sandbox.fill(path, small_changes(3))
    assert compare({"all": FreshBackfill(sandbox, path, 3, "all").rival()}, "all", 2)["all"].ratio == (1, 1, 1)
    with pytest.raises(MeasurementFailed, match="3 of 4 commits were recorded"):
        compare({"more": FreshBackfill(sandbox, path, 4, "more").rival()}, "more", 1)


def test_history_is_the_same_each_time() -> None:
    assert list(history(LINEAR, 20)) == list(history(LINEAR, 20))


def test_peak_memory_is_that_of_the_program_and_not_of_the_benchmark(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    large = bytearray(os.urandom(1 << 20) * 200)
    _, small_peak = sandbox.measure_peak("git", "--version", place=tmp_path)
    output, large_peak = sandbox.measure_peak(
        sys.executable, "-c", "held = bytearray(b'x' * (100 << 20)); print(len(held))", place=tmp_path
    )
    assert small_peak < 50 << 20 < 200 << 20 <= len(large)
    assert large_peak > 100 << 20
    assert int(output) == 100 << 20
