"""The wheel: its content, and a run of it without the source tree."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.framework import PASSED_ON
from tests.support import Repo, one

ROOT = Path(__file__).parents[2]
PAGES = ("agent-tracker.1", "git-agent-tracker.1")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    environment = {name: value for name, value in os.environ.items() if name.startswith((*PASSED_ON, "PATH", "HOME"))}
    subprocess.run(words, check=True, env=environment)
    return one(folder.iterdir())


@pytest.mark.whole
def test_wheel_holds_one_package_with_its_data(wheel: Path) -> None:
    assert wheel.name.startswith("git_agent_tracker-")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        entry_points = next(name for name in names if name.endswith("entry_points.txt"))
        scripts = archive.read(entry_points).decode()
        hooks = {Path(name).name: archive.read(name) for name in names if name.startswith("tracker/_hooks/")}
    distribution = wheel.name.rsplit("-", 3)[0]
    assert {name.split("/")[0] for name in names} == {"tracker", f"{distribution}.dist-info", f"{distribution}.data"}
    pages = {name for name in names if name.startswith(f"{distribution}.data/")}
    assert pages == {f"{distribution}.data/data/share/man/man1/{page}" for page in PAGES}
    assert {"tracker/attribution/catalogue.toml", "tracker/reports/status.schema.json", "tracker/py.typed"} <= set(
        names
    )
    assert hooks == {path.name: path.read_bytes() for path in (ROOT / "hooks").iterdir()}
    assert "agent-tracker = tracker.__main__:main" in scripts
    assert "git-agent-tracker = tracker.__main__:main" in scripts


@pytest.mark.slow
def test_installed_wheel_records(wheel: Path, untracked: Repo, tmp_path: Path) -> None:
    """The wheel is installed into a new virtual environment without any development package."""
    passed = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
    venv.create(tmp_path / "venv")
    binaries = tmp_path / "venv" / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(binaries / "python"), "--quiet", "--disable-pip-version-check"]
    install = [*pip, "install", str(wheel)]
    subprocess.run(install, check=True, env=untracked.environment | passed)
    untracked.environment["PATH"] = f"{binaries}{os.pathsep}{untracked.environment['PATH']}"
    untracked.commit("feat: before")

    def run(*words: str) -> str:
        done = subprocess.run(
            words, cwd=untracked.path, env=untracked.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    for words in (("agent-tracker",), ("git-agent-tracker",), ("git", "agent-tracker")):
        assert "1 commit of" in run(*words, "glance")
    run("agent-tracker", "init")
    run("git", "agent-tracker", "backfill")
    untracked.commit("feat: after", env={"CLAUDECODE": "1"})
    untracked.settle()
    assert "claude-code" in run("agent-tracker", "log")
    assert "holds 2 commits" in run("agent-tracker", "verify")
    run("agent-tracker", "doctor")
    script = (untracked.scripts / "post-commit").read_text()
    assert str(binaries / "python") in script
