"""``init --instructions``, which adds a section to AGENTS.md or CLAUDE.md, and the commands that remove it."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.program import TRACKER
from tests.support import Repo
from tracker.hooks import agent_docs_section

SECTION = agent_docs_section.section().encode()
WITHOUT_OVERRIDE = [] if os.geteuid() else ["setpriv", "--bounding-set=-dac_override"]
"""Beginning of a command line that holds root to file permissions, by dropping a capability (capabilities(7))."""


def refused(repo: Repo, *arguments: str, code: int = 1) -> str:
    """Run ``init``, assert that it refuses with one sentence and changes nothing, and return the sentence."""
    done = repo.run("init", *arguments)
    assert (done.returncode, done.stdout) == (code, ""), done.stdout + done.stderr
    assert done.stderr.count("\n") == 1
    assert not repo.folder.exists()
    assert not (Path(repo.environment["XDG_DATA_HOME"]) / "agent-tracker").exists()
    return done.stderr


class TestInit:
    def test_new_file_holds_only_the_section(self, untracked: Repo) -> None:
        done = untracked.json("init", "--instructions")["done"]
        assert f"Wrote {untracked.path / 'AGENTS.md'} with the instructions for agents." in done
        assert (untracked.path / "AGENTS.md").read_bytes() == SECTION
        assert untracked.json("init", "--instructions")["done"] == []
        assert untracked.git("status", "--porcelain") == "?? AGENTS.md\n"

    def test_files_are_changed_only_on_request(self, untracked: Repo) -> None:
        place = untracked.write("CLAUDE.md", "mine")
        untracked.tracker("init")
        assert sorted(path.name for path in untracked.path.iterdir()) == [".agent", ".git", "CLAUDE.md"]
        untracked.tracker("init", "--instructions")
        with_section = place.read_bytes()
        untracked.tracker("init")
        assert place.read_bytes() == with_section != b"mine"

    def test_existing_file_is_preferred_and_outdated_section_updated(self, untracked: Repo) -> None:
        claude = untracked.write("CLAUDE.md", "for Claude\n")
        untracked.tracker("init", "--instructions")
        assert not (untracked.path / "AGENTS.md").exists()
        agents = untracked.write("AGENTS.md", "for all\n")
        outdated = claude.read_bytes().replace(b"Never edit", b"Do not edit")
        claude.write_bytes(outdated)
        assert untracked.json("init", "--instructions")["done"] == [
            f"Added the instructions for agents to {agents}.",
            f"Brought the instructions for agents up to date in {claude}.",
        ]
        assert claude.read_bytes() == agent_docs_section.add(b"for Claude\n")
        untracked.tracker("init", "--no-instructions")
        assert (agents.read_bytes(), claude.read_bytes()) == (b"for all\n", b"for Claude\n")

    def test_only_the_worktree_of_the_given_folder_is_changed(self, untracked: Repo, tmp_path: Path) -> None:
        untracked.commit()
        linked = tmp_path / "linked"
        untracked.git("worktree", "add", "-q", str(linked))
        (linked / "deep").mkdir()
        untracked.tracker("init", "--instructions", str(linked / "deep"))
        assert (linked / "AGENTS.md").read_bytes() == SECTION
        assert not (untracked.path / "AGENTS.md").exists()

    @pytest.mark.parametrize("mode", [0o600, 0o664, 0o755], ids=oct)
    def test_file_mode_is_kept(self, untracked: Repo, mode: int) -> None:
        place = untracked.write("AGENTS.md", "mine")
        place.chmod(mode)
        untracked.tracker("init", "--hooks", "none", "--instructions")
        assert place.stat().st_mode & 0o7777 == mode
        untracked.tracker("init", "--hooks", "none", "--no-instructions")
        assert place.stat().st_mode & 0o7777 == mode

    def test_commit_of_a_tracked_file_is_suggested(self, untracked: Repo) -> None:
        untracked.commit(file="AGENTS.md", text="mine\n")
        assert untracked.json("init", "--instructions")["done"][-1].endswith("AGENTS.md. git tracks it: commit that.")
        untracked.git("commit", "-qam", "docs: instructions")
        assert untracked.json("init", "--no-instructions")["done"][-1].endswith("git tracks it: commit that.")
        assert untracked.git("diff", "HEAD~1") == ""


class TestRemoval:
    @pytest.mark.parametrize(
        ("text", "command"),
        [
            (b"", ["uninstall"]),
            (b"no line end", ["init", "--no-instructions"]),
            (b"# Title\r\n\r\ntext\r\n", ["uninstall"]),
            (b"title\r\nno line end", ["init", "--no-instructions"]),
            (b"not \xff UTF-8\n\n", ["uninstall"]),
        ],
        ids=["empty", "no-line-end", "crlf", "crlf-no-line-end", "not-utf-8"],
    )
    def test_text_is_restored_byte_for_byte(self, untracked: Repo, text: bytes, command: list[str]) -> None:
        place = untracked.write("AGENTS.md", text)
        untracked.tracker("init", "--hooks", "none", "--instructions")
        assert place.read_bytes() == agent_docs_section.add(text)
        assert f"Took the instructions for agents out of {place}." in untracked.tracker(*command)
        assert place.read_bytes() == text

    def test_file_with_nothing_else_is_removed(self, untracked: Repo) -> None:
        untracked.tracker("init", "--instructions")
        assert f"Removed {untracked.path / 'AGENTS.md'}, which held" in untracked.tracker("uninstall")
        assert [path.name for path in untracked.path.iterdir()] == [".git"]

    def test_file_with_text_of_the_user_is_kept(self, untracked: Repo) -> None:
        untracked.tracker("init", "--instructions")
        place = untracked.path / "AGENTS.md"
        place.write_bytes(b"# Mine\n" + place.read_bytes())
        untracked.tracker("uninstall")
        assert place.read_bytes() == b"# Mine\n"

    def test_both_files_of_every_worktree_are_restored(self, untracked: Repo, tmp_path: Path) -> None:
        untracked.commit()
        linked = untracked.at(tmp_path / "linked")
        untracked.git("worktree", "add", "-q", str(linked.path))
        linked.write("CLAUDE.md", "mine")
        untracked.tracker("init", "--instructions")
        linked.tracker("init", "--instructions")
        linked.write("AGENTS.md", "for all")
        linked.tracker("init", "--instructions")
        untracked.tracker("uninstall")
        assert not (untracked.path / "AGENTS.md").exists()
        assert (linked.path / "CLAUDE.md").read_text() == "mine"
        assert (linked.path / "AGENTS.md").read_text() == "for all"

    def test_file_of_a_worktree_that_only_a_variable_names_is_restored(self, untracked: Repo, tmp_path: Path) -> None:
        untracked.git("init", "-q", "--bare", str(tmp_path / "bare.git"))
        place = untracked.at(tmp_path / "place")
        place.write("AGENTS.md", "mine")
        named = {"GIT_DIR": str(tmp_path / "bare.git"), "GIT_WORK_TREE": str(place.path)}
        place.tracker("init", "--instructions", env=named)
        assert (place.path / "AGENTS.md").read_bytes() == agent_docs_section.add(b"mine")
        place.tracker("uninstall", env=named)
        assert (place.path / "AGENTS.md").read_text() == "mine"

    def test_files_without_the_section_are_not_written(self, untracked: Repo, tmp_path: Path) -> None:
        outside = tmp_path / "outside.md"
        outside.write_bytes(b"theirs\n" + SECTION)
        (untracked.path / "AGENTS.md").symlink_to(outside)
        place = untracked.write("CLAUDE.md", "mine")
        before = place.stat()
        untracked.tracker("init")
        assert "instructions" not in untracked.tracker("uninstall")
        assert (place.stat().st_ino, place.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
        assert outside.read_bytes() == b"theirs\n" + SECTION

    def test_uninstall_skips_a_section_without_end_mark(self, untracked: Repo) -> None:
        untracked.tracker("init", "--instructions")
        place = untracked.path / "AGENTS.md"
        cut = place.read_bytes().removesuffix(b"<!-- agent-tracker:end -->\n")
        place.write_bytes(cut)
        assert f"{place} is left as it is, since" in untracked.tracker("uninstall")
        assert place.read_bytes() == cut
        assert not untracked.folder.exists()


class TestLinks:
    @pytest.mark.parametrize("target", ["docs/agents.md", "CLAUDE.md"])
    def test_link_within_the_worktree_is_followed(self, untracked: Repo, target: str) -> None:
        place = untracked.write(target, "mine\n")
        link = untracked.path / "AGENTS.md"
        link.symlink_to(target)
        untracked.git("add", "-A")
        assert f"to {place}. git tracks it" in untracked.tracker("init", "--instructions")
        assert (link.is_symlink(), place.read_bytes()) == (True, agent_docs_section.add(b"mine\n"))
        untracked.tracker("uninstall")
        assert (link.is_symlink(), place.read_bytes()) == (True, b"mine\n")

    def test_link_out_of_the_worktree_is_refused(self, untracked: Repo, tmp_path: Path) -> None:
        outside = tmp_path / "outside.md"
        outside.write_text("theirs")
        (untracked.path / "within.md").symlink_to(outside)
        (untracked.path / "AGENTS.md").symlink_to("within.md")
        assert f"out of the worktree, to {outside}: nothing" in refused(untracked, "--instructions")
        assert outside.read_text() == "theirs"

    def test_link_through_a_linked_folder_is_refused(self, untracked: Repo, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "a.md").write_text("theirs")
        (untracked.path / "folder").symlink_to(tmp_path / "folder")
        (untracked.path / "CLAUDE.md").symlink_to("folder/a.md")
        assert "out of the worktree" in refused(untracked, "--instructions")

    def test_link_into_the_git_directory_is_refused(self, untracked: Repo) -> None:
        (untracked.path / "AGENTS.md").symlink_to(".git/description")
        before = (untracked.path / ".git" / "description").read_bytes()
        assert "git's own folder" in refused(untracked, "--instructions")
        assert (untracked.path / ".git" / "description").read_bytes() == before

    def test_dangling_link_is_refused(self, untracked: Repo, tmp_path: Path) -> None:
        for target in ("AGENTS.md", "missing.md", str(tmp_path / "missing.md")):
            (untracked.path / "AGENTS.md").symlink_to(target)
            assert "leads nowhere" in refused(untracked, "--instructions")
            (untracked.path / "AGENTS.md").unlink()
        assert not (tmp_path / "missing.md").exists()


class TestRefusals:
    def test_folder_and_pipe(self, untracked: Repo) -> None:
        place = untracked.path / "AGENTS.md"
        place.mkdir()
        assert "is no regular file" in refused(untracked, "--instructions")
        place.rmdir()
        os.mkfifo(place)
        assert "is no regular file" in refused(untracked, "--instructions")
        untracked.tracker("init", "--no-instructions")
        untracked.tracker("uninstall")

    @pytest.mark.parametrize("flag", ["--instructions", "--no-instructions"])
    def test_missing_end_mark(self, untracked: Repo, flag: str) -> None:
        cut = b"mine\n" + SECTION.removesuffix(b"<!-- agent-tracker:end -->\n")
        place = untracked.write("CLAUDE.md", cut)
        assert f"{place} is left as it is, since" in refused(untracked, flag)
        assert place.read_bytes() == cut

    def test_read_only_file(self, untracked: Repo) -> None:
        place = untracked.write("AGENTS.md", "mine")
        place.chmod(0o444)
        words = [*WITHOUT_OVERRIDE, *TRACKER, "init", "--instructions"]
        done = subprocess.run(
            words, cwd=untracked.path, env=untracked.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1, done.stderr
        assert done.stderr == f"agent-tracker: {place} cannot be written, so it is left as it is.\n"
        assert not untracked.folder.exists()
        assert place.read_text() == "mine"

    def test_utf_16_and_too_large_files(self, untracked: Repo) -> None:
        untracked.write("AGENTS.md", "mine".encode("utf-16"))
        assert "NUL bytes" in refused(untracked, "--instructions")
        untracked.write("AGENTS.md", b"x" * ((4 << 20) + 1))
        assert "larger than 4 MiB" in refused(untracked, "--instructions")

    def test_bare_repository(self, tmp_path: Path, environment: dict[str, str]) -> None:
        bare = Repo.make(tmp_path / "bare.git", environment, "--bare")
        assert "has no worktree here" in refused(bare, "--instructions", code=2)
        bare.tracker("init", "--no-instructions")
        bare.tracker("uninstall")


def test_uninstall_in_a_clone_leaves_the_section_that_others_committed(untracked: Repo, tmp_path: Path) -> None:
    untracked.tracker("init", "--instructions")
    untracked.git("add", "AGENTS.md")
    untracked.git("commit", "-q", "-m", "docs: how agents find where they stand")
    clone = untracked.clone(tmp_path / "clone")
    clone.tracker("init")
    assert "keeps its section for agents, since git tracks it" in clone.tracker("uninstall")
    assert clone.git("status", "--porcelain") == ""
    assert "git tracks it: commit that" in untracked.tracker("uninstall")
    assert untracked.git("status", "--porcelain") == " D AGENTS.md\n"
