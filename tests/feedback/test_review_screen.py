"""The screen of each commit in a review, in terminals of several sizes; suggested bugs; commits that came by fetch."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.feedback.output import CLAUDE, CO_AUTHOR, grades_of, sheet
from tests.feedback.reviewing import add, first_screen, review
from tests.support import Repo

pytestmark = pytest.mark.recorded_later

PROMPT = "> "
SIZES = [(80, 24), (60, 15), (140, 50)]


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_fits_the_terminal(size: tuple[int, int], work: Repo) -> None:
    columns, rows = size
    lines = "".join(f"\tvalue = {number}  # 漢字 {'x' * number}\r\n" for number in range(200))
    add(work, "feat: root " + "s" * 300, {"a.py": lines}, "-m", "\n".join(f"why {number}" for number in range(40)))
    add(work, "feat: many", {f"{'deep/' * 30}{number} 漢字.txt": f"{number}\n" for number in range(60)})
    add(work, "chore: binary", {"b.dat": bytes(range(256)) * 100})
    add(work, "chore: one long line", {"min.js": "x" * 3_000_000})
    add(work, "chore: nothing", {}, "--allow-empty")
    work.tracker("sync")
    terminal = review(work, size=size)
    for number in range(5):
        shown = terminal.expect(PROMPT).splitlines()
        screen = shown[shown.index("") + 1 :] if number else shown[1:]
        assert screen[0].startswith(f"{number + 1} of 5  ")
        assert max(map(cell_len, screen)) <= columns, screen
        assert len(shown) <= rows, shown  # with the answer to the key before
        terminal.press("s")
    assert terminal.finish() == 0


def test_message_files_and_diff_are_shown_in_gits_colours(work: Repo) -> None:
    add(work, "feat: first", {"a.py": "one\ntwo\n"})
    add(work, "fix: second", {"a.py": "one\n-- three\n", "b/c.py": "new\n"}, "-m", "Since two was wrong.")
    add(work, "fix: third", {"a.py": "one\n"})
    work.tracker("sync")
    terminal = review(work)
    shown = terminal.expect(PROMPT)
    assert "--- three" in shown  # a removed line, which looks like a header
    terminal.press("s")
    shown = terminal.expect(PROMPT)
    for part in (
        "2 of 3",
        "  fix: second\n",
        "  Since two was wrong.\n",
        "    +1 -1  a.py\n",
        "    +1 -0  b/c.py\n",
    ):
        assert part in shown
    assert "\n-two\n+-- three\n" in shown
    for part in ("\x1b[31m-two\x1b[m", "\x1b[32m+-- three\x1b[m", "\x1b[36m@@ -1,2 +1,2 @@\x1b[m", "\x1b[1mdiff --git"):
        assert part in terminal.raw
    terminal.press("q")
    assert terminal.finish() == 0


def test_merges_roots_binaries_and_empty_commits(work: Repo) -> None:
    add(work, "feat: root", {"a": "one\n"})
    assert "new file mode 100644" in first_screen_after_sync(work)
    work.git("switch", "-q", "-c", "topic")
    add(work, "feat: topic", {"a": "topic\n", "b": "b\n"})
    work.git("switch", "-q", "main")
    add(work, "feat: main", {"a": "main\n"})
    work.git("merge", "-q", "topic", env=CLAUDE, code=1)
    add(work, "merge: both", {"a": "both\n"})
    shown = first_screen_after_sync(work)
    assert "a merge of 2 commits" in shown
    assert "\n- main\n -topic\n++both\n" in shown
    work.git("switch", "-q", "-c", "other")
    add(work, "feat: other", {"c": "c\n"})
    work.git("switch", "-q", "main")
    work.git("merge", "-q", "--no-ff", "-m", "merge: clean", "other", env=CLAUDE)
    assert "it only joins its parents" in first_screen_after_sync(work)
    add(work, "chore: empty", {}, "--allow-empty")
    assert "it changes no file" in first_screen_after_sync(work)
    add(work, "chore: binary", {"b.dat": b"\0\1\2" * 9})
    shown = first_screen_after_sync(work)
    assert "    -  b.dat" in shown
    assert "Binary files /dev/null and b/b.dat differ" in shown


def first_screen_after_sync(repo: Repo) -> str:
    repo.tracker("sync")
    return first_screen(repo)


def test_control_characters_of_message_path_and_content_are_not_passed_on(work: Repo) -> None:
    evil = "\x1b]0;owned\x07 \x1b[8mhidden \u202egnp.exe"
    add(work, f"feat: {evil}", {f"a{evil}.txt": f"{evil}\n"}, "-m", f"body {evil}")
    work.tracker("sync")
    terminal = review(work)
    terminal.expect(PROMPT)
    terminal.press("q")
    terminal.finish()
    for sequence in ("\x1b]", "\x1b[8m", "\u202e", "\x07"):
        assert sequence not in terminal.raw
    assert "?]0;owned? ?[8mhidden ?gnp.exe" in terminal.shown


def test_agents_grade_in_the_message_stays_hidden(work: Repo) -> None:
    trailers = [
        "--trailer",
        "Agent-Grade: excellence",
        "--trailer",
        "Agent-Note: flawless work",
        "--trailer",
        "Why: asked",
    ]
    add(work, "feat: graded", {"a": "a\n"}, *trailers)
    work.tracker("sync")
    terminal = review(work)
    shown = terminal.expect(PROMPT)
    assert "Why: asked" in shown
    assert "Agent-Grade" not in shown
    assert "flawless" not in shown
    terminal.press("g")
    terminal.expect("claude-code: excellence (flawless work)")
    assert terminal.finish() == 0


def test_sha256_repository(untracked: Repo, tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "long", untracked.environment, "--object-format=sha256")
    repo.tracker("init")
    repo.record_later()
    add(repo, "feat: long names", {"a": "a\n"})
    repo.tracker("sync")
    assert "\n+a\n" in first_screen(repo)


def test_linked_work_tree(work: Repo, tmp_path: Path) -> None:
    add(work, "feat: one", {"a": "a\n"})
    work.git("worktree", "add", "-q", str(tmp_path / "tree"))
    assert "\n+a\n" in first_screen_after_sync(work.at(tmp_path / "tree"))


def test_objects_that_are_gone_are_said_and_the_commit_can_be_graded(work: Repo) -> None:
    add(work, "feat: first", {"a": "a\n"})
    add(work, "feat: second", {"a": "b\n"})
    work.tracker("sync")
    blob = work.head("HEAD:a")
    (work.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    terminal = review(work)
    assert "git cannot read all that it changed" in terminal.expect(PROMPT)
    terminal.press("g")
    terminal.expect("2 of 2")
    terminal.press("q")
    assert terminal.finish() == 0
    assert grades_of(work, "feat: second") == (None, 2)


def test_partial_clone_fetches_nothing(work: Repo, tmp_path: Path) -> None:
    work.commit("feat: first", file="a", text="a\n", options=CO_AUTHOR)
    work.commit("feat: second", file="a", text="b\n", options=CO_AUTHOR)
    work.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "partial"
    work.git("clone", "-q", "--filter=blob:none", f"file://{work.path}", str(clone))
    partial = work.at(clone)
    partial.tracker("init")
    partial.tracker("backfill")
    before = partial.git("count-objects", "-v")
    terminal = review(partial, "--all")
    terminal.expect("q quit > ")
    terminal.press("s")
    assert "objects are missing here" in terminal.expect("q quit > ")
    terminal.press("d")
    terminal.expect("git cannot show it: objects are missing here")
    terminal.press("q")
    assert terminal.finish() == 0
    assert partial.git("count-objects", "-v") == before


def test_reverted_commit_says_so(work: Repo) -> None:
    add(work, "feat: first", {"a": "a\n"})
    work.git("revert", "--no-edit", "HEAD")
    assert "1 file, +1 -0, feat, reverted since" in first_screen_after_sync(work)


@pytest.mark.whole
def test_all_shows_fetched_commits_and_says_that_no_score_moves(work: Repo, tmp_path: Path) -> None:
    add(work, "feat: ours", {"a": "a\n"})
    other = work.clone(tmp_path / "other")
    other.git("config", "user.email", "bob@example.com")
    other.commit("feat: theirs", options=CO_AUTHOR)
    work.git("pull", "-q", str(other.path), "main")
    work.tracker("sync")
    assert "1 of 1" in first_screen(work)
    before = sheet(work)["communication_score"]
    terminal = review(work, "--all")
    shown = terminal.expect(PROMPT)
    assert "1 of 2" in shown
    assert "It came by fetch: its grade compares set-ups and moves no score." in shown
    terminal.press("e")
    assert "came by fetch" not in terminal.expect("q quit > ")
    terminal.press("q")
    assert terminal.finish() == 0
    assert grades_of(work, "feat: theirs") == (None, 5)
    assert sheet(work)["communication_score"] == before
    terminal = review(work, "--all")
    assert "1 of 1" in terminal.expect(PROMPT)
    terminal.press("e")
    assert terminal.finish() == 0
    assert "No commit waits for a grade here.\n" in work.person("review")


def test_review_without_own_work_names_the_option(work: Repo, tmp_path: Path) -> None:
    other = work.clone(tmp_path / "other")
    other.git("config", "user.email", "bob@example.com")
    other.commit("feat: theirs", options=CO_AUTHOR)
    work.git("pull", "-q", str(other.path), "main")
    work.tracker("sync")
    assert "No commit waits for a grade here. --all shows 1 that came by fetch." in work.person("review")


@pytest.mark.whole
def test_review_names_the_clone_where_the_commits_were_made(work: Repo, tmp_path: Path) -> None:
    other = work.clone(tmp_path / "other clone")
    other.git("config", "user.email", "bob@example.com")
    other.tracker("init")
    other.commit("feat: theirs", options=CO_AUTHOR)
    other.settle()
    work.git("pull", "-q", str(other.path), "main")
    work.tracker("sync")
    shown = " ".join(work.person("review").split())
    assert f"1 commit of another clone waits there: agent-tracker review -C '{other.path}'" in shown


@pytest.mark.whole
def test_commit_with_very_many_files_is_shown_without_their_numbers(work: Repo) -> None:
    add(work, "feat: many", {f"d{number % 7}/{number}.txt": "x\n" for number in range(1_100)})
    work.tracker("sync")
    shown = first_screen(work)
    assert "1100 files, +1100 -0" in shown
    assert "more files" in shown
    assert "d0/0.txt" in shown
