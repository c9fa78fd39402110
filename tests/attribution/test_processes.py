"""Reading the ancestors of a process, from files as proc(5) describes them."""

import os
from pathlib import Path

import pytest

from tracker.attribution import catalogue_file, processes

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are files on Linux only")


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is read in place of /proc."""
    monkeypatch.setattr("tracker.attribution.processes._PROC", tmp_path)
    return tmp_path


def add(proc: Path, process: int, name: str, parent: int) -> None:
    """Add the files of a process."""
    folder = proc / str(process)
    folder.mkdir()
    (folder / "stat").write_text(f"{process} ({name}) S {parent} {process} {process} 0 -1 4194560 0 0\n")
    (folder / "cmdline").write_bytes(name.encode() + b"\0")


def look_up() -> processes.Ancestors:
    return processes.look_up(catalogue_file.load(), {})


def test_agent_above_a_thousand_processes_is_found(proc: Path) -> None:
    add(proc, 1, "claude", 0)
    for process in range(2, 1000):
        add(proc, 900_000 + process, "sh) x (y", 900_001 + process if process < 999 else 1)
    add(proc, os.getppid(), "sh", 900_002)
    assert look_up().agent == "claude"


def test_first_process_of_a_container_counts(proc: Path) -> None:
    add(proc, os.getppid(), "sh", 0)
    assert look_up() == processes.Ancestors(None, are_read=True, are_all_read=True, opener=look_up().opener)


@pytest.mark.parametrize("parent", [os.getppid(), 999_999], ids=["a circle", "a process that is gone"])
def test_ancestors_that_cannot_be_followed_are_reported(proc: Path, parent: int) -> None:
    add(proc, os.getppid(), "sh", parent)
    found = look_up()
    assert (found.agent, found.are_read, found.are_all_read) == (None, True, False)


def test_no_process_is_read_only_if_every_set_of_variables_says_so(proc: Path) -> None:
    add(proc, os.getppid(), "claude", 1)
    off = {processes.SWITCH: "0"}
    assert processes.look_up(catalogue_file.load(), off, {}).agent == "claude"
    assert processes.look_up(catalogue_file.load(), off, off) == processes.Ancestors()
