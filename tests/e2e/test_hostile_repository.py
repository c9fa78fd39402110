"""Untrusted repositories: code in them is not run, links are not followed, and text reaches no terminal unchecked."""

from pathlib import Path

import pytest

from tests.support import Repo

TRAP_FILES = (
    "tracker/__init__.py", "tracker/__main__.py", "lmdb.py", "orjson.py", "pygit2.py", "sitecustomize.py",
    "usercustomize.py", "platformdirs.py", "os.py", "tracker.py", "click.py",
)  # fmt: skip


@pytest.mark.parametrize("mode", ["detached", "sync"])
def test_code_in_repository_is_not_run(repo: Repo, tmp_path: Path, mode: str) -> None:
    trace = tmp_path / "trace"
    repo.git("config", "agent-tracker.mode", mode)
    for name in TRAP_FILES:
        repo.write(name, f"open({str(trace)!r}, 'a').write({name!r})\n")
    trap = repo.write("git", f"#!/bin/sh\necho git >>'{trace}'\n")
    trap.chmod(0o755)
    repo.git("add", "-A")
    for hijack in ({}, {"PYTHONPATH": "."}, {"PYTHONPATH": str(repo.path), "PYTHONSTARTUP": "lmdb.py"}):
        repo.git("commit", "-q", "--allow-empty", "-m", "feat: a trap", env=hijack)
        repo.git("commit", "-q", "--amend", "--allow-empty", "-m", "feat: trap", env=hijack)
        repo.settle()
    assert not trace.exists()
    assert len(repo.assert_recorded()) == 3


