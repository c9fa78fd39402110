"""Programs that put their hooks in front of ours and are removed again, one or several of them, in any order."""

import shutil
from pathlib import Path

import pytest

from tests.doctor import findings
from tests.hooks.noting_hooks import make_hook, note_command
from tests.support import Repo


@pytest.fixture
def users(untracked: Repo, hooks_dir: Path, notes: Path) -> Path:
    """The user's hook, which agent-tracker has kept."""
    hook = make_hook(hooks_dir / "post-commit", f"#!/bin/sh\n{note_command('users')}\n")
    untracked.tracker("init")
    return hook


def ran(repo: Repo, notes: Path) -> list[str]:
    """Return the programs whose hooks run at a commit."""
    notes.write_text("")
    repo.git("commit", "-q", "--allow-empty", "-m", "feat: one")
    return notes.read_text().split()


def put_in_front(hook: Path, name: str, *, runs: bool = True) -> Path:
    """Rename a hook, put another program's in its place, and return the path of the renamed one."""
    moved = hook.with_name(f"{hook.name}.before-{name}")
    hook.rename(moved)
    passing = f'"$(dirname "$0")/{moved.name}" "$@"' if runs else ":"
    make_hook(hook, f"#!/bin/sh\n{note_command(name)}\n{passing}\n")
    return moved


@pytest.mark.parametrize("installed", [1, 2])
def test_program_that_ran_only_its_own_hook_is_removed(
    untracked: Repo, users: Path, notes: Path, installed: int
) -> None:
    """It was kept by ``init``, and its removal puts back the file of ours that it had found."""
    original = (users.parent / "post-commit.agent-tracker-kept").read_bytes()
    moved = users.with_name("post-commit.before-tool")
    for _ in range(installed):
        put_in_front(users, "tool", runs=False)
        untracked.tracker("init")
        assert ran(untracked, notes) == ["tool"]
    moved.replace(users)
    assert ran(untracked, notes) == ["users"]
    assert any("is older than the hook kept last" in found["what"] for found in findings(untracked))
    assert "stays as post-commit.agent-tracker-replaced" in untracked.tracker("init")
    assert not findings(untracked)
    assert ran(untracked, notes) == ["users"]
    untracked.tracker("uninstall")
    assert users.read_bytes() == original
    assert ran(untracked, notes) == ["users"]


def test_copy_of_ours_is_put_back(untracked: Repo, users: Path, notes: Path) -> None:
    backup = users.with_name("post-commit.backup")
    shutil.copy2(users, backup)
    make_hook(users, f"#!/bin/sh\n{note_command('tool')}\n")
    untracked.tracker("init")
    assert ran(untracked, notes) == ["tool"]
    shutil.copy2(backup, users)
    assert ran(untracked, notes) == ["users"]
    untracked.tracker("uninstall")
    assert ran(untracked, notes) == ["users"]
    assert backup.read_bytes() == users.read_bytes()


def test_file_from_before_any_hook_was_kept_is_put_back(
    untracked: Repo, hooks_dir: Path, notes: Path, tmp_path: Path
) -> None:
    untracked.tracker("init")
    hook = hooks_dir / "post-commit"
    backup = shutil.copy2(hook, tmp_path / "backup")
    make_hook(hook, f"#!/bin/sh\n{note_command('tool')}\n")
    untracked.tracker("init")
    assert ran(untracked, notes) == ["tool"]
    shutil.copy2(backup, hook)
    assert ran(untracked, notes) == []
    untracked.tracker("uninstall")
    assert not hook.exists()


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.whole
def test_three_programs_in_a_chain(untracked: Repo, users: Path, notes: Path, again: bool) -> None:
    """Doctor follows the names from one hook to the next, so ``init`` puts nothing in front of them."""
    original = (users.parent / "post-commit.agent-tracker-kept").read_bytes()
    moved = [put_in_front(users, name) for name in ("first", "second", "third")]
    assert not findings(untracked)
    if again:
        untracked.tracker("init")
    assert ran(untracked, notes) == ["third", "second", "first", "users"]
    for path in reversed(moved):
        path.replace(users)
    assert not findings(untracked)
    assert ran(untracked, notes) == ["users"]
    untracked.tracker("uninstall")
    assert users.read_bytes() == original


@pytest.mark.whole
def test_uninstall_while_two_programs_were_kept_in_turn(untracked: Repo, users: Path, notes: Path) -> None:
    """Each of our files leaves the hook that it kept, so that the chain is the one that would be there without us."""
    for name in ("zeta", "alpha"):
        hidden = put_in_front(users, name, runs=False)
        users.write_text(users.read_text().replace(":\n", f'p=before; "$(dirname "$0")"/post-commit.$p-{name} "$@"\n'))
        untracked.tracker("init")
        assert hidden.exists()
    assert ran(untracked, notes) == ["alpha", "zeta", "users"]
    untracked.tracker("uninstall")
    assert ran(untracked, notes) == ["alpha", "zeta", "users"]
    assert not [path for path in users.parent.iterdir() if "agent-tracker" in path.name]


