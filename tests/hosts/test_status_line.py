"""The status line of hosts: one line from the status file, behind the user's own, and silence where there is none."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.program import TRACKER
from tests.support import Repo
from tracker.hosts.script import script_path, write_script

CODEX = {"CODEX_THREAD_ID": "01a2224f-2326-75e0-a768-0e66593123de"}


def line_of(repo: Repo, *words: str, data: bytes = b"", cwd: Path | None = None) -> str:
    done = subprocess.run(
        [*TRACKER, "statusline", *words], cwd=cwd or repo.path, env=repo.environment, input=data, capture_output=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def said(folder: Path) -> bytes:
    return json.dumps({"session_id": "s", "workspace": {"current_dir": str(folder)}, "model": {"id": "m"}}).encode()


@pytest.fixture
def worked(repo: Repo) -> Repo:
    repo.commit("feat: by codex", env=CODEX)
    repo.tracker("sync")
    return repo


def test_agent_at_work(worked: Repo) -> None:
    assert (
        line_of(worked, "codex", data=said(worked.path))
        == "codex, probation, 1 without its own grade, 1 in all for you to review\n"
    )


def test_newcomer(worked: Repo) -> None:
    assert line_of(worked, "qwen", data=said(worked.path)) == "qwen-code, new here, 1 in all for you to review\n"


def test_halted_agent(worked: Repo) -> None:
    worked.person("bug", "HEAD", "--note", "broke the build")
    assert "HALTED" in line_of(worked, "codex")


def test_in_a_folder_of_the_worktree(worked: Repo) -> None:
    (worked.path / "a" / "b").mkdir(parents=True)
    assert line_of(worked, "codex", cwd=worked.path / "a" / "b").startswith("codex, ")
    assert line_of(worked, "codex", data=said(worked.path / "a"), cwd=worked.path.parent).startswith("codex, ")


@pytest.mark.parametrize("content", ["", "[]", "{", '{"agents": 7}', '{"agents": {"codex": []}}', '{"agent_name": 3}'])
def test_damaged_status_file(worked: Repo, content: str) -> None:
    (worked.path / ".agent" / "status.json").write_text(content, encoding="utf-8")
    line_of(worked, "codex")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"workspace": 7, "cwd": []}', b"\xff" * 1000])
def test_other_input(worked: Repo, data: bytes) -> None:
    assert line_of(worked, "codex", data=data).startswith("codex, ")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("is_link", [False, True])
def test_status_file_that_is_none(worked: Repo, is_link: bool) -> None:
    path = worked.path / ".agent" / "status.json"
    path.unlink()
    if is_link:
        path.symlink_to("/dev/zero")
    else:
        os.mkfifo(path)
    assert line_of(worked, "codex") == ""


@pytest.mark.parametrize("word", ["--help", "foo"])
def test_unknown_host_gets_the_usage(worked: Repo, word: str) -> None:
    done = subprocess.run(
        [*TRACKER, "statusline", word], cwd=worked.path, env=worked.environment, input=b"", capture_output=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.startswith(b"usage: agent-tracker statusline [HOST]")


def test_words_of_a_prepared_repository(worked: Repo) -> None:
    """A repository that nobody tracks says nothing, and no other one more than a few short words."""
    sheet = {"trust_tier": "elite " * 200, "here": {"waiting_for_agent": "click https://evil.example"}, "halted": "no"}
    forged = {"agents": {"codex": sheet}, "waiting_for_user": 10**100}
    (worked.path / ".agent" / "status.json").write_text(json.dumps(forged), encoding="utf-8")
    line = line_of(worked, "codex")
    assert (line, len(line)) == (f"codex, {('elite ' * 7)[:40]}\n", 48)
    other = Repo.make(worked.path.parent / "other", worked.environment)
    (other.path / ".agent").mkdir()
    (other.path / ".agent" / "status.json").write_text(json.dumps(forged), encoding="utf-8")
    assert line_of(other, "codex") == ""


def test_in_a_linked_worktree(worked: Repo) -> None:
    worked.git("worktree", "add", "-q", "../linked")
    linked = worked.at(worked.path.parent / "linked")
    linked.commit("feat: there", env=CODEX)
    linked.tracker("sync")
    assert line_of(linked, "codex").startswith("codex, ")


def test_status_line_that_runs_itself(worked: Repo, tmp_path: Path) -> None:
    """The user's own command, which runs first, may run ours again."""
    folder = tmp_path / "hosts"
    write_script(folder)
    own = f"sh {script_path(folder)} codex status-line 1234abcd; echo mine\n"
    (folder / "status-line-1234abcd").write_text(own, encoding="utf-8")
    assert through_the_script(worked, folder).startswith("mine | codex, probation")


def test_outside_of_a_tracked_repository(untracked: Repo) -> None:
    assert line_of(untracked, "codex") == ""
    assert line_of(untracked, "codex", cwd=untracked.path.parent) == ""


def through_the_script(repo: Repo, folder: Path) -> str:
    done = subprocess.run(
        ["sh", str(script_path(folder)), "codex", "status-line", "1234abcd"], cwd=repo.path, env=repo.environment,
        input=said(repo.path), capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def test_behind_the_users_own(worked: Repo, tmp_path: Path) -> None:
    folder = tmp_path / "hosts"
    write_script(folder)
    assert through_the_script(worked, folder).startswith("codex, probation")
    (folder / "status-line-1234abcd").write_text('sed \'s/.*"id": "\\(.\\)".*/model \\1/\'\n', encoding="utf-8")
    assert through_the_script(worked, folder).startswith("model m | codex, probation")


def test_nothing_where_there_is_nothing(untracked: Repo, tmp_path: Path) -> None:
    folder = tmp_path / "hosts"
    write_script(folder)
    assert through_the_script(untracked, folder) == ""


def test_only_the_users_own_where_nothing_is_tracked(untracked: Repo, tmp_path: Path) -> None:
    folder = tmp_path / "hosts"
    write_script(folder)
    (folder / "status-line-1234abcd").write_text("echo mine\n", encoding="utf-8")
    assert through_the_script(untracked, folder) == "mine\n"


def test_nothing_heavy_is_imported(worked: Repo) -> None:
    done = subprocess.run(
        [TRACKER[0], "-X", "importtime", *TRACKER[1:], "statusline", "codex"], cwd=worked.path, env=worked.environment,
        input=said(worked.path), capture_output=True, check=True,
    )  # fmt: skip
    imported: Any = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    assert {"pathlib", "orjson", "lmdb", "pygit2", "click", "tracker.git", "tracker.project"} & imported == set()
