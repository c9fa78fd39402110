"""The pager and the editor of a review, chosen as git chooses them, and Ctrl-C while they run."""

import contextlib
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.feedback.output import CLAUDE
from tests.program import TRACKER
from tests.support import Repo, Terminal, wait_until

pytestmark = pytest.mark.recorded_later

PROMPT = "q quit > "


@pytest.fixture
def long(repo: Repo) -> Repo:
    """One commit of an agent with 300 lines and control characters in its text, graded by its agent in the message."""
    repo.record_later()
    text = "".join(f"\tline {number}\n" for number in range(300)) + "evil \x1b[8mhidden\x1b]0;title\x07\n"
    options = ["-m", "Why it was done.", "--trailer", "Agent-Grade: excellence", "--trailer", "Agent-Note: flawless"]
    repo.commit("feat: many lines", file="many.py", text=text, env=CLAUDE, options=options)
    repo.tracker("sync")
    del repo.environment["AGENT_TRACKER_PAGER"]  # it goes before all that git knows
    return repo


def review(repo: Repo, **variables: str) -> Terminal:
    terminal = repo.at_terminal(*TRACKER, "review", env=variables, size=(80, 24))
    terminal.expect(PROMPT)
    return terminal


def children(process: int) -> list[int]:
    """Return the processes that descend from a process or were started in its session (Linux)."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and int(place.name) != process:
            try:
                fields = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # the process has ended
                continue
            if int(fields[3]) == process and fields[0] != "Z":
                found.append(int(place.name))
    return found


def is_started(terminal: Terminal, word: str) -> bool:
    """Return True if a program with a word in its command line runs: a new process is a copy of ours at first."""
    found = []
    for one in children(terminal.process_id):
        with contextlib.suppress(OSError):  # the process has ended
            found.append(Path(f"/proc/{one}/cmdline").read_bytes())
    return any(word.encode() in line and b"tracker" not in line for line in found)


def quit_review(terminal: Terminal) -> None:
    terminal.press("q")
    assert terminal.finish() == 0


@pytest.mark.parametrize("chosen", ["AGENT_TRACKER_PAGER", "GIT_PAGER", "core.pager", "PAGER"])
def test_whole_diff_goes_to_gits_pager(chosen: str, long: Repo, tmp_path: Path) -> None:
    kept, variables = tmp_path / "kept", {"PAGER": "false"}
    if chosen == "core.pager":
        long.git("config", "core.pager", f"cat > {kept}")
    else:
        variables[chosen] = f"cat > {kept}"
    terminal = review(long, **variables)
    terminal.press("d")
    terminal.expect(PROMPT)
    text = kept.read_text(encoding="utf-8")
    assert "    feat: many lines" in text
    assert "Why it was done." in text
    assert "\x1b[32m+\tline 299\x1b[m\n" in text
    assert "+evil ?[8mhidden?]0;title?\x1b[m" in text
    assert "flawless" not in text
    assert "excellence" not in text
    quit_review(terminal)


def test_no_colour_under_no_color_and_by_configuration(long: Repo, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    terminal = review(long, GIT_PAGER=f"cat > {kept}", NO_COLOR="1")
    terminal.press("d")
    terminal.expect(PROMPT)
    assert "\x1b" not in kept.read_text(encoding="utf-8")
    assert "\x1b" not in terminal.raw
    quit_review(terminal)
    long.git("config", "color.diff.new", "blue")
    terminal = review(long)
    assert "\x1b[34m+" in terminal.raw
    quit_review(terminal)
    long.git("config", "color.ui", "false")
    terminal = review(long)
    assert "\x1b" not in terminal.raw
    quit_review(terminal)


def test_less_is_left_early(long: Repo) -> None:
    terminal = review(long, GIT_PAGER="less", LESS="R")
    terminal.press("d")
    terminal.expect("feat: many lines")
    terminal.press("q")
    terminal.expect(PROMPT)
    terminal.press("g")
    assert terminal.finish() == 0
    assert "1 graded." in terminal.shown
    assert terminal.ended_in_first_modes
    assert "Traceback" not in terminal.shown


@pytest.mark.parametrize("pager", ["less", "less -+F -R", "sleep 1000 <&0", "sh -c 'trap \"\" INT TERM; sleep 1000'"])
def test_interruption_in_the_pager_leaves_nothing_behind(pager: str, long: Repo) -> None:
    terminal = review(long, GIT_PAGER=pager, LESS="R")
    terminal.press("d")
    program = "less" if pager.startswith("less") else "sleep\0"  # not the shell that starts it
    wait_until(lambda: is_started(terminal, program), lambda: "no pager", 30)
    if pager.startswith("less"):
        terminal.expect("feat: many lines")
    interrupt_until_ended(terminal)


@pytest.mark.parametrize("editor", ["sleep 1000 #", "sh -c 'sleep 1000'"])
def test_interruption_in_the_editor_leaves_nothing_behind(editor: str, long: Repo) -> None:
    terminal = review(long, GIT_EDITOR=editor)
    terminal.press("o")
    wait_until(lambda: is_started(terminal, "sleep"), lambda: "no editor", 30)
    interrupt_until_ended(terminal)


def interrupt_until_ended(terminal: Terminal) -> None:
    """Press Ctrl-C, and check that the review ends as a program does that Ctrl-C ends, and nothing is left."""
    process = terminal.process_id
    terminal.press("\x03")
    assert terminal.finish(60) == 130
    assert "1 left." in terminal.shown
    assert terminal.shown.endswith("\n")
    assert terminal.ended_in_first_modes
    wait_until(lambda: not children(process), lambda: f"left: {children(process)}", 30)


@pytest.mark.parametrize("presses", [(), (("m", "note: "),), (("m", "note: "), ("half", "half")), (("d", PROMPT),)])
def test_interruption_at_any_key_ends_with_130(presses: Sequence[tuple[str, str]], long: Repo) -> None:
    terminal = review(long, GIT_PAGER="cat")
    for key, answer in presses:
        terminal.press(key)
        terminal.expect(answer)
    interrupt_until_ended(terminal)


@pytest.mark.parametrize("chosen", ["GIT_EDITOR", "core.editor", "VISUAL", "EDITOR"])
def test_changed_files_are_opened_in_gits_editor(chosen: str, long: Repo, tmp_path: Path) -> None:
    script, kept = tmp_path / "an editor", tmp_path / "kept"
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$PWD" "$@" > "{kept}"\n')
    script.chmod(0o755)
    variables = {"EDITOR": "false"}
    long.environment.pop("GIT_EDITOR", None)
    if chosen == "core.editor":
        long.git("config", "core.editor", f"'{script}' --wait")
    else:
        variables[chosen] = f"'{script}' --wait"
    terminal = review(long, **variables)
    terminal.press("o")
    terminal.expect(PROMPT)
    assert kept.read_text().splitlines() == [str(long.path), "--wait", str(long.path / "many.py")]
    quit_review(terminal)


def test_what_the_editor_cannot_do_is_said(long: Repo) -> None:
    terminal = review(long, GIT_EDITOR="false")
    terminal.press("o")
    terminal.expect("the editor ended with exit code 1.")
    terminal.expect(PROMPT)
    (long.path / "many.py").unlink()
    terminal.press("o")
    terminal.expect("none of the files that it changed is in the worktree now.")
    quit_review(terminal)
    terminal = review(long, GIT_PAGER="/no/such/pager")
    terminal.press("d")
    terminal.expect("'/no/such/pager' could not be started")
    quit_review(terminal)


@pytest.mark.whole
def test_stopped_review_continues(long: Repo) -> None:
    """Ctrl-Z in the pager stops all of the job, and a shell continues all of it."""
    terminal = review(long, GIT_PAGER="sleep 1 <&0 #")
    terminal.press("d")
    wait_until(lambda: is_started(terminal, "sleep"), lambda: "no pager", 30)
    os.killpg(terminal.process_id, signal.SIGSTOP)
    os.killpg(terminal.process_id, signal.SIGCONT)
    terminal.expect(PROMPT)
    terminal.press("g")
    assert terminal.finish() == 0
