"""Files of ours in the git directory that are damaged, forged, or no files at all: recording goes on."""

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.hanging import not_hanging
from tests.program import WHOLE
from tests.support import Repo, one

pytestmark = pytest.mark.recorded_later

FILES: Final = (
    "project-id", "baseline", "ledger", "ledger-place", "reflogs", "read-map", "no-costs-due", "record-refs",
    "remote-refs", "deferred-commits", "unread-sources", "guard-blind", "backfilled", "recorder.log", "recorder.log.1",
    "defects.log", "status.lock", "spool/1.x", "set-aside", "init-record", "ledger-seen", "ledger-lost",
    "pending/1.json", "no-processes",
)  # fmt: skip
"""Files that the folder of a project may hold."""


def _socket(path: Path) -> None:
    server = socket.socket(socket.AF_UNIX)
    kept = Path.cwd()
    os.chdir(path.parent)  # the name of a socket is short
    server.bind(path.name)
    os.chdir(kept)
    server.close()


def _sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 3 << 30)


DAMAGES: Final[dict[str, Callable[[Path], object]]] = {
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "link to nothing": lambda path: path.symlink_to("nowhere"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "endless": lambda path: path.symlink_to("/dev/zero"),
    "socket": _socket,
    "empty": Path.touch,
    "huge": _sparse,
    "no text": lambda path: path.write_bytes(b"\xff\xfe\0\x80" * 1000),
    "options": lambda path: path.write_bytes(b"--help\n--output=x -y\n\n../..\n"),
    "surrogates": lambda path: path.write_bytes(b'{"a": "\\ud800"}\n\xed\xa0\x80 x\n'),
}
"""Things that may be in the place of a file, made by functions of its path."""

CASES: Final = [
    pytest.param((name,), damage, id=f"{name}, {damage}") for name in FILES for damage in DAMAGES
] if WHOLE else [pytest.param(FILES, damage, id=damage) for damage in DAMAGES]  # fmt: skip
"""By default all files are damaged at once."""


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes in folders")
@pytest.mark.parametrize(("names", "damage"), CASES)
def test_next_commit_is_recorded_with_its_evidence(repo: Repo, names: tuple[str, ...], damage: str) -> None:
    repo.commit("feat: before")
    repo.tracker("sync")
    project = repo.project()
    for name in names:
        path = repo.folder / name
        path.parent.mkdir(exist_ok=True)
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        DAMAGES[damage](path)
    with not_hanging():
        repo.commit("feat: mine", env={"CLAUDECODE": "1"})
        line = repo.line()
        repo.tracker("status")
        doctor = repo.run("doctor", "--json")
    assert line["agent"] == "claude-code"
    assert "defect" not in doctor.stderr
    assert doctor.stdout.startswith("{")
    assert repo.project() == project  # the ledger knew it


@pytest.mark.parametrize("damage", ["pipe", "link to itself", "no text"])
def test_folder_of_the_spool_is_made_again(repo: Repo, damage: str) -> None:
    shutil.rmtree(repo.folder / "spool")
    DAMAGES[damage](repo.folder / "spool")
    with not_hanging():
        repo.tracker("sync")
        repo.commit("feat: mine", env={"CLAUDECODE": "1"})
        assert repo.line()["agent"] == "claude-code"
    found = [finding["what"] for finding in repo.json("doctor", code=1)["findings"]]
    assert any("spool" in what and "it is not a folder" in what for what in found)


def test_damaged_id_without_a_ledger_becomes_a_new_one(repo: Repo) -> None:
    """Nothing tells then which project it was."""
    before = repo.project()
    shutil.rmtree(repo.ledger_path)
    (repo.folder / "project-id").write_text("nonsense\n")
    assert "is damaged: 'agent-tracker sync'" in repo.run("log").stderr
    repo.commit("feat: mine", env={"CLAUDECODE": "1"})
    repo.tracker("sync")
    assert repo.line()["agent"] == "claude-code"
    assert repo.project() != before
    finding = one(finding for finding in repo.json("doctor", code=1)["findings"] if "project-id" in finding["what"])
    assert "it holds no project's id" in finding["what"]
