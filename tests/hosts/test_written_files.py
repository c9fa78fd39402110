"""Changes that were made to the files of hosts are remembered as long as the files can come back."""

import shutil
from pathlib import Path

import pytest

from tracker.hosts.written_files import Written, WrittenFiles


def install(place: Path, project: Path) -> Path:
    """Remember a file of a project; return its path."""
    file = project / ".claude" / "settings.json"
    file.parent.mkdir(parents=True)
    WrittenFiles(place).put(file, Written(is_new=False, digest="d", agents=("claude-code",), project=str(project)))
    return file


def install_elsewhere(place: Path) -> None:
    """Have everything that is remembered written anew."""
    WrittenFiles(place).put(place / "other.json", Written(is_new=True, digest="e"))


@pytest.mark.parametrize("leaves_mount_point", [True, False])
def test_a_disk_that_is_not_mounted_keeps_what_was_written_on_it(tmp_path: Path, *, leaves_mount_point: bool) -> None:
    disk, place = tmp_path / "disk", tmp_path / "data"
    file = install(place, disk / "shop")
    disk.rename(tmp_path / "unmounted")
    if leaves_mount_point:
        disk.mkdir()
    install_elsewhere(place)
    if leaves_mount_point:
        disk.rmdir()
    (tmp_path / "unmounted").rename(disk)
    assert WrittenFiles(place).get(file) is not None
    assert WrittenFiles(place).of("claude-code", str(disk / "shop")) == [file]


def test_a_project_that_was_deleted_is_forgotten(tmp_path: Path) -> None:
    place = tmp_path / "data"
    file = install(place, tmp_path / "work" / "shop")
    (tmp_path / "work" / "other").mkdir()
    shutil.rmtree(tmp_path / "work" / "shop")
    install_elsewhere(place)
    assert WrittenFiles(place).get(file) is None