@pytest.mark.recorded_later
def test_status_runs_no_program_of_the_configuration(repo: Repo, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    trap = repo.write("trap", f"#!/bin/sh\necho x >>'{trace}'\ncat\n")
    trap.chmod(0o755)
    repo.commit("feat: one", file="a.txt")
    settings = (
        "filter.trap.clean", "filter.trap.smudge", "filter.trap.process", "diff.trap.textconv", "diff.trap.command",
        "diff.external", "merge.trap.driver", "core.pager", "pager.status", "core.fsmonitor", "core.editor",
        "core.askPass", "core.sshCommand", "gpg.program",
    )  # fmt: skip
    for name in settings:
        repo.git("config", name, str(trap))
    repo.git("config", "filter.trap.required", "true")
    repo.write(".gitattributes", "* filter=trap diff=trap merge=trap\n")
    repo.write("a.txt", "changed, of another size\n")
    assert repo.json("status")["uncommitted_changes"] == 3  # with .gitattributes and the trap itself
    assert not trace.exists()
    repo.git("status", code=None)
    assert trace.exists()  # git itself does run it


def test_nothing_is_written_through_symbolic_link_of_folder(repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "status.json").write_text("mine")
    (repo.path / ".agent" / "status.json").unlink(missing_ok=True)
    for name in (".agent/.gitignore", ".agent"):
        place = repo.path / name
        if place.is_dir():
            place.rmdir()
        elif place.exists():
            place.unlink()
    (repo.path / ".agent").symlink_to(outside)
    repo.commit("feat: one")
    repo.settle()
    assert len(repo.assert_recorded()) == 1
    assert (outside / "status.json").read_text() == "mine"
    assert [path.name for path in outside.iterdir()] == ["status.json"]
    findings = repo.json("doctor", code=1)["findings"]
    assert "symbolic link" in findings[0]["what"]
    repo.tracker("uninstall")
    assert (outside / "status.json").read_text() == "mine"


def test_symbolic_link_of_status_file_is_replaced(repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text("mine")
    for name in ("status.json", ".gitignore"):
        (repo.path / ".agent" / name).unlink(missing_ok=True)
        (repo.path / ".agent" / name).symlink_to(outside)
    repo.commit("feat: one")
    repo.settle()
    assert outside.read_text() == "mine"
    assert repo.status_file()["head"]["oid"] == repo.head()


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.whole
def test_file_or_folder_in_place_of_status_file_is_kept(repo: Repo, kind: str) -> None:
    for path in sorted((repo.path / ".agent").iterdir()):
        path.unlink()
    if kind == "file":
        (repo.path / ".agent").rmdir()
        (repo.path / ".agent").write_text("mine")
    else:
        (repo.path / ".agent" / "status.json").mkdir()
    repo.commit("feat: one", file="a.txt")
    repo.settle()
    assert len(repo.assert_recorded()) == 1
    assert repo.json("doctor", code=1)["findings"]


def test_tracked_status_file_is_unchanged(untracked: Repo) -> None:
    untracked.write(".agent/status.json", "{}\n")
    untracked.git("add", "-f", ".agent")
    untracked.git("commit", "-q", "-m", "chore: tracked")
    untracked.tracker("init")
    untracked.commit("feat: one")
    untracked.settle()
    assert untracked.git("status", "--porcelain") == ""
    assert any("rm -q --cached" in finding["mend"] for finding in untracked.json("doctor", code=1)["findings"])


RAW_COMMITS = (
    (
        b"author \x1b]0;pwned\x07 <\x9b31m@x> 99999999999999999999 +9999\ncommitter <> 0 -0000\n\n"
        b"\x1b[2Jwipe\r\n\tX: y\x00z"
    ),
    b"author\ncommitter\n\n",
    b"author A <a@x> -5 +0100\ncommitter A <a@x> 5 +0100\nencoding nonsense\n\n\xff\xfe",
    b"author A <a<b>@x> 12 +0530\ncommitter A <a@x> 5\nencoding utf-7\n\n+AGE-",
    b"author A <a@x> 12 +0530\ncommitter A <a@x> 5 +0000\nencoding idna\n\n" + b"x" * 3_000_000,
    b"author A <a@x> 12 +0530\ncommitter A <a@x> 5 +0000\ngpgsig -----BEGIN\n parent 1234\n -----END\n\nsubject",
    b"author A <a@x> 12 +0530\ncommitter A <a@x> 253402300800 +0000\n\n" + b"Co-authored-by: " * 5000,
)


def test_malformed_commits_are_recorded_and_shown_safely(repo: Repo) -> None:
    """They have times out of range, control characters in names, wrong encodings and huge messages."""
    repo.commit("feat: well-formed")
    tree = repo.head("HEAD^{tree}")
    parent = repo.head()
    for raw in RAW_COMMITS:
        data = f"tree {tree}\nparent {parent}\n".encode() + raw
        parent = repo.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=data).strip()
    repo.git("update-ref", "refs/heads/main", parent)
    lines = repo.assert_recorded()
    assert len(lines) == 1 + len(RAW_COMMITS)
    for command in (["log"], ["log", "--json"], ["log", "--summary"], ["status"], ["status", "--json"], ["doctor"]):
        shown = repo.tracker(*command)
        assert all(character.isprintable() or character in "\n\t" for character in shown), repr(shown)
    second_ledger = {"AGENT_TRACKER_LEDGER": "again.lmdb"}
    repo.tracker("backfill", env=second_ledger)
    repo.assert_recorded(env=second_ledger)


@pytest.mark.parametrize(
    "name", ["with space", "quo'te\"s", "dol$(touch pwned)lar", "ünï-日本", "-dash", "back\\slash"]
)
@pytest.mark.whole
def test_unusual_characters_in_paths_and_branches(tmp_path: Path, environment: dict[str, str], name: str) -> None:
    repo = Repo.make(tmp_path / name, environment | {"AGENT_TRACKER_LEDGER": str(tmp_path / f"l {name}" / "ledger")})
    repo.tracker("init")
    repo.git("switch", "-q", "-c", "bränch/$HOME'x")
    repo.commit("feat: one", file=name.strip("-") + ".txt", env={"CLAUDECODE": "1"})
    repo.git("worktree", "add", "-q", "-b", "other", str(tmp_path / f"tree {name}"))
    repo.at(tmp_path / f"tree {name}").commit("feat: two", file="two.txt")
    repo.settle()
    assert {line["learnt"] for line in repo.assert_recorded()} == {"post-commit"}
    assert not list(tmp_path.rglob("pwned"))
    repo.tracker("uninstall")
    assert not list((repo.path / ".git" / "hooks").glob("post-*[a-z]")) or all(
        path.suffix == ".sample" for path in (repo.path / ".git" / "hooks").iterdir()
    )


@pytest.mark.parametrize("linked", [False, True], ids=["main worktree", "linked worktree"])
def test_line_break_in_the_path_of_a_repository(tmp_path: Path, environment: dict[str, str], linked: bool) -> None:
    repo = Repo.make(tmp_path / "a\nb", environment)
    repo.tracker("init")
    repo.commit("feat: one", env={"CLAUDECODE": "1"})
    place = repo
    if linked:
        repo.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "c\nd"))
        place = repo.at(tmp_path / "c\nd")
    place.commit("feat: two", env={"CLAUDECODE": "1"})
    place.tracker("sync")
    assert [line["agent"] for line in repo.log()] == ["claude-code", "claude-code"]
    assert place.run("doctor").returncode in {0, 1}
    repo.tracker("uninstall")
