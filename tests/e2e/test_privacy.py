"""The statements of docs/privacy.md: no connection, no word that is not to be kept, and no file in other places."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.program import TRACKER
from tests.support import Repo

SECRETS: Final = {
    "the content of a file": "contentword",
    "the body of a message": "bodyword",
    "a trailer that names no agent": "trailerword",
    "a variable": "variableword",
    "the address of a remote": "addressword",
}
FILE: Final = "fileword"
"""The name of a file: kept in the repository's own folder only."""
KEPT: Final = {"the subject": "subjectword", "a branch": "branchword", "a note": "noteword"}
CLAUDE: Final = {"CLAUDECODE": "1", "SOME_TOKEN": SECRETS["a variable"]}


def work(repo: Repo) -> None:
    """Commit with all the words, and run the commands that read most."""
    body = f"{SECRETS['the body of a message']}\n\nSeen-by: {SECRETS['a trailer that names no agent']}"
    message = f"feat: {KEPT['the subject']}\n\n{body}"
    content = f"{SECRETS['the content of a file']}\n"
    repo.git("remote", "add", "origin", f"https://ada:{SECRETS['the address of a remote']}@git.example.com/x.git")
    repo.git("switch", "-q", "-c", KEPT["a branch"])
    repo.commit(message, file=f"{FILE}.py", text=content, env=CLAUDE)
    repo.tracker("grade", "--agent", "good", "--agent-note", KEPT["a note"], env=CLAUDE)
    for words in ("outcomes", "log", "status", "recommend", "report", "verify", "sync"):
        repo.tracker(words)


def written(folder: Path) -> Iterator[bytes]:
    """Yield the text of every file that agent-tracker wrote, also of what is compressed in it."""
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            yield content
            for begin in (found.start() for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content)):
                try:
                    yield zlib.decompressobj().decompress(content[begin:])
                except zlib.error:
                    continue  # these two bytes begin nothing compressed


def test_only_what_the_page_lists_is_kept(repo: Repo, tmp_path: Path) -> None:
    work(repo)
    of_user = b"\n".join(written(tmp_path / "home" / "data"))
    everything = b"\n".join([of_user, *written(repo.folder), *written(repo.path / ".agent")])
    assert {what for what, word in KEPT.items() if word.encode() not in everything} == set()
    assert {what for what, word in SECRETS.items() if word.encode() in everything} == set()
    assert FILE.encode() in everything
    assert FILE.encode() not in of_user


def test_nothing_is_written_in_other_places_of_the_home_directory(repo: Repo, tmp_path: Path) -> None:
    work(repo)
    found = {path.relative_to(tmp_path / "home") for path in (tmp_path / "home").rglob("*") if path.is_file()}
    assert {path for path in found if path.parts[:2] != ("data", "agent-tracker")} == {Path("gitconfig")}
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "home" / "data" / "agent-tracker").rglob("*.mdb")} == {
        0
    }


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace, which .ci/run installs")
def test_no_connection_is_made(untracked: Repo, tmp_path: Path) -> None:
    untracked.commit("feat: before")
    (tmp_path / "day.sh").write_text(
        "set -e\n"
        "agent-tracker init --backfill --guard --instructions\n"
        "git config agent-tracker.mode sync\n"
        "export CLAUDECODE=1 CLAUDE_CODE_SESSION_ID=0b1f2c3d-aaaa-4bbb-8ccc-1234567890ab\n"
        'git commit -q --allow-empty -m "feat: x"\n'
        "agent-tracker grade --agent good\n"
        "unset CLAUDECODE CLAUDE_CODE_SESSION_ID\n"
        "for word in log status outcomes recommend report doctor verify sync; do agent-tracker $word; done\n"
        "agent-tracker report --html page.html\n"
        "agent-tracker lessons x\n"
        "agent-tracker uninstall\n",
        encoding="utf-8",
    )
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "agent-tracker").write_text(f'#!/bin/sh\nexec {shlex.join(TRACKER)} "$@"\n', encoding="utf-8")
    (tmp_path / "bin" / "agent-tracker").chmod(0o755)
    environment = untracked.environment | {"PATH": f"{tmp_path / 'bin'}{os.pathsep}{untracked.environment['PATH']}"}
    trace = tmp_path / "trace"
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=network,execve", "-o", str(trace)]
    done = subprocess.run(
        [*strace, "sh", str(tmp_path / "day.sh")],
        cwd=untracked.path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    assert any(sys.executable in line for line in lines)
    assert [line for line in lines if re.match(r"\d+ +(socket|connect|sendto|sendmsg|bind)\(", line)] == []