@pytest.mark.parametrize(
    "line",
    [
        "command -v no-such-program >/dev/null || exit 0",
        "if ! command -v no-such-program >/dev/null; then exit 0; fi",
        "return 0 2>/dev/null || exit 0",
        "[ -d no-such-folder ] || exec true",
        "kill $$",
    ],
)
def test_lines_before_ours_that_may_end_the_hook_are_seen_and_mended(
    untracked: Repo, users: Path, notes: Path, line: str
) -> None:
    first, _, rest = users.read_text().partition("\n")
    users.write_text(f"{first}\n{line}\n{rest}")
    assert any("may end before the lines" in found["what"] for found in findings(untracked))
    untracked.tracker("init")
    assert not findings(untracked)
    assert ran(untracked, notes) == ["users"]
    assert line in users.read_text()


@pytest.mark.parametrize("command", ["init", "uninstall"])
def test_truncated_file_of_ours_loses_no_hook(untracked: Repo, users: Path, notes: Path, command: str) -> None:
    users.write_text("".join(users.read_text().splitlines(keepends=True)[:20]))
    untracked.tracker(command)
    assert ran(untracked, notes) == ["users"]


def test_kept_hook_that_the_user_put_there_runs(untracked: Repo, users: Path, notes: Path) -> None:
    kept = users.with_name("post-commit.agent-tracker-kept")
    away = kept.rename(users.with_name("away"))
    untracked.tracker("init")
    assert ran(untracked, notes) == []
    away.rename(kept)
    untracked.tracker("init")
    assert ran(untracked, notes) == ["users"]
    untracked.tracker("uninstall")
    assert ran(untracked, notes) == ["users"]


def test_helper_of_a_hook_that_names_a_like_file_is_not_followed(untracked: Repo, users: Path, notes: Path) -> None:
    users.rename(users.with_name("post-commit.old"))
    make_hook(users.parent / "lib" / "notify", '#!/bin/sh\nmv "$log" "$log.old"\n')
    make_hook(users, f'#!/bin/sh\n{note_command("tool")}\n: "${{0%/*}}/lib/notify"\n')
    assert any("does not run agent-tracker" in found["what"] for found in findings(untracked))
    untracked.tracker("init")
    untracked.commit("feat: one", env={"CLAUDECODE": "1"})
    assert untracked.line()["agent"] == "claude-code"


def test_program_that_runs_ours_by_no_name_has_written_its_hook_again(
    untracked: Repo, users: Path, notes: Path, tmp_path: Path
) -> None:
    """Its older hook, put in place of the file that it runs, would run itself without end."""
    program = make_hook(tmp_path / "program", f'#!/bin/sh\n"{users}.before" "$@"\n')
    for number in (1, 2):
        users.rename(f"{users}.before")
        make_hook(users, f"#!/bin/sh\n# {number}\n{note_command('tool')}\nexec {program}\n")
        if number == 1:
            untracked.tracker("init")
    untracked.tracker("uninstall")
    assert ran(untracked, notes) == ["tool", "users"]


def test_part_that_stays_still_runs_what_it_kept(untracked: Repo, users: Path, notes: Path) -> None:
    moved = put_in_front(users, "tool", runs=False)
    users.write_text(users.read_text() + "exit 0\n")
    untracked.tracker("init")
    users.write_text(users.read_text() + note_command("added") + "\n")
    said = untracked.tracker("uninstall")
    assert "so it stays as it is" in said
    assert "is no longer agent-tracker's" not in said
    assert ran(untracked, notes) == ["tool", "added"]
    assert ran_file(moved, notes, untracked) == ["users"]


def ran_file(path: Path, notes: Path, repo: Repo) -> list[str]:
    """Return the programs that a hook file runs."""
    notes.write_text("")
    repo.git("-c", f"alias.run-file=!'{path}'", "run-file")
    return notes.read_text().split()


def test_hooks_directory_inside_another_one(untracked: Repo, users: Path, notes: Path) -> None:
    team = users.parent / "team"
    text = f"#!/bin/sh\n{note_command('team')}\n"
    make_hook(team / "post-commit", text)
    untracked.git("config", "core.hooksPath", str(team))
    untracked.tracker("init")
    assert ran(untracked, notes) == ["team"]
    untracked.git("config", "--unset", "core.hooksPath")
    untracked.tracker("uninstall")
    assert (team / "post-commit").read_text() == text
    assert ran(untracked, notes) == ["users"]
